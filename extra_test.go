package tenantry_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/crm"
	"github.com/tenantry/tenantry-go/storedge"
	"github.com/tenantry/tenantry-go/supergood"
)

// A stub is a transport that keeps the last request and refuses it, or responds with
// the next of its pages.
type stub struct {
	last  *http.Request
	sent  map[string][]string // query values, or members of the body as JSON
	pages []string
}

func (s *stub) RoundTrip(req *http.Request) (*http.Response, error) {
	s.last, s.sent = req, req.URL.Query()
	if req.Body != nil {
		var members map[string]json.RawMessage
		if err := json.NewDecoder(req.Body).Decode(&members); err != nil {
			return nil, err
		}
		for name, raw := range members {
			s.sent[name] = []string{string(raw)}
		}
	}
	resp := &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Request: req, Body: http.NoBody}
	if len(s.pages) > 0 {
		resp.StatusCode, resp.Body = http.StatusOK, io.NopCloser(strings.NewReader(s.pages[0]))
		s.pages = s.pages[1:]
	}
	return resp, nil
}

// clients returns a client of each API over the stub.
func (s *stub) clients(t *testing.T) map[string]any {
	own := []tenantry.Option{
		tenantry.WithHTTPClient(&http.Client{Transport: s}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}),
	}
	token := slices.Concat(own, []tenantry.Option{tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t"}))})
	p, err := propexo.NewClient("t", own...)
	require.NoError(t, err)
	c, err := crm.New(p)
	require.NoError(t, err)
	st, err := storedge.NewClient("a", "s", own...)
	require.NoError(t, err)
	l, err := leasefind.NewClient("", "", token...)
	require.NoError(t, err)
	e, err := elevenos.NewClient("", "", token...)
	require.NoError(t, err)
	su, err := supergood.NewClient("https://supergood.example.test", supergood.Credentials{}, token...)
	require.NoError(t, err)
	return map[string]any{"propexo": p, "crm": c, "storedge": st, "leasefind": l, "elevenos": e, "supergood": su}
}

// A lister is a method that lists records by parameters.
type lister struct {
	name   string
	method reflect.Value
	params reflect.Type
}

var (
	lists      = regexp.MustCompile(`^(List|All|Pages|Find|Search)`)
	extraTypes = []reflect.Type{reflect.TypeFor[url.Values](), reflect.TypeFor[tenantry.Extra]()}
)

// listersOf returns the listers of a client, and of all that its fields and its methods
// for handles lead to.
func listersOf(v reflect.Value, seen map[reflect.Type]bool) []lister {
	t := v.Type()
	if seen[t] || t.Kind() != reflect.Pointer || t.Elem().Kind() != reflect.Struct || v.IsNil() {
		return nil
	}
	seen[t] = true
	var all []lister
	ours := func(other reflect.Type) bool {
		return other.Kind() == reflect.Pointer && other.Elem().PkgPath() == t.Elem().PkgPath()
	}
	for i := range t.NumMethod() {
		m, method := t.Method(i), v.Method(i)
		typ := method.Type()
		if typ.NumIn() == 1 && typ.In(0).Kind() == reflect.String && typ.NumOut() == 1 && ours(typ.Out(0)) {
			all = append(all, listersOf(method.Call([]reflect.Value{reflect.ValueOf("x")})[0], seen)...)
		}
		for at := range typ.NumIn() {
			if in := typ.In(at); in.Kind() == reflect.Struct && lists.MatchString(m.Name) {
				all = append(all, lister{t.Elem().String() + "." + m.Name, method, in})
			}
		}
	}
	for i := range t.Elem().NumField() {
		if f := t.Elem().Field(i); f.IsExported() && ours(f.Type) {
			all = append(all, listersOf(v.Elem().Field(i), seen)...)
		}
	}
	return all
}

// call lists with the parameters that set sets.
func (l *lister) call(t *testing.T, set func(params reflect.Value)) error {
	args := []reflect.Value{reflect.ValueOf(t.Context())}
	typ := l.method.Type()
	for i := 1; i < typ.NumIn() && (!typ.IsVariadic() || i < typ.NumIn()-1); i++ {
		arg := reflect.New(typ.In(i)).Elem()
		switch {
		case arg.Type() == l.params:
			set(arg)
		case arg.Kind() == reflect.String:
			arg.SetString("x")
		}
		args = append(args, arg)
	}
	out := l.method.Call(args)
	if len(out) == 2 {
		err, _ := out[1].Interface().(error)
		return err
	}
	for _, err := range out[0].Seq2() {
		return err.Interface().(error)
	}
	return nil
}

// requireFields sets the fields without which some searches are refused.
func requireFields(params reflect.Value) {
	for name, value := range map[string]any{"UnitExternalRef": "u", "EmailAddress": "a@b.test", "GroupID": "g", "AccountNumber": "1", "IntegrationID": "i"} {
		if f := params.FieldByName(name); f.IsValid() && f.Kind() == reflect.String {
			f.Set(reflect.ValueOf(value).Convert(f.Type()))
		}
	}
}

// sample sets a field to something that is accepted.
func sample(f reflect.Value) {
	switch f.Kind() {
	case reflect.String:
		f.SetString("2026-01-02")
	case reflect.Int, reflect.Int64:
		f.SetInt(5)
	case reflect.Bool:
		f.SetBool(true)
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		sample(f.Elem())
	case reflect.Slice:
		f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		sample(f.Index(0))
	case reflect.Map:
		v := reflect.New(f.Type().Elem()).Elem()
		sample(v)
		f.Set(reflect.MakeMap(f.Type()))
		f.SetMapIndex(reflect.ValueOf("o").Convert(f.Type().Key()), v)
	case reflect.Struct:
		if f.Type() == reflect.TypeFor[time.Time]() {
			f.Set(reflect.ValueOf(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)))
			return
		}
		sample(f.Field(0))
	}
}

