package main

import (
	"encoding/json"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
)

// A place is a position in one of several listings. It is the cursor of inTurn.
type place struct {
	Listing string          `json:"l"`
	Cursor  tenantry.Cursor `json:"c,omitempty"`
}

// inTurn yields the pages of several listings as those of one listing. It starts at
// the place that from holds, or at the beginning if that listing no longer exists.
func inTurn(listings []string, from tenantry.Cursor, yield func(*page, error) bool, pages func(listing string, cursor tenantry.Cursor) iter.Seq2[*page, error]) {
	var at place
	if from != "" {
		if err := json.Unmarshal([]byte(from), &at); err != nil {
			yield(nil, err)
			return
		}
	}
	start := 0
	for i, listing := range listings {
		if listing == at.Listing {
			start = i
		}
	}
	for i := start; i < len(listings); i++ {
		var cursor tenantry.Cursor
		if listings[i] == at.Listing {
			cursor = at.Cursor
		}
		for p, err := range pages(listings[i], cursor) {
			if err == nil {
				next := place{listings[i], p.Next}
				if !p.More && i+1 < len(listings) {
					next = place{Listing: listings[i+1]}
				}
				p.Total = -1 // the total would be that of this listing alone
				p.More = p.More || i+1 < len(listings)
				var b []byte
				b, err = json.Marshal(next)
				p.Next = tenantry.Cursor(b)
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}
