package leasefind_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/lossless"
	"github.com/tenantry/tenantry-go/internal/testclient"
	"github.com/tenantry/tenantry-go/leasefind"
)

// examples are those of the API's documentation: requests, responses, errors and
// events.
type examples struct {
	Operations map[string]map[string]json.RawMessage `json:"operations"`
	Errors     map[string]struct {
		Status int             `json:"status"`
		Body   json.RawMessage `json:"body"`
	} `json:"errors"`
	Events map[string]json.RawMessage `json:"webhook_events"`
}

func documented(t testing.TB) (all examples) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(testclient.Fixture(t, "examples.json")), &all))
	return all
}

// renamed makes the irregular names and forms of a documented response regular.
var renamed = strings.NewReplacer(
	`"sucess"`, `"success"`, `"unit_identifer"`, `"unit_id"`, `"unit_external_reference"`, `"unit_external_ref"`,
	`"tenant_id"`, `"identifier"`, `"tenant_external_ref"`, `"external_ref"`, `"['group-1']"`, `["group-1"]`,
)

// keptAll checks that a decoded value says what its JSON did, each member in a field of
// its own.
func keptAll(t *testing.T, want string, got any) {
	t.Helper()
	b, err := json.Marshal(got)
	require.NoError(t, err)
	before, err := lossless.Of([]byte(renamed.Replace(want)))
	require.NoError(t, err)
	after, err := lossless.Of(b)
	require.NoError(t, err)
	assert.Equal(t, before, after)
	noExtra(t, reflect.ValueOf(got))
}

// noExtra checks that no member is without a field, at any depth.
func noExtra(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			noExtra(t, v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			noExtra(t, v.Index(i))
		}
	case reflect.Struct:
		if value := v.MethodByName("Get"); value.IsValid() { // an Opt
			noExtra(t, value.Call(nil)[0])
			return
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.Type() == reflect.TypeFor[tenantry.Extra]() {
				assert.Empty(t, f.Interface(), "%s", v.Type())
			} else if v.Type().Field(i).IsExported() {
				noExtra(t, f)
			}
		}
	}
}

// example makes an operation of an example: its parameters are read from the request,
// and the request is what they make.
func example[P any](t *testing.T, name, from, request, response string, call func(context.Context, *leasefind.Client, P) (any, error), check func(*testing.T, string, any)) operation {
	t.Helper()
	e, ok := documented(t).Operations[from]
	require.True(t, ok, from)
	text := func(member string) (s string) {
		require.NotEmpty(t, e[member], "%s: %s", from, member)
		require.NoError(t, json.Unmarshal(e[member], &s))
		return s
	}
	op := operation{name: name, method: text("method"), path: text("path"), answer: string(e[response])}
	require.NotEmpty(t, op.answer, "%s: %s", from, response)
	var params P
	if request != "" {
		members := make(map[string]json.RawMessage)
		require.NoError(t, json.Unmarshal(e[request], &members), "%s: %s", from, request)
		delete(members, "after-id") // the first page is the default
		delete(members, "channel")  // the message tells it
		b, err := json.Marshal(members)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(b, &params))
		noExtra(t, reflect.ValueOf(params))
		if channel, ok := channelOf(e[request]); ok {
			members["channel"] = channel
		}
		b, err = json.Marshal(members)
		require.NoError(t, err)
		op.body = string(b)
	}
	if e["query"] != nil {
		var members map[string]string
		require.NoError(t, json.Unmarshal(e["query"], &members))
		delete(members, "after_id")
		q := make(url.Values)
		for name, value := range members {
			q.Set(name, value)
		}
		op.query = q.Encode()
	}
	op.call = func(ctx context.Context, c *leasefind.Client) (any, error) { return call(ctx, c, params) }
	op.check = func(t *testing.T, got any) { check(t, op.answer, got) }
	return op
}

func channelOf(request json.RawMessage) (json.RawMessage, bool) {
	var m map[string]json.RawMessage
	_ = json.Unmarshal(request, &m)
	channel, ok := m["channel"]
	return channel, ok
}

// page checks the records of a page, which stand under a member of the response.
func page[T any](member string, more bool) func(*testing.T, string, any) {
	return func(t *testing.T, answer string, got any) {
		t.Helper()
		page := got.(*tenantry.Page[T])
		assert.Equal(t, more, page.HasMore)
		records(t, answer, member, page.Items)
	}
}

