package propexo

import (
	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// ErrInvalidRequest is what errors.Is finds in the error for a request that failed
// Propexo's validation. [Issues] lists what is wrong.
var ErrInvalidRequest error = &tenantry.Error{API: api, Code: "invalid_request"}

// decodeError reads {"error": {"code", "message", "details"}}.
func decodeError(e *tenantry.Error, body []byte) bool {
	own := transport.ReadErrorBody(body).Get("error")
	e.Code, e.Message, e.Details = own.Text("code"), own.Words("message"), own.Details("details")
	e.Message = withIssues(e.Message, issuesIn(e.Details, 0))
	return e.Code != "" || e.Message != ""
}
