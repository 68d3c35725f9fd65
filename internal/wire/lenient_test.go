package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type envelope struct {
	Meta *struct {
		Total   *int   `json:"total"`
		HasMore *bool  `json:"hasMore"`
		Note    string `json:"note"`
	} `json:"meta"`
	Pagination struct {
		Next *int `json:"next_page"`
	} `json:"pagination"`
	OK      bool                       `json:"ok"`
	Tags    []string                   `json:"tags"`
	Names   map[string]int             `json:"names"`
	Error   json.RawMessage            `json:"error"`
	Raws    map[string]json.RawMessage `json:"raws"`
	Results List[person]               `json:"results"`
}

// Whatever stands beside a list, its records are good.
func TestEnvelopesAreLenient(t *testing.T) {
	for _, beside := range []string{
		`"meta":[]`, `"meta":"ok"`, `"meta":5`, `"meta":true`, `"meta":null`, `"meta":{}`, `"meta":[{"total":1}]`,
		`"meta":{"total":"n/a"}`, `"meta":{"total":1.5}`, `"meta":{"total":[[]]}`, `"meta":{"hasMore":"no"}`, `"meta":{"hasMore":{}}`,
		`"meta":{"total":1,"total":2}`, "\"meta\":{\"note\":\"\xff\"}", `"meta":{"note":{"a":[1,{}]}}`, `"meta":{"zzz":1,"zzz":2}`,
		`"pagination":[]`, `"pagination":{"next_page":""}`, `"pagination":{"next_page":"x"}`, `"pagination":0`,
		`"ok":"maybe"`, `"ok":[]`, `"tags":5`, `"tags":[{}]`, `"tags":{"a":1}`, `"names":[]`, `"names":{"a":"x"}`, `"names":{"a":1,"a":2}`,
		`"error":{"a":1,"a":2}`, "\"error\":\"\xff\"", `"raws":{"a":{"b":1,"b":2}}`, `"unknown":{"a":1,"a":2}`, "\"unk\xffnown\":\"\xff\"",
	} {
		for _, body := range []string{`{` + beside + `,"results":[{"id":"a"},{"id":"b"}]}`, `{"results":[{"id":"a"},{"id":"b"}],` + beside + `}`} {
			got, err := DecodeValue[envelope]([]byte(body))
			require.NoError(t, err, body)
			assert.Equal(t, []person{{ID: "a"}, {ID: "b"}}, got.Results.Items, body)
			assert.Empty(t, got.Results.Bad, body)
			assert.True(t, got.Results.Came, body)
		}
	}
}

// What fits is read, also beside what does not.
func TestEnvelopesKeepWhatFits(t *testing.T) {
	got, err := DecodeValue[envelope]([]byte(`{"meta":{"total":7,"hasMore":"no","note":"n"},"tags":["a",{},"b",[]],"names":{"a":1,"b":"x","c":null,"d":2}}`))
	require.NoError(t, err)
	assert.Equal(t, 7, *got.Meta.Total)
	assert.Nil(t, got.Meta.HasMore)
	assert.Equal(t, "n", got.Meta.Note)
	assert.Equal(t, []string{"a", "b"}, got.Tags)
	assert.Equal(t, map[string]int{"a": 1, "d": 2}, got.Names)
}

// A raw value of an envelope is kept as it came, whatever it holds: its records
// are decoded one by one, later.
func TestEnvelopesKeepRawValues(t *testing.T) {
	for _, raw := range []string{`[{"id":1,"id":2},{"id":3}]`, "{\"a\":\"\xff\"}", `null`} {
		for _, list := range []string{`[]`, `[{"id":"a","zzz":{}}]`, `[{"id":1,"id":2}]`, `[{"zzz":{"a":1,"a":1}}]`, `[5]`} {
			got, err := DecodeValue[envelope]([]byte(`{"results":` + list + `,"error":` + raw + `,"raws":{"a":` + raw + `}}`))
			require.NoError(t, err)
			assert.Equal(t, raw, string(got.Error), list)
			assert.Equal(t, raw, string(got.Raws["a"]), list)
		}
		all, err := DecodeValue[map[string]json.RawMessage]([]byte(`{"a":` + raw + `}`))
		require.NoError(t, err)
		assert.Equal(t, raw, string(all["a"]))
	}
}

// A custom type gets values that are fit to be encoded again.
type custom string

func (c *custom) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte("5")) {
		return errors.New("not 5")
	}
	*c = custom(b)
	return nil
}

type customs struct {
	One   struct{ custom } `json:"one,omitzero"`
	All   []struct{ custom }
	Extra map[string]json.RawMessage `json:",embed,unknown"`
}

