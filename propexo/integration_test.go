package propexo_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/dirty"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// fake starts a fake and a client that is quick to retry.
func fake(t *testing.T, server []propexotest.Option, opts ...tenantry.Option) (*propexo.Client, *propexotest.Server) {
	t.Helper()
	s := propexotest.NewServer(append([]propexotest.Option{propexotest.WithRateLimit(1_000_000, 0)}, server...)...)
	t.Cleanup(s.Close)
	return testclient.Faked(t, s.URL, func(opts ...tenantry.Option) (*propexo.Client, error) {
		return propexo.NewClient(propexotest.Token, opts...)
	}, opts...), s
}

func TestListingOverASocket(t *testing.T) {
	for _, ahead := range []int{0, 1, 8} {
		c, s := fake(t, []propexotest.Option{propexotest.WithResidents(3000)}, tenantry.WithPrefetch(ahead))
		all, err := tenantry.Collect(c.Residents.All(t.Context(), propexo.ResidentListParams{Limit: 250}))
		require.NoError(t, err)
		got := make([]string, len(all))
		for i, r := range all {
			got[i] = r.ID
		}
		assert.Equal(t, s.ResidentIDs(), got)
		assert.Equal(t, 13, s.Arrivals("residents.list"), "%d ahead", ahead)
	}
}

// In any order that is asked for, while people come and go and the connection
// is as bad as can be.
func TestListingUnderChangeAndFaults(t *testing.T) {
	for _, order := range []string{"", "created_at:desc", "last_name"} {
		for _, ahead := range []int{0, 4} {
			c, s := fake(t, nil, tenantry.WithPrefetch(ahead))
			stay := make(map[string]bool)
			ids := dirty.AddResidents(s.AddRaw, 1, 2000)
			for _, id := range ids {
				stay[id] = true
			}
			s.OnRequest(func(_ string, n int) {
				if n < 60 {
					dirty.AddResidents(s.AddRaw, uint64(n+7), 3)
					s.Remove(propexo.Resident{ID: ids[n*31]})
				}
			})
			for n, kind := range []tenantrytest.Kind{tenantrytest.ResetUnread, tenantrytest.ResetAfter, tenantrytest.CutBody, tenantrytest.Answer} {
				s.Inject(tenantrytest.Fault{Operation: "residents.list", Attempt: 3 + 4*n, Kind: kind, CutAt: 5000, Status: 503})
			}
			seen := make(map[string]int)
			for r, err := range c.Residents.All(t.Context(), propexo.ResidentListParams{Limit: 100, OrderBy: order}) {
				require.NoError(t, err)
				seen[r.ID]++
			}
			for _, id := range s.ResidentIDs() {
				if stay[id] {
					assert.Equal(t, 1, seen[id], "%s in order %q, %d ahead", id, order, ahead)
				}
			}
		}
	}
}

func TestOneBadRecord(t *testing.T) {
	c, s := fake(t, []propexotest.Option{propexotest.WithResidents(20)})
	good := s.ResidentIDs()
	for i, raw := range []string{`5`, `{"id":"clzz1","id":"clzz1"}`, "{\"id\":\"clzz2\",\"notes\":\"\xff\"}", `null`} {
		s.AddRaw(fmt.Sprintf("clm%d", i), []byte(raw))
	}
	var got []string
	bad := 0
	for r, err := range c.Residents.All(t.Context(), propexo.ResidentListParams{Limit: 5}) {
		var undecodable *tenantry.DecodeError
		if errors.As(err, &undecodable) {
			bad++
			assert.NotEmpty(t, undecodable.Raw)
			assert.Equal(t, "residents.list", undecodable.Operation)
			continue
		}
		require.NoError(t, err)
		got = append(got, r.ID)
	}
	assert.Equal(t, good, got)
	assert.GreaterOrEqual(t, bad, 4)
}

// A real allowance, scaled: a long listing is neither slowed nor refused.
func TestPacedListing(t *testing.T) {
	s := propexotest.NewServer(propexotest.WithResidents(1000), propexotest.WithSlowDown(0))
	defer s.Close()
	c, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(s.URL), tenantry.WithPrefetch(8))
	require.NoError(t, err)
	all, err := tenantry.Collect(c.Residents.All(t.Context(), propexo.ResidentListParams{Limit: 10}))
	require.NoError(t, err, "101 requests are within the minute's 119")
	assert.Len(t, all, 1000)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = tenantry.Collect(c.Residents.All(ctx, propexo.ResidentListParams{Limit: 10}))
	require.ErrorIs(t, err, tenantry.ErrPaced, "it would have to wait for the minute to pass")
	var e *tenantry.TransportError
	require.ErrorAs(t, err, &e)
	assert.Greater(t, e.RetryAfter, time.Second)
	assert.Zero(t, s.Slowed())
	assert.Zero(t, s.Refused())
}

