package wire

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type named struct {
	Unit    string                     `json:"unit_id,omitzero" wire:"unit_identifer,unit"`
	Success *bool                      `json:"success,omitzero" wire:"sucess"`
	Owner   *owner                     `json:"owner,omitzero" wire:"landlord"`
	Tags    []string                   `json:"tags,omitzero" wire:"labels"`
	Extra   map[string]json.RawMessage `json:",embed,unknown"`
}

type owner struct {
	Name  string                     `json:"name,omitzero" wire:"full_name"`
	Extra map[string]json.RawMessage `json:",embed,unknown"`
}

// A field reads a member under any of its names, in any order of the members, and
// is written under its own.
func TestOtherNames(t *testing.T) {
	raw := func(name, value string) map[string]json.RawMessage {
		return map[string]json.RawMessage{name: json.RawMessage(value)}
	}
	for in, c := range map[string]struct {
		want    named
		written string
	}{
		`{"unit_id":"u"}`:                         {named{Unit: "u"}, `{"unit_id":"u"}`},
		`{"unit_identifer":"u"}`:                  {named{Unit: "u"}, `{"unit_id":"u"}`},
		`{ "unit" : 7 }`:                          {named{Unit: "7"}, `{"unit_id":"7"}`},
		`{"sucess":"false","unit":"u"}`:           {named{Unit: "u", Success: ptr(false)}, `{"unit_id":"u","success":false}`},
		`{"unit":"a","unit_id":"u"}`:              {named{Unit: "u", Extra: raw("unit", `"a"`)}, `{"unit_id":"u","unit":"a"}`},
		`{"unit_id":"u","unit":"a"}`:              {named{Unit: "u", Extra: raw("unit", `"a"`)}, `{"unit_id":"u","unit":"a"}`},
		`{"unit":"a","unit_identifer":"b"}`:       {named{Unit: "a", Extra: raw("unit_identifer", `"b"`)}, `{"unit_id":"a","unit_identifer":"b"}`},
		`{"unit_id":null,"unit":"a"}`:             {named{Unit: "a"}, `{"unit_id":"a"}`},
		`{"unit":"a","unit_id":null}`:             {named{Unit: "a"}, `{"unit_id":"a"}`},
		`{"unit":null}`:                           {named{}, `{}`},
		`{"unit":{"a":1}}`:                        {named{Extra: raw("unit", `{"a":1}`)}, `{"unit":{"a":1}}`},
		`{"labels":["a",{}]}`:                     {named{Tags: []string{"a"}, Extra: raw("labels", `["a",{}]`)}, `{"tags":["a"],"labels":["a",{}]}`},
		`{"unit":[],"unit_id":"u"}`:               {named{Unit: "u", Extra: raw("unit", `[]`)}, `{"unit_id":"u","unit":[]}`},
		`{"landlord":{"full_name":"Al","x":[1]}}`: {named{Owner: &owner{Name: "Al", Extra: raw("x", `[1]`)}}, `{"owner":{"name":"Al","x":[1]}}`},
		`{"landlord":{"name":"Al"},"z":1}`:        {named{Owner: &owner{Name: "Al"}, Extra: raw("z", `1`)}, `{"owner":{"name":"Al"},"z":1}`},
	} {
		got, err := DecodeValue[named]([]byte(in))
		require.NoError(t, err, in)
		assert.Equal(t, c.want, got, in)
		b, err := Marshal(got)
		require.NoError(t, err, in)
		assert.Equal(t, c.written, string(b), in)
	}
	for _, in := range []string{`{"unit":"a","unit":"b"}`, `{"unit":"a","unit_id":"u","unit":"b"}`, `{"landlord":{"full_name":"a","full_name":"b"}}`, "{\"unit\":\"\xff\"}", "{\"unit_id\":\"u\",\"unit\":\"\xff\"}"} {
		var list struct{ Items List[named] }
		require.NoError(t, Decode([]byte(`{"Items":[`+in+`,{"unit":"u"}]}`), &list), in)
		assert.Len(t, list.Items.Bad, 1, in)
		assert.Equal(t, []named{{Unit: "u"}}, list.Items.Items, "the next record is read")
	}
	for _, in := range []string{`{"unit":`, `{"unit":"a"`, `{"unit":"a"}}`, `{"unit":nul}`} {
		_, err := DecodeValue[named]([]byte(in))
		var broken *SyntaxError
		require.ErrorAs(t, err, &broken, in)
	}
}

// An envelope reads other names, too, and goes on without what does not fit.
func TestOtherNamesInEnvelopes(t *testing.T) {
	type envelope struct {
		Last  string      `json:"last_id" wire:"last-id"`
		Count int         `json:"count" wire:"n"`
		List  List[named] `json:"data" wire:"records"`
	}
	got, err := DecodeValue[envelope]([]byte(`{"n":"many","records":[{"unit":"u"},5],"last-id":7,"count":2}`))
	require.NoError(t, err)
	assert.Equal(t, "7", got.Last)
	assert.Equal(t, 2, got.Count)
	assert.Equal(t, []named{{Unit: "u"}}, got.List.Items)
	assert.Len(t, got.List.Bad, 1)
	assert.True(t, got.List.Came)
}
