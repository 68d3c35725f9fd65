package storedge

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// ErrAccessDenied reports that the facility does not let tenants do what was asked
// for, such as changing their mailing address, paying part of a balance or changing
// autopay. Test for it with errors.Is.
var ErrAccessDenied error = &tenantry.Error{API: api, Code: "AccessDenied"}

// ErrTenantCredentials reports that a tenant's login or password is wrong. The API's
// own access ID and secret key are good. Test for it with errors.Is; errors.As gives
// the [*tenantry.Error].
var ErrTenantCredentials = errors.New("storedge: the tenant's login or password is wrong; ask for it again")

// decodeError reads the meta of a response, except for its parameters, which
// repeat the request. Code is the error_code, a number, unless the response says
// AccessDenied anywhere: the reference does not say where.
func decodeError(e *tenantry.Error, body []byte) bool {
	v := transport.ReadErrorBody(body)
	e.Code, e.Message = v.Text("meta", "error_code"), v.Words("meta", "message")
	e.RequestID = cmp.Or(v.Text("meta", "request_id"), e.RequestID)
	details := map[string]string{"status_message": v.Words("meta", "status_message"), "error_code": e.Code, "error": v.Text("error")}
	for name, value := range details {
		if value != "" {
			if e.Details == nil {
				e.Details = make(map[string]any)
			}
			e.Details[name] = value
		}
	}
	for _, text := range []string{e.Message, details["status_message"], e.Code, v.Words("error"), v.Words("errors"), v.Words("meta", "errors"), v.Words("message")} {
		if strings.Contains(strings.ReplaceAll(strings.ToLower(text), " ", ""), "accessdenied") {
			e.Code = "AccessDenied"
		}
	}
	return e.Message != "" || e.Code != ""
}

// checkResponse finds the error in a response of status 200: an error_code, or a
// status_code of 400 or more in its meta.
func checkResponse(e *tenantry.Error, body []byte) bool {
	if !mayFail(body) {
		return false
	}
	var response struct {
		Meta struct {
			StatusCode    tenantry.Decimal `json:"status_code"`
			StatusMessage string           `json:"status_message"`
			ErrorCode     tenantry.Decimal `json:"error_code"`
		} `json:"meta"`
	}
	if wire.Decode(body, &response) != nil {
		return false
	}
	meta := &response.Meta
	status, _ := meta.StatusCode.Int64()
	if status < http.StatusBadRequest && (meta.ErrorCode == "" || meta.ErrorCode == "0") {
		return false
	}
	if !decodeError(e, body) || e.Message == "" {
		e.Message = cmp.Or(meta.StatusMessage, "the response reports the status "+string(cmp.Or(meta.StatusCode, meta.ErrorCode)))
	}
	return true
}

// mayFail finds out without decoding that most responses report no error.
func mayFail(body []byte) bool {
	for name, fine := range map[string]string{`"status_code"`: "123n", `"error_code"`: "n"} {
		for rest := body; ; {
			at := bytes.Index(rest, []byte(name))
			if at < 0 {
				break
			}
			rest = bytes.TrimLeft(rest[at+len(name):], " \t\r\n:")
			if len(rest) > 0 && !strings.ContainsRune(fine, rune(rest[0])) {
				return true
			}
		}
	}
	return false
}

// tenantOrKey tells a wrong password of a tenant from a bad key of the API. The API
// reports both as a 401. If a call that needs only the key passes, the key is good.
func (s *TenantsService) tenantOrKey(ctx context.Context, err error) error {
	if !errors.Is(err, tenantry.ErrUnauthorized) {
		return err
	}
	q := url.Values{"page": {"1"}, "per_page": {"1"}}
	if s.c.t.Call(ctx, &transport.Call{Op: &tenantsList.Op, Args: []string{s.id}, Query: q}, nil) != nil {
		return err
	}
	return &tenantError{err}
}

// A tenantError is a 401 that is about a tenant's login. Its text says nothing of the
// API's credentials, which are good.
type tenantError struct{ err error }

func (e *tenantError) Error() string {
	var server *tenantry.Error
	operation := ""
	if errors.As(e.err, &server) {
		operation = server.Operation + ": "
	}
	return api + ": " + operation + strings.TrimPrefix(ErrTenantCredentials.Error(), api+": ")
}

// Unwrap returns [ErrTenantCredentials] and the server's error.
func (e *tenantError) Unwrap() []error { return []error{ErrTenantCredentials, e.err} }
