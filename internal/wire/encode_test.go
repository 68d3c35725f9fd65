package wire

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A model is a record as users see it: its methods are this package.
type model struct {
	ID    string                     `json:"id,omitzero"`
	Count *int64                     `json:"count,omitzero"`
	Pets  []kept                     `json:"pets,omitzero"`
	Plain int                        `json:"plain"`
	Extra map[string]json.RawMessage `json:",embed,unknown"`
}

type kept struct {
	Name  string                     `json:"name,omitzero"`
	Age   *float64                   `json:"age,omitzero"`
	Extra map[string]json.RawMessage `json:",embed,unknown"`
}

func (m model) MarshalJSON() ([]byte, error)  { return Marshal(m) }
func (m *model) UnmarshalJSON(b []byte) error { return Decode(b, m) }
func (k kept) MarshalJSON() ([]byte, error)   { return Marshal(k) }
func (k *kept) UnmarshalJSON(b []byte) error  { return Decode(b, k) }
func marshal(t *testing.T, v any) (all []string) {
	t.Helper()
	for _, f := range []func(any) ([]byte, error){Marshal, json.Marshal, func(v any) ([]byte, error) { return jsonv2.Marshal(v) }} {
		b, err := f(v)
		require.NoError(t, err)
		all = append(all, string(b))
	}
	return all
}

// What was read is written as it came, and what was set since is written as set,
// by every encoder.
func TestMisfitsAreWritten(t *testing.T) {
	for _, c := range []struct {
		in   string
		set  func(*model)
		want string
	}{
		{`{"id":"a","count":1,"new":{"x":[null]}}`, nil, `{"id":"a","count":1,"plain":0,"new":{"x":[null]}}`},
		{`{"count":"007"}`, nil, `{"plain":0,"count":"007"}`},
		{`{"count":"007"}`, func(m *model) { m.Count = ptr(int64(7)) }, `{"count":7,"plain":0}`},
		{`{"id":["a"],"count":1.5}`, func(m *model) { m.ID = "b" }, `{"id":"b","plain":0,"count":1.5}`},
		{`{"id":["a"]}`, func(m *model) { delete(m.Extra, "id") }, `{"plain":0}`},
		{`{"plain":"none"}`, nil, `{"plain":"none"}`},
		{`{"plain":"none"}`, func(m *model) { m.Plain = 5 }, `{"plain":5}`},
		{`{"pets":[{"name":"x"},7]}`, nil, `{"pets":[{"name":"x"},7],"plain":0}`},
		{`{"pets":[{"name":"x","age":"old"},null]}`, nil, `{"pets":[{"name":"x","age":"old"},null],"plain":0}`},
		{`{"pets":[{"name":"x"},7]}`, func(m *model) { m.Pets[0].Name = "y" }, `{"pets":[{"name":"y"}],"plain":0}`},
		{`{"pets":[{"name":"x"},7]}`, func(m *model) { m.Pets = nil }, `{"plain":0,"pets":[{"name":"x"},7]}`},
		{`{"pets":[7]}`, nil, `{"pets":[7],"plain":0}`},
		{`{"pets":[{"age":"old"}]}`, func(m *model) { m.Pets[0].Age = ptr(2.5) }, `{"pets":[{"age":2.5}],"plain":0}`},
		{`{"pets":{"name":"x"}}`, nil, `{"pets":[{"name":"x"}],"plain":0}`},
		{`{"pets":[]}`, nil, `{"pets":[],"plain":0}`},
		{`{"zzz":"\ud800","\udfff":1}`, nil, `{"plain":0,"zzz":"\ufffd","�":1}`},
		{`{"a\"b":1,"z":2}`, nil, `{"plain":0,"a\"b":1,"z":2}`},
	} {
		var m model
		require.NoError(t, Decode([]byte(c.in), &m), c.in)
		if c.set != nil {
			c.set(&m)
		}
		for i, got := range marshal(t, &m) {
			if i < 2 { // v2 writes U+FFFD in its own way
				assert.Equal(t, c.want, got, "%d: %s", i, c.in)
			}
			assert.JSONEq(t, c.want, got, "%d: %s", i, c.in)
		}
		for i, got := range marshal(t, map[string]any{"m": []model{m}}) {
			assert.JSONEq(t, `{"m":[`+c.want+`]}`, got, "%d: %s", i, c.in)
		}
		// And back, through the methods.
		for _, unmarshal := range []func([]byte, any) error{json.Unmarshal, func(b []byte, v any) error { return jsonv2.Unmarshal(b, v) }} {
			var back model
			require.NoError(t, unmarshal([]byte(c.want), &back), c.in)
			assert.JSONEq(t, c.want, marshal(t, back)[0], c.in)
		}
	}
}

