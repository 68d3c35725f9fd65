package elevenos

import (
	"bytes"
	"cmp"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// decodeError reads the Error member of a response.
func decodeError(e *tenantry.Error, body []byte) bool {
	own := transport.ReadErrorBody(body).Get("Error")
	if own.Kind() == 0 {
		return false
	}
	describe(e, own)
	return true
}

// describe fills an error from the value of Error: a text, an object, or
// something else.
func describe(e *tenantry.Error, own transport.ErrorBody) {
	e.Code, e.Message = cmp.Or(own.Text("Code"), own.Text("Type")), own.Words()
	e.Details = own.Details()
	for name := range e.Details {
		switch name {
		case "Code", "Type", "Message", "Detail", "message":
			delete(e.Details, name)
		}
	}
	if len(e.Details) == 0 {
		e.Details = nil
	}
	if e.Message == "" {
		e.Message = "the response holds an error without a message"
	}
}

// dropError takes the null that every response has as its Error out of what a
// record has no field for.
func dropError(extra *tenantry.Extra) {
	if delete(*extra, "Error"); len(*extra) == 0 {
		*extra = nil
	}
}

// checkAnswer finds the error in a response of status 200: an Error member that
// is not null. It reads no further than that member.
func checkAnswer(e *tenantry.Error, body []byte) bool {
	for name, own := range transport.ErrorBody(bytes.TrimSpace(body)).Members() {
		if name != "Error" {
			continue
		}
		if own.Kind() == 0 {
			return false
		}
		describe(e, own)
		return true
	}
	return false
}
