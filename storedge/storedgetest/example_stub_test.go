package storedgetest_test

import (
	"context"
	"fmt"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// tenants is what the program uses of client.Facility(id).Tenants.
type tenants interface {
	All(context.Context, storedge.ListParams) iter.Seq2[*storedge.Tenant, error]
}

var _ tenants = (*storedge.TenantsService)(nil)

// withoutEmail counts the tenants that can't be reached by email. It takes what it
// needs of the client, so that a test can give it a stub.
func withoutEmail(ctx context.Context, from tenants) (n int, err error) {
	for r, err := range from.All(ctx, storedge.ListParams{}) {
		if err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
		if r.Email == "" {
			n++
		}
	}
	return n, nil
}

// stub stands in for client.Facility(id).Tenants in tests.
type stub struct {
	records []storedge.Tenant
	err     error
}

func (s stub) All(context.Context, storedge.ListParams) iter.Seq2[*storedge.Tenant, error] {
	return tenantrytest.Seq(s.records, s.err)
}

// A table test with a stub: no server, no client.
func Example_stub() {
	for _, c := range []struct {
		name string
		stub stub
	}{
		{"none", stub{}},
		{"one of two", stub{records: []storedge.Tenant{{ID: "t1", Email: "ana@example.com"}, {ID: "t2"}}}},
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
