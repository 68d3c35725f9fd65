package tenantry_test

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

func TestOpt(t *testing.T) {
	type update struct {
		Name tenantry.Opt[string]           `json:"name,omitzero"`
		Age  tenantry.Opt[int]              `json:"age,omitzero"`
		Deep tenantry.Opt[[]map[string]int] `json:"deep,omitzero"`
	}
	for _, c := range []struct {
		in   update
		want string
	}{
		{update{}, `{}`},
		{update{Name: tenantry.Set(""), Age: tenantry.Set(0)}, `{"name":"","age":0}`},
		{update{Name: tenantry.Null[string](), Deep: tenantry.Set([]map[string]int{{"a": 1}})}, `{"name":null,"deep":[{"a":1}]}`},
	} {
		v2, err := json.Marshal(c.in)
		require.NoError(t, err)
		assert.JSONEq(t, c.want, string(v2))
		v1, err := stdjson.Marshal(c.in)
		require.NoError(t, err)
		assert.JSONEq(t, c.want, string(v1))
		var back update
		require.NoError(t, stdjson.Unmarshal(v1, &back))
		assert.Equal(t, c.in, back)
	}
	o := tenantry.Set(5)
	v, ok := o.Get()
	assert.Equal(t, 5, v)
	assert.True(t, ok)
	_, ok = tenantry.Null[int]().Get()
	assert.False(t, ok)
	assert.Equal(t, "absent null 5 5", fmt.Sprintf("%v %v %v %#v", tenantry.Opt[int]{}, tenantry.Null[int](), o, o))
	require.Error(t, stdjson.Unmarshal([]byte(`"x"`), &o))
}

func TestTimestamps(t *testing.T) {
	at := time.Date(2023, 12, 17, 16, 4, 2, 0, time.UTC)
	for text, want := range map[tenantry.Timestamp]time.Time{
		"2023-12-17T16:04:02.000Z":         at,
		"2023-12-17T16:04:02Z":             at,
		"2023-12-17T06:04:02.000-10:00":    at,
		"2023-12-17T16:04:02+0000":         at,
		"2023-12-17T16:04:02.844348+00:00": at.Add(844348 * time.Microsecond),
		"2023-12-17 16:04:02Z":             at,
		"2023-12-17":                       time.Date(2023, 12, 17, 0, 0, 0, 0, time.UTC),
	} {
		got, err := text.Time()
		require.NoError(t, err, text)
		assert.True(t, want.Equal(got), text)
	}
	for text, want := range map[tenantry.Timestamp]error{"": tenantry.ErrNoValue, "2021-11-05T14:10:22": tenantry.ErrNoZone, "2021-11-05 14:10": tenantry.ErrNoZone} {
		_, err := text.Time()
		require.ErrorIs(t, err, want)
	}
	for _, text := range []tenantry.Timestamp{"yesterday", "2023-13-01", "2023-02-30T00:00:00Z", "0", "2023-12-17T25:00:00"} {
		_, err := text.Time()
		require.Error(t, err, text)
		assert.NotContains(t, err.Error(), string(text))
	}
	denver, err := time.LoadLocation("America/Denver")
	require.NoError(t, err)
	got, err := tenantry.Timestamp("2021-11-05T14:10:22").TimeIn(denver)
	require.NoError(t, err)
	assert.Equal(t, "2021-11-05T20:10:22Z", got.UTC().Format(time.RFC3339))
	assert.Equal(t, tenantry.Timestamp("2023-12-17T16:04:02.000Z"), tenantry.NewTimestamp(at))
}

func TestDates(t *testing.T) {
	for text, ok := range map[tenantry.Date]bool{
		"2024-02-29": true, "2024-02-29T10:00:00Z": true, "2024-02-29T23:00:00-10:00": true,
		"": false, "2023-02-29": false, "29.2.2024": false, "2024-02-29Tx": false,
	} {
		got, err := text.Time()
		assert.Equal(t, ok, err == nil, text)
		if ok {
			assert.Equal(t, "2024-02-29T00:00:00Z", got.Format(time.RFC3339), "the date that is written there")
		}
	}
	assert.Equal(t, tenantry.Date("2024-02-29"), tenantry.NewDate(time.Date(2024, 2, 29, 23, 0, 0, 0, time.UTC)))
}

