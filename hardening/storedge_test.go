package hardening

import (
	"cmp"
	"context"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

// storedgeParams are the parameters without which calls are refused.
func storedgeParams(tenant, ledger, unit, group string) []any {
	stored := storedge.PaymentMethodParams{Kind: tenantry.Set(storedge.PaymentKindCreditCard), CardNumber: tenantry.Set(tenantry.NewSecret("canary-card-number"))}
	move := storedge.MoveInParams{UnitID: unit, TenantID: tenantry.Set(tenant), GateAccessCode: tenantry.Set(tenantry.NewSecret("canary-gate-code"))}
	return []any{
		storedge.UnitParams{Name: tenantry.Set("U1"), CombinationLockNumber: tenantry.Set(tenantry.NewSecret("canary-lock"))},
		[]storedge.UnitParams{{ID: tenantry.Set(unit), Rentable: tenantry.Set(true)}},
		[]storedge.UnitGroupCreateParams{{Name: "A"}},
		[]storedge.UnitGroupParams{{ID: group}},
		[]storedge.TierRateParams{{Rate: 5, TierID: "t", UnitGroupID: group}},
		storedge.LeadCreateParams{Lead: storedge.LeadParams{TenantID: tenantry.Set(tenant)}},
		move,
		storedge.ProcessMoveInParams{MoveIn: move, PaymentMethod: &stored},
		storedge.RetailPaymentParams{InvoiceableItems: []storedge.RetailItem{{InvoiceableItemID: "i", Quantity: 1}}, PaymentMethod: stored},
		storedge.GateAccessCodeParams{GateAccessCode: tenantry.NewSecret("canary-gate-code")},
		storedge.AddFeeParams{InvoiceableItemID: "i"},
		storedge.RemoveFeeParams{FeeLineItemID: "l"},
		storedge.MakePaymentParams{Kind: storedge.PaymentAmountCustom, Amount: "0.01", PaymentMethod: stored},
		storedge.PayMultipleLedgersParams{Payments: []storedge.LedgerPayment{{LedgerID: ledger, Kind: storedge.PaymentAmountBalance}}, PaymentMethod: stored},
		storedge.UpdateAutopayParams{PaymentMethod: stored},
		storedge.SendEsignableParams{Email: "canary@example.test"},
		storedge.NoteCreateParams{Note: storedge.NoteParams{NoteText: "x", TenantID: tenant}},
		storedge.ReportCreateParams{ReportName: "x", ReportFormat: "csv"},
		storedge.RateImportParams{File: []byte("Group Key,New Standard Rate\n"), CreatedByID: "u"},
	}
}

// storedgeNothing are the operations of facilities and companies that may have an empty
// response, and storedgeOnce those that are never repeated.
var (
	storedgeNothing = []string{
		"units.bulk-create", "units.bulk-update", "unit-groups.update", "move-outs.schedule", "move-outs.process", "insurance.update-tenant-auto-enroll-settings",
		"gate.open", "gate.create-activity", "tasks.create", "tasks.create-for-unit", "tasks.complete", "delinquency-events.act", "payment-methods.create",
		"payment-methods.authorize-funds", "documents.send-esignable", "company-revenue-management.import",
	}
	storedgeOnce = append([]string{
		"units.create", "units.update", "unit-groups.create", "tier-rates.update", "leads.create", "leads.update", "leads.delete", "move-ins.process",
		"invoiceable-items.retail-payment", "ledgers.set-gate-access-code", "ledgers.add-fee", "ledgers.remove-fee", "ledgers.update-autopay", "esign.create",
		"notes.create", "tenants.create-note", "reports.create", "company-reports.create",
	}, storedgeNothing...)
)

var hump = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// storedgeOps calls every method of a facility's and a company's services that is not
// in have, by its operation's name.
func storedgeOps(s *storedgetest.Server, tenant string, have []op) []op {
	ids := map[string]string{"tenants": tenant}
	for service, name := range map[string]string{"units": "units", "ledgers": "ledgers", "unit-groups": "unit_groups", "leads": "leads", "discount-plans": "discount_plans"} {
		ids[service] = firstID(s, name)
	}
	params := storedgeParams(tenant, ids["ledgers"], ids["units"], ids["unit-groups"])
	var ops []op
	for prefix, handle := range map[string]func(*storedge.Client) reflect.Value{
		"":         func(c *storedge.Client) reflect.Value { return reflect.ValueOf(c.Facility("f1")) },
		"company-": func(c *storedge.Client) reflect.Value { return reflect.ValueOf(c.Company(storedgetest.CompanyID)) },
	} {
		for field := range handle(new(storedge.Client)).Type().Elem().Fields() {
			if !field.IsExported() {
				continue
			}
			service := prefix + strings.ToLower(hump.ReplaceAllString(field.Name, "$1-$2"))
			for m := range field.Type.Methods() {
				name := service + "." + strings.ToLower(hump.ReplaceAllString(m.Name, "$1-$2"))
				if name == "units.list-rate-history" {
					name = "units.rate-history"
				}
				switch {
				case strings.HasPrefix(m.Name, "All"), strings.HasPrefix(m.Name, "Pages"), m.Name == "Wait", m.Name == "ReviewCostWithDocuments": // which is ReviewCost for the server
				case !slices.ContainsFunc(have, func(o op) bool { return o.name == name }):
					ops = append(ops, typed(name, !slices.Contains(storedgeOnce, name), func(ctx context.Context, c *storedge.Client) error {
						method := handle(c).Elem().FieldByIndex(field.Index).Method(m.Index)
						out := method.Call(argumentsOf(method.Type(), ctx, ids[service], params))
						err, _ := out[len(out)-1].Interface().(error)
						return err
					}))
				}
			}
		}
	}
	return ops
}

// argumentsOf returns the arguments of a method: an id for each text.
func argumentsOf(method reflect.Type, ctx context.Context, id string, params []any) []reflect.Value {
	args := []reflect.Value{reflect.ValueOf(ctx)}
	in := method.NumIn()
	if method.IsVariadic() {
		in--
	}
	for i := 1; i < in; i++ {
		t := method.In(i)
		arg := reflect.New(t).Elem()
		switch t.Kind() {
		case reflect.String:
			arg.SetString(cmp.Or(id, "x"))
		case reflect.Int:
			arg.SetInt(1)
		case reflect.Interface:
			arg.Set(reflect.ValueOf(tenantry.Raw(`{"x":"y"}`)))
		}
		for _, p := range params {
			if reflect.TypeOf(p) == t {
				arg.Set(reflect.ValueOf(p))
			}
		}
		args = append(args, arg)
	}
	return args
}

// firstID returns the id of the first record of a list of the facility.
func firstID(s *storedgetest.Server, list string) string {
	client, err := storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, tenantry.WithBaseURL(s.URL))
	if err != nil {
		return ""
	}
	defer client.Close()
	var response map[string]tenantry.Raw
	if err := client.Do(context.Background(), tenantry.Request{Method: "GET", Path: "/v1/{facility}/" + list, Args: []string{"f1"}}, &response); err != nil {
		return ""
	}
	var records []struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(response[list], &records); err != nil || len(records) == 0 {
		return ""
	}
	return records[0].ID
}
