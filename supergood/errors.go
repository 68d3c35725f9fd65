package supergood

import (
	"cmp"
	"errors"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Reasons why no session is open, for errors.Is. The client remembers each of them
// and sends no more requests until [Client.OpenSession] is called.
var (
	// ErrCredentials means that the server refused the username and password, or
	// the result of the SSO function.
	ErrCredentials = errors.New("supergood: the credentials were refused; correct them, and call OpenSession or make a new client")
	// ErrCodeRefused means that the server refused the code of the MFA function.
	ErrCodeRefused = errors.New("supergood: the code was refused; have another one ready, and call OpenSession")
	// ErrChallenge means that the server asks for a code, and the credentials have
	// no MFA function.
	ErrChallenge = errors.New("supergood: the server asks for a code; set Credentials.MFA")
)

// decodeError reads two things that the usual forms of errors lack: the ID of the
// request, and a challenge, which it puts into Details. The API documents no form
// of its own.
func decodeError(e *tenantry.Error, body []byte) bool {
	v := transport.ReadErrorBody(body)
	e.RequestID = cmp.Or(v.Text("requestId"), e.RequestID)
	var response challenges
	if wire.Decode(body, &response) != nil {
		return false
	}
	if c := response.find(); c != nil {
		e.Details = map[string]any{"challenge": c}
	}
	return false
}
