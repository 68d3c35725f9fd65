package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A wide record has as many fields as real ones.
type wide struct {
	ID, A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T, U, V, W, X, Y, Z string
	Pets                                                                             []pet
	Extra                                                                            map[string]json.RawMessage `json:",embed,unknown"`
}

// A narrow record is smaller than its JSON.
type narrow struct {
	ID    string                     `json:"id"`
	Extra map[string]json.RawMessage `json:",embed,unknown"`
}

type hostile struct {
	Wide   List[wide]
	Narrow List[narrow]
	Texts  List[string]
	Raws   map[string]json.RawMessage
	Names  map[string]bool
	Flags  []*bool
	Grid   [][]string
	One    *person
}

// allocated returns how many bytes f allocates, garbage included.
func allocated(f func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// list repeats an element until the list has n bytes. A %d in it is its number.
func list(n int, element string) string {
	var b strings.Builder
	b.WriteByte('[')
	before, behind, numbered := strings.Cut(element, "%d")
	for i := 0; b.Len() < n; i++ {
		b.WriteString(before)
		if numbered {
			b.WriteString(strconv.Itoa(i))
			b.WriteString(behind)
		}
		b.WriteByte(',')
	}
	return strings.TrimSuffix(b.String(), ",") + "]"
}

// object is list for an object.
func object(n int, member string) string {
	l := list(n, member)
	return "{" + l[1:len(l)-1] + "}"
}

// Whatever comes, decoding allocates at most four times its size. Maps, which
// leave a copy of themselves behind when they grow, have a bound of their own.
func TestMemoryIsBounded(t *testing.T) {
	const size = 2 << 20
	for name, body := range map[string]string{
		"empty objects":       `{"Wide":` + list(size, `{}`) + `}`,
		"empty, narrow":       `{"Narrow":` + list(size, `{}`) + `}`,
		"sparse":              `{"Wide":` + list(size, `{"ID":"%d"}`) + `}`,
		"narrow and unknown":  `{"Narrow":` + list(size, `{"x":1}`) + `}`,
		"bad ones":            `{"Narrow":` + list(size, `"abcde"`) + `}`,
		"nulls":               `{"Wide":` + list(size, `null`) + `}`,
		"numbers":             `{"Narrow":` + list(size, `1`) + `}`,
		"duplicates":          `{"Narrow":` + list(size, `{"a":1,"a":1}`) + `}`,
		"texts":               `{"Texts":` + list(size, `"a"`) + `}`,
		"empty texts":         `{"Texts":` + list(size, `""`) + `}`,
		"late":                `{"Wide":` + strings.TrimSuffix(list(size/2, `{"ID":"`+strings.Repeat("x", 4000)+`"}`), "]") + `,` + list(size/2, `{}`)[1:] + `}`,
		"nested":              `{"Wide":[{"Pets":` + list(size, `{}`) + `}]}`,
		"nested in each":      `{"Wide":` + list(size, `{"Pets":[{},{},{},{},{},{},{},{},{},{},{},{}]}`) + `}`,
		"unknown members":     `{"Wide":[` + object(size, `"x%d":1`) + `]}`,
		"short unknown":       `{"Wide":` + list(size, `{"x":1,"y":2,"z":3}`) + `}`,
		"a map":               `{"Names":` + object(size, `"x%d":true`) + `}`,
		"a map of raw values": `{"Raws":` + object(size, `"x%d":1`) + `}`,
		"pointers":            `{"Flags":` + list(size, `true`) + `}`,
		"lists":               `{"Grid":` + list(size, `[]`) + `}`,
		"lists of texts":      `{"Grid":` + list(size, `["",""]`) + `}`,
		"misfits":             `{"One":{"pets":` + list(size, `1`) + `,"tags":` + list(size, `{}`) + `}}`,
		"members of one":      `{"One":{"custom":` + object(size, `"x%d":1`) + `}}`,
	} {
		in := []byte(body)
		var err error
		n := allocated(func() { err = Decode(in, new(hostile)) })
		limit := maxGrowth * len(in)
		if strings.Contains(name, "map") || strings.Contains(name, "unknown") || name == "duplicates" {
			limit += 2 * maxMaps * len(in)
		}
		if n > limit+limit/4 {
			t.Errorf("%s: %.1f times its %d bytes, %v", name, float64(n)/float64(len(in)), len(in), err)
		}
		if err != nil {
			require.ErrorIs(t, err, ErrMemory, name)
		}
	}
}

func TestManyEmptyRecords(t *testing.T) {
	for n, fits := range map[int]bool{1: true, free: true, free + 1: false, 3 * free: false, 1 << 20: false} {
		body := []byte(`{"Wide":[` + strings.TrimSuffix(strings.Repeat("{},", n), ",") + `]}`)
		var got hostile
		err := Decode(body, &got)
		if !fits {
			require.ErrorIs(t, err, ErrMemory, n)
			continue
		}
		require.NoError(t, err, n)
		assert.Equal(t, n, got.Wide.Len())
	}
	// Those that were asked for are fine.
	var got hostile
	got.Wide.Asked = 3 * free
	require.NoError(t, Decode([]byte(`{"Wide":[`+strings.TrimSuffix(strings.Repeat("{},", 3*free), ",")+`]}`), &got))
	assert.Equal(t, 3*free, got.Wide.Len())
	require.ErrorIs(t, Decode([]byte(`{"Wide":[`+strings.Repeat("{},", 3*free)+`{}]}`), &got), ErrMemory)
}

// More records than were asked for are fine if they are as large as others.
func TestManyHonestRecords(t *testing.T) {
	const n = 20_000
	record := `{"ID":"%d","A":"a","B":"b","C":null,"D":null,"E":null,"F":null,"G":null,"H":null,"I":null,"J":null,"K":null,"L":null,"new":true}`
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, record+",", i)
	}
	body := []byte(`{"Wide":[` + b.String() + `5]}`)
	var got hostile
	require.NoError(t, Decode(body, &got))
	require.Len(t, got.Wide.Items, n)
	assert.Equal(t, 1, len(got.Wide.Bad))
	for i := range got.Wide.Items {
		require.Equal(t, strconv.Itoa(i), got.Wide.Items[i].ID)
	}
}

