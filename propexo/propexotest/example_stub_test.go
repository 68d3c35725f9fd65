package propexotest_test

import (
	"context"
	"fmt"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// residents is what the program uses of client.Residents.
type residents interface {
	All(context.Context, propexo.ResidentListParams) iter.Seq2[*propexo.Resident, error]
}

var _ residents = (*propexo.ResidentsService)(nil)

// withoutEmail counts the residents that can't be reached by email. It takes what it
// needs of the client, so that a test can give it a stub.
func withoutEmail(ctx context.Context, from residents) (n int, err error) {
	for r, err := range from.All(ctx, propexo.ResidentListParams{}) {
		if err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
		if r.Email1 == "" {
			n++
		}
	}
	return n, nil
}

// stub stands in for client.Residents in tests.
type stub struct {
	records []propexo.Resident
	err     error
}

func (s stub) All(context.Context, propexo.ResidentListParams) iter.Seq2[*propexo.Resident, error] {
	return tenantrytest.Seq(s.records, s.err)
}

// A table test with a stub: no server, no client.
func Example_stub() {
	for _, c := range []struct {
		name string
		stub stub
	}{
		{"none", stub{}},
		{"one of two", stub{records: []propexo.Resident{{ID: "r1", Email1: "ana@example.com"}, {ID: "r2"}}}},
		{"the server fails", stub{err: tenantry.ErrServer}},
	} {
		n, err := withoutEmail(context.Background(), c.stub)
		fmt.Println(c.name, n, err)
	}
	// Output:
	// none 0 <nil>
	// one of two 1 <nil>
	// the server fails 0 count: server error
}
