package fakeserver

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/tenantrytest"
)

// An armed fault counts the requests that it might strike.
type armed struct {
	tenantrytest.Fault
	seen   map[string]int // requests that match, by operation
	struck int
	random *rand.Rand
}

// arm checks a fault and returns it ready to count. The nth fault of a server
// makes the same random choices in every run.
func (s *Server) arm(f tenantrytest.Fault, n int) *armed {
	s.check("Inject", f.Operation)
	afterwards := []tenantrytest.Kind{
		tenantrytest.AnswerAfter, tenantrytest.ResetAfter, tenantrytest.CutBody, tenantrytest.Slow, tenantrytest.SpoilRecord,
	}
	switch {
	case f.Record != "" && !slices.Contains(afterwards, f.Kind):
		panic("tenantrytest: Inject: a fault with a Record needs a kind that handles the request: AnswerAfter, ResetAfter, CutBody, Slow or SpoilRecord")
	case f.Record == "" && f.Kind == tenantrytest.SpoilRecord:
		panic("tenantrytest: Inject: SpoilRecord needs a Record")
	case f.Share < 0 || f.Share > 1:
		panic("tenantrytest: Inject: Share must be from 0 to 1")
	}
	return &armed{Fault: f, seen: make(map[string]int), random: rand.New(rand.NewPCG(uint64(n), 0xfa017))} //nolint:gosec // no secret
}

// strikes reports whether a fault is for this request. The response is nil before
// the request is handled. The server is locked.
func (s *Server) strikes(f *armed, req *Request, response []byte) bool {
	switch {
	case f.Operation != "" && f.Operation != req.Operation, (f.Record == "") != (response == nil):
		return false
	case f.ID != "" && !req.names(f.ID), f.Record != "" && objectOf(response, s.spec.IDs, f.Record) == nil:
		return false
	}
	f.seen[req.Operation]++
	if f.Attempt != 0 && f.seen[req.Operation] != f.Attempt || f.Times != 0 && f.struck >= f.Times {
		return false
	}
	if f.Share != 0 && f.random.Float64() >= f.Share {
		return false
	}
	f.struck++
	return true
}

// names reports whether the path of a request holds an ID.
func (r *Request) names(id string) bool {
	for _, arg := range r.args {
		if arg == id {
			return true
		}
	}
	return false
}

// objectOf returns the object of a JSON text whose ID is the given one, as a part
// of the text, or nil if there is none. The members that hold an object's own ID
// have the given names.
func objectOf(text []byte, names []string, id string) []byte {
	if quoted, err := jsontext.AppendQuote(nil, id); err != nil || !bytes.Contains(text, quoted) {
		return nil
	}
	d := jsontext.NewDecoder(bytes.NewReader(text))
	var starts []int64 // where the open objects and arrays start
	depth := 0         // how many are open within the object, once it is found
	name := ""
	for {
		token, err := d.ReadToken()
		if err != nil {
			return nil
		}
		switch token.Kind() {
		case '{', '[':
			starts = append(starts, d.InputOffset()-1)
		case '}', ']':
			start := starts[len(starts)-1]
			if depth == len(starts) {
				return text[start:d.InputOffset()]
			}
			starts = starts[:len(starts)-1]
		case '"':
			switch in, length := d.StackIndex(d.StackDepth()); {
			case in == '{' && length%2 == 1:
				name = token.String()
			case in == '{' && depth == 0 && token.String() == id && slices.Contains(names, name):
				depth = len(starts)
			}
		}
	}
}

// spoil returns a JSON text with a text in place of the object with an ID.
func (s *Server) spoil(text []byte, id string) []byte {
	return bytes.Replace(text, objectOf(text, s.spec.IDs, id), []byte(`"spoiled"`), 1)
}

// check panics if no route has an operation of this name.
func (s *Server) check(method, operation string) {
	operations := s.Operations()
	if operation == "" || slices.Contains(operations, operation) {
		return
	}
	service, _, _ := strings.Cut(operation, ".")
	near := slices.DeleteFunc(operations, func(o string) bool {
		return distance(o, operation) > max(3, len(operation)/3) && !strings.HasPrefix(o, service+".")
	})
	slices.SortStableFunc(near, func(a, b string) int { return distance(a, operation) - distance(b, operation) })
	hint := "Operations lists them"
	if len(near) > 0 {
		hint = "near ones are " + strings.Join(near[:min(5, len(near))], ", ")
	}
	panic(fmt.Sprintf("tenantrytest: %s: there is no operation %q; %s", method, operation, hint))
}

// distance is the number of letters to add, remove or replace to turn a into b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
