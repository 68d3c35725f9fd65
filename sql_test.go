package tenantry_test

import (
	"database/sql"
	"database/sql/driver"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

func TestValues(t *testing.T) {
	for _, c := range []struct {
		in   driver.Valuer
		want driver.Value
	}{
		{tenantry.Date(""), nil},
		{tenantry.Date("2024-02-29"), "2024-02-29"},
		{tenantry.Timestamp(""), nil},
		{tenantry.Timestamp("2024-02-29T10:00:00Z"), "2024-02-29T10:00:00Z"},
		{tenantry.Decimal(""), nil},
		{tenantry.Decimal("12.50"), "12.50"},
		{tenantry.Opt[string]{}, nil},
		{tenantry.Null[string](), nil},
		{tenantry.Set(""), ""},
		{tenantry.Set(7), int64(7)},
		{tenantry.Set(tenantry.Decimal("12.50")), "12.50"},
		{tenantry.Set(tenantry.Date("")), nil},
	} {
		got, err := c.in.Value()
		require.NoError(t, err)
		assert.Equal(t, c.want, got, "%#v", c.in)
	}
	_, err := tenantry.Set(tenantry.NewSecret("hidden")).Value()
	require.Error(t, err, "a database is no place for a Secret")
	assert.NotContains(t, err.Error(), "hidden")
}

func TestScans(t *testing.T) {
	at := time.Date(2024, 2, 29, 23, 30, 0, 123456000, time.FixedZone("", -5*60*60))
	for _, c := range []struct {
		src  any
		into sql.Scanner
		want any
	}{
		{nil, new(tenantry.Date("2024-02-29")), new(tenantry.Date(""))},
		{"2024-02-29", new(tenantry.Date("")), new(tenantry.Date("2024-02-29"))},
		{[]byte("2024-02-29"), new(tenantry.Date("")), new(tenantry.Date("2024-02-29"))},
		{at, new(tenantry.Date("")), new(tenantry.Date("2024-02-29"))},
		{nil, new(tenantry.Timestamp("x")), new(tenantry.Timestamp(""))},
		{"2024-02-29 10:00", new(tenantry.Timestamp("")), new(tenantry.Timestamp("2024-02-29 10:00"))},
		{at, new(tenantry.Timestamp("")), new(tenantry.Timestamp("2024-03-01T04:30:00.123456Z"))},
		{nil, new(tenantry.Decimal("1")), new(tenantry.Decimal(""))},
		{[]byte("12.50"), new(tenantry.Decimal("")), new(tenantry.Decimal("12.50"))},
		{int64(-12), new(tenantry.Decimal("")), new(tenantry.Decimal("-12"))},
		{0.1, new(tenantry.Decimal("")), new(tenantry.Decimal("0.1"))},
		{1e21, new(tenantry.Decimal("")), new(tenantry.Decimal("1000000000000000000000"))},
		{nil, new(tenantry.Set("x")), new(tenantry.Null[string]())},
		{"", new(tenantry.Null[string]()), new(tenantry.Set(""))},
		{int64(5), new(tenantry.Opt[int]{}), new(tenantry.Set(5))},
		{at, new(tenantry.Opt[tenantry.Date]{}), new(tenantry.Set(tenantry.Date("2024-02-29")))},
	} {
		require.NoError(t, c.into.Scan(c.src))
		assert.Equal(t, c.want, c.into)
	}
	for _, c := range []struct {
		src  any
		into sql.Scanner
	}{
		{true, new(tenantry.Date(""))}, {int64(1), new(tenantry.Timestamp(""))}, {at, new(tenantry.Decimal(""))}, {"x", new(tenantry.Opt[int]{})},
	} {
		require.Error(t, c.into.Scan(c.src), "%#v", c.src)
	}
}
