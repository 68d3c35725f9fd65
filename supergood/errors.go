package supergood

import (
	"cmp"
	"errors"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Why no session is open, for errors.Is. All are remembered: see the package.
var (
	// ErrCredentials: username and password, or what stands in for them, were
	// refused.
	ErrCredentials = errors.New("supergood: the credentials were refused; correct them, and call OpenSession or make a new client")
	// ErrCodeRefused: the code that answered a challenge was refused.
	ErrCodeRefused = errors.New("supergood: the code was refused; have another one ready, and call OpenSession")
	// ErrChallenge: the server asks for a code, and the credentials have
	// nothing that answers.
	ErrChallenge = errors.New("supergood: the server asks for a code; set Credentials.MFA")
)

// decodeError reads what the usual shapes of errors do not have: the id of the
// request, and a challenge, which is kept in Details. The API documents no shape
// of its own.
func decodeError(e *tenantry.Error, body []byte) bool {
	v := transport.ReadErrorBody(body)
	e.RequestID = cmp.Or(v.Text("requestId"), e.RequestID)
	var answer challenges
	if wire.Decode(body, &answer) != nil {
		return false
	}
	if c := answer.find(); c != nil {
		e.Details = map[string]any{"challenge": c}
	}
	return false
}
