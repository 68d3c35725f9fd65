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
	fake      func() (variables map[string]string, close func())
	handles   map[string]string // IDs that the fake has
}

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
		fake: func() (map[string]string, func()) {
			s := propexotest.NewServer(propexotest.WithResidents(500))
			return map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": s.URL}, s.Close
		},
	},
	"storedge": {
		variables: []string{"STOREDGE_ACCESS_ID", "STOREDGE_SECRET_KEY", "STOREDGE_BASE_URL?"},
		client: func(env func(string) string, opts []tenantry.Option) (client, error) {
			return storedge.NewClient(env("STOREDGE_ACCESS_ID"), env("STOREDGE_SECRET_KEY"), opts...)
		},
		handles: map[string]string{"facility": "facility-1", "company": storedgetest.CompanyID},
		fake: func() (map[string]string, func()) {
			s := storedgetest.NewServer(storedgetest.WithFacility("facility-1", 500))
			return map[string]string{"STOREDGE_ACCESS_ID": storedgetest.AccessID, "STOREDGE_SECRET_KEY": storedgetest.SecretKey, "STOREDGE_BASE_URL": s.URL}, s.Close
		},
	},
	"leasefind": {
		variables: []string{"LEASEFIND_CLIENT_ID", "LEASEFIND_CLIENT_SECRET", "LEASEFIND_BASE_URL?"},
		client: func(env func(string) string, opts []tenantry.Option) (client, error) {
			return leasefind.NewClient(env("LEASEFIND_CLIENT_ID"), env("LEASEFIND_CLIENT_SECRET"), opts...)
		},
		fake: func() (map[string]string, func()) {
			s := leasefindtest.NewServer(leasefindtest.WithTenants(500))
			return map[string]string{"LEASEFIND_CLIENT_ID": leasefindtest.ClientID, "LEASEFIND_CLIENT_SECRET": leasefindtest.ClientSecret, "LEASEFIND_BASE_URL": s.URL}, s.Close
		},
	},
	"elevenos": {
		variables: []string{"ELEVENOS_EMAIL", "ELEVENOS_PASSWORD", "ELEVENOS_BASE_URL?"},
		client: func(env func(string) string, opts []tenantry.Option) (client, error) {
			return elevenos.NewClient(env("ELEVENOS_EMAIL"), env("ELEVENOS_PASSWORD"), opts...)
		},
		handles: map[string]string{"team": elevenostest.TeamID, "site": elevenostest.SiteID},
		fake: func() (map[string]string, func()) {
			s := elevenostest.NewServer(elevenostest.WithResidents(500))
			return map[string]string{"ELEVENOS_EMAIL": elevenostest.Email, "ELEVENOS_PASSWORD": elevenostest.Password, "ELEVENOS_BASE_URL": s.URL}, s.Close
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
		handles: map[string]string{"property": "prop-000"},
		fake: func() (map[string]string, func()) {
			s := supergoodtest.NewServer(supergoodtest.WithProperties(3, 20))
			return map[string]string{"SUPERGOOD_BASE_URL": s.URL, "SUPERGOOD_USERNAME": supergoodtest.Username, "SUPERGOOD_PASSWORD": supergoodtest.Password}, s.Close
		},
	},
}

// connect makes the client of an API, or a client of its fake.
func (p *program) connect(name string) (c client, close func(), err error) {
	a := apis[name]
	env, closeFake := p.env, func() {}
	switch {
	case p.fake:
		variables, closing := a.fake()
		env, closeFake = func(name string) string { return variables[name] }, closing
	case p.credentials != "":
		variables, err := readCredentials(p.credentials)
		if err != nil {
			return nil, nil, err
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
			return nil, nil, fmt.Errorf("%s is not set; set it in the environment or in a file named by --credentials, or try --fake", v)
		}
	}
	opts := []tenantry.Option{tenantry.WithUserAgent("tenantry-command"), tenantry.WithPrefetch(p.prefetch)}
	if url := env(strings.ToUpper(name) + "_BASE_URL"); url != "" && name != "supergood" {
		opts = append(opts, tenantry.WithBaseURL(url))
	}
	c, err = a.client(env, opts)
	if err != nil {
		closeFake()
		return nil, nil, err
	}
	return c, func() {
		_ = c.Close()
		closeFake()
	}, nil
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
