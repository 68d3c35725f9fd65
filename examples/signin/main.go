// Command signin signs a tenant of a storEDGE facility in, as a portal would, shows
// their ledgers and preferences, and pays what they owe.
//
//	STOREDGE_ACCESS_ID=… STOREDGE_SECRET_KEY=… go run ./examples/signin -facility 65c2a70c-… -login ana@example.com -pay
//
// The password is read from standard input. With -pay, the balances are paid with the
// tenant's stored payment method. Run again, it pays only what is owed then. Without
// credentials it starts a fake and signs in one of its tenants, who owes.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"text/tabwriter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/storedge/storedgetest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Getenv)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "signin:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer, env func(string) string) error {
	flags := flag.NewFlagSet("signin", flag.ContinueOnError)
	facility := flags.String("facility", "", "the facility's `id`")
	login := flags.String("login", "", "the tenant's `email or username`")
	pay := flags.Bool("pay", false, "pay what the tenant owes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	accessID, secretKey, baseURL := env("STOREDGE_ACCESS_ID"), env("STOREDGE_SECRET_KEY"), env("STOREDGE_BASE_URL")
	if accessID == "" {
		fmt.Fprintln(out, "No credentials in the environment: signing in at a fake.")
		server := storedgetest.NewServer(storedgetest.WithPortfolio(1, 40, 1))
		defer server.Close()
		accessID, secretKey, baseURL = storedgetest.AccessID, storedgetest.SecretKey, server.URL
		*facility, *login, *pay, in = server.FacilityIDs()[0], "ana", true, strings.NewReader("correct horse\n")
		if err := prepare(ctx, server, *facility); err != nil {
			return err
		}
	}
	var opts []tenantry.Option
	if baseURL != "" {
		opts = append(opts, tenantry.WithBaseURL(baseURL))
	}
	client, err := storedge.NewClient(accessID, secretKey, opts...)
	if err != nil {
		return err
	}
	password, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	defer client.Close()
	tenants := client.Facility(*facility).Tenants
	tenant, err := tenants.SignIn(ctx, storedge.SignInParams{Login: *login, Password: tenantry.NewSecret(strings.TrimRight(password, "\r\n"))})
	if errors.Is(err, storedge.ErrTenantCredentials) {
		return errors.New("that is not the login or not the password; try again")
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s %s, account %d\n\n", tenant.FirstName, tenant.LastName, tenant.AccountNumber)
	if err := showLedgers(ctx, out, tenants, tenant.ID); err != nil {
		return err
	}
	if *pay {
		if err := payAll(ctx, out, client.Facility(*facility), tenant.ID); err != nil {
			return err
		}
	}
	return showPreferences(ctx, out, tenants, tenant.ID)
}

// prepare gives a tenant who owes an account and a card at the fake.
func prepare(ctx context.Context, server *storedgetest.Server, facility string) error {
	client, err := storedge.NewClient(storedgetest.AccessID, storedgetest.SecretKey, tenantry.WithBaseURL(server.URL))
	if err != nil {
		return err
	}
	defer client.Close()
	for tenant, err := range client.Facility(facility).Tenants.AllCurrent(ctx, storedge.ListParams{}) {
		if err != nil {
			return err
		}
		if tenant.Delinquent != nil && *tenant.Delinquent {
			server.SetAccount(facility, tenant.ID, "ana", "correct horse")
			server.AddPaymentMethod(facility, tenant.ID, map[string]any{"card_number": "XXXX1234", "card_type": "visa"})
			return nil
		}
	}
	return errors.New("nobody owes anything")
}

// payAll pays the balances of a tenant's ledgers with the first stored payment method.
func payAll(ctx context.Context, out io.Writer, facility *storedge.Facility, tenant string) error {
	ledgers, err := facility.Tenants.ListLedgers(ctx, tenant)
	if err != nil {
		return err
	}
	if len(ledgers.Undecodable) > 0 { // the tenant may owe on it
		return ledgers.Undecodable[0]
	}
	methods, err := facility.PaymentMethods.List(ctx, tenant, storedge.ListParams{})
	if err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, l := range ledgers.Items {
		if balance, err := l.CurrentAccountBalance.Float64(); err != nil || balance <= 0 {
			continue
		}
		if len(methods.Items) == 0 {
			return errors.New("the tenant has no stored payment method")
		}
		paid, err := facility.Ledgers.MakePayment(ctx, l.ID, storedge.MakePaymentParams{
			Kind: storedge.PaymentAmountBalance, PaymentMethod: storedge.PaymentMethodParams{PaymentMethodID: tenantry.Set(methods.Items[0].ID)},
			// The key names what is paid. If a run is interrupted before it knows that the
			// payment was taken, the next one sends the same key, and the server takes
			// no second payment for it.
			IdempotencyKey: fmt.Sprintf("signin %s %s %s", l.ID, l.NextChargeDate, l.CurrentAccountBalance),
		})
		if errors.Is(err, storedge.ErrAccessDenied) {
			return errors.New("the facility does not accept this payment; ask its office")
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "Paid %s with the %s. The balance is %s.\n", l.CurrentAccountBalance, methodName(&methods.Items[0]), paid.CurrentAccountBalance)
	}
	return nil
}

// methodName tells a payment method without its number, which is a secret even if the
// server masks it.
func methodName(m *storedge.PaymentMethod) string {
	if m.CardType != "" {
		return string(m.CardType) + " card"
	}
	return string(m.Kind)
}

func showLedgers(ctx context.Context, out io.Writer, tenants *storedge.TenantsService, id string) error {
	ledgers, err := tenants.ListLedgers(ctx, id)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "LEASE\tRATE\tBALANCE\tPAID THROUGH\tNEXT CHARGE")
	for _, l := range ledgers.Items {
		lease := "-"
		if l.LeaseNumber != nil {
			lease = fmt.Sprint(*l.LeaseNumber)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s on %s\n", lease, l.CurrentRate, l.CurrentAccountBalance, l.PaidThrough, l.NextChargeAmount, l.NextChargeDate)
	}
	return w.Flush()
}

func showPreferences(ctx context.Context, out io.Writer, tenants *storedge.TenantsService, id string) error {
	settings, err := tenants.Preferences(ctx, id)
	if err != nil {
		return err
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "BY DEFAULT HERE\t")
	for _, name := range slices.Sorted(maps.Keys(settings.DefaultSettings)) {
		value := "not set"
		if v := settings.DefaultSettings[name].Value; v != nil {
			value = fmt.Sprint(*v)
		}
		fmt.Fprintf(w, "%s\t%s\n", strings.ReplaceAll(name, "_", " "), value)
	}
	if own := settings.TenantsPreferences.EmailInvoices; own != nil {
		fmt.Fprintf(w, "\t\nthis tenant's own choice of email invoices\t%t\n", *own)
	}
	return w.Flush()
}
