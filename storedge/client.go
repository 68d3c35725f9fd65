package storedge

import (
	"cmp"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/auth"
	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/transport"
)

//go:generate go run ../internal/jsongen

// Hosts of the API, for tenantry.WithBaseURL.
const (
	BaseURL          = "https://api.storedgefms.com" // the default
	CubeSmartBaseURL = "https://api.cms.cubesmart.com"
)

const api = "storedge"

// A Client talks to the API. It is safe for concurrent use. Make one and keep it.
type Client struct{ t *transport.Client }

type signatureMethod struct{}

// WithHMACSHA256 signs requests with HMAC-SHA256 instead of HMAC-SHA1, for hosts
// that require it.
func WithHMACSHA256() tenantry.Option {
	return func(c *config.Config) error {
		c.Put(api, signatureMethod{}, auth.HMACSHA256)
		return nil
	}
}

// NewClient returns a client with an API access ID and its secret key. The error
// is a [*tenantry.ArgumentError].
func NewClient(accessID, secretKey string, opts ...tenantry.Option) (*Client, error) {
	t, err := transport.New(transport.Spec{
		API: api, BaseURL: BaseURL, DecodeError: decodeError, CheckResponse: checkResponse, Known: known,
		Header: http.Header{"Content-Type": {"application/json"}}, // required also without a body
	}, opts)
	if err != nil {
		return nil, err
	}
	if err := cmp.Or(auth.Check(api, "access ID", accessID), auth.Check(api, "secret key", secretKey)); err != nil {
		return nil, err
	}
	if t.Config().TokenSource != nil {
		return nil, &tenantry.ArgumentError{API: api, Argument: "WithTokenSource", Reason: "is not supported: requests are signed and carry no token"}
	}
	method := auth.HMACSHA1
	if m, ok := t.Config().Get(api, signatureMethod{}); ok {
		method, _ = m.(auth.Signature)
	}
	t.Hide(accessID, secretKey)
	t.SetAuth(auth.OAuth1(accessID, secretKey, method))
	return &Client{t}, nil
}

// String names the client and its host. It holds no credentials.
func (c *Client) String() string { return c.t.String() }

// GoString is [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// Close drops idle connections that no other client uses. Calls after Close
// return [tenantry.ErrClosed]. It returns nil.
func (c *Client) Close() error { return c.t.Close() }

// A Facility reaches the records of one facility through its services. It is made
// by [Client.Facility].
type Facility struct {
	id string

	Tenants            *TenantsService            // Tenants are the people who rent, rented or may rent.
	Units              *UnitsService              // Units are what the facility rents out.
	UnitGroups         *UnitGroupsService         // UnitGroups are units that are priced and offered alike.
	TierRates          *TierRatesService          // TierRates are the prices of unit groups by tier.
	Leads              *LeadsService              // Leads are people who asked for a unit or reserved one.
	MoveIns            *MoveInsService            // MoveIns are rentals: what one costs, and making it.
	MoveOuts           *MoveOutsService           // MoveOuts are the ends of rentals.
	InvoiceableItems   *InvoiceableItemsService   // InvoiceableItems are what the facility charges for in addition to rent.
	DiscountPlans      *DiscountPlansService      // DiscountPlans are promotions.
	PaymentMethods     *PaymentMethodsService     // PaymentMethods are the tenants' stored cards and bank accounts.
	Ledgers            *LedgersService            // Ledgers are the tenants' accounts, one for each rental; payments are made to them.
	Documents          *DocumentsService          // Documents are leases and other documents, as PDF files.
	ESign              *ESignService              // ESign makes pages on which tenants sign documents.
	Notes              *NotesService              // Notes are texts that staff and programs leave on records.
	PortalSettings     *PortalSettingsService     // PortalSettings tell what tenants can do in the portal.
	Insurance          *InsuranceService          // Insurance reports on tenants' insurance.
	Info               *InfoService               // Info tells of the facility itself.
	Gate               *GateService               // Gate checks gate codes and opens gates.
	Tasks              *TasksService              // Tasks are what the staff has to do.
	DelinquencyEvents  *DelinquencyEventsService  // DelinquencyEvents are steps against tenants who owe.
	Auctions           *AuctionsService           // Auctions are of what delinquent tenants stored.
	RateAppliedActions *RateAppliedActionsService // RateAppliedActions are rates that were applied to rentals.
	Reports            *ReportsService            // Reports are requested, waited for and then read.
}

// Facility returns the facility with the given id. It sends nothing. Calls on a
// facility with an empty id return an ArgumentError.
func (c *Client) Facility(id string) *Facility {
	s := &service{c, id}
	return &Facility{
		id:                 id,
		Tenants:            (*TenantsService)(s),
		Units:              (*UnitsService)(s),
		UnitGroups:         (*UnitGroupsService)(s),
		TierRates:          (*TierRatesService)(s),
		Leads:              (*LeadsService)(s),
		MoveIns:            (*MoveInsService)(s),
		MoveOuts:           (*MoveOutsService)(s),
		InvoiceableItems:   (*InvoiceableItemsService)(s),
		DiscountPlans:      (*DiscountPlansService)(s),
		PaymentMethods:     (*PaymentMethodsService)(s),
		Ledgers:            (*LedgersService)(s),
		Documents:          (*DocumentsService)(s),
		ESign:              (*ESignService)(s),
		Notes:              (*NotesService)(s),
		PortalSettings:     (*PortalSettingsService)(s),
		Insurance:          (*InsuranceService)(s),
		Info:               (*InfoService)(s),
		Gate:               (*GateService)(s),
		Tasks:              (*TasksService)(s),
		DelinquencyEvents:  (*DelinquencyEventsService)(s),
		Auctions:           (*AuctionsService)(s),
		RateAppliedActions: (*RateAppliedActionsService)(s),
		Reports:            (*ReportsService)(s),
	}
}

// ID returns the facility's id, or "" for a nil or zero Facility.
func (f *Facility) ID() string {
	if f == nil {
		return ""
	}
	return f.id
}