func TestCustomTypes(t *testing.T) {
	of := func(text custom) struct{ custom } { return struct{ custom }{text} }
	for _, c := range []struct {
		in   string
		want customs
	}{
		{`{"one":{"a":"\ud800"},"All":[1,"\udfff",null]}`, customs{One: of(`{"a":"\ufffd"}`), All: []struct{ custom }{of("1"), of(`"\ufffd"`), of("null")}}},
		{`{"one":5}`, customs{Extra: map[string]json.RawMessage{"one": json.RawMessage("5")}}},
		{`{"All":[1,5]}`, customs{All: []struct{ custom }{of("1")}, Extra: map[string]json.RawMessage{"All": json.RawMessage("[1,5]")}}},
	} {
		got, err := DecodeValue[customs]([]byte(c.in))
		require.NoError(t, err, c.in)
		assert.Equal(t, c.want, got, c.in)
	}
	for _, in := range []string{`{"one":{"a":1,"a":2}}`, "{\"one\":\"\xff\"}"} {
		_, err := DecodeValue[customs]([]byte(in))
		require.Error(t, err, in)
	}
}

// A list came only as an array, null, or one object.
func TestLists(t *testing.T) {
	for member, want := range map[string]struct {
		came bool
		ids  []string
	}{
		``:                          {false, nil},
		`"results":[]`:              {true, nil},
		`"results":null`:            {true, nil},
		`"results":{"id":"a"}`:      {true, []string{"a"}},
		`"results":{}`:              {true, []string{""}},
		`"results":[{"id":"a"},{}]`: {true, []string{"a", ""}},
		`"results":"none"`:          {false, nil},
		`"results":""`:              {false, nil},
		`"results":7`:               {false, nil},
		`"results":false`:           {false, nil},
	} {
		got, err := DecodeValue[envelope]([]byte(`{` + member + `}`))
		require.NoError(t, err, member)
		assert.Equal(t, want.came, got.Results.Came, member)
		var ids []string
		for _, p := range got.Results.Items {
			ids = append(ids, p.ID)
		}
		assert.Equal(t, want.ids, ids, member)
	}
	one, err := DecodeValue[List[person]]([]byte(`{"id":"a","id":"b"}`))
	require.NoError(t, err)
	assert.True(t, one.Came)
	assert.Equal(t, []Bad{{0, []byte(`{"id":"a","id":"b"}`), errDuplicate}}, one.Bad)
}

// A list that is decoded into again, and a record behind a bad one, start from
// zero.
func TestListsStartFromZero(t *testing.T) {
	var l List[person]
	for _, in := range []string{`[{"born":"x","tags":["a"],"zzz":1},{"born":"y","id":1,"id":2},{"id":"c"}]`, `[{"id":"a"},{"born":"y","id":1,"id":2},{"id":"c"}]`, `{"id":"a"}`} {
		require.NoError(t, Decode([]byte(in), &l))
		for i, id := range []string{"a", "c"}[:len(l.Items)] {
			if l.Items[i].ID != "" {
				assert.Equal(t, person{ID: id}, l.Items[i], in)
			}
		}
		assert.Len(t, l.Bad, strings.Count(in, `"id":2`), in)
	}
	assert.Len(t, l.Items, 1)
}

// A record in an envelope that can't be decoded is an error, and not absent.
func TestBrokenRecordsInEnvelopes(t *testing.T) {
	type one struct {
		Result  *person           `json:"result"`
		All     []person          `json:"all"`
		ByName  map[string]person `json:"by_name"`
		Wrapped struct{ P person }
	}
	for _, record := range []string{`{"id":"a","id":"b"}`, "{\"id\":\"\xff\"}", `{"x":{"a":1,"a":2}}`} {
		for _, body := range []string{`{"result":` + record + `}`, `{"all":[` + record + `]}`, `{"by_name":{"a":` + record + `}}`, `{"Wrapped":{"P":` + record + `}}`} {
			_, err := DecodeValue[one]([]byte(body))
			require.Error(t, err, body)
		}
	}
	for _, body := range []string{`{"result":"text"}`, `{"result":[]}`, `{"all":{"id":5},"result":5}`} {
		got, err := DecodeValue[one]([]byte(body))
		require.NoError(t, err, body)
		assert.Nil(t, got.Result)
	}
}

