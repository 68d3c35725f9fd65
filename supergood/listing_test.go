package supergood_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/supergood"
)

// pages makes a client whose listing of properties gets one response after the
// other, and "[]" after them. It returns the requests.
func pages(t *testing.T, header http.Header, bodies ...string) (*supergood.Client, *[]string) {
	t.Helper()
	client, mock := mocked(t)
	asked := new([]string)
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		*asked = append(*asked, r.URL.RequestURI())
		body := "[]"
		if len(*asked) <= len(bodies) {
			body = bodies[len(*asked)-1]
		}
		resp := httpmock.NewStringResponse(200, body)
		if len(*asked) == 1 {
			for name, values := range header {
				resp.Header[name] = values
			}
		}
		return resp, nil
	})
	return client, asked
}

var filters = url.Values{"f": {"x"}}

func ids(t *testing.T, client *supergood.Client, cursor tenantry.Cursor) (string, error) {
	t.Helper()
	all, err := tenantry.Collect(client.Properties.All(t.Context(), supergood.ListParams{Extra: filters, Cursor: cursor}))
	var b strings.Builder
	for _, p := range all {
		b.WriteString(p.ID)
	}
	return b.String(), err
}

// Every way in which a response may name the page behind it.
func TestPagingStyles(t *testing.T) {
	const end = `[{"id":"b"}]`
	for name, c := range map[string]struct {
		first, want string
		header      http.Header
	}{
		"cursor":               {first: `{"data":[{"id":"a"}],"nextCursor":"n 1"}`, want: "cursor=n+1&f=x"},
		"cursor within":        {first: `{"results":[{"id":"a"}],"pagination":{"next_cursor":"n1"}}`, want: "cursor=n1&f=x"},
		"cursor as next":       {first: `{"items":[{"id":"a"}],"next":"n1"}`, want: "cursor=n1&f=x"},
		"cursor in base 64":    {first: `{"items":[{"id":"a"}],"next":"eyJ/YQ=="}`, want: "cursor=eyJ%2FYQ%3D%3D&f=x"},
		"number as cursor":     {first: `{"items":[{"id":"a"}],"meta":{"nextCursor":17}}`, want: "cursor=17&f=x"},
		"cursor in an object":  {first: `{"items":[{"id":"a"}],"next":{"cursor":"n1"}}`, want: "cursor=n1&f=x"},
		"page info":            {first: `{"items":[{"id":"a"}],"pageInfo":{"hasNextPage":true,"endCursor":"n1"}}`, want: "cursor=n1&f=x"},
		"link":                 {first: `{"properties":[{"id":"a"}],"next":"https://entrata.supergood.example/v1/properties?x=1&y=%2F,2"}`, want: "x=1&y=%2F,2"},
		"link, http":           {first: `{"properties":[{"id":"a"}],"next":"http://entrata.supergood.example/v1/properties?x=1"}`, want: "x=1"},
		"link, port":           {first: `{"properties":[{"id":"a"}],"next":"https://entrata.supergood.example:443/v1/properties?x=1"}`, want: "x=1"},
		"link, case":           {first: `{"properties":[{"id":"a"}],"next":"https://Entrata.Supergood.EXAMPLE/v1/properties/?x=1"}`, want: "x=1"},
		"path":                 {first: `{"properties":[{"id":"a"}],"links":{"next":"/v1/properties?after=1"}}`, want: "after=1"},
		"href":                 {first: `{"properties":[{"id":"a"}],"_links":{"next":{"href":"/v1/properties?after=2"}}}`, want: "after=2"},
		"list of links":        {first: `{"properties":[{"id":"a"}],"links":[{"rel":"prev","href":"?x=0"},{"rel":"next","href":"?after=2"}]}`, want: "after=2"},
		"query":                {first: `{"properties":[{"id":"a"}],"next":"?after=3"}`, want: "after=3"},
		"header":               {first: `[{"id":"a"}]`, want: "after=4", header: http.Header{"Link": {`</v1/x>; rel="prev", </v1/properties?after=4>; rel="next"`}}},
		"header, commas":       {first: `[{"id":"a"}]`, want: "ids=1,2;3", header: http.Header{"Link": {`</v1/properties?ids=1,2;3>; rel = 'last next'`}}},
		"header, another rel":  {first: `[{"id":"a"}]`, header: http.Header{"Link": {`</v1/properties?after=4>; rel="next-archive"`}}},
		"page number":          {first: `{"data":[{"id":"a"}],"page":1,"totalPages":2}`, want: "f=x&page=2"},
		"page number, more":    {first: `{"data":[{"id":"a"}],"meta":{"current_page":"3","hasMore":true}}`, want: "f=x&page=4"},
		"page number, total":   {first: `{"data":[{"id":"a"}],"page":1,"total":2}`, want: "f=x&page=2"},
		"page number, full":    {first: `{"data":[{"id":"a"}],"page":1,"perPage":1}`, want: "f=x&page=2"},
		"page_no":              {first: `{"data":[{"id":"a"}],"page_no":1,"total_pages":2}`, want: "f=x&page_no=2"},
		"page from 0":          {first: `{"data":[{"id":"a"}],"page":{"number":0,"totalPages":2}}`, want: "f=x&page=1"},
		"next is a page":       {first: `{"data":[{"id":"a"}],"page":1,"next":2}`, want: "f=x&page=2"},
		"next page":            {first: `{"data":[{"id":"a"}],"nextPage":2}`, want: "f=x&page=2"},
		"more":                 {first: `{"data":[{"id":"a"}],"has_more":true}`, want: "f=x&page=2"},
		"more as a text":       {first: `{"data":[{"id":"a"}],"hasNext":"true"}`, want: "f=x&page=2"},
		"next is true":         {first: `{"data":[{"id":"a"}],"next":true}`, want: "f=x&page=2"},
		"page info alone":      {first: `{"data":[{"id":"a"}],"pageInfo":{"hasNextPage":true}}`, want: "f=x&page=2"},
		"total, one object":    {first: `{"properties":{"id":"a"},"total":2}`, want: "f=x&page=2"},
		"total":                {first: `{"data":[{"id":"a"}],"total":2}`, want: "f=x&page=2"},
		"pages":                {first: `{"data":[{"id":"a"}],"pagination":{"pages":2}}`, want: "f=x&page=2"},
		"offset, total":        {first: `{"data":[{"id":"a"}],"offset":0,"limit":1,"total":2}`, want: "f=x&offset=1"},
		"offset, more":         {first: `{"data":[{"id":"a"}],"paging":{"offset":7,"hasMore":true}}`, want: "f=x&offset=8"},
		"offset, full":         {first: `{"data":[{"id":"a"}],"offset":0,"limit":1}`, want: "f=x&offset=1"},
		"skip":                 {first: `{"data":[{"id":"a"}],"skip":0,"total_count":2}`, want: "f=x&skip=1"},
		"within data":          {first: `{"data":{"properties":[{"id":"a"}],"nextCursor":"n1"}}`, want: "cursor=n1&f=x"},
		"within data twice":    {first: `{"data":{"data":{"properties":[{"id":"a"}],"meta":{"next":"n1"}}}}`, want: "cursor=n1&f=x"},
		"blanks":               {first: strings.Repeat(" \n", 17) + `{"data":` + strings.Repeat("\t", 17) + `[{"id":"a"}],"nextCursor":"n1"}`, want: "cursor=n1&f=x"},
		"none":                 {first: `{"data":[{"id":"a"}],"nextCursor":null,"next":""}`},
		"none, with a total":   {first: `{"data":[{"id":"a"}],"nextCursor":null,"total":1}`},
		"cursor at the end":    {first: `{"data":[{"id":"a"}],"next_cursor":"n1","has_more":false}`},
		"cursor, no next page": {first: `{"data":[{"id":"a"}],"pageInfo":{"endCursor":"n1","hasNextPage":false}}`},
		"next is false":        {first: `{"data":[{"id":"a"}],"next":false}`},
		"last page":            {first: `{"data":[{"id":"a"}],"page":2,"totalPages":2,"total":9}`},
		"last page from 0":     {first: `{"data":[{"id":"a"}],"page":0,"totalPages":1}`},
		"not full":             {first: `{"data":[{"id":"a"}],"page":1,"perPage":2}`},
		"offset at the end":    {first: `{"data":[{"id":"a"}],"offset":1,"limit":1,"total":2}`},
		"total of 0, full":     {first: `{"data":[{"id":"a"}],"page":1,"perPage":1,"total":0}`, want: "f=x&page=2"},
		"total of 0":           {first: `{"data":[{"id":"a"}],"total":0}`},
		"total reached":        {first: `{"data":[{"id":"a"}],"total":1}`},
		"full, but ended":      {first: `{"data":[{"id":"a"}],"page":1,"perPage":1,"next":null}`},
		"last page, by total":  {first: `{"data":[{"id":"a"}],"page":3,"total":3}`}, // the filters can have the page
		"limit alone":          {first: `{"data":[{"id":"a"}],"limit":1}`},
		"bare":                 {first: `[{"id":"a"}]`},
		"bare, blanks":         {first: strings.Repeat(" ", 17) + `[{"id":"a"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			client, asked := pages(t, c.header, c.first, end)
			got, err := ids(t, client, "")
			require.NoError(t, err)
			if c.want == "" {
				assert.Equal(t, "a", got)
				assert.Equal(t, []string{"/v1/properties?f=x"}, *asked)
				return
			}
			assert.Equal(t, "ab", got)
			assert.Equal(t, []string{"/v1/properties?f=x", "/v1/properties?" + c.want}, *asked)
		})
	}
}

// Listings of several pages end with the last page of the server.
func TestLongListings(t *testing.T) {
	for name, c := range map[string]struct {
		bodies []string
		asked  []string
	}{
		"by number":          {[]string{`{"data":[{"id":"a"}],"page":1,"totalPages":3}`, `{"data":[{"id":"b"}],"page":2,"totalPages":3}`, `{"data":[{"id":"c"}],"page":3,"totalPages":3}`}, []string{"", "&page=2", "&page=3"}},
		"by number from 0":   {[]string{`{"data":[{"id":"a"}],"page":0,"totalPages":3}`, `{"data":[{"id":"b"}],"page":1,"totalPages":3}`, `{"data":[{"id":"c"}],"page":2,"totalPages":3}`}, []string{"", "&page=1", "&page=2"}},
		"by total":           {[]string{`{"data":[{"id":"a"}],"total":3}`, `{"data":[{"id":"b"}],"total":3}`, `{"data":[{"id":"c"}],"total":3}`}, []string{"", "&page=2", "&page=3"}},
		"by number, total":   {[]string{`{"data":[{"id":"a"}],"page":1,"total":3}`, `{"data":[{"id":"b"}],"page":2,"total":3}`, `{"data":[{"id":"c"}],"page":3,"total":3}`}, []string{"", "&page=2", "&page=3"}},
		"by more":            {[]string{`{"data":[{"id":"a"}],"has_more":true}`, `{"data":[{"id":"b"}],"has_more":true}`, `{"data":[{"id":"c"}],"has_more":false}`}, []string{"", "&page=2", "&page=3"}},
		"by more, left out":  {[]string{`{"data":[{"id":"a"}],"has_more":true}`, `{"data":[{"id":"b"}],"has_more":true}`, `{"data":[{"id":"c"}]}`}, []string{"", "&page=2", "&page=3"}},
		"by offset":          {[]string{`{"data":[{"id":"a"}],"offset":0,"total":3}`, `{"data":[{"id":"b"}],"offset":1,"total":3}`, `{"data":[{"id":"c"}],"offset":2,"total":3}`}, []string{"", "&offset=1", "&offset=2"}},
		"by offset, full":    {[]string{`{"data":[{"id":"a"},{"id":"b"}],"offset":0,"limit":2}`, `{"data":[{"id":"c"}],"offset":2,"limit":2}`}, []string{"", "&offset=2"}},
		"by number, full":    {[]string{`{"data":[{"id":"a"},{"id":"b"},{"id":"c"}],"page":1,"pageSize":3}`, `{"data":[],"page":2,"pageSize":3}`}, []string{"", "&page=2"}},
		"by cursor":          {[]string{`{"data":[{"id":"a"}],"nextCursor":"1","total":3}`, `{"data":[{"id":"b"}],"nextCursor":"2","total":3}`, `{"data":[{"id":"c"}],"total":3}`}, []string{"", "&cursor=1", "&cursor=2"}},
		"by cursor and more": {[]string{`{"data":[{"id":"a"}],"next_cursor":"1","has_more":true}`, `{"data":[{"id":"b"},{"id":"c"}],"next_cursor":"2","has_more":false}`}, []string{"", "&cursor=1"}},
	} {
		t.Run(name, func(t *testing.T) {
			want := make([]string, len(c.asked))
			for i, query := range c.asked {
				q, err := url.ParseQuery("f=x" + query)
				require.NoError(t, err)
				want[i] = "/v1/properties?" + q.Encode()
			}
			client, asked := pages(t, nil, c.bodies...)
			got := ""
			cursors := []tenantry.Cursor{""}
			covered := []string{""}
			for page, err := range client.Properties.Pages(t.Context(), supergood.ListParams{Extra: filters}) {
				require.NoError(t, err)
				for _, p := range page.Items {
					got += p.ID
				}
				cursors, covered = append(cursors, page.Next), append(covered, got)
			}
			assert.Equal(t, "abc", got)
			assert.Equal(t, want, *asked)
			for i, cursor := range cursors[:len(cursors)-1] {
				client, asked := pages(t, nil, c.bodies[i:]...)
				rest, err := ids(t, client, cursor)
				require.NoError(t, err)
				assert.Equal(t, "abc", covered[i]+rest)
				assert.Equal(t, want[i:], *asked)
			}
		})
	}
}

// server returns the part of a cursor that the package makes.
func server(t *testing.T, cursor tenantry.Cursor) (outer, inner map[string]any) {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(string(cursor))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &outer))
	text, ok := outer["c"].(string)
	require.True(t, ok)
	require.NoError(t, json.Unmarshal([]byte(text), &inner))
	return outer, inner
}

// More records that can't be asked for are an error, and no silent end.
func TestUnfollowable(t *testing.T) {
	const host, path, noWay = "another host", "another path", "not how to ask"
	for name, c := range map[string]struct {
		bodies []string
		header http.Header
		says   string
	}{
		"another host":        {bodies: []string{`{"data":[{"id":"a"}],"next":"https://evil.example/v1/properties?x=1"}`}, says: host},
		"another host, bare":  {bodies: []string{`{"data":[{"id":"a"}],"next":"//evil.example/x?x=1"}`}, says: host},
		"another port":        {bodies: []string{`{"data":[{"id":"a"}],"next":"https://entrata.supergood.example:8443/v1/properties?x=1"}`}, says: host},
		"a user":              {bodies: []string{`{"data":[{"id":"a"}],"next":"https://user@entrata.supergood.example/v1/properties?x=1"}`}, says: host},
		"no URL":              {bodies: []string{`{"data":[{"id":"a"}],"next":"javascript:alert(1)/"}`}, says: host},
		"header":              {bodies: []string{`[{"id":"a"}]`}, header: http.Header{"Link": {`<https://evil.example/?x=1>; rel=next`}}, says: host},
		"another path":        {bodies: []string{`{"data":[{"id":"a"}],"next":"https://entrata.supergood.example/v1/sessions?x=1"}`}, says: path},
		"path in a next page": {bodies: []string{`{"data":[{"id":"a"}],"next_page":"/v1/properties/p1/units?x=1"}`}, says: path},
		"the first page":      {bodies: []string{`{"data":[{"id":"a"}],"next":"/v1/properties"}`}, says: "first page"},
		"more after a cursor": {bodies: []string{`{"data":[{"id":"a"}],"next":"n1"}`, `{"data":[{"id":"b"}],"has_more":true}`}, says: noWay},
		"more after a link":   {bodies: []string{`{"data":[{"id":"a"}],"next":"?x=1"}`, `{"data":[{"id":"b"}],"next":true}`}, says: noWay},
		"more and no record":  {bodies: []string{`{"data":[{"id":"a"}],"total":2}`, `{"data":[],"total":2}`}, says: "holds none"},
		"offset, no record":   {bodies: []string{`{"data":[],"offset":0,"total":2}`}, says: "holds none"},
		"the same page":       {bodies: []string{`{"data":[{"id":"a"}],"has_more":true}`, `{"data":[{"id":"a"}],"has_more":true}`}, says: "same record"},
		"page 1 again":        {bodies: []string{`{"data":[{"id":"a"}],"page":1,"totalPages":2}`, `{"data":[{"id":"b"}],"page":1,"totalPages":2}`}, says: "it is page 1, but page 2"},
		"offset 0 again":      {bodies: []string{`{"data":[{"id":"a"}],"offset":0,"total":2}`, `{"data":[{"id":"b"}],"offset":0,"total":2}`}, says: "starts at record 0"},
		"the same cursor":     {bodies: []string{`{"data":[{"id":"a"}],"nextCursor":"same"}`, `{"data":[{"id":"b"}],"nextCursor":"same"}`, `{"data":[{"id":"c"}],"nextCursor":"same"}`}, says: ""},
	} {
		t.Run(name, func(t *testing.T) {
			client, asked := pages(t, c.header, c.bodies...)
			got, err := ids(t, client, "")
			require.ErrorIs(t, err, tenantry.ErrIncomplete)
			require.ErrorContains(t, err, c.says)
			for _, body := range c.bodies[:len(*asked)] { // what came was yielded
				if _, id, ok := strings.Cut(body, `{"id":"`); ok {
					assert.Contains(t, got, id[:1])
				}
			}
			assert.LessOrEqual(t, len(*asked), len(c.bodies))
			for _, uri := range *asked {
				assert.True(t, strings.HasPrefix(uri, "/v1/properties?"), uri)
			}
		})
	}
}

// A list by number or offset that ends before its own total is asked again.
func TestTotals(t *testing.T) {
	for name, c := range map[string]struct {
		bodies []string
		want   string // "" for an error
		asked  int
	}{
		"by number":           {[]string{`{"data":[{"id":"a"}],"page":1,"total":3,"hasMore":true}`, `{"data":[{"id":"b"}],"page":2,"total":3,"hasMore":false}`, `{"data":[{"id":"b"}],"page":2,"total":3,"hasMore":false}`}, "", 3},
		"by offset":           {[]string{`{"data":[{"id":"a"}],"offset":0,"total":3,"hasMore":true}`, `{"data":[{"id":"b"}],"offset":1,"total":3,"hasMore":false}`, `{"data":[{"id":"b"}],"offset":1,"total":3,"hasMore":false}`}, "", 3},
		"by offset, mended":   {[]string{`{"data":[{"id":"a"}],"offset":0,"total":3,"hasMore":true}`, `{"data":[{"id":"b"}],"offset":1,"total":3,"hasMore":false}`, `{"data":[{"id":"b"}],"offset":1,"total":2,"hasMore":false}`}, "ab", 3},
		"filters with a page": {[]string{`{"data":[{"id":"a"}],"page":3,"total":9,"hasMore":false}`}, "a", 1},
		"by cursor":           {[]string{`{"data":[{"id":"a"}],"nextCursor":"n","total":9}`, `{"data":[{"id":"b"}],"nextCursor":null,"total":9}`}, "ab", 2},
	} {
		t.Run(name, func(t *testing.T) {
			client, asked := pages(t, nil, c.bodies...)
			got, err := ids(t, client, "")
			if c.want == "" {
				require.ErrorIs(t, err, tenantry.ErrIncomplete)
				c.want = "ab"
			} else {
				require.NoError(t, err)
			}
			assert.Equal(t, c.want, got)
			assert.Len(t, *asked, c.asked)
		})
	}
}

// A cursor that was tampered with fetches nothing but the listing's own path.
func TestForgedCursors(t *testing.T) {
	client, _ := pages(t, nil, `{"data":[{"id":"a"}],"next":"?x=1"}`)
	page, err := client.Properties.List(t.Context(), supergood.ListParams{})
	require.NoError(t, err)
	outer, inner := server(t, page.Next)
	assert.Equal(t, map[string]any{"q": "x=1"}, inner)
	for text, refused := range map[string]bool{
		`{"q":"x=1"}`: false, `{"q":"x=1 HTTP/1.1\r\nHost: evil.example\r\n\r\n"}`: false, `{"q":"#/../../sessions"}`: false, `{"n":"a/../b","v":"?#/x"}`: false,
		`l:/v1/sessions`: true, `/v1/sessions?x=1`: true, `q:x=1`: true, `{"q":"x","path":"/v1/sessions"}`: true, `{"q":5}`: true, `[]`: true, `{"q":"a"`: true,
	} {
		outer["c"] = text
		b, err := json.Marshal(outer)
		require.NoError(t, err)
		client, asked := pages(t, nil)
		_, err = client.Properties.List(t.Context(), supergood.ListParams{Cursor: tenantry.Cursor(base64.RawURLEncoding.EncodeToString(b))})
		if refused {
			require.ErrorIs(t, err, tenantry.ErrInvalidArgument, text)
			assert.Empty(t, *asked, text)
			continue
		}
		require.NoError(t, err, text)
		require.Len(t, *asked, 1)
		assert.True(t, strings.HasPrefix((*asked)[0], "/v1/properties?"), (*asked)[0])
		assert.NotContains(t, (*asked)[0], " ")
		assert.NotContains(t, (*asked)[0], "\n")
		assert.NotContains(t, (*asked)[0], "#")
	}
}

// A response without its list is an error in the server's own words.
func TestNoList(t *testing.T) {
	for body, says := range map[string]string{
		`{"page":1}`:                  "holds no list",
		`{}`:                          "holds no list",
		`null`:                        "holds no list",
		`{"data":{"units":[]}}`:       "holds no list", // of another resource
		`{"properties":"[]"}`:         "holds no list",
		`{"error":"Entrata is away"}`: "Entrata is away",
		`{"success":false,"message":"Entrata is away","data":null}`:         "Entrata is away",
		`{"error":{"code":"x","message":"Entrata is away"},"data":{}}`:      "Entrata is away",
		`{"data":[],"error":{"message":"Entrata is away"}}`:                 "Entrata is away",
		`{"data":[],"errors":[{"message":"Entrata is away"}]}`:              "Entrata is away",
		strings.Repeat(`{"data":`, 9000) + `[]` + strings.Repeat(`}`, 9000): "holds no list",
	} {
		client, asked := pages(t, nil, body)
		_, err := client.Properties.List(t.Context(), supergood.ListParams{})
		require.ErrorContains(t, err, says, "%.60s", body)
		assert.Len(t, *asked, 1)
	}
	for _, body := range []string{`[]`, `{"data":[]}`, `{"data":null}`, `{"data":[],"error":null,"errors":[],"message":"OK"}`, `{"properties":[],"data":{"x":1}}`, `{"data":{"properties":[]},"total":0}`} {
		client, _ := pages(t, nil, body)
		page, err := client.Properties.List(t.Context(), supergood.ListParams{})
		require.NoError(t, err, body)
		assert.Empty(t, page.Items)
	}
}

// The list and its paging are looked for within a few levels, so that nesting
// costs no more than the body's size.
func TestNestingIsBounded(t *testing.T) {
	body := strings.Repeat(`{"data":`, 9000) + `[{"id":"a","x":"` + strings.Repeat("x", 1<<20) + `"}]` + strings.Repeat(`}`, 9000)
	allocated := testing.AllocsPerRun(1, func() {
		client, _ := pages(t, nil, body)
		_, err := client.Properties.List(t.Context(), supergood.ListParams{})
		require.ErrorContains(t, err, "holds no list")
		_, err = client.Property("p").CreateLease(t.Context(), supergood.LeaseCreateParams{})
		require.Error(t, err)
	})
	assert.Less(t, allocated, 5000.0)
}

// Of the record's envelope nothing is lost.
func TestCreatedRecords(t *testing.T) {
	raw := func(s string) tenantry.Raw { return tenantry.Raw(s) }
	for body, want := range map[string]*supergood.Lease{
		`{"id":"L1","data":{"k":1}}`:                                   {ID: "L1", Extra: tenantry.Extra{"data": raw(`{"k":1}`)}},
		`{"leaseId":"L1","result":{"k":1}}`:                            {ID: "L1", Extra: tenantry.Extra{"result": raw(`{"k":1}`)}},
		`{"lease":{"id":"L1"},"warnings":["late"]}`:                    {ID: "L1", Extra: tenantry.Extra{"warnings": raw(`["late"]`)}},
		`{"data":{"id":"L1","status":"NEW"},"status":"ok","took":5}`:   {ID: "L1", Status: "NEW", Extra: tenantry.Extra{"took": raw(`5`)}},
		`{"data":{"lease":{"id":"L1"},"warnings":[]},"requestId":"r"}`: {ID: "L1", Extra: tenantry.Extra{"warnings": raw(`[]`), "requestId": raw(`"r"`)}},
		`{"id":"req-1","data":{"id":"L1"}}`:                            {ID: "L1"},
		`{"data":{"rent":5}}`:                                          {Rent: "5"},
		`{"result":{"lease_id":7}}`:                                    {ID: "7"},
		`{"id":"L1","residents":{"id":"r1"}}`:                          {ID: "L1", Residents: []supergood.Resident{{ID: "r1"}}},
		` {"status":"PENDING","message":"Accepted"}`:                   {Status: "PENDING", Extra: tenantry.Extra{"message": raw(`"Accepted"`)}},
	} {
		client, _ := pages(t, nil, body)
		got, err := client.Property("p").CreateLease(t.Context(), supergood.LeaseCreateParams{})
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
	}
	for body, says := range map[string]string{
		`{"error":"No such unit."}`: "No such unit.", `{"data":{},"error":{"message":"No such unit."}}`: "No such unit.", `{"data":{"errors":[{"message":"x"}]},"message":"No such unit."}`: "No such unit.", `null`: "not an object", `[]`: "another shape",
	} {
		client, _ := pages(t, nil, body)
		_, err := client.Property("p").CreateLease(t.Context(), supergood.LeaseCreateParams{})
		require.ErrorContains(t, err, says, body)
	}
}

// People are found in every shape, and what can't be read is kept.
func TestPeople(t *testing.T) {
	for residents, want := range map[string][]supergood.Resident{
		`{"id":"r1","firstName":"Ana"}`:      {{ID: "r1", FirstName: "Ana"}},
		`[{"id":"r1"},"r2"]`:                 {{ID: "r1"}, {ID: "r2"}},
		`["r1","r2"]`:                        {{ID: "r1"}, {ID: "r2"}},
		`[7,{"residentId":"r1"},null]`:       {{ID: "7"}, {ID: "r1"}},
		`"r1"`:                               {{ID: "r1"}},
		`[{"id":"r1"},{"id":"r1"},"r1"]`:     {{ID: "r1"}},
		`[]`:                                 nil,
		`null`:                               nil,
		`{"id":"r1","firstName":{"odd":[]}}`: {{ID: "r1", Extra: tenantry.Extra{"firstName": tenantry.Raw(`{"odd":[]}`)}}},
	} {
		for _, unit := range []string{`{"id":"u","residents":` + residents + `}`, `{"id":"u","leases":[{"id":"l","residents":` + residents + `}]}`, `{"id":"u","leases":{"leaseId":"l","residents":` + residents + `}}`} {
			client, _ := pages(t, nil, `[`+unit+`]`)
			page, err := client.Property("p").ListUnits(t.Context(), supergood.ListParams{})
			require.NoError(t, err, unit)
			u := page.Items[0]
			assert.Equal(t, want, u.People(), unit)
			assert.Empty(t, u.Extra["residents"])
			if len(u.Leases) > 0 {
				assert.Equal(t, "l", u.Leases[0].ID)
			}
		}
	}
	client, _ := pages(t, nil, `[{"id":"u","residents":[{"id":"r1"},["odd"]],"leases":["l1",true]}]`)
	page, err := client.Property("p").ListUnits(t.Context(), supergood.ListParams{})
	require.NoError(t, err)
	u := page.Items[0]
	assert.Equal(t, []supergood.Resident{{ID: "r1"}}, u.People())
	assert.JSONEq(t, `[{"id":"r1"},["odd"]]`, string(u.Extra["residents"]))
	assert.Equal(t, []supergood.UnitLease{{ID: "l1"}}, u.Leases)
	assert.JSONEq(t, `["l1",true]`, string(u.Extra["leases"]))
}

// No response makes a listing or a create panic, or leave the listing's path.
func FuzzResponses(f *testing.F) {
	for _, seed := range []string{
		`{"data":[{"id":"a"}],"page":1,"totalPages":2}`, `{"data":{"properties":[{"id":"a"}],"pageInfo":{"hasNextPage":true}},"total":9}`, `{"lease":{"id":"l"},"warnings":[]}`,
		`{"items":[{"id":"a"},"b",null],"offset":0,"limit":3,"links":[{"rel":"next","href":"//x"}]}`, `{"results":[],"next":{"href":"/v1/properties?a=b c"}}`, `{"id":"l","data":{"data":{"result":{"id":[]}}}}`,
	} {
		f.Add(seed, `</v1/properties?x=1>; rel="next"`)
	}
	f.Fuzz(func(t *testing.T, body, link string) {
		client, asked := pages(t, http.Header{"Link": {link}}, body, body)
		for page, err := range client.Properties.Pages(t.Context(), supergood.ListParams{}) {
			if err != nil || len(*asked) > 2 || !page.HasMore {
				break
			}
			if page.Next == "" {
				t.Fatal("more records, and no cursor")
			}
		}
		for _, uri := range *asked {
			if path, _, _ := strings.Cut(uri, "?"); path != "/v1/properties" {
				t.Fatalf("asked for %q", uri)
			}
		}
		client, _ = pages(t, nil, body)
		_, _ = client.Property("p").CreateLease(t.Context(), supergood.LeaseCreateParams{})
	})
}
