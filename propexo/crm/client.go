package crm

import (
	"context"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/internal/link"
)

//go:generate go run ../../internal/jsongen

// Client calls the CRM family of Propexo's API. It shares the connections, the token
// and the rate limit of the [propexo.Client] that it was made of, which also closes
// it. It is safe for concurrent use.
type Client struct {
	Agents         *AgentsService
	Appointments   *AppointmentsService
	Attributions   *AttributionsService
	Communications *CommunicationsService
	Communities    *CommunitiesService
	Events         *EventsService
	Listings       *ListingsService
	Prospects      *ProspectsService

	t *transport.Client
}

// New returns a client of the CRM family that shares all of client. The error is a
// [*tenantry.ArgumentError] if client is nil.
func New(client *propexo.Client) (*Client, error) {
	t := link.Transport(client)
	if t == nil {
		return nil, &tenantry.ArgumentError{API: "propexo", Operation: "crm.New", Argument: "client", Reason: "is nil; pass a client that propexo.NewClient made"}
	}
	c := &Client{t: t}
	c.Agents, c.Appointments, c.Attributions, c.Communications = &AgentsService{c}, &AppointmentsService{c}, &AttributionsService{c}, &CommunicationsService{c}
	c.Communities, c.Events, c.Listings, c.Prospects = &CommunitiesService{c}, &EventsService{c}, &ListingsService{c}, &ProspectsService{c}
	return c, nil
}

// String names the client and its host, without credentials.
func (c *Client) String() string { return c.t.String() }

// GoString returns [Client.String].
func (c *Client) GoString() string { return c.t.String() }

// write sends an asynchronous write and returns its job.
func write(ctx context.Context, c *Client, call *transport.Call, opts []propexo.WriteOption, needs ...link.Need) (*propexo.Write, error) {
	accepted, err := link.Write(ctx, c.t, call, opts, needs...)
	return (*propexo.Write)(accepted), err
}

// at returns opts after propexo.At(system).
func at(system propexo.System, opts []propexo.WriteOption) []propexo.WriteOption {
	return append([]propexo.WriteOption{propexo.At(system)}, opts...)
}
