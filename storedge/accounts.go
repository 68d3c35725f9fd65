package storedge

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// What tenants do with their accounts. All bodies are secret.
var (
	tenantsLookupUsername = &transport.Op{Name: "tenants.lookup-username", Method: http.MethodPost, Path: facilityTenants + "/username_lookup", Repeatable: true, Secret: true}
	tenantsForgotUsername = &transport.Op{Name: "tenants.forgot-username", Method: http.MethodPost, Path: facilityTenants + "/forgot_username", Secret: true}
	tenantsSignIn         = &transport.Op{Name: "tenants.sign-in", Method: http.MethodPost, Path: facilityTenants + "/sign_in", Repeatable: true, Secret: true}
	tenantsSignUp         = &transport.Op{Name: "tenants.sign-up", Method: http.MethodPost, Path: oneTenant + "/sign_up", Secret: true}
	tenantsChangePassword = &transport.Op{Name: "tenants.change-password", Method: http.MethodPut, Path: oneTenant + "/change_password", Secret: true}
	tenantsResetPassword  = &transport.Op{Name: "tenants.reset-password-with-token", Method: http.MethodPost, Path: facilityTenants + "/reset_password_with_token", Secret: true}
)

// LookupUsername finds a tenant by their username. It changes nothing, and is
// retried like a read.
func (s *TenantsService) LookupUsername(ctx context.Context, username string) (*Tenant, error) {
	if username == "" {
		return nil, s.c.t.Argument(tenantsLookupUsername, "username", "is empty")
	}
	body := map[string]any{"tenant": map[string]string{"username": username}}
	return one(ctx, s, &transport.Call{Op: tenantsLookupUsername, Body: body}, (*envelope).tenant)
}

// ForgotUsername has the tenant with an account number told of their username.
// It is never sent twice once it may have arrived.
func (s *TenantsService) ForgotUsername(ctx context.Context, accountNumber string) error {
	if accountNumber == "" {
		return s.c.t.Argument(tenantsForgotUsername, "account number", "is empty")
	}
	body := map[string]any{"tenant": map[string]string{"account_number": accountNumber}}
	return s.c.t.Call(ctx, &transport.Call{Op: tenantsForgotUsername, Args: []string{s.facility}, Body: body}, nil)
}

// A SignInParams is how a tenant signs in.
type SignInParams struct {
	Login        string          `json:"login"` // an email address or a username
	Password     tenantry.Secret `json:"password"`
	FacilityUUID string          `json:"facility_uuid,omitzero"` // "" is not sent
}

// SignIn checks a tenant's login and password, and answers the tenant. It
// changes nothing but the time of the last sign-in, and is retried like a read,
// except on a 401. The error is [ErrTenantCredentials] where login or password
// are wrong, and tenantry.ErrUnauthorized alone where the API's own key is; to
// tell one from the other, a 401 is followed by a listing of one tenant.
func (s *TenantsService) SignIn(ctx context.Context, params SignInParams) (*Tenant, error) {
	if params.Login == "" || params.Password.IsZero() {
		return nil, s.c.t.Argument(tenantsSignIn, "Login or Password", "is empty")
	}
	tenant, err := one(ctx, s, &transport.Call{Op: tenantsSignIn, Body: map[string]any{"tenant": &params}}, (*envelope).tenant)
	if err != nil {
		return nil, s.tenantOrKey(ctx, err)
	}
	return tenant, nil
}

// SignUp makes an account for a tenant who has none: Username and Password are
// needed, other fields are changed on the way. It is never sent twice once it
// may have arrived.
func (s *TenantsService) SignUp(ctx context.Context, id string, params TenantUpdateParams) (*Tenant, error) {
	username, _ := params.Username.Get()
	password, _ := params.Password.Get()
	if username == "" || password.IsZero() {
		return nil, s.c.t.Argument(tenantsSignUp, "Username or Password", "is empty")
	}
	return s.write(ctx, tenantsSignUp, id, &params)
}

// A ChangePasswordParams is the password that a tenant has, and the one they
// want.
type ChangePasswordParams struct {
	CurrentPassword tenantry.Secret `json:"current_password"`
	NewPassword     tenantry.Secret `json:"new_password"`
}

// ChangePassword changes a tenant's password. It is never sent twice once it
// may have arrived. Where the current password is wrong the error is as for
// [TenantsService.SignIn].
func (s *TenantsService) ChangePassword(ctx context.Context, id string, params ChangePasswordParams) (*Tenant, error) {
	if params.CurrentPassword.IsZero() || params.NewPassword.IsZero() {
		return nil, s.c.t.Argument(tenantsChangePassword, "CurrentPassword or NewPassword", "is empty")
	}
	tenant, err := one(ctx, s, &transport.Call{Op: tenantsChangePassword, Args: []string{id}, Body: map[string]any{"tenant": &params}}, (*envelope).tenant)
	if err != nil {
		return nil, s.tenantOrKey(ctx, err)
	}
	return tenant, nil
}

// A ResetPasswordParams is the token that a tenant was sent, and the password
// that they want.
type ResetPasswordParams struct {
	ResetToken tenantry.Secret `json:"reset_token"`
	Password   tenantry.Secret `json:"password"`
}

// ResetPasswordWithToken sets a password by a reset token:
// POST /v1/{facility_id}/tenants/reset_password_with_token. It is not retried once
// the request may have reached the server. The reference lists the fields at the
// top level, but lists fields that belong under tenant there, too: they are sent in
// both places.
func (s *TenantsService) ResetPasswordWithToken(ctx context.Context, params ResetPasswordParams) error {
	if params.ResetToken.IsZero() || params.Password.IsZero() {
		return s.c.t.Argument(tenantsResetPassword, "ResetToken or Password", "is empty")
	}
	body := map[string]any{"reset_token": params.ResetToken, "password": params.Password, "tenant": &params}
	return s.c.t.Call(ctx, &transport.Call{Op: tenantsResetPassword, Args: []string{s.facility}, Body: body}, nil)
}
