package leasefind_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
)

// people are n persons to save, with the external references x0, x1 and so on.
func people(n int) leasefind.PersonSaveParams {
	var p leasefind.PersonSaveParams
	for i := range n {
		p.Persons = append(p.Persons, leasefind.PersonInput{ExternalRef: tenantry.Set(fmt.Sprintf("x%d", i)), AllGroups: true})
	}
	return p
}

// Items that were not saved make an error that names them; the results come with it.
func TestSomeFailed(t *testing.T) {
	for name, c := range map[string]struct {
		body   string
		failed []int
		others int
	}{
		"all saved":                 {`{"persons":[{"success":true},{"success":true},{"success":true}]}`, nil, 0},
		"the example's spelling":    {`{"persons":[{"sucess":true},{"sucess":false,"failure_reason":"Why."},{"sucess":"true"}]}`, []int{1}, 0},
		"the table's spelling":      {`{"persons":[{"success":true},{"success":true},{"success":0,"failure_reason":"Why."}]}`, []int{2}, 0},
		"both spellings":            {`{"persons":[{"success":false,"sucess":true},{"success":true,"sucess":false},{"success":true}]}`, []int{0}, 0},
		"no spelling":               {`{"persons":[{"identifier":"p0"},{"identifier":"p1","failure_reason":"Why."},{}]}`, []int{1, 2}, 0},
		"all failed":                {`{"success":false,"persons":[{"success":false},{"success":false},{"success":false}]}`, []int{0, 1, 2}, 0},
		"too few, named":            {`{"persons":[{"external_ref":"x0","success":true},{"external_ref":"x2","success":true}]}`, []int{1}, 0},
		"too few, one named":        {`{"persons":[{"external_ref":"x2","success":true},{"success":true}]}`, []int{0, 1}, 1},
		"none":                      {`{"persons":[]}`, []int{0, 1, 2}, 0},
		"another order":             {`{"persons":[{"external_ref":"x2","success":false},{"external_ref":"x0","success":true},{"external_ref":"x1","success":true}]}`, []int{2}, 0},
		"another order, one unsure": {`{"persons":[{"external_ref":"x2","success":true},{"external_ref":"x0","success":true},{"success":false}]}`, []int{1}, 0},
		"one too many":              {`{"persons":[{"external_ref":"x0","success":true},{"external_ref":"x9","success":false},{"external_ref":"x1","success":true},{"external_ref":"x2","success":true}]}`, nil, 1},
		"one that is no object":     {`{"persons":[{"success":true},5,{"success":true}]}`, []int{1}, 0},
		"a stranger":                {`{"persons":[{"external_ref":"x0","success":true},{"external_ref":"x9","success":true},{"external_ref":"x2","success":true}]}`, []int{1}, 1},
	} {
		client, mock := mocked(t)
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, c.body))
		saved, err := client.Persons.Save(t.Context(), people(3))
		require.NotNil(t, saved, name)
		require.Len(t, saved.Persons, 3, name)
		assert.Len(t, saved.Others, c.others, name)
		for i, p := range saved.Persons {
			if p.ExternalRef != "" {
				assert.Equal(t, fmt.Sprintf("x%d", i), p.ExternalRef, name)
			}
		}
		if c.failed == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, leasefind.ErrSomeFailed, name)
		var failure *leasefind.SaveError
		require.ErrorAs(t, err, &failure, name)
		assert.Equal(t, 3, failure.Sent)
		var indexes []int
		for _, item := range failure.Failed {
			indexes = append(indexes, item.Index)
			assert.NotEmpty(t, item.Reason, name)
			if saved.Persons[item.Index].FailureReason != "" {
				assert.Equal(t, "Why.", item.Reason)
			}
		}
		assert.Equal(t, c.failed, indexes, name)
		assert.Contains(t, err.Error(), fmt.Sprintf("leasefind: persons.save: %d of 3 items were not saved; the one with index %d: ", len(c.failed), c.failed[0]), name)
	}
}

