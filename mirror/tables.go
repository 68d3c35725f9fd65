package mirror

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/roster"
)

// A column is a column of a table of records, and where its value is in a record.
type column struct {
	name  string
	kind  string        // text, num, int, bool or json
	at    func(any) any // a pointer into a record of the table
	since int           // the version of the schema that added it, 0 for the first
}

// col makes a column of a table of Ts.
func col[T, F any](name, kind string, at func(*T) *F) column {
	return column{name: name, kind: kind, at: func(record any) any { return at(record.(*T)) }}
}

// added is a column that a later version of the schema added.
func added(since int, c column) column {
	c.since = since
	return c
}

// common are the columns that all tables have after their key.
func common[T any](ids func(*T) *[]roster.ExternalID, created, updated, seen func(*T) *tenantry.Timestamp, raw func(*T) *tenantry.Raw) []column {
	return []column{
		col("external_ids", "json", ids), col("source_created_at", "text", created), col("source_updated_at", "text", updated),
		col("last_seen", "text", seen), col("raw", "json", raw),
	}
}

// A table is where the records of a kind are.
type table struct {
	kind    roster.Kind
	own     []column // of the kind
	common  []column
	new     func() any
	key     func(any) *key
	records func(*roster.Page) []any
}

// A key names a record within its account.
type key struct{ source, scope, id *string }

func pointers[T any](all []T) []any {
	list := make([]any, len(all))
	for i := range all {
		list[i] = &all[i]
	}
	return list
}

type (
	property = roster.Property
	unit     = roster.Unit
	lease    = roster.Lease
	person   = roster.Person
	tenancy  = roster.Tenancy
	date     = tenantry.Date
	decimal  = tenantry.Decimal
)

