package tenantry_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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
	"github.com/tenantry/tenantry-go/tenantrytest"
)

type checker interface {
	Check(ctx context.Context) error
	Close() error
	String() string
}

// storedgeChecker is a client with a facility.
type storedgeChecker struct{ *storedge.Client }

func (c storedgeChecker) Check(ctx context.Context) error { return c.Client.Check(ctx, "f1") }

// A fake is a server with the environment that leads to it.
type fake struct {
	env    map[string]string
	secret string // the variable whose value makes the credentials right
	close  func()
	inject func(tenantrytest.Fault)
	create func(opts ...tenantry.Option) (checker, error)
	read   string // the operation that Check makes
}

var fakes = map[string]func() fake{
	"propexo": func() fake {
		s := propexotest.NewServer()
		return fake{
			map[string]string{"PROPEXO_TOKEN": propexotest.Token, "PROPEXO_BASE_URL": s.URL}, "PROPEXO_TOKEN", s.Close, s.Inject,
			func(opts ...tenantry.Option) (checker, error) { return propexo.NewClientFromEnv(opts...) }, "properties.list",
		}
	},
	"storedge": func() fake {
		s := storedgetest.NewServer(storedgetest.WithFacility("f1", 1))
		return fake{
			map[string]string{"STOREDGE_ACCESS_ID": storedgetest.AccessID, "STOREDGE_SECRET_KEY": storedgetest.SecretKey, "STOREDGE_BASE_URL": s.URL},
			"STOREDGE_SECRET_KEY", s.Close, s.Inject,
			func(opts ...tenantry.Option) (checker, error) {
				c, err := storedge.NewClientFromEnv(opts...)
				return storedgeChecker{c}, err
			}, "tenants.list",
		}
	},
	"leasefind": func() fake {
		s := leasefindtest.NewServer()
		return fake{
			map[string]string{"LEASEFIND_CLIENT_ID": leasefindtest.ClientID, "LEASEFIND_CLIENT_SECRET": leasefindtest.ClientSecret, "LEASEFIND_BASE_URL": s.URL},
			"LEASEFIND_CLIENT_SECRET", s.Close, s.Inject,
			func(opts ...tenantry.Option) (checker, error) { return leasefind.NewClientFromEnv(opts...) }, "tenants.find",
		}
	},
	"elevenos": func() fake {
		s := elevenostest.NewServer()
		return fake{
			map[string]string{"ELEVENOS_EMAIL": elevenostest.Email, "ELEVENOS_PASSWORD": elevenostest.Password, "ELEVENOS_BASE_URL": s.URL},
			"ELEVENOS_PASSWORD", s.Close, s.Inject,
			func(opts ...tenantry.Option) (checker, error) { return elevenos.NewClientFromEnv(opts...) }, "teams.list",
		}
	},
	"supergood": func() fake {
		s := supergoodtest.NewServer()
		return fake{
			map[string]string{"SUPERGOOD_USERNAME": supergoodtest.Username, "SUPERGOOD_PASSWORD": supergoodtest.Password, "SUPERGOOD_BASE_URL": s.URL, "SUPERGOOD_TOTP_SECRET": supergoodtest.TOTPSecret},
			"SUPERGOOD_PASSWORD", s.Close, s.Inject,
			func(opts ...tenantry.Option) (checker, error) { return supergood.NewClientFromEnv(opts...) }, "properties.list",
		}
	},
}

// setenv sets the environment of a fake, with one variable replaced.
func setenv(t *testing.T, env map[string]string, name, value string) {
	all := maps.Clone(env)
	all[name] = value
	for name, value := range all {
		t.Setenv(name, value)
	}
}

func TestCheck(t *testing.T) {
	for name, start := range fakes {
		t.Run(name, func(t *testing.T) {
			f := start()
			t.Cleanup(f.close)
			check := func(name, value string) error {
				setenv(t, f.env, name, value)
				c, err := f.create(tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 9, MinWait: 1}))
				require.NoError(t, err)
				defer c.Close()
				return c.Check(t.Context())
			}
			require.NoError(t, check("OTHER", ""))
			require.ErrorIs(t, check(f.secret, "wrong-one"), tenantry.ErrUnauthorized)

			f.inject(tenantrytest.Fault{Operation: f.read, Status: http.StatusForbidden, Times: 1})
			err := check("OTHER", "")
			require.ErrorIs(t, err, tenantry.ErrForbidden)
			require.NotErrorIs(t, err, tenantry.ErrUnauthorized)

			f.inject(tenantrytest.Fault{Operation: f.read, Status: http.StatusServiceUnavailable, Times: 2})
			var server *tenantry.Error
			require.ErrorAs(t, check("OTHER", ""), &server, "it retries once")
			require.Equal(t, 2, server.Attempts)

			f.close()
			var broken *tenantry.TransportError
			require.ErrorAs(t, check("OTHER", ""), &broken)
		})
	}
}

func TestNewClientFromEnv(t *testing.T) {
	for name, start := range fakes {
		f := start()
		f.close()
		for variable := range f.env {
			setenv(t, f.env, variable, "")
			c, err := f.create()
			if variable == "SUPERGOOD_TOTP_SECRET" || variable != "SUPERGOOD_BASE_URL" && variable == strings.ToUpper(name)+"_BASE_URL" {
				require.NoError(t, err, variable)
				require.NoError(t, c.Close())
				continue
			}
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument, variable)
			require.EqualError(t, err, name+": environment variable "+variable+" is not set")
		}
		setenv(t, f.env, "OTHER", "")
		c, err := f.create(tenantry.WithBaseURL("https://other.example.test"))
		require.NoError(t, err)
		require.Contains(t, c.String(), "other.example.test", "options win")
		require.NoError(t, c.Close())
	}
}
