package leasefind

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/paging"
	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

var (
	personsFind = &transport.Op{Name: "persons.find", Method: http.MethodPost, Path: "/persons/find/", Repeatable: true}
	personsSave = &transport.Op{Name: "persons.save", Method: http.MethodPost, Path: "/persons/multiple/", Repeatable: true}
)

// PersonsService finds persons, and saves many at a time.
type PersonsService struct{ c *Client }

// Person is a person whom the account knows, such as a prospect or a tenant.
type Person struct {
	Identifier   string         `json:"identifier,omitzero"`    // The API's identifier of the person.
	EmailAddress string         `json:"email_address,omitzero"` // The person's email address.
	FirstName    string         `json:"first_name,omitzero"`    // The person's first name.
	LastName     string         `json:"last_name,omitzero"`     // The person's last name.
	ExternalRef  string         `json:"external_ref,omitzero"`  // Your reference of the person, unique within a group.
	PhoneNumber  string         `json:"phone_number,omitzero"`  // The person's phone number.
	Extra        tenantry.Extra `json:",embed,unknown"`         // Members without a field.
}

// PersonFindParams selects persons by exact matches. A zero field does not narrow the
// search. Without groups, the search covers all groups that the account can reach.
type PersonFindParams struct {
	FirstName         string          `json:"first_name,omitzero"`           // The person's first name.
	LastName          string          `json:"last_name,omitzero"`            // The person's last name.
	EmailAddress      string          `json:"email_address,omitzero"`        // The person's email address.
	PhoneNumber       string          `json:"phone_number,omitzero"`         // The person's phone number.
	ExternalRef       string          `json:"external_ref,omitzero"`         // The person's external reference.
	Identifier        string          `json:"identifier,omitzero"`           // The person's identifier.
	GroupIDs          []string        `json:"group_ids,omitzero"`            // Groups by ID. It can't be combined with GroupExternalRefs.
	GroupExternalRefs []string        `json:"groups_external_refs,omitzero"` // Groups by external reference: groups_external_refs.
	Cursor            tenantry.Cursor `json:"-"`                             // Resumes an earlier search with the same parameters.
	Extra             tenantry.Extra  `json:",embed,unknown"`                // Members without a field, sent as they are. A name that has a field is refused.
}

// Find returns one page of up to 100 persons: POST /persons/find/ (persons.find). If no
// person matches, the page is empty. The error is [ErrBothGroupIdentifiersProvided] for
// both kinds of group identifiers; then no request is sent.
func (s *PersonsService) Find(ctx context.Context, params PersonFindParams) (*tenantry.Page[Person], error) {
	if err := s.check(&params); err != nil {
		return nil, err
	}
	return s.find(params).First(ctx)
}

// All iterates over persons: POST /persons/find/ (persons.find).
func (s *PersonsService) All(ctx context.Context, params PersonFindParams) iter.Seq2[*Person, error] {
	return s.list(params).All(ctx)
}

// Pages iterates over pages of persons: POST /persons/find/ (persons.find).
func (s *PersonsService) Pages(ctx context.Context, params PersonFindParams) iter.Seq2[*tenantry.Page[Person], error] {
	return s.list(params).Pages(ctx)
}

func (s *PersonsService) list(params PersonFindParams) paging.List[Person] {
	if err := s.check(&params); err != nil {
		return paging.Failed[Person](err)
	}
	return s.find(params).List()
}

func (s *PersonsService) check(p *PersonFindParams) error {
	return s.c.oneGroup(personsFind, len(p.GroupIDs) > 0, len(p.GroupExternalRefs) > 0)
}

func (s *PersonsService) find(params PersonFindParams) paging.Cursors[Person] {
	return searcher(s.c, personsFind, &params, params.Cursor, func(r *Person) string { return r.Identifier }, func(a *transport.Response) (paging.Result[Person], error) {
		var body struct {
			Persons wire.List[Person] `json:"persons"`
			LastID  lastID            `json:"last_id"`
		}
		r, err := paging.Decode(a, &body, &body.Persons)
		r.Next = body.LastID.next()
		return r, err
	})
}

// PersonSaveParams holds persons to save.
type PersonSaveParams struct {
	Persons []PersonInput  `json:"persons"`        // The persons.
	Extra   tenantry.Extra `json:",embed,unknown"` // Members without a field, sent as they are.
}

// PersonInput holds the fields of a person to save, and the groups to save it in:
// GroupIDs, GroupExternalRefs or AllGroups. One of the three must be set.
//
// Within these groups, the API looks for a person with the ExternalRef, then for one
// with the EmailAddress or the PhoneNumber. It updates the person that it finds, or
// creates one in these groups. So the person must have an ExternalRef, or an
// EmailAddress or PhoneNumber and a FirstName or LastName. The API ignores groups that
// the account can't reach, without an error.
type PersonInput struct {
	EmailAddress      tenantry.Opt[string] `json:"email_address,omitzero"`        // The person's email address.
	FirstName         tenantry.Opt[string] `json:"first_name,omitzero"`           // The person's first name.
	LastName          tenantry.Opt[string] `json:"last_name,omitzero"`            // The person's last name.
	ExternalRef       tenantry.Opt[string] `json:"external_ref,omitzero"`         // Your reference of the person, unique within a group.
	PhoneNumber       tenantry.Opt[string] `json:"phone_number,omitzero"`         // The person's phone number.
	GroupIDs          []string             `json:"group_ids,omitzero"`            // Groups by ID. It can't be combined with GroupExternalRefs.
	GroupExternalRefs []string             `json:"groups_external_refs,omitzero"` // Groups by external reference: groups_external_refs.
	// AllGroups saves the person in every group that the account can reach. That is what
	// the API does with a person without groups. It is not sent.
	AllGroups bool           `json:"all_groups,omitzero"`
	Extra     tenantry.Extra `json:",embed,unknown"` // Members without a field, sent as they are.
}

