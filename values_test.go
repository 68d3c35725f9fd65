package tenantry_test

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"iter"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

func TestDateValues(t *testing.T) {
	for in, want := range map[string]string{
		"2026-12-31": "2026-12-31", "2026-12-31T23:59:59-08:00": "2026-12-31", "2026-12-31 10:00:00 UTC": "2026-12-31", "2024-02-29t00:00:00z": "2024-02-29",
	} {
		d, err := tenantry.ParseDate(in)
		require.NoError(t, err, in)
		assert.Equal(t, tenantry.Date(want), d, in)
	}
	for _, none := range []tenantry.Date{"", " ", "0001-01-01", "0000-00-00", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z"} {
		_, err := none.Time()
		require.ErrorIs(t, err, tenantry.ErrNoValue, "%q", none)
		_, err = tenantry.Timestamp(none).Time()
		require.ErrorIs(t, err, tenantry.ErrNoValue, "%q", none)
		_, err = none.AddDays(1)
		require.ErrorIs(t, err, tenantry.ErrNoValue, "%q", none)
	}
	for _, bad := range []tenantry.Date{"12/31/2026", "2026-13-01", "2026-02-30", "2026-1-1", "2026-12-31x", "2026-12-31Tx", "N/A"} {
		_, err := bad.Time()
		require.Error(t, err, "%q", bad)
		require.NotErrorIs(t, err, tenantry.ErrNoValue, "%q", bad)
	}
	d, err := tenantry.Date("2024-02-28").AddDays(2)
	require.NoError(t, err)
	assert.Equal(t, tenantry.Date("2024-03-01"), d)
	for _, days := range []int{math.MaxInt, math.MinInt, 4000000, -800000} {
		_, err := tenantry.Date("2024-02-28").AddDays(days)
		require.EqualError(t, err, "tenantry: the date is not within the years 1 to 9999")
	}
	d, err = tenantry.Date("2024-01-01").AddDays(-1)
	require.NoError(t, err)
	assert.Equal(t, tenantry.Date("2023-12-31"), d)
	assert.Empty(t, tenantry.NewDate(time.Time{}))
	assert.Empty(t, tenantry.NewTimestamp(time.Time{}))

	all := []tenantry.Date{"2026-10-01", "N/A", "2026-09-30T23:00:00Z", "", "10026-01-01", "2026-09-30"}
	slices.SortStableFunc(all, tenantry.Date.Compare)
	assert.Equal(t, []tenantry.Date{"", "10026-01-01", "N/A", "2026-09-30T23:00:00Z", "2026-09-30", "2026-10-01"}, all)
}

