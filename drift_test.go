package tenantry_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/supergood"
)

// drifts keeps what is reported.
type drifts struct {
	mu  sync.Mutex
	all []string
}

func (d *drifts) option() tenantry.Option {
	return tenantry.WithDrift(func(drift tenantry.Drift) {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.all = append(d.all, drift.String())
	})
}

// take returns what was reported since the last time.
func (d *drifts) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := d.all
	d.all = nil
	return all
}

// responder responds with a status and a body.
type responder struct {
	status int
	body   string
}

func (r *responder) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: r.status, Header: http.Header{}, Request: req, Body: io.NopCloser(strings.NewReader(r.body))}, nil
}

// Each kind is reported once for each place, without values.
func TestDrift(t *testing.T) {
	var d drifts
	r := &responder{status: 200}
	c, err := propexo.NewClient("t", tenantry.WithHTTPClient(&http.Client{Transport: r}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}), d.option())
	require.NoError(t, err)
	list := func() error {
		_, err := c.Residents.List(t.Context(), propexo.ResidentListParams{})
		return err
	}
	for _, step := range []struct {
		status int
		body   string
		want   []string
	}{
		{200, `{"results":[{"id":"a","phone_1_type":"HOME","pets":[{"id":"p"}],"integration_vendor":null}],"more":1}`, nil},
		{200, `{"results":[{"id":"a","nick":"Canary","pets":[{"id":"p","is_fixed":"canary","chip":[1]}],"leases_meta_data":"canary"},{"id":"b","nick":"Canary"}]}`, []string{
			`propexo: residents.list: misfit: $.results[*].leases_meta_data of propexo.Resident (1)`,
			`propexo: residents.list: unknown member: $.results[*].nick of propexo.Resident (2)`,
			`propexo: residents.list: unknown member: $.results[*].pets[*].chip of propexo.ResidentPet (1)`,
			`propexo: residents.list: misfit: $.results[*].pets[*].is_fixed of propexo.ResidentPet (1)`,
		}},
		{200, `{"results":[{"id":"a","nick":"Canary","phone_1_type":"CANARY"},{"id":"b","phone_1_type":"CANARY"}]}`, []string{
			`propexo: residents.list: new value: $.results[*].phone_1_type of propexo.Resident (2)`,
		}},
		{200, `{"results":[{"id":"a","phone_1_type":"CANARIES","canary@example.test":1,"+1 415 555 0100":2,"pet-name":3}]}`, []string{
			`propexo: residents.list: unknown member: $.results[*].* of propexo.Resident (1)`,
			`propexo: residents.list: unknown member: $.results[*].* of propexo.Resident (1)`,
			`propexo: residents.list: unknown member: $.results[*]['pet-name'] of propexo.Resident (1)`,
		}},
		{200, `{"results":"canary"}`, []string{`propexo: residents.list: misfit: $.results (1)`}},
		{200, `{"results":[7]}`, nil},
		{400, `{"error":{"code":"invalid_request","message":"canary"}}`, nil},
		{400, `{"error":{"code":"too_old","message":"canary"}}`, []string{`propexo: residents.list: new code: too_old (1)`}},
		{400, `{"error":{"code":"too_old","message":"canary"}}`, nil},
		{400, `{"error":{"code":"canary@example.test"}}`, []string{`propexo: residents.list: new code: * (1)`}},
		{418, `{}`, []string{`propexo: residents.list: new status: 418 (1)`}},
		{404, `{}`, nil},
		{503, `{}`, nil},
		{203, `{"results":[]}`, []string{`propexo: residents.list: new status: 203 (1)`}},
	} {
		r.status, r.body = step.status, step.body
		_ = list()
		assert.Equal(t, step.want, d.take(), step.body)
	}

	// Another operation is another place.
	r.status, r.body = 200, `{"results":{"id":"a","nick":"Canary"}}`
	_, err = c.Residents.Get(t.Context(), "a")
	require.NoError(t, err)
	assert.Equal(t, []string{"propexo: residents.get: unknown member: $.results.nick of propexo.Resident (1)"}, d.take())
}

