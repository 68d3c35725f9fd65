package propexodoc

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Sampler makes values that match the description.
type Sampler struct {
	*rand.Rand
	D *Description
	// Dirt is the percentage of values that are null or absent, if they may be, and
	// of objects that have an unknown member.
	Dirt int
}

// NewSampler returns a Sampler that makes the same values for the same seed.
func NewSampler(d *Description, seed uint64, dirt int) *Sampler {
	return &Sampler{rand.New(rand.NewPCG(seed, 0xd0c)), d, dirt} //nolint:gosec // no secret
}

// Struct returns a JSON object of the given schema.
func (s *Sampler) Struct(schema string) map[string]any {
	m := make(map[string]any)
	for i := range s.D.Schemas[schema].Fields {
		f := &s.D.Schemas[schema].Fields[i]
		if !f.Required && s.IntN(100) < s.Dirt {
			continue
		}
		m[f.Name] = s.Value(f)
	}
	if s.IntN(100) < s.Dirt {
		m["a_member_of_tomorrow"] = map[string]any{"x": []any{1, nil, "y"}}
	}
	return m
}

// System returns a body of a write that belongs to one system, with all known fields.
func (s *Sampler) System(w *SystemWrite) map[string]any {
	m := make(map[string]any)
	for i := range w.Fields {
		f := s.D.field(&w.Fields[i])
		m[f.Name] = s.Value(&f)
	}
	return m
}

var words = []string{"Elm", "late", "2B", "N/A", "Ünit", "x\"y", "7", "a b"}

// Value returns a value of a field.
func (s *Sampler) Value(f *Field) any {
	if f.Nullable && s.IntN(100) < s.Dirt {
		return nil
	}
	switch f.Type {
	case "array":
		low, high := 1, 2
		if f.MinItems != nil {
			low = *f.MinItems
		}
		if f.MaxItems != nil {
			high = min(high, *f.MaxItems)
		}
		all := []any{}
		for range low + s.IntN(max(high-low, 0)+1) {
			all = append(all, s.item(f))
		}
		return all
	case "map":
		return map[string]any{"one": s.item(f), "another": s.item(f)}
	case "ref":
		return s.Struct(f.Ref)
	case "union":
		return map[string]any{"key": "value"}
	}
	return s.scalar(f)
}

func (s *Sampler) item(f *Field) any {
	if s.D.Schemas[f.Items] != nil {
		return s.Struct(f.Items)
	}
	inner := *f
	inner.Type, inner.Nullable = f.Items, false
	return s.scalar(&inner)
}

func (s *Sampler) scalar(f *Field) any {
	switch f.Type {
	case "string":
		return s.text(f)
	case "boolean":
		return s.IntN(2) == 0
	case "integer", "number":
		low := 1.0
		if f.Min != nil {
			low = max(low, *f.Min)
		}
		high := low + 30
		if f.Max != nil {
			high = *f.Max
		}
		n := low + float64(s.IntN(int(high-low)+1))
		if f.Type == "number" && f.Max == nil && s.IntN(3) == 0 {
			n += 0.25
		}
		return n
	case "object":
		return map[string]any{"k": pickFrom(s, words)}
	}
	return pickFrom(s, words)
}

func (s *Sampler) text(f *Field) string {
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC).Add(time.Duration(s.IntN(800)) * 24 * time.Hour)
	switch {
	case f.Values != nil:
		return pickFrom(s, f.Values)
	case f.Enum != "":
		return pickFrom(s, without(s.D.Enums[f.Enum], f.Except))
	case f.Format == "email":
		return "someone@example.com"
	case f.Format == "uri":
		return "https://example.com/hook"
	case f.Format != "" || len(f.Name) > 3 && f.Name[len(f.Name)-3:] == "_at":
		return at.Format("2006-01-02T15:04:05.000Z")
	case f.Pattern != "" && (f.MaxLength == nil || *f.MaxLength >= 10) && f.Pattern[:2] == `^\` || f.Pattern == `^[2-9]\d{9}$`:
		return "4155550100"
	case f.Pattern != "":
		return "08:30"
	case f.MinLength != nil && f.MaxLength != nil && *f.MaxLength == 1:
		return "Q"
	case f.MinLength != nil:
		return fmt.Sprintf("%0*d", *f.MinLength, s.IntN(9))
	}
	return pickFrom(s, words)
}

func pickFrom[T any](s *Sampler, from []T) T { return from[s.IntN(len(from))] }
