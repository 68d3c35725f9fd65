package recordtenantry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/recordtenantry"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// What the tests plant. None of it may be in a file.
const (
	first, last = "Canariana", "Canarelli"
	email       = "canary.bird@mines.example.org"
	phone       = "512-555-7413"
	street      = "7413 Canary Mine Road"
	text        = "Canariana sings in the mine."
	password    = "canary-password-7413"
)

var planted = []string{first, last, "canary", "Canar", "mines.example", "512-555-7413", "5125557413", "7413", "sings"}

// A scenario is a test of a user. Its facts are what must be the same in a replay.
type scenario struct {
	name    string
	start   func() (url string, stop func(), secrets []string)
	use     func(*testing.T, string, ...tenantry.Option) (facts []string, people [][]string)
	another func(*testing.T, string, ...tenantry.Option) error // sends a request that use does not send
	missing string
}

func quick() tenantry.WaitParams[*propexo.WriteStatus] {
	return tenantry.WaitParams[*propexo.WriteStatus]{MinInterval: time.Millisecond, MaxInterval: time.Millisecond}
}

var scenarios = []scenario{
	{
		name: "propexo",
		start: func() (string, func(), []string) {
			s := propexotest.NewServer(propexotest.WithResidents(7), propexotest.WithRateLimit(1_000_000, time.Minute), propexotest.WithPendingPolls(2), propexotest.WithJobTime(0))
			s.Add(propexo.Resident{ID: "canary-less", FirstName: first, LastName: last, Email1: email, Phone1: phone, Address1: street, Notes: text})
			s.Remove(propexo.Resident{ID: "canary-less"})
			s.Add(propexo.Resident{ID: "r-planted", FirstName: first, LastName: last, Email1: email, Phone1: phone, Address1: street, Notes: text})
			return s.URL, s.Close, []string{propexotest.Token}
		},
		use: func(t *testing.T, url string, opts ...tenantry.Option) (facts []string, people [][]string) {
			c := newClient(t, func(all []tenantry.Option) (*propexo.Client, error) {
				return propexo.NewClient(propexotest.Token, all...)
			}, url, opts)
			for r, err := range c.Residents.All(t.Context(), propexo.ResidentListParams{Limit: 3}) {
				require.NoError(t, err)
				facts = append(facts, r.ID)
				if r.ID == "r-planted" {
					people = append(people, []string{r.FirstName, r.LastName, r.Email1, r.Phone1, r.Address1, r.Notes})
				}
			}
			w, err := c.Residents.Update(t.Context(), "r-planted", propexo.ResidentUpdateParams{
				FirstName: tenantry.Set(first), Email1: tenantry.Set(email), Notes: tenantry.Set(text),
			})
			require.NoError(t, err)
			status, err := c.Writes.Wait(t.Context(), w.JobID, quick())
			require.NoError(t, err)
			r, err := c.Residents.Get(t.Context(), "r-planted")
			require.NoError(t, err)
			people = append(people, []string{r.FirstName, r.LastName, r.Email1, r.Phone1, r.Address1, r.Notes})
			_, err = c.Residents.Get(t.Context(), "nobody")
			require.ErrorIs(t, err, tenantry.ErrNotFound)
			return append(facts, w.JobID, string(status.State), r.ID), people
		},
		another: func(t *testing.T, url string, opts ...tenantry.Option) error {
			c := newClient(t, func(all []tenantry.Option) (*propexo.Client, error) {
				return propexo.NewClient(propexotest.Token, all...)
			}, url, opts)
			_, err := c.Residents.Update(t.Context(), "r-planted", propexo.ResidentUpdateParams{FirstName: tenantry.Set("Another")})
			return err
		},
		missing: "PUT /v1/residents/r-planted",
	},
	{
		name: "storedge",
		start: func() (string, func(), []string) {
			s := storedgetest.NewServer(storedgetest.WithFacility("f1", 5))
			id := s.AddTenant("f1", 2, map[string]any{"first_name": first, "last_name": last, "email": email,
				"phone_numbers": []any{map[string]any{"id": "p1", "number": "+15125557413", "primary": true}}})
			s.SetAccount("f1", id, "canaryuser", password)
			return s.URL, s.Close, []string{storedgetest.AccessID, storedgetest.SecretKey, "canaryuser"}
		},
		use: func(t *testing.T, url string, opts ...tenantry.Option) (facts []string, people [][]string) {
			c := newClient(t, func(all []tenantry.Option) (*storedge.Client, error) {
				return storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, all...)
			}, url, opts)
			tenants := c.Facility("f1").Tenants
			for r, err := range tenants.All(t.Context(), storedge.ListParams{PerPage: 2}) {
				require.NoError(t, err)
				facts = append(facts, r.ID)
				if len(r.PhoneNumbers) == 1 && r.PhoneNumbers[0].ID == "p1" {
					people = append(people, []string{r.FirstName, r.LastName, r.Email, r.PhoneNumbers[0].Number})
					page, err := tenants.Search(t.Context(), storedge.TenantSearchParams{PhoneNumber: r.PhoneNumbers[0].Number})
					require.NoError(t, err)
					require.Len(t, page.Items, 1)
					facts = append(facts, page.Items[0].ID)
				}
			}
			r, err := tenants.SignIn(t.Context(), storedge.SignInParams{Login: "canaryuser", Password: tenantry.NewSecret(password)})
			require.NoError(t, err)
			return append(facts, r.ID), append(people, []string{r.FirstName, r.LastName, r.Email, "+15125557413"})
		},
		another: func(t *testing.T, url string, opts ...tenantry.Option) error {
			c := newClient(t, func(all []tenantry.Option) (*storedge.Client, error) {
				return storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, all...)
			}, url, opts)
			_, err := c.Facility("f1").Tenants.List(t.Context(), storedge.ListParams{PerPage: 77})
			return err
		},
		missing: "GET /v1/f1/tenants",
	},
	{
		name: "leasefind",
		start: func() (string, func(), []string) {
			s := leasefindtest.NewServer(leasefindtest.WithTenants(4))
			s.AddTenant(map[string]any{"identifier": "t-planted", "first_name": first, "last_name": last, "email_address": email, "phone_number": phone})
			return s.URL, s.Close, []string{leasefindtest.ClientID, leasefindtest.ClientSecret}
		},
		use: func(t *testing.T, url string, opts ...tenantry.Option) (facts []string, people [][]string) {
			c := newClient(t, func(all []tenantry.Option) (*leasefind.Client, error) {
				return leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, all...)
			}, url, opts)
			for p, err := range c.Persons.All(t.Context(), leasefind.PersonFindParams{}) {
				require.NoError(t, err)
				facts = append(facts, p.Identifier)
				if p.Identifier == "t-planted" {
					people = append(people, []string{p.FirstName, p.LastName, p.EmailAddress, p.PhoneNumber})
				}
			}
			page, err := c.Persons.Find(t.Context(), leasefind.PersonFindParams{EmailAddress: email})
			require.NoError(t, err)
			require.Len(t, page.Items, 1)
			p := page.Items[0]
			again, err := c.Persons.Find(t.Context(), leasefind.PersonFindParams{FirstName: p.FirstName})
			require.NoError(t, err)
			require.Len(t, again.Items, 1)
			return append(facts, p.Identifier), append(people, []string{p.FirstName, p.LastName, p.EmailAddress, p.PhoneNumber})
		},
		another: func(t *testing.T, url string, opts ...tenantry.Option) error {
			c := newClient(t, func(all []tenantry.Option) (*leasefind.Client, error) {
				return leasefind.NewClient("other", "credentials", all...)
			}, url, opts)
			_, err := c.Persons.Find(t.Context(), leasefind.PersonFindParams{EmailAddress: "other@mines.example.org"})
			return err
		},
		missing: "POST /persons/find/",
	},
	{
		name: "elevenos",
		start: func() (string, func(), []string) {
			s := elevenostest.NewServer(elevenostest.WithResidents(4))
			s.Add(elevenos.Resident{ResidentID: "R-planted", FirstName: first, LastName: last, Email: email, Phone: phone, Unit: "1"})
			return s.URL, s.Close, []string{elevenostest.Email, elevenostest.Password}
		},
		use: func(t *testing.T, url string, opts ...tenantry.Option) (facts []string, people [][]string) {
			c := newClient(t, func(all []tenantry.Option) (*elevenos.Client, error) {
				return elevenos.NewClient(elevenostest.Email, elevenostest.Password, all...)
			}, url, opts)
			residents := c.Site(elevenostest.TeamID, elevenostest.SiteID).Residents
			for r, err := range residents.All(t.Context()) {
				require.NoError(t, err)
				facts = append(facts, r.ResidentID)
				if r.ResidentID == "R-planted" {
					people = append(people, []string{r.FirstName, r.LastName, r.Email, r.Phone})
				}
			}
			r, err := residents.Get(t.Context(), "R-planted")
			require.NoError(t, err)
			return append(facts, r.ResidentID), append(people, []string{r.FirstName, r.LastName, r.Email, r.Phone})
		},
		another: func(t *testing.T, url string, opts ...tenantry.Option) error {
			c := newClient(t, func(all []tenantry.Option) (*elevenos.Client, error) {
				return elevenos.NewClient("other@mines.example.org", "other", all...)
			}, url, opts)
			_, err := c.Site(elevenostest.TeamID, elevenostest.SiteID).Residents.Get(t.Context(), "R-other")
			return err
		},
		missing: "/resident/R-other",
	},
	{
		name: "supergood",
		start: func() (string, func(), []string) {
			s := supergoodtest.NewServer(supergoodtest.WithProperties(3, 2), supergoodtest.WithMFA("totp", http.StatusOK))
			return s.URL, s.Close, []string{supergoodtest.Username, supergoodtest.Password, supergoodtest.TOTPSecret}
		},
		use: func(t *testing.T, url string, opts ...tenantry.Option) (facts []string, people [][]string) {
			c := newClient(t, func(all []tenantry.Option) (*supergood.Client, error) {
				return supergood.NewClient(url, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password),
					MFA: supergood.TOTP(tenantry.NewSecret(supergoodtest.TOTPSecret))}, all...)
			}, url, opts)
			for p, err := range c.Properties.All(t.Context(), supergood.ListParams{}) {
				require.NoError(t, err)
				facts = append(facts, p.ID)
			}
			lease, err := c.Property(facts[0]).CreateLease(t.Context(), supergood.LeaseCreateParams{
				UnitID: tenantry.Set(facts[0] + "-unit-0000"), StartDate: tenantry.Set[tenantry.Date]("2030-09-01"), Rent: tenantry.Set[tenantry.Decimal]("1200.50"),
				Residents: []supergood.ResidentInput{{FirstName: tenantry.Set(first), LastName: tenantry.Set(last), Email: tenantry.Set(email), Phone: tenantry.Set(phone)}},
			})
			require.NoError(t, err)
			order, err := c.Property(facts[0]).CreateWorkOrder(t.Context(), supergood.WorkOrderCreateParams{
				UnitID: tenantry.Set(facts[0] + "-unit-0000"), Category: tenantry.Set("PLUMBING"), Priority: tenantry.Set("HIGH"), Description: tenantry.Set(text),
			})
			require.NoError(t, err)
			return append(facts, lease.ID, string(lease.Rent), order.ID), nil
		},
		another: func(t *testing.T, url string, opts ...tenantry.Option) error {
			c := newClient(t, func(all []tenantry.Option) (*supergood.Client, error) {
				return supergood.NewClient(url, supergood.Credentials{Username: "other", Password: tenantry.NewSecret("other"),
					MFA: supergood.TOTP(tenantry.NewSecret("OTHERSECRETOTHER"))}, all...)
			}, url, opts)
			_, err := c.Property("p9").ListUnits(t.Context(), supergood.ListParams{})
			return err
		},
		missing: "/properties/p9/units",
	},
}

