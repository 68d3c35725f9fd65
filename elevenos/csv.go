package elevenos

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	tenantry "github.com/tenantry/tenantry-go"
)

// A CSVOption changes how [ReadCSV] reads.
type CSVOption func(*csvConfig)

type csvConfig struct {
	location *time.Location
	dayFirst bool
	lenient  bool
}

// InLocation takes times without a zone for the site's, which is in loc. Without
// it they are refused.
func InLocation(loc *time.Location) CSVOption {
	return func(c *csvConfig) { c.location = loc }
}

// DayFirst reads 5/11/2021 as the fifth of November. Without it that is the
// eleventh of May, as Excel writes it in the US.
func DayFirst() CSVOption { return func(c *csvConfig) { c.dayFirst = true } }

// IgnoreUnknownColumns leaves columns unread that are none of a resident's.
// Without it they are refused, since one may be a misspelling.
func IgnoreUnknownColumns() CSVOption { return func(c *csvConfig) { c.lenient = true } }

// A column is a field of a ResidentImport and what files call it.
type column struct {
	name     string // the API's
	template string // Site Manager's
	optional bool
	field    func(*ResidentImport) *string
	date     func(*ResidentImport) *tenantry.Timestamp
}

var columns = []column{
	{name: "FirstName", template: "First Name", field: func(r *ResidentImport) *string { return &r.FirstName }},
	{name: "LastName", template: "Last Name", field: func(r *ResidentImport) *string { return &r.LastName }},
	{name: "Email", template: "Email", field: func(r *ResidentImport) *string { return &r.Email }},
	{name: "PhoneNumber", template: "Phone Number", optional: true, field: func(r *ResidentImport) *string { return &r.PhoneNumber }},
	{name: "ActivationDateUTC", template: "Access Start", date: func(r *ResidentImport) *tenantry.Timestamp { return &r.ActivationDateUTC }},
	{name: "DeactivationDateUTC", template: "Access End", optional: true, date: func(r *ResidentImport) *tenantry.Timestamp { return &r.DeactivationDateUTC }},
	{name: "Building", template: "Building", field: func(r *ResidentImport) *string { return &r.Building }},
	{name: "Floor", template: "Floor", field: func(r *ResidentImport) *string { return &r.Floor }},
	{name: "Unit", template: "Unit", field: func(r *ResidentImport) *string { return &r.Unit }},
}

// squeeze is a column's name without what people vary: case and spaces.
func squeeze(name string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' || r == '\u00a0' || r == '\t' }), ""))
}

func columnFor(name string) *column {
	squeezed := squeeze(name)
	i := slices.IndexFunc(columns, func(c column) bool { return squeezed == squeeze(c.name) || squeezed == squeeze(c.template) })
	if i < 0 {
		return nil
	}
	return &columns[i]
}

// ReadCSV reads residents to import. The first row names the columns, by the
// API's names or those of Site Manager's template, in any order and letter
// case. Commas, semicolons or tabs separate them; a byte-order mark, CRLF and
// quotes are understood.
//
// Times are ISO 8601 with or without a zone, 2021-11-05 14:10, or as Excel
// writes them, 11/5/2021 14:10 and 11/5/2021 2:10 PM. They become UTC. One
// without a zone needs [InLocation]; a date without a time of day, a year of
// two digits, and a moment that the clocks skip or repeat are refused.
//
// The error is an [*ImportError] with everything that is wrong, or r's own.
func ReadCSV(r io.Reader, opts ...CSVOption) ([]ResidentImport, error) {
	var c csvConfig
	for _, opt := range opts {
		opt(&c)
	}
	in := bufio.NewReader(r)
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = in.Discard(3)
	}
	start, err := in.Peek(in.Size())
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, fmt.Errorf("elevenos: the file can't be read: %w", err)
	}
	reader := csv.NewReader(in)
	reader.Comma = separator(start)
	reader.FieldsPerRecord = -1
	f := csvFile{csvConfig: c, problems: new(problems)}
	broken := 0 // lines that are no rows, since a cell goes on over them
	for {
		record, err := reader.Read()
		var malformed *csv.ParseError
		if err == nil {
			line, _ := reader.FieldPos(0)
			f.row = line - broken
			for _, cell := range record {
				broken += strings.Count(cell, "\n")
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			if f.header == nil && f.problems.none() {
				f.row = 1
				f.report("", "", "there is no row that names the columns")
			}
			return f.residents, f.problems.error()
		case errors.As(err, &malformed):
			f.row = malformed.StartLine - broken
			f.report("", "", "a quote is out of place")
			if f.header == nil || f.problems.full() {
				return nil, f.problems.error()
			}
		case err != nil:
			return nil, fmt.Errorf("elevenos: the file can't be read: %w", err)
		case f.header == nil:
			if f.readHeader(record); !f.problems.none() {
				return nil, f.problems.error()
			}
		default:
			f.read(record)
		}
	}
}

// separator is the one of the usual ones that names the most columns.
func separator(start []byte) rune {
	line, _, _ := strings.Cut(string(start), "\n")
	best, most := ',', 0
	for _, r := range []rune{',', ';', '\t'} {
		n := 0
		for name := range strings.SplitSeq(line, string(r)) {
			if columnFor(strings.Trim(strings.TrimSpace(name), `"`)) != nil {
				n++
			}
		}
		if n > most {
			best, most = r, n
		}
	}
	return best
}

