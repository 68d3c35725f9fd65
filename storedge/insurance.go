package storedge

import (
	"context"
	"net/http"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
)

const insurancePath = facilityPath + "/insurance"

var (
	insuranceSummary    = read("insurance.summary", insurancePath+"/summary", "insurance_summary")
	insuranceActivity   = read("insurance.activity", insurancePath+"/activity", "insurance_activity").secret()
	insuranceAutoEnroll = write("insurance.update-tenant-auto-enroll-settings", http.MethodPut, insurancePath+"/tenant_auto_enroll_settings", "")
)

// InsuranceService reports on the insurance that tenants bought, for the insurers'
// billing. [InvoiceableItemsService.ListInsurance] lists the insurance that they can buy.
type InsuranceService service

// A DateRange selects days.
type DateRange struct {
	// StartDate is the first day, YYYY-MM-DD. The zero value is the facility's today.
	StartDate tenantry.Date
	// EndDate is the last day, YYYY-MM-DD. The zero value is the API's default: StartDate
	// in reports of insurance, and today in other lists.
	EndDate tenantry.Date
}

// query checks the range and returns its query.
func (r DateRange) query(op *operation) (url.Values, error) {
	q := make(url.Values)
	if err := dates(op, q, r.StartDate, r.EndDate); err != nil {
		return nil, err
	}
	if r.StartDate != "" && r.EndDate != "" && r.EndDate < r.StartDate { // both are YYYY-MM-DD
		return nil, op.argument("EndDate", "is before StartDate")
	}
	return q, nil
}

// Summary returns the numbers of a range of days:
// GET /v1/{facility_id}/insurance/summary (insurance.summary).
func (s *InsuranceService) Summary(ctx context.Context, params DateRange) (*InsuranceSummary, error) {
	q, err := params.query(insuranceSummary)
	if err != nil {
		return nil, err
	}
	return one[InsuranceSummary](ctx, (*service)(s), insuranceSummary, nil, q, nil)
}

// Activity returns the charges, payments and refunds of a range of days:
// GET /v1/{facility_id}/insurance/activity (insurance.activity).
func (s *InsuranceService) Activity(ctx context.Context, params DateRange) (*InsuranceActivity, error) {
	q, err := params.query(insuranceActivity)
	if err != nil {
		return nil, err
	}
	return one[InsuranceActivity](ctx, (*service)(s), insuranceActivity, nil, q, nil)
}

// UpdateTenantAutoEnrollSettings changes for which tenants the facility buys insurance:
// PUT /v1/{facility_id}/insurance/tenant_auto_enroll_settings
// (insurance.update-tenant-auto-enroll-settings). Neither body nor response is
// documented: body is sent as JSON, and the response is returned as it came, nil if it is
// empty. It is not retried once the request may have reached the server.
func (s *InsuranceService) UpdateTenantAutoEnrollSettings(ctx context.Context, body any) (tenantry.Raw, error) {
	return raw(ctx, (*service)(s), insuranceAutoEnroll, nil, nil, body)
}

// InsuranceSummary sums up the insurance of a facility over a range of days.
type InsuranceSummary struct {
	InsuredTenantsCount        *int64           `json:"insured_tenants_count,omitzero"`
	NewPoliciesCount           *int64           `json:"new_policies_count,omitzero"`
	CancelledPoliciesCount     *int64           `json:"cancelled_policies_count,omitzero"`
	PercentageOfTenantsInsured tenantry.Decimal `json:"percentage_of_tenants_insured,omitzero"`
	CoverageTotal              tenantry.Decimal `json:"coverage_total,omitzero"`
	PaymentTotal               tenantry.Decimal `json:"payment_total,omitzero"`
	RefundTotal                tenantry.Decimal `json:"refund_total,omitzero"`
	NetPaymentAmount           tenantry.Decimal `json:"net_payment_amount,omitzero"`
	StartDate                  tenantry.Date    `json:"start_date,omitzero"`
	EndDate                    tenantry.Date    `json:"end_date,omitzero"`
	FacilityPolicyNumber       string           `json:"facility_policy_number,omitzero"`
	MasterPolicyNumber         string           `json:"master_policy_number,omitzero"`
	Extra                      tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}

// InsuranceActivity is what happened to the insurance of a facility in a range of days.
type InsuranceActivity struct {
	StartDate              tenantry.Date           `json:"start_date,omitzero"`
	EndDate                tenantry.Date           `json:"end_date,omitzero"`
	InsuranceActivityLines []InsuranceActivityLine `json:"insurance_activity_lines,omitzero"`
	Extra                  tenantry.Extra          `json:",embed,unknown"` // Extra holds members that have no field.
}

// An InsuranceActivityLine is a charge, payment or refund of insurance.
type InsuranceActivityLine struct {
	PaidThru   tenantry.Timestamp `json:"paid_thru,omitzero"`
	Date       tenantry.Date      `json:"date,omitzero"`
	Type       string             `json:"type,omitzero"` // Type is a word such as "charge".
	Credits    tenantry.Decimal   `json:"credits,omitzero"`
	Payment    tenantry.Decimal   `json:"payment,omitzero"`
	Reversed   tenantry.Decimal   `json:"reversed,omitzero"`
	Retained   tenantry.Decimal   `json:"retained,omitzero"`
	RefundDue  tenantry.Decimal   `json:"refund_due,omitzero"`
	RefundPaid tenantry.Decimal   `json:"refund_paid,omitzero"`
	// InsuranceLedgerItem is the insurance and its ledger.
	InsuranceLedgerItem *LedgerInsurance `json:"insurance_ledger_item,omitzero"`
	Extra               tenantry.Extra   `json:",embed,unknown"` // Extra holds members that have no field.
}
