package leasefind

import (
	"errors"
	"fmt"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// Errors of the documented error types, for errors.Is. If the SDK refuses a call before
// sending it, errors.Is(err, tenantry.ErrInvalidArgument) also holds.
//
// The API has several types for some faults. They have one class, such as
// [ErrGroupMissing]. It also sends the status 401 for faults that another token does
// not mend. Those are no tenantry.ErrUnauthorized, and cost no token.
var (
	// ErrMissingAuthorization means that the request had no Authorization header. Its
	// status is 400, or 401 from tasks and the webhook portal.
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
	// ErrNoGroup means that [UnitsService.Save] or [MessagesService.Create] was given no
	// group. Its class is [ErrGroupMissing].
	ErrNoGroup error = &tenantry.Error{API: api, Code: "no_group"}
	// ErrNoGroupProvided means that [ListingsService.Create] or [ListingsService.Sync]
	// was given no group. Its class is [ErrGroupMissing].
	ErrNoGroupProvided error = &tenantry.Error{API: api, Code: "no_group_provided"}
	// ErrNoGroupIdentifierProvided means that a search for listings names no group. Its
	// class is [ErrGroupMissing].
	ErrNoGroupIdentifierProvided error = &tenantry.Error{API: api, Code: "no_group_identifier_provided"}
	// ErrNoAccessToGroup means that the account may not use a group. Its status is 401,
	// and its class is tenantry.ErrForbidden.
	ErrNoAccessToGroup error = &tenantry.Error{API: api, Code: "no_access_to_group"}
	// ErrGroupNotFound means that the group of units or of a message does not exist.
	ErrGroupNotFound error = &tenantry.Error{API: api, Code: "group_not_found"}
	// ErrCommunityNotFound means that the community to update does not exist.
	ErrCommunityNotFound error = &tenantry.Error{API: api, Code: "community_not_found"}

	// ErrNoRecords is how the API reports that nothing matches. Find and All return
	// no error for it: the page is empty, and the iterator ends.
	ErrNoRecords error = &tenantry.Error{API: api, Code: "not_found"}
	// ErrNoTenantInformation means that FindForTenant was given no tenant.
	ErrNoTenantInformation error = &tenantry.Error{API: api, Code: "no_tenant_information"}
	// ErrNoSearchParameters means that a search for leases or communities has no
	// parameter.
	ErrNoSearchParameters error = &tenantry.Error{API: api, Code: "no_search_parameters"}

	// ErrNoUnit means that a lease to save has no unit.
	ErrNoUnit error = &tenantry.Error{API: api, Code: "no_unit"}
	// ErrUnitNotFound means that the unit of a lease to save does not exist.
	ErrUnitNotFound error = &tenantry.Error{API: api, Code: "unit_not_found"}

	// ErrMissingOrInvalidUnitType means that a listing to create has no unit type, or
	// an unknown one. Its class is [ErrUnitType].
	ErrMissingOrInvalidUnitType error = &tenantry.Error{API: api, Code: "missing_or_invalid_unit_type"}
	// ErrMissingUnitType means that a listing to sync has no unit type. Its status is
	// 401, and its class is [ErrUnitType].
	ErrMissingUnitType error = &tenantry.Error{API: api, Code: "missing_unit_type"}
	// ErrInvalidUnitType means that a listing to sync has an unknown unit type. Its
	// status is 401, and its class is [ErrUnitType].
	ErrInvalidUnitType error = &tenantry.Error{API: api, Code: "invalid_unit_type"}
	// ErrNoListingURL means that a listing to create has no URL. Its class is
	// [ErrListingURL].
	ErrNoListingURL error = &tenantry.Error{API: api, Code: "no_listing_url"}
	// ErrMissingListingURL means that a listing to sync has no URL. Its status is 401,
	// and its class is [ErrListingURL].
	ErrMissingListingURL error = &tenantry.Error{API: api, Code: "missing_listing_url"}
	// ErrNoExternalReference means that a listing to sync has no external reference.
	// Its status is 401, and its class is tenantry.ErrInvalid.
	ErrNoExternalReference error = &tenantry.Error{API: api, Code: "no_external_reference"}
	// ErrDateFormatInvalid means that a date of a listing to sync is not YYYY-MM-DD. Its
	// status is 401, and its class is tenantry.ErrInvalid.
	ErrDateFormatInvalid error = &tenantry.Error{API: api, Code: "date_format_invalid"}
	// ErrBothBathroomAttributesProvided means that a listing to sync has its bathrooms
	// and their number.
	ErrBothBathroomAttributesProvided error = &tenantry.Error{API: api, Code: "both_bathroom_attributes_provided"}
	// ErrNoBathroomAttributesProvided means that a listing to sync has neither its
	// bathrooms nor their number. Its status is 401, and its class is tenantry.ErrInvalid.
	ErrNoBathroomAttributesProvided error = &tenantry.Error{API: api, Code: "no_bathroom_attributes_provided"}
	// ErrInvalidNumberOfBathrooms means that a listing to sync has less than one
	// bathroom. Its status is 401, and its class is tenantry.ErrInvalid.
	ErrInvalidNumberOfBathrooms error = &tenantry.Error{API: api, Code: "invalid_number_of_bathrooms"}
	// ErrNotAuthorized means that the account may not delete a listing. Its status is
	// 401, and its class is tenantry.ErrForbidden.
	ErrNotAuthorized error = &tenantry.Error{API: api, Code: "not_authorized"}
)

// Classes of errors that the API has several types for. Each is also a
// tenantry.ErrInvalid.
var (
	// ErrGroupMissing means that a request needs a group and names none.
	ErrGroupMissing = fmt.Errorf("leasefind: no group: %w", tenantry.ErrInvalid)
	// ErrUnitType means that a listing has no unit type, or an unknown one.
	ErrUnitType = fmt.Errorf("leasefind: no valid unit type: %w", tenantry.ErrInvalid)
	// ErrListingURL means that a listing has no URL.
	ErrListingURL = fmt.Errorf("leasefind: no listing URL: %w", tenantry.ErrInvalid)
)

// A fault is what a type of error says that its status does not.
type fault struct {
	status int // that the API documents
	class  error
}

var faults = map[string]fault{
	"no_group":                        {http.StatusBadRequest, ErrGroupMissing},
	"no_group_provided":               {http.StatusBadRequest, ErrGroupMissing},
	"no_group_identifier_provided":    {http.StatusBadRequest, ErrGroupMissing},
	"missing_or_invalid_unit_type":    {http.StatusBadRequest, ErrUnitType},
	"missing_unit_type":               {http.StatusUnauthorized, ErrUnitType},
	"invalid_unit_type":               {http.StatusUnauthorized, ErrUnitType},
	"no_listing_url":                  {http.StatusBadRequest, ErrListingURL},
	"missing_listing_url":             {http.StatusUnauthorized, ErrListingURL},
	"no_external_reference":           {http.StatusUnauthorized, tenantry.ErrInvalid},
	"date_format_invalid":             {http.StatusUnauthorized, tenantry.ErrInvalid},
	"no_bathroom_attributes_provided": {http.StatusUnauthorized, tenantry.ErrInvalid},
	"invalid_number_of_bathrooms":     {http.StatusUnauthorized, tenantry.ErrInvalid},
	"no_access_to_group":              {http.StatusUnauthorized, tenantry.ErrForbidden},
	"not_authorized":                  {http.StatusUnauthorized, tenantry.ErrForbidden},
}

// decodeError reads {"error": {"type", "message"}}.
func decodeError(e *tenantry.Error, body []byte) bool {
	own := transport.ReadErrorBody(body).Get("error")
	e.Code, e.Message = own.Text("type"), own.Words("message")
	e.Class = faults[e.Code].class
	return e.Code != "" || e.Message != ""
}

// refuse returns the error that the server would have returned, with its type, or ""
// if it has none.
func (c *Client) refuse(op *transport.Op, argument, reason, code string) error {
	e := &tenantry.Error{
		API: api, Operation: op.Name, Method: op.Method, Path: op.Path,
		StatusCode: http.StatusBadRequest, Code: code,
	}
	if f, ok := faults[code]; ok {
		e.StatusCode, e.Class = f.status, f.class
	}
	return c.t.ArgumentWith(op, argument, reason, e)
}

// oneGroup refuses both identifiers of a group.
func (c *Client) oneGroup(op *transport.Op, id, externalRef bool) error {
	if id && externalRef {
		return c.refuse(op, "group", "has both an ID and an external reference; pass one of them", "both_group_identifiers_provided")
	}
	return nil
}

// theGroup refuses both identifiers of a group, and neither with an error type.
func (c *Client) theGroup(op *transport.Op, id, externalRef, code string) error {
	if id == "" && externalRef == "" {
		return c.refuse(op, "group", "is missing; pass its ID or its external reference", code)
	}
	return c.oneGroup(op, id != "", externalRef != "")
}

// date refuses a text that is not YYYY-MM-DD; "" passes.
func (c *Client) date(op *transport.Op, argument string, d tenantry.Date) error {
	if d == "" || isDate(d) {
		return nil
	}
	return c.t.Argument(op, argument, notDate)
}

const notDate = "is not a date; want YYYY-MM-DD"

func isDate(d tenantry.Date) bool {
	_, err := d.Time()
	return err == nil && len(d) == len("2006-01-02")
}

// optionalDate refuses a date to write that is not YYYY-MM-DD. Absent and null pass.
func (c *Client) optionalDate(op *transport.Op, argument string, o tenantry.Opt[tenantry.Date]) error {
	d, set := o.Get()
	if set && d == "" {
		return c.t.Argument(op, argument, "is empty; leave it alone, or send Null")
	}
	return c.date(op, argument, d)
}

// failed returns the error of a response that says that it was no success, or nil.
func failed(a *transport.Response) error {
	_, err := succeeded(a)
	return err
}

// succeeded reports whether a response says that it was a success. The error is that of
// one that says that it was none.
func succeeded(a *transport.Response) (says bool, err error) {
	var said struct {
		Success *bool `json:"success" wire:"sucess"`
	}
	if err := a.Decode(&said); err != nil || said.Success == nil || *said.Success {
		return said.Success != nil, err
	}
	var refused *tenantry.Error
	if !errors.As(a.Failure(), &refused) {
		refused = a.Refused("success is false")
	}
	if refused.Class == nil {
		refused.Class = tenantry.ErrInvalid
	}
	return false, refused
}
