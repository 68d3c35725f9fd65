package tenantry

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// Extra holds raw JSON by the member's name: the members of a record that this
// SDK has no field for, and those whose value, or an element of it, does not fit
// their field. Nil means that there are none.
//
// When the record is marshalled, a field that was set wins over a member of its
// name.
type Extra map[string]Raw

// Raw is JSON that an API leaves free-form, as it came. Nil means that it was
// absent. A null is kept as null.
type Raw = json.RawMessage

// Errors of the methods that parse a [Date], [Timestamp] or [Decimal].
var (
	// ErrNoValue means that there is nothing to parse: the text is empty, or it is
	// one of the dates that systems write for "none", 0001-01-01 and 0000-00-00.
	ErrNoValue = errors.New("tenantry: no value")
	// ErrNoZone means that a time of day has no offset. [Timestamp.TimeIn] reads it
	// as a local time.
	ErrNoZone = errors.New("tenantry: the time has no zone; read it with TimeIn")
	// ErrSkippedTime means that a local time does not exist, because clocks are put
	// forward over it.
	ErrSkippedTime = errors.New("tenantry: the local time does not exist: clocks are put forward over it")
	// ErrRepeatedTime means that a local time happens twice, because clocks are put
	// back over it.
	ErrRepeatedTime = errors.New("tenantry: the local time happens twice: clocks are put back over it")
)

var (
	errNotDate      = errors.New("tenantry: the text is not a date; want YYYY-MM-DD")
	errNotTimestamp = errors.New("tenantry: the text is not a timestamp; want RFC 3339")
	errNotInYears   = errors.New("tenantry: the date is not within the years 1 to 9999")
)

// Date is a calendar date. It keeps the exact text that the API sent, which is
// usually YYYY-MM-DD. "" means that there is no date. As a [sql.Scanner] and
// [driver.Valuer], "" is NULL.
type Date string

// NewDate returns the date of t in t's own zone, or "" if t is zero.
func NewDate(t time.Time) Date {
	if t.IsZero() {
		return ""
	}
	return Date(t.Format(time.DateOnly))
}

// ParseDate returns the date that text holds, as YYYY-MM-DD. It reads what
// [Date.Time] reads. The error is [ErrNoValue] for "".
func ParseDate(text string) (Date, error) {
	t, err := Date(text).Time()
	if err != nil {
		return "", err
	}
	return Date(t.Format(time.DateOnly)), nil
}

// Time returns the date as midnight UTC. It reads YYYY-MM-DD, and the date within
// anything that [Timestamp.Time] reads. The error is [ErrNoValue] for "" and for
// the dates that mean none.
func (d Date) Time() (time.Time, error) { return parseDate(string(d), time.UTC) }

// TimeIn returns the first moment of the date in loc. That is midnight, unless
// clocks are put forward over midnight. The error is [ErrSkippedTime] if loc
// skipped the whole day, and otherwise as for [Date.Time].
func (d Date) TimeIn(loc *time.Location) (time.Time, error) { return parseDate(string(d), loc) }

// Compare returns -1 if d is before other, 1 if it is after it, and 0 if they are
// the same day, for [slices.SortFunc]. Texts that are not a date come before all
// dates, in the order of their bytes.
func (d Date) Compare(other Date) int {
	t, err := d.Time()
	u, otherErr := other.Time()
	switch {
	case err == nil && otherErr == nil:
		return t.Compare(u)
	case err == nil:
		return 1
	case otherErr == nil:
		return -1
	}
	return cmp.Compare(d, other)
}

// AddDays returns the date that is the given number of days later, or earlier if
// days is negative. The error is that of [Date.Time], or says that the result is
// not within the years 1 to 9999.
func (d Date) AddDays(days int) (Date, error) {
	t, err := d.Time()
	if err != nil {
		return "", err
	}
	const most = 9999 * 366
	if t = t.AddDate(0, 0, max(-most, min(days, most))); t.Year() < 1 || t.Year() > 9999 {
		return "", errNotInYears
	}
	return Date(t.Format(time.DateOnly)), nil
}

// Timestamp is a moment, or in some systems only a date. It keeps the exact text
// that the API sent. "" means that there is none. As a [sql.Scanner] and
// [driver.Valuer], "" is NULL.
type Timestamp string

