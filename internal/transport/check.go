package transport

import (
	"context"
	"errors"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/config"
)

// Check makes a call to find out whether the client works, and throws its response away.
// It retries at most once, unless the context's call options say otherwise. If no token
// can be had because the credentials are refused, the error is ErrUnauthorized in
// whatever form the API refuses them.
func (c *Client) Check(ctx context.Context, call *Call) error {
	if own := config.CallFrom(ctx); own == nil || own.Retry == nil {
		ctx = tenantry.CallOptions(ctx, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1}))
	}
	r, err := c.Send(ctx, call)
	if err == nil {
		r.Release()
		return nil
	}
	var token *tenantry.TokenError
	var server *tenantry.Error
	if errors.As(err, &token) && errors.As(err, &server) {
		switch server.StatusCode {
		case http.StatusBadRequest, http.StatusForbidden, http.StatusUnprocessableEntity:
			return &refusedError{err}
		}
	}
	return err
}

// A refusedError is the error of credentials that the server refuses without a 401.
type refusedError struct{ err error }

func (e *refusedError) Error() string   { return e.err.Error() }
func (e *refusedError) Unwrap() []error { return []error{e.err, tenantry.ErrUnauthorized} }
