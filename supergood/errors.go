package supergood

import (
	"cmp"
	"errors"

	tenantry "github.com/tenantry/tenantry-go"
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

// decodeError reads an error in any of the usual shapes. A challenge that comes
// as one is kept in the details.
func decodeError(e *tenantry.Error, body []byte) bool {
	var answer struct {
		Error     tenantry.Raw   `json:"error"`
		Errors    []tenantry.Raw `json:"errors"`
		Code      string         `json:"code"`
		Message   string         `json:"message"`
		Detail    string         `json:"detail"`
		RequestID string         `json:"requestId"`
		challenges
	}
	if wire.Decode(body, &answer) != nil {
		return false
	}
	e.Code, e.Message = answer.Code, answer.Message
	if e.Message == "" {
		e.Message = answer.Detail
	}
	if answer.RequestID != "" {
		e.RequestID = answer.RequestID
	}
	raw := answer.Error
	if (raw == nil || raw.Kind() == 'n') && len(answer.Errors) > 0 {
		raw = answer.Errors[0]
	}
	switch raw.Kind() {
	case '"':
		text, _ := wire.DecodeValue[string](raw)
		if e.Message == "" {
			e.Message = text
		} else if e.Code == "" {
			e.Code = text
		}
	case '{':
		var object struct {
			Code    string `json:"code"`
			Type    string `json:"type"`
			Message string `json:"message"`
			Detail  string `json:"detail"`
		}
		if wire.Decode(raw, &object) == nil {
			e.Code, e.Message = cmp.Or(object.Code, object.Type, e.Code), cmp.Or(object.Message, object.Detail, e.Message)
		}
	}
	if c := answer.find(); c != nil {
		e.Details = map[string]any{"challenge": c}
	}
	return e.Code != "" || e.Message != ""
}