// NewTimestamp returns t in RFC 3339, in UTC and with milliseconds, or "" if t is
// zero.
func NewTimestamp(t time.Time) Timestamp {
	if t.IsZero() {
		return ""
	}
	return Timestamp(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// Time returns the moment. It reads RFC 3339 with any fraction, and what systems
// write in its place: a space instead of T, no seconds, a leap second, and offsets
// such as "+00", "-0500" and " UTC". A date alone means midnight UTC. The error is
// [ErrNoValue] for "" and for the dates that mean none, and [ErrNoZone] for a time
// of day without an offset, which is never taken for UTC.
func (t Timestamp) Time() (time.Time, error) { return parseTimestamp(string(t), nil) }

// TimeIn is like [Timestamp.Time], but reads a time of day without an offset as a
// local time in loc, and a date alone as its first moment in loc. The error is
// [ErrSkippedTime] or [ErrRepeatedTime] for a local time that is not one moment.
func (t Timestamp) TimeIn(loc *time.Location) (time.Time, error) {
	return parseTimestamp(string(t), loc)
}

// Date returns the date that is written in the timestamp, whatever its offset. The
// errors are those of [Date.Time].
func (t Timestamp) Date() (Date, error) { return ParseDate(string(t)) }

// A moment is a parsed date or timestamp.
type moment struct {
	day   time.Time // the date as written, at midnight UTC
	wall  time.Time // what a clock shows, as if in UTC
	at    time.Time // the moment, if zoned
	timed bool      // it has a time of day
	zoned bool      // it has an offset
}

func parseMoment(s string) (m moment, err error) {
	s = strings.TrimSpace(s)
	none := strings.HasPrefix(s, "0001-01-01")
	if rest, ok := strings.CutPrefix(s, "0000-00-00"); ok {
		none, s = true, "0001-01-01"+rest
	}
	day, clock := s, ""
	if i := strings.IndexAny(s, "Tt "); i >= 0 {
		day, clock, m.timed = s[:i], strings.TrimLeft(s[i+1:], " "), true
	}
	m.day, err = time.Parse(time.DateOnly, day)
	if err == nil && m.timed {
		err = m.parseClock(clock)
	}
	if none && err == nil || s == "" {
		err = ErrNoValue
	}
	return m, err
}

// parseClock parses a time of day and its offset, if any.
func (m *moment) parseClock(clock string) (err error) {
	zone := ""
	if i := strings.IndexAny(clock, "Zz+-UuGg "); i >= 0 {
		clock, zone = clock[:i], strings.ToUpper(strings.TrimSpace(clock[i:]))
	}
	if len(clock) == len("15:04") {
		clock += ":00"
	}
	leap := time.Duration(0)
	if len(clock) >= 8 && clock[5:8] == ":60" {
		clock, leap = clock[:5]+":59"+clock[8:], time.Second
	}
	text := m.day.Format(time.DateOnly) + "T" + clock
	if m.wall, err = time.Parse("2006-01-02T15:04:05", text); err != nil {
		return err
	}
	m.wall = m.wall.Add(leap)
	if zone != "" {
		m.zoned = true
		m.at, err = time.Parse("2006-01-02T15:04:05Z07:00", text+offset(zone))
		m.at = m.at.Add(leap)
	}
	return err
}

// offset returns an offset in the form of RFC 3339.
func offset(zone string) string {
	switch {
	case zone == "UTC", zone == "GMT":
		return "Z"
	case len(zone) == len("+00"):
		return zone + ":00"
	case len(zone) == len("+0000"):
		return zone[:3] + ":" + zone[3:]
	}
	return zone
}

func parseDate(s string, loc *time.Location) (time.Time, error) {
	m, err := parseMoment(s)
	switch {
	case errors.Is(err, ErrNoValue):
		return time.Time{}, err
	case err != nil:
		return time.Time{}, errNotDate
	}
	return startOfDay(m.day, loc)
}

// parseTimestamp reads local times in loc, or refuses them if loc is nil.
func parseTimestamp(s string, loc *time.Location) (time.Time, error) {
	m, err := parseMoment(s)
	switch {
	case errors.Is(err, ErrNoValue):
		return time.Time{}, err
	case err != nil:
		return time.Time{}, errNotTimestamp
	case m.zoned:
		return m.at, nil
	case !m.timed && loc == nil:
		return m.day, nil
	case !m.timed:
		return startOfDay(m.day, loc)
	case loc == nil:
		return time.Time{}, ErrNoZone
	}
	at, twice, err := inPlace(m.wall, loc)
	if twice {
		return time.Time{}, ErrRepeatedTime
	}
	return at, err
}

// startOfDay returns the first moment at which calendars in loc show the date of
// wall, which is midnight UTC.
func startOfDay(wall time.Time, loc *time.Location) (time.Time, error) {
	at, _, err := inPlace(wall, loc)
	if err == nil {
		return at, nil
	}
	// Clocks are put forward over midnight. The day begins when they are.
	y, month, day := wall.Date()
	_, at = time.Date(y, month, day-1, 12, 0, 0, 0, loc).ZoneBounds()
	if at.Day() != day {
		return time.Time{}, ErrSkippedTime
	}
	return at, nil
}

// inPlace returns the first moment at which clocks in loc show the date and time
// of wall, which is in UTC, and whether there is a second one.
func inPlace(wall time.Time, loc *time.Location) (at time.Time, twice bool, err error) {
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), loc)
	_, before := near.Add(-12 * time.Hour).Zone()
	_, after := near.Add(12 * time.Hour).Zone()
	err = ErrSkippedTime
	for _, offset := range []int{before, after} {
		candidate := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		switch _, actual := candidate.Zone(); {
		case actual != offset:
		case err == nil:
			twice = !candidate.Equal(at)
		default:
			at, err = candidate, nil
		}
	}
	return at, twice, err
}
