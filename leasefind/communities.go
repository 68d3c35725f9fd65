package leasefind

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var (
	communitiesFind   = &transport.Op{Name: "communities.find", Method: http.MethodGet, Path: "/communities/", Repeatable: true}
	communitiesCreate = &transport.Op{Name: "communities.create", Method: http.MethodPost, Path: "/communities/"}
	communitiesUpdate = &transport.Op{Name: "communities.update", Method: http.MethodPatch, Path: "/communities/", Repeatable: true}
)

// CommunitiesService finds, creates and updates communities. The rest of the API calls
// a community a group, and events call it a portfolio: a community's CommunityID is the
// GroupID of units, listings, tasks and messages.
type CommunitiesService struct{ c *Client }

// CommunityStatus is the status of a community. Other values than the constants occur.
type CommunityStatus string

// Statuses of communities.
const (
	CommunityActive   CommunityStatus = "active"
	CommunityInactive CommunityStatus = "inactive"
)

// PropertyType is what a community is used for. Other values than the constants occur.
type PropertyType string

// Types of property.
const (
	PropertyResidential PropertyType = "residential"
	PropertyCommercial  PropertyType = "commercial"
)

// Community is a community: a group of units.
type Community struct {
	CommunityID          string          `json:"community_id,omitzero"`                   // The API's identifier of the community.
	CommunityExternalRef string          `json:"community_external_ref,omitzero"`         // Your reference of the community.
	Name                 string          `json:"name,omitzero"`                           // The name of the community.
	Description          string          `json:"description,omitzero"`                    // The description of the community.
	Location             *Location       `json:"location,omitzero"`                       // Nil if the community has none.
	Timezone             string          `json:"timezone,omitzero"`                       // The time zone, such as America/New_York.
	UnitCount            *int64          `json:"unit_count,omitzero"`                     // The number of units. Nil if the response does not say.
	WebsiteAddress       string          `json:"website,omitzero" wire:"website_address"` // The URL of the website. The API calls it website.
	PhoneNumber          string          `json:"phone_number,omitzero"`                   // The community's phone number.
	EmailAddress         string          `json:"email,omitzero" wire:"email_address"`     // The email address. The API calls it email.
	Status               CommunityStatus `json:"status,omitzero"`                         // The status of the community.
	Extra                tenantry.Extra  `json:",embed,unknown"`                          // Members without a field.
}

// Location is a point on the map.
type Location struct {
	Latitude  tenantry.Decimal `json:"latitude,omitzero"`  // The latitude in degrees.
	Longitude tenantry.Decimal `json:"longitude,omitzero"` // The longitude in degrees.
	Extra     tenantry.Extra   `json:",embed,unknown"`     // Members without a field.
}

// CommunityFindParams selects communities. A zero field does not narrow the search. At
// least one field other than Cursor must be set.
type CommunityFindParams struct {
	CommunityID          string          // The community's ID.
	CommunityExternalRef string          // The community's external reference.
	Name                 string          // The community's name. The API does not document whether a part of it matches.
	Cursor               tenantry.Cursor // Resumes an earlier search with the same parameters.
	Extra                url.Values      // Query values without a field, sent as they are. A name that has a field is refused.
}

func (p *CommunityFindParams) query() (url.Values, error) {
	return query(communitiesFind, map[string]string{"community_id": p.CommunityID, "community_external_ref": p.CommunityExternalRef, "name": p.Name}, p.Extra)
}

