package wire

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A kept text holds on to the block that it shares with its neighbors, and to
// nothing else of its response; a clone of it holds on to nothing.
func TestKeptTextsHoldOneBlock(t *testing.T) {
	var b strings.Builder
	for i := range 1000 {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"resident-%d","name":%q}`, i, strings.Repeat("a", 200))
	}
	body := []byte(`[` + b.String() + `]`)
	type record struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	keep := func(kept func(string) string) float64 {
		const pages = 50
		texts := make([]string, 0, pages)
		before := heapAlloc()
		for range pages {
			var list List[record]
			require.NoError(t, Decode(body, &list))
			require.Len(t, list.Items, 1000)
			texts = append(texts, kept(list.Items[500].ID))
		}
		held := float64(heapAlloc()-before) / pages
		runtime.KeepAlive(texts)
		return held
	}
	keep(strings.Clone) // plans and pools
	assert.Less(t, keep(func(s string) string { return s }), 5.0*1024, "a block is 4 KiB")
	assert.Less(t, keep(strings.Clone), 256.0)
}

// heapAlloc returns the bytes that are in use after a collection.
func heapAlloc() int64 {
	runtime.GC()
	runtime.GC() // pools need two
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
