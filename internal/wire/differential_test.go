package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A plain struct has nothing that encoding/json does not know.
type plain struct {
	ID     string            `json:"id"`
	Count  int64             `json:"count"`
	Size   float64           `json:"size"`
	Active *bool             `json:"active"`
	Tags   []string          `json:"tags"`
	Pets   []plainPet        `json:"pets"`
	Best   *plainPet         `json:"best"`
	Labels map[string]string `json:"labels"`
	Custom json.RawMessage   `json:"custom"`
}

type plainPet struct {
	Name string `json:"name"`
	Age  *int64 `json:"age"`
}

// A reason is why this decoder and another one may differ.
type reason string

const (
	none          reason = ""
	byteOrderMark reason = "a byte order mark is skipped here"
	dirtyText     reason = "invalid UTF-8 in a record is refused here and by v2, and replaced by v1; half of a surrogate pair is replaced here and by v1, and refused by v2"
	memberTwice   reason = "a field's member that occurs twice is refused here and by v2; the last one counts for v1"
	misfit        reason = "a value that does not fit its field is read here if nothing is lost, and left out otherwise"
	tooMuch       reason = "records that would take far more memory than their JSON are refused here"
)

// reasonFor returns the reason why the decoders may differ about data. err is this
// one's error, and strict that of v2.
func reasonFor(data []byte, err, strict error) reason {
	var semantic *jsonv2.SemanticError
	switch {
	case bytes.HasPrefix(data, bom):
		return byteOrderMark
	case errors.Is(err, ErrMemory):
		return tooMuch
	case errors.Is(strict, jsontext.ErrDuplicateName):
		return memberTwice
	case !jsontext.Value(data).IsValid(jsontext.AllowDuplicateNames(true)) && jsontext.Value(data).IsValid(lenient):
		return dirtyText
	case errors.As(strict, &semantic):
		return misfit
	}
	return none
}

// FuzzAgainstEncodingJSON decodes into a plain struct, here, by encoding/json and by its
// second version. If all accept the data, the values are the same. If not, one of the
// reasons above holds.
func FuzzAgainstEncodingJSON(f *testing.F) {
	for _, seed := range []string{
		`{"id":"a","count":7,"size":1.5,"active":true,"tags":["a","b",null],"pets":[{"name":"x","age":3},{}],"best":{"name":"q"},"labels":{"a":"b"},"custom":{"x":[1, 2]}}`,
		`{"id":null,"count":null,"size":null,"active":null,"tags":null,"pets":null,"best":null,"labels":null,"custom":null}`, `{"tags":[],"pets":[],"labels":{},"custom":""}`,
		`{"id":7,"count":"7","size":"1e3","active":1,"tags":"x","pets":{"name":"one"},"labels":[],"best":[]}`, `{"id":"a","id":"b"}`, `{"zzz":{"a":1,"a":2}}`, `{"custom":{"a":1,"a":2}}`,
		"{\"id\":\"\xff\"}", "{\"\xff\":1}", `{"id":"\ud800","custom":"\udc00\ud800"}`, `{"id":"\ud83d\ude00\u00e9\n\/\"\\\b\f\r\t"}`, `{"ID":"a","Pets":[{"NAME":"x"}]}`, "\xef\xbb\xbf{}",
		`{"size":0.1000000000000000055511151231257827,"count":1.0}`, `{"size":1e400,"count":9223372036854775808}`, `{"count":-0,"size":-0.0}`, `{"pets":[null,{"name":null}]}`,
		` {"id" : "a" , "count":1 } `, `{"id":"a"} x`, `{"id":"a"`, `{"id":01}`, `null`, `[]`, `""`, ``, `{"id":"` + strings.Repeat("x", 40) + `é"}`,
		"{\"\":[],\"\xb4\":{},\"\":\"\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var here, first, second plain
		err, firstErr, secondErr := Decode(data, &here), json.Unmarshal(data, &first), jsonv2.Unmarshal(data, &second)
		differs := (err == nil) != (secondErr == nil) || (err == nil) != (firstErr == nil) && !mayFold(data)
		if differs && reasonFor(data, err, secondErr) == none {
			t.Fatalf("%q: here %v, v1 %v, v2 %v", data, err, firstErr, secondErr)
		}
		if err == nil && secondErr == nil {
			compare(t, data, "v2", here, second)
		}
		if err == nil && firstErr == nil && secondErr == nil && !mayFold(data) {
			compare(t, data, "v1", here, first)
		}
	})
}

// compare fails if two decoders read different values, except that here a number that a
// float can't hold is left out, and so is a null among objects.
func compare(t *testing.T, data []byte, name string, here, there plain) {
	t.Helper()
	if here.Size == 0 {
		here.Size = there.Size
	}
	if len(here.Custom) > 0 && sameJSON(t, there.Custom, here.Custom) {
		here.Custom = there.Custom
	}
	absent := func(p plainPet) bool { return p == plainPet{} }
	here.Pets, there.Pets = slices.DeleteFunc(here.Pets, absent), slices.DeleteFunc(there.Pets, absent)
	if !reflect.DeepEqual(here, there) {
		t.Fatalf("%q: here %+v, %s %+v", data, here, name, there)
	}
}

// mayFold reports whether v1 might take a member for a field whose name has another
// letter case. Here and for v2 it is another member.
func mayFold(data []byte) bool {
	return bytes.ContainsFunc(data, func(r rune) bool { return 'A' <= r && r <= 'Z' || r >= utf8.RuneSelf || r == '\\' })
}
