package recordtenantry

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNames(t *testing.T) {
	for k, list := range map[kind]string{
		kindSecret:  "password New_Password accessToken refresh-token clientSecret gate_access_code account_number last_4_of_ssn idempotency_key psk",
		kindName:    "first_name lastName Name tenant_name agent_first_name name_on_check tax_payer_name_1 middle_initial created_by",
		kindUser:    "username login SFTP_USERNAME",
		kindEmail:   "email email_1 emailAddress email_to_addresses agent_email_address manager_email confirmation_email",
		kindPhone:   "phone phone_1 PhoneNumber mobile agent_phone_number fax call_phone_number_from manager_phone_2",
		kindAddress: "address address_1 address_line_2 street_address_1 city zip billing_city postal_code latitude full_address to_addresses place_of_birth",
		kindBirth:   "date_of_birth dateOfBirth dob",
		kindText:    "notes note_text description comment message_body email_subject license_plate_number",
		kindNone: "id resident_id state country status property_name building_name floor_plan_name unit_name phone_1_type address_type name_id " +
			"next_page_token page_token code type message email_enabled token_type rent amount unit url value",
	} {
		for name := range strings.FieldsSeq(list) {
			assert.Equal(t, k, names{}.kind(normalize(name), ""), name)
		}
	}
	assert.Equal(t, kindSecret, names{}.kind("value", "headers"))
	assert.Equal(t, kindPhone, names{}.kind("formattednumber", "phonenumbers"))
}

// Every field of the SDK that is a Secret is one here.
func TestSecretsOfTheSDK(t *testing.T) {
	elsewhere := map[string]bool{
		"value": true, "code": true, "url": true, // by their place: names.kind and secretIn
	}
	found := 0
	for _, api := range []string{"propexo", "storedge", "leasefind", "elevenos", "supergood"} {
		require.NoError(t, filepath.WalkDir(filepath.Join("..", api), func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				field, ok := n.(*ast.Field)
				if !ok || field.Tag == nil || !isSecret(field.Type) {
					return true
				}
				tag, _ := strconv.Unquote(field.Tag.Value)
				name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
				if name == "" || name == "-" || elsewhere[name] {
					return true
				}
				found++
				assert.Equal(t, kindSecret, names{}.kind(normalize(name), ""), "%s: %s", path, name)
				return true
			})
			return nil
		}))
	}
	assert.Greater(t, found, 50)
}

// isSecret reports whether a type is tenantry.Secret, or an Opt or a list of it.
func isSecret(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		return e.Sel.Name == "Secret"
	case *ast.IndexExpr:
		return isSecret(e.Index)
	case *ast.ArrayType:
		return isSecret(e.Elt)
	case *ast.StarExpr:
		return isSecret(e.X)
	}
	return false
}

func TestStandIn(t *testing.T) {
	k := randomKey()
	for of, values := range map[kind][]string{
		kindName: {"Ana", "O'Neil", "Björn", "X"}, kindPhone: {"+1 (512) 555-0100", "5125550100"}, kindSecret: {"1234", "eos_ABC-9"},
		kindAddress: {"12 Oak Ave #3"}, kindBirth: {"1990-02-28", "02/28/1990", "1990-02-28T00:00:00Z"}, kindText: {"Call back at 5."},
		kindEmail: {"ana@example.com", "no address"},
	} {
		for _, v := range values {
			s := k.standIn(of, v)
			assert.NotEqual(t, v, s)
			assert.Equal(t, s, k.standIn(of, v))
			assert.NotEqual(t, s, randomKey().standIn(of, v+" "))
			if of != kindEmail {
				assert.Len(t, []rune(s), len([]rune(v)))
			}
		}
	}
	assert.Equal(t, "???", k.standIn(kindName, "???"))
	assert.Regexp(t, `^19\d\d-[01]\d-[0-2]\dT00:00:00Z$`, k.standIn(kindBirth, "1990-02-28T00:00:00Z"))
	assert.Equal(t, strings.ToLower(k.standIn(kindEmail, "Ana@example.com")), k.standIn(kindEmail, "ana@example.com"))
	digits := strings.NewReplacer(" ", "", "(", "", ")", "", "-", "")
	for _, form := range []string{"+1 (512) 555-0100", "1-512-555-0100", "+15125550100"} {
		assert.Equal(t, "1"+k.standIn(kindPhone, "(512) 555-0100")[1:4], strings.TrimPrefix(digits.Replace(k.standIn(kindPhone, form)), "+")[:4])
		assert.Equal(t, "1"+k.standIn(kindPhone, "5125550100"), strings.TrimPrefix(digits.Replace(k.standIn(kindPhone, form)), "+"))
	}
}
