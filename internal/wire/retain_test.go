package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A kept value holds on to the block that it shares with its neighbors, and to
// nothing else of its response; a clone of it holds on to nothing.
func TestKeptValuesHoldOneBlock(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"resident-%d","name":%q,"active":true,"custom":{"n":%d}}`, i, strings.Repeat("a", 200), i)
	}
	body := []byte(`[` + b.String() + `]`)
	type record struct {
		ID     string          `json:"id"`
		Name   string          `json:"name"`
		Active *bool           `json:"active"`
		Custom json.RawMessage `json:"custom"`
	}
	const pages = 50
	keep := func(of func(*record) any) float64 {
		kept := make([]any, 0, pages)
		before := heapAlloc()
		for range pages {
			var list List[record]
			require.NoError(t, Decode(body, &list))
			require.Len(t, list.Items, 1000)
			kept = append(kept, of(&list.Items[500]))
		}
		held := float64(heapAlloc()-before) / pages
		runtime.KeepAlive(kept)
		return held
	}
	keep(func(r *record) any { return strings.Clone(r.ID) }) // plans and pools
	for name, of := range map[string]func(*record) any{
		"a text":      func(r *record) any { return r.ID },
		"a raw value": func(r *record) any { return r.Custom },
		"a pointer":   func(r *record) any { return r.Active },
	} {
		assert.Less(t, keep(of), 5.0*1024, name)
	}
	assert.Less(t, keep(func(r *record) any { return strings.Clone(r.ID) }), 256.0, "a clone of a text")
	assert.Less(t, keep(func(r *record) any { return bytes.Clone(r.Custom) }), 256.0, "a clone of a raw value")
}

// heapAlloc returns the bytes that are in use after a collection.
func heapAlloc() int64 {
	runtime.GC()
	runtime.GC() // pools need two
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
