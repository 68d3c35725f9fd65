package propexo

import (
	_ "embed" // what the systems take
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// System is a system behind Propexo: a property management system or a CRM. Its text
// is that of [IntegrationVendor], so that System(resident.IntegrationVendor) is the
// system of a resident.
type System string

// The systems. The last four are CRMs.
const (
	SystemAppFolio         System = "APPFOLIO"
	SystemBuildium         System = "BUILDIUM"
	SystemEntrata          System = "ENTRATA"
	SystemMRI              System = "MRI"
	SystemPropertyware     System = "PROPERTYWARE"
	SystemPropertywareREST System = "PROPERTYWARE_REST"
	SystemRealPage         System = "REALPAGE"
	SystemRealPageRPX      System = "REALPAGE_RPX"
	SystemRentManager      System = "RENTMANAGER"
	SystemRentvine         System = "RENTVINE"
	SystemResMan           System = "RESMAN"
	SystemYardi            System = "YARDI"
	SystemYardiREST        System = "YARDI_REST"
	SystemEliseAI          System = "ELISEAI"
	SystemFunnel           System = "FUNNEL"
	SystemKnock            System = "KNOCK"
	SystemRentCafe         System = "RENTCAFE"
)

// At sends a write to the system's own operation, with the same parameters. It checks
// the write by what [Support] knows, before anything is sent:
//
//   - If the operation is documented as unsupported, the error is
//     [tenantry.ErrNotSupported] and says what to do instead, if that is documented.
//   - If required fields are missing, the error is a [*tenantry.ArgumentError] that
//     names all of them. Conditions are not checked.
//   - If the system has no such operation, the error is a [*tenantry.ArgumentError].
//
// Without At, Propexo finds the system by the integration, and reports what is wrong
// as a 400 or in the job.
func At(system System) WriteOption {
	return func(c *writeConfig) {
		c.At = func(t *transport.Client, call *transport.Call, unchecked bool) error {
			return sendAt(t, call, system, unchecked)
		}
	}
}

// Unchecked makes [At] send a write without checking it: documentation ages.
func Unchecked() WriteOption {
	return func(c *writeConfig) { c.Unchecked = true }
}

// at returns opts after At(system).
func at(system System, opts []WriteOption) []WriteOption {
	return append([]WriteOption{At(system)}, opts...)
}

// sendAt points a call at a system's own operation.
func sendAt(t *transport.Client, call *transport.Call, system System, unchecked bool) error {
	c, ok := Support(system, call.Op.Name)
	if !ok {
		return t.Argument(call.Op, "At", fmt.Sprintf("names %.40q, which has no such operation of its own; leave At out, or name another system", string(system)))
	}
	if generic, ok := call.Body.(genericBody); ok {
		call.Body = generic.plain()
	}
	if !unchecked {
		if err := c.check(t, call); err != nil {
			return err
		}
	}
	op := *call.Op
	op.Method, op.Path = c.Method, c.Path
	call.Op, call.Args = &op, call.Args[:min(len(call.Args), strings.Count(c.Path, "{"))]
	return nil
}

// check returns the error for a call that the system does not take.
func (c *Capability) check(t *transport.Client, call *transport.Call) error {
	if !c.Supported {
		reason := string(c.System) + " does not support it"
		if c.Note != "" {
			reason += " (" + c.Note + ")"
		}
		return t.ArgumentWith(call.Op, "", reason+"; Unchecked sends it anyway", &tenantry.Error{
			API: api, Operation: call.Op.Name, Method: c.Method, Path: c.Path, StatusCode: http.StatusMethodNotAllowed,
		})
	}
	missing, err := c.missing(call.Body)
	if err != nil {
		return t.Argument(call.Op, "parameters", "can't be encoded: "+err.Error())
	}
	if len(missing) > 0 {
		return t.Argument(call.Op, strings.Join(missing, ", "), fmt.Sprintf("must be set: %s requires it; Unchecked sends it anyway", c.System))
	}
	return nil
}

// missing returns the names of the required fields that body lacks, as Go names if
// the type of body has such fields.
func (c *Capability) missing(body any) ([]string, error) {
	members := make(map[string]tenantry.Raw)
	if body != nil {
		b, _, err := wire.MarshalRequest(body)
		if err != nil {
			return nil, err
		}
		if err := wire.Decode(b, &members); err != nil {
			return nil, err
		}
	}
	var missing []string
	for _, f := range c.Fields {
		if v, ok := members[f.Name]; f.Required && (!ok || slices.Contains([]string{"null", `""`, "[]"}, string(v))) {
			missing = append(missing, fieldName(body, f.Name))
		}
	}
	return missing, nil
}

// fieldName returns the name of the field of body with a member's name, or member.
func fieldName(body any, member string) string {
	t := reflect.TypeOf(body)
	if t == nil || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct {
		return member
	}
	for i := range t.Elem().NumField() {
		f := t.Elem().Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == member {
			return f.Name
		}
	}
	return member
}

// Capability is what Propexo's documentation says of one write in one system. It was
// read in March 2026, and not all of it: see FieldsComplete and PathInferred.
type Capability struct {
	// System is the system.
	System System
	// Operation is the SDK's name of the operation, as in [tenantry.Error]: the
	// service, a dot and the method, such as "leases.create" or
	// "service-requests.upload-file". Those of package crm begin with "crm.".
	Operation string
	// Supported is false if the operation always responds with a 405.
	Supported bool
	// Method is the HTTP method.
	Method string
	// Path is the path of the system's own operation.
	Path string
	// PathInferred reports whether the path was not seen, but follows from others.
	PathInferred bool
	// Fields are the members of the body, as far as they were seen.
	Fields []CapabilityField
	// FieldsComplete reports whether all members were seen.
	FieldsComplete bool
	// Created says when the created record can be read. It is empty if unknown.
	Created CreatedRecord
	// Upstream lists the methods of the system's own API that Propexo calls.
	Upstream []string
	// Note is what else is known, such as another way to do it.
	Note string
}

// CapabilityField is a member of a write's body in one system.
type CapabilityField struct {
	// Name is the name of the member.
	Name string
	// Required reports whether the system requires it.
	Required bool
	// Condition says in words when it is required and what it takes.
	Condition string
}

// CreatedRecord says when a created record can be read.
type CreatedRecord string

// Values of [CreatedRecord].
const (
	CreatedImmediate CreatedRecord = "immediate" // WriteStatus.CreatedRecordID can be read when the job has ended
	CreatedNextSync  CreatedRecord = "next-sync" // the record appears with the next sync
)

// Required returns the names of the required members.
func (c *Capability) Required() []string {
	var all []string
	for _, f := range c.Fields {
		if f.Required {
			all = append(all, f.Name)
		}
	}
	return all
}

// Missing returns the names of the required members that the JSON object body lacks.
func (c *Capability) Missing(body tenantry.Raw) ([]string, error) {
	var members map[string]tenantry.Raw
	if err := wire.Decode(body, &members); err != nil {
		return nil, err
	}
	return c.missing(members)
}

// Support returns what Propexo's documentation says of a write in one system. It
// reports false if the documentation has no such write. operation is the SDK's name,
// such as "leases.create"; see [Capability].
func Support(system System, operation string) (Capability, bool) {
	i, ok := slices.BinarySearchFunc(capabilities(), [2]string{string(system), operation}, compareCapability)
	if !ok {
		return Capability{}, false
	}
	return capabilities()[i].clone(), true
}

// Capabilities returns what the documentation says of all writes in one system, in
// the order of their operations.
func Capabilities(system System) []Capability {
	var all []Capability
	for _, c := range capabilities() {
		if c.System == system {
			all = append(all, c.clone())
		}
	}
	return all
}

func (c *Capability) clone() Capability {
	copied := *c
	copied.Fields, copied.Upstream = slices.Clone(c.Fields), slices.Clone(c.Upstream)
	return copied
}

func compareCapability(c Capability, key [2]string) int {
	if n := strings.Compare(string(c.System), key[0]); n != 0 {
		return n
	}
	return strings.Compare(c.Operation, key[1])
}

// capabilitiesJSON is linked only into programs that call At or Support.
//
//go:embed capabilities_gen.json
var capabilitiesJSON []byte

// A capabilityText is a Capability in that file.
type capabilityText struct {
	System    System        `json:"s"`
	Operation string        `json:"o"`
	Method    string        `json:"m"`
	Path      string        `json:"p"`
	Supported bool          `json:"y"`
	Inferred  bool          `json:"i"`
	Complete  bool          `json:"c"`
	Created   CreatedRecord `json:"r"`
	Upstream  []string      `json:"u"`
	Note      string        `json:"n"`
	Fields    [][]string    `json:"f"` // name, "!" if required, condition
}

var capabilities = sync.OnceValue(func() []Capability {
	var texts []capabilityText
	if err := wire.Decode(capabilitiesJSON, &texts); err != nil {
		panic(err) // the file is part of the program
	}
	all := make([]Capability, len(texts))
	for i, t := range texts {
		all[i] = Capability{
			System: t.System, Operation: t.Operation, Supported: t.Supported, Method: t.Method, Path: t.Path, PathInferred: t.Inferred,
			FieldsComplete: t.Complete, Created: t.Created, Upstream: t.Upstream, Note: t.Note,
		}
		for _, f := range t.Fields {
			all[i].Fields = append(all[i].Fields, CapabilityField{f[0], f[1] == "!", f[2]})
		}
	}
	return all
})
