package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestDemo(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-size", "5x5"}, nil, &out, func(string) string { return "" }))
	for _, says := range []string{"UNIT ", "5x5x8", "Reserved unit ", "DUE TODAY", "Administrative Fee", "a PDF file of ", "Ana Doe has unit ", "Sign the lease at http"} {
		assert.Contains(t, out.String(), says)
	}
	assert.NotContains(t, out.String(), "4111")
	assert.NotContains(t, out.String(), "10x10x8")
	require.ErrorContains(t, run(t.Context(), []string{"-size", "99x99"}, nil, &out, func(string) string { return "" }), "no unit of that size")
}

// A shop is a fake, and the program for one customer of it.
type shop struct {
	server   *storedgetest.Server
	facility *storedge.Facility
	args     []string
	env      func(string) string
	units    int // that were rented before
}

func open(t *testing.T) *shop {
	t.Helper()
	client, server := storedgetest.Start(t, storedgetest.WithPortfolio(1, 20, 1))
	id := server.FacilityIDs()[0]
	s := &shop{server: server, facility: client.Facility(id), args: []string{"-facility", id, "-first", "Ana", "-last", "Doe", "-email", "ana@example.com", "-phone", "2125550100", "-gate", "98765"}}
	s.env = func(name string) string {
		return map[string]string{"STOREDGE_ACCESS_ID": storedgetest.AccessID, "STOREDGE_SECRET_KEY": storedgetest.SecretKey, "STOREDGE_BASE_URL": server.URL}[name]
	}
	s.units = s.rented(t)
	return s
}

func (s *shop) run(ctx context.Context, card string) (string, error) {
	var out bytes.Buffer
	err := run(ctx, s.args, strings.NewReader(card), &out, s.env)
	return out.String(), err
}

const goodCard = "4111111111111111\n10/40\n123\nyes\n"

func (s *shop) rented(t *testing.T) (n int) {
	t.Helper()
	for unit, err := range s.facility.Units.All(t.Context(), storedge.ListParams{}) {
		require.NoError(t, err)
		if unit.Status == storedge.UnitStatusOccupied {
			n++
		}
	}
	return n
}

// check holds after the customer moved in, however often the program ran.
func (s *shop) check(t *testing.T, says ...any) {
	t.Helper()
	s.server.OnRequest(nil)
	s.server.ClearFaults()
	found, err := s.facility.Tenants.Search(t.Context(), storedge.TenantSearchParams{PhoneNumber: "2125550100"})
	require.NoError(t, err)
	require.Len(t, found.Items, 1, says...)
	tenant := found.Items[0]
	assert.Len(t, tenant.CurrentLedgerIDs, 1, says...)
	assert.Empty(t, tenant.LeadIDs, says...)
	assert.Len(t, tenant.ClosedLeadIDs, 1, says...)
	assert.Len(t, tenant.EventIDs, 2, says...) // the move-in and one payment
	assert.Equal(t, s.units+1, s.rented(t), says...)
	ledger, err := s.facility.Ledgers.Get(t.Context(), tenant.CurrentLedgerIDs[0])
	require.NoError(t, err)
	assert.EqualValues(t, "0.00", ledger.CurrentAccountBalance, says...)
	assert.EqualValues(t, "0.00", ledger.CurrentPrepayBalance, says...)
}

// Interrupted at any request and run again, the program rents and charges once.
func TestInterrupted(t *testing.T) {
	requests, interrupted := 0, 0
	for n := 1; n == 1 || n <= requests; n++ {
		s := open(t)
		before := s.server.Arrivals("")
		ctx, interrupt := context.WithCancel(t.Context())
		s.server.OnRequest(func(string, int) {
			if s.server.Arrivals("")-before == n {
				interrupt()
			}
		})
		if _, err := s.run(ctx, goodCard); err != nil { // the last response may be there first
			interrupted++
		}
		if n == 1 {
			whole := open(t)
			at := whole.server.Arrivals("")
			_, err := whole.run(t.Context(), goodCard)
			require.NoError(t, err)
			requests = whole.server.Arrivals("") - at
			require.Greater(t, requests, 8)
		}
		// The server carries out what reached it, whoever still waits for the response.
		require.Eventually(t, func() bool { return len(s.server.Requests()) == s.server.Arrivals("") }, time.Minute, time.Millisecond)
		s.server.OnRequest(nil)
		out, err := s.run(t.Context(), goodCard)
		require.NoError(t, err, "request %d", n)
		assert.Contains(t, out, "Sign the lease at http")
		s.check(t, fmt.Sprint("request ", n))
		out, err = s.run(t.Context(), goodCard)
		require.NoError(t, err)
		assert.Contains(t, out, "nothing is charged")
		s.check(t)
	}
	assert.GreaterOrEqual(t, interrupted, requests-2)
}

// Responses that are lost, and requests that are, are found out about.
func TestFaults(t *testing.T) {
	for _, operation := range []string{"leads.create", "move-ins.review-cost", "move-ins.process", "esign.create"} {
		for _, f := range []tenantrytest.Fault{
			{Kind: tenantrytest.ResetBefore}, {Kind: tenantrytest.ResetAfter}, {Kind: tenantrytest.CutBody, CutAt: 40}, {Kind: tenantrytest.AnswerAfter, Status: 502}, {Status: 500},
		} {
			s := open(t)
			f.Operation, f.Times = operation, 1
			s.server.Inject(f)
			_, err := s.run(t.Context(), goodCard)
			if err != nil {
				assert.NotContains(t, err.Error(), "4111")
				_, err = s.run(t.Context(), goodCard)
			}
			require.NoError(t, err, "%s %+v", operation, f)
			s.check(t, operation, f)
		}
	}
}

// A record that can't be read may be the customer's: nothing is sent.
func TestUnreadableTenant(t *testing.T) {
	s := open(t)
	s.server.Inject(tenantrytest.Fault{Operation: "tenants.search", Status: 200, Body: []byte(`{"tenants":["customer"],"meta":{}}`)})
	_, err := s.run(t.Context(), goodCard)
	var unreadable *tenantry.DecodeError
	require.ErrorAs(t, err, &unreadable)
	assert.Zero(t, s.server.Arrivals("leads.create"))
	assert.Zero(t, s.server.Arrivals("move-ins.process"))
}

func TestRefusals(t *testing.T) {
	s := open(t)
	_, err := s.run(t.Context(), "4111111111111111\n10/40\n123\nno\n")
	require.ErrorContains(t, err, "not rented")
	_, err = s.run(t.Context(), storedgetest.DeclinedCard+"\n10/40\n123\nyes\n")
	require.ErrorIs(t, err, tenantry.ErrInvalid)
	assert.Equal(t, s.units, s.rented(t))
	out, err := s.run(t.Context(), goodCard)
	require.NoError(t, err)
	assert.Contains(t, out, "has reserved unit")
	s.check(t)

	s = open(t)
	s.server.SetPortalSettings(s.facility.ID(), map[string]any{"online_move_ins_enabled": false})
	_, err = s.run(t.Context(), goodCard)
	require.ErrorContains(t, err, "no move-ins online")
	s.args = s.args[:2]
	_, err = s.run(t.Context(), goodCard)
	require.ErrorContains(t, err, "are needed")
}