// A day begins at midnight, or when clocks that skip midnight show the day for the
// first time.
func TestTheBeginningOfADay(t *testing.T) {
	for _, c := range []struct{ zone, date, want string }{
		{"America/Denver", "2026-07-01", "2026-07-01T00:00:00-06:00"},
		{"America/Denver", "2026-11-01T10:00:00Z", "2026-11-01T00:00:00-06:00"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"},  // 00:00 did not exist
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"},     // 00:00 came twice
		{"America/Asuncion", "2021-03-28", "2021-03-28T00:00:00-04:00"},   // 23:00 of the day before came twice
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00"},       // the next day did not exist
		{"Pacific/Kiritimati", "2026-01-01", "2026-01-01T00:00:00+14:00"}, // the first of all
	} {
		loc, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		at, err := tenantry.Date(c.date).TimeIn(loc)
		require.NoError(t, err)
		assert.Equal(t, c.want, at.Format(time.RFC3339), "%s in %s", c.date, c.zone)
	}
	apia, err := time.LoadLocation("Pacific/Apia")
	require.NoError(t, err)
	_, err = tenantry.Date("2011-12-30").TimeIn(apia) // there was no such day
	require.ErrorIs(t, err, tenantry.ErrSkippedTime)
	_, err = tenantry.Timestamp("2011-12-30").TimeIn(apia)
	require.ErrorIs(t, err, tenantry.ErrSkippedTime)
}

func TestTimestampForms(t *testing.T) {
	for in, want := range map[tenantry.Timestamp]string{
		"2026-12-31 10:00:00 UTC":        "2026-12-31T10:00:00Z",
		"2026-12-31 10:00:00 GMT":        "2026-12-31T10:00:00Z",
		"2026-12-31T10:00:00-0500":       "2026-12-31T15:00:00Z",
		"2026-12-31 10:00:00 -0500":      "2026-12-31T15:00:00Z",
		"2026-12-31T10:00:00+00":         "2026-12-31T10:00:00Z",
		"2026-12-31 10:00:00.25+05":      "2026-12-31T05:00:00.25Z",
		"2026-12-31t10:00:00z":           "2026-12-31T10:00:00Z",
		"2026-12-31T10:00Z":              "2026-12-31T10:00:00Z",
		"2026-12-31T10:00-05":            "2026-12-31T15:00:00Z",
		"2016-12-31T23:59:60Z":           "2017-01-01T00:00:00Z",
		"2016-12-31T18:59:60.5-05:00":    "2017-01-01T00:00:00.5Z",
		"2026-12-31T10:00:00.123456789Z": "2026-12-31T10:00:00.123456789Z",
		"2026-12-31":                     "2026-12-31T00:00:00Z",
	} {
		at, err := in.Time()
		require.NoError(t, err, in)
		assert.Equal(t, want, at.UTC().Format(time.RFC3339Nano), in)
	}
	for _, local := range []tenantry.Timestamp{"2026-12-31 10:00:00", "2026-12-31T10:00", "2016-12-31T23:59:60"} {
		_, err := local.Time()
		require.ErrorIs(t, err, tenantry.ErrNoZone, local)
		_, err = local.TimeIn(time.UTC)
		require.NoError(t, err, local)
	}
	for _, bad := range []tenantry.Timestamp{"yesterday", "2026-12-31T25:00:00Z", "2026-12-31T10:00:61Z", "2026-12-31T10:00:00 EST", "2026-12-31T", "2026-12-31TUTC"} {
		_, err := bad.Time()
		require.Error(t, err, bad)
		require.NotErrorIs(t, err, tenantry.ErrNoZone, bad)
	}
	d, err := tenantry.Timestamp("2026-12-31T23:30:00-08:00").Date()
	require.NoError(t, err)
	assert.Equal(t, tenantry.Date("2026-12-31"), d, "as it is written")
}

func TestCents(t *testing.T) {
	for n, want := range map[int64]tenantry.Decimal{0: "0.00", 5: "0.05", -5: "-0.05", 1250: "12.50", -1250: "-12.50", 100: "1.00", 9223372036854775807: "92233720368547758.07", -9223372036854775808: "-92233720368547758.08"} {
		assert.Equal(t, want, tenantry.Cents(n))
		back, err := want.Cents(tenantry.RoundNever)
		require.NoError(t, err)
		assert.Equal(t, n, back)
	}
	type all = map[tenantry.Rounding]int64
	for in, want := range map[tenantry.Decimal]all{
		"12.345":  {tenantry.RoundHalfUp: 1235, tenantry.RoundHalfEven: 1234, tenantry.RoundDown: 1234},
		"12.355":  {tenantry.RoundHalfUp: 1236, tenantry.RoundHalfEven: 1236, tenantry.RoundDown: 1235},
		"-12.345": {tenantry.RoundHalfUp: -1235, tenantry.RoundHalfEven: -1234, tenantry.RoundDown: -1234},
		"0.0049":  {tenantry.RoundHalfUp: 0, tenantry.RoundHalfEven: 0, tenantry.RoundDown: 0},
		"-0.006":  {tenantry.RoundHalfUp: -1, tenantry.RoundHalfEven: -1, tenantry.RoundDown: 0},
	} {
		for rounding, cents := range want {
			n, err := in.Cents(rounding)
			require.NoError(t, err)
			assert.Equal(t, cents, n, "%s %d", in, rounding)
		}
		_, err := in.Cents(tenantry.RoundNever)
		require.Error(t, err, in)
	}
	for in, want := range map[tenantry.Decimal]int64{"1e3": 100000, "12.50": 1250, " 7 ": 700, "1.2500": 125} {
		n, err := in.Cents(tenantry.RoundNever)
		require.NoError(t, err, in)
		assert.Equal(t, want, n)
	}
	for _, bad := range []tenantry.Decimal{"", " ", "x", "1,5", "92233720368547758.08", "1e400"} {
		_, err := bad.Cents(tenantry.RoundHalfUp)
		require.Error(t, err, bad)
	}
	_, err := tenantry.Decimal(" ").Cents(tenantry.RoundHalfUp)
	require.ErrorIs(t, err, tenantry.ErrNoValue)
}

func TestSetNonZero(t *testing.T) {
	assert.Equal(t, tenantry.Opt[string]{}, tenantry.SetNonZero(""))
	assert.Equal(t, tenantry.Set("a"), tenantry.SetNonZero("a"))
	assert.True(t, tenantry.SetNonZero(tenantry.Secret{}).IsZero())
}

// Values go to a database and come back.
func TestDatabaseValues(t *testing.T) {
	var (
		_ sql.Scanner   = (*tenantry.Date)(nil)
		_ sql.Scanner   = (*tenantry.Timestamp)(nil)
		_ sql.Scanner   = (*tenantry.Decimal)(nil)
		_ sql.Scanner   = (*tenantry.Opt[int])(nil)
		_ driver.Valuer = tenantry.Opt[int]{}
	)
	at := time.Date(2026, 12, 31, 23, 30, 0, 5000, time.FixedZone("", -8*3600))
	for _, c := range []struct{ src, want any }{
		{nil, tenantry.Date("")}, {"2026-12-31", tenantry.Date("2026-12-31")}, {[]byte("N/A"), tenantry.Date("N/A")}, {at, tenantry.Date("2026-12-31")}, {time.Time{}, tenantry.Date("")},
		{nil, tenantry.Timestamp("")}, {"x", tenantry.Timestamp("x")}, {at, tenantry.Timestamp("2026-12-31T23:30:00.000005-08:00")}, {time.Time{}, tenantry.Timestamp("")},
		{nil, tenantry.Decimal("")}, {int64(-5), tenantry.Decimal("-5")}, {12.5, tenantry.Decimal("12.5")}, {[]byte("12.50"), tenantry.Decimal("12.50")}, {1e21, tenantry.Decimal("1e+21")},
		{nil, tenantry.Null[int]()}, {int64(5), tenantry.Set(5)}, {int64(5), tenantry.Set(int8(5))}, {int64(5), tenantry.Set(5.0)}, {2.5, tenantry.Set(2.5)},
		{"a", tenantry.Set("a")}, {[]byte("a"), tenantry.Set("a")}, {true, tenantry.Set(true)}, {int64(1), tenantry.Set(true)}, {at, tenantry.Set(at)},
		{"2026-12-31", tenantry.Set(tenantry.Date("2026-12-31"))}, {"a", tenantry.Set(named("a"))},
	} {
		switch want := c.want.(type) {
		case tenantry.Date:
			scanned(t, c.src, want)
		case tenantry.Timestamp:
			scanned(t, c.src, want)
		case tenantry.Decimal:
			scanned(t, c.src, want)
		case tenantry.Opt[int]:
			scanned(t, c.src, want)
		case tenantry.Opt[int8]:
			scanned(t, c.src, want)
		case tenantry.Opt[float64]:
			scanned(t, c.src, want)
		case tenantry.Opt[string]:
			scanned(t, c.src, want)
		case tenantry.Opt[bool]:
			scanned(t, c.src, want)
		case tenantry.Opt[time.Time]:
			scanned(t, c.src, want)
		case tenantry.Opt[tenantry.Date]:
			scanned(t, c.src, want)
		case tenantry.Opt[named]:
			scanned(t, c.src, want)
		default:
			t.Fatalf("%T", want)
		}
	}
	require.Error(t, new(tenantry.Date).Scan(5))
	require.Error(t, new(tenantry.Decimal).Scan(true))
	require.Error(t, new(tenantry.Opt[int8]).Scan(int64(300)))
	require.Error(t, new(tenantry.Opt[bool]).Scan(int64(2)))
	require.Error(t, new(tenantry.Opt[float64]).Scan(int64(1<<53+1)))
	require.Error(t, new(tenantry.Opt[int]).Scan("5"))
	for _, c := range []struct {
		in   driver.Valuer
		want driver.Value
	}{
		{tenantry.Date(""), nil}, {tenantry.Timestamp("x"), "x"}, {tenantry.Decimal("12.50"), "12.50"},
		{tenantry.Opt[int]{}, nil}, {tenantry.Null[int](), nil}, {tenantry.Set(5), int64(5)}, {tenantry.Set(tenantry.Date("")), nil}, {tenantry.Set(tenantry.Date("d")), "d"}, {tenantry.Set(at), at}, {tenantry.Set(named("a")), "a"},
	} {
		got, err := c.in.Value()
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}
	_, err := tenantry.Set(tenantry.NewSecret(canary)).Value()
	require.Error(t, err)
	holds(t, err.Error())
}

type named string

func scanned[T any](t *testing.T, src any, want T) {
	t.Helper()
	var got T
	require.NoError(t, any(&got).(sql.Scanner).Scan(src))
	assert.Equal(t, want, got, "%T", want)
}

func TestOnUndecodable(t *testing.T) {
	bad := &tenantry.DecodeError{Err: errors.New("twice")}
	whole := &tenantry.DecodeError{Index: -1, Err: errors.New("no JSON")}
	var seq iter.Seq2[int, error] = func(yield func(int, error) bool) {
		_ = yield(1, nil) && yield(0, bad) && yield(2, nil) && yield(0, whole) && yield(3, nil)
	}
	var skipped []*tenantry.DecodeError
	var got []int
	var failed error
	for v, err := range tenantry.OnUndecodable(seq, func(e *tenantry.DecodeError) { skipped = append(skipped, e) }) {
		if failed = err; err != nil {
			break
		}
		got = append(got, v)
	}
	assert.Equal(t, []int{1, 2}, got)
	assert.Equal(t, []*tenantry.DecodeError{bad}, skipped)
	require.ErrorIs(t, failed, whole, "a response that is no JSON stays an error")
	for v, err := range tenantry.OnUndecodable(seq, nil) {
		require.NoError(t, err)
		assert.Equal(t, 1, v)
		break
	}
	all, err := tenantry.Collect(seq)
	assert.Equal(t, []int{1, 2}, all)
	require.ErrorIs(t, err, whole)
	require.ErrorIs(t, err, bad)
}

func TestEach(t *testing.T) {
	p := &tenantry.Page[int]{Items: []int{1, 2, 3}}
	for v := range p.Each() {
		if *v *= 2; *v == 4 {
			break
		}
	}
	assert.Equal(t, []int{2, 4, 3}, p.Items)
}

// A nil option is skipped, and a nil value is refused.
func TestNil(t *testing.T) {
	for name, opt := range map[string]tenantry.Option{
		"WithLogger": tenantry.WithLogger(nil), "WithObserver": tenantry.WithObserver(nil), "WithHTTPClient": tenantry.WithHTTPClient(nil), "WithTokenSource": tenantry.WithTokenSource(nil),
	} {
		_, err := newClient(opt)
		var refused *tenantry.ArgumentError
		require.ErrorAs(t, err, &refused, name)
		assert.Equal(t, name, refused.Argument)
	}
	_, err := newClient(nil, nil)
	require.NoError(t, err)
}

func newClient(opts ...tenantry.Option) (*propexo.Client, error) {
	return propexo.NewClient("t", opts...)
}