// Results without external references are told by addresses and numbers.
func TestPairing(t *testing.T) {
	client, mock := mocked(t)
	params := leasefind.PersonSaveParams{Persons: []leasefind.PersonInput{
		{EmailAddress: tenantry.Set("Al@example.test"), FirstName: tenantry.Set("Al"), AllGroups: true},
		{PhoneNumber: tenantry.Set("+1 212 555 0100"), FirstName: tenantry.Set("Bo"), AllGroups: true},
		{EmailAddress: tenantry.Set("shared@example.test"), ExternalRef: tenantry.Set("x2"), AllGroups: true},
		{EmailAddress: tenantry.Set("shared@example.test"), ExternalRef: tenantry.Set("x3"), AllGroups: true},
	}}
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"persons":[
		{"identifier":"3","external_ref":"x3","email_address":"shared@example.test"},{"identifier":"2","external_ref":"x2","email_address":"shared@example.test"},
		{"identifier":"1","phone_number":"+1 212 555 0100"},{"identifier":"0","email_address":"al@example.test"}]}`))
	saved, err := client.Persons.Save(t.Context(), params)
	require.NoError(t, err)
	for i, p := range saved.Persons {
		assert.Equal(t, fmt.Sprint(i), p.Identifier)
	}
	// Another form of a number or a changed address is no contradiction by itself.
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"persons":[{"identifier":"0"},{"identifier":"1","phone_number":"+12125550100"},{"identifier":"2","external_ref":"x2","email_address":"new@example.test"},{"identifier":"3","external_ref":"x3"}]}`))
	saved, err = client.Persons.Save(t.Context(), params)
	require.NoError(t, err)
	for i, p := range saved.Persons {
		assert.Equal(t, fmt.Sprint(i), p.Identifier)
	}
	// The identifier of a new unit is never the one that was sent.
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"units":[{"identifier":"u1","success":true},{"identifier":"mine","success":true}]}`))
	units, err := client.Units.Save(t.Context(), leasefind.UnitSaveParams{GroupID: "g", Units: []leasefind.UnitInput{{Identifier: tenantry.Set("mine")}, {}}})
	require.NoError(t, err)
	assert.Equal(t, "u1", units.Units[0].Identifier)
}

// A save without any result is no success, and no list of failures either.
func TestSavesWithoutResults(t *testing.T) {
	client, mock := mocked(t)
	for body, says := range map[string]string{
		`{}`:                                  "holds no list",
		`{"success":true}`:                    "holds no list",
		`{"error":{"message":"Full."}}`:       "Full.",
		`{"success":false,"persons":[]}`:      "error beside an empty list",
		`{"persons":[],"error":"It is down"}`: "It is down",
	} {
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		saved, err := client.Persons.Save(t.Context(), people(1))
		require.ErrorContains(t, err, says, body)
		assert.Nil(t, saved)
		require.NotErrorIs(t, err, leasefind.ErrSomeFailed)
	}
	// All results are fine, but the server says that the whole is not.
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"success":false,"persons":[{"success":true}]}`))
	saved, err := client.Persons.Save(t.Context(), people(1))
	require.ErrorIs(t, err, tenantry.ErrInvalid)
	assert.Len(t, saved.Persons, 1)
}