func newClient[C interface{ Close() error }](t *testing.T, make func([]tenantry.Option) (C, error), url string, opts []tenantry.Option) C {
	t.Helper()
	c, err := make(append([]tenantry.Option{tenantry.WithBaseURL(url), tenantrytest.Quick()}, opts...))
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// A watched test notes what fails it, and ends like a test.
type watched struct {
	testing.TB
	errors, logs []string
	cleanups     []func()
	failed       bool
}

func (w *watched) Helper()          {}
func (w *watched) Cleanup(f func()) { w.cleanups = append(w.cleanups, f) }
func (w *watched) Failed() bool     { return w.failed }
func (w *watched) Errorf(format string, args ...any) {
	w.failed = true
	w.errors = append(w.errors, fmt.Sprintf(format, args...))
}
func (w *watched) Logf(format string, args ...any) {
	w.logs = append(w.logs, fmt.Sprintf(format, args...))
}

// Fatalf panics instead of ending a goroutine that the tests need.
func (w *watched) Fatalf(format string, args ...any) {
	w.Errorf(format, args...)
	panic(w)
}

func (w *watched) end() {
	for i := len(w.cleanups) - 1; i >= 0; i-- {
		w.cleanups[i]()
	}
}

func TestRecordAndReplay(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "testdata", s.name+".yaml")
			url, stop, secrets := s.start()
			test := &watched{TB: t}
			facts, people := s.use(t, url, recordtenantry.Record(test, file))
			test.end()
			stop()
			require.Empty(t, test.errors)
			for _, p := range people {
				assert.Equal(t, first, p[0], "the recording test gets the real values")
			}

			b, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, s := range append(secrets, planted...) {
				if at := bytes.Index(bytes.ToLower(b), []byte(strings.ToLower(s))); at >= 0 {
					t.Errorf("%s is in the file: %s", s, b[max(at-80, 0):min(at+80, len(b))])
				}
			}

			var before [][]string
			for range 2 {
				test := &watched{TB: t}
				replayed, same := s.use(t, url, recordtenantry.Record(test, file))
				test.end()
				assert.Empty(t, test.errors)
				assert.Equal(t, facts, replayed)
				require.Len(t, same, len(people))
				for i, p := range same {
					assert.NotContains(t, p, first)
					assert.NotContains(t, p, email)
					assert.Equal(t, same[0][:3], p[:3], "the same stand-ins in all responses")
					for j, value := range p {
						if value != people[i][j] && !strings.Contains(value, "@") {
							assert.Equal(t, shape(people[i][j]), shape(value))
						}
					}
				}
				if before != nil {
					assert.Equal(t, before, same)
				}
				before = same
			}
			after, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(b), string(after), "a replay leaves the file as it is")
		})
	}
}

