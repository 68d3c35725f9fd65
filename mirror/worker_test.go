package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"sync"
	"syscall"
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
	"github.com/tenantry/tenantry-go/roster"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

func sortStrings(s []string) { slices.Sort(s) }

// A workerConfig is what a worker process is started with.
type workerConfig struct {
	URL      string
	Groups   []Group
	Accounts []workerAccount
}

type workerAccount struct {
	Name, System, BaseURL, Group string
	Every                        time.Duration
}

const workerEnv = "TENANTRY_MIRROR_WORKER"

// workerMain is a worker process: the test binary, started again.
func workerMain() {
	var c workerConfig
	if err := json.Unmarshal([]byte(os.Getenv(workerEnv)), &c); err != nil {
		panic(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	var m *Mirror
	for {
		var err error
		if m, err = Open(ctx, c.URL, WithTimes(quick), WithGroups(c.Groups...), WithWorkers(6)); err == nil {
			break
		}
		fmt.Fprintln(os.Stderr, "worker:", err)
		if sleep(ctx, 200*time.Millisecond) != nil {
			return
		}
	}
	defer m.Close()
	accounts := make([]Account, len(c.Accounts))
	for i, a := range c.Accounts {
		accounts[i] = fakeAccount(a)
	}
	for ctx.Err() == nil {
		if err := m.Run(ctx, accounts...); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "worker:", err)
			_ = sleep(ctx, 200*time.Millisecond)
		}
	}
}

// fakeAccount is an account of a fake.
func fakeAccount(a workerAccount) Account {
	return Account{
		Name: a.Name, System: a.System, BaseURL: a.BaseURL, Credential: "fake", Group: a.Group, Every: a.Every, Attempt: 5 * time.Second,
		Source: func(_ context.Context, opts ...tenantry.Option) (roster.Source, error) {
			switch a.System {
			case "propexo":
				return propexoSource(propexotest.Token, opts...)
			case "storedge":
				client, err := storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, opts...)
				if err != nil {
					return nil, err
				}
				return roster.StorEDGE(client, "harbor", "midtown"), nil
			case "leasefind":
				client, err := leasefind.NewClient(leasefindtest.ClientID, leasefindtest.ClientSecret, opts...)
				if err != nil {
					return nil, err
				}
				return roster.Leasefind(client, "group-0", "group-1", "group-2", "group-3"), nil
			case "elevenos":
				client, err := elevenos.NewClient(elevenostest.Email, elevenostest.Password, opts...)
				if err != nil {
					return nil, err
				}
				return roster.ElevenOS(client), nil
			}
			client, err := supergood.NewClient(a.BaseURL, supergood.Credentials{Username: supergoodtest.Username, Password: tenantry.NewSecret(supergoodtest.Password)}, opts...)
			if err != nil {
				return nil, err
			}
			return roster.Supergood(client), nil
		},
	}
}

func propexoSource(token string, opts ...tenantry.Option) (roster.Source, error) {
	client, err := propexo.NewClient(token, opts...)
	if err != nil {
		return nil, err
	}
	return roster.Propexo(client), nil
}

// startWorker starts a worker process.
func startWorker(t *testing.T, c workerConfig) *exec.Cmd {
	t.Helper()
	b, err := json.Marshal(c)
	require.NoError(t, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), workerEnv+"="+string(b))
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGCONT)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// A front stands before a fake and counts the requests that are under way at a time.
// A worker that is killed, or that ends a listing, gives up its request before another
// worker sends one, but the front notices that a moment later. A request counts as
// under way beside a later one only if its client still waits for it at the end.
type front struct {
	*httptest.Server
	allowed  int // how many requests may be under way at a time; 0 means 1
	mu       sync.Mutex
	now      map[*int]bool // the requests under way, each by the most that were under way when a later one began
	most     int
	statuses map[int]int
}

func newFront(t *testing.T, target string) *front {
	t.Helper()
	u, err := url.Parse(target)
	require.NoError(t, err)
	f := &front{now: make(map[*int]bool), statuses: make(map[int]int)}
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.ModifyResponse = func(r *http.Response) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.statuses[r.StatusCode]++
		return nil
	}
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		beside := f.begin()
		defer func() { f.end(beside, r.Context()) }()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *front) begin() *int {
	f.mu.Lock()
	defer f.mu.Unlock()
	for earlier := range f.now {
		*earlier = max(*earlier, len(f.now)+1)
	}
	beside := new(1)
	f.now[beside] = true
	f.most = max(f.most, 1)
	return beside
}

func (f *front) end(beside *int, request context.Context) {
	f.mu.Lock()
	most := *beside
	f.mu.Unlock()
	if most > max(f.allowed, 1) {
		select {
		case <-request.Done():
			most = 1
		case <-time.After(300 * time.Millisecond): // the client still waits for the end of the response
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.now, beside)
	f.most = max(f.most, most)
}

// TestFrontCounts checks the front itself: two clients that wait count as two requests,
// a client that gave up does not count.
func TestFrontCounts(t *testing.T) {
	arrived := make(chan bool, 3)
	hold := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived <- true
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(slow.Close)
	get := func(ctx context.Context, f *front) <-chan error {
		done := make(chan error, 1)
		go func() {
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL, nil)
			if err == nil {
				var response *http.Response
				if response, err = http.DefaultClient.Do(request); err == nil {
					err = response.Body.Close()
				}
			}
			done <- err
		}()
		<-arrived
		return done
	}
	gaveUp := newFront(t, slow.URL)
	ctx, cancel := context.WithCancel(c0)
	first := get(ctx, gaveUp)
	cancel()
	require.ErrorIs(t, <-first, context.Canceled)
	second := get(c0, gaveUp)
	two := newFront(t, slow.URL)
	third := get(c0, two)
	fourth := get(c0, two)
	close(hold)
	for _, done := range []<-chan error{second, third, fourth} {
		require.NoError(t, <-done)
	}
	gaveUp.mu.Lock()
	assert.Equal(t, 1, gaveUp.most)
	gaveUp.mu.Unlock()
	two.mu.Lock()
	assert.Equal(t, 2, two.most)
	two.mu.Unlock()
}
