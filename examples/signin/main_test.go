package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestDemo(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, nil, &out, func(string) string { return "" }))
	assert.Regexp(t, `account 10000\d\d`, out.String())
	assert.Regexp(t, `Paid [\d.]+ with the visa card. The balance is 0.00.`, out.String())
	assert.Contains(t, out.String(), "PAID THROUGH")
	assert.Regexp(t, `receive legal notices by email +not set`, out.String())
	assert.NotContains(t, out.String(), "correct horse")
}

func TestOwnServer(t *testing.T) {
	s := storedgetest.NewServer(storedgetest.WithFacility("f1", 1))
	defer s.Close()
	s.SetAccount("f1", s.TenantIDs("f1")[0], "bo", "pass word")
	env := func(name string) string {
		return map[string]string{"STOREDGE_ACCESS_ID": storedgetest.AccessID, "STOREDGE_SECRET_KEY": storedgetest.SecretKey, "STOREDGE_BASE_URL": s.URL}[name]
	}
	args := []string{"-facility", "f1", "-login", "bo"}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), args, strings.NewReader("pass word"), &out, env))
	err := run(t.Context(), args, strings.NewReader("wrong\n"), &out, env)
	require.ErrorContains(t, err, "try again")
	assert.NotContains(t, out.String(), "Paid")
	require.Error(t, run(t.Context(), []string{"-x"}, nil, &out, env))
}

// A ledger that can't be read may be one to pay: the program says so.
func TestUnreadableLedger(t *testing.T) {
	client, s := storedgetest.Start(t, storedgetest.WithFacility("f1", 1))
	s.Inject(tenantrytest.Fault{Operation: "tenants.list-ledgers", Status: 200, Body: []byte(`{"ledgers":["l1"],"meta":{}}`)})
	var out bytes.Buffer
	err := payAll(t.Context(), &out, client.Facility("f1"), s.TenantIDs("f1")[0])
	var unreadable *tenantry.DecodeError
	require.ErrorAs(t, err, &unreadable)
}

// A payment whose response was lost is taken once, also by a second run.
func TestPaidOnce(t *testing.T) {
	client, s := storedgetest.Start(t, storedgetest.WithFacility("f1", 1))
	f := client.Facility("f1")
	id := s.TenantIDs("f1")[0]
	s.SetAccount("f1", id, "bo", "pass word")
	s.Add(storedge.Ledger{ID: "l1", Tenant: &storedge.Tenant{ID: id}, CurrentAccountBalance: "30.50", CurrentRate: "61.00"})
	env := func(name string) string {
		return map[string]string{"STOREDGE_ACCESS_ID": storedgetest.AccessID, "STOREDGE_SECRET_KEY": storedgetest.SecretKey, "STOREDGE_BASE_URL": s.URL}[name]
	}
	signIn := func() (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), []string{"-facility", "f1", "-login", "bo", "-pay"}, strings.NewReader("pass word"), &out, env)
		return out.String(), err
	}
	_, err := signIn()
	require.ErrorContains(t, err, "no stored payment method")
	s.AddPaymentMethod("f1", id, map[string]any{"kind": "ach", "account_number": "XXXX4321"})
	s.Inject(tenantrytest.Fault{Operation: "ledgers.make-payment", Kind: tenantrytest.AnswerAfter, Status: 400})
	_, err = signIn()
	require.Error(t, err)
	s.ClearFaults()
	change := func(balance tenantry.Decimal) {
		ledger := storedge.Ledger{ID: "l1"}
		require.True(t, s.Get(&ledger))
		ledger.CurrentAccountBalance = balance
		s.Update(ledger)
	}
	change("30.50") // a list that lags behind
	out, err := signIn()
	require.NoError(t, err)
	assert.Contains(t, out, "Paid 30.50 with the ach.")
	ledger, err := f.Ledgers.Get(t.Context(), "l1")
	require.NoError(t, err)
	assert.Len(t, ledger.RecentPayments, 1)
	tenant := storedge.Tenant{ID: id}
	require.True(t, s.Get(&tenant))
	tenant.BlockedPayments = new(true)
	s.Update(tenant)
	change("9.00")
	_, err = signIn()
	require.ErrorContains(t, err, "ask its office")
}
