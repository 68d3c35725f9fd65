package paging

import (
	"context"
	"runtime"
	"sync"

	"github.com/tenantry/tenantry-go/internal/transport"
)

// ahead fetches windows, some of them before they are asked for.
//
// A request frees its slot as soon as its body is read; decoding has slots of its
// own. What is held is bounded in bytes too: a body is read when the budget has room
// for it, and its memory is free as soon as it is decoded; a window is asked for when
// there is room for it beside those that wait to be taken.
type ahead[T any] struct {
	ctx      context.Context
	cancel   context.CancelFunc
	prefetch int
	send     func(context.Context, Window) (*transport.Response, error)
	decode   func(*transport.Response) (Result[T], error)
	spare    *spares[T]
	slots    chan struct{}
	budget   *transport.Budget
	launched int  // windows
	largest  int  // the size in bytes of the largest response
	begun    bool // the first window was asked for; only then is it known whether there are more
	queue    []*coming[T]
	running  sync.WaitGroup
}

// A coming window is being fetched.
type coming[T any] struct {
	window Window
	cancel context.CancelFunc
	done   chan struct{}
	result Result[T]
	err    error
	panic  any // what the caller's transport panicked with, or nil
}

func newAhead[T any](ctx context.Context, prefetch int, spare *spares[T], send func(context.Context, Window) (*transport.Response, error), decode func(*transport.Response) (Result[T], error)) *ahead[T] {
	a := &ahead[T]{prefetch: prefetch, spare: spare, send: send, decode: decode}
	a.ctx, a.cancel = context.WithCancel(ctx) //nolint:gosec // stop cancels
	if prefetch > 0 {
		a.slots = make(chan struct{}, prefetch)
		a.budget = transport.NewBudget(maxRead)
	}
	return a
}

// next returns the wanted window, and starts to fetch those that follow it. total
// is how many records there are, or 0 if that is not known.
func (a *ahead[T]) next(want Window, total int, follow func(Window) Window) (Window, Result[T], error) {
	if a.prefetch == 0 || !a.begun {
		a.begun = true
		r, err := a.fetch(want)
		a.largest = r.size
		return want, r, err
	}
	if len(a.queue) > 0 && a.queue[0].window != want {
		a.drop()
	}
	for len(a.queue) < a.prefetch+runtime.GOMAXPROCS(0) && (len(a.queue) == 0 || (len(a.queue)+1)*a.largest <= maxAhead) {
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
	if c.panic != nil { // in the goroutine of the caller, who can recover
		panic(c.panic)
	}
	a.largest = max(a.largest, c.result.size)
	return c.window, c.result, c.err
}

// fetch fetches a window at once.
func (a *ahead[T]) fetch(w Window) (Result[T], error) {
	response, err := a.send(a.ctx, w)
	if err != nil {
		return Result[T]{}, err
	}
	return decode(response, a.spare, a.decode)
}

func (a *ahead[T]) launch(w Window) {
	c := &coming[T]{window: w, done: make(chan struct{})}
	ctx, cancel := context.WithCancel(a.ctx) //nolint:gosec // next or drop cancels
	c.cancel = cancel
	a.queue = append(a.queue, c)
	a.launched++
	ctx = transport.WithBudget(ctx, a.budget, a.launched)
	a.running.Go(func() {
		defer close(c.done)
		defer func() { c.panic = recover() }()
		select {
		case a.slots <- struct{}{}:
		case <-ctx.Done():
			c.err = ctx.Err()
			return
		}
		response, err := func() (*transport.Response, error) {
			defer func() { <-a.slots }()
			return a.send(ctx, w)
		}()
		if err != nil {
			c.err = err
			return
		}
		c.result, c.err = decode(response, a.spare, a.decode)
	})
}

// drop gives up the windows that are being fetched.
func (a *ahead[T]) drop() {
	for _, c := range a.queue {
		c.cancel()
	}
	a.queue = nil
}

// stop gives up everything, and returns when nothing runs anymore.
func (a *ahead[T]) stop() {
	a.cancel()
	a.drop()
	a.running.Wait()
}
