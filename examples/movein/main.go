// Command movein rents a unit of a storEDGE facility to a new customer, in the order in
// which a portal does: the available units, a reservation, the price, the documents, the
// payment, and the page on which the lease is signed.
//
//	STOREDGE_ACCESS_ID=… STOREDGE_SECRET_KEY=… go run ./examples/movein -facility 65c2a70c-… \
//		-first Ana -last Doe -email ana@example.com -phone 2125550100 -gate 55555 < card
//
// The first line of standard input is the card's number, the second its expiration date
// and the third its security code; the fourth must be "yes" to the price. Without
// credentials it starts a fake and rents one of its units.
//
// It may be interrupted at any time and run again. Before it sends anything that makes a
// record or takes money, it looks what the facility knows of the customer, by phone
// number and email: an open reservation is continued, and a customer who has moved in is
// only shown where to sign. It never reserves, rents or charges twice.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
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
		fmt.Fprintln(os.Stderr, "movein:", err)
		os.Exit(1)
	}
}

// A customer is who rents, and what they want.
type customer struct {
	first, last, email, phone string
	size                      string // of the unit, such as "10x10"
	gate                      string
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer, env func(string) string) error {
	flags := flag.NewFlagSet("movein", flag.ContinueOnError)
	facility := flags.String("facility", "", "the facility's `id`")
	var c customer
	flags.StringVar(&c.first, "first", "", "the customer's first `name`")
	flags.StringVar(&c.last, "last", "", "the customer's last `name`")
	flags.StringVar(&c.email, "email", "", "the customer's email `address`")
	flags.StringVar(&c.phone, "phone", "", "the customer's phone `number`, ten digits")
	flags.StringVar(&c.size, "size", "", "the `size` of the unit, such as 10x10; any by default")
	flags.StringVar(&c.gate, "gate", "", "the `code` for the gate")
	if err := flags.Parse(args); err != nil {
		return err
	}
	accessID, secretKey, baseURL := env("STOREDGE_ACCESS_ID"), env("STOREDGE_SECRET_KEY"), env("STOREDGE_BASE_URL")
	if accessID == "" {
		fmt.Fprintln(out, "No credentials in the environment: renting at a fake.")
		server := storedgetest.NewServer(storedgetest.WithPortfolio(1, 40, 1))
		defer server.Close()
		accessID, secretKey, baseURL, *facility = storedgetest.AccessID, storedgetest.SecretKey, server.URL, server.FacilityIDs()[0]
		c = customer{"Ana", "Doe", "ana.doe@example.com", "2125550100", c.size, "55555"}
		in = strings.NewReader("4111111111111111\n10/40\n123\nyes\n")
	}
	if c.first == "" || c.last == "" || c.email == "" || len(c.phone) != 10 || c.gate == "" {
		return errors.New("-first, -last, -email, -phone (ten digits) and -gate are needed")
	}
	var opts []tenantry.Option
	if baseURL != "" {
		opts = append(opts, tenantry.WithBaseURL(baseURL))
	}
	client, err := storedge.NewClient(accessID, secretKey, opts...)
	if err != nil {
		return err
	}
	defer client.Close()
	p := &program{client.Facility(*facility), c, bufio.NewReader(in), out}
	return p.rent(ctx)
}

type program struct {
	facility *storedge.Facility
	customer customer
	in       *bufio.Reader
	out      io.Writer
}

// rent goes the whole way, or the part of it that is left.
func (p *program) rent(ctx context.Context) error {
	settings, err := p.facility.PortalSettings.Get(ctx)
	if err != nil {
		return err
	}
	if on := settings.OnlineMoveInsEnabled; on != nil && !*on {
		return errors.New("the facility takes no move-ins online")
	}
	tenant, err := p.known(ctx)
	if err != nil {
		return err
	}
	if tenant != nil && len(tenant.CurrentLedgerIDs) > 0 {
		fmt.Fprintln(p.out, "\nThe customer has moved in already: nothing is charged.")
		return p.sign(ctx, tenant)
	}
	lead, err := p.reservation(ctx, tenant)
	if err != nil {
		return err
	}
	return p.moveIn(ctx, lead)
}