// A server that makes up names and codes is not remembered without end.
func TestDriftIsBounded(t *testing.T) {
	var d drifts
	r := &responder{}
	c, err := propexo.NewClient("t", tenantry.WithHTTPClient(&http.Client{Transport: r}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}), d.option())
	require.NoError(t, err)
	send := func(status int, body string) {
		r.status, r.body = status, body
		_, _ = c.Residents.List(t.Context(), propexo.ResidentListParams{})
	}
	long := strings.Repeat("x", 100_000)
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	letters := func(i int) string { return fmt.Sprintf("%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676) }
	send(200, `{"results":[]}`)
	before := heap()
	for i := range 100 {
		send(200, `{"results":[{"id":"a","`+letters(i)+long+`":1}]}`)
	}
	for i := range 17_000 {
		send(400, `{"error":{"code":"`+letters(i)+strings.Repeat("y", 61)+`"}}`)
	}
	d.take()
	assert.Less(t, heap(), before+2<<20, "100 names of 100 KB, and 17,000 codes")
	runtime.KeepAlive(c)
}

// A member that none of a thousand records has never comes. A null comes.
func TestDriftThatNeverComes(t *testing.T) {
	var d drifts
	r := &responder{status: 200}
	c, err := storedge.NewClient("a", "s", tenantry.WithHTTPClient(&http.Client{Transport: r}), d.option())
	require.NoError(t, err)
	page := func(fields map[string][]string, n int, record string) {
		r.body = `{"unit_group_tier_rates":[` + strings.TrimSuffix(strings.Repeat(record+",", n), ",") + `],"meta":{}}`
		_, err := c.Facility("f").UnitGroups.List(t.Context(), storedge.ListParams{Fields: fields})
		_ = err
		r.body = strings.Replace(r.body, "unit_group_tier_rates", "ledgers", 1)
		_, err = c.Facility("f").Ledgers.List(t.Context(), storedge.ListParams{Fields: fields})
		require.NoError(t, err)
	}
	all := `{"id":"x","name":null}`
	page(nil, 999, all)
	assert.Empty(t, never(d.take(), "name"))
	page(map[string][]string{"ledger": {"name"}}, 5, all)
	assert.Empty(t, never(d.take(), ""), "records that were trimmed say nothing")
	page(nil, 1, `{"id":"x","tenant_id":null}`)
	missing := never(d.take(), "")
	assert.NotEmpty(t, missing)
	for _, line := range missing {
		assert.NotContains(t, line, "$.ledgers[*].id ")
		assert.NotContains(t, line, "$.ledgers[*].tenant_id ")
		assert.Contains(t, line, "(1000)")
	}
	page(nil, 1000, `{"id":"x"}`)
	assert.Empty(t, never(d.take(), ""), "each is reported once")
}

func never(all []string, member string) []string {
	return slices.DeleteFunc(all, func(line string) bool {
		return !strings.Contains(line, "never comes") || !strings.Contains(line, member)
	})
}

// The other APIs report the members of their envelopes as places.
func TestDriftOfEachAPI(t *testing.T) {
	var d drifts
	r := &responder{status: 200}
	own := []tenantry.Option{tenantry.WithHTTPClient(&http.Client{Transport: r}), d.option()}
	token := append([]tenantry.Option{tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t"}))}, own...)
	st, err := storedge.NewClient("a", "s", own...)
	require.NoError(t, err)
	l, err := leasefind.NewClient("", "", token...)
	require.NoError(t, err)
	e, err := elevenos.NewClient("", "", token...)
	require.NoError(t, err)
	su, err := supergood.NewClient("https://supergood.example.test", supergood.Credentials{}, token...)
	require.NoError(t, err)
	for _, c := range []struct {
		body string
		call func() error
		want string
	}{
		{`{"tenants":[{"id":"a","zz":1}],"meta":{}}`, func() error {
			_, err := st.Facility("f").Tenants.List(t.Context(), storedge.ListParams{})
			return err
		}, "storedge: tenants.list: unknown member: $.tenants[*].zz of storedge.Tenant (1)"},
		{`{"units":[{"identifier":"a","zz":1}],"last_id":-1}`, func() error {
			_, err := l.Units.Find(t.Context(), leasefind.UnitFindParams{})
			return err
		}, "leasefind: units.find: unknown member: $.units[*].zz of leasefind.Unit (1)"},
		{`{"Error":null,"Residents":[{"ResidentId":"r","Status":["WHAT"]}]}`, func() error {
			_, err := e.Site("t", "s").Residents.List(t.Context())
			return err
		}, "elevenos: residents.list: new value: $.Residents[*].Status of elevenos.Resident (1)"},
		{`{"Error":null,"ResidentId":"r"}`, func() error {
			_, err := e.Site("t", "s").Residents.Update(t.Context(), "r", elevenos.ResidentUpdateParams{FirstName: tenantry.Set("A")})
			return err
		}, ""},
		{`{"data":{"properties":[{"id":"a","zz":1}]}}`, func() error {
			_, err := su.Properties.List(t.Context(), supergood.ListParams{})
			return err
		}, "supergood: properties.list: unknown member: $.data.properties[*].zz of supergood.Property (1)"},
		{`{"data":{"id":"a","zz":1}}`, func() error {
			_, err := su.Property("p").CreateLease(t.Context(), supergood.LeaseCreateParams{})
			return err
		}, "supergood: leases.create: unknown member: $.data.zz of supergood.Lease (1)"},
	} {
		r.body = c.body
		require.NoError(t, c.call(), c.body)
		got := d.take()
		if c.want == "" {
			assert.Empty(t, got)
			continue
		}
		assert.Equal(t, []string{c.want}, got, c.body)
	}
}

// Calls at once report each place once.
func TestDriftConcurrently(t *testing.T) {
	var d drifts
	c, err := propexo.NewClient("t", tenantry.WithHTTPClient(&http.Client{Transport: &responder{200, `{"results":[{"id":"a","nick":1}]}`}}), d.option())
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := c.Residents.List(t.Context(), propexo.ResidentListParams{})
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	assert.Equal(t, []string{"propexo: residents.list: unknown member: $.results[*].nick of propexo.Resident (1)"}, d.take())
}

func ExampleWithDrift() {
	report := tenantry.WithDrift(func(d tenantry.Drift) { fmt.Println(d) })
	transport := &responder{200, `{"results": {"id": "r1", "nickname": "Al"}}`} // instead of Propexo
	client, err := propexo.NewClient("token", tenantry.WithHTTPClient(&http.Client{Transport: transport}), report)
	if err != nil {
		panic(err)
	}
	defer client.Close()
	for range 2 {
		if _, err := client.Residents.Get(context.Background(), "r1"); err != nil {
			panic(err)
		}
	}
	// Output: propexo: residents.get: unknown member: $.results.nickname of propexo.Resident (1)
}
