package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"text/tabwriter"
)

// A printer writes records to stdout, page by page.
type printer interface {
	print(records []any) error
	close() error
}

var formats = []string{"table", "json", "jsonl", "csv"}

// newPrinter returns the printer of a format. columns are those of tables and CSV
// files; nil means a choice of them.
func newPrinter(w io.Writer, format string, columns []string) (printer, error) {
	switch format {
	case "table":
		return &table{w: tabwriter.NewWriter(w, 0, 8, 2, ' ', 0), columns: columns}, nil
	case "csv":
		return &table{w: csvWriter{csv.NewWriter(w)}, columns: columns, all: true}, nil
	case "json":
		return &array{w: w}, nil
	case "jsonl":
		return &lines{w: w}, nil
	}
	return nil, fmt.Errorf("--output %s: want one of %s", format, strings.Join(formats, ", "))
}

type lines struct{ w io.Writer }

func (l *lines) print(records []any) error {
	for _, r := range records {
		b, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if _, err := l.w.Write(append(b, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (l *lines) close() error { return nil }

type array struct {
	w    io.Writer
	some bool
}

func (a *array) print(records []any) error {
	for _, r := range records {
		b, err := json.MarshalIndent(r, "  ", "  ")
		if err != nil {
			return err
		}
		before := "[\n  "
		if a.some {
			before = ",\n  "
		}
		a.some = true
		if _, err := io.WriteString(a.w, before+string(b)); err != nil {
			return err
		}
	}
	return nil
}

func (a *array) close() error {
	end := "[]\n"
	if a.some {
		end = "\n]\n"
	}
	_, err := io.WriteString(a.w, end)
	return err
}

// csvWriter is a tabwriter's other: cells come separated by tabs.
type csvWriter struct{ w *csv.Writer }

func (c csvWriter) Write(line []byte) (int, error) {
	return len(line), c.w.Write(strings.Split(strings.TrimSuffix(string(line), "\n"), "\t"))
}

func (c csvWriter) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

// A table writes a header and a row for each record.
type table struct {
	w interface {
		io.Writer
		Flush() error
	}
	columns []string
	all     bool // all columns, if none were chosen
	begun   bool
}

// most is how many columns a table has unless others are asked for.
const most = 7

func (t *table) print(records []any) error {
	if len(records) == 0 {
		return nil
	}
	if !t.begun {
		t.begun = true
		if t.columns == nil {
			t.columns = t.choose(records)
		}
		header := slices.Clone(t.columns)
		if !t.all {
			for i, name := range header {
				header[i] = strings.ToUpper(name)
			}
		}
		if err := t.row(header); err != nil {
			return err
		}
	}
	for _, r := range records {
		members, err := membersOf(r)
		if err != nil {
			return err
		}
		cells := make([]string, len(t.columns))
		for i, name := range t.columns {
			cells[i] = cell(members[name])
		}
		if err := t.row(cells); err != nil {
			return err
		}
	}
	return t.w.Flush() // a page at a time: memory stays that of a page
}

func (t *table) row(cells []string) error {
	for i, text := range cells {
		cells[i] = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f { // nothing that a terminal obeys
				return ' '
			}
			return r
		}, text)
	}
	_, err := io.WriteString(t.w, strings.Join(cells, "\t")+"\n")
	return err
}

func (t *table) close() error { return t.w.Flush() }

// choose returns the columns for records: the fields in their order. A table has
// the first of those with a short value.
func (t *table) choose(records []any) []string {
	var names []string
	typ := reflect.TypeOf(records[0])
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return []string{"value"}
	}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && name != "" && name != "-" {
			names = append(names, name)
		}
	}
	if t.all {
		return names
	}
	filled := make(map[string]bool)
	for _, r := range records {
		members, _ := membersOf(r)
		for name, raw := range members {
			if text := cell(raw); text != "" && text != "null" && len(text) <= 40 && raw[0] != '{' && raw[0] != '[' {
				filled[name] = true
			}
		}
	}
	names = slices.DeleteFunc(names, func(name string) bool { return !filled[name] })
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	return names[:min(most, len(names))]
}

// rank orders columns by how much they tell a person.
func rank(name string) int {
	name = strings.ToLower(name)
	switch {
	case name == "id" || name == "identifier":
		return 0
	case strings.HasPrefix(name, "x_"), strings.HasSuffix(name, "_id"), strings.HasSuffix(name, "_at"), strings.HasSuffix(name, "_alternate"), name == "last_seen":
		return 3
	}
	for _, telling := range []string{"name", "number", "email", "phone", "status", "unit", "balance", "amount", "date"} {
		if strings.Contains(name, telling) {
			return 1
		}
	}
	return 2
}

// membersOf returns the members of a record as JSON.
func membersOf(record any) (map[string]json.RawMessage, error) {
	b, err := json.Marshal(record)
	if err != nil {
		return nil, err
	}
	members := make(map[string]json.RawMessage)
	if err := json.Unmarshal(b, &members); err != nil {
		var typ *json.UnmarshalTypeError
		if errors.As(err, &typ) {
			return map[string]json.RawMessage{"value": b}, nil
		}
		return nil, err
	}
	return members, nil
}

// cell returns a value as text: a string without its quotes, null as nothing.
func cell(raw json.RawMessage) string {
	var text string
	switch {
	case len(raw) == 0, string(raw) == "null":
		return ""
	case raw[0] == '"' && json.Unmarshal(raw, &text) == nil:
		return text
	}
	return string(raw)
}
