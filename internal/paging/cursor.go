package paging

import (
	"encoding/base64"
	"hash/fnv"
	"strconv"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
)

// An Identity says which listing a cursor belongs to.
type Identity struct {
	API       string
	Operation string
	// Params selects the records, such as the encoded query without the page. A
	// cursor with other Params is refused.
	Params string
}

// A state is what a cursor carries.
type state struct {
	API       string `json:"a"`
	Operation string `json:"o"`
	Params    string `json:"p"`
	// For Offsets: how many records are covered, the last of them, and those that
	// are ahead; see place.
	Offset int      `json:"n,omitzero"`
	Seen   []string `json:"s,omitzero"`
	Ahead  []string `json:"f,omitzero"`
	// For Cursors.
	Next  string `json:"c,omitzero"`
	Again bool   `json:"g,omitzero"` // the page at Next ended the list too early
}

func (id Identity) fingerprint() string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id.Params))
	return strconv.FormatUint(h.Sum64(), 36)
}

func (id Identity) encode(s state) tenantry.Cursor {
	s.API, s.Operation, s.Params = id.API, id.Operation, id.fingerprint()
	b, err := json.Marshal(s)
	if err != nil { // an ID that is not UTF-8 can't get here: its record can't be decoded
		return ""
	}
	return tenantry.Cursor(base64.RawURLEncoding.EncodeToString(b))
}

// decode reads a cursor of this listing. "" is the beginning.
func (id Identity) decode(c tenantry.Cursor) (state, error) {
	if c == "" {
		return state{}, nil
	}
	refuse := func(reason string) (state, error) {
		return state{}, &tenantry.ArgumentError{API: id.API, Operation: id.Operation, Argument: "Cursor", Reason: reason}
	}
	b, err := base64.RawURLEncoding.DecodeString(string(c))
	if err != nil {
		return refuse("is not a cursor; pass a Page.Next")
	}
	var s state
	if err := json.Unmarshal(b, &s, json.RejectUnknownMembers(true)); err != nil || s.Offset < 0 {
		return refuse("is not a cursor; pass a Page.Next")
	}
	switch {
	case s.API != id.API || s.Operation != id.Operation:
		return refuse("belongs to another listing; pass a Page.Next of this one")
	case s.Params != id.fingerprint():
		return refuse("belongs to this listing with other parameters; pass the same ones")
	}
	return s, nil
}