func shape(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '9'
		case r >= 'a' && r <= 'z':
			return 'a'
		case r >= 'A' && r <= 'Z':
			return 'A'
		}
		return r
	}, s)
}

func TestUnrecordedRequest(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), s.name+".yaml")
			url, stop, _ := s.start()
			test := &watched{TB: t}
			s.use(t, url, recordtenantry.Record(test, file))
			test.end()
			stop()
			test = &watched{TB: t}
			err := s.another(t, url, recordtenantry.Record(test, file))
			test.end()
			require.Error(t, err)
			require.Len(t, test.errors, 1)
			assert.Contains(t, test.errors[0], s.missing)
			assert.Contains(t, test.errors[0], file)
		})
	}
}

// A server that says whatever a test needs.
func echo(t *testing.T, response string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "session=canary-cookie")
		w.Header().Set("X-Canary", "canary-header")
		_, _ = w.Write([]byte(response))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// recordOne records one request and returns the file.
func recordOne(t *testing.T, req tenantry.Request, response string, opts ...recordtenantry.Setting) (file, text string) {
	t.Helper()
	url := echo(t, response)
	file = filepath.Join(t.TempDir(), "one.yaml")
	test := &watched{TB: t}
	require.NoError(t, do(t, url, req, recordtenantry.Record(test, file, opts...)))
	test.end()
	require.Empty(t, test.errors)
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return file, string(b)
}

