package hardening

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// lists are the operations of an API that fetch a list.
func (t *target) lists() []op {
	listed := make(map[string]bool)
	for _, o := range slices.Concat(described.Operations, described.CRM) {
		listed["propexo "+o.Full()] = strings.HasSuffix(o.Envelope, "[]") || o.Service+o.Name == "WriteLogsList"
	}
	for _, name := range []string{
		"storedge tenants.search", "storedge ledgers.search", "storedge units.rate-history",
		"leasefind tenants.find", "leasefind leases.find", "leasefind leases.find-for-tenant", "leasefind units.find",
		"leasefind communities.find", "leasefind persons.find", "leasefind listings.find",
		"elevenos teams.list", "elevenos sites.list", "elevenos mappings.list", "elevenos residents.list",
		"supergood properties.list", "supergood units.list",
	} {
		listed[name] = true
	}
	var lists []op
	for _, o := range t.ops {
		if listed[t.name+" "+o.name] || t.name == "storedge" && strings.Contains(o.name, ".list") {
			lists = append(lists, o)
		}
	}
	return lists
}

// A response of status 200 without its list is an error, and so is an empty list
// beside an error. A list that is empty or null is an empty list.
func TestResponsesWithoutTheirList(t *testing.T) {
	empty, null := everyList(`[]`), everyList(`null`)
	with := func(list, members string) string { return strings.Replace(list, `{`, `{`+members+`,`, 1) }
	bodies := map[string]string{ // to what the error says, if that is the same for all
		`{"error":{"code":"internal","message":"database is down"}}`: "",
		`{"ok":false}`:            "holds no list",
		`{}`:                      "holds no list",
		`null`:                    "",
		`{"message":"Forbidden"}`: "",
		with(empty, `"error":{"code":"internal","type":"internal","message":"database is down"}`): "",
		with(empty, `"error":"database is down"`):                                                 "",
		with(empty, `"errors":["database is down"]`):                                              "",
		with(null, `"error":true`):                                                                "",
	}
	want := map[string]int{"propexo": 83, "storedge": 52, "leasefind": 7, "elevenos": 4, "supergood": 2}
	for _, target := range start(t) {
		lists := target.lists()
		assert.Len(t, lists, want[target.name], target.name)
		call := func(body string, check func(name string, err error)) {
			url, _ := serve(t, text(body))
			client, err := target.tokened(url, tenantry.WithRateLimit(1<<20, 1<<20))
			require.NoError(t, err)
			for _, o := range lists {
				check(target.name+" "+o.name+" "+body[:min(len(body), 80)], o.call(t.Context(), client))
			}
		}
		for body, says := range bodies {
			call(body, func(name string, err error) {
				if assert.Error(t, err, name) {
					assert.Contains(t, err.Error(), says, name)
				}
			})
		}
		for _, body := range []string{empty, null, with(empty, `"error":null,"errors":[]`), with(empty, `"error":false`)} {
			call(body, func(name string, err error) {
				if !strings.HasPrefix(name, "propexo write-logs.list") { // whose list is deeper
					assert.NoError(t, err, name)
				}
			})
		}
	}
}
