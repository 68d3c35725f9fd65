package elevenos_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	_ "time/tzdata" // the tests' zone
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
)

func denver(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("America/Denver")
	require.NoError(t, err)
	return loc
}

const header = "First Name,Last Name,Email,Phone Number,Access Start,Access End,Building,Floor,Unit\n"

func TestCSVForms(t *testing.T) {
	want := []elevenos.ResidentImport{
		{FirstName: "Ana", LastName: "O'Dea", Email: "ana@example.test", PhoneNumber: "+1 415", ActivationDateUTC: "2021-11-05T20:10:00Z", DeactivationDateUTC: "2022-11-05T20:10:00Z", Building: "A", Floor: "1", Unit: "101", Row: 2},
		{FirstName: "Bo", LastName: "Bell, Jr.", Email: "bo@example.test", ActivationDateUTC: "2021-11-05T20:10:00Z", Building: "A", Floor: "1", Unit: "102", Row: 3},
	}
	for name, file := range map[string]string{
		"template":    header + "Ana,O'Dea,ana@example.test,+1 415,2021-11-05 14:10,2022-11-05 14:10,A,1,101\nBo,\"Bell, Jr.\",bo@example.test,,2021-11-05 14:10,,A,1,102\n",
		"API's names": "FirstName,LastName,Email,PhoneNumber,ActivationDateUTC,DeactivationDateUTC,Building,Floor,Unit\nAna,O'Dea,ana@example.test,+1 415,2021-11-05T20:10:00Z,2022-11-05T14:10:00-06:00,A,1,101\nBo,\"Bell, Jr.\",bo@example.test,,2021-11-05T20:10,,A,1,102",
		"Excel":       "\ufeff" + strings.ReplaceAll(header, ",", ";") + "Ana;O'Dea;ana@example.test;+1 415;11/5/2021 14:10;11/5/2022 2:10 PM;A;1;101\r\nBo;\"Bell, Jr.\";bo@example.test;;11/05/2021 02:10 pm;;A;1;102\r\n;;;;;;;;\r\n",
		"other order": "UNIT\tfloor\tBuilding\taccess end\tACCESS START\temail\tphone_number\tlast  name\tfirstname\n101\t1\tA\t2022-11-05 20:10:00Z\t2021-11-05 20:10Z\tana@example.test\t+1 415\tO'Dea\tAna\n102\t1\tA\t\t2021-11-05T20:10:00.0+0000\tbo@example.test\t\t\"Bell, Jr.\"\tBo\n",
	} {
		got, err := elevenos.ReadCSV(strings.NewReader(strings.ReplaceAll(file, "20:10:00.0+0000", "20:10:00+0000")), elevenos.InLocation(denver(t)))
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}
	got, err := elevenos.ReadCSV(strings.NewReader(header+"Ana,B,a@b,,5/11/2021 14:10,,A,1,101\n"), elevenos.InLocation(time.UTC), elevenos.DayFirst())
	require.NoError(t, err)
	assert.Equal(t, tenantry.Timestamp("2021-11-05T14:10:00Z"), got[0].ActivationDateUTC)
	got, err = elevenos.ReadCSV(strings.NewReader(header + "\n\n\"A\nna\",B,a@b,,2021-11-05T14:10Z,,A,1,101\nAna,B,c@b,,2021-11-05T14:10Z,,A,1,102\n"))
	require.NoError(t, err)
	assert.Equal(t, 4, got[0].Row, "as a spreadsheet counts")
	assert.Equal(t, 5, got[1].Row)
	got, err = elevenos.ReadCSV(strings.NewReader("notes,"+header+"x,Ana,B,a@b,,2021-11-05T14:10Z,,A,1,101\n"), elevenos.IgnoreUnknownColumns())
	require.NoError(t, err)
	assert.Len(t, got, 1)
}

