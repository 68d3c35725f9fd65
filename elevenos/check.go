package elevenos

import (
	"cmp"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	tenantry "github.com/tenantry/tenantry-go"
)

// An ImportProblem is one thing that is wrong with an import.
type ImportProblem struct {
	// Row is the row of the spreadsheet, or the position in the list, counted from
	// 1; see [ResidentImport.Row].
	Row int
	// Column is the column, in the API's spelling; "" means the row as a whole.
	Column string
	// Value is the value that is wrong. It may be personal data, and no error text
	// has it.
	Value string
	// Reason says what is wrong. It is the rest of a sentence that starts with
	// Column.
	Reason string
}

// String returns the row, the column and the reason, without the value.
func (p ImportProblem) String() string {
	if p.Column == "" {
		return fmt.Sprintf("row %d: %s", p.Row, p.Reason)
	}
	return fmt.Sprintf("row %d: %s %s", p.Row, p.Column, p.Reason)
}

// GoString returns the same text as [ImportProblem.String].
func (p ImportProblem) GoString() string { return p.String() }

// ImportError reports everything that is wrong with an import.
type ImportError struct {
	// Problems holds the first 1,000 problems, ordered by row.
	Problems []ImportProblem
	// More is the number of problems beyond those.
	More int
}

const (
	maxProblems   = 1000
	shownProblems = 3
)

// Error returns the number of problems and the first three of them, without values.
func (e *ImportError) Error() string {
	shown := make([]string, 0, shownProblems)
	for _, p := range e.Problems[:min(shownProblems, len(e.Problems))] {
		shown = append(shown, p.String())
	}
	n := len(e.Problems) + e.More
	plural, rest := "s", ""
	if n == 1 {
		plural = ""
	}
	if more := n - len(shown); more > 0 {
		rest = fmt.Sprintf("; and %d more in Problems", more)
	}
	return fmt.Sprintf("elevenos: the import has %d problem%s: %s%s", n, plural, strings.Join(shown, "; "), rest)
}

// GoString returns the quoted text, so that %#v prints no more than %v.
func (e *ImportError) GoString() string { return fmt.Sprintf("&elevenos.ImportError{%q}", e.Error()) }

// problems collects what is wrong.
type problems struct{ e ImportError }

func (p *problems) add(problem ImportProblem) {
	if len(p.e.Problems) >= maxProblems {
		p.e.More++
		return
	}
	p.e.Problems = append(p.e.Problems, problem)
}

func (p *problems) none() bool { return len(p.e.Problems) == 0 }

func (p *problems) error() error {
	if p.none() {
		return nil
	}
	slices.SortStableFunc(p.e.Problems, func(a, b ImportProblem) int { return cmp.Compare(a.Row, b.Row) })
	return &p.e
}

// checkEmail returns what is wrong with an email, or "". An email identifies a
// resident and can never be changed, so anything but a plain address is refused.
func checkEmail(email string) string {
	const maxEmail = 254 // RFC 5321
	if strings.TrimSpace(email) == "" {
		return "is empty; it identifies the resident"
	}
	for _, r := range email {
		if isInvisible(r) {
			return fmt.Sprintf("holds the invisible character %U; remove it", r)
		}
	}
	if len(email) > maxEmail {
		return fmt.Sprintf("is longer than %d bytes, the longest that an email address can be", maxEmail)
	}
	if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email {
		return "is not an email address; want one address, without a name, such as ana@example.com"
	}
	return ""
}