func records[T any](t *testing.T, answer, member string, got []T) {
	t.Helper()
	var body map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(answer), &body))
	var all []json.RawMessage
	require.NoError(t, json.Unmarshal(body[member], &all))
	require.Len(t, got, len(all))
	for i := range all {
		keptAll(t, string(all[i]), &got[i])
	}
}

func whole(t *testing.T, answer string, got any) {
	t.Helper()
	keptAll(t, answer, got)
}

func listing(t *testing.T, answer string, got any) {
	t.Helper()
	var body struct{ Listing json.RawMessage }
	require.NoError(t, json.Unmarshal([]byte(answer), &body))
	keptAll(t, string(bytes.Trim(body.Listing, "[]")), got)
}

func nothing(*testing.T, string, any) {}

// documentedOperations are the examples of the documentation, and its variants of them.
func documentedOperations(t *testing.T) []operation {
	type client = leasefind.Client
	type none struct{}
	communityUpdate := func(ctx context.Context, c *client, p leasefind.CommunityUpdateParams) (any, error) {
		return c.Communities.Update(ctx, p)
	}
	leases := func(ctx context.Context, c *client, _ none) (any, error) {
		return c.Leases.Find(ctx, leasefind.LeaseFindParams{StartDate: "2023-01-17", GroupIDs: []string{"group-1", "group-2"}, Limit: 100})
	}
	forTenant := func(ctx context.Context, c *client, p leasefind.LeaseFindForTenantParams) (any, error) {
		return c.Leases.FindForTenant(ctx, p)
	}
	units := func(ctx context.Context, c *client, p leasefind.UnitSaveParams) (any, error) {
		return c.Units.Save(ctx, p)
	}
	savedUnits := func(t *testing.T, answer string, got any) {
		records(t, answer, "units", got.(*leasefind.SavedUnits).Units)
	}
	create := func(ctx context.Context, c *client, p leasefind.ListingCreateParams) (any, error) {
		return c.Listings.Create(ctx, p)
	}
	sync := func(ctx context.Context, c *client, p leasefind.ListingSyncParams) (any, error) {
		p.DeleteAll = len(p.Listings) == 0
		return nil, c.Listings.Sync(ctx, p)
	}
	remove := func(ctx context.Context, c *client, _ none) (any, error) {
		return nil, c.Listings.Delete(ctx, "listing-id-1", leasefind.ListingDeleteParams{InactiveDate: "2012-01-23"})
	}
	task := func(ctx context.Context, c *client, p leasefind.TaskCreateParams) (any, error) {
		if p.Resident != nil {
			p.Resident.LastName = tenantry.Opt[string]{}
		}
		return c.Tasks.Create(ctx, p)
	}
	update := func(ctx context.Context, c *client, p leasefind.TaskUpdateParams) (any, error) {
		return c.Tasks.Update(ctx, p)
	}
	message := func(ctx context.Context, c *client, p leasefind.MessageCreateParams) (any, error) {
		return c.Messages.Create(ctx, p)
	}
	ops := []operation{
		example(t, "communities.find", "communities_find", "", "response", func(ctx context.Context, c *client, _ none) (any, error) {
			return c.Communities.Find(ctx, leasefind.CommunityFindParams{Name: "Test Community"})
		}, func(t *testing.T, answer string, got any) {
			page[leasefind.Community]("communities", false)(t, answer, got)
		}),
		example(t, "communities.create", "communities_create", "request", "response", func(ctx context.Context, c *client, p leasefind.CommunityCreateParams) (any, error) {
			return c.Communities.Create(ctx, p)
		}, whole),
		example(t, "communities.update", "communities_update_by_id", "request", "response", communityUpdate, whole),
		example(t, "communities.update by reference", "communities_update_by_external_ref", "request", "response", communityUpdate, whole),
		example(t, "persons.find, documented", "persons_find", "request", "response", func(ctx context.Context, c *client, p leasefind.PersonFindParams) (any, error) {
			return c.Persons.Find(ctx, p)
		}, page[leasefind.Person]("persons", true)),
		example(t, "leases.find, documented", "leases_find", "", "response", leases, page[leasefind.Lease]("data", true)),
		example(t, "leases.find, as an example", "leases_find", "", "response_variant_example", leases, page[leasefind.Lease]("leases", false)),
		example(t, "leases.find, the last page", "leases_find", "", "response_last_page", leases, page[leasefind.Lease]("data", false)),
		example(t, "tenants.find, documented", "leases_tenants", "request", "response", func(ctx context.Context, c *client, p leasefind.TenantFindParams) (any, error) {
			return c.Tenants.Find(ctx, p)
		}, page[leasefind.Tenant]("tenants", true)),
		example(t, "leases.find-for-tenant, documented", "leases_find_for_tenant", "request", "response", forTenant, func(t *testing.T, answer string, got any) {
			page[leasefind.Lease]("leases", false)(t, answer, got)
		}),
		example(t, "leases.find-for-tenant without a match", "leases_find_for_tenant", "request", "response_no_match", forTenant, page[leasefind.Lease]("leases", false)),
		example(t, "leases.save, documented", "leases_create", "request", "response", func(ctx context.Context, c *client, p leasefind.LeaseSaveParams) (any, error) {
			return c.Leases.Save(ctx, p)
		}, whole),
		example(t, "units.find, documented", "units_find", "request", "response", func(ctx context.Context, c *client, p leasefind.UnitFindParams) (any, error) {
			return c.Units.Find(ctx, p)
		}, page[leasefind.Unit]("units", true)),
		example(t, "units.save", "units_multiple", "request", "response", units, savedUnits),
		example(t, "listings.find", "listings_find", "request", "response", func(ctx context.Context, c *client, p leasefind.ListingFindParams) (any, error) {
			return c.Listings.Find(ctx, p)
		}, page[leasefind.Listing]("listings", true)),
		example(t, "listings.create", "listings_create", "request", "response", create, listing),
		example(t, "listings.create, a list", "listings_create", "request", "response_variant_example", create, listing),
		example(t, "listings.sync", "listings_sync", "request", "response", sync, nothing),
		example(t, "listings.sync, the number of bathrooms", "listings_sync", "request_number_of_bathrooms", "response", sync, nothing),
		example(t, "listings.sync of nothing", "listings_sync", "request_delete_all", "response", sync, nothing),
		example(t, "listings.delete", "listings_delete", "", "response", remove, nothing),
		example(t, "tasks.create", "tasks_create", "request", "response", task, whole),
		example(t, "tasks.create, with its identifier", "tasks_create", "request", "response_variant_table", task, whole),
		example(t, "tasks.update", "tasks_update", "request", "response", update, whole),
		example(t, "tasks.update that deletes", "tasks_update", "request_delete", "response", update, whole),
		example(t, "messages.create, a text message", "messages_sms", "request", "response", message, whole),
		example(t, "messages.create, an email", "messages_email", "request", "response", message, whole),
		example(t, "messages.create in a chat", "messages_web_chat", "request", "response", message, whole),
		example(t, "messages.create, a call", "messages_call_transcript", "request", "response", message, whole),
		example(t, "messages.create, a review", "messages_review", "request", "response", message, whole),
		example(t, "webhook-portal", "webhook_portal_access", "", "response", func(ctx context.Context, c *client, _ none) (any, error) {
			return c.WebhookPortal(ctx)
		}, func(t *testing.T, answer string, got any) {
			assert.Contains(t, answer, got.(tenantry.Secret).Reveal())
			assert.NotEmpty(t, got.(tenantry.Secret).Reveal())
		}),
		{"persons.save", "POST", "/persons/multiple/", "", `{"persons":[{"email_address":"person1@example.com","first_name":"Test","last_name":"Person 1","external_ref":"id-1","phone_number":"+15555550101","group_ids":["group-1","group-2"]},{"email_address":"person2@example.com","last_name":null,"first_name":"Test","groups_external_refs":["group-external-ref-1"],"custom":1},{"external_ref":"id-3"}],"more":true}`, `{"success":true,"persons":[{"identifier":"p1","success":true,"failure_reason":""},{"identifier":"p2","sucess":true},{"identifier":"p3"}]}`, func(ctx context.Context, c *client) (any, error) {
			return c.Persons.Save(ctx, leasefind.PersonSaveParams{
				Persons: []leasefind.PersonInput{
					{
						EmailAddress: tenantry.Set("person1@example.com"), FirstName: tenantry.Set("Test"), LastName: tenantry.Set("Person 1"), ExternalRef: tenantry.Set("id-1"),
						PhoneNumber: tenantry.Set("+15555550101"), GroupIDs: []string{"group-1", "group-2"},
					},
					{
						EmailAddress: tenantry.Set("person2@example.com"), FirstName: tenantry.Set("Test"), LastName: tenantry.Null[string](),
						GroupExternalRefs: []string{"group-external-ref-1"}, Extra: tenantry.Extra{"custom": tenantry.Raw("1")},
					},
					{ExternalRef: tenantry.Set("id-3"), AllGroups: true},
				},
				Extra: tenantry.Extra{"more": tenantry.Raw("true")},
			})
		}, func(t *testing.T, got any) {
			saved := got.(*leasefind.SavedPersons)
			require.Len(t, saved.Persons, 3)
			assert.Equal(t, "p2", saved.Persons[1].Identifier)
			assert.True(t, *saved.Persons[1].Success)
			assert.Nil(t, saved.Persons[2].Success)
			assert.Empty(t, saved.Others)
		}},
	}
	for i := range ops {
		if ops[i].name == "listings.delete" {
			ops[i].body = `{"inactive_date":"2012-01-23","inactive-date":"2012-01-23"}` // as both examples
		}
	}
	return ops
}