// No write arrives twice, whatever happens to it, unless it surely was not
// carried out.
func TestWritesAreNotRepeated(t *testing.T) {
	for _, f := range []tenantrytest.Fault{
		{Kind: tenantrytest.ResetUnread}, {Kind: tenantrytest.ResetBefore}, {Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody, CutAt: 3},
		{Status: 500}, {Status: 502}, {Status: 503}, {Status: 504}, {Kind: tenantrytest.AnswerAfter, Status: 503}, tenantrytest.HTMLPage(502),
	} {
		c, s := fake(t, []propexotest.Option{propexotest.WithResidents(1)})
		s.Inject(f)
		_, err := c.Residents.Create(t.Context(), propexo.ResidentCreateParams{IntegrationID: "in"})
		require.Error(t, err)
		assert.Equal(t, 1, s.Arrivals("residents.create"), "%+v", f)
		_, err = c.Residents.Update(t.Context(), s.ResidentIDs()[0], propexo.ResidentUpdateParams{})
		require.Error(t, err)
		assert.Equal(t, 1, s.Arrivals("residents.update"), "%+v", f)
	}
	c, s := fake(t, nil)
	s.Inject(tenantrytest.Fault{Status: 429, Times: 2})
	_, err := c.Residents.Create(t.Context(), propexo.ResidentCreateParams{IntegrationID: "in"})
	require.NoError(t, err, "what was refused unread is sent again")
	assert.Equal(t, 1, s.Processed("residents.create"))
}

func TestTokens(t *testing.T) {
	_, s := fake(t, nil)
	c, err := propexo.NewClient("another-token", tenantry.WithBaseURL(s.URL))
	require.NoError(t, err)
	_, err = c.Residents.Get(t.Context(), "a")
	require.ErrorIs(t, err, tenantry.ErrUnauthorized)
	assert.Equal(t, 1, s.Arrivals("residents.get"))
}

func TestConcurrentUse(t *testing.T) {
	c, s := fake(t, []propexotest.Option{propexotest.WithResidents(50)})
	var done atomic.Int64
	t.Run("group", func(t *testing.T) {
		for _, id := range s.ResidentIDs() {
			t.Run(id, func(t *testing.T) {
				t.Parallel()
				r, err := c.Residents.Get(t.Context(), id)
				assert.NoError(t, err)
				assert.Equal(t, id, r.ID)
				done.Add(1)
			})
		}
	})
	assert.EqualValues(t, 50, done.Load())
}

// Secrets are planted everywhere; none of them gets out.
func TestCanary(t *testing.T) {
	const secret = "canary-token-1f9a"
	s := propexotest.NewServer(propexotest.WithToken(secret), propexotest.WithResidents(3), propexotest.WithRateLimit(1_000_000, 0))
	defer s.Close()
	var out bytes.Buffer
	c, err := propexo.NewClient(secret, tenantry.WithBaseURL(s.URL), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: time.Millisecond}),
		tenantry.WithLogger(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))),
		tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) { fmt.Fprintf(&out, "%+v %#v\n", e, e) }))
	require.NoError(t, err)
	operations := []string{"list", "all", "get", "create", "update", "update in Entrata", "rentable items", "list of rentable items", "rentable item",
		"assignment", "insurance list", "insurance", "new pet", "pet", "status", "retry"}
	note := func(err error) {
		if err == nil {
			return
		}
		b, _ := json.Marshal(err)
		fmt.Fprintf(&out, "%v %+v %#v %s\n", err, err, err, b)
	}
	for _, operation := range operations {
		note(failureOf(t, c, operation))
		for _, f := range []tenantrytest.Fault{
			{Status: 500, Body: []byte(`{"error":{"code":"x","message":"you sent Bearer ` + secret + `"}}`), Header: http.Header{"X-Echo": {secret}, "Set-Cookie": {secret}}},
			{Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody}, tenantrytest.HTMLPage(200), {Status: 302, Header: http.Header{"Location": {"https://example.test/?t=" + secret}}},
			{Status: 401, Body: []byte(`{"error":{"code":"x","message":"` + secret + `"}}`)},
		} {
			s.Inject(f)
			note(failureOf(t, c, operation))
			s.ClearFaults()
		}
	}
	fmt.Fprintf(&out, "%v %+v %#v %v %+v %#v %+v %#v", c, c, c, *c, *c, *c, s.Requests(), s.Requests())
	b, _ := json.Marshal(c)
	out.Write(b)
	assert.NotContains(t, out.String(), secret)
	assert.Greater(t, strings.Count(out.String(), "residents.get"), 5, "there was something to look through")
}