// isInvisible reports whether a character of an email prints as nothing.
func isInvisible(r rune) bool {
	const brailleBlank = '\u2800'
	return !unicode.IsGraphic(r) || unicode.IsSpace(r) && r != ' ' || r == brailleBlank ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// foldEmail returns what two spellings of one email have in common.
func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// rfc3339 is stricter than time.Parse, which takes an hour of one digit and a
// fraction behind a comma.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)

// checkTime returns what is wrong with a date of a write, or "". It takes RFC
// 3339 to the letter: the text is sent as it is.
func checkTime(at tenantry.Timestamp) string {
	if at == "" {
		return ""
	}
	t, err := time.Parse(time.RFC3339, string(at))
	if err != nil || !rfc3339.MatchString(string(at)) {
		return "is not a time with a zone; want 2021-11-05T21:10:22Z"
	}
	return checkYear(t)
}

// checkYear refuses years that can only be typing errors.
func checkYear(at time.Time) string {
	if year := at.UTC().Year(); year < 1970 || year > 2200 {
		return "is in a year before 1970 or after 2200"
	}
	return ""
}

// A place is a unit of a site.
type place struct{ building, floor, unit string }

// fold returns what two spellings of one place have in common.
func (p place) fold() place {
	fold := func(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
	return place{fold(p.building), fold(p.floor), fold(p.unit)}
}

// CheckImport checks an import and returns an [*ImportError] with everything that the
// API would refuse or misread:
//
//   - An email is empty, not a plain address, or in two rows.
//   - A building, floor and unit are not a mapping of the site. Without mappings,
//     CheckImport does not check units.
//   - A date is not RFC 3339 with a zone, or an end is not after its start.
//   - Two residents are in one unit at the same time.
//
// ElevenOS allows one resident per unit "on any given date or date range".
// CheckImport compares moments: a changeover within one day passes if one resident's
// end is not after the other's start. ElevenOS may still refuse it.
//
// CheckImport does not know the residents that are at the site already.
func CheckImport(residents []ResidentImport, mappings []Mapping) error {
	found := new(problems)
	c := check{problems: found, known: make(map[place]bool), folded: make(map[place]place), emails: make(map[string]int), stays: make(map[place][]stay)}
	for _, m := range mappings {
		at := place{m.Building, m.Floor, m.Unit}
		c.known[at] = true
		c.folded[at.fold()] = at
	}
	for i := range residents {
		c.resident(&residents[i], residents[i].row(i))
	}
	c.overlaps()
	return found.error()
}

// A check is the state of CheckImport.
type check struct {
	*problems
	known  map[place]bool
	folded map[place]place
	emails map[string]int // to the first row with that email
	stays  map[place][]stay
}

// A stay is a resident's time in a unit. A zero start or end means that the stay has
// none.
type stay struct {
	row        int
	start, end time.Time
}

func (c *check) resident(r *ResidentImport, row int) {
	report := func(column, value, reason string) { c.add(ImportProblem{row, column, value, reason}) }
	if reason := checkEmail(r.Email); reason != "" {
		report("Email", r.Email, reason)
	}
	if email := foldEmail(r.Email); email != "" {
		if earlier, twice := c.emails[email]; twice {
			report("Email", r.Email, fmt.Sprintf("is also in row %d", earlier))
		} else {
			c.emails[email] = row
		}
	}
	at := place{r.Building, r.Floor, r.Unit}
	if meant, close := c.folded[at.fold()]; len(c.known) > 0 && !c.known[at] {
		reason := "is not a unit of the site"
		if close {
			reason = fmt.Sprintf("is not spelled as the site spells it; want building %q, floor %q, unit %q", meant.building, meant.floor, meant.unit)
		}
		report("Unit", fmt.Sprintf("building %q, floor %q, unit %q", at.building, at.floor, at.unit), reason)
	}
	start, good := c.date(report, "ActivationDateUTC", r.ActivationDateUTC)
	end, goodEnd := c.date(report, "DeactivationDateUTC", r.DeactivationDateUTC)
	switch {
	case !good || !goodEnd:
	case !end.IsZero() && !end.After(start):
		report("DeactivationDateUTC", string(r.DeactivationDateUTC), "is not after ActivationDateUTC")
	default:
		c.stays[at.fold()] = append(c.stays[at.fold()], stay{row, start, end})
	}
}

func (c *check) date(report func(column, value, reason string), column string, at tenantry.Timestamp) (time.Time, bool) {
	if at == "" {
		return time.Time{}, true
	}
	if reason := checkTime(at); reason != "" {
		report(column, string(at), reason)
		return time.Time{}, false
	}
	t, err := at.Time()
	return t, err == nil
}

// overlaps reports each resident who comes to a unit while another is still there.
func (c *check) overlaps() {
	for _, stays := range c.stays {
		slices.SortStableFunc(stays, func(a, b stay) int { return a.start.Compare(b.start) })
		var last *stay // who stays longest
		for i := range stays {
			s := &stays[i]
			if last != nil && (last.end.IsZero() || s.start.Before(last.end)) {
				c.add(ImportProblem{s.row, "Unit", "", fmt.Sprintf("has two residents at the same time: this row's and row %d's", last.row)})
			}
			if last == nil || !last.end.IsZero() && (s.end.IsZero() || s.end.After(last.end)) {
				last = s
			}
		}
	}
}
