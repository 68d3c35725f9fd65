package storedge

import (
	"context"
	"net/http"

	"github.com/tenantry/tenantry-go/internal/transport"
)

var (
	tenantsPreferences       = &transport.Op{Name: "tenants.preferences", Method: http.MethodGet, Path: oneTenant + "/preferences", Repeatable: true}
	tenantsUpdatePreferences = &transport.Op{Name: "tenants.update-preferences", Method: http.MethodPut, Path: oneTenant + "/preferences"}
)

// Preferences fetches a tenant's preferences and the facility's defaults.
func (s *TenantsService) Preferences(ctx context.Context, id string) (*TenantSettings, error) {
	return one(ctx, s, &transport.Call{Op: tenantsPreferences, Args: []string{id}}, (*envelope).settings)
}

// UpdatePreferences changes a tenant's preferences, and answers all of them.
func (s *TenantsService) UpdatePreferences(ctx context.Context, id string, params PreferencesUpdateParams) (*TenantSettings, error) {
	body := struct {
		TenantSettings *PreferencesUpdateParams `json:"tenant_settings"`
		Tenant         struct{}                 `json:"tenant"`
	}{TenantSettings: &params}
	return one(ctx, s, &transport.Call{Op: tenantsUpdatePreferences, Args: []string{id}, Body: &body}, (*envelope).settings)
}
