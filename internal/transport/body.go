package transport

import (
	"context"
	"io"
	"math/bits"
	"slices"
	"sync"

	tenantry "github.com/tenantry/tenantry-go"
)

// A body is a response's body in memory that is used again.
type body struct {
	data   []byte
	budget *Budget // that the memory is taken from; nil for none
	taken  int
}

const (
	minBody   = 512
	maxPooled = 4 << 20  // the memory that a body keeps while it is not used
	maxGrow   = 64 << 20 // that is allocated because a server announces it
)

var bodies = sync.Pool{New: func() any { return new(body) }}

// release gives the memory back.
func (b *body) release() {
	b.reset()
	if cap(b.data) <= maxPooled {
		bodies.Put(b)
	}
}

// reset forgets what was read.
func (b *body) reset() {
	b.data = b.data[:0]
	b.giveBack()
}

// giveBack tells the budget that the memory is no longer used.
func (b *body) giveBack() {
	if b.budget != nil {
		b.budget.Release(b.taken)
	}
	b.budget, b.taken = nil, 0
}

// reserve waits until a share of a budget has room for a body. announced is its length,
// or -1.
func (b *body) reserve(ctx context.Context, s share, announced int64) error {
	n := int(announced)
	if announced < 0 {
		n = s.budget.expected()
	}
	if err := s.budget.Acquire(ctx, n, s.turn); err != nil {
		return err
	}
	b.budget, b.taken = s.budget, n
	b.grow(n + 1)
	return nil
}

// read reads r to its end. announced is its length, or -1. If more than limit bytes
// come, read keeps those and returns tenantry.ErrTooLarge.
func (b *body) read(r io.Reader, announced, limit int64) error {
	if announced >= 0 {
		b.grow(int(announced) + 1) // the last byte shows the end
	}
	for {
		if len(b.data) == cap(b.data) {
			b.grow(max(2*len(b.data), minBody))
		}
		n, err := r.Read(b.data[len(b.data):cap(b.data)])
		b.data = b.data[:len(b.data)+n]
		switch {
		case int64(len(b.data)) > limit:
			b.data = b.data[:limit]
			return tenantry.ErrTooLarge
		case err == io.EOF: // an io.Reader does not wrap it
			if b.budget != nil {
				b.budget.saw(len(b.data))
			}
			return nil
		case err != nil:
			return err
		}
	}
}

// grow makes room for n bytes. Sizes are rounded up, so that one memory fits pages of
// about one size.
func (b *body) grow(n int) {
	if n <= cap(b.data) {
		return
	}
	if n > minBody {
		step := 1 << (bits.Len(uint(n)) - 4)
		n = (n + step - 1) &^ (step - 1)
	}
	b.data = append(make([]byte, 0, max(n, minBody)), b.data...)
}

// A Budget bounds the bytes that are held at once. Whoever takes more than all of it
// waits until it has all of it.
type Budget struct {
	size int

	mu      sync.Mutex
	used    int
	waiting []*claim // the next one first
	largest int      // of the bodies that were read
}

// A claim waits for its bytes.
type claim struct {
	n     int
	turn  int
	given chan struct{}
}

// NewBudget returns a budget of so many bytes.
func NewBudget(size int) *Budget { return &Budget{size: size} }

// Acquire takes n bytes and waits until they are free. Of those who wait, the one with
// the lowest turn is served first. The error is that of ctx.
func (b *Budget) Acquire(ctx context.Context, n, turn int) error {
	b.mu.Lock()
	c := &claim{n: min(n, b.size), turn: turn, given: make(chan struct{})}
	i, _ := slices.BinarySearchFunc(b.waiting, turn+1, func(w *claim, turn int) int { return w.turn - turn })
	b.waiting = slices.Insert(b.waiting, i, c)
	b.give()
	b.mu.Unlock()
	select {
	case <-c.given:
		return nil
	case <-ctx.Done():
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.waiting, c); i >= 0 {
		b.waiting = slices.Delete(b.waiting, i, i+1)
	} else {
		b.used -= c.n // given meanwhile
	}
	b.give()
	return ctx.Err()
}

// Release gives back what Acquire took.
func (b *Budget) Release(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= min(n, b.size)
	b.give()
}

// give serves those who wait. b.mu is held.
func (b *Budget) give() {
	for len(b.waiting) > 0 && b.used+b.waiting[0].n <= b.size {
		b.used += b.waiting[0].n
		close(b.waiting[0].given)
		b.waiting = b.waiting[1:]
	}
}

// expected is the likely size of a body that does not announce it.
func (b *Budget) expected() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(b.largest, minBody)
}

func (b *Budget) saw(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.largest = max(b.largest, n)
}

// A share says from which budget a call takes memory, and when it is its turn.
type share struct {
	budget *Budget
	turn   int
}

type shareKey struct{}

// WithBudget takes the memory for the body of a successful response, from its headers
// until its release, from a budget. Of the calls that wait, the one with the lowest
// turn is served first.
func WithBudget(ctx context.Context, b *Budget, turn int) context.Context {
	return context.WithValue(ctx, shareKey{}, share{b, turn})
}