func TestByteOrderMark(t *testing.T) {
	for _, body := range []string{`{"results":[{"id":"a"}]}`, ` {"results":[{"id":"a"}]} `} {
		got, err := DecodeValue[envelope]([]byte("\xef\xbb\xbf" + body))
		require.NoError(t, err)
		assert.Equal(t, []person{{ID: "a"}}, got.Results.Items)
		assert.Equal(t, byte('{'), Kind([]byte("\xef\xbb\xbf"+body)))
	}
	_, err := DecodeValue[envelope]([]byte("\xef\xbb\xbf"))
	require.ErrorContains(t, err, "empty")
	_, err = DecodeValue[envelope]([]byte("{}\xef\xbb\xbf"))
	require.Error(t, err)
	assert.Zero(t, Kind(nil))
}

// Elements that do not fit lose themselves. The record keeps the whole member.
func TestNestedLists(t *testing.T) {
	count := ptr(int64(1))
	for _, c := range []struct {
		member string
		want   person
		keeps  bool
	}{
		{`"pets":{"name":"x"}`, person{Pets: []pet{{Name: "x"}}}, false},
		{`"pets":[]`, person{Pets: []pet{}}, false},
		{`"pets":[{"name":"x"},7,{"name":"y"}]`, person{Pets: []pet{{Name: "x"}, {Name: "y"}}}, true},
		{`"pets":[null,{"name":"y"}]`, person{Pets: []pet{{Name: "y"}}}, true},
		{`"pets":[null]`, person{Pets: []pet{}}, true},
		{`"pets":[[{"name":"y"}]]`, person{Pets: []pet{}}, true},
		{`"pets":[{"name":["x"],"age":3}]`, person{Pets: []pet{{Age: ptr(3.0), Extra: map[string]json.RawMessage{"name": json.RawMessage(`["x"]`)}}}}, false},
		{`"tags":["a",{"deep":["b"]},"c",null]`, person{Tags: []string{"a", "c", ""}}, true},
		{`"tags":["a",null,true,5]`, person{Tags: []string{"a", "", "true", "5"}}, false},
		{`"grid":[["a"],["b",[],"c"],7,null]`, person{Grid: [][]string{{"a"}, {"b", "c"}, nil}}, true},
		{`"counts":[1,null,2]`, person{Counts: []*int64{count, nil, ptr(int64(2))}}, false},
		{`"counts":[1,"x"]`, person{Counts: []*int64{count}}, true},
		{`"flags":[true,null,"false"]`, person{Flags: []bool{true, false}}, true},
		{`"labels":{"x":"1","y":[1],"z":null}`, person{Labels: map[string]string{"x": "1", "z": ""}}, true},
		{`"kennels":{"a":{"name":"x"},"b":null,"c":5}`, person{Kennels: map[string]pet{"a": {Name: "x"}}}, true},
		{`"nested":{"A":"1","B":[]}`, person{Nested: struct{ A, B string }{A: "1"}}, true},
		{`"nested":{"A":"1","C":2}`, person{Nested: struct{ A, B string }{A: "1"}}, true},
		{`"custom":null`, person{Custom: json.RawMessage("null")}, false},
		{`"raws":[null,{"a":1}]`, person{Raws: []json.RawMessage{json.RawMessage("null"), json.RawMessage(`{"a":1}`)}}, false},
		{`"friend":{"pets":[5],"friends":[{"id":"f"},6]}`, person{Friend: &person{
			Pets: []pet{}, Friends: []person{{ID: "f"}},
			Extra: map[string]json.RawMessage{"pets": json.RawMessage(`[5]`), "friends": json.RawMessage(`[{"id":"f"},6]`)},
		}}, false},
	} {
		if c.keeps {
			name, raw, _ := strings.Cut(c.member, ":")
			c.want.Extra = map[string]json.RawMessage{strings.Trim(name, `"`): json.RawMessage(raw)}
		}
		c.want.Born, c.want.Balance = "before", "after"
		got, err := DecodeValue[person]([]byte(`{"born":"before",` + c.member + `,"balance":"after"}`))
		require.NoError(t, err, c.member)
		assert.Equal(t, c.want, got, c.member)
	}
}

