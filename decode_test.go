package tenantry_test

import (
	stdjson "encoding/json"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/storedge"
)

func TestDecode(t *testing.T) {
	r, err := tenantry.Decode[propexo.Resident]([]byte(` {"phone_1":5551234567,"pets":[7],"new":{"x":[1]},"first_name":null}`))
	require.NoError(t, err)
	assert.Equal(t, "5551234567", r.Phone1)
	assert.Equal(t, tenantry.Extra{"pets": tenantry.Raw(`[7]`), "new": tenantry.Raw(`{"x":[1]}`)}, r.Extra)
	for in, why := range map[string]string{
		``: "object", `null`: "object", `[]`: "object", `5`: "object", `"{}"`: "object",
		`{"a":1`: "", `{} {}`: "", "{\"a\":\"\xff\"}": "UTF-8", `{"a":1,"a":2}`: "twice", `{"first_name":"a","first_name":"b"}`: "twice",
	} {
		_, err := tenantry.Decode[propexo.Resident]([]byte(in))
		var bad *tenantry.DecodeError
		require.ErrorAs(t, err, &bad, in)
		assert.Equal(t, in, string(bad.Raw))
		assert.Contains(t, err.Error(), why, in)
	}
}

// What a program keeps as JSON comes back, whichever package it uses.
func TestRecordsUnderOtherEncoders(t *testing.T) {
	const in = `{"first_name":"Ann","phone_1":5551234567,"balance_in_cents":"007","new":{"x":[1]},"pets":[{"name":"Rex","tag":1}]}`
	const out = `{"first_name":"Ann","phone_1":"5551234567","balance_in_cents":"007","new":{"x":[1]},"pets":[{"name":"Rex","tag":1}]}`
	type codec struct {
		marshal   func(any) ([]byte, error)
		unmarshal func([]byte, any) error
	}
	for name, c := range map[string]codec{
		"v1": {stdjson.Marshal, stdjson.Unmarshal},
		"v2": {func(v any) ([]byte, error) { return json.Marshal(v) }, func(b []byte, v any) error { return json.Unmarshal(b, v) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := propexo.Resident{LastName: "left over"}
			require.NoError(t, c.unmarshal([]byte(in), &r))
			assert.Empty(t, r.LastName, "nothing is left of what was there before")
			b, err := c.marshal(r)
			require.NoError(t, err)
			assert.JSONEq(t, out, string(b))
			require.NoError(t, c.unmarshal([]byte(`null`), &r))
			assert.Equal(t, "Ann", r.FirstName, "null changes nothing")
			require.Error(t, c.unmarshal([]byte(`{"first_name":"a","first_name":"b"}`), &r))
			require.Error(t, c.unmarshal([]byte(`[]`), &r))

			var all struct {
				Residents []*propexo.Resident
				ByID      map[string]propexo.Resident
			}
			require.NoError(t, c.unmarshal([]byte(`{"Residents":[`+in+`,null],"ByID":{"a":`+in+`}}`), &all))
			b, err = c.marshal(all)
			require.NoError(t, err)
			assert.JSONEq(t, `{"Residents":[`+out+`,null],"ByID":{"a":`+out+`}}`, string(b))

			// Writes in a queue keep their three states.
			update := storedge.TenantUpdateParams{FirstName: tenantry.Set("Al"), LastName: tenantry.Null[string](), Extra: tenantry.Extra{"x": tenantry.Raw(`1`)}}
			b, err = c.marshal(update)
			require.NoError(t, err)
			assert.JSONEq(t, `{"first_name":"Al","last_name":null,"x":1}`, string(b))
			var back storedge.TenantUpdateParams
			require.NoError(t, c.unmarshal(b, &back))
			assert.Equal(t, update, back)
		})
	}
}