func TestDecimals(t *testing.T) {
	for text, want := range map[tenantry.Decimal]string{"12.50": "12.50", "0": "0", "-1e3": "-1e3", "": "null", "N/A": `"N/A"`, "007": `"007"`, "1 000": `"1 000"`} {
		b, err := json.Marshal(text)
		require.NoError(t, err)
		assert.Equal(t, want, string(b))
		var back tenantry.Decimal
		require.NoError(t, stdjson.Unmarshal(b, &back))
		assert.Equal(t, text, back)
	}
	n, err := tenantry.Decimal("9007199254740993").Int64()
	require.NoError(t, err)
	assert.Equal(t, int64(9007199254740993), n, "exact")
	n, err = tenantry.Decimal("1.2e3").Int64()
	require.NoError(t, err)
	assert.EqualValues(t, 1200, n)
	r, err := tenantry.Decimal("0.1").Rat()
	require.NoError(t, err)
	assert.Equal(t, "1/10", r.String())
	f, err := tenantry.Decimal("12.5").Float64()
	require.NoError(t, err)
	assert.InDelta(t, 12.5, f, 0)
	for _, text := range []tenantry.Decimal{"", "x", "1.5", "1e999999999", "1/3", "0x10"} {
		_, err := text.Int64()
		require.Error(t, err, text)
	}
	_, err = tenantry.Decimal("").Float64()
	require.ErrorIs(t, err, tenantry.ErrNoValue)
	_, err = tenantry.Decimal("").Rat()
	require.ErrorIs(t, err, tenantry.ErrNoValue)
	require.Error(t, stdjson.Unmarshal([]byte(`[]`), new(tenantry.Decimal)))
	for _, text := range []tenantry.Decimal{"NaN", "Inf", "-Infinity", "infinity", "0x1p4", "0x10", "1_000", "1/3", "0b1", "1e", "--1", "1.2.3", " "} {
		_, err := text.Float64()
		require.Error(t, err, text)
		_, err = text.Rat()
		require.Error(t, err, text)
		_, err = text.Int64()
		require.Error(t, err, text)
	}
	for _, text := range []tenantry.Decimal{" 12 ", "+12", "012", "12.", "12.0", "1.2e1", "120e-1", "12." + tenantry.Decimal(strings.Repeat("0", 900))} {
		f, err := text.Float64()
		require.NoError(t, err, text)
		assert.InDelta(t, 12, f, 0, text)
		n, err := text.Int64()
		require.NoError(t, err, text)
		assert.EqualValues(t, 12, n, text)
		r, err := text.Rat()
		require.NoError(t, err, text)
		assert.Equal(t, "12/1", r.String(), text)
	}
	_, err = tenantry.Decimal("1e400").Float64()
	require.Error(t, err)
}

// Whatever the length of a number, parsing it takes linear time. With time that
// grows with its square, this test would run into its timeout.
func TestLongDecimals(t *testing.T) {
	zeros := strings.Repeat("0", 20<<20)
	for _, d := range []tenantry.Decimal{tenantry.Decimal("1" + zeros), tenantry.Decimal("0." + zeros + "1"), tenantry.Decimal(strings.ReplaceAll(zeros, "0", "7")), tenantry.Decimal("1" + zeros + "e-20971520"), "1e" + tenantry.Decimal(zeros)} {
		_, _ = d.Float64()
		_, _ = d.Int64()
		_, _ = d.Rat()
		_, err := json.Marshal(d)
		require.NoError(t, err)
	}
	n, err := tenantry.Decimal("12." + zeros).Int64()
	require.NoError(t, err)
	assert.EqualValues(t, 12, n)
	f, err := tenantry.Decimal("1" + zeros + "e-20971519").Float64()
	require.NoError(t, err)
	assert.InDelta(t, 10, f, 0)
}

// The one tag that keeps unknown members both here and where the module becomes
// the standard library.
func TestExtraTag(t *testing.T) {
	var v struct {
		A     int            `json:"a"`
		Extra tenantry.Extra `json:",embed,unknown"`
	}
	require.NoError(t, json.Unmarshal([]byte(`{"a":1,"b":{"c":[2]}}`), &v))
	assert.Equal(t, tenantry.Extra{"b": tenantry.Raw(`{"c":[2]}`)}, v.Extra)
	b, err := json.Marshal(v)
	require.NoError(t, err)
	assert.JSONEq(t, `{"a":1,"b":{"c":[2]}}`, string(b))
}

