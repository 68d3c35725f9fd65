package supergoodtest_test

import (
	"context"
	"fmt"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// properties is what the program uses of client.Properties.
type properties interface {
	All(context.Context, supergood.ListParams) iter.Seq2[*supergood.Property, error]
}

var _ properties = (*supergood.PropertiesService)(nil)

// withoutName counts the properties without a name. It takes what it needs of the
// client, so that a test can give it a stub.
func withoutName(ctx context.Context, from properties) (n int, err error) {
	for r, err := range from.All(ctx, supergood.ListParams{}) {
		if err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
		if r.Name == "" {
			n++
		}
	}
	return n, nil
}

// stub stands in for client.Properties in tests.
type stub struct {
	records []supergood.Property
	err     error
}

func (s stub) All(context.Context, supergood.ListParams) iter.Seq2[*supergood.Property, error] {
	return tenantrytest.Seq(s.records, s.err)
}

// A table test with a stub: no server, no client.
func Example_stub() {
	for _, c := range []struct {
		name string
		stub stub
	}{
		{"none", stub{}},
		{"one of two", stub{records: []supergood.Property{{ID: "p1", Name: "The Arc"}, {ID: "p2"}}}},
		{"the server fails", stub{err: tenantry.ErrServer}},
	} {
		n, err := withoutName(context.Background(), c.stub)
		fmt.Println(c.name, n, err)
	}
	// Output:
	// none 0 <nil>
	// one of two 1 <nil>
	// the server fails 0 count: server error
}
