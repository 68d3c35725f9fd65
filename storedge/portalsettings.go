package storedge

import (
	"context"

	tenantry "github.com/tenantry/tenantry-go"
)

var portalSettingsGet = read("portal-settings.get", facilityPath+"/tenant_portal_settings", "tenant_portal_settings")

// PortalSettingsService reads how a facility's tenant portal is set up.
type PortalSettingsService service

// Get returns the settings of the facility's tenant portal:
// GET /v1/{facility_id}/tenant_portal_settings (portal-settings.get).
func (s *PortalSettingsService) Get(ctx context.Context, opts ...ReadOption) (*PortalSettings, error) {
	return get[PortalSettings](ctx, (*service)(s), portalSettingsGet, nil, opts)
}

// PortalSettings tell what tenants can do in the facility's portal. Pointers are nil, and
// texts empty, if the server sent null or nothing. There are more settings than the
// reference shows; Extra holds them.
type PortalSettings struct {
	TenantPortalDisableContactEditing                  *bool          `json:"tenant_portal_disable_contact_editing,omitzero"`
	TenantPortalDisableAutopayEnroll                   *bool          `json:"tenant_portal_disable_autopay_enroll,omitzero"`
	TenantPortalDisablePartialPayment                  *bool          `json:"tenant_portal_disable_partial_payment,omitzero"` // TenantPortalDisablePartialPayment refuses payments of the kind custom: see [PaymentAmountCustom].
	TenantPortalDisplayComboLock                       *bool          `json:"tenant_portal_display_combo_lock,omitzero"`
	TenantPortalMoveInRequiredAddContact               *bool          `json:"tenant_portal_move_in_required_add_contact,omitzero"`
	TenantPortalMoveInRequiredAutopay                  *bool          `json:"tenant_portal_move_in_required_autopay,omitzero"`
	TenantPortalMoveInAutopayDefault                   *bool          `json:"tenant_portal_move_in_autopay_default,omitzero"`
	TenantPortalMoveInRequiredInsurance                *bool          `json:"tenant_portal_move_in_required_insurance,omitzero"`
	TenantPortalMoveInRequiredServices                 *bool          `json:"tenant_portal_move_in_required_services,omitzero"`
	TenantPortalHideAddAnotherUnitButton               *bool          `json:"tenant_portal_hide_add_another_unit_button,omitzero"`
	TenantPortalPreventMoveOut                         *bool          `json:"tenant_portal_prevent_move_out,omitzero"` // TenantPortalPreventMoveOut keeps tenants from moving out in the portal.
	TenantPortalHideUnavailableUnits                   *bool          `json:"tenant_portal_hide_unavailable_units,omitzero"`
	TenantPortalAllowDeclineAlternateContact           *bool          `json:"tenant_portal_allow_decline_alternate_contact,omitzero"`
	TenantPortalInventoryValidation                    *bool          `json:"tenant_portal_inventory_validation,omitzero"`
	TenantPortalMoveInRequiredLockSelection            *bool          `json:"tenant_portal_move_in_required_lock_selection,omitzero"`
	TenantPortalOnlineMoveInsEnabled                   *bool          `json:"tenant_portal_online_move_ins_enabled,omitzero"`
	TenantPortalAllowACHForNewMoveIns                  *bool          `json:"tenant_portal_allow_ach_for_new_move_ins,omitzero"`
	ESignableMoveInDocumentsSetup                      *bool          `json:"esignable_move_in_documents_setup,omitzero"`
	RentalCenterAPIClientEnabled                       *bool          `json:"rental_center_api_client_enabled,omitzero"`
	OnlineMoveInsEnabled                               *bool          `json:"online_move_ins_enabled,omitzero"`
	RentalCenterShowDriversLicenseFields               *bool          `json:"rental_center_show_drivers_license_fields,omitzero"`
	RentalCenterHideMoveInPromo                        *bool          `json:"rental_center_hide_move_in_promo,omitzero"`
	TenantPortalMoveInConfirmText                      string         `json:"tenant_portal_move_in_confirm_text,omitzero"`
	TenantPortalReviewURL                              string         `json:"tenant_portal_review_url,omitzero"`
	TenantPortalDelinquencyStagePaymentPrevention      string         `json:"tenant_portal_delinquency_stage_payment_prevention,omitzero"` // TenantPortalDelinquencyStagePaymentPrevention is the stage of delinquency from which tenants can't pay in the portal, it seems.
	TenantPortalMoveInURL                              string         `json:"tenant_portal_move_in_url,omitzero"`
	TenantPortalURL                                    string         `json:"tenant_portal_url,omitzero"`
	TenantPortalGateCodeValidationString               string         `json:"tenant_portal_gate_code_validation_string,omitzero"`                   // TenantPortalGateCodeValidationString is the rule for gate codes in words.
	TenantPortalRequiredRetailItemDuringOnlineMoveInID string         `json:"tenant_portal_required_retail_item_during_online_move_in_id,omitzero"` // TenantPortalRequiredRetailItemDuringOnlineMoveInID is an [InvoiceableItem] that each online move-in buys.
	Extra                                              tenantry.Extra `json:",embed,unknown"`                                                       // Extra holds members that have no field.
}
