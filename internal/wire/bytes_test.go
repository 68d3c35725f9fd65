package wire

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// Every byte at every place of a string, as a value, as a name and in raw JSON.
func TestEveryByteEverywhere(t *testing.T) {
	for b := range 256 {
		for before := range 20 {
			for behind := range 10 {
				s := strings.Repeat("a", before) + string([]byte{byte(b)}) + strings.Repeat("z", behind)
				// Escapes are for other tests, and a quote ends the string.
				valid, garbled := b >= ' ' && b != '"' && b != '\\', b >= utf8.RuneSelf
				if b == '\\' {
					valid = json.Valid([]byte(`"` + s + `"`))
				}
				for _, in := range []string{`{"id":"` + s + `"}`, `{"` + s + `":1,"id":"x"}`, `{"custom":["` + s + `"]}`, `{"zzz":"` + s + `"}`} {
					got, err := DecodeValue[person]([]byte(in))
					if (err == nil) != (valid && !garbled) || err != nil && fatal(err) == valid {
						t.Fatalf("%q: %v", in, err)
					}
					if err != nil {
						continue
					}
					var want map[string]any
					if err := json.Unmarshal([]byte(in), &want); err != nil {
						t.Fatal(err)
					}
					back := map[string]any{}
					for name, raw := range got.Extra {
						back[name] = decoded(t, raw)
					}
					if got.ID != "" {
						back["id"] = got.ID
					}
					if got.Custom != nil {
						back["custom"] = decoded(t, got.Custom)
					}
					if x, y := printed(t, back), printed(t, want); x != y {
						t.Fatalf("%q: %s %s", in, x, y)
					}
				}
			}
		}
	}
}

func decoded(t *testing.T, raw json.RawMessage) (v any) {
	t.Helper()
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%q: %v", raw, err)
	}
	return v
}

func printed(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestNumbersInEveryField(t *testing.T) {
	for _, number := range []string{"-", "0", "-0", "00", "01", "-01", "1.", ".5", "+1", "1e", "1e+", "1E+5", "1.5e-7", "1e400", "--1", "0x1", "1_0", "NaN", "1.0", "12.000", "1 2", "1e5e5", "1.2.3"} {
		for _, in := range []string{`{"id":` + number + `}`, `{"count":` + number + `}`, `{"active":` + number + `}`, `{"custom":` + number + `}`, `{"zz":` + number + `}`, `{"tags":[` + number + `]}`, `{"pets":` + number + `}`} {
			_, err := DecodeValue[person]([]byte(in))
			if (err == nil) != json.Valid([]byte(in)) {
				t.Errorf("%s: %v", in, err)
			}
		}
	}
}
