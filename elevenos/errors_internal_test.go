package elevenos

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	tenantry "github.com/tenantry/tenantry-go"
)

func TestErrorsIn(t *testing.T) {
	for raw, want := range map[string][]ItemError{
		`"bad"`:                              {{Message: "bad"}},
		`{"message":"bad","error":null}`:     {{Message: "bad"}},
		`{"error":null,"reason":"bad"}`:      {{Message: "bad"}},
		`{"Email":"taken"}`:                  {{Field: "Email", Message: "taken"}},
		`[{"Email":{"error":["a","b"]}}]`:    {{Field: "error", Message: "a"}, {Field: "error", Message: "b"}},
		`{"value":"x","message":"not good"}`: {{Value: "x", Message: "not good"}},
		`null`:                               nil,
		`7`:                                  nil,
	} {
		assert.Equal(t, want, errorsIn("", tenantry.Raw(raw), 0), raw)
	}
}

// With work that grows with the square of the depth, this would take minutes.
func TestDeepErrors(t *testing.T) {
	const depth = 4900
	deep := strings.Repeat(`{"a":[`, depth) + `"` + strings.Repeat("x", 4<<20) + `"` + strings.Repeat(`]}`, depth)
	assert.Empty(t, errorsIn("", tenantry.Raw(deep), 0))
	var j Job
	j.find(tenantry.Raw(deep), 0)
	assert.Empty(t, items(tenantry.Raw("["+deep+"]"), true)[0].Errors)
}

func TestErrorMembers(t *testing.T) {
	for body, want := range map[string]string{
		`{"Error":"bad"}`:                                    "bad",
		"\xef\xbb\xbf" + `{"Error":"bad"}`:                   "bad",
		`{"Residents":[],"Error":{"Message":"bad"}}`:         "bad",
		`{"Error":null}`:                                     "",
		`{"Error":null,"Residents":[{"Error":"another's"}]}`: "",
		`{}`: "",
		`[]`: "",
	} {
		var e tenantry.Error
		assert.Equal(t, want != "", checkAnswer(&e, []byte(body)), body)
		assert.Equal(t, want, e.Message, body)
	}
	for body, want := range map[string]string{`{"Error":null,"error":"bad"}`: "bad", `{"Error":null,"error":null,"message":"bad"}`: "bad", `{"Error":null}`: ""} {
		var e tenantry.Error
		assert.Equal(t, want != "", decodeError(&e, []byte(body)), body)
		assert.Equal(t, want, e.Message, body)
	}
}