// Every documented operation has an example here.
func TestEveryExampleIsUsed(t *testing.T) {
	used := make(map[string]bool)
	for _, op := range operations(t) {
		used[op.method+" "+op.path] = true
	}
	for name, e := range documented(t).Operations {
		var method, path string
		require.NoError(t, json.Unmarshal(e["method"], &method))
		require.NoError(t, json.Unmarshal(e["path"], &path))
		assert.True(t, used[method+" "+path], name)
	}
}

// What every operation makes of every documented error.
func TestDocumentedErrors(t *testing.T) {
	classes := map[string]struct {
		own   error
		class error
		group error // the class in this package, or nil
	}{
		"missing_authorization":             {leasefind.ErrMissingAuthorization, tenantry.ErrInvalid, nil},
		"missing_authorization_401":         {leasefind.ErrMissingAuthorization, tenantry.ErrUnauthorized, nil},
		"expired_token":                     {leasefind.ErrExpiredToken, tenantry.ErrUnauthorized, nil},
		"invalid_authorization":             {leasefind.ErrInvalidAuthorization, tenantry.ErrUnauthorized, nil},
		"both_group_identifiers_provided":   {leasefind.ErrBothGroupIdentifiersProvided, tenantry.ErrInvalid, nil},
		"no_group":                          {leasefind.ErrNoGroup, tenantry.ErrInvalid, leasefind.ErrGroupMissing},
		"no_group_provided":                 {leasefind.ErrNoGroupProvided, tenantry.ErrInvalid, leasefind.ErrGroupMissing},
		"no_group_identifier_provided":      {leasefind.ErrNoGroupIdentifierProvided, tenantry.ErrInvalid, leasefind.ErrGroupMissing},
		"no_access_to_group":                {leasefind.ErrNoAccessToGroup, tenantry.ErrForbidden, nil},
		"group_not_found":                   {leasefind.ErrGroupNotFound, tenantry.ErrNotFound, nil},
		"not_found":                         {leasefind.ErrNoRecords, tenantry.ErrNotFound, nil},
		"community_not_found":               {leasefind.ErrCommunityNotFound, tenantry.ErrNotFound, nil},
		"no_search_parameters":              {leasefind.ErrNoSearchParameters, tenantry.ErrInvalid, nil},
		"no_tenant_information":             {leasefind.ErrNoTenantInformation, tenantry.ErrInvalid, nil},
		"no_unit":                           {leasefind.ErrNoUnit, tenantry.ErrInvalid, nil},
		"unit_not_found":                    {leasefind.ErrUnitNotFound, tenantry.ErrInvalid, nil},
		"missing_or_invalid_unit_type":      {leasefind.ErrMissingOrInvalidUnitType, tenantry.ErrInvalid, leasefind.ErrUnitType},
		"no_listing_url":                    {leasefind.ErrNoListingURL, tenantry.ErrInvalid, leasefind.ErrListingURL},
		"both_bathroom_attributes_provided": {leasefind.ErrBothBathroomAttributesProvided, tenantry.ErrInvalid, nil},
		"not_authorized":                    {leasefind.ErrNotAuthorized, tenantry.ErrForbidden, nil},
		"no_external_reference":             {leasefind.ErrNoExternalReference, tenantry.ErrInvalid, nil},
		"date_format_invalid":               {leasefind.ErrDateFormatInvalid, tenantry.ErrInvalid, nil},
		"missing_unit_type":                 {leasefind.ErrMissingUnitType, tenantry.ErrInvalid, leasefind.ErrUnitType},
		"invalid_unit_type":                 {leasefind.ErrInvalidUnitType, tenantry.ErrInvalid, leasefind.ErrUnitType},
		"missing_listing_url":               {leasefind.ErrMissingListingURL, tenantry.ErrInvalid, leasefind.ErrListingURL},
		"no_bathroom_attributes_provided":   {leasefind.ErrNoBathroomAttributesProvided, tenantry.ErrInvalid, nil},
		"invalid_number_of_bathrooms":       {leasefind.ErrInvalidNumberOfBathrooms, tenantry.ErrInvalid, nil},
		// Those without a type.
		"communities_find_not_found":        {nil, tenantry.ErrNotFound, nil},
		"communities_find_internal":         {nil, tenantry.ErrServer, nil},
		"communities_write_internal":        {nil, tenantry.ErrServer, nil},
		"communities_create_missing_fields": {nil, tenantry.ErrInvalid, nil},
		"communities_invalid_field":         {nil, tenantry.ErrInvalid, nil},
		"communities_update_non_field":      {nil, tenantry.ErrInvalid, nil},
	}
	all := documented(t).Errors
	assert.Len(t, all, len(classes))
	groups := []error{leasefind.ErrGroupMissing, leasefind.ErrUnitType, leasefind.ErrListingURL}
	general := []error{tenantry.ErrInvalid, tenantry.ErrUnauthorized, tenantry.ErrForbidden, tenantry.ErrNotFound, tenantry.ErrConflict, tenantry.ErrRateLimited, tenantry.ErrServer}
	for _, op := range operations(t) {
		for name, e := range all {
			want := classes[name]
			client, mock := mocked(t)
			mock.RegisterNoResponder(httpmock.NewBytesResponder(e.Status, e.Body))
			_, err := op.call(t.Context(), client)
			if name == "not_found" && strings.Contains(op.name, ".find") {
				require.NoError(t, err, op.name)
				continue
			}
			var server *tenantry.Error
			require.ErrorAs(t, err, &server, "%s: %s", op.name, name)
			assert.Equal(t, e.Status, server.StatusCode)
			assert.Contains(t, server.Message, "(text)", "%s: %s", op.name, name)
			assert.Equal(t, strings.ReplaceAll(op.path, "listing-id-1", "{listing-id}"), server.Path)
			for _, class := range general {
				assert.Equal(t, errors.Is(want.class, class), errors.Is(err, class), "%s: %s: %v", op.name, name, class)
			}
			for _, group := range groups {
				assert.Equal(t, want.group != nil && errors.Is(want.group, group), errors.Is(err, group), "%s: %s: %v", op.name, name, group)
			}
			for other, c := range classes {
				if c.own != nil {
					assert.Equal(t, want.own != nil && errors.Is(want.own, c.own), errors.Is(err, c.own), "%s: %s: %s", op.name, name, other)
				}
			}
			if !errors.Is(want.class, tenantry.ErrUnauthorized) {
				assert.NotContains(t, err.Error(), "credentials", "a new token does not help")
			}
		}
	}
	client, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewBytesResponder(http.StatusBadRequest, all["communities_create_missing_fields"].Body))
	_, err := client.Communities.Create(t.Context(), leasefind.CommunityCreateParams{Name: "x", Timezone: "US/Eastern"})
	var server *tenantry.Error
	require.ErrorAs(t, err, &server)
	assert.Equal(t, map[string]any{"name": []any{"(text)"}, "timezone": []any{"(text)"}}, server.Details)
}
