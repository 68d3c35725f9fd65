package propexo

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// IntegrationCredentials are what an integration signs in to a property management
// system with: the Credentials type of the vendor, or [RawCredentials].
type IntegrationCredentials interface{ integrationCredentials() }

func (BuildiumCredentials) integrationCredentials()                 {}
func (EntrataCredentials) integrationCredentials()                  {}
func (KnockCredentials) integrationCredentials()                    {}
func (MRICredentials) integrationCredentials()                      {}
func (PropertywareRESTCredentials) integrationCredentials()         {}
func (PropertywareSOAPCredentials) integrationCredentials()         {}
func (RealPagePartnerExchangeCredentials) integrationCredentials()  {}
func (RealPageRegisteredVendorCredentials) integrationCredentials() {}
func (RentManagerProductionCredentials) integrationCredentials()    {}
func (RentManagerSandboxCredentials) integrationCredentials()       {}
func (RentvineCredentials) integrationCredentials()                 {}
func (ResManCredentials) integrationCredentials()                   {}
func (YardiCredentials) integrationCredentials()                    {}
func (AppFolioCredentials) integrationCredentials()                 {}
func (RawCredentials) integrationCredentials()                      {}

// RawCredentials are the credentials of a vendor that has no type in this package, as
// a JSON object. Only the request shows them; see [tenantry.Secret].
type RawCredentials struct{ object tenantry.Secret }

// NewRawCredentials returns the credentials in object. The error says that it is
// not a JSON object.
func NewRawCredentials(object tenantry.Raw) (RawCredentials, error) {
	if wire.Kind(object) != '{' || !json.Valid(object) {
		return RawCredentials{}, errors.New("propexo: the raw credentials are not a JSON object")
	}
	return RawCredentials{tenantry.NewSecret(string(object))}, nil
}

// Reveal returns the object.
func (c RawCredentials) Reveal() tenantry.Raw { return tenantry.Raw(c.object.Reveal()) }

// String returns "[redacted]", or "" for the zero value.
func (c RawCredentials) String() string { return c.object.String() }

// Format writes [RawCredentials.String] for every verb.
func (c RawCredentials) Format(f fmt.State, verb rune) { c.object.Format(f, verb) }

// LogValue returns [RawCredentials.String].
func (c RawCredentials) LogValue() slog.Value { return c.object.LogValue() }

// MarshalJSON returns [RawCredentials.String] as a JSON string.
func (c RawCredentials) MarshalJSON() ([]byte, error) { return c.object.MarshalJSON() }

// UnmarshalJSON sets the object. It leaves c alone if b is null.
func (c *RawCredentials) UnmarshalJSON(b []byte) (err error) {
	if wire.Kind(b) != 'n' {
		*c, err = NewRawCredentials(b)
	}
	return err
}
