package leasefind

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/redact"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Receipt is the response to a write that the API carries out later, or that it
// returns no record for.
type Receipt struct {
	RequestID string `json:"request_id,omitzero"` // The API's name for the request. No event repeats it.
	// Identifier is that of the new task. Only [TasksService.Create] returns it, and
	// not always.
	Identifier string         `json:"identifier,omitzero"`
	Extra      tenantry.Extra `json:",embed,unknown"` // Members without a field.
}

// receipt makes a call whose response is a Receipt.
func (c *Client) receipt(ctx context.Context, call *transport.Call) (*Receipt, error) {
	a, err := c.t.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	if err := failed(a); err != nil {
		return nil, err
	}
	var r Receipt
	if err := a.Decode(&r); err != nil {
		return nil, err
	}
	if r.RequestID == "" && r.Identifier == "" {
		return nil, a.Missing("request_id")
	}
	return &r, nil
}

// succeed makes a call whose response says no more than that it was a success.
func (c *Client) succeed(ctx context.Context, call *transport.Call) error {
	a, err := c.t.Send(ctx, call)
	if err != nil {
		return err
	}
	defer a.Release()
	says, err := succeeded(a)
	if err == nil && !says {
		return a.Missing("success")
	}
	return err
}

// given reports whether a field of a write has a value.
func given(o tenantry.Opt[string]) bool {
	text, _ := o.Get()
	return text != ""
}

// ErrSomeFailed means that a save of many items failed for some of them. The others are
// saved. The error is a [*SaveError].
var ErrSomeFailed = errors.New("leasefind: some items were not saved")

// SaveError reports the items that [PersonsService.Save] or [UnitsService.Save] did not
// save. The results come with it. errors.Is holds for [ErrSomeFailed].
type SaveError struct {
	Operation string       // The operation, such as "persons.save".
	Sent      int          // The number of items that were sent.
	Failed    []FailedItem // The items that were not saved, in the order sent.
}

// FailedItem is an item that was not saved.
type FailedItem struct {
	Index  int    // The item's index in the list that was sent.
	Reason string // The server's reason. It may hold personal data.
	Err    error  // The [*tenantry.DecodeError] of a result that could not be decoded, or nil.
}

// Error returns one line, with the reason of the first item.
func (e *SaveError) Error() string {
	text := fmt.Sprintf("%s: %s: %d of %d items were not saved", api, e.Operation, len(e.Failed), e.Sent)
	if len(e.Failed) > 0 {
		text += fmt.Sprintf("; the one with index %d: %s", e.Failed[0].Index, redact.Line(e.Failed[0].Reason, 200))
	}
	return text
}

// GoString returns the quoted text, so that %#v prints no more than %v.
func (e *SaveError) GoString() string {
	return "&leasefind.SaveError{" + strconv.Quote(e.Error()) + "}"
}

// MarshalJSON returns the text.
func (e *SaveError) MarshalJSON() ([]byte, error) { return json.Marshal(e.Error()) }

// Unwrap returns ErrSomeFailed, and the errors of results that could not be decoded.
func (e *SaveError) Unwrap() []error {
	all := []error{ErrSomeFailed}
	for _, f := range e.Failed {
		if f.Err != nil {
			all = append(all, f.Err)
		}
	}
	return all
}

// An outcome is what a result says of its item.
type outcome struct {
	success    *bool
	reason     string
	identifier string
}

// fails returns why an item was not saved, or "" if it was.
func (o outcome) fails() string {
	switch {
	case o.success != nil && *o.success, o.success == nil && o.reason == "" && o.identifier != "":
		return ""
	case o.reason != "":
		return o.reason
	case o.success != nil:
		return "the server gives no reason"
	}
	return "the server does not say whether it was saved"
}

// keys are what an item and its result can be told by, the surest first: an external
// reference, and two others. "" tells nothing.
type keys [3]string

// contradict reports whether an item and a result are not of the same thing.
func (k keys) contradict(other keys) bool {
	differ := func(i int) bool { return k[i] != "" && other[i] != "" && k[i] != other[i] }
	same := func(i int) bool { return k[i] != "" && k[i] == other[i] }
	switch {
	case differ(0):
		return true
	case same(0), same(1), same(2):
		return false
	}
	return differ(1)
}

// pair returns the index of the result of each item, or -1, and the indexes of the
// results that are left. The API returns results in the order of the items, but does not
// promise it: where external references and the like contradict the order, they count.
func pair(sent, got []keys) (results, left []int) {
	results = make([]int, len(sent))
	inOrder := len(sent) == len(got)
	for i := range results {
		results[i] = i
		inOrder = inOrder && !sent[i].contradict(got[i])
	}
	if inOrder {
		return results, nil
	}
	taken := make([]bool, len(got))
	for i := range results {
		results[i] = -1
	}
	for key := range len(keys{}) {
		with := make(map[string][]int)
		for j, k := range got {
			if !taken[j] && k[key] != "" {
				with[k[key]] = append(with[k[key]], j)
			}
		}
		for i, k := range sent {
			if candidates := with[k[key]]; results[i] < 0 && len(candidates) > 0 && !k.contradict(got[candidates[0]]) {
				results[i], taken[candidates[0]] = candidates[0], true
				with[k[key]] = candidates[1:]
			}
		}
	}
	for j := range got {
		if !taken[j] {
			left = append(left, j)
		}
	}
	var alone []int
	for i, j := range results {
		if j < 0 {
			alone = append(alone, i)
		}
	}
	if len(alone) != len(left) { // whose they are can't be told
		return results, left
	}
	rest := left[:0:0]
	for n, i := range alone {
		if sent[i].contradict(got[left[n]]) {
			rest = append(rest, left[n])
		} else {
			results[i] = left[n]
		}
	}
	return results, rest
}

// results puts the results of a save in the order of the items that were sent, and
// returns a *SaveError if some failed. others are those that belong to no item.
func results[R any](a *transport.Response, op *transport.Op, list *wire.List[R], sent []keys, keysOf func(*R) keys, outcomeOf func(*R) outcome) (in, others []R, err error) {
	page, err := paging.Of(a, list)
	if err != nil {
		return nil, nil, err
	}
	// A result that can't be decoded keeps its place.
	all, bad := make([]R, list.Len()), make(map[int]error)
	for _, b := range page.Bad {
		bad[b.Index] = b
	}
	got := make([]keys, len(all))
	for i, n := 0, 0; i < len(all); i++ {
		if bad[i] == nil {
			all[i] = page.Items[n]
			got[i] = keysOf(&all[i])
			n++
		}
	}
	paired, left := pair(sent, got)
	failure := &SaveError{Operation: op.Name, Sent: len(sent)}
	in = make([]R, len(sent))
	for i, j := range paired {
		if j < 0 {
			failure.Failed = append(failure.Failed, FailedItem{Index: i, Reason: "the response has no result for it; find out whether it was saved"})
			continue
		}
		in[i] = all[j]
		if bad[j] != nil {
			failure.Failed = append(failure.Failed, FailedItem{Index: i, Reason: "its result can't be decoded; find out whether it was saved", Err: bad[j]})
		} else if reason := outcomeOf(&in[i]).fails(); reason != "" {
			failure.Failed = append(failure.Failed, FailedItem{Index: i, Reason: reason})
		}
	}
	for _, j := range left {
		if bad[j] == nil {
			others = append(others, all[j])
		}
	}
	if len(failure.Failed) > 0 {
		return in, others, failure
	}
	return in, others, failed(a)
}

// email is an email address as a key.
func email(address string) string { return strings.ToLower(address) }
