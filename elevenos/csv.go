package elevenos

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	tenantry "github.com/tenantry/tenantry-go"
)

// A CSVOption changes how [ReadCSV] reads. Nil is skipped.
type CSVOption func(*csvConfig)

type csvConfig struct {
	location *time.Location
	dayFirst bool
	lenient  bool
	ignored  map[string]bool // folded names of columns
}

// InLocation reads times without a zone in the columns Access Start and Access
// End as local times in loc, which should be the site's location. Without it
// they are refused.
func InLocation(loc *time.Location) CSVOption {
	return func(c *csvConfig) { c.location = loc }
}

// DayFirst reads 5/11/2021 as the fifth of November. Without it, that is the
// eleventh of May, as Excel writes it in the US.
func DayFirst() CSVOption { return func(c *csvConfig) { c.dayFirst = true } }

// IgnoreColumns ignores the columns with these names. Other unknown columns are still
// refused, since one may be misspelled.
func IgnoreColumns(names ...string) CSVOption {
	return func(c *csvConfig) {
		if c.ignored == nil {
			c.ignored = make(map[string]bool)
		}
		for _, name := range names {
			c.ignored[fold(name)] = true
		}
	}
}

// IgnoreUnknownColumns ignores all unknown columns, also misspelled ones. Prefer
// [IgnoreColumns].
func IgnoreUnknownColumns() CSVOption { return func(c *csvConfig) { c.lenient = true } }

// A column is a field of a ResidentImport, with its names in files.
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

// columnsByName holds the columns by their folded names, the API's and the
// template's.
var columnsByName = func() map[string]*column {
	byName := make(map[string]*column)
	for i := range columns {
		byName[fold(columns[i].name)], byName[fold(columns[i].template)] = &columns[i], &columns[i]
	}
	return byName
}()

const (
	maxFile   = 64 << 20 // bytes of a file
	maxTitles = 20       // rows in which the header is looked for
)

// ReadCSV reads residents to import from a CSV file of up to 64 MiB.
//
// A header row names the columns, by the API's names or those of Site Manager's
// template, in any order and letter case. Blank rows and a title may come before it.
// Unknown columns are refused; see [IgnoreColumns].
//
// The file is UTF-8, or UTF-16 with a byte-order mark. Lines end with LF, CRLF or CR.
// Cells are separated by commas, semicolons, tabs or vertical bars, or by what a first
// line such as sep=; names.
//
// Times are ISO 8601 with or without a zone, such as 2021-11-05 14:10, or as Excel
// writes them, such as 11/5/2021 14:10 and 11/5/2021, 2:10 PM. ReadCSV converts them to
// UTC. A time without a zone is UTC in the columns ActivationDateUTC and
// DeactivationDateUTC, and needs [InLocation] in Access Start and Access End. A date
// without a time of day, a year of two digits, and a time that clocks skip or repeat
// are refused.
//
// The error is r's own, or an [*ImportError] with everything that is wrong. With an
// ImportError, ReadCSV also returns the rows, without the values that are wrong.
func ReadCSV(r io.Reader, opts ...CSVOption) ([]ResidentImport, error) {
	f := csvFile{problems: new(problems), row: 1}
	for _, opt := range opts {
		if opt != nil {
			opt(&f.csvConfig)
		}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("elevenos: the file can't be read: %w", err)
	}
	text, reason := decodeText(data)
	if reason != "" {
		f.report("", "", reason)
		return nil, f.error()
	}
	comma, text := separator(text)
	f.readAll(text, comma)
	return f.residents, f.error()
}

// decodeText returns a file's text with a byte-order mark removed and LF at the
// end of lines, or what is wrong with the file.
func decodeText(data []byte) (text, reason string) {
	starts := func(mark string) bool { return strings.HasPrefix(string(data[:min(len(data), 4)]), mark) }
	switch {
	case len(data) > maxFile:
		return "", "the file is larger than 64 MiB; split it"
	case starts("PK\x03\x04"), starts("\xd0\xcf\x11\xe0"):
		return "", "the file is an Excel workbook; save it as CSV UTF-8"
	case starts("\xff\xfe\x00\x00"), starts("\x00\x00\xfe\xff"):
		return "", "the file is UTF-32; save it as CSV UTF-8"
	case starts("\xff\xfe"), starts("\xfe\xff"):
		if len(data)%2 != 0 {
			return "", "the file is UTF-16 and breaks off within a character; save it as CSV UTF-8"
		}
		text = decodeUTF16(data[2:], data[0] == 0xfe)
	case len(data) > 1 && (data[0] == 0) != (data[1] == 0):
		return "", "the file looks like UTF-16 without a byte-order mark; save it as CSV UTF-8"
	default:
		text = string(data)
	}
	text = strings.TrimLeft(text, "\ufeff")
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), ""
}