// The documented responses are paired with their requests, and failures reported.
func TestDocumentedFailures(t *testing.T) {
	ops := documented(t).Operations
	var units leasefind.UnitSaveParams
	require.NoError(t, json.Unmarshal(ops["units_multiple"]["request"], &units))
	units.Units[1].ExternalRef = tenantry.Set("unit-ext-ref-3")
	client, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewBytesResponder(200, ops["units_multiple"]["response_partial_failure"]))
	saved, err := client.Units.Save(t.Context(), units)
	var failure *leasefind.SaveError
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, []leasefind.FailedItem{{Index: 1, Reason: "(text of the reason)"}}, failure.Failed)
	records(t, string(ops["units_multiple"]["response_partial_failure"]), "units", saved.Units)

	units.Units = units.Units[:1]
	mock.RegisterNoResponder(httpmock.NewBytesResponder(200, ops["units_multiple"]["response_variant_table"]))
	saved, err = client.Units.Save(t.Context(), units)
	require.NoError(t, err)
	records(t, string(ops["units_multiple"]["response_variant_table"]), "units", saved.Units)

	var persons leasefind.PersonSaveParams
	require.NoError(t, json.Unmarshal(ops["persons_multiple"]["request"], &persons))
	_, err = client.Persons.Save(t.Context(), persons)
	require.ErrorIs(t, err, tenantry.ErrInvalidArgument, "the third has too little")
	require.ErrorContains(t, err, "Persons[2]")
	persons.Persons[2].EmailAddress = tenantry.Set("person3@example.com")
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		b, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.JSONEq(t, strings.Replace(string(ops["persons_multiple"]["request"]), `"Too little"`, `"Too little","email_address":"person3@example.com"`, 1), string(b))
		return httpmock.NewBytesResponse(200, ops["persons_multiple"]["response"]), nil
	})
	persisted, err := client.Persons.Save(t.Context(), persons)
	require.ErrorAs(t, err, &failure)
	assert.Equal(t, []leasefind.FailedItem{{Index: 2, Reason: "(text of the reason)"}}, failure.Failed)
	assert.Equal(t, leasefind.GroupList{"group-1"}, persisted.Persons[2].Groups)
	records(t, string(ops["persons_multiple"]["response"]), "persons", persisted.Persons)
}

