package storedge

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
)

var (
	tenantsLookupUsername = write("tenants.lookup-username", http.MethodPost, tenantsPath+"/username_lookup", "tenant").asks().secret()
	tenantsForgotUsername = write("tenants.forgot-username", http.MethodPost, tenantsPath+"/forgot_username", "").secret()
	tenantsSignIn         = write("tenants.sign-in", http.MethodPost, tenantsPath+"/sign_in", "tenant").asks().secret()
	tenantsSignUp         = write("tenants.sign-up", http.MethodPost, tenantPath+"/sign_up", "tenant").secret()
	tenantsChangePassword = write("tenants.change-password", http.MethodPut, tenantPath+"/change_password", "tenant").secret()
	tenantsResetPassword  = write("tenants.reset-password-with-token", http.MethodPost, tenantsPath+"/reset_password_with_token", "").secret()
)

// LookupUsername returns the tenant with the given username, or ErrNotFound:
// POST /v1/{facility_id}/tenants/username_lookup (tenants.lookup-username). It changes
// nothing and is retried like a read.
func (s *TenantsService) LookupUsername(ctx context.Context, username string) (*Tenant, error) {
	if username == "" {
		return nil, tenantsLookupUsername.argument("username", "is empty")
	}
	return one[Tenant](ctx, (*service)(s), tenantsLookupUsername, nil, nil, map[string]any{"tenant": map[string]string{"username": username}})
}

// ForgotUsername emails the username to the tenant with the given account number:
// POST /v1/{facility_id}/tenants/forgot_username (tenants.forgot-username). It is not
// retried once the request may have reached the server.
func (s *TenantsService) ForgotUsername(ctx context.Context, accountNumber string) error {
	if accountNumber == "" {
		return tenantsForgotUsername.argument("accountNumber", "is empty")
	}
	return do(ctx, (*service)(s), tenantsForgotUsername, nil, map[string]any{"tenant": map[string]string{"account_number": accountNumber}})
}

// SignInParams holds what a tenant signs in with.
type SignInParams struct {
	// Login is an email address or a username. It is required.
	Login string `json:"login"`
	// Password is required.
	Password tenantry.Secret `json:"password"`
	// FacilityUUID is sent if it is not empty. The API does not say what it does.
	FacilityUUID string `json:"facility_uuid,omitzero"`
	// Extra holds members to send that have no field.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// SignIn checks a tenant's login and password and returns the tenant:
// POST /v1/{facility_id}/tenants/sign_in (tenants.sign-in). It changes nothing but the
// time of the last sign-in and is retried like a read, except after a 401.
//
// The error is [ErrTenantCredentials] if the login or password is wrong, and only
// tenantry.ErrUnauthorized if the client's own key is. To tell one from the other,
// the client lists one tenant after a 401.
func (s *TenantsService) SignIn(ctx context.Context, params SignInParams) (*Tenant, error) {
	if params.Login == "" || params.Password.IsZero() {
		return nil, tenantsSignIn.argument("Login or Password", "is empty")
	}
	tenant, err := one[Tenant](ctx, (*service)(s), tenantsSignIn, nil, nil, map[string]any{"tenant": &params})
	return tenant, s.tenantOrKey(ctx, err)
}

// SignUp makes a portal account for a tenant and changes the tenant's other fields that
// are set: POST /v1/{facility_id}/tenants/{id}/sign_up (tenants.sign-up). The API marks
// every field as optional, also Username and Password. The call is not retried once the
// request may have reached the server.
func (s *TenantsService) SignUp(ctx context.Context, id string, params TenantUpdateParams) (*Tenant, error) {
	return s.write(ctx, tenantsSignUp, id, &params)
}

// ChangePasswordParams holds a tenant's present password and the new one.
type ChangePasswordParams struct {
	// CurrentPassword is required.
	CurrentPassword tenantry.Secret `json:"current_password"`
	// NewPassword is required.
	NewPassword tenantry.Secret `json:"new_password"`
	// Extra holds members to send that have no field.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// ChangePassword changes a tenant's password:
// PUT /v1/{facility_id}/tenants/{id}/change_password (tenants.change-password). It is not
// retried once the request may have reached the server. The error for a wrong current
// password is as for [TenantsService.SignIn].
func (s *TenantsService) ChangePassword(ctx context.Context, id string, params ChangePasswordParams) (*Tenant, error) {
	if params.CurrentPassword.IsZero() || params.NewPassword.IsZero() {
		return nil, tenantsChangePassword.argument("CurrentPassword or NewPassword", "is empty")
	}
	tenant, err := one[Tenant](ctx, (*service)(s), tenantsChangePassword, []string{id}, nil, map[string]any{"tenant": &params})
	return tenant, s.tenantOrKey(ctx, err)
}

// ResetPasswordParams holds the token that a tenant received and the new password.
type ResetPasswordParams struct {
	// ResetToken is required.
	ResetToken tenantry.Secret `json:"reset_token"`
	// Password is required.
	Password tenantry.Secret `json:"password"`
	// Extra holds members to send that have no field.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// ResetPasswordWithToken sets a password with a reset token:
// POST /v1/{facility_id}/tenants/reset_password_with_token
// (tenants.reset-password-with-token). It is not retried once the request may have
// reached the server.
//
// The reference lists the fields at the top level, as it also does for fields that
// its examples nest under tenant. Both places are filled.
func (s *TenantsService) ResetPasswordWithToken(ctx context.Context, params ResetPasswordParams) error {
	if params.ResetToken.IsZero() || params.Password.IsZero() {
		return tenantsResetPassword.argument("ResetToken or Password", "is empty")
	}
	body := map[string]any{"reset_token": params.ResetToken, "password": params.Password, "tenant": &params}
	return do(ctx, (*service)(s), tenantsResetPassword, nil, body)
}
