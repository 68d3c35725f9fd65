package supergood

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

func TestRecords(t *testing.T) {
	for body, want := range map[string]string{
		`[{"id":1}]`:                                   `[{"id":1}]`,
		"\xef\xbb\xbf [1]":                             "\xef\xbb\xbf [1]",
		"\xef\xbb\xbf" + `{"data":[1]}`:                `[1]`,
		`{"data":{"data":{"properties":[1]}}}`:         `[1]`,
		`{"data":null,"results":[{"id":1,"id":2},{}]}`: `[{"id":1,"id":2},{}]`,
		`{"meta":{"total":null},"properties":[]}`:      `[]`,
		`{"properties":null}`:                          `null`,
		`{"data":"none"}`:                              ``,
	} {
		got, _, err := records([]byte(body), "properties", 0)
		assert.Equal(t, want == "", err != nil, body)
		assert.Equal(t, want, string(got), body)
	}
}

// With work that grows with the square of the depth, this would take minutes.
func TestDeepEnvelopes(t *testing.T) {
	const depth = 9000
	deep := strings.Repeat(`{"data":`, depth) + `["` + strings.Repeat("x", 4<<20) + `"]` + strings.Repeat(`}`, depth)
	_, _, err := records([]byte(deep), "properties", 0)
	require.ErrorIs(t, err, errNoList)
}

func TestNullErrors(t *testing.T) {
	var e tenantry.Error
	assert.True(t, decodeError(&e, []byte(`{"error":null,"errors":[{"code":"c","message":"bad"}]}`)))
	assert.Equal(t, "bad", e.Message)
}
