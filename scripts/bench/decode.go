package main

import (
	"encoding/json"
	"fmt"

	"github.com/bytedance/sonic"
	"github.com/go-faster/jx"
	goccy "github.com/goccy/go-json"

	"github.com/tenantry/tenantry-go/internal/wire"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/storedge"
)

// A reader decodes a page and returns how many records it has.
type reader struct {
	name string
	read func(body []byte) (int, error)
}

// decoding returns the rows that compare decoders.
func decoding() []row {
	page := residents250()
	var rows []row
	for _, p := range []struct {
		name    string
		body    []byte
		readers []reader
	}{
		{"a page of residents", page, residentReaders()},
		{"nulls left out", edit(page, withoutNulls), residentReaders()},
		{"unknown members", edit(page, withUnknown), residentReaders()},
		{"indented", indented(page), residentReaders()},
		{"storEDGE tenants", edit(load("tenants"), inOrder()), tenantReaders()},
		{"leasefind leases", edit(load("leases"), inOrder()), leaseReaders()},
		{"residents, another order in each", edit(page, shuffled()), residentReaders()},
		{"tenants, another order in each", edit(load("tenants"), shuffled()), tenantReaders()},
		{"leases, another order in each", edit(load("leases"), shuffled()), leaseReaders()},
	} {
		r := row{name: p.name, records: perPage}
		for _, reader := range p.readers {
			r.competitors = append(r.competitors, competitor{reader.name, func() error {
				n, err := reader.read(p.body)
				if err == nil && n != perPage {
					err = fmt.Errorf("%d records", n)
				}
				return err
			}})
		}
		rows = append(rows, r)
	}
	return rows
}

func residentReaders() []reader {
	type flat struct {
		Meta    handMeta              `json:"meta"`
		Results []flatPropexoResident `json:"results"`
	}
	return append([]reader{
		{"by hand", func(body []byte) (int, error) {
			var page handPage
			err := json.Unmarshal(body, &page)
			return len(page.Results), err
		}},
		{"tenantry", func(body []byte) (int, error) {
			var page struct {
				Meta struct {
					Total   *int  `json:"total"`
					HasMore *bool `json:"hasMore"`
				} `json:"meta"`
				Results wire.List[propexo.Resident] `json:"results"`
			}
			err := wire.Decode(body, &page)
			return len(page.Results.Items), err
		}},
		{"jx", func(body []byte) (int, error) {
			return byJX(body, "results", (*flatPropexoResident).decode)
		}},
	}, flatReaders(func(p *flat) int { return len(p.Results) })...)
}

func tenantReaders() []reader {
	type flat struct {
		Tenants []flatStoredgeTenant `json:"tenants"`
	}
	return append([]reader{
		flatReader("by hand", json.Unmarshal, func(p *flat) int { return len(p.Tenants) }),
		{"tenantry", func(body []byte) (int, error) {
			var page struct {
				Tenants wire.List[storedge.Tenant] `json:"tenants"`
			}
			err := wire.Decode(body, &page)
			return len(page.Tenants.Items), err
		}},
		{"jx", func(body []byte) (int, error) { return byJX(body, "tenants", (*flatStoredgeTenant).decode) }},
	}, flatReaders(func(p *flat) int { return len(p.Tenants) })...)
}

func leaseReaders() []reader {
	type flat struct {
		Leases []flatLeasefindLease `json:"leases"`
	}
	return append([]reader{
		flatReader("by hand", json.Unmarshal, func(p *flat) int { return len(p.Leases) }),
		{"tenantry", func(body []byte) (int, error) {
			var page struct {
				Leases wire.List[leasefind.Lease] `json:"leases"`
			}
			err := wire.Decode(body, &page)
			return len(page.Leases.Items), err
		}},
		{"jx", func(body []byte) (int, error) { return byJX(body, "leases", (*flatLeasefindLease).decode) }},
	}, flatReaders(func(p *flat) int { return len(p.Leases) })...)
}

// flatReaders are the decoders that fill structs by their tags; P is a page.
func flatReaders[P any](records func(*P) int) []reader {
	return []reader{
		flatReader("goccy", func(b []byte, v any) error { return goccy.Unmarshal(b, v) }, records),
		flatReader("sonic", func(b []byte, v any) error { return sonic.Unmarshal(b, v) }, records),
	}
}

func flatReader[P any](name string, unmarshal func([]byte, any) error, records func(*P) int) reader {
	return reader{name, func(body []byte) (int, error) {
		var page P
		err := unmarshal(body, &page)
		return records(&page), err
	}}
}

func byJX[T any](body []byte, name string, decode func(*T, *jx.Decoder) error) (int, error) {
	d := jx.GetDecoder()
	defer jx.PutDecoder(d)
	d.ResetBytes(body)
	var all []T
	err := d.ObjBytes(func(d *jx.Decoder, key []byte) error {
		if string(key) != name {
			return d.Skip()
		}
		return d.Arr(func(d *jx.Decoder) error {
			var record T
			err := decode(&record, d)
			all = append(all, record)
			return err
		})
	})
	return len(all), err
}
