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

// The first list of a type is decoded into the memory that is given for it, and finds
// nothing there of what it held.
func TestMemoryIsUsedAgain(t *testing.T) {
	type record struct {
		ID    string                     `json:"id"`
		Name  string                     `json:"name"`
		Extra map[string]json.RawMessage `json:",embed,unknown"`
	}
	var list List[record]
	require.NoError(t, Decode([]byte(`[{"id":"1","name":"a","more":1},{"id":"2","name":"b"},{"id":"3","name":"c"}]`), &list))
	old := list.Items
	var two struct {
		One List[record] `json:"one"`
		Two List[record] `json:"two"`
	}
	empty := old[:0]
	var spare any = &empty
	require.NoError(t, DecodeReusing([]byte(`{"one":[{"id":"4"},{"name":"d"}],"two":[{"id":"5"}]}`), &two, &spare))
	assert.Nil(t, spare)
	assert.Equal(t, []record{{ID: "4"}, {Name: "d"}}, two.One.Items)
	assert.Equal(t, []record{{ID: "5"}}, two.Two.Items)
	assert.Same(t, &old[0], &two.One.Items[0])
	assert.Zero(t, old[2])
	assert.NotSame(t, &old[0], &two.Two.Items[0])

	other := []int{1}
	spare = &other
	require.NoError(t, DecodeReusing([]byte(`[{"id":"6"}]`), &list, &spare))
	assert.Same(t, &other, spare, "of another type")
}
