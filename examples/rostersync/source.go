package main

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
)

// A person is someone in a system, in the members that all systems have.
type person struct {
	ID        string
	FirstName string
	LastName  string
	Email     string
	Phone     string
	Place     string // the property, facility, group or site
	Raw       []byte // the whole record, as JSON
}

// A page is what is stored in one transaction.
type page struct {
	People []person
	Bad    int // records that could not be decoded
	Total  int // of the listing; -1 where the system does not say
	Next   tenantry.Cursor
	More   bool
}

// A source is a system to copy people from.
type source interface {
	// Name is unique, and goes into the database.
	Name() string
	// Pages lists everyone, or those changed at or after since where it is not
	// zero and the system can tell, from the cursor on.
	Pages(ctx context.Context, from tenantry.Cursor, since time.Time) iter.Seq2[*page, error]
	// Retries counts the requests that were sent again so far.
	Retries() int
}

// A counter counts retries; it is what a source's client observes with.
type counter struct{ n atomic.Int64 }

func (c *counter) option() tenantry.Option {
	return tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) {
		if e.WillRetry {
			c.n.Add(1)
		}
	})
}

// Retries is part of source.
func (c *counter) Retries() int { return int(c.n.Load()) }

// options are those of every source's client.
func (c *counter) options(baseURL string, prefetch int) []tenantry.Option {
	opts := []tenantry.Option{tenantry.WithPrefetch(prefetch), c.option(), tenantry.WithUserAgent("rostersync")}
	if baseURL != "" {
		opts = append(opts, tenantry.WithBaseURL(baseURL))
	}
	return opts
}

// convert makes pages of people of a client's pages.
func convert[T any](pages iter.Seq2[*tenantry.Page[T], error], one func(*T) person) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		for p, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			people := make([]person, len(p.Items))
			for i := range p.Items {
				people[i] = one(&p.Items[i])
				// In the same order whenever the record is the same.
				if people[i].Raw, err = json.Marshal(&p.Items[i], json.Deterministic(true)); err != nil {
					yield(nil, err)
					return
				}
			}
			if !yield(&page{people, len(p.Undecodable), p.Total, p.Next, p.HasMore}, nil) {
				return
			}
		}
	}
}