// A record that sends members without fields sends them all.
func TestExtraIsSent(t *testing.T) {
	b, err := Marshal(model{ID: "a", Extra: map[string]json.RawMessage{"pets": json.RawMessage(`[{"name":"x"}]`), "id": json.RawMessage(`"b"`), "n": nil}})
	require.NoError(t, err)
	assert.Equal(t, `{"id":"a","plain":0,"n":null,"pets":[{"name":"x"}]}`, string(b))
	for _, raw := range []string{"", " ", "{", "1 2", "nul"} {
		_, err := Marshal(model{Extra: map[string]json.RawMessage{"n": json.RawMessage(raw)}})
		require.Error(t, err, raw)
	}
}

// Whatever is decoded is encoded, and says the same when it is decoded again.
func TestMarshalKinds(t *testing.T) {
	in := `{"id":"a\u0001\"","born":"é","active":true,"count":-3,"pets":[{"name":"x","age":1e21,"fixed":false},{}],"tags":[],"custom":[1, 2],"nested":{"A":"1","B":""},"labels":{"b":"2","a":"1"},"grid":[["a"],[]],"counts":[1,null],"raws":[null],"kennels":{"k":{"name":"y"}},"friend":{"id":"f"},"x":1}`
	want := `{"id":"a\u0001\"","born":"é","active":true,"count":-3,"pets":[{"name":"x","age":1e+21,"fixed":false},{}],"tags":[],"custom":[1, 2],"nested":{"A":"1","B":""},"labels":{"a":"1","b":"2"},"grid":[["a"],[]],"counts":[1,null],"raws":[null],"kennels":{"k":{"name":"y"}},"friend":{"id":"f"},"x":1}`
	got, err := DecodeValue[person]([]byte(in))
	require.NoError(t, err)
	b, err := Marshal(got)
	require.NoError(t, err)
	assert.Equal(t, want, string(b))
	plain, err := jsonv2.Marshal(got, jsonv2.Deterministic(true))
	require.NoError(t, err)
	assert.JSONEq(t, string(plain), string(b), "as the library does it")
	b, err = Marshal(nil)
	require.NoError(t, err)
	assert.Equal(t, "null", string(b))
	_, err = Marshal(person{ID: "\xff"})
	require.Error(t, err)
}

// A hidden is a secret as the root package has it.
type hidden struct{ text string }

func (h hidden) Reveal() string                { return h.text }
func (h *hidden) UnmarshalText(b []byte) error { h.text = string(b); return nil }
func (h hidden) MarshalText() ([]byte, error)  { return []byte("[redacted]"), nil }
func (h hidden) IsZero() bool                  { return h.text == "" }

type hiddenRaw struct{ object string }

func (h hiddenRaw) Reveal() json.RawMessage      { return json.RawMessage(h.object) }
func (h hiddenRaw) MarshalJSON() ([]byte, error) { return []byte(`"[redacted]"`), nil }

type maybe[T any] struct {
	state int
	value T
}

func (m maybe[T]) Get() (T, bool) { return m.value, m.state == 2 }
func (m maybe[T]) IsNull() bool   { return m.state == 1 }
func (m maybe[T]) IsZero() bool   { return m.state == 0 }

