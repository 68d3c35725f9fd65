package storedge

import (
	"bytes"
	"context"
	"net/http"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var (
	tenantsPreferences       = read("tenants.preferences", tenantPath+"/preferences", "tenant_settings")
	tenantsUpdatePreferences = write("tenants.update-preferences", http.MethodPut, tenantPath+"/preferences", "tenant_settings")
)

// Preferences returns a tenant's preferences and the facility's defaults:
// GET /v1/{facility_id}/tenants/{id}/preferences (tenants.preferences).
func (s *TenantsService) Preferences(ctx context.Context, id string) (*TenantSettings, error) {
	return one[TenantSettings](ctx, (*service)(s), tenantsPreferences, []string{id}, nil, nil)
}

// UpdatePreferences changes a tenant's preferences and returns all of them:
// PUT /v1/{facility_id}/tenants/{id}/preferences (tenants.update-preferences).
func (s *TenantsService) UpdatePreferences(ctx context.Context, id string, params PreferencesUpdateParams) (*TenantSettings, error) {
	body := map[string]any{"tenant_settings": &params, "tenant": struct{}{}}
	return one[TenantSettings](ctx, (*service)(s), tenantsUpdatePreferences, []string{id}, nil, body)
}

// Preferences tell what a tenant wants to receive and how the tenant is treated. In
// [TenantSettings], a pointer is nil if the tenant has not set the preference.
type Preferences struct {
	EmailInvoices                           *bool          `json:"email_invoices,omitzero"`
	PrintInvoices                           *bool          `json:"print_invoices,omitzero"`
	ChargeInvoiceFee                        *bool          `json:"charge_invoice_fee,omitzero"`
	ReceiveLegalNoticesByEmail              *bool          `json:"receive_legal_notices_by_email,omitzero"`
	DelinquencyExempt                       *bool          `json:"delinquency_exempt,omitzero"`
	DelinquencyDocsByEmail                  *bool          `json:"delinquency_docs_by_email,omitzero"`
	DelinquencyDocsByMail                   *bool          `json:"delinquency_docs_by_mail,omitzero"`
	ReceiveSMSForGateActivity               *bool          `json:"receive_sms_for_gate_activity,omitzero"`
	OptInToMarketingEmails                  *bool          `json:"opt_in_to_marketing_emails,omitzero"`
	OptInToMarketingSMS                     *bool          `json:"opt_in_to_marketing_sms,omitzero"`
	OptInToTransactionalSMS                 *bool          `json:"opt_in_to_transactional_sms,omitzero"`
	ExcludeFromInsuranceAutoEnroll          *bool          `json:"exclude_from_insurance_auto_enroll,omitzero"`
	ExcludeFromInsuranceAutoEnrollReason    string         `json:"exclude_from_insurance_auto_enroll_reason,omitzero"`
	ExcludeFromInsuranceAutoEnrollCreatedBy string         `json:"exclude_from_insurance_auto_enroll_created_by,omitzero"`
	ExcludeFromInsuranceAutoEnrollOn        tenantry.Date  `json:"exclude_from_insurance_auto_enroll_on,omitzero"`
	Extra                                   tenantry.Extra `json:",embed,unknown"` // Extra holds members that have no field.
}

// TenantSettings holds a tenant's own preferences and the facility's defaults.
type TenantSettings struct {
	ID string `json:"id,omitzero"`
	// TenantsPreferences holds the preferences that the tenant has set.
	TenantsPreferences Preferences `json:"tenants_preferences,omitzero"`
	// DefaultSettings holds the defaults by the API's name of the preference, such as
	// "email_invoices".
	DefaultSettings map[string]Setting `json:"default_settings,omitzero"`
	Extra           tenantry.Extra     `json:",embed,unknown"` // Extra holds members that have no field.
}

// A Setting is a default. The API sends a bool, or an object if there is no default.
type Setting struct {
	// Value is nil if there is no default, or if Raw has none of the documented forms.
	Value *bool
	// Type is "Boolean" if the API sent an object.
	Type string
	// Raw is the setting as it came.
	Raw tenantry.Raw
}

// UnmarshalJSON reads either form and keeps any other.
func (s *Setting) UnmarshalJSON(b []byte) error {
	*s = Setting{Raw: bytes.Clone(b)}
	var object struct {
		Value tenantry.Raw `json:"value"`
		Type  string       `json:"type"`
	}
	value := s.Raw
	if wire.Kind(b) == '{' && json.Unmarshal(b, &object) == nil {
		s.Type, value = object.Type, object.Value
	}
	switch string(value) {
	case "true", "false":
		s.Value = new(string(value) == "true")
	}
	return nil
}

// MarshalJSON writes the form in which the setting came.
func (s Setting) MarshalJSON() ([]byte, error) {
	if s.Raw != nil {
		return s.Raw, nil
	}
	if s.Type != "" {
		return json.Marshal(map[string]any{"value": s.Value, "type": s.Type}, json.Deterministic(true))
	}
	return json.Marshal(s.Value)
}

// PreferencesUpdateParams holds the preferences of a tenant to change. Fields that are
// left alone are not sent. Null sends null; the reference does not say what the API
// makes of it.
type PreferencesUpdateParams struct {
	EmailInvoices                        tenantry.Opt[bool]   `json:"email_invoices,omitzero"`
	PrintInvoices                        tenantry.Opt[bool]   `json:"print_invoices,omitzero"`
	ChargeInvoiceFee                     tenantry.Opt[bool]   `json:"charge_invoice_fee,omitzero"`
	ReceiveLegalNoticesByEmail           tenantry.Opt[bool]   `json:"receive_legal_notices_by_email,omitzero"`
	DelinquencyExempt                    tenantry.Opt[bool]   `json:"delinquency_exempt,omitzero"`
	DelinquencyDocsByEmail               tenantry.Opt[bool]   `json:"delinquency_docs_by_email,omitzero"`
	DelinquencyDocsByMail                tenantry.Opt[bool]   `json:"delinquency_docs_by_mail,omitzero"`
	ReceiveSMSForGateActivity            tenantry.Opt[bool]   `json:"receive_sms_for_gate_activity,omitzero"`
	OptInToMarketingEmails               tenantry.Opt[bool]   `json:"opt_in_to_marketing_emails,omitzero"`
	OptInToMarketingSMS                  tenantry.Opt[bool]   `json:"opt_in_to_marketing_sms,omitzero"`
	OptInToTransactionalSMS              tenantry.Opt[bool]   `json:"opt_in_to_transactional_sms,omitzero"`
	ExcludeFromInsuranceAutoEnroll       tenantry.Opt[bool]   `json:"exclude_from_insurance_auto_enroll,omitzero"`
	ExcludeFromInsuranceAutoEnrollReason tenantry.Opt[string] `json:"exclude_from_insurance_auto_enroll_reason,omitzero"`
	Extra                                tenantry.Extra       `json:",embed,unknown"` // Extra holds members to send that have no field.
}
