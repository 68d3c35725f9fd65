package storedge

import (
	"context"
	"errors"
	"fmt"
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
