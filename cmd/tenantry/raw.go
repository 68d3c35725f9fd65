package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	tenantry "github.com/tenantry/tenantry-go"
)

// rawCommand returns the command that sends a request to any endpoint of an API.
func (p *program) rawCommand(name string) *cobra.Command {
	var query []string
	cmd := &cobra.Command{
		Use: "raw METHOD PATH [ARG...]", Short: "Send a request to any endpoint",
		Long: strings.TrimSpace(`
Send a request to any endpoint, with the client's authorization, retries and limits.
PATH is a template, such as /v1/residents/{id}; each ARG replaces a placeholder.`),
		Args: cobra.MinimumNArgs(2), ValidArgsFunction: cobra.NoFileCompletions,
	}
	cmd.Flags().StringArrayVar(&query, "query", nil, "a parameter of the query, NAME=VALUE; may be repeated")
	cmd.Flags().String(jsonFlag, "", "the body as JSON: a text, @FILE, or - for stdin")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		r := tenantry.Request{Method: strings.ToUpper(args[0]), Path: args[1], Args: args[2:], Query: make(url.Values)}
		for _, q := range query {
			name, value, _ := strings.Cut(q, "=")
			r.Query.Add(name, value)
		}
		body, err := p.jsonText(cmd)
		if err != nil {
			return err
		}
		if body != nil {
			r.Body = json.RawMessage(body)
		}
		if !slices.Contains([]string{http.MethodGet, http.MethodHead}, r.Method) {
			if err := p.confirm(cmd, args); err != nil {
				return err
			}
		}
		s, err := p.connect(name)
		if err != nil {
			return err
		}
		defer s.close()
		return p.raw(cmd.Context(), s.client, r)
	}
	return cmd
}

// raw sends a request and prints the response's JSON as it is.
func (p *program) raw(ctx context.Context, c client, r tenantry.Request) error {
	var response tenantry.Raw
	if err := c.Do(ctx, r, &response); err != nil {
		return err
	}
	_, err := p.out.Write(append(response, '\n'))
	return err
}
