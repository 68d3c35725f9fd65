package propexo_test

import (
	"bytes"
	"testing"

	"github.com/tenantry/tenantry-go/internal/dirty"
	"github.com/tenantry/tenantry-go/internal/wire"
	"github.com/tenantry/tenantry-go/propexo"
)

// What tenantry.WithDrift adds to the decoding of a page.
func BenchmarkDrift(b *testing.B) {
	var body bytes.Buffer
	body.WriteString(`{"results":[`)
	for i, r := range dirty.Residents(3, 250) {
		if i > 0 {
			body.WriteByte(',')
		}
		body.Write(r)
	}
	body.WriteString("]}")
	type page struct {
		Results wire.List[propexo.Resident] `json:"results"`
	}
	b.Run("off", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var p page
			if err := wire.Decode(body.Bytes(), &p); err != nil || len(p.Results.Items) != 250 {
				b.Fatal(err)
			}
		}
	})
	b.Run("on", func(b *testing.B) {
		b.ReportAllocs()
		watch := &wire.Watch{Values: propexo.Known().Values}
		for b.Loop() {
			var p page
			if _, err := watch.Decode(body.Bytes(), &p, "residents.list", "$", false); err != nil || len(p.Results.Items) != 250 {
				b.Fatal(err)
			}
		}
	})
}
