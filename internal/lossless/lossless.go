// Package lossless compares JSON before and after a round through Go types, for
// tests.
package lossless

import (
	"encoding/json"
	"fmt"
)

// Said is what a JSON value says: without nulls, empty texts, empty lists and
// empty objects, which read alike, and with numbers as texts. It is nil where
// nothing is left.
func Said(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any)
		for name, e := range v {
			if s := Said(e); s != nil {
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
			all = append(all, Said(e))
		}
		if all == nil {
			return nil
		}
		return all
	case float64:
		return fmt.Sprint(v)
	case string:
		if v == "" {
			return nil
		}
	}
	return v
}

// Of is what a JSON text says.
func Of(text []byte) (any, error) {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		return nil, err
	}
	return Said(v), nil
}