// With work that grows with the square of the input, this test would run into
// its timeout.
func TestTimeIsLinear(t *testing.T) {
	const size = 1 << 20
	deep := func(open, inner, closing string) string {
		n := maxDepth / strings.Count(open, "{")
		if strings.Contains(open, "[") {
			n = maxDepth / 2
		}
		n = n*9/10 - 10
		return strings.Repeat(open, n) + inner + strings.Repeat(closing, n)
	}
	filler := `"` + strings.Repeat("x", size) + `"`
	for name, body := range map[string]string{
		"digits":               `{"id":` + strings.Repeat("7", size) + `,"count":` + strings.Repeat("7", size) + `,"pets":[{"age":0.` + strings.Repeat("7", size) + `}]}`,
		"digits in a text":     `{"count":"` + strings.Repeat("7", size) + `","balance":"1e` + strings.Repeat("7", size) + `"}`,
		"deep objects":         `{"zzz":` + deep(`{"a":`, filler, `}`) + `}`,
		"deep lists":           `{"custom":` + deep(`[{"a":`, filler, `}]`) + `}`,
		"deep misfit":          `{"count":` + deep(`{"a":`, filler, `}`) + `}`,
		"deep misfit element":  `{"tags":[` + deep(`[{"a":`, filler, `}]`) + `]}`,
		"deep friends":         deep(`{"friend":`, `{"id":`+filler+`}`, `}`),
		"deep, not at the end": deep(`{"friend":`, `5,"id":`+filler, `}`),
		"escapes":              `{"id":"` + strings.Repeat(`\ud800`, size/6) + `","zzz":"` + strings.Repeat(`\ud800\n`, size/8) + `"}`,
		"names":                `{"zzz":` + object(size, `"x%d":1`) + `}`,
		"names with escapes":   `{"zzz":` + object(size, `"\n%d":{"a":1}`) + `}`,
		"long names":           `{"zzz":` + object(size, `"`+strings.Repeat("x", 1000)+`%d":1`) + `}`,
		"unknown members":      object(size, `"x%d":1`),
		"misfits":              `{"pets":` + list(size, `{"age":"x","name":[]}`) + `}`,
		"spaces":               `{` + strings.Repeat(" ", size) + `"id"` + strings.Repeat("\n", size) + `:1}`,
		"bad records":          list(size, `{"id":1,"id":[[[]]]}`),
		"broken at the end":    list(size, `{"id":1}`) + "x",
	} {
		in := []byte(body)
		_, _ = DecodeValue[person](in)
		_, _ = DecodeValue[List[person]](in)
		_, _ = DecodeValue[List[person]]([]byte("[" + body + "]"))
		_, _ = DecodeValue[envelope]([]byte(`{"meta":` + body + `,"raws":` + body + `,"error":` + body + `,"results":` + body + `}`))
		t.Log(name)
	}
}

// A huge record leaves nothing behind that later ones pay for.
func TestHugeRecordsAreForgotten(t *testing.T) {
	d := newDecoder([]byte(`{"id":"` + strings.Repeat(`\n`, 1<<17) + `","zzz":` + object(1<<17, `"x%d":1`) + `,"pets":` + list(1<<17, `{"name":"a","age":1}`) +
		`,"tags":` + list(1<<17, `"a"`) + `,"labels":` + object(1<<17, `"x%d":"a"`) + `}`))
	var p person
	require.NoError(t, d.read(planFor(reflect.TypeFor[person]()), reflect.ValueOf(&p).Elem()))
	d.release()
	assert.LessOrEqual(t, cap(d.scratch), 64<<10)
	assert.LessOrEqual(t, cap(d.hashes), 1<<10)
	assert.Nil(t, d.data)
	assert.Nil(t, d.raw)
	assert.Zero(t, d.text.Cap())
	for _, s := range d.slabs {
		assert.False(t, s.all.IsValid())
	}
}

func TestRawValuesAreApart(t *testing.T) {
	got, err := DecodeValue[[]json.RawMessage]([]byte(`[1,2,3]`))
	require.NoError(t, err)
	_ = append(got[0], "xyz"...)
	assert.Equal(t, "2", string(got[1]))
	assert.True(t, bytes.Equal(got[2], []byte("3")))
}
