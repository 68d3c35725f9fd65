package leasefindtest_test

import (
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

// documented are requests and responses of the API's documentation.
type documented struct {
	Method, Path string
	Query        map[string]string
	Response     map[string]json.RawMessage
	Requests     []json.RawMessage `json:"-"`
}

func readDocumented(t *testing.T) map[string]*documented {
	t.Helper()
	b, err := os.ReadFile("../testdata/examples.json")
	require.NoError(t, err)
	var examples struct {
		Operations map[string]map[string]json.RawMessage `json:"operations"`
	}
	require.NoError(t, json.Unmarshal(b, &examples))
	all := make(map[string]*documented)
	for name, members := range examples.Operations {
		raw, err := json.Marshal(members)
		require.NoError(t, err)
		d := new(documented)
		require.NoError(t, json.Unmarshal(raw, d))
		for member, body := range members {
			if strings.HasPrefix(member, "request") {
				d.Requests = append(d.Requests, body)
			}
		}
		if d.Requests == nil {
			d.Requests = []json.RawMessage{nil}
		}
		all[name] = d
	}
	require.Len(t, all, 24)
	return all
}

// The documentation's own requests are taken, and responded to with the members that it
// documents.
func TestDocumentedRequests(t *testing.T) {
	examples := readDocumented(t)
	delete(examples, "token") // a form; see TestTokenEndpoint
	for name, d := range examples {
		for _, body := range d.Requests {
			s := leasefindtest.NewServer(leasefindtest.WithTableEnvelope()) // the responses are put together from the tables
			defer s.Close()
			for _, id := range []string{"group-1", "group-2", "group-id-1", "00000000-0000-4000-8000-000000000032"} {
				s.Add(leasefind.Community{CommunityID: id})
			}
			s.Add(
				leasefind.Community{CommunityID: "00000000-0000-4000-8000-000000000001", CommunityExternalRef: "SKY-APT-001", Name: "Test Community"},
				leasefind.Community{CommunityID: "a", CommunityExternalRef: "group-1"}, leasefind.Community{CommunityID: "b", CommunityExternalRef: "portfolio_123"},
				leasefind.Community{CommunityID: "c", CommunityExternalRef: "group-external-ref-1"},
				leasefind.Task{Identifier: "00000000-0000-4000-8000-000000000030", ExternalRef: "task-ext-1"},
			)
			address := leasefind.Address{Country: "United States"}
			s.AddTo("group-1", leasefind.Unit{Identifier: "unit-id-1", ExternalRef: "unit-external-ref-1", Address: &address},
				leasefind.Lease{Identifier: "lease-1", UnitID: "unit-id-1", StartDate: "2023-01-17", EndDate: "2099-01-01", MoveInDate: "2023-01-17", Tenants: []leasefind.LeaseTenant{{Identifier: "p"}}})
			s.AddTo("group-id-1", leasefind.Unit{Identifier: "unit-1"}, leasefind.Listing{Identifier: "listing-id-1", ExternalRef: "l"})
			s.AddTo("a", leasefind.Person{Identifier: "p", PhoneNumber: "+15555550101", EmailAddress: "person1@example.com"})
			query := url.Values{}
			for name, v := range d.Query {
				query.Set(name, v)
			}
			if len(query) > 0 {
				d.Path, _, _ = strings.Cut(d.Path, "?")
				d.Path += "?" + query.Encode()
			}
			status, said := send(t, d.Method, s.URL+d.Path, "Bearer "+s.IssueToken(), string(body))
			require.Equal(t, 200, status, "%s %s: %s", name, body, said)
			var got map[string]json.RawMessage
			require.NoError(t, json.Unmarshal([]byte(said), &got))
			for member := range d.Response {
				assert.Contains(t, got, member, "%s", name)
			}
		}
	}
}
