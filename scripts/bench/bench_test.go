package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// Every competitor of every row does its work.
func TestCompetitors(t *testing.T) {
	for _, row := range append(decoding(), call()) {
		for _, c := range row.competitors {
			require.NoError(t, c.do(), "%s: %s", row.name, c.name)
		}
	}
}

func TestListingByHand(t *testing.T) {
	*residents = 3 * perPage
	s := propexotest.NewServer(propexotest.WithResidents(*residents))
	defer s.Close()
	n, err := listByHand(s.URL)
	require.NoError(t, err)
	assert.Equal(t, *residents, n)
	n, err = discard(s.URL, 8)
	require.NoError(t, err)
	assert.Equal(t, *residents, n)
}