// known returns the customer if the facility knows them, or nil.
func (p *program) known(ctx context.Context) (*storedge.Tenant, error) {
	found, err := p.facility.Tenants.Search(ctx, storedge.TenantSearchParams{PhoneNumber: p.customer.phone})
	if err != nil {
		return nil, err
	}
	if len(found.Undecodable) > 0 { // it may be the customer
		return nil, found.Undecodable[0]
	}
	for i := range found.Items {
		if strings.EqualFold(found.Items[i].Email, p.customer.email) {
			return &found.Items[i], nil
		}
	}
	return nil, nil
}

// reservation returns the customer's open reservation, or makes one of a unit that is
// available. The reservation is what a second run finds: from here on it is known which
// unit the customer gets.
func (p *program) reservation(ctx context.Context, tenant *storedge.Tenant) (*storedge.Lead, error) {
	if tenant != nil {
		for lead, err := range p.facility.Tenants.AllLeads(ctx, tenant.ID, storedge.LeadListParams{}) {
			if err != nil {
				return nil, err
			}
			if open := lead.Closed == nil || !*lead.Closed; open && lead.Unit != nil {
				fmt.Fprintf(p.out, "\nThe customer has reserved unit %s already.\n", lead.Unit.Name)
				return lead, nil
			}
		}
	}
	unit, err := p.choose(ctx)
	if err != nil {
		return nil, err
	}
	params := storedge.LeadParams{UnitID: tenantry.Set(unit.ID), IsReservation: tenantry.Set(true)}
	if tenant != nil {
		params.TenantID = tenantry.Set(tenant.ID)
	} else {
		params.TenantAttributes = tenantry.Set(storedge.TenantUpdateParams{
			FirstName: tenantry.Set(p.customer.first), LastName: tenantry.Set(p.customer.last), Email: tenantry.Set(p.customer.email),
			PhoneNumbersAttributes: tenantry.Set([]storedge.PhoneNumberParams{{Number: tenantry.Set(p.customer.phone)}}),
		})
	}
	lead, err := p.facility.Leads.Create(ctx, storedge.LeadCreateParams{Lead: params})
	if err != nil {
		return nil, fmt.Errorf("%w; run again: a reservation that was made is found", err)
	}
	lead.Unit = unit // in case the response leaves it out
	fmt.Fprintf(p.out, "\nReserved unit %s.\n", unit.Name)
	return lead, nil
}

