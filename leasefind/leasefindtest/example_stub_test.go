package leasefindtest_test

import (
	"context"
	"fmt"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// tenants is what the program uses of client.Tenants.
type tenants interface {
	All(context.Context, leasefind.TenantFindParams) iter.Seq2[*leasefind.Tenant, error]
}

var _ tenants = (*leasefind.TenantsService)(nil)

// withoutEmail counts the tenants that can't be reached by email. It takes what it
// needs of the client, so that a test can give it a stub.
func withoutEmail(ctx context.Context, from tenants) (n int, err error) {
	for r, err := range from.All(ctx, leasefind.TenantFindParams{}) {
		if err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
		if r.EmailAddress == "" {
			n++
		}
	}
	return n, nil
}

// stub stands in for client.Tenants in tests.
type stub struct {
	records []leasefind.Tenant
	err     error
}

func (s stub) All(context.Context, leasefind.TenantFindParams) iter.Seq2[*leasefind.Tenant, error] {
	return tenantrytest.Seq(s.records, s.err)
}

// A table test with a stub: no server, no client.
func Example_stub() {
	for _, c := range []struct {
		name string
		stub stub
	}{
		{"none", stub{}},
		{"one of two", stub{records: []leasefind.Tenant{{Identifier: "t1", EmailAddress: "ana@example.com"}, {Identifier: "t2"}}}},
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
