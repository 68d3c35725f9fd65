package propexo

import (
	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
)

// ErrInvalidRequest is found by errors.Is in the error for a request that
// Propexo's validation refused; Details then lists the issues.
var ErrInvalidRequest error = &tenantry.Error{API: api, Code: "invalid_request"}

func decodeError(e *tenantry.Error, body []byte) bool {
	var answer struct {
		Error struct {
			Code    string         `json:"code"`
			Message string         `json:"message"`
			Details map[string]any `json:"details"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.Error.Code == "" && answer.Error.Message == "" {
		return false
	}
	e.Code, e.Message, e.Details = answer.Error.Code, answer.Error.Message, answer.Error.Details
	return true
}