// Halves of surrogate pairs read as U+FFFD, wherever they are, and the record
// can be encoded again.
func TestLoneSurrogates(t *testing.T) {
	for _, c := range []struct{ in, raw, text string }{
		{`\ud800`, `\ufffd`, "\ufffd"},
		{`\uDFFF`, `\ufffd`, "\ufffd"},
		{`a\ud800b`, `a\ufffdb`, "a\ufffdb"},
		{`\ud800\ud800`, `\ufffd\ufffd`, "\ufffd\ufffd"},
		{`\ud83d\ude00`, `\ud83d\ude00`, "😀"},
		{`\ud800\ud83d\ude00\udc00`, `\ufffd\ud83d\ude00\ufffd`, "\ufffd😀\ufffd"},
		{`\ude00\ude00`, `\ufffd\ufffd`, "\ufffd\ufffd"},
		{`\ude00\ud83d`, `\ufffd\ufffd`, "\ufffd\ufffd"},
		{`\\ud800`, `\\ud800`, `\ud800`},
		{`\ud800\\udc00`, `\ufffd\\udc00`, "\ufffd\\udc00"},
		{`\ud83d\n\ude00`, `\ufffd\n\ufffd`, "\ufffd\n\ufffd"},
		{`\ud83d\"`, `\ufffd\"`, "\ufffd\""},
		{`é\ud800é`, `é\ufffdé`, "é\ufffdé"},
	} {
		got, err := DecodeValue[person]([]byte(`{"id":"` + c.in + `","tags":["` + c.in + `"],"labels":{"` + c.in + `":"` + c.in + `"},
			"custom":{"a":["` + c.in + `"],"` + c.in + `":{}},"zzz":["` + c.in + `"],"x` + c.in + `":1,"pets":"` + c.in + `","count":"` + c.in + `","flag":"` + c.in + `"}`))
		require.NoError(t, err, c.in)
		assert.Equal(t, person{
			ID: c.text, Tags: []string{c.text}, Labels: map[string]string{c.text: c.text},
			Custom: json.RawMessage(`{"a":["` + c.raw + `"],"` + c.raw + `":{}}`),
			Extra: map[string]json.RawMessage{
				"zzz": json.RawMessage(`["` + c.raw + `"]`), "x" + c.text: json.RawMessage(`1`), "flag": json.RawMessage(`"` + c.raw + `"`),
				"pets": json.RawMessage(`"` + c.raw + `"`), "count": json.RawMessage(`"` + c.raw + `"`),
			},
		}, got, c.in)
		b, err := jsonv2.Marshal(got)
		require.NoError(t, err, c.in)
		assert.True(t, json.Valid(b))
	}
}

// A member that occurs twice, anywhere in a record, makes it undecodable.
func TestDuplicates(t *testing.T) {
	many := func(n int, last string) string {
		var b strings.Builder
		b.WriteByte('{')
		for i := range n {
			b.WriteString(`"m` + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + `":1,`)
		}
		return b.String() + `"` + last + `":2}`
	}
	for _, object := range []string{
		`{"a":1,"a":2}`, `{"a":1,"b":{},"a":2}`, `{"\u0061":1,"a":2}`, `{"\ud800":1,"\udfff":2}`, `{"\ufffd":1,"\ud800":2}`, `{"":1,"":1}`,
		`[{"b":[{"a":{"c":1,"d":2,"c":3}}]}]`, many(500, "maa"), many(500, `m\u0061a`),
	} {
		for _, record := range []string{
			`{"id":"x","zzz":` + object + `}`, `{"custom":` + object + `}`, `{"count":` + object + `}`, `{"pets":[{"zzz":` + object + `}]}`,
			`{"pets":[` + object + `,{"zzz":[` + object + `]}]}`, `{"tags":["a",{"x":` + object + `}]}`, `{"nested":{"A":` + object + `}}`,
			`{"nested":{"C":` + object + `}}`, `{"friend":{"custom":` + object + `}}`, `{"kennels":{"k":{"q":` + object + `}}}`, `{"raws":[1,` + object + `]}`,
		} {
			got, err := DecodeValue[List[person]]([]byte(`[{"id":"a"},` + record + `,{"id":"b"}]`))
			require.NoError(t, err, record)
			require.Len(t, got.Items, 2, "%.80s", record)
			assert.Equal(t, []Bad{{1, []byte(record), errDuplicate}}, got.Bad)
		}
	}
	for _, record := range []string{`{"a":1,"a":2}`, `{"labels":{"a":"1","a":"2"}}`, `{"kennels":{"a":5,"a":6}}`, `{"nested":{"A":"1","A":"2"}}`, `{"id":null,"id":null}`, `{"\ud800":1,"\ud801":1}`} {
		got, err := DecodeValue[List[person]]([]byte(`[` + record + `]`))
		require.NoError(t, err, record)
		assert.Equal(t, []Bad{{0, []byte(record), errDuplicate}}, got.Bad)
	}
	// One name in several objects is no duplicate.
	for _, object := range []string{`[{"a":1},{"a":2}]`, `{"a":{"a":{"a":1}},"b":{"a":1}}`, `{"a":1,"A":2}`, `{"a":1,"\u0062":2}`, many(500, "zz")} {
		got, err := DecodeValue[List[person]]([]byte(`[{"zzz":` + object + `,"custom":` + object + `}]`))
		require.NoError(t, err, object)
		assert.Empty(t, got.Bad, object)
	}
}
