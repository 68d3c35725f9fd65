package propexotest_test

import (
	"context"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// live runs a portfolio for sixty days and returns the events that were delivered by
// the end of each ten.
func live(t *testing.T, how tenantrytest.Deliveries) (*propexo.Client, [][]propexo.WebhookEvent) {
	t.Helper()
	var got []propexo.WebhookEvent
	handler, err := propexo.WebhookHandler(tenantry.NewSecret(propexotest.WebhookSecret), func(_ context.Context, e *propexo.WebhookEvent) error {
		got = append(got, *e)
		return nil
	})
	require.NoError(t, err)
	receiver := httptest.NewServer(handler)
	defer receiver.Close()
	client, server := propexotest.Start(t, propexotest.WithPortfolio(2, 40, 7), propexotest.WithLife(3), propexotest.WithStart(time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)))
	server.Subscribe(receiver.URL, how)
	var all [][]propexo.WebhookEvent
	for range 6 {
		got = nil
		server.Advance(10 * 24 * time.Hour)
		all = append(all, got)
	}
	return client, all
}

func records(events [][]propexo.WebhookEvent) []string {
	var ids []string
	for _, e := range slices.Concat(events...) {
		ids = append(ids, string(e.Trigger)+" "+e.RecordID)
	}
	return ids
}

func TestLife(t *testing.T) {
	client, events := live(t, tenantrytest.Deliveries{})
	kinds := make(map[string]int)
	for _, e := range slices.Concat(events...) {
		kinds[string(e.Trigger)+" "+e.Object]++
		if e.Object == "leases" {
			_, err := client.Leases.Get(t.Context(), e.RecordID)
			require.NoError(t, err)
		} else {
			_, err := client.Residents.Get(t.Context(), e.RecordID)
			require.NoError(t, err)
		}
	}
	for _, kind := range []string{"DATA_NEW leases", "DATA_NEW residents", "DATA_UPDATE leases"} {
		assert.Positive(t, kinds[kind], kind)
	}
	// New leases are read like all others, and refer to people that exist.
	for l, err := range client.Leases.All(t.Context(), propexo.LeaseListParams{}) {
		require.NoError(t, err)
		for _, of := range l.ResidentsMetaData {
			_, err := client.Residents.Get(t.Context(), of.ResidentID)
			require.NoError(t, err)
		}
	}

	_, again := live(t, tenantrytest.Deliveries{})
	assert.Equal(t, records(events), records(again), "the same seed lives the same life")
	_, twice := live(t, tenantrytest.Deliveries{Twice: true})
	assert.Len(t, records(twice), 2*len(records(events)))
	_, shuffled := live(t, tenantrytest.Deliveries{Shuffled: true})
	assert.ElementsMatch(t, records(events), records(shuffled))
	assert.NotEqual(t, records(events), records(shuffled))
	_, late := live(t, tenantrytest.Deliveries{Late: 10 * 24 * time.Hour})
	assert.Empty(t, late[0])
	assert.Equal(t, records(events[:5]), records(late[1:]))
}