func do(t *testing.T, url string, req tenantry.Request, opts ...tenantry.Option) error {
	c := newClient(t, func(all []tenantry.Option) (*propexo.Client, error) { return propexo.NewClient("canary-token", all...) }, url, opts)
	var out any
	return c.Do(t.Context(), req, &out)
}

// Secrets and personal values in all places and forms.
func TestNothingPlantedIsRecorded(t *testing.T) {
	response := map[string]any{
		"headers": []any{map[string]any{"header": "X-Key", "value": "canary-header-value"}}, "psk": "canarypsk", "gateAccessCode": 741374, "access_token": "canary.access",
		"credentials": map[string]any{"anything": "canary-inside"}, "next": map[string]any{"emails": []string{"Canary One <canary1@mines.example.org>, canary2@mines.example.org"}},
		"tenant_name": "Canariana Canarelli", "username": "canaryuser", "phone_numbers": []any{map[string]any{"number": "5125557413", "label": "home"}},
		"mailing_address": map[string]any{"address1": "7413 Canary Mine Road", "city": "Canaryville", "postal": "74137", "state": "TX"}, "date_of_birth": "1974-01-03",
		"message":          "Canariana Canarelli (canary3@mines.example.org, 512-555-7413) uses canarypsk",
		"canary@mines.org": "a member named by an address", "link": "https://store.example/f?X-Amz-Signature=canary-signature&page=2",
	}
	b, err := json.Marshal(response)
	require.NoError(t, err)
	req := tenantry.Request{Method: http.MethodPost, Path: "/v1/things/{id}", Args: []string{"canary4@mines.example.org"}, Repeatable: true,
		Query: map[string][]string{"email": {"canary5@mines.example.org"}, "api_key": {"canary-api-key"}, "page": {"3"}},
		Body:  map[string]any{"title": "Tell Canariana", "note": "canary sings", "new_password": "canary-new"}}
	file, text := recordOne(t, req, string(b))
	for _, s := range append([]string{"741374", "74137", "1974-01-03"}, planted...) {
		assert.NotContains(t, strings.ToLower(text), strings.ToLower(s))
	}
	for _, s := range []string{"home", "state", "TX", "page=3", "/v1/things/", "X-Key", "store.example", "example.com"} {
		assert.Contains(t, text, s)
	}
	// The same request is replayed, also by a test with another password.
	body, _ := req.Body.(map[string]any)
	body["new_password"] = "another"
	require.NoError(t, do(t, "http://127.0.0.1:1", req, recordtenantry.Record(t, file)))
}

