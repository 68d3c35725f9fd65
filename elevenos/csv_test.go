package elevenos_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	_ "time/tzdata" // the tests' zone

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
		"API's names": "FirstName,LastName,Email,PhoneNumber,ActivationDateUTC,DeactivationDateUTC,Building,Floor,Unit\nAna,O'Dea,ana@example.test,+1 415,2021-11-05T20:10:00Z,2022-11-05T14:10:00-06:00,A,1,101\nBo,\"Bell, Jr.\",bo@example.test,,2021-11-05T14:10,,A,1,102",
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

// Everything that is wrong is told at once, with row, column and value.
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
		{5, "ActivationDateUTC", "2021-02-30 14:10"}: "none that there is", {6, "ActivationDateUTC", "2021-03-14 02:30"}: "never is", {7, "ActivationDateUTC", "2021-11-07 01:30"}: "twice",
		{8, "ActivationDateUTC", "soon"}: "is no time", {8, "DeactivationDateUTC", "11/5/2021 25:00"}: "is no time", {9, "Email", "nobody"}: "no email address",
		{10, "", ""}: "has 3 cells; the first row has 9", {11, "ActivationDateUTC", "0021-11-05 14:10"}: "year", {12, "", ""}: "quote",
	} {
		assert.Contains(t, reasons[where], reason, "%+v", where)
	}
	assert.Len(t, e.Problems, 12)
	assert.Equal(t, "elevenos: the import has 12 problems: row 2: ActivationDateUTC has no such month; read the file with DayFirst if days come first in it; "+
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
		"First Name,Last Name,e-mail,Access Start,Building,Floor\n": {"column 3 is none", "Email is missing", "Unit is missing"},
		header[:len(header)-1] + ",email\n":                         {"Email is there twice"},
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
		in("101", "A@B ", feb, mar),                             // same email, same unit
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
		"row 2: Email is that of row 1 as well", "row 2: Unit has two residents at the same time: here and in row 1",
		"row 3: Unit is not a unit of the site",
		`row 4: Unit is not a unit of the site as it is written; want building "A", floor "1", unit "102"`,
		"row 5: Email is empty; it is what a resident is known by", "row 5: DeactivationDateUTC is not after ActivationDateUTC",
		"row 6: ActivationDateUTC is not a time with a zone; want 2021-11-05T21:10:22Z", "row 6: DeactivationDateUTC is not a time with a zone; want 2021-11-05T21:10:22Z",
	}, got)
	assert.NotContains(t, fmt.Sprintf("%v %#v", err, err), "a@b")
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte(header+"Ana,B,a@b,,11/5/2021 2:10 PM,,A,1,101\n"), true)
	f.Add([]byte("\ufeffemail;unit\r\n\"x\";\"\"\"\"\r\n"), false)
	f.Add([]byte(header+"\"\n\",\xff,@,,2021-11-07 01:30,9/9/99 9:99,,,\n,,\n"), true)
	loc := denver(f)
	f.Fuzz(func(t *testing.T, file []byte, dayFirst bool) {
		opts := []elevenos.CSVOption{elevenos.InLocation(loc)}
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
		for _, r := range residents {
			for _, at := range []tenantry.Timestamp{r.ActivationDateUTC, r.DeactivationDateUTC} {
				if when, err := at.Time(); at != "" && (err != nil || when.Location() != time.UTC) {
					t.Fatalf("%q: %v", at, err)
				}
			}
			if !strings.Contains(r.Email, "@") || r.Row < 2 {
				t.Fatalf("%+v", r)
			}
		}
		_ = elevenos.CheckImport(residents, nil)
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
