package elevenos

import (
	"cmp"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// decodeError reads the Error member of an answer, in any of its shapes.
func decodeError(e *tenantry.Error, body []byte) bool {
	var answer struct {
		Error   tenantry.Raw `json:"Error"`
		Lower   tenantry.Raw `json:"error"`
		Message string       `json:"message"`
	}
	if wire.Decode(body, &answer) != nil {
		return false
	}
	raw := answer.Error
	if none(raw) {
		raw = answer.Lower
	}
	if none(raw) {
		e.Message = answer.Message
		return e.Message != ""
	}
	describe(e, raw)
	return true
}

// none reports whether a member is absent or null.
func none(raw tenantry.Raw) bool { return raw == nil || raw.Kind() == 'n' }

// describe fills an error from what stands under Error: a text, an object, or
// something else.
func describe(e *tenantry.Error, raw tenantry.Raw) {
	switch raw.Kind() {
	case '"':
		e.Message, _ = wire.DecodeValue[string](raw)
	case '{':
		var object struct {
			Code    string         `json:"Code"`
			Type    string         `json:"Type"`
			Message string         `json:"Message"`
			Detail  string         `json:"Detail"`
			Lower   string         `json:"message"`
			Extra   tenantry.Extra `json:",embed,unknown"`
		}
		if wire.Decode(raw, &object) == nil {
			e.Code, e.Message = cmp.Or(object.Code, object.Type), cmp.Or(object.Message, object.Detail, object.Lower)
			for name, v := range object.Extra {
				if e.Details == nil {
					e.Details = make(map[string]any)
				}
				e.Details[name] = string(v)
			}
		}
	}
	if e.Message == "" {
		e.Message = "the answer holds an error without a message"
	}
}

// dropError takes the null that every answer has as its Error out of what a
// record has no field for.
func dropError(extra *tenantry.Extra) {
	if delete(*extra, "Error"); len(*extra) == 0 {
		*extra = nil
	}
}

// checkAnswer finds the error in a response of status 200: an Error member that
// is not null.
func checkAnswer(e *tenantry.Error, body []byte) bool {
	var response struct {
		Error tenantry.Raw `json:"Error"`
	}
	if wire.Decode(body, &response) != nil || none(response.Error) {
		return false
	}
	describe(e, response.Error)
	return true
}
