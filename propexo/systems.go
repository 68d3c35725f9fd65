package propexo

import (
	_ "embed" // what the systems take
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
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
	if missing := c.missing(call.Body); len(missing) > 0 {
		return t.Argument(call.Op, strings.Join(missing, ", "), fmt.Sprintf("must be set: %s requires it; Unchecked sends it anyway", c.System))
	}
	return c.checkFiles(t, call)
}

// missing returns the Go names of the required fields that body, a pointer to a
// struct, lacks. It copies nothing of body, which may hold files.
func (c *Capability) missing(body any) []string {
	var missing []string
	v := reflect.ValueOf(body)
	for _, name := range c.Required() {
		if i, ok := fieldOf(v, name); ok {
			if f := v.Elem().Field(i); f.IsZero() || isNull(f) {
				missing = append(missing, v.Elem().Type().Field(i).Name)
			}
			continue
		}
		if !v.IsValid() || v.Elem().FieldByName("Extra").MapIndex(reflect.ValueOf(name)).Kind() == reflect.Invalid {
			missing = append(missing, name)
		}
	}
	return missing
}

func isNull(f reflect.Value) bool {
	opt, ok := f.Interface().(interface{ IsNull() bool })
	return ok && opt.IsNull()
}

// fieldOf returns the index of the field for a member of body.
func fieldOf(body reflect.Value, member string) (int, bool) {
	if !body.IsValid() {
		return 0, false
	}
	t := body.Type().Elem()
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name == member {
			return i, true
		}
	}
	return 0, false
}

// checkFiles returns the error for a file that is larger than the system takes, or for
// files that are too large together.
func (c *Capability) checkFiles(t *transport.Client, call *transport.Call) error {
	v := reflect.ValueOf(call.Body)
	for _, f := range c.Fields {
		i, ok := fieldOf(v, f.Name)
		if !ok {
			continue
		}
		var files []SystemFile
		switch value := v.Elem().Field(i).Interface().(type) {
		case tenantry.Opt[SystemFile]:
			if file, ok := value.Get(); ok {
				files = append(files, file)
			}
		case tenantry.Opt[[]SystemFile]:
			files, _ = value.Get()
		}
		total := 0
		for j := range files {
			data, _ := files[j].FileData.Get()
			total += len(data)
			if f.MaxFileData > 0 && len(data) > f.MaxFileData {
				return t.Argument(call.Op, v.Elem().Type().Field(i).Name, fmt.Sprintf("has a file of %d characters in base64; %s takes at most %d", len(data), c.System, f.MaxFileData))
			}
		}
		if limit := base64.StdEncoding.EncodedLen(MaxUpload); total > limit {
			return t.Argument(call.Op, v.Elem().Type().Field(i).Name, fmt.Sprintf("has files of %d characters in base64; Propexo takes at most %d together", total, limit))
		}
	}
	return nil
}

// MaxUpload is how many bytes the files of one upload may have together: 50 MB.
const MaxUpload = 50 << 20

// FileData reads a file of at most maxBytes and returns it in base64, for the FileData
// of a [SystemFile]. Zero means [MaxUpload]. A larger file is an error; no more than
// maxBytes of it are read.
func FileData(r io.Reader, maxBytes int64) (string, error) {
	if maxBytes <= 0 {
		maxBytes = MaxUpload
	}
	var b strings.Builder
	encoder := base64.NewEncoder(base64.StdEncoding, &b)
	n, err := io.Copy(encoder, io.LimitReader(r, maxBytes+1))
	if err == nil {
		err = encoder.Close()
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("propexo: the file can't be read: %w", err)
	case n > maxBytes:
		return "", &tenantry.ArgumentError{API: api, Argument: "file", Reason: fmt.Sprintf("is larger than %d bytes", maxBytes)}
	}
	return b.String(), nil
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
	// MaxFileData is how many characters a file in this member may have in base64, or
	// zero if unknown.
	MaxFileData int
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
		return nil, fmt.Errorf("propexo: the body is not a JSON object: %w", err)
	}
	return slices.DeleteFunc(c.Required(), func(name string) bool {
		value, ok := members[name]
		return ok && !slices.Contains([]string{"null", `""`, "[]"}, string(value))
	}), nil
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
	Fields    [][]string    `json:"f"` // name, "!" if required, condition, MaxFileData
}

var table struct {
	once sync.Once
	all  []Capability
}

// capabilities returns the table. It is no sync.OnceValue, whose initialization would
// link the file into every program.
func capabilities() []Capability {
	table.once.Do(func() { table.all = decodeCapabilities() })
	return table.all
}

func decodeCapabilities() []Capability {
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
			largest, _ := strconv.Atoi(f[3]) // "" is 0
			all[i].Fields = append(all[i].Fields, CapabilityField{f[0], f[1] == "!", f[2], largest})
		}
	}
	return all
}