var tables = []*table{
	{
		kind: roster.Properties,
		own: []column{
			col("name", "text", func(r *property) *string { return &r.Name }),
			col("address", "json", func(r *property) *roster.Address { return &r.Address }),
			col("time_zone", "text", func(r *property) *string { return &r.TimeZone }),
			col("unit_count", "int", func(r *property) **int64 { return &r.UnitCount }),
			col("active", "bool", func(r *property) **bool { return &r.Active }),
		},
		common: common(func(r *property) *[]roster.ExternalID { return &r.ExternalIDs }, func(r *property) *tenantry.Timestamp { return &r.CreatedAt },
			func(r *property) *tenantry.Timestamp { return &r.UpdatedAt }, func(r *property) *tenantry.Timestamp { return &r.LastSeen }, func(r *property) *tenantry.Raw { return &r.Raw }),
		new:     func() any { return new(property) },
		key:     func(r any) *key { p := r.(*property); return &key{&p.Source, &p.Scope, &p.ID} },
		records: func(p *roster.Page) []any { return pointers(p.Properties) },
	},
	{
		kind: roster.Units,
		own: []column{
			col("property_id", "text", func(r *unit) *string { return &r.PropertyID }),
			added(2, col("lease_id", "text", func(r *unit) *string { return &r.LeaseID })),
			col("number", "text", func(r *unit) *string { return &r.Number }),
			col("building", "text", func(r *unit) *string { return &r.Building }),
			col("floor", "text", func(r *unit) *string { return &r.Floor }),
			col("address", "json", func(r *unit) *roster.Address { return &r.Address }),
			col("bedrooms", "text", func(r *unit) *string { return &r.Bedrooms }),
			col("bathrooms", "text", func(r *unit) *string { return &r.Bathrooms }),
			col("square_feet", "int", func(r *unit) **int64 { return &r.SquareFeet }),
			col("market_rent", "num", func(r *unit) *decimal { return &r.MarketRent.Amount }),
			col("currency", "text", func(r *unit) *string { return &r.MarketRent.Currency }),
			col("occupancy", "text", func(r *unit) *roster.Occupancy { return &r.Occupancy }),
			col("occupancy_word", "text", func(r *unit) *string { return &r.OccupancyWord }),
			col("leasing", "text", func(r *unit) *roster.Leasing { return &r.Leasing }),
			col("leasing_word", "text", func(r *unit) *string { return &r.LeasingWord }),
		},
		common: common(func(r *unit) *[]roster.ExternalID { return &r.ExternalIDs }, func(r *unit) *tenantry.Timestamp { return &r.CreatedAt },
			func(r *unit) *tenantry.Timestamp { return &r.UpdatedAt }, func(r *unit) *tenantry.Timestamp { return &r.LastSeen }, func(r *unit) *tenantry.Raw { return &r.Raw }),
		new:     func() any { return new(unit) },
		key:     func(r any) *key { p := r.(*unit); return &key{&p.Source, &p.Scope, &p.ID} },
		records: func(p *roster.Page) []any { return pointers(p.Units) },
	},
	{
		kind: roster.Leases,
		own: []column{
			col("property_id", "text", func(r *lease) *string { return &r.PropertyID }),
			col("unit_id", "text", func(r *lease) *string { return &r.UnitID }),
			col("unit_number", "text", func(r *lease) *string { return &r.UnitNumber }),
			col("state", "text", func(r *lease) *roster.LeaseState { return &r.State }),
			col("state_word", "text", func(r *lease) *string { return &r.StateWord }),
			col("start_date", "text", func(r *lease) *date { return &r.Start }),
			col("end_date", "text", func(r *lease) *date { return &r.End }),
			col("scheduled_move_in", "text", func(r *lease) *date { return &r.ScheduledMoveIn }),
			col("scheduled_move_out", "text", func(r *lease) *date { return &r.ScheduledMoveOut }),
			col("move_in", "text", func(r *lease) *date { return &r.MoveIn }),
			col("move_out", "text", func(r *lease) *date { return &r.MoveOut }),
			col("notice_date", "text", func(r *lease) *date { return &r.Notice }),
			col("rent", "num", func(r *lease) *decimal { return &r.Rent.Amount }),
			col("rent_currency", "text", func(r *lease) *string { return &r.Rent.Currency }),
			col("deposit", "num", func(r *lease) *decimal { return &r.Deposit.Amount }),
			col("deposit_currency", "text", func(r *lease) *string { return &r.Deposit.Currency }),
			col("balance", "num", func(r *lease) *decimal { return &r.Balance.Amount }),
			col("balance_currency", "text", func(r *lease) *string { return &r.Balance.Currency }),
		},
		common: common(func(r *lease) *[]roster.ExternalID { return &r.ExternalIDs }, func(r *lease) *tenantry.Timestamp { return &r.CreatedAt },
			func(r *lease) *tenantry.Timestamp { return &r.UpdatedAt }, func(r *lease) *tenantry.Timestamp { return &r.LastSeen }, func(r *lease) *tenantry.Raw { return &r.Raw }),
		new:     func() any { return new(lease) },
		key:     func(r any) *key { p := r.(*lease); return &key{&p.Source, &p.Scope, &p.ID} },
		records: func(p *roster.Page) []any { return pointers(p.Leases) },
	},
	{
		kind: roster.People,
		own: []column{
			col("kind", "text", func(r *person) *roster.PersonKind { return &r.Kind }),
			col("first_name", "text", func(r *person) *string { return &r.FirstName }),
			col("middle_name", "text", func(r *person) *string { return &r.MiddleName }),
			col("last_name", "text", func(r *person) *string { return &r.LastName }),
			col("business_name", "text", func(r *person) *string { return &r.BusinessName }),
			col("property_id", "text", func(r *person) *string { return &r.PropertyID }),
			col("emails", "json", func(r *person) *[]roster.Contact { return &r.Emails }),
			col("phones", "json", func(r *person) *[]roster.Contact { return &r.Phones }),
			col("addresses", "json", func(r *person) *[]roster.Address { return &r.Addresses }),
		},
		common: common(func(r *person) *[]roster.ExternalID { return &r.ExternalIDs }, func(r *person) *tenantry.Timestamp { return &r.CreatedAt },
			func(r *person) *tenantry.Timestamp { return &r.UpdatedAt }, func(r *person) *tenantry.Timestamp { return &r.LastSeen }, func(r *person) *tenantry.Raw { return &r.Raw }),
		new:     func() any { return new(person) },
		key:     func(r any) *key { p := r.(*person); return &key{&p.Source, &p.Scope, &p.ID} },
		records: func(p *roster.Page) []any { return pointers(p.People) },
	},
	{
		kind: roster.Tenancies,
		own: []column{
			col("person_id", "text", func(r *tenancy) *string { return &r.PersonID }),
			col("lease_id", "text", func(r *tenancy) *string { return &r.LeaseID }),
			col("unit_id", "text", func(r *tenancy) *string { return &r.UnitID }),
			col("property_id", "text", func(r *tenancy) *string { return &r.PropertyID }),
			col("role", "text", func(r *tenancy) *roster.Role { return &r.Role }),
			col("role_word", "text", func(r *tenancy) *string { return &r.RoleWord }),
			col("move_in", "text", func(r *tenancy) *date { return &r.MoveIn }),
			col("move_out", "text", func(r *tenancy) *date { return &r.MoveOut }),
			col("notice_date", "text", func(r *tenancy) *date { return &r.Notice }),
			col("active", "bool", func(r *tenancy) **bool { return &r.Active }),
		},
		common: common(func(r *tenancy) *[]roster.ExternalID { return &r.ExternalIDs }, func(r *tenancy) *tenantry.Timestamp { return &r.CreatedAt },
			func(r *tenancy) *tenantry.Timestamp { return &r.UpdatedAt }, func(r *tenancy) *tenantry.Timestamp { return &r.LastSeen }, func(r *tenancy) *tenantry.Raw { return &r.Raw }),
		new:     func() any { return new(tenancy) },
		key:     func(r any) *key { p := r.(*tenancy); return &key{&p.Source, &p.Scope, &p.ID} },
		records: func(p *roster.Page) []any { return pointers(p.Tenancies) },
	},
}