// PersonResult tells what became of a person to save.
type PersonResult struct {
	Success       *bool          `json:"success,omitzero" wire:"sucess"` // Whether the person was saved. Nil if the response does not say.
	FailureReason string         `json:"failure_reason,omitzero"`        // Why the person was not saved, in the server's words.
	Identifier    string         `json:"identifier,omitzero"`            // The person's identifier. Failed ones have none.
	EmailAddress  string         `json:"email_address,omitzero"`         // The person's email address.
	FirstName     string         `json:"first_name,omitzero"`            // The person's first name.
	LastName      string         `json:"last_name,omitzero"`             // The person's last name.
	ExternalRef   string         `json:"external_ref,omitzero"`          // Your reference of the person, unique within a group.
	PhoneNumber   string         `json:"phone_number,omitzero"`          // The person's phone number.
	Groups        GroupList      `json:"groups,omitzero"`                // The groups of a person that failed.
	Extra         tenantry.Extra `json:",embed,unknown"`                 // Members without a field.
}

// SavedPersons holds the results of a save.
type SavedPersons struct {
	// Persons holds a result for each person that was sent, in the same order. A result
	// is zero if the response has none for the person.
	Persons []PersonResult `json:"persons"`
	// Others holds results that belong to no person that was sent. The API documents none.
	Others []PersonResult `json:"others,omitzero"`
}

// Save creates or updates persons: POST /persons/multiple/ (persons.save). Saving the
// same persons twice does no more than saving them once, so it is retried.
//
// If some persons were not saved, Save returns the results and a [*SaveError], for
// which errors.Is reports [ErrSomeFailed]. The others are saved.
//
// No request is sent for a person without groups (see [PersonInput]), with both kinds
// of group identifiers ([ErrBothGroupIdentifiersProvided]), or with too little to be
// created.
func (s *PersonsService) Save(ctx context.Context, params PersonSaveParams) (*SavedPersons, error) {
	if len(params.Persons) == 0 {
		return nil, s.c.t.Argument(personsSave, "Persons", "is empty")
	}
	params.Persons = slices.Clone(params.Persons)
	sent := make([]keys, len(params.Persons))
	for i := range params.Persons {
		p := &params.Persons[i]
		if err := s.checkInput(fmt.Sprintf("Persons[%d]", i), p); err != nil {
			return nil, err
		}
		p.AllGroups = false // which is to name no group
		ref, _ := p.ExternalRef.Get()
		address, _ := p.EmailAddress.Get()
		phone, _ := p.PhoneNumber.Get()
		sent[i] = keys{ref, email(address), phone}
	}
	a, err := s.c.t.Send(ctx, &transport.Call{Op: personsSave, Body: &params})
	if err != nil {
		return nil, err
	}
	defer a.Release()
	var body struct {
		Persons wire.List[PersonResult] `json:"persons"`
	}
	body.Persons.Asked = len(params.Persons)
	if err := a.Decode(&body); err != nil {
		return nil, err
	}
	in, others, err := results(a, personsSave, &body.Persons, sent,
		func(r *PersonResult) keys { return keys{r.ExternalRef, email(r.EmailAddress), r.PhoneNumber} },
		func(r *PersonResult) outcome { return outcome{r.Success, r.FailureReason, r.Identifier} })
	if in == nil {
		return nil, err
	}
	return &SavedPersons{in, others}, err
}

func (s *PersonsService) checkInput(argument string, p *PersonInput) error {
	ids, refs := len(p.GroupIDs) > 0, len(p.GroupExternalRefs) > 0
	switch {
	case ids && refs:
		return s.c.refuse(personsSave, argument, "has group IDs and external references of groups; pass one kind", "both_group_identifiers_provided")
	case p.AllGroups && (ids || refs):
		return s.c.t.Argument(personsSave, argument, "has AllGroups and groups; pass one of them")
	case !p.AllGroups && !ids && !refs:
		return s.c.t.Argument(personsSave, argument, "has no groups, which the API takes for every group that the account can reach; set groups, or AllGroups to mean that")
	case slices.Contains(p.GroupIDs, "") || slices.Contains(p.GroupExternalRefs, ""):
		return s.c.t.Argument(personsSave, argument, "has an empty group")
	case !given(p.ExternalRef) && !enough(p.EmailAddress, p.PhoneNumber, p.FirstName, p.LastName):
		return s.c.refuse(personsSave, argument, tooLittle("an ExternalRef"), "")
	}
	return nil
}

// enough reports whether a person without an identifier has enough to be created.
func enough(address, phone, first, last tenantry.Opt[string]) bool {
	return (given(address) || given(phone)) && (given(first) || given(last))
}

func tooLittle(reference string) string {
	return "has too little to be created; set " + reference + ", or an EmailAddress or PhoneNumber and a FirstName or LastName"
}