// A form is what a write sends. It has no Extra, and methods that call this package.
type form struct {
	Login  string                `json:"login"`
	Code   hidden                `json:"code,omitzero"`
	New    maybe[hidden]         `json:"new,omitzero"`
	Codes  maybe[[]hidden]       `json:"codes,omitzero"`
	Nested maybe[map[string]any] `json:"nested,omitzero"`
	Raw    any                   `json:"raw,omitzero"`
	Null   maybe[int]            `json:"null,omitzero"`
	Zero   maybe[int]            `json:"zero,omitzero"`
	Next   *form                 `json:"next,omitzero"`
}

func (f form) MarshalJSON() ([]byte, error)  { return Marshal(f) }
func (f *form) UnmarshalJSON(b []byte) error { return Unmarshal(b, f) }

func TestSecretsAreRevealedToServersAlone(t *testing.T) {
	f := form{
		Login: "al", Code: hidden{"s1"}, New: maybe[hidden]{2, hidden{"s2"}}, Codes: maybe[[]hidden]{2, []hidden{{"s3"}, {"s4"}}},
		Nested: maybe[map[string]any]{2, map[string]any{"a": hidden{"s5"}, "b": []any{&hidden{"s6"}, 1.5, nil, true}}},
		Raw:    hiddenRaw{`{"k":"s7"}`}, Null: maybe[int]{1, 0}, Zero: maybe[int]{2, 0}, Next: &form{Code: hidden{"s8"}},
	}
	const secret = `{"login":"al","code":"s1","new":"s2","codes":["s3","s4"],"nested":{"a":"s5","b":["s6",1.5,null,true]},"raw":{"k":"s7"},"null":null,"zero":0,"next":{"login":"","code":"s8"}}`
	const public = `{"login":"al","code":"[redacted]","new":"[redacted]","codes":["[redacted]","[redacted]"],"nested":{"a":"[redacted]","b":["[redacted]",1.5,null,true]},"raw":"[redacted]","null":null,"zero":0,"next":{"login":"","code":"[redacted]"}}`
	for _, body := range []any{f, &f, map[string]any{"x": &f}, []form{f}} {
		b, secrets, err := MarshalRequest(body)
		require.NoError(t, err)
		assert.Contains(t, string(b), secret)
		assert.Equal(t, []string{"s1", "s2", "s3", "s4", "s5", "s6", `{"k":"s7"}`, "s8"}, secrets)
		for _, marshal := range []func(any) ([]byte, error){Marshal, json.Marshal, func(v any) ([]byte, error) { return jsonv2.Marshal(v, jsonv2.Deterministic(true)) }} {
			b, err := marshal(body)
			require.NoError(t, err)
			assert.Contains(t, string(b), public)
		}
	}
	// Methods of embedded parameters do not hide the outer members.
	b, _, err := MarshalRequest(&struct {
		form
		ID string `json:"id"`
	}{form{Login: "al", Code: hidden{"s"}}, "7"})
	require.NoError(t, err)
	assert.Equal(t, `{"login":"al","code":"s","id":"7"}`, string(b))
}

func TestCyclesAreRefused(t *testing.T) {
	f := &form{}
	f.Next = f
	m := map[string]any{}
	m["m"] = m
	s := []any{nil}
	s[0] = s
	for _, v := range []any{f, m, s} {
		_, err := Marshal(v)
		require.ErrorIs(t, err, errCycle)
	}
}

// Types of other modules keep their own methods, unless they have an Extra.
func TestOwnMethodsCount(t *testing.T) {
	assert.True(t, isOurs(reflect.TypeFor[form]()))
	assert.True(t, isOurs(reflect.TypeFor[model]()))
	for _, other := range []reflect.Type{reflect.TypeFor[hidden](), reflect.TypeFor[time.Time](), reflect.TypeFor[[]form]()} {
		assert.False(t, isOurs(other), other.String())
	}
	b, err := Marshal(map[string]any{"at": time.Unix(0, 0).UTC(), "n": uint8(3), "f": 2.5, "b": []byte("x")})
	require.NoError(t, err)
	assert.Equal(t, `{"at":"1970-01-01T00:00:00Z","b":"eA==","f":2.5,"n":3}`, string(b))
}
