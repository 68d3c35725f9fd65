package main

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

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