func decodeUTF16(data []byte, bigEndian bool) string {
	low, high := 0, 1
	if bigEndian {
		low, high = 1, 0
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = uint16(data[2*i+low]) | uint16(data[2*i+high])<<8
	}
	return string(utf16.Decode(units))
}

// separator returns what separates the cells of a text: what a sep= line says,
// which it cuts off as spreadsheets do, or else the usual separator that names
// the most columns in one of the first lines.
func separator(text string) (comma rune, rest string) {
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.TrimLeft(line, ` "`)
	if len(line) > 4 && strings.EqualFold(line[:4], "sep=") {
		comma, size := utf8.DecodeRuneInString(line[4:])
		if comma != '"' && comma != utf8.RuneError && strings.Trim(line[4+size:], `" ,;`+"\t"+string(comma)) == "" {
			return comma, rest
		}
	}
	comma, most := ',', 0
	lines := strings.SplitN(text[:min(len(text), 64<<10)], "\n", maxTitles+1)
	for _, line := range lines[:min(len(lines), maxTitles)] {
		for _, r := range ",;\t|" {
			n := 0
			for name := range strings.SplitSeq(line, string(r)) {
				if columnsByName[fold(strings.Trim(strings.TrimSpace(name), `"`))] != nil {
					n++
				}
			}
			if n > most {
				comma, most = r, n
			}
		}
	}
	return comma, text
}

// A csvFile is the state of ReadCSV.
type csvFile struct {
	csvConfig
	*problems
	row       int // the current one, as a spreadsheet counts
	header    []headerCell
	residents []ResidentImport
}

// A headerCell says what the cells under it are.
type headerCell struct {
	*column      // nil for a column that is ignored or has no name
	ignored bool // its cells may hold anything
	utc     bool // times without a zone are UTC, as its name says
}

func (f *csvFile) report(column, value, reason string) {
	f.add(ImportProblem{Row: f.row, Column: column, Value: value, Reason: reason})
}

// rows calls read for each row until it returns false. A row whose quotes are
// broken has no cells. It keeps f.row.
func (f *csvFile) rows(text string, comma rune, read func(cells []string) bool) {
	reader := csv.NewReader(strings.NewReader(text))
	reader.Comma, reader.FieldsPerRecord, reader.ReuseRecord = comma, -1, true
	more := 0 // lines that continue a row
	for {
		cells, err := reader.Read()
		var malformed *csv.ParseError
		switch {
		case errors.As(err, &malformed):
			f.row = malformed.StartLine - more
			more += malformed.Line - malformed.StartLine
			cells = nil
		case err != nil:
			return // the end
		default:
			line, _ := reader.FieldPos(0)
			f.row = line - more
			for _, cell := range cells {
				more += strings.Count(cell, "\n")
			}
		}
		if !read(cells) {
			return
		}
	}
}

func (f *csvFile) readAll(text string, comma rune) {
	header := f.findHeader(text, comma)
	if header < 0 {
		return
	}
	n := -1
	f.rows(text, comma, func(cells []string) bool {
		switch n++; {
		case n < header: // blank rows and titles
		case n == header:
			f.readHeader(cells)
			return f.none()
		case cells == nil:
			f.report("", "", "a quote is out of place")
		case !isBlank(cells): // spreadsheets leave blank rows at the end
			f.readRow(cells)
		}
		return true
	})
}

// findHeader returns the index of the header row: the first that names three
// columns, or else the first that names one. If there is none, it reports why and
// returns -1.
func (f *csvFile) findHeader(text string, comma rune) int {
	header, broken := -1, 0
	n, seen := -1, 0
	f.rows(text, comma, func(cells []string) bool {
		n++
		known := 0
		for _, name := range cells {
			if columnsByName[fold(name)] != nil {
				known++
			}
		}
		switch {
		case known >= 3, header < 0 && known > 0:
			header = n
		case cells == nil && broken == 0:
			broken = f.row
		}
		if !isBlank(cells) {
			seen++
		}
		return known < 3 && seen < maxTitles
	})
	switch {
	case header >= 0:
	case broken > 0:
		f.row = broken
		f.report("", "", "a quote is out of place")
	default:
		f.row = 1
		f.report("", "", "no row names the columns; want First Name, Last Name, Email, and so on")
	}
	return header
}

func isBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

func (f *csvFile) readHeader(names []string) {
	f.header = make([]headerCell, len(names))
	seen := make(map[*column]bool)
	for i, name := range names {
		c := columnsByName[fold(name)]
		cell := headerCell{column: c, ignored: c == nil && (f.lenient || f.ignored[fold(name)])}
		switch {
		case c != nil && seen[c]:
			f.report(c.name, name, "occurs twice")
		case c != nil:
			seen[c] = true
			cell.utc = fold(name) == fold(c.name)
		case !cell.ignored && strings.TrimSpace(name) != "":
			f.report("", name, fmt.Sprintf("column %d has a name that is none of a resident's; correct or remove it", i+1))
		}
		f.header[i] = cell
	}
	for i := range columns {
		if c := &columns[i]; !c.optional && !seen[c] {
			f.report(c.name, "", fmt.Sprintf("is missing (Site Manager's template calls it %q)", c.template))
		}
	}
}

