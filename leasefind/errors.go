package leasefind

import (
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// Errors of the documented error types, for errors.Is. If the SDK refuses a call before
// sending it, errors.Is(err, tenantry.ErrInvalidArgument) also holds.
var (
	// ErrMissingAuthorization means that the request had no Authorization header.
	ErrMissingAuthorization error = &tenantry.Error{API: api, Code: "missing_authorization"}
	// ErrExpiredToken means that the token expired, and that a new one was refused or
	// could not be fetched.
	ErrExpiredToken error = &tenantry.Error{API: api, Code: "expired_token"}
	// ErrInvalidAuthorization means that the token is not valid.
	ErrInvalidAuthorization error = &tenantry.Error{API: api, Code: "invalid_authorization"}
	// ErrBothGroupIdentifiersProvided means that a request has both a group's ID and
	// its external reference. [LeasesService.FindForTenant] also returns it for a
	// tenant's external reference without either.
	ErrBothGroupIdentifiersProvided error = &tenantry.Error{API: api, Code: "both_group_identifiers_provided"}
	// ErrNoRecords is how the API reports that nothing matches. Find and All return
	// no error for it: the page is empty, and the iterator ends.
	ErrNoRecords error = &tenantry.Error{API: api, Code: "not_found"}
	// ErrNoTenantInformation means that FindForTenant was given no tenant.
	ErrNoTenantInformation error = &tenantry.Error{API: api, Code: "no_tenant_information"}
	// ErrNoSearchParameters means that a search for leases has no parameter.
	ErrNoSearchParameters error = &tenantry.Error{API: api, Code: "no_search_parameters"}
	// ErrNoUnit means that a lease to save has no unit.
	ErrNoUnit error = &tenantry.Error{API: api, Code: "no_unit"}
	// ErrUnitNotFound means that the unit of a lease to save does not exist.
	ErrUnitNotFound error = &tenantry.Error{API: api, Code: "unit_not_found"}
)

// decodeError reads {"error": {"type", "message"}}.
func decodeError(e *tenantry.Error, body []byte) bool {
	own := transport.ReadErrorBody(body).Get("error")
	e.Code, e.Message = own.Text("type"), own.Words("message")
	return e.Code != "" || e.Message != ""
}

// refuse returns the error that the server would have returned.
func (c *Client) refuse(op *transport.Op, argument, reason, code string) error {
	return c.t.ArgumentWith(op, argument, reason, &tenantry.Error{
		API: api, Operation: op.Name, Method: op.Method, Path: op.Path,
		StatusCode: http.StatusBadRequest, Code: code,
	})
}

// oneGroup refuses both identifiers of a group.
func (c *Client) oneGroup(op *transport.Op, id, externalRef bool) error {
	if id && externalRef {
		return c.refuse(op, "group", "has both an id and an external reference; pass one of them", "both_group_identifiers_provided")
	}
	return nil
}

// date refuses a text that is not YYYY-MM-DD; "" passes.
func (c *Client) date(op *transport.Op, argument string, d tenantry.Date) error {
	if d == "" {
		return nil
	}
	if _, err := d.Time(); err != nil || len(d) != len("2006-01-02") {
		return c.t.Argument(op, argument, "is not a date; want YYYY-MM-DD")
	}
	return nil
}