func inUTF16(text string, bigEndian bool) string {
	var order binary.AppendByteOrder = binary.LittleEndian
	if bigEndian {
		order = binary.BigEndian
	}
	var b []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// Spreadsheets save the same two residents in many ways.
func TestCSVFiles(t *testing.T) {
	const rows = "José,O'Dea,jose@example.test,,2021-11-05 14:10,,A,1,101\nBo,Bell,bo@example.test,,2021-11-05 14:10,,A,1,102\n"
	semicolons := strings.ReplaceAll(header+rows, ",", ";")
	wrapped := strings.Replace(header, "First Name", "\"First\nName\"", 1) + rows
	for name, c := range map[string]struct {
		file string
		row  int // of the first resident
	}{
		"as it is":                      {header + rows, 2},
		"sep=":                          {"sep=;\n" + semicolons, 2},
		"sep= in quotes":                {"\"sep=;\"\r\n" + semicolons, 2},
		"sep= saved again":              {"SEP=;;;;;;;;;\n" + semicolons, 2},
		"sep= behind a byte-order mark": {"\ufeffsep=;\n" + semicolons, 2},
		"sep= of a tab":                 {"sep=\t\n" + strings.ReplaceAll(header+rows, ",", "\t"), 2},
		"sep= of something rare":        {"sep=^\n" + strings.ReplaceAll(header+rows, ",", "^"), 2},
		"vertical bars":                 {strings.ReplaceAll(header+rows, ",", "|"), 2},
		"UTF-16, little endian":         {inUTF16(header+rows, false), 2},
		"UTF-16, big endian":            {inUTF16(header+rows, true), 2},
		"UTF-16 with tabs and CRLF":     {inUTF16(strings.NewReplacer(",", "\t", "\n", "\r\n").Replace(header+rows), false), 2},
		"CR alone":                      {strings.ReplaceAll(header+rows, "\n", "\r"), 2},
		"CR alone, and LF in cells":     {strings.ReplaceAll(header, "\n", "\r") + strings.ReplaceAll(rows, "\n", "\r"), 2},
		"a blank line first":            {"\n" + header + rows, 3},
		"blank cells first":             {",,,,,,,,\r\n,,\r\n" + header + rows, 4},
		"a title":                       {"Residents to add\n" + header + rows, 3},
		"a title in cells":              {"Residents, June,,,,,,,\n\n" + header + rows, 4},
		"a title with quotes":           {"The \"new\" residents\n" + header + rows, 3},
		"a title and sep=":              {"sep=;\nResidents;;;;;;;;\n" + semicolons, 3},
		"a header with a line break":    {wrapped, 2},
		"the same, CRLF":                {strings.ReplaceAll(wrapped, "\n", "\r\n"), 2},
		"the same, with semicolons":     {strings.ReplaceAll(wrapped, ",", ";"), 2},
		"two byte-order marks":          {"\ufeff\ufeff" + header + rows, 2},
	} {
		got, err := elevenos.ReadCSV(strings.NewReader(c.file), elevenos.InLocation(denver(t)))
		require.NoError(t, err, name)
		require.Len(t, got, 2, name)
		for i, want := range []elevenos.ResidentImport{
			{FirstName: "José", LastName: "O'Dea", Email: "jose@example.test", ActivationDateUTC: "2021-11-05T20:10:00Z", Building: "A", Floor: "1", Unit: "101", Row: c.row},
			{FirstName: "Bo", LastName: "Bell", Email: "bo@example.test", ActivationDateUTC: "2021-11-05T20:10:00Z", Building: "A", Floor: "1", Unit: "102", Row: c.row + 1},
		} {
			assert.Equal(t, want, got[i], name)
		}
	}
}

// A file that can't be read is named as what it is, in one problem.
func TestCSVOtherFiles(t *testing.T) {
	for file, want := range map[string]string{
		"PK\x03\x04\x14\x00\x06\x00":             "Excel workbook",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":       "Excel workbook",
		inUTF16(header, false)[2:]:               "UTF-16 without a byte-order mark",
		inUTF16(header, true)[2:]:                "UTF-16 without a byte-order mark",
		inUTF16(header, false) + "\x00":          "breaks off within a character",
		"\xff\xfe\x00\x00F\x00\x00\x00":          "UTF-32",
		"\x00\x00\xfe\xff\x00\x00\x00F":          "UTF-32",
		"sep=;\n":                                "row 1: no row names the columns",
		",\n,\n,\n":                              "row 1: no row names the columns",
		",,,\n;;;\n":                             "row 1: no row names the columns",
		"Ana,B,a@b,,2021-11-05 14:10,,A,1,101\n": "row 1: no row names the columns",
		"Vorname;Nachname;Mail\nAna;B;a@b\n":     "row 1: no row names the columns",
		strings.Repeat("x", 64<<20) + "\n,":      "larger than 64 MiB",
	} {
		_, err := elevenos.ReadCSV(strings.NewReader(file))
		var e *elevenos.ImportError
		require.ErrorAs(t, err, &e, want)
		assert.Contains(t, e.Error(), want)
		assert.Len(t, e.Problems, 1, want)
	}
}

func TestCSVEmails(t *testing.T) {
	for _, email := range append(notEmails, `""`) {
		file := header + `Ana,B,"` + strings.ReplaceAll(email, `"`, `""`) + "\",,2021-11-05 14:10,,A,1,101\n"
		_, err := elevenos.ReadCSV(strings.NewReader(file), elevenos.InLocation(time.UTC))
		var e *elevenos.ImportError
		require.ErrorAs(t, err, &e, "%q", email)
		assert.Equal(t, "Email", e.Problems[0].Column, "%q", email)
	}
	for _, email := range emails {
		file := header + "Ana,B, " + email + "\u00a0,,2021-11-05 14:10,,A,1,101\n"
		got, err := elevenos.ReadCSV(strings.NewReader(file), elevenos.InLocation(time.UTC))
		require.NoError(t, err, "%q", email)
		assert.Equal(t, email, got[0].Email)
	}
}

func TestCSVTimes(t *testing.T) {
	read := func(columnName, cell string, opts ...elevenos.CSVOption) (tenantry.Timestamp, error) {
		file := "First Name,Last Name,Email," + columnName + ",Building,Floor,Unit\nAna,B,a@b,\"" + cell + "\",A,1,101\n"
		got, err := elevenos.ReadCSV(strings.NewReader(file), opts...)
		if err != nil {
			return "", err
		}
		return got[0].ActivationDateUTC, nil
	}
	site := elevenos.InLocation(denver(t))
	for cell, want := range map[string]tenantry.Timestamp{
		"9/1/2030 2:10\u202fPM":    "2030-09-01T20:10:00Z",
		"9/1/2030, 2:10\u202fPM":   "2030-09-01T20:10:00Z",
		"9/1/2030,\u00a02:10 p.m.": "2030-09-01T20:10:00Z",
		"9/1/2030, 14:10:00":       "2030-09-01T20:10:00Z",
		"9/1/2030,14:10":           "2030-09-01T20:10:00Z",
		"\u200e9/1/2030 14:10":     "2030-09-01T20:10:00Z",
		"2030-09-01  14:10":        "2030-09-01T20:10:00Z",
		"2030-09-01, 14:10":        "2030-09-01T20:10:00Z",
		"2030-09-01t14:10":         "2030-09-01T20:10:00Z",
		"2030-09-01 14:10 UTC":     "2030-09-01T14:10:00Z",
		"2030-09-01 14:10:22.5Z":   "2030-09-01T14:10:22Z",
		"2030-09-01 14:10 +02:00":  "2030-09-01T12:10:00Z",
	} {
		got, err := read("Access Start", cell, site)
		require.NoError(t, err, "%q", cell)
		assert.Equal(t, want, got, "%q", cell)
	}
	for _, name := range []string{"ActivationDateUTC", "activationdateutc", "Activation Date UTC", "ACTIVATION_DATE_UTC"} {
		for _, opts := range [][]elevenos.CSVOption{nil, {site}} {
			got, err := read(name, "2030-09-01 14:10", opts...)
			require.NoError(t, err, name)
			assert.Equal(t, tenantry.Timestamp("2030-09-01T14:10:00Z"), got, "%s says that it is UTC", name)
			got, err = read(name, "2021-03-14 02:30", opts...)
			require.NoError(t, err, "no hour of UTC is skipped")
			assert.Equal(t, tenantry.Timestamp("2021-03-14T02:30:00Z"), got)
		}
	}
	for cell, want := range map[string]string{
		"2021-03-14 02:30": "put forward", "2021-11-07 01:30": "put back", "9/1/2030 14:10, 2": "not a time", "9/1,2030 14:10": "not a time", "1/1/0001 10:00": "year",
	} {
		_, err := read("Access Start", cell, site)
		require.ErrorContains(t, err, want, "%q", cell)
	}
}

// Rows are counted as a spreadsheet counts them.
func TestCSVRows(t *testing.T) {
	const bad = "Ana,B,nobody,,2021-11-05T14:10Z,,A,1,101\n"
	for name, c := range map[string]struct {
		before string
		row    int
	}{
		"nothing":                                {"", 2},
		"blank lines":                            {"\n\n", 4},
		"a cell of three lines":                  {"\"A\nn\na\",B,a@b,,2021-11-05T14:10Z,,A,1,101\n", 3},
		"a broken quote":                         {"Ana,\"B\"x,a@b,,2021-11-05T14:10Z,,A,1,101\n", 3},
		"a broken quote in a row of two lines":   {"Ana,\"B\nb\"x,a@b,,2021-11-05T14:10Z,,A,1,101\n", 3},
		"two of those":                           {strings.Repeat("\"A\n\",\"B\nb\"x,a@b\n", 2), 4},
		"a broken quote in the row's first cell": {"\"Ana\n\"x,B\n", 3},
	} {
		_, err := elevenos.ReadCSV(strings.NewReader(header + c.before + bad))
		var e *elevenos.ImportError
		require.ErrorAs(t, err, &e, name)
		last := e.Problems[len(e.Problems)-1]
		assert.Equal(t, "Email", last.Column, name)
		assert.Equal(t, c.row, last.Row, name)
	}
}

func TestCSVColumns(t *testing.T) {
	file := strings.Replace(header, "Access End", "Access End Date", 1) + "Ana,B,a@b,,2021-11-05T14:10Z,2022-11-05T14:10Z,A,1,101\n"
	problem := strings.NewReplacer("Unit\n", "Unit,Problem\n", ",101\n", ",101,taken\n", "Access End Date", "Access End").Replace(file)
	for name, c := range map[string]struct {
		file string
		opts []elevenos.CSVOption
		want string // "" for none
	}{
		"misspelled":                  {file, nil, "column 6 has a name"},
		"misspelled, others ignored":  {file, []elevenos.CSVOption{elevenos.IgnoreColumns("Problem")}, "column 6 has a name"},
		"ignored by name":             {problem, []elevenos.CSVOption{elevenos.IgnoreColumns("x", "PROBLEM"), elevenos.IgnoreColumns(), nil}, ""},
		"not ignored":                 {problem, nil, "column 10 has a name"},
		"all ignored":                 {problem, []elevenos.CSVOption{elevenos.IgnoreUnknownColumns()}, ""},
		"without a name, blank":       {strings.NewReplacer("Problem", " ", "taken", " ").Replace(problem), nil, ""},
		"without a name, not blank":   {strings.Replace(problem, "Problem", " ", 1), nil, "column 10 has no name"},
		"a control character":         {strings.Replace(problem, "A,1,101", "A,1,1\x0001", 1), []elevenos.CSVOption{elevenos.IgnoreColumns("Problem")}, "control character"},
		"one in an ignored column":    {strings.Replace(problem, "taken", "t\x00\xff", 1), []elevenos.CSVOption{elevenos.IgnoreColumns("Problem")}, ""},
		"a line break within a field": {strings.Replace(problem, "Ana", "\"An\na\"", 1), []elevenos.CSVOption{elevenos.IgnoreColumns("Problem")}, ""},
	} {
		got, err := elevenos.ReadCSV(strings.NewReader(c.file), c.opts...)
		if c.want != "" {
			require.ErrorContains(t, err, c.want, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, tenantry.Timestamp("2022-11-05T14:10:00Z"), got[0].DeactivationDateUTC, name)
	}
}

// ReadCSV reports everything that is wrong at once, with row, column and value.
func TestCSVProblems(t *testing.T) {
	row := func(email, start, end string) string {
		return "Ana,B," + email + ",," + start + "," + end + ",A,1,101\n"
	}
	file := header +
		row("a@b", "13/5/2021 14:10", "") + // 2
		row("a@b", "11/5/21 14:10", "") + // 3
		row("a@b", "2021-11-05", "") + // 4
		row("a@b", "2021-02-30 14:10", "") + // 5
		row("a@b", "2021-03-14 02:30", "") + // 6: skipped in Denver
		row("a@b", "2021-11-07 01:30", "") + // 7: twice in Denver
		row("a@b", "soon", "11/5/2021 25:00") + // 8: two of them
		row("nobody", "2021-11-05 14:10", "") + // 9
		"Ana,B,a@b\n" + // 10
		row("a@b", "0021-11-05 14:10", "") + // 11
		"Ana,B,a@b,,\"2021,,A,1,101\n"
	got, err := elevenos.ReadCSV(strings.NewReader(file), elevenos.InLocation(denver(t)))
	var e *elevenos.ImportError
	require.ErrorAs(t, err, &e)
	assert.NotNil(t, got)
	type found struct {
		row           int
		column, value string
	}
	reasons := make(map[found]string)
	for _, p := range e.Problems {
		reasons[found{p.Row, p.Column, p.Value}] = p.Reason
	}
	for where, reason := range map[found]string{
		{2, "ActivationDateUTC", "13/5/2021 14:10"}: "DayFirst", {3, "ActivationDateUTC", "11/5/21 14:10"}: "two digits", {4, "ActivationDateUTC", "2021-11-05"}: "no time of day",
		{5, "ActivationDateUTC", "2021-02-30 14:10"}: "does not exist", {6, "ActivationDateUTC", "2021-03-14 02:30"}: "put forward", {7, "ActivationDateUTC", "2021-11-07 01:30"}: "twice",
		{8, "ActivationDateUTC", "soon"}: "is not a time", {8, "DeactivationDateUTC", "11/5/2021 25:00"}: "is not a time", {9, "Email", "nobody"}: "not an email address",
		{10, "", ""}: "has 3 cells; the header has 9", {11, "ActivationDateUTC", "0021-11-05 14:10"}: "year", {12, "", ""}: "quote",
	} {
		assert.Contains(t, reasons[where], reason, "%+v", where)
	}
	assert.Len(t, e.Problems, 12)
	assert.Equal(t, "elevenos: the import has 12 problems: row 2: ActivationDateUTC has no such month; if days come first in the file, read it with DayFirst; "+
		"row 3: ActivationDateUTC has a year of two digits; write 2021-11-05 14:10; row 4: ActivationDateUTC has no time of day; write 2021-11-05 14:10; and 9 more in Problems", err.Error())
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", err, e.Problems, e.Problems), "nobody")

	_, err = elevenos.ReadCSV(strings.NewReader(header+row("a@b", "11/13/2021 14:10", "")), elevenos.InLocation(time.UTC), elevenos.DayFirst())
	require.ErrorContains(t, err, "without DayFirst")
	_, err = elevenos.ReadCSV(strings.NewReader(header + row("a@b", "2021-11-05 14:10", "")))
	require.ErrorContains(t, err, "InLocation")
}

func TestCSVHeaders(t *testing.T) {
	for file, want := range map[string][]string{
		"": {"no row"}, "\n\n": {"no row"},
		"First Name,Last Name,e-mail,Access Start,Building,Floor\n": {"column 3 has a name", "Email is missing", "Unit is missing"},
		header[:len(header)-1] + ",email\n":                         {"Email occurs twice"},
		"\"First":                                                   {"quote"},
	} {
		_, err := elevenos.ReadCSV(strings.NewReader(file))
		var e *elevenos.ImportError
		require.ErrorAs(t, err, &e, file)
		for _, text := range want {
			assert.Contains(t, fmt.Sprint(e.Problems), text, file)
		}
		assert.Len(t, e.Problems, len(want), file)
	}
	broken := errors.New("the disk is gone")
	_, err := elevenos.ReadCSV(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	_, err = elevenos.ReadCSV(io.MultiReader(strings.NewReader(header+strings.Repeat("a,b,c@d,,,,A,1,101\n", 1000)), iotest.ErrReader(broken)))
	require.ErrorIs(t, err, broken)
	_, err = elevenos.ReadCSV(strings.NewReader(header + strings.Repeat("x\n", 5000)))
	var e *elevenos.ImportError
	require.ErrorAs(t, err, &e)
	assert.Len(t, e.Problems, 1000)
	assert.Equal(t, 4000, e.More)
}

func TestCheckImport(t *testing.T) {
	mappings := []elevenos.Mapping{{Building: "A", Floor: "1", Unit: "101"}, {Building: "A", Floor: "1", Unit: "102"}}
	in := func(unit, email string, start, end tenantry.Timestamp) elevenos.ResidentImport {
		return elevenos.ResidentImport{Email: email, Building: "A", Floor: "1", Unit: unit, ActivationDateUTC: start, DeactivationDateUTC: end}
	}
	const jan, feb, mar = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"
	require.NoError(t, elevenos.CheckImport([]elevenos.ResidentImport{in("101", "a@b", jan, feb), in("101", "c@b", feb, mar), in("102", "d@b", jan, ""), in("101", "e@b", mar, "")}, mappings))
	require.NoError(t, elevenos.CheckImport([]elevenos.ResidentImport{in("9", "a@b", jan, feb)}, nil))
	require.NoError(t, elevenos.CheckImport(nil, mappings))
	err := elevenos.CheckImport([]elevenos.ResidentImport{
		in("101", "a@b", jan, ""),
		in("101", "A@B", feb, mar),                              // same email, same unit
		in("103", "c@b", jan, feb),                              // no such unit
		{Email: "d@b", Building: "a ", Floor: "1", Unit: "102"}, // almost a unit
		in("102", "", mar, jan),                                 // no email, end before start
		in("102", "e@b", "2026-01-01T00:00:00", "soon"),         // no zone, no date
	}, mappings)
	var e *elevenos.ImportError
	require.ErrorAs(t, err, &e)
	got := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		got[i] = p.String()
	}
	assert.Equal(t, []string{
		"row 2: Email is also in row 1", "row 2: Unit has two residents at the same time: this row's and row 1's",
		"row 3: Unit is not a unit of the site",
		`row 4: Unit is not spelled as the site spells it; want building "A", floor "1", unit "102"`,
		"row 5: Email is empty; it identifies the resident", "row 5: DeactivationDateUTC is not after ActivationDateUTC",
		"row 6: ActivationDateUTC is not a time with a zone; want 2021-11-05T21:10:22Z", "row 6: DeactivationDateUTC is not a time with a zone; want 2021-11-05T21:10:22Z",
	}, got)
	assert.NotContains(t, fmt.Sprintf("%v %#v", err, err), "a@b")
}

// emails and notEmails are for every way in which one is passed.
var (
	emails    = []string{"ana@example.com", "ANA+wifi@example.co.uk", "o'dea@example.com", "josé@exämple.com", "a@b", "=a@b"}
	notEmails = []string{
		"ana@example.com\u200b", "\u200bana@example.com", "ana\u00ad@example.com", "ana@exam\ufe0fple.com", "ana\u3164@example.com", "ana\u2800@example.com", "ana@example.com\ufeff.",
		"José <jose@example.com>", "<jose@example.com>", "a@x; b@y", "a@x, b@y", "a@x b@y", "@", "a@", "@b", "nobody", "ana@example.com\x00", "a\x00@b", "a\u00a0@b", "a@@b", "a@b@c", `"a b"@c`,
		strings.Repeat("a", 250) + "@b.de", "a@b\xff", "(x)a@b", "mailto:a@b",
	}
)

// Only RFC 3339 with a zone is sent: what a server would make of the rest is
// anyone's guess.
var notTimes = []tenantry.Timestamp{
	"2021-11-05", "0001-01-01", "0001-01-01T00:00:00Z", "2021-11-05  14:10:22Z", "2021-11-05 14:10:22Z", "2021-11-05T14:10Z", "2021-11-05T14:10:22", "2021-11-05T14:10:22+0000",
	"2021-11-05T4:10:22Z", "2021-11-05T14:10:22,5Z", " 2021-11-05T14:10:22Z", "2021-11-05T14:10:22Z ", "20211-11-05T14:10:22Z", "9999-12-31T00:00:00Z", "soon", "2021-02-30T14:10:22Z",
}

func TestCheckImportTexts(t *testing.T) {
	for _, email := range notEmails {
		err := elevenos.CheckImport([]elevenos.ResidentImport{{Email: email}}, nil)
		require.ErrorContains(t, err, "row 1: Email ", "%q", email)
		if len(email) > 2 {
			assert.NotContains(t, err.Error(), email)
		}
	}
	for _, email := range emails {
		require.NoError(t, elevenos.CheckImport([]elevenos.ResidentImport{{Email: email}}, nil), "%q", email)
	}
	for _, at := range notTimes {
		require.ErrorContains(t, elevenos.CheckImport([]elevenos.ResidentImport{{Email: "a@b", ActivationDateUTC: at}}, nil), "row 1: ActivationDateUTC ", "%q", at)
		require.ErrorContains(t, elevenos.CheckImport([]elevenos.ResidentImport{{Email: "a@b", DeactivationDateUTC: at}}, nil), "row 1: DeactivationDateUTC ", "%q", at)
	}
	for _, at := range []tenantry.Timestamp{"2021-11-05T14:10:22Z", "2021-11-05T21:10:22.844348+00:00", "2021-11-05T14:10:22-07:00"} {
		require.NoError(t, elevenos.CheckImport([]elevenos.ResidentImport{{Email: "a@b", ActivationDateUTC: at}}, nil), "%q", at)
	}
	// A changeover within a day passes; an overlap of a second does not.
	changeover := []elevenos.ResidentImport{
		{Email: "a@b", Unit: "1", ActivationDateUTC: "2026-01-01T00:00:00Z", DeactivationDateUTC: "2026-02-01T10:00:00Z"},
		{Email: "c@d", Unit: "1", ActivationDateUTC: "2026-02-01T12:00:00+02:00"},
	}
	require.NoError(t, elevenos.CheckImport(changeover, nil))
	changeover[1].ActivationDateUTC = "2026-02-01T09:59:59Z"
	require.ErrorContains(t, elevenos.CheckImport(changeover, nil), "two residents at the same time")
}

func FuzzReadCSV(f *testing.F) {
	for _, file := range []string{
		header + "Ana,B,a@b,,11/5/2021 2:10 PM,,A,1,101\n",
		"\ufeffemail;unit\r\n\"x\";\"\"\"\"\r\n",
		header + "\"\n\",\xff,@,,2021-11-07 01:30,9/9/99 9:99,,,\n,,\n",
		"sep=;\n" + strings.ReplaceAll(header, ",", ";") + "A;B;a@b;;2021-11-05 14:10;;A;1;1\n",
		"\"sep=\t\"\r" + strings.ReplaceAll(header, ",", "\t"),
		inUTF16(header+"Ana,B,a@b,,11/5/2021, 2:10\u202fPM,,A,1,101\n", false), inUTF16(header, true) + "\x00", "F\x00i\x00", "PK\x03\x04",
		"Residents of \"June\"\n,,,\n\n\"First\nName\"" + header[len("First Name"):] + "\"a\nb\"c\n\"\n",
		"FirstName,LastName,Email,ActivationDateUTC,Building,Floor,Unit\nA,B,a@b\u200b,2030-09-01 14:10,A,1,\x00\n",
	} {
		f.Add([]byte(file), true)
		f.Add([]byte(file), false)
	}
	loc := denver(f)
	f.Fuzz(func(t *testing.T, file []byte, dayFirst bool) {
		opts := []elevenos.CSVOption{elevenos.InLocation(loc), nil}
		if dayFirst {
			opts = append(opts, elevenos.DayFirst())
		}
		residents, err := elevenos.ReadCSV(strings.NewReader(string(file)), opts...)
		if err != nil {
			var e *elevenos.ImportError
			if !errors.As(err, &e) || len(e.Problems) == 0 || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		last := 1
		for _, r := range residents {
			for _, at := range []tenantry.Timestamp{r.ActivationDateUTC, r.DeactivationDateUTC} {
				if when, err := at.Time(); at != "" && (err != nil || when.Location() != time.UTC) {
					t.Fatalf("%q: %v", at, err)
				}
			}
			if parsed, err := mail.ParseAddress(r.Email); err != nil || parsed.Address != r.Email || r.Row <= last {
				t.Fatalf("%+v", r)
			}
			last = r.Row
		}
		var e *elevenos.ImportError
		if err := elevenos.CheckImport(residents, nil); errors.As(err, &e) {
			for _, p := range e.Problems {
				if p.Column == "ActivationDateUTC" || strings.Contains(p.Reason, "email") {
					t.Fatalf("ReadCSV lets through what CheckImport refuses: %s", p)
				}
			}
		}
	})
}

func FuzzCheckImport(f *testing.F) {
	f.Add("a@b", "101", "2026-01-01T00:00:00Z", "", "c@d", "101", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")
	f.Add("", "", "x", "2026-01-01", "A@b", " ", "", "")
	f.Fuzz(func(t *testing.T, email1, unit1, start1, end1, email2, unit2, start2, end2 string) {
		rows := []elevenos.ResidentImport{
			{Email: email1, Unit: unit1, ActivationDateUTC: tenantry.Timestamp(start1), DeactivationDateUTC: tenantry.Timestamp(end1)},
			{Email: email2, Unit: unit2, ActivationDateUTC: tenantry.Timestamp(start2), DeactivationDateUTC: tenantry.Timestamp(end2)},
		}
		forth := elevenos.CheckImport(rows, []elevenos.Mapping{{Unit: unit1}})
		back := elevenos.CheckImport([]elevenos.ResidentImport{rows[1], rows[0]}, []elevenos.Mapping{{Unit: unit1}})
		if (forth == nil) != (back == nil) {
			t.Fatalf("the order must not matter: %v, %v", forth, back)
		}
		if forth == nil && (email1 == "" || strings.EqualFold(email1, email2)) {
			t.Fatal("an email that is empty, or there twice, passes")
		}
	})
}
