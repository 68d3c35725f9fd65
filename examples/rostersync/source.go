package main

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
)

// A person has the fields that all systems have in common.
type person struct {
	ID        string
	FirstName string
	LastName  string
	Email     string
	Phone     string
	Place     string // the property, facility, group or site
	Raw       []byte // the whole record, as JSON
}

// A page is stored in one transaction.
type page struct {
	People []person
	Bad    int             // records that could not be decoded
	Total  int             // of the listing; -1 if the system does not say
	Next   tenantry.Cursor // resumes after the page
	More   bool            // more pages follow
}

// A source is a system to copy people from.
type source interface {
	// Name identifies the source in the database.
	Name() string
	// TellsChanges reports whether Pages can list changes only.
	TellsChanges() bool
	// Pages lists people, starting at the cursor. If since is not zero, it lists
	// only those that changed at or after since.
	Pages(ctx context.Context, from tenantry.Cursor, since time.Time) iter.Seq2[*page, error]
	// Retries returns the number of retries so far.
	Retries() int
}

// A counter observes a source's client and counts its retries.
type counter struct{ n atomic.Int64 }

func (c *counter) option() tenantry.Option {
	return tenantry.WithObserver(func(_ context.Context, e tenantry.Exchange) {
		if e.WillRetry {
			c.n.Add(1)
		}
	})
}

// Retries returns the number of retries so far.
func (c *counter) Retries() int { return int(c.n.Load()) }

// TellsChanges returns false, which holds for most systems.
func (c *counter) TellsChanges() bool { return false }

// options adds the options that every source's client has.
func (c *counter) options(opts []tenantry.Option) []tenantry.Option {
	return append([]tenantry.Option{tenantry.WithUserAgent("rostersync"), c.option()}, opts...)
}

// convert turns a client's pages into pages of people.
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
				// The same record always has the same bytes.
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