// choose shows the available units and returns the cheapest.
func (p *program) choose(ctx context.Context) (*storedge.Unit, error) {
	var cheapest *storedge.Unit
	var lowest float64
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nUNIT\tSIZE\tA MONTH")
	for unit, err := range p.facility.Units.AllAvailable(ctx, storedge.ListParams{}) {
		if err != nil {
			return nil, err
		}
		price, err := unit.Price.Float64()
		if err != nil || !unit.Available() || !strings.HasPrefix(unit.Size, p.customer.size) {
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", unit.Name, unit.Size, unit.Price)
		if cheapest == nil || price < lowest {
			cheapest, lowest = unit, price
		}
	}
	if cheapest == nil {
		return nil, errors.New("no unit of that size is available")
	}
	return cheapest, w.Flush()
}

// moveIn shows the price and the documents, and rents the reserved unit.
func (p *program) moveIn(ctx context.Context, lead *storedge.Lead) error {
	params := storedge.MoveInParams{
		UnitID: lead.Unit.ID, LeadID: tenantry.Set(lead.ID), InvoicePeriod: tenantry.Set("monthly"), GateAccessCode: tenantry.Set(tenantry.NewSecret(p.customer.gate)),
	}
	free, err := p.facility.Gate.CheckCode(ctx, storedge.GateAccessCodeParams{GateAccessCode: tenantry.NewSecret(p.customer.gate)})
	if err != nil {
		return err
	}
	if free.Available != nil && !*free.Available {
		return errors.New("that code for the gate is taken or not valid; pass another one")
	}
	// A session is made anew in each run: it lasts 24 hours and takes no money.
	review, err := p.facility.MoveIns.ReviewCostWithDocuments(ctx, params)
	if err != nil {
		return err
	}
	if err := p.showReview(ctx, review); err != nil {
		return err
	}
	card, err := p.card()
	if err != nil {
		return err
	}
	params.SessionID = tenantry.Set(review.SessionID)
	var accepted []storedge.AcceptedDocumentParams
	for _, d := range review.Documents {
		accepted = append(accepted, storedge.AcceptedDocumentParams{SessionDocumentID: d.SessionDocumentID})
	}
	params.AcceptedDocuments = tenantry.Set(accepted)
	event, err := p.facility.MoveIns.Process(ctx, storedge.ProcessMoveInParams{MoveIn: params, PaymentMethod: card})
	if err != nil {
		return p.uncertain(ctx, err)
	}
	fmt.Fprintf(p.out, "\n%s has unit %s. %s was charged.\n", event.TenantName, event.UnitName, event.MoveInTotal)
	if !event.ESignURL.IsZero() {
		fmt.Fprintln(p.out, "Sign the lease at", event.ESignURL.Reveal())
		return nil
	}
	return p.signEvent(ctx, event.ID)
}

// showReview shows what a move-in costs, and its documents.
func (p *program) showReview(ctx context.Context, review *storedge.MoveInReview) error {
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nDUE TODAY\t")
	for _, line := range review.Event.InvoiceLineItems {
		fmt.Fprintf(w, "%s\t%s\n", line.FullDescription, line.Total)
	}
	fmt.Fprintf(w, "total, with taxes of %s\t%s\n", review.Event.MoveInTaxesTotal, review.Event.MoveInTotal)
	if err := w.Flush(); err != nil {
		return err
	}
	for _, d := range review.Documents {
		file, err := p.facility.Documents.GetForSession(ctx, d.SessionDocumentID, review.SessionID)
		if err != nil {
			return err
		}
		n, err := io.Copy(io.Discard, file) // a portal shows it
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "to accept: %s, a PDF file of %d bytes\n", d.Description, n)
	}
	return nil
}

// card reads the card, and whether to rent.
func (p *program) card() (*storedge.PaymentMethodParams, error) {
	fmt.Fprintln(p.out, `Card number, expiration date (MM/YY), security code, and "yes" to rent, a line each:`)
	var lines [4]string
	for i := range lines {
		line, err := p.in.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		lines[i] = strings.TrimSpace(line)
	}
	if lines[3] != "yes" {
		return nil, errors.New("not rented; the reservation stays")
	}
	return &storedge.PaymentMethodParams{
		Kind: tenantry.Set(storedge.PaymentKindCreditCard), FirstName: tenantry.Set(p.customer.first), LastName: tenantry.Set(p.customer.last),
		CardNumber: tenantry.Set(tenantry.NewSecret(lines[0])), ExpirationDate: tenantry.Set(lines[1]), SecurityCode: tenantry.Set(tenantry.NewSecret(lines[2])),
	}, nil
}

// uncertain finds out whether a move-in was carried out whose response did not arrive.
func (p *program) uncertain(ctx context.Context, failed error) error {
	var lost *tenantry.TransportError
	if !errors.As(failed, &lost) && !errors.Is(failed, tenantry.ErrServer) {
		return failed // the server refused it, such as for a declined card
	}
	tenant, err := p.known(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("%w; run again to find out whether the unit is rented", failed)
	case tenant == nil || len(tenant.CurrentLedgerIDs) == 0:
		return fmt.Errorf("%w; the facility knows of no lease so far; run again later, which looks again first", failed)
	}
	fmt.Fprintln(p.out, "\nThe response was lost, but the unit is rented.")
	return p.sign(ctx, tenant)
}

// sign shows where a tenant who has moved in signs the lease.
func (p *program) sign(ctx context.Context, tenant *storedge.Tenant) error {
	err := errors.New("the tenant has no lease to sign")
	for i := len(tenant.EventIDs) - 1; i >= 0; i-- { // payments are events too, without a lease
		if err = p.signEvent(ctx, tenant.EventIDs[i]); !errors.Is(err, tenantry.ErrInvalid) {
			return err
		}
	}
	return err
}

func (p *program) signEvent(ctx context.Context, event string) error {
	page, err := p.facility.ESign.Create(ctx, event)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, "Sign the lease at", page.EmbedURL.Reveal())
	return nil
}
