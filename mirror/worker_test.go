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

// A front stands before a fake and counts the requests that are under way.
type front struct {
	*httptest.Server
	mu        sync.Mutex
	now, most int
	statuses  map[int]int
}

func newFront(t *testing.T, target string) *front {
	t.Helper()
	u, err := url.Parse(target)
	require.NoError(t, err)
	f := &front{statuses: make(map[int]int)}
	proxy := httputil.NewSingleHostReverseProxy(u)
	proxy.ModifyResponse = func(r *http.Response) error {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.statuses[r.StatusCode]++
		return nil
	}
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.now++
		f.most = max(f.most, f.now)
		f.mu.Unlock()
		defer func() {
			f.mu.Lock()
			f.now--
			f.mu.Unlock()
		}()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(f.Close)
	return f
}
