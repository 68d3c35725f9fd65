package tenantry_test

import (
	stdjson "encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/propexo"
)

// Every type that is read has a MarshalJSON of its own: one that is promoted
// from an embedded model would lose the outer members.
func TestEveryModelMarshals(t *testing.T) {
	for _, api := range []string{"propexo", "storedge", "leasefind", "elevenos", "supergood"} {
		files, err := filepath.Glob(api + "/*.go")
		require.NoError(t, err)
		structs, marshals := make(map[string]*ast.StructType), make(map[string]bool)
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.TypeSpec:
					if s, ok := n.Type.(*ast.StructType); ok {
						structs[n.Name.Name] = s
					}
				case *ast.FuncDecl:
					if n.Name.Name == "MarshalJSON" && n.Recv != nil {
						marshals[types.ExprString(n.Recv.List[0].Type)] = true
					}
				}
				return true
			})
		}
		models := 0
		for name, s := range structs {
			extra, written, embeds := false, false, false
			for _, f := range s.Fields.List {
				typ := types.ExprString(f.Type)
				extra = extra || f.Tag != nil && strings.Contains(f.Tag.Value, "embed,unknown")
				written = written || strings.Contains(typ, "Opt[") || strings.Contains(typ, "Secret") || strings.Contains(f.Comment.Text(), "sent as they are")
				embeds = embeds || len(f.Names) == 0 && marshals[typ]
			}
			if embeds || extra && !written && ast.IsExported(name) {
				models++
				assert.True(t, marshals[name], "%s.%s has no MarshalJSON", api, name)
			}
		}
		assert.Greater(t, models, 3, api)
	}
}

// A misfit can be corrected, and the record marshalled, by either encoder.
func TestCorrectedMisfits(t *testing.T) {
	for _, marshal := range []func(any) ([]byte, error){stdjson.Marshal, func(v any) ([]byte, error) { return json.Marshal(v) }} {
		write := func(v any) string {
			b, err := marshal(v)
			require.NoError(t, err)
			return string(b)
		}
		r := propexo.Resident{Extra: tenantry.Extra{"balance_in_cents": tenantry.Raw(`"007"`), "pets": tenantry.Raw(`[7]`), "zzz": tenantry.Raw(`1`)}}
		assert.JSONEq(t, `{"balance_in_cents":"007","pets":[7],"zzz":1}`, write(r))
		r.City = "Reno"
		r.Pets = []propexo.ResidentPet{{ID: "p", Extra: tenantry.Extra{"id": tenantry.Raw(`["p"]`)}}}
		assert.JSONEq(t, `{"city":"Reno","balance_in_cents":"007","pets":[{"id":"p"}],"zzz":1}`, write(&r))
		assert.JSONEq(t, `{"all":[{"zzz":1}]}`, write(map[string]any{"all": []propexo.Resident{{Extra: tenantry.Extra{"zzz": tenantry.Raw(`1`)}}}}))

		var u leasefind.LeaseUpdate
		u.Identifier, u.Extra = "l", tenantry.Extra{"identifier": tenantry.Raw(`[]`)}
		assert.JSONEq(t, `{"identifier":"l"}`, write(u))
		var it elevenos.JobItem
		it.Email, it.Extra = "a@b.test", tenantry.Extra{"Email": tenantry.Raw(`{"error":"x"}`)}
		assert.JSONEq(t, `{"Email":"a@b.test"}`, write(it))
	}
}

// secretName matches the names of fields that hold a secret: credentials, codes that
// open something, and numbers that name a person or an account.
var secretName = regexp.MustCompile(`(?i)(passw|passphrase|passcode|psk|token|secret|api_?key|license_?key|partner_?key|private_?key|gate_?code|access_?code|door_?code|lock|combination|(card|account|routing|iban|passport|license)_?num|license$|cvv|cvc|ssn|social_?security|tax_?id|identification_?number|(^|_)pin($|_))`)

// notSecret holds the fields whose names look like secrets and are none.
var notSecret = map[string]string{
	"propexo.FinancialAccount.account_number":                           "a number in the chart of accounts",
	"propexo.FinancialAccountListParams.account_number":                 "a number in the chart of accounts",
	"storedge.Tenant.account_number":                                    "the facility's number of a tenant, which opens nothing",
	"storedge.TenantUpdateParams.account_number":                        "the facility's number of a tenant, which opens nothing",
	"storedge.TenantSearchParams.AccountNumber":                         "the facility's number of a tenant, which opens nothing",
	"storedge.Tenant.password_recovery_question_ids":                    "the IDs of questions, not their answers",
	"storedge.PortalSettings.tenant_portal_gate_code_validation_string": "the rule for codes, and no code",
	"storedge.MoveInUnitEvent.lock_subtotal":                            "a price",
}

// Every field of a model that looks like a secret is a Secret.
func TestSecretsAreSecrets(t *testing.T) {
	fields := 0
	for _, api := range []string{"propexo", "storedge", "leasefind", "elevenos", "supergood"} {
		files, err := filepath.Glob(api + "/*.go")
		require.NoError(t, err)
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			require.NoError(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok || !ast.IsExported(spec.Name.Name) {
					return true
				}
				s, ok := spec.Type.(*ast.StructType)
				if !ok {
					return true
				}
				for _, f := range s.Fields.List {
					name := memberName(f)
					typ := types.ExprString(f.Type)
					if name == "" {
						continue
					}
					fields++
					text := strings.Contains(typ, "string") || strings.Contains(typ, "int") || strings.Contains(typ, "Decimal") || strings.Contains(typ, "Raw")
					if !text || !secretName.MatchString(name) {
						continue
					}
					full := api + "." + spec.Name.Name + "." + name
					assert.NotEmpty(t, notSecret[full], "%s is a %s; make it a tenantry.Secret, or say in notSecret why it is none", full, typ)
				}
				return true
			})
		}
	}
	assert.Greater(t, fields, 3000)
}

// memberName returns the name of a field in JSON or in a query, or its own.
func memberName(f *ast.Field) string {
	if len(f.Names) == 0 || !f.Names[0].IsExported() {
		return ""
	}
	if f.Tag != nil {
		tag, _ := strconv.Unquote(f.Tag.Value)
		for _, key := range []string{"json", "url"} {
			name, _, _ := strings.Cut(reflect.StructTag(tag).Get(key), ",")
			if name != "" && name != "-" {
				return name
			}
		}
	}
	return f.Names[0].Name
}
