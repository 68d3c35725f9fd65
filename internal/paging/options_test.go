package paging

import (
	"testing"

	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// The response of a call that is made ahead of the loop is of no use to it.
func TestResponsesOfPagesAhead(t *testing.T) {
	l := List[int]{prefetch: 1}
	ctx := tenantry.CallOptions(t.Context(), tenantry.WithResponse(new(tenantry.Response)))
	for _, err := range l.All(ctx) {
		require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
		require.ErrorContains(t, err, "WithResponse can't be used while pages are fetched ahead")
	}
}
