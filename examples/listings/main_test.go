package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
	"github.com/tenantry/tenantry-go/tenantrytest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A bench is a fake with one group, and a directory for feeds.
type bench struct {
	t      *testing.T
	client *leasefind.Client
	server *leasefindtest.Server
	dir    string
	out    strings.Builder
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, dir: t.TempDir()}
	b.client, b.server = leasefindtest.Start(t)
	b.server.Add(leasefind.Community{CommunityID: "g", CommunityExternalRef: "x-g"})
	return b
}

func (b *bench) write(name, text string) string {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	require.NoError(b.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func (b *bench) env(name string) string {
	return map[string]string{
		"LEASEFIND_CLIENT_ID": leasefindtest.ClientID, "LEASEFIND_CLIENT_SECRET": leasefindtest.ClientSecret, "LEASEFIND_BASE_URL": b.server.URL,
	}[name]
}

// run runs the command with what the user types, and returns its output.
func (b *bench) run(typed string, args ...string) (string, error) {
	b.out.Reset()
	err := run(b.t.Context(), args, strings.NewReader(typed), &b.out, b.env)
	return b.out.String(), err
}

// refs returns the external references of the group's active listings.
func (b *bench) refs() (refs []string) {
	b.t.Helper()
	for l, err := range b.client.Listings.All(b.t.Context(), leasefind.ListingFindParams{GroupID: "g"}) {
		require.NoError(b.t, err)
		refs = append(refs, l.ExternalRef)
	}
	slices.Sort(refs)
	return refs
}

const header = "external_reference,unit_type,listing_url,number_of_bathrooms,active_date,amenities,address.address_line_1,address.state,address.postal_code,lease.rent\n"

func line(ref, rest string) string {
	return ref + ",apartment,https://example.com/" + ref + ",1.5," + rest + "\n"
}

func five() string {
	text := header
	for _, ref := range []string{"a", "b", "c", "d", "e"} {
		text += line(ref, ",Gym|Pool,1 Main St,IL,60601,1200.00")
	}
	return text
}

func TestDemo(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(t.Context(), nil, strings.NewReader(""), &out, func(string) string { return "" }))
	assert.Regexp(t, `(?s)^No credentials.*\+ new\n~ L\d+: description\n- L\d+\n1 to create, 1 to change, 1 to delete, 6 without.*in step`, out.String())
}

// A real run never becomes a demo.
func TestMissingSettings(t *testing.T) {
	b := newBench(t)
	feed := b.write("feed.csv", five())
	for _, missing := range []string{"LEASEFIND_CLIENT_ID", "LEASEFIND_CLIENT_SECRET"} {
		env := func(name string) string {
			if name == missing {
				return ""
			}
			return b.env(name)
		}
		require.ErrorContains(t, run(t.Context(), []string{"-group", "g", feed}, nil, &b.out, env), "is not set")
		require.ErrorContains(t, run(t.Context(), nil, nil, &b.out, env), "is not set")
	}
	for says, args := range map[string][]string{
		"name the feed": {"-group", "g"}, "name the group": {feed}, "by -group or by -group-ref": {"-group", "g", "-group-ref", "x-g", feed},
		"one feed": {feed, feed}, "from 0 to 1": {"-max-deleted", "2", feed}, "flag": {"-nothing"}, "no such file": {"-group", "g", "none.csv"},
	} {
		_, err := b.run("", args...)
		require.ErrorContains(t, err, says)
	}
	assert.Zero(t, b.server.Arrivals("listings.sync"))
}

func TestSync(t *testing.T) {
	b := newBench(t)
	feed := b.write("feed.csv", five())
	out, err := b.run("", "-group", "g", "-dry-run", feed)
	require.NoError(t, err)
	assert.Contains(t, out, "+ a\n+ b\n+ c\n+ d\n+ e\n5 to create")
	assert.Empty(t, b.refs())
	_, err = b.run("", "-group-ref", "x-g", feed)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b", "c", "d", "e"}, b.refs())
	page, err := b.client.Listings.Find(t.Context(), leasefind.ListingFindParams{GroupID: "g", ExternalRef: "c"})
	require.NoError(t, err)
	assert.Equal(t, []string{"Gym", "Pool"}, page.Items[0].Amenities)
	assert.Equal(t, tenantry.Decimal("1200.00"), page.Items[0].RentFor12MonthLease)

	out, err = b.run("", "-group", "g", feed)
	require.NoError(t, err)
	assert.Contains(t, out, "0 to create, 0 to change, 0 to delete, 5 without a visible change")

	// One of five is a fifth, which may go without asking.
	b.write("feed.csv", strings.ReplaceAll(strings.Replace(five(), line("b", ",Gym|Pool,1 Main St,IL,60601,1200.00"), line("f", ",,,,,"), 1), "e,apartment", "e,studio_apartment"))
	b.write("feed.csv", strings.Replace(b.read("feed.csv"), "1200.00", "1300", 1))
	out, err = b.run("", "-group", "g", feed)
	require.NoError(t, err)
	assert.Contains(t, out, "+ f\n~ a: rent\n~ e: unit type\n- b\n1 to create, 2 to change, 1 to delete, 2 without")
	assert.Equal(t, []string{"a", "c", "d", "e", "f"}, b.refs())
}

func (b *bench) read(name string) string {
	b.t.Helper()
	text, err := os.ReadFile(filepath.Join(b.dir, name))
	require.NoError(b.t, err)
	return string(text)
}

func TestAsk(t *testing.T) {
	b := newBench(t)
	feed := b.write("feed.csv", five())
	_, err := b.run("", "-group", "g", feed)
	require.NoError(t, err)
	few := header + line("a", ",,,,,") + line("b", ",,,,,")
	b.write("feed.csv", few)
	for _, typed := range []string{"", "y\n", "delete 2\n", "delete all\n"} {
		out, err := b.run(typed, "-group", "g", feed)
		require.EqualError(t, err, "nothing was sent")
		assert.Contains(t, out, `This deletes 60 % of the group's listings. Type "delete 3" to go on`)
	}
	assert.Len(t, b.refs(), 5)
	_, err = b.run("delete 3\n", "-group", "g", feed)
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, b.refs())

	// An empty feed deletes all, also what can't be seen.
	b.write("feed.csv", header)
	out, err := b.run("delete 2\n", "-group", "g", feed)
	require.EqualError(t, err, "nothing was sent")
	assert.Contains(t, out, "The feed is empty.")
	_, err = b.run("delete all", "-group", "g", feed)
	require.NoError(t, err)
	assert.Empty(t, b.refs())
	_, err = b.run("", "-group", "g", feed)
	require.EqualError(t, err, "nothing was sent")
	_, err = b.run("", "-group", "g", "-max-deleted", "1", feed)
	require.NoError(t, err)
}