// Find returns one page of communities: GET /communities/ (communities.find). If no
// community matches, the page is empty. The error is [ErrNoSearchParameters] if no
// parameter is set; then no request is sent.
func (s *CommunitiesService) Find(ctx context.Context, params CommunityFindParams) (*tenantry.Page[Community], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over communities: GET /communities/ (communities.find).
func (s *CommunitiesService) All(ctx context.Context, params CommunityFindParams) iter.Seq2[*Community, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of communities: GET /communities/ (communities.find).
func (s *CommunitiesService) Pages(ctx context.Context, params CommunityFindParams) iter.Seq2[*tenantry.Page[Community], error] {
	return s.list(params).Pages(ctx)
}

func (s *CommunitiesService) list(params CommunityFindParams) paging.List[Community] {
	if err := s.check(&params); err != nil {
		return paging.Failed[Community](err)
	}
	return s.find(params).List()
}

func (s *CommunitiesService) check(p *CommunityFindParams) error {
	q, err := p.query()
	if err == nil && len(q) == 0 {
		return s.c.refuse(communitiesFind, "parameters", "are all empty; search by at least one", "no_search_parameters")
	}
	return err
}

func (s *CommunitiesService) find(params CommunityFindParams) paging.Cursors[Community] {
	selection, _ := params.query() // check has refused what it refuses
	search := querySearcher(s.c, communitiesFind, selection, nil, params.Cursor, func(r *Community) string { return r.CommunityID }, func(a *transport.Response) (paging.Result[Community], error) {
		var body struct {
			Communities wire.List[Community] `json:"communities"`
			LastID      lastID               `json:"last_id"`
		}
		r, err := paging.Decode(a, &body, &body.Communities)
		r.Next = body.LastID.next()
		return r, err
	})
	search.End = noCommunities
	return search
}

// noCommunities reports whether an error says that there are no communities, or no
// more. The API says so in a text, {"error": "No communities found"}. Other servers on
// the way have such texts for a path that they don't know.
func noCommunities(err error) bool {
	if none(err) {
		return true
	}
	var e *tenantry.Error
	if !errors.As(err, &e) || e.StatusCode != http.StatusNotFound {
		return false
	}
	text := strings.ToLower(transport.ReadErrorBody(e.Body).Text("error"))
	return strings.Contains(text, "community") || strings.Contains(text, "communities")
}

// CommunityCreateParams holds a community to create. Name and Timezone are required.
type CommunityCreateParams struct {
	Name                 string                         `json:"name"`                            // The name, which must not be empty.
	Timezone             string                         `json:"timezone"`                        // The time zone, such as US/Eastern, which must not be empty.
	CommunityExternalRef tenantry.Opt[string]           `json:"community_external_ref,omitzero"` // Your reference of the community.
	Description          tenantry.Opt[string]           `json:"description,omitzero"`            // The description of the community.
	EmailAddress         tenantry.Opt[string]           `json:"email_address,omitzero"`          // The community's email address.
	PhoneNumber          tenantry.Opt[string]           `json:"phone_number,omitzero"`           // The community's phone number.
	PropertyType         tenantry.Opt[PropertyType]     `json:"property_type,omitzero"`          // What the community is used for.
	Status               tenantry.Opt[CommunityStatus]  `json:"status,omitzero"`                 // The status of the community.
	WebsiteAddress       tenantry.Opt[string]           `json:"website_address,omitzero"`        // The URL of the website.
	Latitude             tenantry.Opt[tenantry.Decimal] `json:"latitude,omitzero"`               // The latitude in degrees.
	Longitude            tenantry.Opt[tenantry.Decimal] `json:"longitude,omitzero"`              // The longitude in degrees.
	Extra                tenantry.Extra                 `json:",embed,unknown"`                  // Members without a field, sent as they are.
}

// Create creates a community: POST /communities/ (communities.create). The response does
// not name it: find it by its external reference or its name. Create is not retried once
// the request may have reached the server, because the API does not document what a
// repeated external reference does.
//
// The error is tenantry.ErrInvalid if the API finds a field invalid; Error.Details holds
// the texts by field.
func (s *CommunitiesService) Create(ctx context.Context, params CommunityCreateParams) (*Receipt, error) {
	switch {
	case params.Name == "":
		return nil, s.c.refuse(communitiesCreate, "Name", "is empty", "")
	case params.Timezone == "":
		return nil, s.c.refuse(communitiesCreate, "Timezone", "is empty; pass one such as US/Eastern", "")
	}
	return s.c.receipt(ctx, &transport.Call{Op: communitiesCreate, Body: &params})
}

// CommunityUpdateParams names a community by its CommunityID or its
// CommunityExternalRef, and holds the fields to change. At least one of these must be
// set. The API does not document how to clear a field.
type CommunityUpdateParams struct {
	CommunityID          string                         `json:"community_id,omitzero"`           // The community's ID.
	CommunityExternalRef string                         `json:"community_external_ref,omitzero"` // The community's external reference. What it does beside a CommunityID is not documented.
	Name                 tenantry.Opt[string]           `json:"name,omitzero"`                   // The name of the community.
	Timezone             tenantry.Opt[string]           `json:"timezone,omitzero"`               // The time zone, such as US/Eastern.
	Description          tenantry.Opt[string]           `json:"description,omitzero"`            // The description of the community.
	EmailAddress         tenantry.Opt[string]           `json:"email_address,omitzero"`          // The community's email address.
	PhoneNumber          tenantry.Opt[string]           `json:"phone_number,omitzero"`           // The community's phone number.
	PropertyType         tenantry.Opt[PropertyType]     `json:"property_type,omitzero"`          // What the community is used for.
	Status               tenantry.Opt[CommunityStatus]  `json:"status,omitzero"`                 // The status of the community.
	WebsiteAddress       tenantry.Opt[string]           `json:"website_address,omitzero"`        // The URL of the website.
	Latitude             tenantry.Opt[tenantry.Decimal] `json:"latitude,omitzero"`               // The latitude in degrees.
	Longitude            tenantry.Opt[tenantry.Decimal] `json:"longitude,omitzero"`              // The longitude in degrees.
	Extra                tenantry.Extra                 `json:",embed,unknown"`                  // Members without a field, sent as they are.
}

// Update changes fields of a community: PATCH /communities/ (communities.update). The
// error is [ErrCommunityNotFound] if it does not exist, and tenantry.ErrInvalid if the
// API finds a field invalid; Error.Details holds the texts by field. Without a community
// or a field to change, no request is sent.
func (s *CommunitiesService) Update(ctx context.Context, params CommunityUpdateParams) (*Receipt, error) {
	if params.CommunityID == "" && params.CommunityExternalRef == "" {
		return nil, s.c.refuse(communitiesUpdate, "community", "is missing; pass a CommunityID or a CommunityExternalRef", "")
	}
	changes := params
	changes.CommunityID, changes.CommunityExternalRef = "", ""
	if b, err := wire.Marshal(&changes); err == nil && string(b) == "{}" && cmp.Or(params.CommunityID, params.CommunityExternalRef) != "" {
		return nil, s.c.refuse(communitiesUpdate, "parameters", "change nothing; set at least one field", "")
	}
	return s.c.receipt(ctx, &transport.Call{Op: communitiesUpdate, Body: &params})
}
