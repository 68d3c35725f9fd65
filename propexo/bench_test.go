package propexo_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// The benchmarks stand beside what a user would write by hand: net/http and
// encoding/json. scripts/bench prints the ratios.

// handResident is a hand-written model: nullable members are pointers.
type handResident struct {
	ID                 string          `json:"id"`
	CreatedAt          string          `json:"created_at"`
	UpdatedAt          string          `json:"updated_at"`
	LastSeen           *string         `json:"last_seen"`
	XID                string          `json:"x_id"`
	XLeaseID           *string         `json:"x_lease_id"`
	LeasesMetaData     []handLease     `json:"leases_meta_data"`
	Address1Alternate  *string         `json:"address_1_alternate"`
	Address1           *string         `json:"address_1"`
	Address2Alternate  *string         `json:"address_2_alternate"`
	Address2           *string         `json:"address_2"`
	BalanceInCents     *float64        `json:"balance_in_cents"`
	CityAlternate      *string         `json:"city_alternate"`
	City               *string         `json:"city"`
	CountryAlternate   *string         `json:"country_alternate"`
	Country            *string         `json:"country"`
	CustomData         json.RawMessage `json:"custom_data"`
	DateOfBirth        *string         `json:"date_of_birth"`
	Email1             *string         `json:"email_1"`
	Email2             *string         `json:"email_2"`
	FirstName          *string         `json:"first_name"`
	IsEmployee         *bool           `json:"is_employee"`
	LastName           *string         `json:"last_name"`
	LateBalanceInCents *float64        `json:"late_balance_in_cents"`
	MiddleName         *string         `json:"middle_name"`
	Notes              *string         `json:"notes"`
	Phone1Type         *string         `json:"phone_1_type"`
	Phone1             *string         `json:"phone_1"`
	Phone2Type         *string         `json:"phone_2_type"`
	Phone2             *string         `json:"phone_2"`
	StateAlternate     *string         `json:"state_alternate"`
	State              *string         `json:"state"`
	ZipAlternate       *string         `json:"zip_alternate"`
	Zip                *string         `json:"zip"`
	Pets               []handPet       `json:"pets"`
	Vehicles           []handVehicle   `json:"vehicles"`
	IntegrationID      string          `json:"integration_id"`
	IntegrationVendor  string          `json:"integration_vendor"`
	PropertyID         string          `json:"property_id"`
}

type handLease struct {
	LeaseID                string          `json:"lease_id"`
	XResidentType          *string         `json:"x_resident_type"`
	ResidentTypeNormalized *string         `json:"resident_type_normalized"`
	MoveInDate             *string         `json:"move_in_date"`
	MoveOutDate            *string         `json:"move_out_date"`
	NoticeDate             *string         `json:"notice_date"`
	CustomData             json.RawMessage `json:"custom_data"`
}

type handPet struct {
	ID              string          `json:"id"`
	CreatedAt       string          `json:"created_at"`
	UpdatedAt       string          `json:"updated_at"`
	LastSeen        *string         `json:"last_seen"`
	XID             string          `json:"x_id"`
	Name            *string         `json:"name"`
	Type            *string         `json:"type"`
	Breed           *string         `json:"breed"`
	GenderRaw       *string         `json:"gender_raw"`
	AgeInYears      *float64        `json:"age_in_years"`
	WeightInPounds  *float64        `json:"weight_in_pounds"`
	IsFixed         *bool           `json:"is_fixed"`
	IsServiceAnimal *bool           `json:"is_service_animal"`
	Notes           *string         `json:"notes"`
	CustomData      json.RawMessage `json:"custom_data"`
}

type handVehicle struct {
	ID                 string          `json:"id"`
	CreatedAt          string          `json:"created_at"`
	UpdatedAt          string          `json:"updated_at"`
	LastSeen           *string         `json:"last_seen"`
	XID                string          `json:"x_id"`
	Make               *string         `json:"make"`
	Model              *string         `json:"model"`
	Color              *string         `json:"color"`
	Year               *string         `json:"year"`
	LicensePlateNumber *string         `json:"license_plate_number"`
	LicensePlateState  *string         `json:"license_plate_state"`
	Notes              *string         `json:"notes"`
	CustomData         json.RawMessage `json:"custom_data"`
}

