package elevenos

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// An ImportProblem is one thing that is wrong with an import.
type ImportProblem struct {
	Row    int    // of the CSV file, from 1 with the one that names the columns; of what was not read from one, the place in the list, from 1
	Column string // the API's name for it; "" for the row as a whole
	Value  string // what is wrong; it may be personal data, and is not in the error's text
	Reason string
}

func (p ImportProblem) String() string {
	if p.Column == "" {
		return fmt.Sprintf("row %d: %s", p.Row, p.Reason)
	}
	return fmt.Sprintf("row %d: %s %s", p.Row, p.Column, p.Reason)
}

// GoString is [ImportProblem.String], without the value.
func (p ImportProblem) GoString() string { return p.String() }

// An ImportError is all that is wrong with an import, up to a thousand problems.
type ImportError struct {
	Problems []ImportProblem // by row
	More     int             // how many there are besides
}

const (
	maxProblems   = 1000
	shownProblems = 3
)

func (e *ImportError) Error() string {
	shown := make([]string, 0, shownProblems)
	for _, p := range e.Problems[:min(shownProblems, len(e.Problems))] {
		shown = append(shown, p.String())
	}
	rest := ""
	if n := len(e.Problems) - len(shown) + e.More; n > 0 {
		rest = fmt.Sprintf("; and %d more in Problems", n)
	}
	return fmt.Sprintf("elevenos: the import has %d problems: %s%s", len(e.Problems)+e.More, strings.Join(shown, "; "), rest)
}

// GoString is the quoted text, so that %#v prints no more than %v does.
func (e *ImportError) GoString() string { return fmt.Sprintf("&elevenos.ImportError{%q}", e.Error()) }

// problems collects what is wrong.
type problems struct{ e ImportError }

func (p *problems) add(problem ImportProblem) {
	if p.full() {
		p.e.More++
		return
	}
	p.e.Problems = append(p.e.Problems, problem)
}

func (p *problems) none() bool { return len(p.e.Problems) == 0 }
func (p *problems) full() bool { return len(p.e.Problems) >= maxProblems }

func (p *problems) error() error {
	if p.none() {
		return nil
	}
	slices.SortStableFunc(p.e.Problems, func(a, b ImportProblem) int { return cmp.Compare(a.Row, b.Row) })
	return &p.e
}

// A place is a unit of a site.
type place struct{ building, floor, unit string }

// CheckImport finds what the API would refuse of an import, or of what it would
// make of it: a building, floor and unit that are no mapping of the site, two
// residents in one unit at the same time, an email twice, an end that is not
// after its start, and dates without a zone. Residents who are at the site
// already are not known to it. No mappings at all means that none is known, so
// that units are not checked.
//
// The error is an [*ImportError] with everything that is wrong.
func CheckImport(residents []ResidentImport, mappings []Mapping) error {
	found := new(problems)
	c := check{problems: found, known: make(map[place]bool), folded: make(map[place]place), emails: make(map[string]int), stays: make(map[place][]stay)}
	for _, m := range mappings {
		at := place{m.Building, m.Floor, m.Unit}
		c.known[at] = true
		c.folded[at.fold()] = at
	}
	for i := range residents {
		c.resident(&residents[i], i+1)
	}
	c.overlaps()
	return found.error()
}

func (p place) fold() place {
	fold := func(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
	return place{fold(p.building), fold(p.floor), fold(p.unit)}
}

// A check is what was seen of an import so far.
type check struct {
	*problems
	known  map[place]bool
	folded map[place]place
	emails map[string]int // to the row
	stays  map[place][]stay
}

// A stay is someone's time in a unit; a zero end is none.
type stay struct {
	row        int
	start, end time.Time
}

func (c *check) resident(r *ResidentImport, row int) {
	if r.Row != 0 {
		row = r.Row
	}
	report := func(column, value, reason string) { c.add(ImportProblem{row, column, value, reason}) }
	if email := strings.ToLower(strings.TrimSpace(r.Email)); email == "" {
		report("Email", "", "is empty; it is what a resident is known by")
	} else if earlier, twice := c.emails[email]; twice {
		report("Email", r.Email, fmt.Sprintf("is that of row %d as well", earlier))
	} else {
		c.emails[email] = row
	}
	at := place{r.Building, r.Floor, r.Unit}
	if meant, close := c.folded[at.fold()]; len(c.known) > 0 && !c.known[at] {
		reason := "is not a unit of the site"
		if close {
			reason = fmt.Sprintf("is not a unit of the site as it is written; want building %q, floor %q, unit %q", meant.building, meant.floor, meant.unit)
		}
		report("Unit", fmt.Sprintf("building %q, floor %q, unit %q", at.building, at.floor, at.unit), reason)
	}
	s, sound := stay{row: row}, true
	var err error
	if r.ActivationDateUTC != "" {
		if s.start, err = r.ActivationDateUTC.Time(); err != nil {
			report("ActivationDateUTC", string(r.ActivationDateUTC), "is not a time with a zone; want 2021-11-05T21:10:22Z")
			sound = false
		}
	}
	if r.DeactivationDateUTC != "" {
		if s.end, err = r.DeactivationDateUTC.Time(); err != nil {
			report("DeactivationDateUTC", string(r.DeactivationDateUTC), "is not a time with a zone; want 2021-11-05T21:10:22Z")
			sound = false
		}
	}
	if sound && !s.end.IsZero() && !s.end.After(s.start) {
		report("DeactivationDateUTC", string(r.DeactivationDateUTC), "is not after ActivationDateUTC")
		sound = false
	}
	if sound {
		c.stays[at.fold()] = append(c.stays[at.fold()], s)
	}
}

// overlaps reports, for everyone in a unit, the one who is still there when they
// come.
func (c *check) overlaps() {
	for _, stays := range c.stays {
		slices.SortStableFunc(stays, func(a, b stay) int { return a.start.Compare(b.start) })
		var last *stay // who stays longest
		for i := range stays {
			s := &stays[i]
			if last != nil && (last.end.IsZero() || s.start.Before(last.end)) {
				c.add(ImportProblem{s.row, "Unit", "", fmt.Sprintf("has two residents at the same time: here and in row %d", last.row)})
			}
			if last == nil || !last.end.IsZero() && (s.end.IsZero() || s.end.After(last.end)) {
				last = s
			}
		}
	}
}
