package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
	"github.com/tenantry/tenantry-go/leasefind/leasefindtest"
)

// A demo is a fake, and a feed in a directory of its own.
type demo struct {
	*leasefindtest.Server
	id, secret string
	dir        string
}

// startDemo starts a fake, and fills in the settings of a feed with one new listing, a
// changed one, and all others but one.
func startDemo(ctx context.Context, s *settings) (*demo, error) {
	dir, err := os.MkdirTemp("", "listings")
	if err != nil {
		return nil, err
	}
	d := &demo{leasefindtest.NewServer(leasefindtest.WithPortfolio(1, 40, 1)), leasefindtest.ClientID, leasefindtest.ClientSecret, dir}
	s.group, s.file = d.IDs(leasefind.Community{})[0], filepath.Join(dir, "vacancies.json")
	if err := d.writeFeed(ctx, s); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *demo) writeFeed(ctx context.Context, s *settings) error {
	client, err := leasefind.NewClient(d.id, d.secret, tenantry.WithBaseURL(d.URL))
	if err != nil {
		return err
	}
	defer client.Close()
	var feed []leasefind.ListingInput
	for l, err := range client.Listings.All(ctx, leasefind.ListingFindParams{GroupID: s.group}) {
		if err != nil {
			return err
		}
		feed = append(feed, leasefind.ListingInput{
			ExternalRef: l.ExternalRef, UnitType: l.UnitType, ListingURL: l.ListingURL, UnitID: tenantry.Set(l.UnitID), Description: tenantry.Set(l.Description),
			NumberOfBathrooms: tenantry.Set[tenantry.Decimal]("1"), MoveInDate: tenantry.SetNonZero(l.MoveInDate),
		})
	}
	feed[0].Description = tenantry.Set("Newly painted.")
	feed[1].ExternalRef = "new"
	b, err := json.Marshal(feed)
	if err != nil {
		return err
	}
	return os.WriteFile(s.file, b, 0o600)
}

// Close stops the fake and removes the feed.
func (d *demo) Close() {
	d.Server.Close()
	_ = os.RemoveAll(d.dir)
}
