package paging

import (
	"context"
	"runtime"
	"sync"

	"github.com/tenantry/tenantry-go/internal/transport"
)

// ahead fetches windows, some of them before they are asked for.
//
// A request's slot is free again as soon as its body is in; decoding has slots
// of its own. What is ready and not yet asked for is bounded too.
type ahead[T any] struct {
	ctx      context.Context
	cancel   context.CancelFunc
	prefetch int
	send     func(context.Context, Window) (*transport.Response, error)
	decode   func(*transport.Response) (Result[T], error)
	slots    chan struct{}
	begun    bool // the first page came, so it is known that there are more
	queue    []*coming[T]
	running  sync.WaitGroup
}

// A coming page is on its way.
type coming[T any] struct {
	window Window
	cancel context.CancelFunc
	done   chan struct{}
	result Result[T]
	err    error
}

func newAhead[T any](ctx context.Context, prefetch int, send func(context.Context, Window) (*transport.Response, error), decode func(*transport.Response) (Result[T], error)) *ahead[T] {
	a := &ahead[T]{prefetch: prefetch, send: send, decode: decode}
	a.ctx, a.cancel = context.WithCancel(ctx) //nolint:gosec // stop cancels
	if prefetch > 0 {
		a.slots = make(chan struct{}, prefetch)
	}
	return a
}

// next answers the wanted window, and has those that follow it fetched; total
// is how many records there are, 0 where that is not known.
func (a *ahead[T]) next(want Window, total int, follow func(Window) Window) (Window, Result[T], error) {
	if a.prefetch == 0 || !a.begun {
		a.begun = true
		r, err := a.fetch(a.ctx, want)
		return want, r, err
	}
	if len(a.queue) > 0 && a.queue[0].window != want {
		a.drop()
	}
	for len(a.queue) < a.prefetch+runtime.GOMAXPROCS(0) {
		w := want
		if n := len(a.queue); n > 0 {
			w = follow(a.queue[n-1].window)
			if total > 0 && w.Offset+1 >= total {
				break
			}
		}
		a.launch(w)
	}
	c := a.queue[0]
	a.queue = a.queue[1:]
	<-c.done
	c.cancel()
	return c.window, c.result, c.err
}

func (a *ahead[T]) fetch(ctx context.Context, w Window) (Result[T], error) {
	answer, err := a.send(ctx, w)
	if err != nil {
		return Result[T]{}, err
	}
	return decode(answer, a.decode)
}

func (a *ahead[T]) launch(w Window) {
	c := &coming[T]{window: w, done: make(chan struct{})}
	ctx, cancel := context.WithCancel(a.ctx) //nolint:gosec // next or drop cancels
	c.cancel = cancel
	a.queue = append(a.queue, c)
	a.running.Go(func() {
		defer close(c.done)
		select {
		case a.slots <- struct{}{}:
		case <-ctx.Done():
			c.err = ctx.Err()
			return
		}
		answer, err := a.send(ctx, w)
		<-a.slots
		if err != nil {
			c.err = err
			return
		}
		c.result, c.err = decode(answer, a.decode)
	})
}

// drop gives up what is on its way: it would not be where it is wanted.
func (a *ahead[T]) drop() {
	for _, c := range a.queue {
		c.cancel()
	}
	a.queue = nil
}

// stop gives up everything, and returns when nothing runs any more.
func (a *ahead[T]) stop() {
	a.cancel()
	a.drop()
	a.running.Wait()
}
