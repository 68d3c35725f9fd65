package leasefind

import (
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// The documented error types, for errors.Is. Those that a call can be seen to
// earn are returned without sending it; errors.Is(err,
// tenantry.ErrInvalidArgument) holds then as well.
var (
	// ErrMissingAuthorization: the request had no Authorization header.
	ErrMissingAuthorization error = &tenantry.Error{API: api, Code: "missing_authorization"}
	// ErrExpiredToken: the token ran out, and a new one was refused as well or
	// can't be had.
	ErrExpiredToken error = &tenantry.Error{API: api, Code: "expired_token"}
	// ErrInvalidAuthorization: the token is not valid.
	ErrInvalidAuthorization error = &tenantry.Error{API: api, Code: "invalid_authorization"}
	// ErrBothGroupIdentifiersProvided: a group's id and its external reference
	// in one request. [LeasesService.FindForTenant] gets it also for an
	// external reference of a tenant that comes with neither.
	ErrBothGroupIdentifiersProvided error = &tenantry.Error{API: api, Code: "both_group_identifiers_provided"}
	// ErrNoRecords: nothing matches.
	ErrNoRecords error = &tenantry.Error{API: api, Code: "not_found"}
	// ErrNoTenantInformation: FindForTenant with nothing to find the tenant by.
	ErrNoTenantInformation error = &tenantry.Error{API: api, Code: "no_tenant_information"}
	// ErrNoSearchParameters: a search for leases by nothing.
	ErrNoSearchParameters error = &tenantry.Error{API: api, Code: "no_search_parameters"}
	// ErrNoUnit: a lease without a unit.
	ErrNoUnit error = &tenantry.Error{API: api, Code: "no_unit"}
	// ErrUnitNotFound: a lease with a unit that does not exist.
	ErrUnitNotFound error = &tenantry.Error{API: api, Code: "unit_not_found"}
)

// decodeError reads {"error": {"type", "message"}}.
func decodeError(e *tenantry.Error, body []byte) bool {
	own := transport.ReadErrorBody(body).Get("error")
	e.Code, e.Message = own.Text("type"), own.Words("message")
	return e.Code != "" || e.Message != ""
}

// refuse is the error that the server would have given.
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
