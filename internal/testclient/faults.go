package testclient

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"

	tenantry "github.com/tenantry/tenantry-go"
)

// A fault is a failure of a server, and the class of the error that a call returns
// for it. The responses repeat a secret.
type fault struct {
	name    string
	respond httpmock.Responder
	class   error // nil for an error without a class
}

func faults(secret string) []fault {
	echo := `"you sent Bearer ` + secret + `"`
	header := http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {secret}, "X-Echo": {secret}}
	status := func(code int, class error) fault {
		body := `{"error":{"code":"c","message":` + echo + `,"details":{"authorization":` + echo + `}}}`
		return fault{fmt.Sprint(code), httpmock.NewStringResponder(code, body).HeaderSet(header), class}
	}
	success := func(name, body string) fault {
		return fault{name, httpmock.NewStringResponder(200, body).HeaderSet(header), nil}
	}
	return []fault{
		status(400, tenantry.ErrInvalid), status(401, tenantry.ErrUnauthorized), status(403, tenantry.ErrForbidden), status(404, tenantry.ErrNotFound),
		status(405, tenantry.ErrNotSupported), status(409, tenantry.ErrConflict), status(422, tenantry.ErrInvalid), status(429, tenantry.ErrRateLimited),
		status(500, tenantry.ErrServer), status(503, tenantry.ErrServer),
		{"a proxy's page", httpmock.NewStringResponder(502, "<html>"+secret).HeaderSet(http.Header{"Content-Type": {"text/html"}}), tenantry.ErrServer},
		{"a redirect", httpmock.NewStringResponder(302, "").HeaderSet(http.Header{"Location": {"https://other.example/?t=" + secret}}), nil},
		success("a page in place of JSON", "<!DOCTYPE html><p>"+secret),
		success("no body", ""), success("null", "null"), success("a list", "["+echo+"]"), success("text", echo),
		success("a cut body", `{"x":`+echo), success("another type", `{"job_id":[`+echo+`],"result":`+echo+`}`),
		{"a reset", httpmock.NewErrorResponder(fmt.Errorf("read: %w", syscall.ECONNRESET)), nil},
	}
}

// Fails calls run with each fault of a server: a call that is not repeatable is sent
// once, the error is the SDK's own, in one line, and the secret is nowhere in it.
// The client does not retry.
func Fails(t *testing.T, mock *httpmock.MockTransport, operation, secret string, run func() error) {
	t.Helper()
	for _, f := range faults(secret) {
		before := mock.GetTotalCallCount()
		mock.RegisterNoResponder(f.respond)
		err := run()
		assert.Equal(t, 1, mock.GetTotalCallCount()-before, "%s: requests", f.name)
		if !assert.Error(t, err, f.name) {
			continue
		}
		var server *tenantry.Error
		var undecodable *tenantry.DecodeError
		var broken *tenantry.TransportError
		switch {
		case f.class != nil:
			assert.ErrorIs(t, err, f.class, f.name)
		case f.name == "a reset":
			assert.ErrorAs(t, err, &broken, f.name)
		default:
			assert.True(t, errors.As(err, &undecodable) || errors.As(err, &server), "%s: %T", f.name, err)
		}
		b, _ := json.Marshal(err)
		texts := []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), string(b)}
		assert.False(t, slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, secret) }), "%s: the secret is in %q", f.name, texts)
		assert.NotContains(t, err.Error(), "\n", f.name)
		assert.Contains(t, err.Error(), operation, f.name)
	}
}
