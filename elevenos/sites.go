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
	TeamID string         `json:"TeamId,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"` // other members; the quick start documents none
}

// A SiteInfo describes a site in a team's list. Use [Client.Site] to make calls
// on it.
type SiteInfo struct {
	SiteID string         `json:"SiteId,omitzero"`
	Extra  tenantry.Extra `json:",embed,unknown"` // other members; the quick start documents none
}

// A Mapping is a unit that residents can be added to, with its private network.
type Mapping struct {
	Building string `json:"Building,omitzero"`
	Floor    string `json:"Floor,omitzero"`
	Unit     string `json:"Unit,omitzero"`
	// Passphrase prints and marshals as "[redacted]". Its Reveal method returns the
	// text.
	Passphrase tenantry.Secret `json:"Passphrase,omitzero"`
	SSID       string          `json:"SSID,omitzero"`
	Vlan       string          `json:"Vlan,omitzero"`
	Extra      tenantry.Extra  `json:",embed,unknown"`
}

// Teams returns the user's teams. If some of them could not be decoded, it
// returns the others and a [*tenantry.DecodeError].
//
// GET /team
func (c *Client) Teams(ctx context.Context) ([]Team, error) {
	return paging.Unpaged(ctx, c.t, &transport.Call{Op: teamsList}, func(a *transport.Response) (paging.Result[Team], error) {
		var body struct {
			Teams wire.List[Team] `json:"Teams"`
		}
		return paging.Decode(a, &body, &body.Teams)
	})
}

// Sites returns the sites of a team that the user has access to. Errors are as
// for [Client.Teams].
//
// GET /team/{TeamId}/site
func (c *Client) Sites(ctx context.Context, teamID string) ([]SiteInfo, error) {
	return paging.Unpaged(ctx, c.t, &transport.Call{Op: sitesList, Args: []string{teamID}}, func(a *transport.Response) (paging.Result[SiteInfo], error) {
		var body struct {
			Sites wire.List[SiteInfo] `json:"Sites"`
		}
		return paging.Decode(a, &body, &body.Sites)
	})
}

// A Site makes calls on one site.
type Site struct {
	TeamID, SiteID string
	Residents      *ResidentsService

	c *Client
}

// Site returns the site with the given IDs. It sends no request; its methods
// refuse empty IDs.
func (c *Client) Site(teamID, siteID string) *Site {
	s := &Site{TeamID: teamID, SiteID: siteID, c: c}
	s.Residents = &ResidentsService{s}
	return s
}

// Mappings returns the units of the site that residents can be added to. Errors
// are as for [Client.Teams].
//
// GET /team/{TeamId}/site/{SiteId}/mappings
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