func TestSettings(t *testing.T) {
	req := tenantry.Request{Method: http.MethodGet, Path: "/v1/things/"}
	response := `{"name":"Oak Hall","nick":"canary","pet":"canarybird","code":"E7413","password":"canary-pass","n":12345678901234567890.50}`
	_, text := recordOne(t, req, response, nil, recordtenantry.Keep("name", "password"), recordtenantry.Replace("Nick"), recordtenantry.ReplaceSecrets("pet"))
	assert.Contains(t, text, "Oak Hall")
	assert.Contains(t, text, "E7413")
	assert.Contains(t, text, "12345678901234567890.50")
	assert.NotContains(t, text, "canary")
}

func TestModes(t *testing.T) {
	req := tenantry.Request{Method: http.MethodGet, Path: "/v1/things/"}
	file, old := recordOne(t, req, `{"state":"old"}`)
	url := echo(t, `{"state":"new"}`)

	run := func(opts ...recordtenantry.Setting) *watched {
		test := &watched{TB: t}
		assert.NoError(t, do(t, url, req, recordtenantry.Record(test, file, opts...)))
		return test
	}
	read := func() string {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		return string(b)
	}
	run().end()
	assert.Equal(t, old, read())

	failed := run(recordtenantry.Again())
	failed.failed = true
	failed.end()
	assert.Equal(t, old, read(), "a failed test writes no file")
	assert.Len(t, failed.logs, 1)

	run(recordtenantry.Again()).end()
	assert.Contains(t, read(), "new")
	t.Setenv("TENANTRY_RECORD", "never")
	run(recordtenantry.Again()).end()
	missing := &watched{TB: t}
	assert.Panics(t, func() { recordtenantry.Record(missing, file+"x") })
	assert.Contains(t, missing.errors[0], "is missing")
	t.Setenv("TENANTRY_RECORD", "sometimes")
	wrong := &watched{TB: t}
	assert.Panics(t, func() { recordtenantry.Record(wrong, file) })
	assert.Contains(t, wrong.errors[0], "TENANTRY_RECORD")
	t.Setenv("TENANTRY_RECORD", "always")
	url = echo(t, `{"state":"newer"}`)
	run().end()
	assert.Contains(t, read(), "newer")
}

