package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/elevenos/elevenostest"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

// An api is how its client is made.
type api struct {
	variables []string // of the environment; the optional ones end with "?"
	client    func(env func(string) string, opts []tenantry.Option) (client, error)
	fake      func() fakeServer
}

// A fakeServer is a running fake.
type fakeServer struct {
	variables map[string]string // what the environment has for it
	handles   map[string]string // the IDs of handles that it has
	hint      string            // what searches can ask for
	close     func()
}

// All fakes have the same portfolio, so that the same people live in all of them.
const (
	fakeProperties = 3
	fakeUnits      = 40
	fakeSeed       = 1
)

type client interface {
	Close() error
	Do(ctx context.Context, r tenantry.Request, out any) error
	String() string
}

var apis = map[string]api{
	"propexo": {
		variables: []string{"PROPEXO_TOKEN", "PROPEXO_BASE_URL?"},
		client: func(env func(string) string, opts []tenantry.Option) (client, error) {
			return propexo.NewClient(env("PROPEXO_TOKEN"), opts...)
		},
		fake: func() fakeServer {
			s := propexotest.NewServer(propexotest.WithPortfolio(fakeProperties, fakeUnits, fakeSeed))
			return fakeServer{variables: map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": s.URL}, close: s.Close}
		},
	},
	"storedge": {
		variables: []string{"STOREDGE_ACCESS_ID", "STOREDGE_SECRET_KEY", "STOREDGE_BASE_URL?"},
		client: func(env func(string) string, opts []tenantry.Option) (client, error) {
			return storedge.NewClient(env("STOREDGE_ACCESS_ID"), env("STOREDGE_SECRET_KEY"), opts...)
		},
		fake: func() fakeServer {
			s := storedgetest.NewServer(storedgetest.WithPortfolio(fakeProperties, fakeUnits, fakeSeed), storedgetest.WithLife(4), storedgetest.WithStart(time.Now().AddDate(0, 0, -30)))
			s.Advance(time.Since(s.Now()))
			s.Add(&storedge.MoveInUnitEvent{ID: "move-in-1"}, &storedge.MoveOut{ID: "move-out-1"}, &storedge.Task{ID: "task-1"}, &storedge.AccessPoint{ID: "access-point-1"},
				&storedge.PaymentIntent{ID: "payment-intent-1"}, &storedge.DelinquencyEvent{ID: "delinquency-event-1"}, &storedge.ScheduledAuction{ID: "auction-1"},
				&storedge.Lead{ID: "lead-1", Extra: tenantry.Extra{"wait_list": tenantry.Raw("true")}})
			return fakeServer{variables: map[string]string{"STOREDGE_ACCESS_ID": storedgetest.AccessID, "STOREDGE_SECRET_KEY": storedgetest.SecretKey, "STOREDGE_BASE_URL": s.URL}, handles: map[string]string{"facility": s.FacilityIDs()[0], "company": storedgetest.CompanyID}, close: s.Close}
		},
	},
	"leasefind": {
		variables: []string{"LEASEFIND_CLIENT_ID", "LEASEFIND_CLIENT_SECRET", "LEASEFIND_BASE_URL?"},
		client: func(env func(string) string, opts []tenantry.Option) (client, error) {
			return leasefind.NewClient(env("LEASEFIND_CLIENT_ID"), env("LEASEFIND_CLIENT_SECRET"), opts...)
		},
		fake: func() fakeServer {
			s := leasefindtest.NewServer(leasefindtest.WithPortfolio(fakeProperties, fakeUnits, fakeSeed))
			community := leasefind.Community{CommunityID: s.IDs(leasefind.Community{})[0]}
			s.Get(&community)
			hint := fmt.Sprintf("the fake has the group %s, whose external reference is %s", community.CommunityID, community.CommunityExternalRef)
			return fakeServer{variables: map[string]string{"LEASEFIND_CLIENT_ID": leasefindtest.ClientID, "LEASEFIND_CLIENT_SECRET": leasefindtest.ClientSecret, "LEASEFIND_BASE_URL": s.URL}, hint: hint, close: s.Close}
		},
	},
	"elevenos": {
		variables: []string{"ELEVENOS_EMAIL", "ELEVENOS_PASSWORD", "ELEVENOS_BASE_URL?"},
		client: func(env func(string) string, opts []tenantry.Option) (client, error) {
			return elevenos.NewClient(env("ELEVENOS_EMAIL"), env("ELEVENOS_PASSWORD"), opts...)
		},
		fake: func() fakeServer {
			s := elevenostest.NewServer(elevenostest.WithPortfolio(fakeProperties, fakeUnits, fakeSeed))
			return fakeServer{variables: map[string]string{"ELEVENOS_EMAIL": elevenostest.Email, "ELEVENOS_PASSWORD": elevenostest.Password, "ELEVENOS_BASE_URL": s.URL}, handles: map[string]string{"team": elevenostest.TeamID, "site": elevenostest.SiteID}, close: s.Close}
		},
	},
	"supergood": {
		variables: []string{"SUPERGOOD_BASE_URL", "SUPERGOOD_USERNAME", "SUPERGOOD_PASSWORD", "SUPERGOOD_TOTP_SECRET?"},
		client: func(env func(string) string, opts []tenantry.Option) (client, error) {
			creds := supergood.Credentials{Username: env("SUPERGOOD_USERNAME"), Password: tenantry.NewSecret(env("SUPERGOOD_PASSWORD"))}
			if secret := env("SUPERGOOD_TOTP_SECRET"); secret != "" {
				creds.MFA = supergood.TOTP(tenantry.NewSecret(secret))
			}
			return supergood.NewClient(env("SUPERGOOD_BASE_URL"), creds, opts...)
		},
		fake: func() fakeServer {
			s := supergoodtest.NewServer(supergoodtest.WithPortfolio(fakeProperties, fakeUnits, fakeSeed))
			return fakeServer{variables: map[string]string{"SUPERGOOD_BASE_URL": s.URL, "SUPERGOOD_USERNAME": supergoodtest.Username, "SUPERGOOD_PASSWORD": supergoodtest.Password}, handles: map[string]string{"property": s.PropertyIDs()[0]}, close: s.Close}
		},
	},
}

// A session is the client of an API, or of its fake.
type session struct {
	client  client
	handles map[string]string // IDs that the fake has
	hint    string            // what searches of the fake can ask for
	close   func()
}

// connect opens a session.
func (p *program) connect(name string) (*session, error) {
	a := apis[name]
	env, running := p.env, fakeServer{close: func() {}}
	switch {
	case p.fake:
		running = a.fake()
		env = func(name string) string { return running.variables[name] }
	case p.credentials != "":
		variables, err := readCredentials(p.credentials)
		if err != nil {
			return nil, err
		}
		env = func(name string) string {
			if v, ok := variables[name]; ok {
				return v
			}
			return p.env(name)
		}
	}
	for _, v := range a.variables {
		if !strings.HasSuffix(v, "?") && env(v) == "" {
			return nil, fmt.Errorf("%s is not set; set it in the environment or in a file named by --credentials, or try --fake", v)
		}
	}
	opts := []tenantry.Option{tenantry.WithUserAgent("tenantry-command"), tenantry.WithPrefetch(p.prefetch)}
	if url := env(strings.ToUpper(name) + "_BASE_URL"); url != "" && name != "supergood" {
		opts = append(opts, tenantry.WithBaseURL(url))
	}
	c, err := a.client(env, opts)
	if err != nil {
		running.close()
		return nil, err
	}
	return &session{client: c, handles: running.handles, hint: running.hint, close: func() {
		_ = c.Close()
		running.close()
	}}, nil
}

// readCredentials reads lines of NAME=VALUE from a file that nobody but its owner
// can read. Blank lines and lines that start with # are skipped.
func readCredentials(path string) (map[string]string, error) {
	f, err := os.Open(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others can read %s; run: chmod 600 %s", path, path)
	}
	variables := make(map[string]string)
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export "))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("%s:%d: want NAME=VALUE", path, n)
		}
		value = strings.TrimSpace(value)
		if len(value) > 1 && (value[0] == '"' || value[0] == '\'') && value[len(value)-1] == value[0] {
			value = value[1 : len(value)-1]
		}
		variables[strings.TrimSpace(name)] = value
	}
	return variables, lines.Err()
}

// defaultCredentials returns the file of credentials in the user's configuration,
// or "" if there is none.
func defaultCredentials() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	path := filepath.Join(dir, "tenantry", "credentials")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	return path
}
