package wire

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"testing"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type numbers struct {
	I     *int64                     `json:"i"`
	S     *int8                      `json:"s"`
	F     *float64                   `json:"f"`
	G     *float32                   `json:"g"`
	B     *bool                      `json:"b"`
	Extra map[string]json.RawMessage `json:",embed,unknown"`
}

// Each value is read by a field of each kind, as a number and as a text. It
// either prints as the same decimal value, or is kept in Extra.
func TestNumbersFitExactly(t *testing.T) {
	for _, c := range []struct{ value, fits string }{
		{"0", "isfgb"},
		{"-0", "isfg"},
		{"1", "isfgb"},
		{"7", "isfg"},
		{"850.0", "ifg"},
		{"8.5e2", "ifg"},
		{"1E2", "isfg"},
		{"12.50", "fg"},
		{"0.1", "fg"},
		{"1e-1", "fg"},
		{"127.000", "isfg"},
		{"128", "ifg"},
		{"1e3", "ifg"},
		{"16777217", "if"},
		{"123456789012345", "if"},
		{"9007199254740993", "i"},
		{"9223372036854775807", "i"},
		{"9223372036854775807.0", "i"},
		{"-9223372036854775808", "i"},
		{"9223372036854775808", ""},
		{"9007199254740992.0", "if"},
		{"4503599627370497.3", ""},
		{"4503599627370497.5", ""},
		{"2251799813685248.5", "f"},
		{"0.1000000000000000055511151231257827", ""},
		{"1.7976931348623157e308", "f"},
		{"1e400", ""},
		{"1e-400", ""},
		{"0e999999999999999999999", "isfg"},
		{"1e999999999999999999999", ""},
		{"1" + strings.Repeat("0", 30), "fg"},
		{"1." + strings.Repeat("0", 1000), "isfg"},
		{"0." + strings.Repeat("0", 1000) + "1e1001", "isfg"},
		{"1" + strings.Repeat("0", 1000) + "e-1000", "isfg"},
		{`"007"`, ""},
		{`"+7"`, ""},
		{`" 7"`, ""},
		{`"7 "`, ""},
		{`".5"`, ""},
		{`"5."`, ""},
		{`"1_000"`, ""},
		{`"0x10"`, ""},
		{`"0x1p4"`, ""},
		{`"NaN"`, ""},
		{`"Inf"`, ""},
		{`"-Infinity"`, ""},
		{`""`, ""},
		{`"n/a"`, ""},
		{`"1e5"`, "ifg"},
		{`"\u0037"`, "isfg"},
		{"true", "b"},
		{"false", "b"},
		{`"true"`, "b"},
		{`"false"`, "b"},
		{`"1"`, "isfgb"},
		{`"0"`, "isfgb"},
		{`"TRUE"`, ""},
		{`"yes"`, ""},
		{"1.0", "isfg"},
		{"[1]", ""},
		{"{}", ""},
	} {
		for _, name := range []string{"i", "s", "f", "g", "b"} {
			got, err := DecodeValue[numbers]([]byte(`{"` + name + `":` + c.value + `}`))
			require.NoError(t, err, c.value)
			if !strings.Contains(c.fits, name) {
				assert.Equal(t, numbers{Extra: map[string]json.RawMessage{name: json.RawMessage(c.value)}}, got, "%s: %.40s", name, c.value)
				continue
			}
			assert.Nil(t, got.Extra, "%s: %.40s", name, c.value)
			b, err := jsonv2.Marshal(map[string]any{"i": got.I, "s": got.S, "f": got.F, "g": got.G, "b": got.B}[name])
			require.NoError(t, err)
			if name == "b" {
				continue
			}
			text := strings.Trim(c.value, `"`)
			if text == `\u0037` {
				text = "7"
			}
			want, ok := ParseNumber([]byte(text))
			require.True(t, ok, c.value)
			printed, ok := ParseNumber(b)
			require.True(t, ok, "%s", b)
			assert.Equal(t, want.String(), printed.String(), "%s: %.40s", name, c.value)
		}
	}
}

func TestBools(t *testing.T) {
	for value, want := range map[string]bool{"true": true, `"true"`: true, "1": true, `"1"`: true, "false": false, `"false"`: false, "0": false, `"0"`: false} {
		got, err := DecodeValue[numbers]([]byte(`{"b":` + value + `}`))
		require.NoError(t, err)
		assert.Equal(t, numbers{B: &want}, got, value)
	}
}

func TestParseNumber(t *testing.T) {
	for _, bad := range []string{"", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1x", "0x1", "1_0", "NaN", "Inf", " 1", "1 "} {
		_, ok := ParseNumber([]byte(bad))
		assert.False(t, ok, bad)
	}
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.StringMatching(`[+-]?([0-9]{1,25}(\.[0-9]{0,25})?|\.[0-9]{1,25})([eE][+-]?[0-9]{1,2})?`)
		a, b := one.Draw(t, "a"), one.Draw(t, "b")
		x, ok := ParseNumber([]byte(a))
		require.True(t, ok, a)
		y, ok := ParseNumber([]byte(b))
		require.True(t, ok, b)
		r, ok := new(big.Rat).SetString(a)
		require.True(t, ok)
		s, ok := new(big.Rat).SetString(b)
		require.True(t, ok)
		same := r.Cmp(s) == 0
		if x.Equal(y) != same || (x.String() == y.String()) != same {
			t.Fatalf("%s and %s", a, b)
		}
		back, ok := new(big.Rat).SetString(x.String())
		if !ok || back.Cmp(r) != 0 {
			t.Fatalf("%s became %s", a, x)
		}
		i, ok := x.Int64()
		if want := r.IsInt() && r.Num().IsInt64(); ok != want || ok && i != r.Num().Int64() {
			t.Fatalf("%s: %d %t", a, i, ok)
		}
	})
}

// A float that fits prints as the text's value; one that does not is refused.
func TestExactFloats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,19})?([eE][+-]?[0-9]{1,3})?`).Draw(t, "text")
		for _, bits := range []int{32, 64} {
			f, ok := exactFloat([]byte(text), bits)
			want, err := strconv.ParseFloat(text, bits)
			if err != nil {
				if ok {
					t.Fatalf("%s fits %d bits", text, bits)
				}
				continue
			}
			printed, _ := new(big.Rat).SetString(strconv.FormatFloat(want, 'e', -1, bits))
			exact, valid := new(big.Rat).SetString(text)
			if !valid || ok != (printed.Cmp(exact) == 0) || ok && f != want {
				t.Fatalf("%s as %d bits: %v %t", text, bits, f, ok)
			}
		}
	})
}