// The recorder does not make the client believe that a request has been sent.
func TestUnsentWritesAreRetried(t *testing.T) {
	url := echo(t, `{}`)
	dials := 0
	transport := tenantry.NewTransport()
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if dials++; dials == 1 {
			return nil, &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}
		}
		return dial(ctx, network, addr)
	}
	test := &watched{TB: t}
	require.NoError(t, do(t, url, tenantry.Request{Method: http.MethodPost, Path: "/v1/things/", Body: map[string]any{"a": 1}},
		recordtenantry.Record(test, filepath.Join(t.TempDir(), "dial"), recordtenantry.WithTransport(transport))))
	test.end()
	assert.Equal(t, 2, dials)
}

// A replay may pass on what it got, in another member or in the path, and may also send
// the values that the recording test sent.
func TestValuesArePassedOn(t *testing.T) {
	url := echo(t, `{"name":"Canary Hall","username":"canaryuser","last_name":"Canarelli","nested":"{\"first_name\":\"Canariana\"}","n":1}`)
	file := filepath.Join(t.TempDir(), "passed.yaml")
	use := func(url string, literal bool, opts ...tenantry.Option) error {
		c := newClient(t, func(all []tenantry.Option) (*propexo.Client, error) { return propexo.NewClient("token", all...) }, url, opts)
		var got struct {
			Name     string `json:"name"`
			Last     string `json:"last_name"`
			Username string `json:"username"`
			Nested   string `json:"nested"`
		}
		if err := c.Do(t.Context(), tenantry.Request{Method: http.MethodGet, Path: "/v1/first/"}, &got); err != nil {
			return err
		}
		if literal {
			got.Name, got.Last, got.Username = "Canary Hall", "Canarelli", "canaryuser"
		}
		if !strings.HasPrefix(got.Nested, `{"first_name":"`) {
			return fmt.Errorf("nested is %q", got.Nested)
		}
		return c.Do(t.Context(), tenantry.Request{
			Method: http.MethodPost, Path: "/v1/{user}/", Args: []string{got.Username}, Repeatable: true,
			Body: map[string]any{"property_name": got.Name, "first_name": "Canariana", "last_name": got.Last},
		}, nil)
	}
	test := &watched{TB: t}
	require.NoError(t, use(url, false, recordtenantry.Record(test, file)))
	test.end()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.NotContains(t, strings.ToLower(string(b)), "canar")
	for _, literal := range []bool{false, true} {
		require.NoError(t, use("http://127.0.0.1:1", literal, recordtenantry.Record(t, file)), literal)
	}
}

// Bodies that are not JSON: only texts are kept, and a test without requests writes nothing.
func TestOtherBodies(t *testing.T) {
	for kind, kept := range map[string]bool{"text/html": true, "text/plain; charset=utf-8": true, "text/csv": false, "application/pdf": false} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte("Busy, ask canary@mines.example.org"))
		}))
		file := filepath.Join(t.TempDir(), "other")
		test := &watched{TB: t}
		recorded := do(t, s.URL, tenantry.Request{Method: http.MethodGet, Path: "/v1/x/"}, recordtenantry.Record(test, file))
		test.end()
		s.Close()
		require.ErrorIs(t, recorded, tenantry.ErrConflict)
		b, err := os.ReadFile(file + ".yaml")
		require.NoError(t, err)
		assert.NotContains(t, string(b), "canary")
		assert.Equal(t, kept, strings.Contains(string(b), "Busy, ask"), kind)
		require.ErrorIs(t, do(t, s.URL, tenantry.Request{Method: http.MethodGet, Path: "/v1/x/"}, recordtenantry.Record(t, file)), tenantry.ErrConflict)
	}
	test := &watched{TB: t}
	file := filepath.Join(t.TempDir(), "none.yaml")
	recordtenantry.Record(test, file)
	test.end()
	assert.NoFileExists(t, file)
}

