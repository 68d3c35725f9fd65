package elevenos

import (
	"bytes"
	"cmp"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// decodeError reads the Error member of a response.
func decodeError(e *tenantry.Error, body []byte) bool {
	describe(e, transport.ReadErrorBody(body).Get("Error"))
	return e.Code != "" || e.Message != ""
}

// describe fills an error from the value of Error: a text, an object, or
// something else. Details holds the members of the object that are neither its
// code nor its message.
func describe(e *tenantry.Error, own transport.ErrorBody) {
	e.Code, e.Message = cmp.Or(own.Text("Code"), own.Text("Type")), own.Words()
	e.Details = own.Details()
	for name, member := range own.Members() {
		text := cmp.Or(member.Text(), member.Words())
		if member.Kind() == 0 || text != "" && (text == e.Code || text == e.Message) {
			delete(e.Details, name)
		}
	}
	if len(e.Details) == 0 {
		e.Details = nil
	}
}

// dropError takes the null that every response has as its Error out of what a
// record has no field for.
func dropError(extra *tenantry.Extra) {
	if delete(*extra, "Error"); len(*extra) == 0 {
		*extra = nil
	}
}

// checkResponse finds the error in a response of status 200: an Error member, in
// any letter case, that is not empty. Null, "", false, 0, [] and {} say that
// there is no error. It reads no further than that member.
func checkResponse(e *tenantry.Error, body []byte) bool {
	for name, own := range transport.ErrorBody(bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))).Members() {
		if !strings.EqualFold(name, "Error") {
			continue
		}
		if isEmpty(tenantry.Raw(own)) {
			return false
		}
		describe(e, own)
		transport.Fallback(e, "", body)
		e.Message = cmp.Or(e.Message, "the response holds an error without a message")
		e.Class = tenantry.ErrInvalid
		if strings.Contains(strings.ToLower(e.Message), "already exists") {
			e.Class = tenantry.ErrConflict
		}
		return true
	}
	return false
}
