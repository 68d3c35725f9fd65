package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
)

// A column says how a cell of a CSV feed becomes a member of a listing.
type column func(cell string) (any, error)

func text(cell string) (any, error) { return cell, nil }

// plain takes a number, true or false.
func plain(cell string) (any, error) {
	cell = strings.ToLower(cell)
	if strings.HasPrefix(cell, `"`) || strings.ContainsAny(cell, "[{") || !json.Valid([]byte(cell)) {
		return nil, errors.New("is not a number, true or false")
	}
	return json.RawMessage(cell), nil
}

// list takes texts between bars: "Gym|Swimming Pool".
func list(cell string) (any, error) { return strings.Split(cell, "|"), nil }

// columns are those of a CSV feed. Columns with a dot are members of the address or of
// the terms of a lease of 12 months. An empty cell is not sent.
var columns = map[string]column{
	"external_reference": text, "identifier": text, "unit_id": text, "unit_number": text, "unit_type": text, "listing_url": text, "description": text,
	"finish": text, "floorplan_url": text, "tour_url": text, "active_date": text, "move_in_date": text,
	"amenities": list, "features": list, "image_urls": list,
	"bedrooms": plain, "number_of_bathrooms": plain, "is_flex": plain, "is_furnished": plain, "sqft": plain,
	"address.building_name": text, "address.address_line_1": text, "address.address_line_2": text, "address.city": text, "address.country": text,
	"address.state": text, "address.postal_code": text, "address.latitude": plain, "address.longitude": plain,
	"lease.rent": plain, "lease.deposit": plain,
}

// readFeed reads all listings of a feed. A listing with a member that the API does not
// document is refused: it may be a misspelled one that matters.
func readFeed(path string) ([]leasefind.ListingInput, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	var records []json.RawMessage
	switch strings.ToLower(filepath.Ext(path)) {
	case ".json":
		err = json.Unmarshal(b, &records)
		if err == nil && records == nil {
			err = errors.New("it is not a list")
		}
	case ".csv":
		records, err = fromCSV(b)
	default:
		err = errors.New("its name ends in neither .json nor .csv")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	feed := make([]leasefind.ListingInput, len(records))
	seen := make(map[string]bool)
	for i, raw := range records {
		l, err := tenantry.Decode[leasefind.ListingInput](raw)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: listing %d: %w", path, i+1, err)
		case len(l.Extra) > 0:
			return nil, fmt.Errorf("%s: listing %d: %s is no member of a listing, or not of its type", path, i+1, strings.Join(slices.Sorted(maps.Keys(l.Extra)), ", "))
		case l.ExternalRef == "":
			return nil, fmt.Errorf("%s: listing %d has no external_reference", path, i+1)
		case seen[l.ExternalRef]:
			return nil, fmt.Errorf("%s: external_reference %q occurs twice", path, l.ExternalRef)
		}
		seen[l.ExternalRef] = true
		feed[i] = *l
	}
	return feed, nil
}

// fromCSV turns the lines of a CSV feed into JSON.
func fromCSV(b []byte) ([]json.RawMessage, error) {
	lines, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, errors.New("it has no header")
	}
	header := lines[0]
	for i, name := range header {
		if columns[name] == nil || slices.Index(header, name) != i {
			return nil, fmt.Errorf("column %d, %q, is unknown or occurs twice", i+1, name)
		}
	}
	var records []json.RawMessage
	for n, line := range lines[1:] {
		listing, address, term := make(map[string]any), make(map[string]any), map[string]any{"length_in_months": 12}
		for i, cell := range line {
			if cell = strings.TrimSpace(cell); cell == "" {
				continue
			}
			v, err := columns[header[i]](cell)
			if err != nil {
				return nil, fmt.Errorf("line %d: %s %w", n+2, header[i], err)
			}
			group, name, nested := strings.Cut(header[i], ".")
			switch {
			case !nested:
				listing[header[i]] = v
			case group == "address":
				address[name], listing["address"] = v, address
			default:
				term[name], listing["lease_terms"] = v, []any{term}
			}
		}
		record, err := json.Marshal(listing)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}
