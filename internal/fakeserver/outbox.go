package fakeserver

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/tenantry/tenantry-go/tenantrytest"
)

// Outbox holds the events that wait for their delivery to subscribers.
type Outbox struct {
	mu          sync.Mutex
	subscribers []subscriber
	waiting     []delivery
	random      *rand.Rand
}

type subscriber struct {
	url string
	how tenantrytest.Deliveries
}

type delivery struct {
	due time.Time
	subscriber
	event any
}

// Subscribe adds a subscriber at a URL.
func (o *Outbox) Subscribe(url string, how tenantrytest.Deliveries) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.subscribers = append(o.subscribers, subscriber{url, how})
}

// Empty reports whether there are no subscribers.
func (o *Outbox) Empty() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.subscribers) == 0
}

// Post queues an event that happened at a time for all subscribers.
func (o *Outbox) Post(at time.Time, event any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.subscribers {
		d := delivery{at.Add(s.how.Late), s, event}
		o.waiting = append(o.waiting, d)
		if s.how.Twice {
			o.waiting = append(o.waiting, d)
		}
	}
}

// Deliver calls send for the events that are due, in the order in which they were
// posted unless a subscriber wants another.
func (o *Outbox) Deliver(now time.Time, send func(url string, event any)) {
	o.mu.Lock()
	var due, rest, shuffled []delivery
	for _, d := range o.waiting {
		switch {
		case d.due.After(now):
			rest = append(rest, d)
		case d.how.Shuffled:
			shuffled = append(shuffled, d)
		default:
			due = append(due, d)
		}
	}
	o.waiting = rest
	if o.random == nil {
		o.random = rand.New(rand.NewPCG(1, 0x0b0)) //nolint:gosec // no secret
	}
	o.random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	o.mu.Unlock()
	for _, d := range append(due, shuffled...) {
		send(d.url, d.event)
	}
}
