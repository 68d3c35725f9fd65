// Package lossless compares JSON before and after a round through Go types, for
// tests.
package lossless

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/tenantry/tenantry-go/internal/wire"
)

// Of returns what a JSON text says, for comparing: without nulls, empty texts,
// empty lists and empty objects, which read alike, and with every number, also
// one in a string, as the one text that all forms of its decimal value share. It
// is nil if nothing is left.
func Of(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, &json.SyntaxError{Offset: d.InputOffset()}
	}
	return said(v), nil
}

func said(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any)
		for name, e := range v {
			if s := said(e); s != nil {
				m[name] = s
			}
		}
		if len(m) == 0 {
			return nil
		}
		return m
	case []any:
		var all []any
		for _, e := range v {
			all = append(all, said(e))
		}
		if all == nil {
			return nil
		}
		return all
	case json.Number:
		return number(v.String())
	case string:
		if v == "" {
			return nil
		}
		if json.Valid([]byte(v)) && (v[0] == '-' || v[0]-'0' <= 9) {
			return number(v)
		}
	}
	return v
}

func number(text string) string {
	n, ok := wire.ParseNumber(bytes.TrimSpace([]byte(text)))
	if !ok {
		return text
	}
	return n.String()
}