func tableOf(kind roster.Kind) *table {
	for _, t := range tables {
		if t.kind == kind {
			return t
		}
	}
	return nil
}

// volatileColumns may change without a change of the record.
var volatileColumns = map[string]bool{"source_updated_at": true, "last_seen": true, "raw": true}

// columns returns all columns of a record that a system fills.
func (t *table) columns() []column { return append(t.own[:len(t.own):len(t.own)], t.common...) }

// bookkeeping are the columns of all tables that this package fills, with their
// types.
var bookkeeping = map[string]string{"hash": "text", "seal": "text", "version": "int", "first_seen": "time", "last_changed": "time", "gone": "time"}

var columnTypes = func() map[string]string {
	all := make(map[string]string)
	for _, t := range tables {
		for _, c := range t.columns() {
			all[string(t.kind)+"."+c.name] = c.kind
		}
		for name, kind := range bookkeeping {
			all[string(t.kind)+"."+name] = kind
		}
	}
	for name, kind := range map[string]string{"rec": "int", "version": "int", "fields": "json", "at": "time"} {
		all["changes."+name] = kind
	}
	return all
}()

// columnType returns the type of a column, as a word of the dialects or "text".
func columnType(table, name string) string {
	if kind, ok := columnTypes[table+"."+name]; ok {
		return kind
	}
	return "text"
}

// encode returns the text of a value, nil for none.
func encode(kind string, at any) *string {
	switch v := at.(type) {
	case *string:
		return textOf(*v)
	case **int64:
		if *v == nil {
			return nil
		}
		s := strconv.FormatInt(**v, 10)
		return &s
	case **bool:
		if *v == nil {
			return nil
		}
		s := "0"
		if **v {
			s = "1"
		}
		return &s
	case *tenantry.Raw:
		if len(*v) == 0 {
			return nil
		}
		return jsonOf(*v)
	case *decimal:
		if _, err := v.Rat(); err != nil {
			return nil
		}
		return textOf(strings.TrimSpace(string(*v)))
	}
	value := reflect.ValueOf(at).Elem()
	if kind != "json" {
		return textOf(value.String())
	}
	if value.IsZero() {
		return nil
	}
	b, err := json.Marshal(at)
	if err != nil {
		return nil // it holds texts and flags alone
	}
	return jsonOf(b)
}

// textOf returns a text as both databases take it: PostgreSQL keeps neither a zero
// byte nor broken UTF-8.
func textOf(s string) *string {
	if s == "" {
		return nil
	}
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
	return &s
}

func jsonOf(b []byte) *string {
	s := strings.ToValidUTF8(string(b), "\uFFFD")
	if strings.Contains(s, `\u0000`) { // PostgreSQL can't read such JSON
		s = strings.ReplaceAll(s, `\u0000`, `\ufffd`)
	}
	return &s
}

// decode puts a text into a value.
func decode(kind string, at any, text *string) error {
	if text == nil {
		reflect.ValueOf(at).Elem().SetZero()
		return nil
	}
	switch v := at.(type) {
	case **int64:
		n, err := strconv.ParseInt(*text, 10, 64)
		*v = &n
		return err
	case **bool:
		yes := *text == "1" || *text == "t" || *text == "true"
		*v = &yes
		return nil
	case *tenantry.Raw:
		*v = tenantry.Raw(*text)
		return nil
	}
	if kind == "json" {
		return json.Unmarshal([]byte(*text), at)
	}
	reflect.ValueOf(at).Elem().SetString(*text)
	return nil
}

// selects returns the columns of a record as texts, for scan.
func (t *table) selects() string {
	var b strings.Builder
	b.WriteString("t.source, t.scope, t.id")
	for _, c := range t.columns() {
		b.WriteString(", CAST(t." + c.name + " AS text)")
	}
	return b.String()
}

// scan reads a record of the columns of selects, and more columns after them.
func (t *table) scan(r rows, more ...any) (any, error) {
	record := t.new()
	k := t.key(record)
	all := t.columns()
	texts := make([]*string, len(all))
	dest := []any{k.source, k.scope, k.id}
	for i := range texts {
		dest = append(dest, &texts[i])
	}
	if err := r.Scan(append(dest, more...)...); err != nil {
		return nil, err
	}
	for i, c := range all {
		if err := decode(c.kind, c.at(record), texts[i]); err != nil {
			return nil, fmt.Errorf("mirror: %s.%s can't be read: %w", t.kind, c.name, err)
		}
	}
	return record, nil
}