// What is signed must be the same in a replay, and how, but not key, nonce and time.
func TestSignatures(t *testing.T) {
	file := filepath.Join(t.TempDir(), "signed.yaml")
	list := func(url, key string, opts ...tenantry.Option) error {
		c := newClient(t, func(all []tenantry.Option) (*storedge.Client, error) {
			return storedge.NewClient(key, key+"-secret", all...)
		}, url, opts)
		_, err := c.Facility("f1").Tenants.List(t.Context(), storedge.ListParams{PerPage: 2})
		return err
	}
	test := &watched{TB: t}
	require.NoError(t, list(echo(t, `{"tenants":[]}`), "canary-key", recordtenantry.Record(test, file)))
	test.end()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, s := range []string{"canary", "oauth_"} {
		assert.NotContains(t, string(b), s)
	}
	assert.Contains(t, string(b), "OAuth HMAC-SHA1")
	require.NoError(t, list("http://127.0.0.1:1", "other", recordtenantry.Record(t, file)))
	test = &watched{TB: t}
	require.Error(t, list("http://127.0.0.1:1", "other", recordtenantry.Record(test, file), storedge.WithHMACSHA256()))
	assert.Len(t, test.errors, 1)
}

// Only the stand-ins of what the test sent can be found out by guessing.
func TestStandInsAreRandom(t *testing.T) {
	req := tenantry.Request{Method: http.MethodPost, Path: "/v1/x/", Repeatable: true, Body: map[string]any{"email": email, "gate_code": "7413"}}
	response := `{"email":"` + email + `","phone":"` + phone + `","gate_code":"7413"}`
	member := func(text, name string) []string {
		return regexp.MustCompile(`"`+name+`":"([^"]*)"`).FindAllString(text, -1)
	}
	_, one := recordOne(t, req, response)
	_, two := recordOne(t, req, response)
	require.Len(t, member(one, "email"), 2)
	assert.Equal(t, member(one, "email"), member(two, "email"))
	assert.Equal(t, member(one, "email")[0], member(one, "email")[1])
	assert.NotEqual(t, member(one, "phone"), member(two, "phone"))
	assert.Equal(t, member(one, "gate_code")[0], member(one, "gate_code")[1])
}

// Pages that are fetched ahead are recorded and replayed at the same time.
func TestPrefetch(t *testing.T) {
	server := propexotest.NewServer(propexotest.WithResidents(60), propexotest.WithRateLimit(1_000_000, time.Minute))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "prefetch.yaml")
	var before []string
	for range 2 {
		test := &watched{TB: t}
		c := newClient(t, func(all []tenantry.Option) (*propexo.Client, error) {
			return propexo.NewClient(propexotest.Token, all...)
		}, server.URL,
			[]tenantry.Option{tenantry.WithPrefetch(4), recordtenantry.Record(test, file)})
		var ids []string
		for r, err := range c.Residents.All(t.Context(), propexo.ResidentListParams{Limit: 5}) {
			require.NoError(t, err)
			ids = append(ids, r.ID)
		}
		test.end()
		require.Empty(t, test.errors)
		assert.Len(t, ids, 60)
		if before != nil {
			assert.Equal(t, before, ids)
		}
		before = ids
		server.Close()
	}
}

// The order of a JSON body does not count, its values do.
func TestBodies(t *testing.T) {
	req := func(body string) tenantry.Request {
		return tenantry.Request{Method: http.MethodPost, Path: "/v1/x/", Repeatable: true, Body: tenantry.Raw(body)}
	}
	file, _ := recordOne(t, req(`{"a":1,"b":[1,2]}`), `{}`)
	require.NoError(t, do(t, "http://127.0.0.1:1", req(`{ "b": [1, 2], "a": 1 }`), recordtenantry.Record(t, file)))
	test := &watched{TB: t}
	require.Error(t, do(t, "http://127.0.0.1:1", req(`{"a":1,"b":[2,1]}`), recordtenantry.Record(test, file)))
	assert.Len(t, test.errors, 1)
}

// The recorder's debug log would print secrets.
func TestDebugLog(t *testing.T) {
	t.Setenv("VCR_DEBUG", "1")
	stderr := os.Stderr
	defer func() { os.Stderr = stderr }()
	log, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	os.Stderr = log
	recordOne(t, tenantry.Request{Method: http.MethodGet, Path: "/v1/x/"}, `{"password":"canary"}`)
	require.NoError(t, log.Close())
	b, err := os.ReadFile(log.Name())
	require.NoError(t, err)
	assert.Empty(t, string(b))
}