func TestErrorClasses(t *testing.T) {
	classes := []error{tenantry.ErrInvalid, tenantry.ErrUnauthorized, tenantry.ErrForbidden, tenantry.ErrNotFound, tenantry.ErrNotSupported, tenantry.ErrConflict, tenantry.ErrRateLimited, tenantry.ErrServer, tenantry.ErrInvalidArgument}
	for status, want := range map[int][]error{
		400: {tenantry.ErrInvalid}, 422: {tenantry.ErrInvalid}, 401: {tenantry.ErrUnauthorized}, 403: {tenantry.ErrForbidden},
		404: {tenantry.ErrNotFound}, 410: {tenantry.ErrNotFound}, 405: {tenantry.ErrNotSupported}, 501: {tenantry.ErrNotSupported, tenantry.ErrServer},
		409: {tenantry.ErrConflict}, 429: {tenantry.ErrRateLimited}, 500: {tenantry.ErrServer}, 503: {tenantry.ErrServer}, 200: nil, 418: nil,
	} {
		err := fmt.Errorf("wrapped: %w", &tenantry.Error{API: "x", StatusCode: status})
		for _, class := range classes {
			assert.Equal(t, contains(want, class), errors.Is(err, class), "%d %v", status, class)
		}
	}
	own := fmt.Errorf("a class of an API's own: %w", tenantry.ErrInvalid)
	refused401 := &tenantry.Error{API: "x", StatusCode: 401, Class: own}
	require.ErrorIs(t, refused401, own)
	require.ErrorIs(t, refused401, tenantry.ErrInvalid)
	require.NotErrorIs(t, refused401, tenantry.ErrUnauthorized, "the class wins over the status")
	assert.NotContains(t, refused401.Error(), "credentials")
	assert.Contains(t, (&tenantry.Error{API: "x", StatusCode: 401}).Error(), "check the credentials")
	noUnit := &tenantry.Error{API: "x", Code: "no_unit"}
	assert.ErrorIs(t, &tenantry.Error{API: "x", Code: "no_unit", StatusCode: 400}, noUnit)
	assert.NotErrorIs(t, &tenantry.Error{API: "y", Code: "no_unit"}, noUnit)
	assert.NotErrorIs(t, &tenantry.Error{API: "x"}, &tenantry.Error{API: "x"})
	refused := &tenantry.ArgumentError{API: "x", Operation: "a.b", Argument: "Unit", Reason: "is empty", Err: noUnit}
	assert.ErrorIs(t, refused, noUnit)
	assert.ErrorIs(t, refused, tenantry.ErrInvalidArgument)
	assert.Equal(t, "x: a.b: Unit is empty", refused.Error())
}