// setExtra sets the Extra of parameters to one name with two values, or one number.
func setExtra(params reflect.Value, name string) {
	if f := params.FieldByName("Extra"); f.Type() == extraTypes[0] {
		f.Set(reflect.ValueOf(url.Values{name: {"x 1", "2"}}))
	} else {
		f.Set(reflect.ValueOf(tenantry.Extra{name: tenantry.Raw(`[1,2]`)}))
	}
}

// Every list sends the Extra of its parameters, and refuses a name in it that the SDK
// sets itself. A new type of parameters needs a field Extra that goes through
// transport.AddExtra, or for a search by POST through leasefind's searcher.
func TestExtraOfEveryList(t *testing.T) {
	s := new(stub)
	types := make(map[reflect.Type]bool)
	for api, client := range s.clients(t) {
		for _, l := range listersOf(reflect.ValueOf(client), make(map[reflect.Type]bool)) {
			types[l.params] = true
			extra, ok := l.params.FieldByName("Extra")
			if !assert.True(t, ok && slices.Contains(extraTypes, extra.Type), "%s: %s has no Extra", l.name, l.params) {
				continue
			}
			require.Error(t, l.call(t, func(p reflect.Value) {
				requireFields(p)
				setExtra(p, "brand new")
			}))
			if extra.Type == extraTypes[0] {
				assert.Equal(t, []string{"x 1", "2"}, s.sent["brand new"], l.name)
			} else {
				assert.Equal(t, []string{"[1,2]"}, s.sent["brand new"], l.name)
			}
			if _, listed := l.params.FieldByName("Cursor"); !listed && extra.Type == extraTypes[1] {
				continue // its members are sent, and win over no field that is set
			}

			own := make(map[string]bool)
			for i := range l.params.NumField() {
				f := l.params.Field(i)
				if f.Name == "Extra" || f.Name == "Cursor" {
					continue
				}
				for _, also := range []func(reflect.Value){func(reflect.Value) {}, requireFields} {
					err := l.call(t, func(p reflect.Value) {
						also(p)
						sample(p.Field(i))
					})
					if !errors.Is(err, tenantry.ErrInvalidArgument) {
						for name := range s.sent {
							own[name] = true
						}
					}
				}
			}
			assert.True(t, len(own) > 0 || api == "supergood", l.name)
			for name := range own {
				s.last = nil
				err := l.call(t, func(p reflect.Value) {
					requireFields(p)
					setExtra(p, name)
				})
				var refused *tenantry.ArgumentError
				require.ErrorAs(t, err, &refused, "%s sends %s, which its Extra may hold, too", l.name, name)
				assert.Equal(t, "Extra", refused.Argument, "%s %s: %v", l.name, name, err)
				assert.Nil(t, s.last, l.name)
			}
		}
	}
	assert.Greater(t, len(types), 80)
}

