package lossless

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOfTellsApart(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`{"n":850.0}`, `{"n":850}`, true},
		{`{"n":"12.50"}`, `{"n":12.5}`, true},
		{`{"n":1.5E+2}`, `{"n":150}`, true},
		{`{"n":-0}`, `{"n":0.0}`, true},
		{`{"n":null,"a":[],"o":{"p":""}}`, `{}`, true},
		{`{"n":"007"}`, `{"n":7}`, false},
		{`{"n":"1_000"}`, `{"n":1000}`, false},
		{`{"n":"0x1p4"}`, `{"n":16}`, false},
		{`{"n":4503599627370497.3}`, `{"n":4503599627370497}`, false},
		{`{"n":9007199254740993}`, `{"n":9007199254740992}`, false},
		{`{"n":1e400}`, `{"n":1e401}`, false},
		{`{"n":true}`, `{"n":1}`, false},
		{`{"n":[1,2]}`, `{"n":[1]}`, false},
		{`{"n":[null]}`, `{"n":[]}`, false},
	} {
		a, err := Of([]byte(c.a))
		require.NoError(t, err, c.a)
		b, err := Of([]byte(c.b))
		require.NoError(t, err, c.b)
		assert.Equal(t, c.same, assert.ObjectsAreEqual(a, b), "%s and %s: %v and %v", c.a, c.b, a, b)
	}
	for _, broken := range []string{``, `{`, `{} x`, `1 2`} {
		_, err := Of([]byte(broken))
		assert.Error(t, err, broken)
	}
}
