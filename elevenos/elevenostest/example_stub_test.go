package elevenostest_test

import (
	"context"
	"fmt"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// residents is what the program uses of client.Site(teamID, siteID).Residents.
type residents interface {
	All(context.Context) iter.Seq2[*elevenos.Resident, error]
}

var _ residents = (*elevenos.ResidentsService)(nil)

// withoutUnit counts the residents without a unit. It takes what it needs of the
// client, so that a test can give it a stub.
func withoutUnit(ctx context.Context, from residents) (n int, err error) {
	for r, err := range from.All(ctx) {
		if err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
		if r.Unit == "" {
			n++
		}
	}
	return n, nil
}

// stub stands in for client.Site(teamID, siteID).Residents in tests.
type stub struct {
	records []elevenos.Resident
	err     error
}

func (s stub) All(context.Context) iter.Seq2[*elevenos.Resident, error] {
	return tenantrytest.Seq(s.records, s.err)
}

// A table test with a stub: no server, no client.
func Example_stub() {
	for _, c := range []struct {
		name string
		stub stub
	}{
		{"none", stub{}},
		{"one of two", stub{records: []elevenos.Resident{{ResidentID: "r1", Unit: "101"}, {ResidentID: "r2"}}}},
		{"the server fails", stub{err: tenantry.ErrServer}},
	} {
		n, err := withoutUnit(context.Background(), c.stub)
		fmt.Println(c.name, n, err)
	}
	// Output:
	// none 0 <nil>
	// one of two 1 <nil>
	// the server fails 0 count: server error
}
