package storedge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// ErrAccessDenied is for errors.Is: the facility does not let tenants change
// what was to be changed, such as their mailing address.
var ErrAccessDenied error = &tenantry.Error{API: api, Code: "AccessDenied"}

// ErrTenantCredentials is for errors.Is: the tenant's login or password is
// wrong, and not the API's access ID or secret key. The [*tenantry.Error] is
// behind it.
var ErrTenantCredentials = errors.New("storedge: the tenant's login or password is wrong; ask for it again")

// decodeError reads the meta of an answer. What it echoes of the request stays
// unread. Code is the error_code, a number, unless the answer says AccessDenied
// anywhere: the reference does not say where.
func decodeError(e *tenantry.Error, body []byte) bool {
	var answer struct {
		Meta struct {
			StatusCode    tenantry.Decimal `json:"status_code"`
			Message       string           `json:"message"`
			ErrorCode     tenantry.Decimal `json:"error_code"`
			StatusMessage string           `json:"status_message"`
			RequestID     string           `json:"request_id"`
		} `json:"meta"`
		Error string `json:"error"`
	}
	if wire.Decode(body, &answer) != nil {
		return false
	}
	meta := &answer.Meta
	if strings.HasPrefix(string(meta.StatusCode), "2") {
		meta.StatusMessage = "" // it says that all is well
	}
	e.Code, e.Message = string(meta.ErrorCode), meta.Message
	if meta.RequestID != "" {
		e.RequestID = meta.RequestID
	}
	for name, value := range map[string]string{"status_message": meta.StatusMessage, "error_code": string(meta.ErrorCode), "error": answer.Error} {
		if value == "" {
			continue
		}
		if e.Details == nil {
			e.Details = make(map[string]any)
		}
		e.Details[name] = value
	}
	for _, text := range []string{meta.Message, meta.StatusMessage, string(meta.ErrorCode), answer.Error} {
		if strings.Contains(strings.ReplaceAll(strings.ToLower(text), " ", ""), "accessdenied") {
			e.Code = "AccessDenied"
		}
	}
	if e.Message == "" {
		e.Message = answer.Error
	}
	if e.Message == "" {
		e.Message = meta.StatusMessage
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
			StatusCode tenantry.Decimal `json:"status_code"`
			ErrorCode  tenantry.Decimal `json:"error_code"`
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
	if !decodeError(e, body) {
		e.Message = "the response reports the status " + string(meta.StatusCode)
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

// tenantOrKey tells a wrong password of a tenant from a bad key of the API:
// the reference gives both a 401. Where a call that needs nothing but the key
// passes, the key is good.
func (s *TenantsService) tenantOrKey(ctx context.Context, err error) error {
	if !errors.Is(err, tenantry.ErrUnauthorized) {
		return err
	}
	q := url.Values{"page": {"1"}, "per_page": {"1"}}
	if s.c.t.Call(ctx, &transport.Call{Op: tenantsList, Args: []string{s.facility}, Query: q}, nil) != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrTenantCredentials, err)
}
