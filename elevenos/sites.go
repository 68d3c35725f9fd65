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
	mappingsList = &transport.Op{Name: "mappings.list", Method: http.MethodGet, Path: onSite + "/mappings", Repeatable: true, Secret: true} // it answers passphrases
)

// A Team is a team that the user is a member of.
type Team struct {
	TeamID string         `json:"TeamId,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"` // the quick start names no other member
}

// MarshalJSON writes what was read, with the fields that were set since.
func (t Team) MarshalJSON() ([]byte, error) { return wire.Marshal(t) }

// A SiteInfo is what a team's list says of a site; [Client.Site] is what makes
// calls on one.
type SiteInfo struct {
	SiteID string         `json:"SiteId,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"` // the quick start names no other member
}

// MarshalJSON writes what was read, with the fields that were set since.
func (s SiteInfo) MarshalJSON() ([]byte, error) { return wire.Marshal(s) }

// A Mapping is a unit that WiFi can be given to, and its private network.
type Mapping struct {
	Building string `json:"Building,omitzero"`
	Floor    string `json:"Floor,omitzero"`
	Unit     string `json:"Unit,omitzero"`
	// Passphrase prints as "[redacted]" and refuses to be marshalled; convert
	// it to a string where it is wanted.
	Passphrase tenantry.Secret `json:"Passphrase,omitzero"`
	SSID       string          `json:"SSID,omitzero"`
	Vlan       string          `json:"Vlan,omitzero"`
	Extra      tenantry.Extra  `json:",embed,unknown"`
}

// Teams fetches the teams that the user is a member of. If some can't be decoded,
// it returns the others with a [*tenantry.DecodeError].
func (c *Client) Teams(ctx context.Context) ([]Team, error) {
	return paging.Unpaged(ctx, c.t, &transport.Call{Op: teamsList}, func(a *transport.Response) (paging.Result[Team], error) {
		var body struct {
			Teams wire.List[Team] `json:"Teams"`
		}
		return paging.Decode(a, &body, &body.Teams)
	})
}

// Sites fetches the sites of a team that the user may see; errors as for
// [Client.Teams].
func (c *Client) Sites(ctx context.Context, teamID string) ([]SiteInfo, error) {
	return paging.Unpaged(ctx, c.t, &transport.Call{Op: sitesList, Args: []string{teamID}}, func(a *transport.Response) (paging.Result[SiteInfo], error) {
		var body struct {
			Sites wire.List[SiteInfo] `json:"Sites"`
		}
		return paging.Decode(a, &body, &body.Sites)
	})
}

// A Site is one site as a client sees it. It costs nothing to make.
type Site struct {
	TeamID, SiteID string
	Residents      *ResidentsService

	c *Client
}

// Site answers a site by its team's ID and its own. Empty ones are refused by
// the calls.
func (c *Client) Site(teamID, siteID string) *Site {
	s := &Site{TeamID: teamID, SiteID: siteID, c: c}
	s.Residents = &ResidentsService{s}
	return s
}

// Mappings fetches the units of the site that residents can be added to; errors
// as for [Client.Teams].
func (s *Site) Mappings(ctx context.Context) ([]Mapping, error) {
	return paging.Unpaged(ctx, s.c.t, s.call(mappingsList, nil), func(a *transport.Response) (paging.Result[Mapping], error) {
		var body struct {
			Mappings wire.List[Mapping] `json:"Mappings"`
		}
		return paging.Decode(a, &body, &body.Mappings)
	})
}

func (s *Site) call(op *transport.Op, body any, args ...string) *transport.Call {
	return &transport.Call{Op: op, Args: append([]string{s.TeamID, s.SiteID}, args...), Body: body}
}