func (f *csvFile) readRow(cells []string) {
	if len(cells) != len(f.header) {
		f.report("", "", fmt.Sprintf("the row has %d cells; the header has %d", len(cells), len(f.header)))
		return
	}
	r := ResidentImport{Row: f.row}
	for i, cell := range cells {
		c := f.header[i]
		cell = strings.TrimSpace(cell)
		switch {
		case c.ignored, cell == "":
		case c.column == nil:
			f.report("", cell, fmt.Sprintf("column %d has no name in the header", i+1))
		case !utf8.ValidString(cell):
			f.report(c.name, "", "is not UTF-8; save the file as CSV UTF-8")
		case strings.ContainsFunc(cell, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
			f.report(c.name, cell, "holds a control character; remove it")
		case c.field != nil:
			*c.field(&r) = cell
		default:
			at, reason := f.time(cell, c.utc)
			if reason != "" {
				f.report(c.name, cell, reason)
				continue
			}
			*c.date(&r) = tenantry.Timestamp(at.UTC().Format(time.RFC3339))
		}
	}
	if reason := checkEmail(r.Email); reason != "" {
		f.report("Email", r.Email, reason)
	}
	f.residents = append(f.residents, r)
}

// zoned are the layouts of times with a zone, as tidy writes them.
var zoned = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04 Z07:00",
}

// time returns the moment that a cell holds, or what is wrong with it. utc says
// that a time without a zone is UTC.
func (f *csvFile) time(cell string, utc bool) (at time.Time, reason string) {
	s := tidy(cell)
	for _, layout := range zoned {
		if at, err := time.Parse(layout, s); err == nil {
			return at, checkYear(at)
		}
	}
	slashes := "1/2/2006"
	if f.dayFirst {
		slashes = "2/1/2006"
	}
	for _, day := range []string{"2006-01-02", slashes} {
		for _, clock := range []string{"T15:04:05", "T15:04", " 15:04:05", " 15:04", " 3:04:05 PM", " 3:04 PM", " 3:04:05PM", " 3:04PM"} {
			if wall, err := time.Parse(day+clock, s); err == nil {
				return f.inPlace(wall, utc)
			}
		}
	}
	return time.Time{}, f.guess(s)
}

// tidy returns a time in capitals, with single blanks, without invisible
// characters, and without the comma that some programs write after the date.
func tidy(cell string) string {
	s := strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, cell))
	if date, clock, ok := strings.Cut(s, ","); ok && !strings.Contains(date, ":") {
		s = date + " " + clock
	}
	s = strings.Join(strings.Fields(s), " ")
	s = strings.NewReplacer("A.M.", "AM", "P.M.", "PM").Replace(s)
	if wall, ok := strings.CutSuffix(s, " UTC"); ok {
		s = wall + "Z"
	}
	return s
}

// inPlace returns the moment at which clocks show wall: in UTC, or else at the
// site.
func (f *csvFile) inPlace(wall time.Time, utc bool) (time.Time, string) {
	switch {
	case utc:
		return wall, checkYear(wall)
	case f.location == nil:
		return wall, "has no zone; write it with one, or read the file with InLocation"
	}
	at, err := tenantry.Timestamp(wall.Format("2006-01-02T15:04:05.999999999")).TimeIn(f.location)
	switch {
	case errors.Is(err, tenantry.ErrSkippedTime):
		return wall, "does not exist at the site: clocks are put forward over it"
	case errors.Is(err, tenantry.ErrRepeatedTime):
		return wall, "happens twice at the site: clocks are put back over it; write it with a zone"
	}
	return at, checkYear(at)
}

// guess returns why a text is not a time.
func (f *csvFile) guess(s string) string {
	for _, day := range []string{"2006-01-02", "1/2/2006", "2/1/2006"} {
		if _, err := time.Parse(day, s); err == nil {
			return "has no time of day; write 2021-11-05 14:10"
		}
	}
	for _, clock := range []string{"", " 15:04", " 15:04:05", " 3:04 PM"} {
		for _, day := range []string{"1/2/06", "2/1/06"} {
			if _, err := time.Parse(day+clock, s); err == nil {
				return "has a year of two digits; write 2021-11-05 14:10"
			}
		}
		if _, err := time.Parse("2/1/2006"+clock, s); err == nil && !f.dayFirst {
			return "has no such month; if days come first in the file, read it with DayFirst"
		}
		if _, err := time.Parse("1/2/2006"+clock, s); err == nil && f.dayFirst {
			return "has no such month if the day comes first; read the file without DayFirst"
		}
	}
	return "is not a time, or one that does not exist; write 2021-11-05 14:10"
}
