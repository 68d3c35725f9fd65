package storedge

import (
	"context"
	"iter"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
)

var rateAppliedActionsList = read("rate-applied-actions.list", facilityPath+"/rate_applied_actions", "rate_applied_actions").unsorted()

// RateAppliedActionsService lists the rates that were applied to rentals.
type RateAppliedActionsService service

// RateAppliedActionListParams selects the rates that were applied on some days.
type RateAppliedActionListParams struct {
	// StartDate is the first day, YYYY-MM-DD. The zero value is the facility's today.
	StartDate tenantry.Date
	// EndDate is the last day, YYYY-MM-DD. The zero value is the facility's today.
	EndDate tenantry.Date
	// PerPage is the number of records a page. Zero means 100.
	PerPage int
	// Cursor resumes a listing behind the page that it came with.
	Cursor tenantry.Cursor
	// Extra holds query values that have no field.
	Extra url.Values
}

// List returns one page of the rates that were applied:
// GET /v1/{facility_id}/rate_applied_actions (rate-applied-actions.list). Only the
// reference of CubeSmart's host shows it.
func (s *RateAppliedActionsService) List(ctx context.Context, params RateAppliedActionListParams) (*tenantry.Page[RateAppliedAction], error) {
	return s.list(params).First(ctx)
}

// All iterates over the rates that were applied:
// GET /v1/{facility_id}/rate_applied_actions (rate-applied-actions.list). The records
// have no ids; a listing tells them apart by NewLedgerID and TimeCompleted.
func (s *RateAppliedActionsService) All(ctx context.Context, params RateAppliedActionListParams) iter.Seq2[*RateAppliedAction, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of the rates that were applied:
// GET /v1/{facility_id}/rate_applied_actions (rate-applied-actions.list). See
// [RateAppliedActionsService.All].
func (s *RateAppliedActionsService) Pages(ctx context.Context, params RateAppliedActionListParams) iter.Seq2[*tenantry.Page[RateAppliedAction], error] {
	return s.list(params).Pages(ctx)
}

func (s *RateAppliedActionsService) list(p RateAppliedActionListParams) paging.List[RateAppliedAction] {
	days, err := DateRange{p.StartDate, p.EndDate}.query(rateAppliedActionsList)
	if err != nil {
		return paging.Failed[RateAppliedAction](err)
	}
	for _, name := range []string{"start_date", "end_date"} {
		if _, set := days[name]; !set {
			days[name] = nil // not for Extra
		}
	}
	return list((*service)(s), rateAppliedActionsList, nil, ListParams{PerPage: p.PerPage, Cursor: p.Cursor, Extra: p.Extra}, days, func(a *RateAppliedAction) string {
		if a.NewLedgerID == "" {
			return ""
		}
		return a.NewLedgerID + " " + string(a.TimeCompleted)
	})
}

// A RateAppliedAction is a rate that was applied to a rental. It has no id.
type RateAppliedAction struct {
	RateInfo      *RateInfo          `json:"rate_info,omitzero"`
	Source        string             `json:"source,omitzero"` // Source is a program such as "storEDGE Rental Center".
	CompletedOn   tenantry.Date      `json:"completed_on,omitzero"`
	CompletedBy   string             `json:"completed_by,omitzero"`
	EmployeeID    string             `json:"employee_id,omitzero"`
	UserID        string             `json:"user_id,omitzero"`
	TimeCompleted tenantry.Timestamp `json:"time_completed,omitzero"`
	Event         string             `json:"event,omitzero"` // Event is a kind of event such as "MoveInUnitEvent".
	OldLedgerID   string             `json:"old_ledger_id,omitzero"`
	NewLedgerID   string             `json:"new_ledger_id,omitzero"`
	UnitID        string             `json:"unit_id,omitzero"`
	LeadID        string             `json:"lead_id,omitzero"`
	Extra         tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// RateInfo is a rate that was applied, beside the standard rate.
type RateInfo struct {
	AppliedRate  *AppliedRate     `json:"applied_rate,omitzero"`
	StandardRate tenantry.Decimal `json:"standard_rate,omitzero"`
	Extra        tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// An AppliedRate is a rate by its name.
type AppliedRate struct {
	Name   string           `json:"name,omitzero"` // Name is a name such as "standard_rate".
	Amount tenantry.Decimal `json:"amount,omitzero"`
	Extra  tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}
