package storedge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

// A payment whose response was lost is repeated with its key and taken once.
func TestPaymentsAreTakenOnce(t *testing.T) {
	client, server := storedgetest.Start(t, storedgetest.WithFacility("f1", 60))
	f := client.Facility("f1")
	var owes *storedge.Ledger
	for ledger, err := range f.Ledgers.AllCurrent(t.Context(), storedge.ListParams{}) {
		require.NoError(t, err)
		if *ledger.Delinquent {
			owes = ledger
			break
		}
	}
	require.NotNil(t, owes)
	method := storedge.PaymentMethodParams{PaymentMethodID: tenantry.Set(server.AddPaymentMethod("f1", owes.Tenant.ID, map[string]any{"card_number": "XXXX1234"}))}
	methods, err := f.PaymentMethods.List(t.Context(), owes.Tenant.ID, storedge.ListParams{})
	require.NoError(t, err)
	require.Len(t, methods.Items, 1)
	assert.Equal(t, "XXXX1234", methods.Items[0].CardNumber.Reveal())

	server.Inject(tenantrytest.Fault{Operation: "ledgers.make-payment", Kind: tenantrytest.ResetAfter, Times: 1})
	paid, err := f.Ledgers.MakePayment(t.Context(), owes.ID, storedge.MakePaymentParams{Kind: storedge.PaymentAmountCustom, Amount: "1.50", PaymentMethod: method})
	require.NoError(t, err)
	assert.Equal(t, 2, server.Arrivals("ledgers.make-payment"))
	before, err := owes.CurrentAccountBalance.Float64()
	require.NoError(t, err)
	after, err := paid.CurrentAccountBalance.Float64()
	require.NoError(t, err)
	assert.InDelta(t, before-1.5, after, 0.001)

	_, err = f.Ledgers.MakePayment(t.Context(), owes.ID, storedge.MakePaymentParams{
		Kind: storedge.PaymentAmountBalance, PaymentMethod: storedge.PaymentMethodParams{Kind: tenantry.Set(storedge.PaymentKindCreditCard), CardNumber: tenantry.Set(tenantry.NewSecret(storedgetest.DeclinedCard))},
	})
	require.ErrorIs(t, err, tenantry.ErrInvalid)
	assert.NotContains(t, err.Error(), storedgetest.DeclinedCard)
	_, err = f.Ledgers.PayMultipleLedgers(t.Context(), storedge.PayMultipleLedgersParams{Payments: []storedge.LedgerPayment{{LedgerID: owes.ID, Kind: storedge.PaymentAmountPrepay, Months: 2}}, PaymentMethod: method})
	require.NoError(t, err)
	now, err := f.Ledgers.Get(t.Context(), owes.ID)
	require.NoError(t, err)
	assert.Equal(t, tenantry.Decimal("0.00"), now.CurrentAccountBalance)
}

// A server that ignores the order asked for loses nothing, and one that honors dates,
// ids and fields trims the list.
func TestListParameters(t *testing.T) {
	for _, opts := range [][]storedgetest.Option{nil, {storedgetest.WithoutSorting()}} {
		client, server := storedgetest.Start(t, append(opts, storedgetest.WithFacility("f1", 230))...)
		for place := range 20 {
			server.AddTenant("f1", place*7, nil)
		}
		f := client.Facility("f1")
		all, err := tenantry.Collect(f.Tenants.All(t.Context(), storedge.ListParams{PerPage: 30}))
		require.NoError(t, err)
		ids := make([]string, len(all))
		for i, tenant := range all {
			ids[i] = tenant.ID
		}
		assert.ElementsMatch(t, server.TenantIDs("f1"), ids)
		some, err := f.Tenants.List(t.Context(), storedge.ListParams{OnlyIDs: ids[3:5], Fields: map[string][]string{"tenant": {"account_number"}}})
		require.NoError(t, err)
		require.Len(t, some.Items, 2)
		assert.NotEmpty(t, some.Items[0].AccountNumber)
		assert.Empty(t, some.Items[0].LastName)
	}
}
