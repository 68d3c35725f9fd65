package main

import (
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
)

// A maker makes a source of an API if the environment has what it needs. The
// first of its variables says whether it does.
type maker struct {
	needs string
	make  func(env func(string) string, prefetch int) (source, error)
}

var makers = []maker{
	{"PROPEXO_TOKEN", func(env func(string) string, prefetch int) (source, error) {
		return newPropexo(env("PROPEXO_TOKEN"), env("PROPEXO_BASE_URL"), prefetch)
	}},
	{"STOREDGE_ACCESS_ID", func(env func(string) string, prefetch int) (source, error) {
		facilities := strings.FieldsFunc(env("STOREDGE_FACILITIES"), func(r rune) bool { return r == ',' || r == ' ' })
		return newStoredge(env("STOREDGE_ACCESS_ID"), env("STOREDGE_SECRET_KEY"), env("STOREDGE_BASE_URL"), facilities, prefetch)
	}},
	{"LEASEFIND_CLIENT_ID", func(env func(string) string, prefetch int) (source, error) {
		return newLeasefind(env("LEASEFIND_CLIENT_ID"), env("LEASEFIND_CLIENT_SECRET"), env("LEASEFIND_BASE_URL"), prefetch)
	}},
	{"ELEVENOS_EMAIL", func(env func(string) string, prefetch int) (source, error) {
		return newElevenos(env("ELEVENOS_EMAIL"), env("ELEVENOS_PASSWORD"), env("ELEVENOS_BASE_URL"), prefetch)
	}},
	{"SUPERGOOD_BASE_URL", func(env func(string) string, prefetch int) (source, error) {
		creds := supergood.Credentials{Username: env("SUPERGOOD_USERNAME"), Password: tenantry.NewSecret(env("SUPERGOOD_PASSWORD"))}
		if secret := env("SUPERGOOD_TOTP_SECRET"); secret != "" {
			creds.MFA = supergood.TOTP(tenantry.NewSecret(secret))
		}
		return newSupergood(env("SUPERGOOD_BASE_URL"), creds, prefetch)
	}},
}

// configured makes the sources that the environment has credentials for.
func configured(env func(string) string, prefetch int) ([]source, error) {
	var sources []source
	for _, m := range makers {
		if env(m.needs) == "" {
			continue
		}
		s, err := m.make(env, prefetch)
		if err != nil {
			return nil, err
		}
		sources = append(sources, s)
	}
	return sources, nil
}
