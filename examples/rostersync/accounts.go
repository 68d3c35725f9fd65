package main

import (
	"context"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/mirror"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/roster"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/supergood"
)

// A system says which variables name an account of an API, and how to reach it.
type system struct {
	name      string
	variables []string // the first of them says whether to use the API
	baseURL   string   // the variable with the base URL
	account   func(env func(string) string) string
	source    func(env func(string) string, opts ...tenantry.Option) (roster.Source, error)
}

var systems = []system{
	{
		"propexo", []string{"PROPEXO_TOKEN"}, "PROPEXO_BASE_URL",
		func(env func(string) string) string { return mirror.Fingerprint(env("PROPEXO_TOKEN")) },
		func(env func(string) string, opts ...tenantry.Option) (roster.Source, error) {
			client, err := propexo.NewClient(env("PROPEXO_TOKEN"), opts...)
			if err != nil {
				return nil, err
			}
			return roster.Propexo(client), nil
		},
	},
	{
		"storedge", []string{"STOREDGE_ACCESS_ID", "STOREDGE_SECRET_KEY", "STOREDGE_FACILITIES"}, "STOREDGE_BASE_URL",
		func(env func(string) string) string { return env("STOREDGE_ACCESS_ID") },
		func(env func(string) string, opts ...tenantry.Option) (roster.Source, error) {
			client, err := storedge.NewClient(env("STOREDGE_ACCESS_ID"), env("STOREDGE_SECRET_KEY"), opts...)
			if err != nil {
				return nil, err
			}
			return roster.StorEDGE(client, mirror.Names(env("STOREDGE_FACILITIES"))...), nil
		},
	},
	{
		"leasefind", []string{"LEASEFIND_CLIENT_ID", "LEASEFIND_CLIENT_SECRET", "LEASEFIND_GROUPS"}, "LEASEFIND_BASE_URL",
		func(env func(string) string) string { return env("LEASEFIND_CLIENT_ID") },
		func(env func(string) string, opts ...tenantry.Option) (roster.Source, error) {
			client, err := leasefind.NewClient(env("LEASEFIND_CLIENT_ID"), env("LEASEFIND_CLIENT_SECRET"), opts...)
			if err != nil {
				return nil, err
			}
			return roster.Leasefind(client, mirror.Names(env("LEASEFIND_GROUPS"))...), nil
		},
	},
	{
		"elevenos", []string{"ELEVENOS_EMAIL", "ELEVENOS_PASSWORD"}, "ELEVENOS_BASE_URL",
		func(env func(string) string) string { return env("ELEVENOS_EMAIL") },
		func(env func(string) string, opts ...tenantry.Option) (roster.Source, error) {
			client, err := elevenos.NewClient(env("ELEVENOS_EMAIL"), env("ELEVENOS_PASSWORD"), opts...)
			if err != nil {
				return nil, err
			}
			return roster.ElevenOS(client), nil
		},
	},
	{
		"supergood", []string{"SUPERGOOD_USERNAME", "SUPERGOOD_PASSWORD", "SUPERGOOD_TOTP_SECRET"}, "SUPERGOOD_BASE_URL",
		func(env func(string) string) string { return env("SUPERGOOD_USERNAME") },
		func(env func(string) string, opts ...tenantry.Option) (roster.Source, error) {
			creds := supergood.Credentials{Username: env("SUPERGOOD_USERNAME"), Password: tenantry.NewSecret(env("SUPERGOOD_PASSWORD"))}
			if secret := env("SUPERGOOD_TOTP_SECRET"); secret != "" {
				creds.MFA = supergood.TOTP(tenantry.NewSecret(secret))
			}
			client, err := supergood.NewClient(env("SUPERGOOD_BASE_URL"), creds, opts...)
			if err != nil {
				return nil, err
			}
			return roster.Supergood(client), nil
		},
	},
}

// configured returns the accounts that the environment has credentials for. They are
// read again whenever the mirror asks for them, and never stored.
func configured(env func(string) string) []mirror.Account {
	var all []mirror.Account
	for _, s := range systems {
		if env(s.variables[0]) == "" {
			continue
		}
		all = append(all, mirror.Account{
			Name: s.name, System: s.name, BaseURL: env(s.baseURL), Credential: s.account(env),
			Source: func(_ context.Context, opts ...tenantry.Option) (roster.Source, error) { return s.source(env, opts...) },
		})
	}
	return all
}