// A cursor belongs to the listing with its Extra.
func TestExtraBelongsToTheCursor(t *testing.T) {
	s := new(stub)
	clients := s.clients(t)
	more := url.Values{"new": {"1"}}
	for name, c := range map[string]struct {
		page string
		list func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error)
	}{
		"propexo": {`{"meta":{"hasMore":true},"results":[{"id":"a"},{"id":"b"}]}`, func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error) {
			return next(clients["propexo"].(*propexo.Client).Residents.List(t.Context(), propexo.ResidentListParams{Limit: 2, Cursor: cursor, Extra: more}))
		}},
		"crm": {`{"meta":{"hasMore":true},"results":[{"id":"a"},{"id":"b"}]}`, func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error) {
			return next(clients["crm"].(*crm.Client).Agents.List(t.Context(), crm.AgentListParams{Limit: 2, Cursor: cursor, Extra: more}))
		}},
		"write logs": {`{"results":{"logs":[{"id":"a"},{"id":"b"}]}}`, func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error) {
			return next(clients["propexo"].(*propexo.Client).WriteLogs.List(t.Context(), propexo.WriteLogListParams{Limit: 2, Cursor: cursor, Extra: more}))
		}},
		"storedge": {`{"tenants":[{"id":"a"},{"id":"b"}],"meta":{"pagination":{"next_page":2}}}`, func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error) {
			return next(clients["storedge"].(*storedge.Client).Facility("f").Tenants.List(t.Context(), storedge.ListParams{PerPage: 2, Cursor: cursor, Extra: more}))
		}},
		"leads": {`{"leads":[{"id":"a"},{"id":"b"}],"meta":{"pagination":{"next_page":2}}}`, func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error) {
			return next(clients["storedge"].(*storedge.Client).Facility("f").Leads.List(t.Context(), storedge.LeadListParams{PerPage: 2, Cursor: cursor, Extra: more}))
		}},
		"leasefind": {`{"leases":[{"identifier":"a"}],"last_id":7}`, func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error) {
			return next(clients["leasefind"].(*leasefind.Client).Leases.Find(t.Context(), leasefind.LeaseFindParams{UnitID: "u", Cursor: cursor, Extra: more}))
		}},
		"leasefind by POST": {`{"units":[{"identifier":"a"}],"last_id":7}`, func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error) {
			extra := make(tenantry.Extra)
			for name, values := range more {
				extra[name] = tenantry.Raw(values[0])
			}
			return next(clients["leasefind"].(*leasefind.Client).Units.Find(t.Context(), leasefind.UnitFindParams{Cursor: cursor, Extra: extra}))
		}},
		"supergood": {`{"data":[{"id":"a"}],"nextCursor":"c"}`, func(cursor tenantry.Cursor, more url.Values) (tenantry.Cursor, error) {
			return next(clients["supergood"].(*supergood.Client).Properties.List(t.Context(), supergood.ListParams{Cursor: cursor, Extra: more}))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s.pages = []string{c.page}
			cursor, err := c.list("", more)
			require.NoError(t, err)
			require.NotEmpty(t, cursor)
			_, err = c.list(cursor, more)
			require.NotErrorIs(t, err, tenantry.ErrInvalidArgument, "it was sent")
			assert.Equal(t, []string{"1"}, s.sent["new"])
			for _, other := range []url.Values{nil, {"new": {"2"}}} {
				s.last = nil
				_, err = c.list(cursor, other)
				require.ErrorIs(t, err, tenantry.ErrInvalidArgument)
				assert.Nil(t, s.last)
			}
		})
	}
}

func next[T any](page *tenantry.Page[T], err error) (tenantry.Cursor, error) {
	if err != nil {
		return "", err
	}
	return page.Next, nil
}
