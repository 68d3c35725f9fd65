package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
)

// FuzzDecode compares with encoding/json, member by member, what both decode.
// The differences are:
//
//   - Broken JSON is broken for both, but a record with a member twice or with
//     invalid UTF-8 is bad here and read there.
//   - A byte order mark is skipped here.
//   - Names match here only with the same letter case.
//   - Texts, numbers and bools fit each other's fields here if nothing is lost.
//   - What does not fit is kept here, and an error there.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"id":"a","born":"b","pets":[{"name":"x","age":1.5},{}],"tags":["q"],"labels":{"a":"b"},"nested":{"A":"z"}}`,
		`{"meta":{"Total":1},"results":[{"id":"a"},5,{"id":"b","x":{"y":null}},{"friends":[{"friends":[{"id":"z","friend":{"pets":{"name":"q"}}},{"id":7}]}]}]}`,
		`{"results":[{"id":1e5,"count":"7","active":"false","counts":[300],"grid":[["a"],[],["b","c"]]}]}`,
		`{"id":"\u00e9\ud83d\ude00\n","custom":[null,true,"\ud800"],"\u0069d":"twice"}`,
		"{\"results\":[{\"id\":\"\xff\"},{\"\xff\":1},{\"new\":[\"\xff\"]},{\"pets\":{\"a\":\"\xff\"}},{\"id\":\"ok\",\"pets\":[{\"name\":\"n\",\"name\":2}]}]}",
		`{"meta":{"Total":7},"results":[ {"id":"a","pets":[{"name":"p"},{"name":"q"}]}, 5, {"id":"b","id":"c"}, null,{"id":"d","x":1,"x":2}, [], {"pets":5,"tags":[[1]]} , {"id":"z"}]}`,
		`{"meta":[],"results":{"id":"a","count":"007","active":1,"born":4503599627370497.3}}`,
		"\xef\xbb\xbf{\"results\":null}", `{"id":true,"tags":[null,[]],"raws":[null],"kennels":{"a":null},"flags":[null]}`,
		`{"zzz":"\udc00\ud800\udc00","\ud800":{"\udfff":1,"\ud800":2}}`, `{"count":1e400,"pets":[{"age":1e-400}]}`, `[[[[`, `{"a"`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in := bytes.Clone(data)
		plain := bytes.TrimPrefix(data, bom)
		var p page
		if err := Decode(in, &p); err == nil && !json.Valid(plain) {
			t.Fatalf("decoded what is not JSON: %q", data)
		} else if err != nil && !fatal(err) && !json.Valid(plain) {
			t.Fatalf("broken JSON is not a syntax error: %v: %q", err, data)
		}
		got, err := DecodeValue[person](in)
		if !bytes.Equal(in, data) {
			t.Fatalf("changed the data: %q", data)
		}
		for i := range in { // is not kept
			in[i] = 'X'
		}
		var strict map[string]json.RawMessage
		if mended, broken := mendAll(plain), jsonv2.Unmarshal(mendAll(plain), &strict); broken != nil || strict == nil {
			if err == nil && string(bytes.TrimSpace(plain)) != "null" {
				t.Fatalf("decoded what can't be encoded: %q: %v", mended, broken)
			}
			return
		}
		if err != nil {
			t.Fatalf("refused an object: %v: %q", err, data)
		}
		var want map[string]json.RawMessage
		if err := json.Unmarshal(plain, &want); err != nil {
			t.Fatal(err)
		}
		for name, raw := range want {
			extra, kept := got.Extra[name]
			if kept && !sameJSON(t, raw, extra) {
				t.Fatalf("%q became %q: %q", raw, extra, data)
			}
			text, isText := map[string]string{"id": got.ID, "born": string(got.Born), "balance": string(got.Balance)}[name]
			var s string
			switch {
			case isText && raw[0] == '"':
				if err := json.Unmarshal(raw, &s); err != nil || s != text {
					t.Fatalf("%q read as %q: %q", raw, text, data)
				}
			case isText && raw[0] != '{' && raw[0] != '[' && raw[0] != 'n':
				if text != string(raw) {
					t.Fatalf("%q read as %q: %q", raw, text, data)
				}
			case isText, !fieldsOfPerson[name]:
				if !kept && (!isText || raw[0] != 'n') {
					t.Fatalf("%q is lost: %q", name, data)
				}
			case name == "custom":
				if !sameJSON(t, raw, got.Custom) {
					t.Fatalf("%q became %q: %q", raw, got.Custom, data)
				}
			}
		}
		out, err := Marshal(got)
		if err != nil {
			t.Fatalf("can't be written: %v: %q", err, data)
		}
		again, err := DecodeValue[person](out)
		if err != nil || !reflect.DeepEqual(again, got) {
			t.Fatalf("%v: %q became %q", err, data, out)
		}
		for name := range got.Extra {
			if _, came := want[name]; !came {
				t.Fatalf("%q never came: %q", name, data)
			}
		}
	})
}

// mendAll is mend for a copy of what may not be JSON.
func mendAll(b []byte) []byte {
	if !json.Valid(b) {
		return b
	}
	b = bytes.Clone(b)
	mend(b)
	return b
}

// fieldsOfPerson are the names that person has a field for.
var fieldsOfPerson = func() map[string]bool {
	names := make(map[string]bool)
	for f := range reflect.TypeFor[person]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names[name] = true
	}
	return names
}()

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y bytes.Buffer
	if json.Compact(&x, mendAll(a)) != nil || json.Compact(&y, b) != nil {
		t.Fatalf("%q, %q", a, b)
	}
	return bytes.Equal(x.Bytes(), y.Bytes())
}
