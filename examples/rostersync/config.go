package main

import (
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
)

// A maker makes the source of one API from environment variables.
type maker struct {
	variables []string // the first of them says whether to use the API
	baseURL   string   // the variable with the base URL
	make      func(env func(string) string, opts ...tenantry.Option) (source, error)
}

var makers = []maker{
	{[]string{"PROPEXO_TOKEN"}, "PROPEXO_BASE_URL", func(env func(string) string, opts ...tenantry.Option) (source, error) {
		return newPropexo(env("PROPEXO_TOKEN"), opts...)
	}},
	{[]string{"STOREDGE_ACCESS_ID", "STOREDGE_SECRET_KEY", "STOREDGE_FACILITIES"}, "STOREDGE_BASE_URL", func(env func(string) string, opts ...tenantry.Option) (source, error) {
		facilities := strings.FieldsFunc(env("STOREDGE_FACILITIES"), func(r rune) bool { return r == ',' || r == ' ' })
		return newStoredge(env("STOREDGE_ACCESS_ID"), env("STOREDGE_SECRET_KEY"), facilities, opts...)
	}},
	{[]string{"LEASEFIND_CLIENT_ID", "LEASEFIND_CLIENT_SECRET"}, "LEASEFIND_BASE_URL", func(env func(string) string, opts ...tenantry.Option) (source, error) {
		return newLeasefind(env("LEASEFIND_CLIENT_ID"), env("LEASEFIND_CLIENT_SECRET"), opts...)
	}},
	{[]string{"ELEVENOS_EMAIL", "ELEVENOS_PASSWORD"}, "ELEVENOS_BASE_URL", func(env func(string) string, opts ...tenantry.Option) (source, error) {
		return newElevenos(env("ELEVENOS_EMAIL"), env("ELEVENOS_PASSWORD"), opts...)
	}},
	{[]string{"SUPERGOOD_USERNAME", "SUPERGOOD_PASSWORD", "SUPERGOOD_TOTP_SECRET"}, "SUPERGOOD_BASE_URL", func(env func(string) string, opts ...tenantry.Option) (source, error) {
		creds := supergood.Credentials{Username: env("SUPERGOOD_USERNAME"), Password: tenantry.NewSecret(env("SUPERGOOD_PASSWORD"))}
		if secret := env("SUPERGOOD_TOTP_SECRET"); secret != "" {
			creds.MFA = supergood.TOTP(tenantry.NewSecret(secret))
		}
		return newSupergood("", creds, opts...)
	}},
}

// configured returns the sources that the environment has credentials for.
func configured(env func(string) string, prefetch int) ([]source, error) {
	var sources []source
	for _, m := range makers {
		if env(m.variables[0]) == "" {
			continue
		}
		opts := []tenantry.Option{tenantry.WithPrefetch(prefetch)}
		if url := env(m.baseURL); url != "" {
			opts = append(opts, tenantry.WithBaseURL(url))
		}
		s, err := m.make(env, opts...)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}