// Neither fmt nor JSON shows what a server says of a person.
func TestSaveErrorsInLogs(t *testing.T) {
	client, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"persons":[{"success":false,"failure_reason":"al@example.test is\nblocked"}]}`))
	_, err := client.Persons.Save(t.Context(), people(1))
	b, marshalErr := json.Marshal(err)
	require.NoError(t, marshalErr)
	out := fmt.Sprintf("%v %+v %#v %s", err, err, err, b)
	assert.NotContains(t, out, "al@")
	assert.NotContains(t, out, "\n")
	assert.Equal(t, 4, strings.Count(out, "[email] is blocked"))
}

// What is sent again after a failure, and what is not.
func TestRepeats(t *testing.T) {
	again := map[string]bool{
		"communities.find": true, "communities.create": false, "communities.update": true, "persons.find": true, "persons.save": true,
		"leases.find": true, "leases.find-for-tenant": true, "leases.save": false, "tenants.find": true, "units.find": true, "units.save": true,
		"listings.find": true, "listings.create": false, "listings.sync": true, "listings.delete": false,
		"tasks.create": false, "tasks.update": false, "messages.create": false, "webhook-portal": true,
	}
	seen := make(map[string]bool)
	sends := func(call func(context.Context, *leasefind.Client) (any, error)) int {
		client, mock := mocked(t, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 1, MinWait: 1}))
		mock.RegisterNoResponder(httpmock.NewStringResponder(503, ``))
		_, err := call(t.Context(), client)
		require.ErrorIs(t, err, tenantry.ErrServer)
		return mock.GetTotalCallCount()
	}
	for _, op := range operations(t) {
		name, _, _ := strings.Cut(strings.Split(op.name, ",")[0], " ")
		repeated, known := again[name]
		require.True(t, known, name)
		seen[name] = true
		assert.Equal(t, repeated, sends(op.call) == 2, op.name)
	}
	assert.Len(t, seen, len(again))

	address := tenantry.Set(leasefind.Address{AddressLine1: "1 N State St", State: "IL", PostalCode: "60602"})
	for want, units := range map[int][]leasefind.UnitInput{
		2: {{Address: address}, {Address: address}},
		1: {{Address: address}, {Identifier: tenantry.Set("u1"), ExternalRef: tenantry.Set("x1")}},
	} {
		assert.Equal(t, want, sends(func(ctx context.Context, c *leasefind.Client) (any, error) {
			return c.Units.Save(ctx, leasefind.UnitSaveParams{GroupID: "g", Units: units})
		}))
	}
}

// A 404 of a listing's operation is an error, and no other path is tried.
func TestListingsHaveOnePath(t *testing.T) {
	for _, op := range operations(t) {
		if !strings.HasPrefix(op.name, "listings.") {
			continue
		}
		client, mock := mocked(t, tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: 3, MinWait: 1}))
		var paths []string
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			paths = append(paths, r.Method+" "+r.URL.Path)
			return httpmock.NewStringResponse(404, `{"message":"Not Found"}`), nil
		})
		_, err := op.call(t.Context(), client)
		require.ErrorIs(t, err, tenantry.ErrNotFound, op.name)
		assert.Equal(t, []string{op.method + " " + op.path}, paths)
	}
}

// Deleting now sends no date, and what says so is not sent.
func TestDeleteNow(t *testing.T) {
	client, mock := mocked(t)
	var sent []string
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		b, err := io.ReadAll(r.Body)
		sent = append(sent, string(b))
		return httpmock.NewStringResponse(200, `{"success":true,"listing_id":true}`), err
	})
	require.NoError(t, client.Listings.Delete(t.Context(), "l/1", leasefind.ListingDeleteParams{Now: true}))
	require.NoError(t, client.Listings.Sync(t.Context(), leasefind.ListingSyncParams{GroupExternalRef: "xg", DeleteAll: true}))
	assert.Equal(t, []string{`{}`, `{"group_external_ref":"xg","listings":[]}`}, sent)
}

// A listing that was created comes as an object, or as a list of one.
func TestCreatedListings(t *testing.T) {
	client, mock := mocked(t)
	for body, says := range map[string]string{
		`{"success":true,"listing":{"identifier":"l1"}}`:      "",
		`{"success":true,"listing":[{"identifier":"l1"}]}`:    "",
		`{"listing":{"identifier":"l1"}}`:                     "",
		`{"success":true}`:                                    "holds no listing",
		`{"success":true,"listing":null}`:                     "holds no listing",
		`{"success":true,"listing":[]}`:                       "holds no listing",
		`{"success":true,"listing":[{},{}]}`:                  "several listings",
		`{"success":true,"listing":[5]}`:                      "not an object",
		`{"success":false,"listing":[{"identifier":"l1"}]}`:   "success is false",
		`{"success":"false","error":{"type":"no_unit_left"}}`: "no_unit_left",
	} {
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		l, err := client.Listings.Create(t.Context(), leasefind.ListingCreateParams{GroupID: "g", UnitType: leasefind.UnitTypeApartment, ListingURL: "https://example.test/1"})
		if says == "" {
			require.NoError(t, err, body)
			assert.Equal(t, "l1", l.Identifier)
			continue
		}
		require.ErrorContains(t, err, says, body)
		assert.Nil(t, l)
	}
}

// Communities that don't exist are an empty page; a path that doesn't is an error.
func TestNoCommunities(t *testing.T) {
	client, mock := mocked(t)
	for body, none := range map[string]bool{
		`{"error":"No communities found"}`:                       true,
		`{"error":"Community matching query does not exist."}`:   true,
		`{"error":{"type":"not_found","message":"m"}}`:           true,
		`{"error":"Not Found"}`:                                  false,
		`{"message":"No communities here"}`:                      false,
		`{"error":{"message":"No communities"}}`:                 false,
		`<html><title>communities: 404 Not Found</title></html>`: false,
		``: false,
	} {
		mock.RegisterNoResponder(httpmock.NewStringResponder(404, body))
		page, err := client.Communities.Find(t.Context(), leasefind.CommunityFindParams{Name: "x"})
		all, allErr := tenantry.Collect(client.Communities.All(t.Context(), leasefind.CommunityFindParams{Name: "x"}))
		if none {
			require.NoError(t, err, body)
			require.NoError(t, allErr, body)
			assert.Equal(t, &tenantry.Page[leasefind.Community]{Total: -1}, page)
			assert.Empty(t, all)
			continue
		}
		require.ErrorIs(t, err, tenantry.ErrNotFound, body)
		require.ErrorIs(t, allErr, tenantry.ErrNotFound, body)
	}
	mock.RegisterNoResponder(httpmock.NewStringResponder(500, `{"error":"No communities found"}`))
	_, err := client.Communities.Find(t.Context(), leasefind.CommunityFindParams{Name: "x"})
	require.ErrorIs(t, err, tenantry.ErrServer)
}

// Groups come as a list or as a text that holds one. What is neither is kept.
func TestGroupLists(t *testing.T) {
	for raw, want := range map[string]leasefind.GroupList{
		`["a","b"]`:                 {"a", "b"},
		`"['a', 'b']"`:              {"a", "b"},
		`" [ 'a' ,\"b\", ] "`:       {"a", "b"},
		`"['it\\'s', \"o'clock\"]"`: {"it's", "o'clock"},
		`"['a\\\\b']"`:              {`a\b`},
		`"['a,b]']"`:                {"a,b]"},
		`"[]"`:                      {},
		`[]`:                        {},
		`""`:                        nil,
		`null`:                      nil,
	} {
		r, err := tenantry.Decode[leasefind.PersonResult]([]byte(`{"groups":` + raw + `}`))
		require.NoError(t, err, raw)
		assert.Equal(t, want, r.Groups, raw)
		assert.Empty(t, r.Extra, raw)
	}
	for _, raw := range []string{`"group-1"`, `"['a'"`, `"['a' 'b']"`, `"[1, 2]"`, `"['a'] x"`, `"['\\n']"`, `[1]`, `{"a":1}`, `"[,]"`, `"['a\\"`, `7`} {
		r, err := tenantry.Decode[leasefind.PersonResult]([]byte(`{"groups":` + raw + `}`))
		require.NoError(t, err, raw)
		assert.Empty(t, r.Groups, raw)
		assert.JSONEq(t, raw, string(r.Extra["groups"]), raw)
	}
}

// What makes a choice visible is kept by a program that stores its writes as JSON, and
// by the caller's own value.
func TestChoicesAreKept(t *testing.T) {
	client, mock := mocked(t)
	mock.RegisterNoResponder(httpmock.NewStringResponder(200, `{"success":true,"persons":[{"success":true}]}`))
	persons := people(1)
	_, err := client.Persons.Save(t.Context(), persons)
	require.NoError(t, err)
	assert.True(t, persons.Persons[0].AllGroups)
	stored(t, persons)
	stored(t, leasefind.ListingSyncParams{GroupID: "g", DeleteAll: true, Listings: []leasefind.ListingInput{}})
	stored(t, leasefind.ListingDeleteParams{Now: true})
	stored(t, leasefind.MessageCreateParams{GroupID: "g", MessageDirection: leasefind.MessageOutbound, SMS: sms()})
}

// stored checks that a value is the same after a round through JSON.
func stored[T any](t *testing.T, v T) {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	var back T
	require.NoError(t, json.Unmarshal(b, &back))
	assert.Equal(t, v, back)
}

// A link to the portal gets into no error, whatever the response is.
func TestPortalLinksInErrors(t *testing.T) {
	client, mock := mocked(t)
	const link = "https://app.svix.com/login#key=canary"
	for _, body := range []string{`{"link":"` + link + `"}`, `{"url":"","note":"` + link + `"}`, `["` + link + `"]`, `{"url":"` + link, link} {
		mock.RegisterNoResponder(httpmock.NewStringResponder(200, body))
		got, err := client.WebhookPortal(t.Context())
		require.Error(t, err, body)
		assert.True(t, got.IsZero())
		b, marshalErr := json.Marshal(err)
		require.NoError(t, marshalErr)
		assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", err, err, err, b), "canary", body)
		var undecodable *tenantry.DecodeError
		require.ErrorAs(t, err, &undecodable)
		assert.Empty(t, undecodable.Raw)
	}
}
