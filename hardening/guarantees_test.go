package hardening

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bytedance/sonic"
	"github.com/go-faster/jx"
	goccy "github.com/goccy/go-json"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

// A flatResident is what one writes by hand to read a resident.
type flatResident struct {
	ID      string   `json:"id"`
	City    string   `json:"city"`
	Balance *float64 `json:"balance_in_cents"`
}

type flatResidents struct {
	Results []flatResident `json:"results"`
}

// A reading is what a decoder made of a page.
type reading struct {
	first   *flatResident // nil if it was set aside
	balance string        // of the first, exactly
	extra   bool          // the first has an Extra
	records int
}

type decoder func(body []byte) (reading, error)

func byTags(unmarshal func([]byte, any) error) decoder {
	return func(body []byte) (reading, error) {
		var page flatResidents
		err := unmarshal(body, &page)
		return readingOf(page.Results), err
	}
}

func readingOf(all []flatResident) reading {
	if len(all) == 0 {
		return reading{}
	}
	r := reading{first: &all[0], records: len(all)}
	if b := all[0].Balance; b != nil {
		r.balance = strconv.FormatFloat(*b, 'f', -1, 64)
	}
	return r
}

// byJX reads as the code does that is generated for jx.
func byJX(body []byte) (reading, error) {
	d := jx.DecodeBytes(body)
	var all []flatResident
	err := d.ObjBytes(func(d *jx.Decoder, key []byte) error {
		if string(key) != "results" {
			return d.Skip()
		}
		if d.Next() == jx.Null {
			return d.Null()
		}
		return d.Arr(func(d *jx.Decoder) error {
			var r flatResident
			err := d.ObjBytes(func(d *jx.Decoder, key []byte) (err error) {
				switch string(key) {
				case "id":
					r.ID, err = d.Str()
				case "city":
					r.City, err = d.Str()
				case "balance_in_cents":
					var f float64
					f, err = d.Float64()
					r.Balance = &f
				default:
					err = d.Skip()
				}
				return err
			})
			all = append(all, r)
			return err
		})
	})
	return readingOf(all), err
}

func byTenantry(body []byte) (reading, error) {
	c, err := propexo.NewClient("token", tenantry.WithHTTPClient(&http.Client{Transport: canned{http.StatusOK, body}}))
	if err != nil {
		return reading{}, err
	}
	defer c.Close()
	page, err := c.Residents.List(context.Background(), propexo.ResidentListParams{})
	if err != nil {
		return reading{}, err
	}
	r := reading{records: len(page.Items) + len(page.Undecodable)}
	if len(page.Items) == 0 || len(page.Undecodable) > 0 && page.Undecodable[0].Index == 0 {
		return r, nil
	}
	first := page.Items[0]
	r.first, r.balance, r.extra = &flatResident{ID: first.ID, City: first.City}, string(first.BalanceInCents), len(first.Extra) > 0
	return r, nil
}

// The table in docs/decoding.md says what decoders make of dirty pages. Each page has
// two residents, of which the first one is dirty.
func TestGuaranteesOfDecoders(t *testing.T) {
	pages := map[string]string{
		"a member twice":                       `{"results":[{"id":"a","id":"b"},{"id":"z"}]}`,
		"a member twice, in an unknown member": `{"results":[{"id":"a","new":{"x":1,"x":2}},{"id":"z"}]}`,
		"invalid UTF-8":                        "{\"results\":[{\"id\":\"a\xff\"},{\"id\":\"z\"}]}",
		"an object in place of a text":         `{"results":[{"id":"a","city":{"name":"x"}},{"id":"z"}]}`,
		"a number in place of a text":          `{"results":[{"id":7},{"id":"z"}]}`,
		"a text in place of a number":          `{"results":[{"id":"a","balance_in_cents":"12.5"},{"id":"z"}]}`,
		"a number that a float can't hold":     `{"results":[{"id":"a","balance_in_cents":9007199254740993},{"id":"z"}]}`,
		"a number in place of a record":        `{"results":[5,{"id":"z"}]}`,
		"a null in place of a record":          `{"results":[null,{"id":"z"}]}`,
		"one record in place of a list":        `{"results":{"id":"a"}}`,
		"an unknown member":                    `{"results":[{"id":"a","new":1},{"id":"z"}]}`,
		"a name in capitals":                   `{"results":[{"ID":"a"},{"id":"z"}]}`,
		"no list":                              `{"error":"busy"}`,
		"a control character":                  "{\"results\":[{\"id\":\"a\x01\"},{\"id\":\"z\"}]}",
		"text after the JSON":                  `{"results":[{"id":"a"},{"id":"z"}]} oops`,
	}
	decoders := map[string]decoder{
		"tenantry": byTenantry, "encoding/json": byTags(json.Unmarshal), "jx": byJX,
		"goccy": byTags(func(b []byte, v any) error { return goccy.Unmarshal(b, v) }), "sonic": byTags(func(b []byte, v any) error { return sonic.Unmarshal(b, v) }),
	}
	outcome := func(read decoder, body string) string {
		r, err := read([]byte(body))
		switch {
		case err != nil:
			return "the page fails"
		case r.records == 0:
			return "an empty page"
		case r.first == nil:
			return "set aside"
		case r.extra:
			return "kept in Extra"
		case r.first.ID == "":
			return "an empty record"
		case !utf8.ValidString(r.first.ID):
			return "kept broken"
		case strings.ContainsRune(r.first.ID, utf8.RuneError):
			return "U+FFFD"
		case r.first.ID == "b":
			return "the last one counts"
		case r.balance == "9007199254740992":
			return "rounded"
		case r.balance != "" || r.first.ID == "7" || r.records == 1 || strings.HasPrefix(body, `{"results":[{"ID`):
			return "read"
		}
		return "not noticed"
	}
	text, err := os.ReadFile("../docs/decoding.md")
	require.NoError(t, err)
	var names []string
	found := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if cells[0] == "the first of two records has" {
			names = cells
			continue
		}
		body, ok := pages[cells[0]]
		if !ok || names == nil {
			continue
		}
		found++
		for i, cell := range cells[1:] {
			assert.Equal(t, cell, outcome(decoders[names[i+1]], body), "%s, %s", cells[0], names[i+1])
		}
	}
	assert.Equal(t, len(pages), found, "rows of the table in docs/decoding.md")
}