type handPage struct {
	Meta struct {
		HasMore bool `json:"hasMore"`
		Total   int  `json:"total"`
	} `json:"meta"`
	Results []handResident `json:"results"`
}

// seedPage is 250 residents as the seed shows one: every member, in its order.
var seedPage = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	b.WriteString(`{"meta":{"orderBy":[{"field":"id","direction":"asc"}],"offset":0,"limit":250,"hasMore":true,"total":100000},"results":[`)
	for i, r := range propexotest.GenerateResidents(3, 250) {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(r.Raw)
	}
	b.WriteString(`]}`)
	return b.Bytes()
})

func BenchmarkDecodePage(b *testing.B) {
	body := seedPage()
	perResident := func(b *testing.B, f func()) {
		b.SetBytes(int64(len(body)))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for b.Loop() {
			f()
		}
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N)/250, "allocs/resident")
	}
	b.Run("hand-written", func(b *testing.B) {
		perResident(b, func() {
			var p handPage
			if err := json.Unmarshal(body, &p); err != nil || len(p.Results) != 250 {
				b.Fatal(err)
			}
		})
	})
	b.Run("tenantry", func(b *testing.B) {
		perResident(b, func() {
			r, err := propexo.DecodeResidents(&transport.Response{Body: body})
			if err != nil || len(r.Items) != 250 {
				b.Fatal(err)
			}
		})
	})
}

// What tenantry.WithDrift costs.
func BenchmarkDrift(b *testing.B) {
	body := seedPage()
	type page struct {
		Results wire.List[propexo.Resident] `json:"results"`
	}
	b.Run("off", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var p page
			if err := wire.Decode(body, &p); err != nil || len(p.Results.Items) != 250 {
				b.Fatal(err)
			}
		}
	})
	b.Run("on", func(b *testing.B) {
		b.ReportAllocs()
		watch := &wire.Watch{Values: propexo.Known().Values}
		for b.Loop() {
			var p page
			if _, err := watch.Decode(body, &p, "residents.list", "$", false); err != nil || len(p.Results.Items) != 250 {
				b.Fatal(err)
			}
		}
	})
}

type canned struct{ body []byte }

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}, "X-Ratelimit-Limit": {"1000000"}, "X-Ratelimit-Remaining": {"999999"}},
		Body: io.NopCloser(bytes.NewReader(c.body)), ContentLength: int64(len(c.body)), Request: r}, nil
}

