package elevenos

import (
	"context"
	"net/http"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

const onSite = "/team/{team id}/site/{site id}"

var (
	teamsList    = &transport.Op{Name: "teams.list", Method: http.MethodGet, Path: "/team", Repeatable: true}
	sitesList    = &transport.Op{Name: "sites.list", Method: http.MethodGet, Path: "/team/{team id}/site", Repeatable: true}
	mappingsList = &transport.Op{Name: "mappings.list", Method: http.MethodGet, Path: onSite + "/mappings", Repeatable: true, Secret: true} // its response holds passphrases
)

// A Team is one of the user's teams.
type Team struct {
	// TeamID identifies the team.
	TeamID string `json:"TeamId,omitzero"`
	// Extra holds the other members. The quick start documents none.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A SiteInfo describes a site in a team's list. Use [Client.Site] to make calls
// on it.
type SiteInfo struct {
	// SiteID identifies the site within its team.
	SiteID string `json:"SiteId,omitzero"`
	// Extra holds the other members. The quick start documents none.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// A Mapping is a unit that residents can be added to, with its private network.
type Mapping struct {
	// Building is the name of the building. Building, Floor and Unit together
	// identify the mapping; residents refer to it with the same spelling.
	Building string `json:"Building,omitzero"`
	// Floor is the name of the floor.
	Floor string `json:"Floor,omitzero"`
	// Unit is the name of the unit.
	Unit string `json:"Unit,omitzero"`
	// Passphrase is the pre-shared key of the unit's network. It prints and
	// marshals as "[redacted]"; its Reveal method returns the text.
	Passphrase tenantry.Secret `json:"Passphrase,omitzero"`
	// SSID is the name of the WiFi network.
	SSID string `json:"SSID,omitzero"`
	// VLAN is the number of the unit's virtual network; the API calls it Vlan.
	VLAN string `json:"Vlan,omitzero"`
	// Extra holds the members that are not documented.
	Extra tenantry.Extra `json:",embed,unknown"`
}

// ListTeams returns the user's teams. The API has no pages, so the one page holds
// all of them.
//
// GET /team (teams.list)
func (c *Client) ListTeams(ctx context.Context) (*tenantry.Page[Team], error) {
	return unpaged(func(t *Team) string { return t.TeamID }, c.sending(teamsList), func(r *transport.Response) (paging.Result[Team], error) {
		var body struct {
			Teams wire.List[Team] `json:"Teams"`
		}
		return paging.Decode(r, &body, &body.Teams)
	}).First(ctx)
}

// ListSites returns the sites of a team that the user has access to. The API has
// no pages, so the one page holds all of them.
//
// GET /team/{TeamId}/site (sites.list)
func (c *Client) ListSites(ctx context.Context, teamID string) (*tenantry.Page[SiteInfo], error) {
	return unpaged(func(s *SiteInfo) string { return s.SiteID }, c.sending(sitesList, teamID), func(r *transport.Response) (paging.Result[SiteInfo], error) {
		var body struct {
			Sites wire.List[SiteInfo] `json:"Sites"`
		}
		return paging.Decode(r, &body, &body.Sites)
	}).First(ctx)
}

// A Site makes calls on one site. [Client.Site] returns one; the methods of a
// zero Site return a [*tenantry.ArgumentError].
type Site struct {
	// Residents lists, creates and changes the residents of the site.
	Residents *ResidentsService

	teamID, id string
	c          *Client
}

// Site returns the site with the given IDs. It sends no request. The methods of
// the Site return a [*tenantry.ArgumentError] if an ID is empty.
func (c *Client) Site(teamID, siteID string) *Site {
	s := &Site{teamID: teamID, id: siteID, c: c}
	s.Residents = &ResidentsService{s}
	return s
}

// ID returns the site's ID.
func (s *Site) ID() string {
	if s == nil {
		return ""
	}
	return s.id
}

// TeamID returns the ID of the site's team.
func (s *Site) TeamID() string {
	if s == nil {
		return ""
	}
	return s.teamID
}

// ListMappings returns the units of the site that residents can be added to. The
// API has no pages, so the one page holds all of them.
//
// GET /team/{TeamId}/site/{SiteId}/mappings (mappings.list)
func (s *Site) ListMappings(ctx context.Context) (*tenantry.Page[Mapping], error) {
	send := func(ctx context.Context) (*transport.Response, error) { return s.send(ctx, mappingsList, nil) }
	return unpaged(func(*Mapping) string { return "" }, send, func(r *transport.Response) (paging.Result[Mapping], error) {
		var body struct {
			Mappings wire.List[Mapping] `json:"Mappings"`
		}
		return paging.Decode(r, &body, &body.Mappings)
	}).First(ctx)
}

// send makes a call on the site.
func (s *Site) send(ctx context.Context, op *transport.Op, body any, args ...string) (*transport.Response, error) {
	if s == nil || s.c == nil {
		return nil, refuse(op, "site", "was not made by Client.Site")
	}
	return s.c.t.Send(ctx, &transport.Call{Op: op, Args: append([]string{s.teamID, s.id}, args...), Body: body})
}

// sending returns a function that makes a call.
func (c *Client) sending(op *transport.Op, args ...string) func(context.Context) (*transport.Response, error) {
	return func(ctx context.Context) (*transport.Response, error) {
		return c.t.Send(ctx, &transport.Call{Op: op, Args: args})
	}
}

// unpaged returns the listing of a call whose one response holds all records.
func unpaged[T any](id func(*T) string, send func(context.Context) (*transport.Response, error), read func(*transport.Response) (paging.Result[T], error)) paging.Cursors[T] {
	return paging.Cursors[T]{
		Send: func(ctx context.Context, _ string) (*transport.Response, error) { return send(ctx) },
		ID:   id,
		Decode: func(r *transport.Response) (paging.Result[T], error) {
			result, err := read(r)
			result.Total = len(result.Items) + len(result.Bad)
			return result, err
		},
	}
}

// refuse returns the error for a call that is not sent.
func refuse(op *transport.Op, argument, reason string) error {
	return &tenantry.ArgumentError{API: api, Operation: op.Name, Argument: argument, Reason: reason}
}
