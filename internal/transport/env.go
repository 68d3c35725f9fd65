package transport

import (
	"os"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
)

// FromEnv reads a client's credentials from environment variables. A name that ends
// with "?" is optional. The error is a *tenantry.ArgumentError for one that is not set.
func FromEnv(api string, names ...string) ([]string, error) {
	values := make([]string, len(names))
	for i, name := range names {
		name, optional := strings.CutSuffix(name, "?")
		if values[i] = os.Getenv(name); values[i] == "" && !optional {
			return nil, &tenantry.ArgumentError{API: api, Argument: "environment variable " + name, Reason: "is not set"}
		}
	}
	return values, nil
}

// WithEnvBaseURL puts an option for a base URL, unless it is empty, before the others,
// which win.
func WithEnvBaseURL(url string, opts []tenantry.Option) []tenantry.Option {
	if url == "" {
		return opts
	}
	return append([]tenantry.Option{tenantry.WithBaseURL(url)}, opts...)
}