func BenchmarkOneCall(b *testing.B) {
	body := []byte(`{"write_status":"SUCCESS","errors":[],"created_record_id":"clwktsp9v000008l31iv218hn"}`)
	b.Run("hand-written", func(b *testing.B) {
		client := &http.Client{Transport: canned{body}}
		b.ReportAllocs()
		for b.Loop() {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, propexo.BaseURL+"/v1/admin/write-status/"+"job1", nil)
			if err != nil {
				b.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer token")
			req.Header.Set("Accept", "application/json")
			req.Header.Set("User-Agent", "hand-written")
			resp, err := client.Do(req)
			if err != nil {
				b.Fatal(err)
			}
			raw, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK {
				b.Fatal(err)
			}
			var v struct {
				Status string   `json:"write_status"`
				Errors []string `json:"errors"`
				ID     *string  `json:"created_record_id"`
			}
			if err := json.Unmarshal(raw, &v); err != nil {
				b.Fatal(err)
			}
		}
	})
	// With every feature on: pacing, retries, observer, limits.
	b.Run("tenantry", func(b *testing.B) {
		var seen atomic.Int64
		c, err := propexo.NewClient("token", tenantry.WithHTTPClient(&http.Client{Transport: canned{body}}),
			tenantry.WithObserver(func(context.Context, tenantry.Exchange) { seen.Add(1) }))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Writes.Status(b.Context(), "job1"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// A heap keeps the highest values that it saw: of what is in use, garbage that
// waits for its collection included, and of what the collections found alive.
type heap struct {
	stop               chan struct{}
	done               sync.WaitGroup
	baseUsed, baseLive uint64
	used, live         uint64
}

func (h *heap) read() (used, live uint64) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Uint64()
}

func watchHeap() *heap {
	runtime.GC()
	h := &heap{stop: make(chan struct{})}
	h.baseUsed, h.baseLive = h.read()
	h.done.Go(func() {
		for {
			select {
			case <-h.stop:
				return
			case <-time.After(5 * time.Millisecond):
				used, live := h.read()
				h.used, h.live = max(h.used, used), max(h.live, live)
			}
		}
	})
	return h
}

func (h *heap) report(b *testing.B) {
	close(h.stop)
	h.done.Wait()
	mib := func(peak, base uint64) float64 { return float64(max(peak, base)-base) / (1 << 20) }
	b.ReportMetric(mib(h.used, h.baseUsed), "MiB-peak")
	b.ReportMetric(mib(h.live, h.baseLive), "MiB-live")
}

// listed is how many residents the benchmarks' fake has: 25,000, or as many as
// PROPEXO_BENCH_RESIDENTS says.
var listed = func() int {
	if n, err := strconv.Atoi(os.Getenv("PROPEXO_BENCH_RESIDENTS")); err == nil {
		return n
	}
	return 25_000
}()

// startFake starts a fake in another process, whose memory is its own.
func startFake(b *testing.B, latency time.Duration) string {
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.CommandContext(b.Context(), self)
	cmd.Env = append(os.Environ(), "PROPEXO_BENCH_FAKE="+latency.String())
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(url)
}

func BenchmarkListing(b *testing.B) {
	for _, latency := range []time.Duration{0, 20 * time.Millisecond} {
		url := startFake(b, latency)
		run := func(name string, f func(b *testing.B) int) {
			b.Run(fmt.Sprintf("%v/%s", latency, name), func(b *testing.B) {
				h := watchHeap()
				for b.Loop() {
					if n := f(b); n != listed {
						b.Fatalf("%d residents", n)
					}
				}
				h.report(b)
			})
		}
		run("hand-written", func(b *testing.B) int { return listByHand(b, url) })
		run("discard-8", func(b *testing.B) int { return discard(b, url, 8) })
		for _, ahead := range []int{0, 1, 4, 8, 16} {
			c, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(url), tenantry.WithPrefetch(ahead))
			if err != nil {
				b.Fatal(err)
			}
			run(fmt.Sprintf("tenantry-%d", ahead), func(b *testing.B) int {
				n := 0
				for _, err := range c.Residents.All(b.Context(), propexo.ResidentListParams{Limit: 250}) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				return n
			})
		}
	}
}

func pageByHand(b *testing.B, client *http.Client, base string, offset int) *http.Response {
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, base+"/v1/residents/?order-by=id:asc&limit=250&offset="+strconv.Itoa(offset), nil)
	if err != nil {
		b.Error(err)
		return nil
	}
	req.Header.Set("Authorization", "Bearer "+propexotest.Token)
	resp, err := client.Do(req)
	if err != nil {
		b.Error(err)
		return nil
	}
	return resp
}

var handClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}

func listByHand(b *testing.B, base string) int {
	n := 0
	for {
		resp := pageByHand(b, handClient, base, n)
		var p handPage
		if err := json.NewDecoder(resp.Body).Decode(&p); err != nil {
			b.Fatal(err)
		}
		_ = resp.Body.Close()
		n += len(p.Results)
		if !p.Meta.HasMore {
			return n
		}
	}
}

// discard fetches every page, so many at a time, and throws it away: no client
// can be faster.
func discard(b *testing.B, base string, workers int) int {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				offset := int(next.Add(250)) - 250
				if offset >= listed {
					return
				}
				resp := pageByHand(b, handClient, base, offset)
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
	wg.Wait()
	return listed
}