func contains(all []error, err error) bool {
	for _, e := range all {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func TestErrorTexts(t *testing.T) {
	e := &tenantry.Error{
		API: "propexo", Operation: "residents.get", Method: "GET", Path: "/v1/residents/{id}", StatusCode: 429, Code: "slow",
		Message: "al@example.test,\ncall +1 (212) 555-1234 since 2024-01-02", RequestID: "r1", RetryAfter: 3 * time.Second, Attempts: 2,
		Details: map[string]any{"secret": "hidden"}, Header: http.Header{"X": {"hidden"}},
	}
	assert.Equal(t, "propexo: residents.get: 429 slow: [email], call [number] since 2024-01-02; try again in 3s (request r1, 2 attempts)", e.Error())
	b, err := stdjson.Marshal(e)
	require.NoError(t, err)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Error("x", "err", e)
	all := fmt.Sprintf("%v %+v %#v %s", e, e, e, b) + log.String()
	for _, secret := range []string{"hidden", "al@example.test", "555-1234"} {
		assert.NotContains(t, all, secret)
	}
	assert.Contains(t, log.String(), `"status":429`)
	broken := &tenantry.TransportError{API: "p", Operation: "a.b", Method: "POST", Attempts: 1, MaybeSent: true, Err: errors.New("reset")}
	assert.Equal(t, "p: a.b: reset; the server may have carried it out, so check before you send it again", broken.Error())
	bad := &tenantry.DecodeError{API: "p", Operation: "a.b", Index: 3, Raw: []byte("hidden"), Err: errors.New("twice")}
	token := &tenantry.TokenError{API: "p", Err: broken}
	assert.ErrorIs(t, token, broken.Err)
	for _, err := range []error{broken, bad, token} {
		b, merr := stdjson.Marshal(err)
		require.NoError(t, merr)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", err, err, err, b), "hidden")
	}
}

func TestOptions(t *testing.T) {
	apply := func(o tenantry.Option) (*config.Config, error) {
		c := config.Default()
		return c, o(c)
	}
	for name, o := range map[string]tenantry.Option{
		"base URL": tenantry.WithBaseURL(""), "client": tenantry.WithHTTPClient(nil), "user agent": tenantry.WithUserAgent("a\nb"),
		"rate": tenantry.WithRateLimit(0, 1), "burst": tenantry.WithRateLimit(1, 0), "source": tenantry.WithTokenSource(nil),
		"prefetch": tenantry.WithPrefetch(-1), "too many": tenantry.WithPrefetch(1000), "size": tenantry.WithMaxResponseBytes(0),
		"wait": tenantry.WithRetry(tenantry.RetryPolicy{MinWait: -1}), "waits": tenantry.WithRetry(tenantry.RetryPolicy{MinWait: 2, MaxWait: 1}),
	} {
		_, err := apply(o)
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument, name)
	}
	for policy, want := range map[tenantry.RetryPolicy]config.Retry{
		{}:                                      {MaxRetries: 4, MinWait: 500 * time.Millisecond, MaxWait: time.Minute},
		{MaxRetries: -1}:                        {MaxRetries: 0, MinWait: 500 * time.Millisecond, MaxWait: time.Minute},
		{MaxRetries: 9, MinWait: time.Hour}:     {MaxRetries: 9, MinWait: time.Hour, MaxWait: time.Hour},
		{MaxWait: time.Millisecond}:             {MaxRetries: 4, MinWait: time.Millisecond, MaxWait: time.Millisecond},
		{MinWait: 1, MaxWait: 2, MaxRetries: 1}: {MaxRetries: 1, MinWait: 1, MaxWait: 2},
	} {
		c, err := apply(tenantry.WithRetry(policy))
		require.NoError(t, err)
		assert.Equal(t, want, c.Retry)
	}
	for _, o := range []tenantry.Option{
		tenantry.WithPrefetch(8), tenantry.WithMaxResponseBytes(1), tenantry.WithRateLimit(60, 1),
		tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{})), tenantry.WithHTTPClient(http.DefaultClient), tenantry.WithUserAgent("x/1"),
	} {
		_, err := apply(o)
		require.NoError(t, err)
	}
}

func TestCollect(t *testing.T) {
	boom := errors.New("boom")
	bad := &tenantry.DecodeError{API: "x", Err: errors.New("twice")}
	seq := func(yields ...any) iter.Seq2[int, error] {
		return func(yield func(int, error) bool) {
			for _, y := range yields {
				switch y := y.(type) {
				case int:
					if !yield(y, nil) {
						return
					}
				case error:
					if !yield(0, y) {
						return
					}
				}
			}
		}
	}
	all, err := tenantry.Collect(seq(1, 2, 3))
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2, 3}, all)
	all, err = tenantry.Collect(seq(1, bad, 3))
	require.ErrorIs(t, err, bad)
	assert.Equal(t, []int{1, 3}, all)
	all, err = tenantry.Collect(seq(1, bad, boom, 4))
	require.ErrorIs(t, err, boom)
	require.ErrorIs(t, err, bad)
	assert.Equal(t, []int{1}, all)
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{"", "2024-01-01", "2024-01-01T00:00:00Z", "12.5", "1e400", "-0", "\xff", "2021-11-05T14:10:22"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := tenantry.Timestamp(s).Time(); err == nil && at.Year() >= 0 && at.Year() <= 9999 {
			again, err := tenantry.Timestamp(at.Format(time.RFC3339Nano)).Time()
			require.NoError(t, err)
			assert.True(t, at.Equal(again))
		}
		_, _ = tenantry.Date(s).Time()
		d := tenantry.Decimal(s)
		r, rerr := d.Rat()
		if n, err := d.Int64(); err == nil {
			if rerr == nil { // not for more than 1,000 digits
				assert.Equal(t, n, r.Num().Int64())
			}
		}
	})
}