// Listings that are not active yet are known from the last sync.
func TestNotActiveYet(t *testing.T) {
	b := newBench(t)
	later := tenantry.NewDate(time.Now().AddDate(0, 1, 0))
	feed := b.write("feed.csv", header+line("a", ",,,,,")+line("b", string(later)+",,,,,"))
	_, err := b.run("", "-group", "g", feed)
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, b.refs())
	out, err := b.run("", "-group", "g", feed)
	require.NoError(t, err)
	assert.Contains(t, out, "0 to create, 0 to change, 0 to delete, 2 without")
	b.write("feed.csv", header+line("a", ",,,,,"))
	out, err = b.run("", "-group", "g", feed)
	require.EqualError(t, err, "nothing was sent")
	assert.Contains(t, out, "- b\n")
	assert.Contains(t, out, "This deletes 50 %")
	b.server.Add(leasefind.Community{CommunityID: "h"})
	out, err = b.run("", "-group", "h", feed)
	require.NoError(t, err, "another group")
	assert.Contains(t, out, "0 to delete")
	b.write("feed.csv.sent", "{")
	_, err = b.run("", "-group", "g", feed)
	require.ErrorContains(t, err, "delete it")
}

// A listing without an external reference, and one that gets another, are not taken for
// others.
func TestIdentifiers(t *testing.T) {
	b := newBench(t)
	for range 2 {
		_, err := b.client.Listings.Create(t.Context(), leasefind.ListingCreateParams{GroupID: "g", UnitType: leasefind.UnitTypeApartment, ListingURL: "https://example.com/a"})
		require.NoError(t, err)
	}
	ids := b.server.IDs(leasefind.Listing{})
	feed := b.write("feed.json", `[{"external_reference":"a","identifier":"`+ids[0]+`","unit_type":"apartment","listing_url":"https://example.com/a","number_of_bathrooms":1}]`)
	out, err := b.run("delete 1", "-group", "g", feed)
	require.NoError(t, err)
	assert.Contains(t, out, "~ a: external reference\n- identifier "+ids[1]+"\n0 to create, 1 to change, 1 to delete")
	assert.Equal(t, ids[:1], b.server.IDs(leasefind.Listing{}))
}

// A feed that is not understood, or a group that can't be read, sends nothing.
func TestNothingIsSent(t *testing.T) {
	for text, says := range map[string]string{
		"": "no header", "a,b\n1,2\n": `column 1, "a", is unknown`, "finish,finish\n": "occurs twice", header + "a,b\n": "wrong number of fields",
		header + ",apartment,u,1,,,,,,\n": "no external_reference", header + line("a", ",,,,,") + line("a", ",,,,,"): `"a" occurs twice`,
		header + "a,apartment,u,many,,,,,,\n": "line 2: number_of_bathrooms is not a number", header + "a,house,u,1,,,,,,\n": "UnitType",
		header + "a,apartment,u,true,,,,,,\n": "NumberOfBathrooms",
	} {
		b := newBench(t)
		_, err := b.run("delete all", "-group", "g", b.write("feed.csv", text))
		require.ErrorContains(t, err, says, "%q", text)
		assert.Zero(t, b.server.Arrivals("listings.sync"))
	}
	for text, says := range map[string]string{
		"null": "not a list", "{}": "cannot unmarshal", "[1]": "listing 1", `[{"external_ref":"a"}]`: "external_ref is no member", `[{"external_reference":"a","bedrooms":"two"}]`: "bedrooms",
	} {
		b := newBench(t)
		_, err := b.run("delete all", "-group", "g", b.write("feed.json", text))
		require.ErrorContains(t, err, says, text)
		assert.Zero(t, b.server.Arrivals("listings.sync"))
	}
	b := newBench(t)
	_, err := b.run("", "-group", "g", b.write("feed.txt", "x"))
	require.ErrorContains(t, err, "neither .json nor .csv")
	feed := b.write("feed.csv", five())
	_, err = b.run("", "-group", "g", feed)
	require.NoError(t, err)
	b.server.Inject(tenantrytest.Fault{Operation: "listings.find", Kind: tenantrytest.SpoilRecord, Record: b.server.IDs(leasefind.Listing{})[1]})
	_, err = b.run("", "-group", "g", feed)
	var spoiled *tenantry.DecodeError
	require.ErrorAs(t, err, &spoiled)
	_, err = b.run("", "-group", "other", feed)
	require.ErrorIs(t, err, leasefind.ErrNoAccessToGroup)
	assert.Equal(t, 1, b.server.Arrivals("listings.sync"))
}