// A csvFile is what was read of a file so far.
type csvFile struct {
	csvConfig
	*problems
	row       int
	header    []*column // nil for a column that is left unread
	residents []ResidentImport
}

func (f *csvFile) report(column, value, reason string) {
	f.add(ImportProblem{Row: f.row, Column: column, Value: value, Reason: reason})
}

func (f *csvFile) readHeader(record []string) {
	header := make([]*column, len(record))
	seen := make(map[*column]bool)
	for i, name := range record {
		c := columnFor(name)
		switch {
		case c == nil && !f.lenient && strings.TrimSpace(name) != "":
			f.report("", name, fmt.Sprintf("column %d is none of a resident's; correct its name, or take it out", i+1))
		case c != nil && seen[c]:
			f.report(c.name, name, "is there twice")
		}
		header[i], seen[c] = c, true
	}
	for i := range columns {
		if c := &columns[i]; !c.optional && !seen[c] {
			f.report(c.name, "", fmt.Sprintf("is missing (Site Manager's template calls it %q)", c.template))
		}
	}
	f.header = header
}

func (f *csvFile) read(record []string) {
	if !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
		return // what spreadsheets leave at the end
	}
	if len(record) != len(f.header) {
		f.report("", "", fmt.Sprintf("the row has %d cells; the first row has %d", len(record), len(f.header)))
		return
	}
	r := ResidentImport{Row: f.row}
	for i, cell := range record {
		c := f.header[i]
		if c == nil {
			continue
		}
		cell = strings.TrimSpace(cell)
		switch {
		case !utf8.ValidString(cell):
			f.report(c.name, "", "is not UTF-8; save the file as CSV UTF-8")
		case c.field != nil:
			*c.field(&r) = cell
		case cell != "":
			at, reason := f.time(cell)
			if reason != "" {
				f.report(c.name, cell, reason)
				continue
			}
			*c.date(&r) = tenantry.Timestamp(at.UTC().Format(time.RFC3339))
		}
	}
	if !strings.Contains(r.Email, "@") {
		f.report("Email", r.Email, "is no email address; it is what a resident is known by")
	}
	f.residents = append(f.residents, r)
}

// time reads a moment, or says what is wrong with it.
func (f *csvFile) time(s string) (at time.Time, reason string) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04 Z07:00"} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, checkYear(at)
		}
	}
	slashes := "1/2/2006"
	if f.dayFirst {
		slashes = "2/1/2006"
	}
	for _, day := range []string{"2006-01-02", slashes} {
		for _, clock := range []string{"T15:04:05.999999999", "T15:04", " 15:04:05.999999999", " 15:04", " 3:04:05 PM", " 3:04 PM", " 3:04PM"} {
			if wall, err := time.Parse(day+clock, strings.ToUpper(s)); err == nil {
				return f.inPlace(wall)
			}
		}
	}
	return time.Time{}, f.guess(s)
}

// checkYear refuses years that only a slip makes.
func checkYear(at time.Time) string {
	if at.Year() < 1970 || at.Year() > 2200 {
		return "is in a year that can't be meant"
	}
	return ""
}

// inPlace is the moment at which clocks at the site show wall.
func (f *csvFile) inPlace(wall time.Time) (time.Time, string) {
	if reason := checkYear(wall); reason != "" {
		return wall, reason
	}
	if f.location == nil {
		return wall, "has no zone; write it with one, or read the file with InLocation"
	}
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), f.location)
	same := func(t time.Time) bool { return t.Format(time.DateTime) == wall.Format(time.DateTime) }
	if !same(at) {
		return wall, "never is: the clocks are put forward over it"
	}
	// Clocks are put back by as much as differs between some hours before and
	// after: the other moment that they show the same is that far away.
	_, before := at.Add(-12 * time.Hour).Zone()
	_, after := at.Add(12 * time.Hour).Zone()
	if shift := time.Duration(before-after) * time.Second; shift > 0 && (same(at.Add(shift)) || same(at.Add(-shift))) {
		return wall, "is twice: the clocks are put back over it; write it with a zone"
	}
	return at, ""
}

// guess says why a text is no moment.
func (f *csvFile) guess(s string) string {
	upper := strings.ToUpper(s)
	for _, day := range []string{"2006-01-02", "1/2/2006", "2/1/2006"} {
		if _, err := time.Parse(day, upper); err == nil {
			return "has no time of day; write 2021-11-05 14:10"
		}
	}
	for _, clock := range []string{"", " 15:04", " 15:04:05", " 3:04 PM"} {
		for _, day := range []string{"1/2/06", "2/1/06"} {
			if _, err := time.Parse(day+clock, upper); err == nil {
				return "has a year of two digits; write 2021-11-05 14:10"
			}
		}
		if _, err := time.Parse("2/1/2006"+clock, upper); err == nil && !f.dayFirst {
			return "has no such month; read the file with DayFirst if days come first in it"
		}
		if _, err := time.Parse("1/2/2006"+clock, upper); err == nil && f.dayFirst {
			return "has no such month with the day first; read the file without DayFirst"
		}
	}
	return "is no time, or none that there is; write 2021-11-05 14:10"
}
