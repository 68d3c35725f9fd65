package fakeserver_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// A table does what a sorted list of all its records does.
func TestTable(t *testing.T) {
	const n = 40
	made := 0
	key := func(i int) string { return fmt.Sprintf("k%03d", 10*i) }
	table := fakeserver.NewTable(fakeserver.Base[string]{
		Len: func() int { return n }, Key: key,
		Record: func(i int) string { made++; return "base " + key(i) },
	})
	want := make(map[string]string)
	for i := range n {
		want[key(i)] = "base " + key(i)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for step := range 600 {
		k := fmt.Sprintf("k%03d", r.IntN(45)*5)
		_, there := want[k]
		switch r.IntN(4) {
		case 0:
			table.Put(k, fmt.Sprint(step))
			want[k] = fmt.Sprint(step)
		case 1:
			assert.Equal(t, there, table.Change(k, func(old string) string {
				assert.Equal(t, want[k], old)
				return old + "+"
			}))
			if there {
				want[k] += "+"
			}
		default:
			assert.Equal(t, there, table.Remove(k))
			delete(want, k)
		}
		got, ok := table.Get(k)
		expected, there := want[k]
		require.Equal(t, there, ok)
		require.Equal(t, expected, got)
		keys := make([]string, 0, len(want))
		for k := range want {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		require.Equal(t, keys, table.Keys())
		require.Equal(t, len(keys), table.Len())
		from := r.IntN(len(keys) + 3)
		var rest []string
		for k, v := range table.All(from) {
			require.Equal(t, want[k], v)
			rest = append(rest, k)
		}
		page, total := table.Page(from, 7)
		require.Equal(t, len(keys), total)
		require.Len(t, page, min(7, len(rest)))
		for i, v := range page {
			require.Equal(t, want[rest[i]], v)
		}
		require.Equal(t, append([]string(nil), keys[min(from, len(keys)):]...), rest, "from %d", from)
		var later []string
		for k, v := range table.After(k) {
			require.Equal(t, want[k], v)
			later = append(later, k)
		}
		at, found := slices.BinarySearch(keys, k)
		if found {
			at++
		}
		require.Equal(t, append([]string(nil), keys[at:]...), later, "after %s", k)
	}
	var keys, values []string
	for i := range 60 {
		for range 2 {
			keys, values = append(keys, fmt.Sprintf("k%03d", 7*i)), append(values, fmt.Sprint("all ", len(keys)))
			want[keys[len(keys)-1]] = values[len(values)-1]
		}
	}
	table.PutAll(keys, values)
	table.PutAll(keys[:1], []string{"one"})
	want[keys[0]] = "one"
	all := make(map[string]string)
	for k, v := range table.All(0) {
		all[k] = v
	}
	require.Equal(t, want, all)
	require.True(t, slices.IsSorted(table.Keys()))
	made = 0
	for range table.All(3) {
		break
	}
	table.Keys()
	assert.LessOrEqual(t, made, 1, "only what is read is made")
}

func TestEmptyTable(t *testing.T) {
	table := fakeserver.NewTable(fakeserver.Base[int]{})
	assert.Zero(t, table.Len())
	assert.Empty(t, table.Keys())
	assert.False(t, table.Remove("a"))
	table.Put("a", 1)
	got, ok := table.Get("a")
	assert.True(t, ok)
	assert.Equal(t, 1, got)
}

func TestNatural(t *testing.T) {
	ids := []string{"", "1", "01", "2", "10", "a", "a-9", "a-10", "a-10-2", "a-10-10", "b-1", "b-1x", "b-12345678901234567890"}
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = fakeserver.Natural(id)
	}
	keys[1], keys[2] = keys[2], keys[1] // of equal numbers, the text decides
	assert.True(t, slices.IsSorted(keys), "%q", keys)
	assert.Len(t, slices.Compact(keys), len(ids))
}

// Some looks at the base's records in its ranges alone, and at all that were put.
// Position counts what is before a key.
func TestSomeAndPosition(t *testing.T) {
	made := 0
	key := func(i int) string { return fmt.Sprintf("k%03d", 10*i) }
	table := fakeserver.NewTable(fakeserver.Base[string]{
		Len: func() int { return 50 }, Key: key,
		Record: func(i int) string { made++; return key(i) },
	})
	table.Put("k100", "changed")
	table.Put("k105", "added")
	table.Put("k300", "changed too")
	require.True(t, table.Remove("k120"))
	got := make(map[string]string)
	for key, record := range table.Some([2]int{9, 14}, [2]int{-3, 1}, [2]int{49, 99}, [2]int{7, 3}) {
		got[key] = record
	}
	assert.Equal(t, map[string]string{
		"k000": "k000", "k090": "k090", "k100": "changed", "k105": "added", "k110": "k110", "k130": "k130", "k300": "changed too", "k490": "k490",
	}, got)
	assert.Equal(t, 5, made)
	for key, want := range map[string]int{"": 0, "k000": 0, "k001": 1, "k105": 11, "k106": 12, "k120": 13, "k121": 13, "z": 50} {
		assert.Equal(t, want, table.Position(key), key)
	}
}
