package main

//go:generate go run ./gen

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/tenantry/tenantry-go/internal/dirty"
)

// perPage is how many records each page has.
const perPage = 250

// residents250 is a page of residents: each has every member, in the order in which the
// API's documentation shows them.
func residents250() []byte {
	var records []json.RawMessage
	for _, r := range dirty.Residents(3, perPage) {
		records = append(records, r)
	}
	return page("results", records, `"meta":{"orderBy":[{"field":"id","direction":"asc"}],"offset":0,"limit":250,"hasMore":true,"total":100000},`)
}

// page puts records into an envelope.
func page(name string, records []json.RawMessage, before string) []byte {
	list, err := json.Marshal(records[:perPage])
	if err != nil {
		panic(err)
	}
	return fmt.Appendf(nil, `{%s%q:%s}`, before, name, list)
}

// The pages are as the APIs document them and as dirty as real ones, with nulls, empty
// texts, and numbers in texts.
//
//go:embed testdata
var pages embed.FS

// load returns a page of storEDGE's tenants or leasefind's leases.
func load(name string) []byte {
	packed, err := pages.ReadFile("testdata/" + name + ".json.gz")
	if err != nil {
		panic(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(err)
	}
	page, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	return page
}

// A member is a member of an object, in the order of the JSON.
type member struct {
	name  string
	value []byte
}

// edit returns value with the members of all its objects as f returns them.
func edit(value []byte, f func([]member) []member) []byte {
	d := jsontext.NewDecoder(bytes.NewReader(value), jsontext.AllowDuplicateNames(true))
	next := func() []byte {
		v, err := d.ReadValue()
		if err != nil {
			panic(err)
		}
		return edit(bytes.Clone(v), f)
	}
	open, _ := d.ReadToken()
	var out []byte
	switch open.Kind() {
	case '{':
		var all []member
		for d.PeekKind() == '"' {
			name, _ := d.ReadToken()
			m := member{name: name.String()}
			m.value = next()
			all = append(all, m)
		}
		for _, m := range f(all) {
			out = append(fmt.Appendf(append(out, ','), "%q:", m.name), m.value...)
		}
		return append(append([]byte{'{'}, bytes.TrimPrefix(out, []byte(","))...), '}')
	case '[':
		for d.PeekKind() != ']' {
			out = append(append(out, ','), next()...)
		}
		return append(append([]byte{'['}, bytes.TrimPrefix(out, []byte(","))...), ']')
	}
	return value
}

// withoutNulls leaves out the members that are null.
func withoutNulls(all []member) []member {
	return slices.DeleteFunc(all, func(m member) bool { return string(m.value) == "null" })
}

// shuffled puts the members into another order in each object.
func shuffled() func([]member) []member {
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // no secret
	return func(all []member) []member {
		r.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		return all
	}
}

// inOrder puts the members of objects of one kind into one order.
func inOrder() func([]member) []member {
	place := make(map[string]int) // in the first object that had the member
	return func(all []member) []member {
		for _, m := range all {
			if _, ok := place[m.name]; !ok {
				place[m.name] = len(place)
			}
		}
		slices.SortStableFunc(all, func(a, b member) int { return place[a.name] - place[b.name] })
		return all
	}
}

// withUnknown adds two members that no model has to each record.
func withUnknown(all []member) []member {
	if len(all) < 30 { // not a resident
		return all
	}
	return slices.Insert(all, 5, member{"preferred_language", []byte(`"en"`)}, member{"portal", []byte(`{"enabled":true,"since":"2024-01-01"}`)})
}

func indented(body []byte) []byte {
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", "  "); err != nil {
		panic(err)
	}
	return b.Bytes()
}
