package tenantry_test

import (
	"bytes"
	"encoding/gob"
	stdjson "encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go"
)

const canary = "hunter2-canary"

// A holder is a caller's type: fmt calls no methods of what its unexported
// fields hold.
type holder struct {
	secret   tenantry.Secret
	opt      tenantry.Opt[tenantry.Secret]
	pointer  *tenantry.Secret
	list     []tenantry.Secret
	byName   map[string]tenantry.Secret
	anything any
}

func holding(s tenantry.Secret) holder {
	return holder{s, tenantry.Set(s), &s, []tenantry.Secret{s}, map[string]tenantry.Secret{"x": s}, s}
}

// holds fails the test if text holds the canary in any form that fmt prints.
func holds(t *testing.T, text string) {
	t.Helper()
	assert.NotContains(t, text, canary)
	for _, verb := range []string{"%x", "%X", "% x", "%v", "%d", "%o", "%b", "%U", "%q"} {
		for _, v := range []any{canary, []byte(canary), []rune(canary)} {
			form := strings.Trim(fmt.Sprintf(verb, v), "[]")
			assert.NotContains(t, text, form, verb)
		}
	}
}

// printed is what a failed assertion prints.
type printed string

func (p *printed) Errorf(format string, args ...any) { *p += printed(fmt.Sprintf(format, args...)) }

func TestSecretDoesNotPrint(t *testing.T) {
	s := tenantry.NewSecret(canary)
	for _, v := range []any{s, &s, tenantry.Set(s), holding(s), []any{s}, map[string]any{"s": s}, []holder{holding(s)}, map[tenantry.Secret]int{s: 1}} {
		for verb := 'A'; verb <= 'z'; verb++ {
			for _, flags := range []string{"", "+", "#", " ", "0", "-", "20", ".3", "#+"} {
				holds(t, fmt.Sprintf("%"+flags+string(verb), v))
			}
		}
		holds(t, fmt.Sprint(v)+fmt.Sprintln(v))
		var text, object bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&object, nil)).Info("x", "v", v)
		holds(t, text.String())
		holds(t, object.String())
		var failure printed
		assert.Equal(&failure, v, "something else") // follows pointers and calls no methods
		require.NotEmpty(t, failure)
		holds(t, string(failure))
	}
	assert.Equal(t, "[redacted]", s.String())
	assert.Equal(t, "[redacted] [redacted] [redacted]", fmt.Sprintf("%v %#v %d", s, s, tenantry.Set(s)))
	assert.Empty(t, tenantry.NewSecret("").String())
}

func TestSecretDoesNotEncode(t *testing.T) {
	s := tenantry.NewSecret(canary)
	type public struct {
		S tenantry.Secret
		O tenantry.Opt[tenantry.Secret]
		P *tenantry.Secret
	}
	for _, v := range []any{s, &s, tenantry.Set(s), public{s, tenantry.Set(s), &s}, map[tenantry.Secret]tenantry.Secret{s: s}} {
		v1, err := stdjson.Marshal(v)
		require.NoError(t, err)
		v2, err := json.Marshal(v)
		require.NoError(t, err)
		for _, b := range [][]byte{v1, v2} {
			holds(t, string(b))
			assert.Contains(t, string(b), "[redacted]")
		}
		var b bytes.Buffer
		_ = gob.NewEncoder(&b).Encode(v)
		holds(t, b.String())
	}
	v1, err := stdjson.Marshal(struct {
		S tenantry.Secret `json:"s"`
		Z tenantry.Secret `json:"z,omitzero"`
	}{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"s":""}`, string(v1))
}

func TestSecretDecodes(t *testing.T) {
	for in, want := range map[string]string{`"a\u00e9\n"`: "aé\n", `null`: "", `1234`: "1234", `true`: "true", ` {"a":[1]}`: `{"a":[1]}`} {
		var v1, v2 tenantry.Secret
		require.NoError(t, stdjson.Unmarshal([]byte(in), &v1))
		require.NoError(t, json.Unmarshal([]byte(in), &v2))
		assert.Equal(t, want, v1.Reveal())
		assert.Equal(t, want, v2.Reveal())
	}
	var s tenantry.Secret
	require.NoError(t, s.UnmarshalText([]byte(canary)))
	assert.Equal(t, canary, s.Reveal())
	assert.Equal(t, tenantry.NewSecret(canary), s)
	assert.False(t, s.IsZero())
	assert.True(t, tenantry.NewSecret("").IsZero())
	assert.NotEqual(t, tenantry.NewSecret("other"), s)
}
