package propexo

import (
	"errors"

	"github.com/go-json-experiment/json/jsontext"

	tenantry "github.com/tenantry/tenantry-go"
)

// IntegrationCredentials are what an integration signs in to a property
// management system with: the Credentials type of its vendor, or
// [RawCredentials].
type IntegrationCredentials interface{ integrationCredentials() }

func (BuildiumCredentials) integrationCredentials()                 {}
func (EntrataCredentials) integrationCredentials()                  {}
func (KnockCredentials) integrationCredentials()                    {}
func (MriCredentials) integrationCredentials()                      {}
func (PropertywareRestCredentials) integrationCredentials()         {}
func (PropertywareSoapCredentials) integrationCredentials()         {}
func (RealpagePartnerExchangeCredentials) integrationCredentials()  {}
func (RealpageRegisteredVendorCredentials) integrationCredentials() {}
func (RentManagerProductionCredentials) integrationCredentials()    {}
func (RentManagerSandboxCredentials) integrationCredentials()       {}
func (RentvineCredentials) integrationCredentials()                 {}
func (ResmanCredentials) integrationCredentials()                   {}
func (Sample1Credentials) integrationCredentials()                  {}
func (Sample2Credentials) integrationCredentials()                  {}
func (RawCredentials) integrationCredentials()                      {}

// RawCredentials are those of a vendor that has no type here: an object, as
// JSON. They print as "[redacted]".
type RawCredentials tenantry.Raw

// String is "[redacted]".
func (RawCredentials) String() string { return "[redacted]" }

// GoString is [RawCredentials.String].
func (c RawCredentials) GoString() string { return c.String() }

// MarshalJSONTo writes the object.
func (c RawCredentials) MarshalJSONTo(enc *jsontext.Encoder) error {
	if tenantry.Raw(c).Kind() != '{' {
		return errors.New("RawCredentials are no JSON object")
	}
	return enc.WriteValue(jsontext.Value(c))
}
