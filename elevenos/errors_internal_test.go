package elevenos

import (
	"testing"

	"github.com/stretchr/testify/assert"

	tenantry "github.com/tenantry/tenantry-go"
)

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
		assert.Equal(t, want != "", checkResponse(&e, []byte(body)), body)
		assert.Equal(t, want, e.Message, body)
	}
}
