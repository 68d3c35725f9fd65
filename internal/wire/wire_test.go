package wire

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type text string

type pet struct {
	Name  string                     `json:"name,omitzero"`
	Age   *float64                   `json:"age,omitzero"`
	Fixed *bool                      `json:"fixed,omitzero"`
	Extra map[string]json.RawMessage `json:",embed,unknown"`
}

type person struct {
	ID      string                     `json:"id,omitzero"`
	Born    text                       `json:"born,omitzero"`
	Balance text                       `json:"balance,omitzero"`
	Active  bool                       `json:"active,omitzero"`
	Count   *int64                     `json:"count,omitzero"`
	Pets    []pet                      `json:"pets,omitzero"`
	Tags    []string                   `json:"tags,omitzero"`
	Custom  json.RawMessage            `json:"custom,omitzero"`
	Nested  struct{ A, B string }      `json:"nested,omitzero"`
	Labels  map[string]string          `json:"labels,omitzero"`
	Grid    [][]string                 `json:"grid,omitzero"`
	Counts  []*int64                   `json:"counts,omitzero"`
	Flags   []bool                     `json:"flags,omitzero"`
	Raws    []json.RawMessage          `json:"raws,omitzero"`
	Kennels map[string]pet             `json:"kennels,omitzero"`
	Friend  *person                    `json:"friend,omitzero"`
	Friends []person                   `json:"friends,omitzero"`
	Extra   map[string]json.RawMessage `json:",embed,unknown"`
}

type page struct {
	Meta    struct{ Total int } `json:"meta"`
	Results List[person]        `json:"results"`
}

func ptr[T any](v T) *T { return &v }

func TestDecodeKeepsEverything(t *testing.T) {
	got, err := DecodeValue[person]([]byte(`{
		"id": 17, "born": "2024-01-01", "balance": 12.50, "active": "true", "count": "3",
		"pets": [{"name":"A\u00e9","age":3},{"name":"B","fixed":true,"x":[1,{}]},{"name":null},{"name":"D"},{"name":"E"}],
		"tags": ["a", 5, null], "custom": {"k":[1]}, "nested": {"A":"1","B":"2"}, "labels": {"x":"1"}, "new": {"y":1}}`))
	require.NoError(t, err)
	assert.Equal(t, person{
		ID: "17", Born: "2024-01-01", Balance: "12.50", Active: true, Count: ptr(int64(3)),
		Pets: []pet{
			{Name: "Aé", Age: ptr(3.0)},
			{Name: "B", Fixed: ptr(true), Extra: map[string]json.RawMessage{"x": json.RawMessage(`[1,{}]`)}},
			{}, {Name: "D"}, {Name: "E"},
		},
		Tags: []string{"a", "5", ""}, Custom: json.RawMessage(`{"k":[1]}`), Nested: struct{ A, B string }{"1", "2"},
		Labels: map[string]string{"x": "1"}, Extra: map[string]json.RawMessage{"new": json.RawMessage(`{"y":1}`)},
	}, got)
}

func TestMisfitsGoToExtra(t *testing.T) {
	for _, c := range []struct{ member, want string }{
		{`"id": {"a": "b"}`, `{"a": "b"}`},
		{`"id": [[1,2],3]`, `[[1,2],3]`},
		{`"count": 1.5`, `1.5`},
		{`"count": 1e300`, `1e300`},
		{`"count": ""`, `""`},
		{`"active": 7`, `7`},
		{`"active": "yes"`, `"yes"`},
		{`"pets": "none"`, `"none"`},
		{`"nested": "text"`, `"text"`},
		{`"labels": [{"x":"1"}]`, `[{"x":"1"}]`},
	} {
		name := strings.Trim(strings.SplitN(c.member, ":", 2)[0], `" `)
		got, err := DecodeValue[person]([]byte(`{"born":"before", ` + c.member + ` , "balance":"after"}`))
		require.NoError(t, err, c.member)
		assert.Equal(t, person{
			Born: "before", Balance: "after",
			Extra: map[string]json.RawMessage{name: json.RawMessage(c.want)},
		}, got, c.member)
	}
}

func TestNullsReadAsNothing(t *testing.T) {
	got, err := DecodeValue[person]([]byte(`{"id":null,"born":null,"balance":null,"active":null,"count":null,"pets":null,"tags":null,"nested":null,"labels":null}`))
	require.NoError(t, err)
	assert.Equal(t, person{}, got)
}

func TestListSetsBadRecordsAside(t *testing.T) {
	var p page
	require.NoError(t, Decode([]byte(`{"meta":{"Total":7},"results":[
		{"id":"a","pets":[{"name":"p"},{"name":"q"}]}, 5, {"id":"b","id":"c"}, null, {"id":"`+"\xff"+`"},
		{"id":"d","x":1,"x":2}, [], {"id":"e","new":"`+"\xff"+`"}, {"id":"e","new":[{"a":{"b":1,"b":1}}]}, {"id":"z"}]}`), &p))
	assert.Equal(t, 7, p.Meta.Total)
	require.Len(t, p.Results.Items, 2)
	assert.Equal(t, "a", p.Results.Items[0].ID)
	assert.Equal(t, []pet{{Name: "p"}, {Name: "q"}}, p.Results.Items[0].Pets)
	assert.Equal(t, "z", p.Results.Items[1].ID)
	var got []string
	for _, b := range p.Results.Bad {
		got = append(got, fmt.Sprintf("%d %s %s", b.Index, b.Raw, b.Err))
	}
	assert.Equal(t, []string{
		`1 5 ` + errNotObject.Error(), `2 {"id":"b","id":"c"} ` + errDuplicate.Error(), `3 null ` + errNotObject.Error(),
		"4 {\"id\":\"\xff\"} " + errUTF8.Error(), `5 {"id":"d","x":1,"x":2} ` + errDuplicate.Error(),
		`6 [] ` + errNotObject.Error(), "7 {\"id\":\"e\",\"new\":\"\xff\"} " + errUTF8.Error(), `8 {"id":"e","new":[{"a":{"b":1,"b":1}}]} ` + errDuplicate.Error(),
	}, got)
}

func TestBrokenResponses(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "the response is empty"},
		{" \n", "the response is empty"},
		{"<html>", "the response is not JSON"},
		{`{"results":[{"id":"a"`, "the JSON breaks off"},
		{`{"results":[{"id":"a"}]`, "the JSON breaks off"},
		{`{"results":[]} {}`, "data follows the JSON value"},
		{`{"results":[{"id":}]}`, "the response is not JSON"},
		{strings.Repeat("[", 1e6), "nests too deep"},
		{`{"results":` + strings.Repeat("[", 1e6) + strings.Repeat("]", 1e6) + "}", "nests too deep"},
		{`{"x":` + strings.Repeat(`{"a":`, 1e6) + "1" + strings.Repeat("}", 1e6) + "}", "nests too deep"},
		{`[]`, "another shape"},
		{`"text"`, "another shape"},
		{`[] {`, "not JSON"},
	} {
		var p page
		assert.ErrorContains(t, Decode([]byte(c.in), &p), c.want, "%.40q", c.in)
	}
}

func TestDecodeDoesNotKeepTheInput(t *testing.T) {
	in := []byte(`{"id":"abc","custom":{"a":1},"zzz":"raw"}`)
	got, err := DecodeValue[person](in)
	require.NoError(t, err)
	for i := range in {
		in[i] = 'X'
	}
	assert.Equal(t, "abc", got.ID)
	assert.JSONEq(t, `{"a":1}`, string(got.Custom))
	assert.Equal(t, `"raw"`, string(got.Extra["zzz"]))
}
