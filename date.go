package tenantry

import (
	"cmp"
	"errors"
	"strings"
	"time"
)

// Errors of the parsing methods of [Date] and [Timestamp].
var (
	// ErrNoZone is returned by [Timestamp.Time] for a time of day without an offset.
	ErrNoZone = errors.New("tenantry: the time has no zone; read it with TimeIn")
	// ErrSkippedTime is returned by [Timestamp.TimeIn] for a local time that does not
	// exist, because clocks are put forward over it.
	ErrSkippedTime = errors.New("tenantry: the local time does not exist: clocks are put forward over it")
	// ErrRepeatedTime is returned by [Timestamp.TimeIn] for a local time that happens
	// twice, because clocks are put back over it.
	ErrRepeatedTime = errors.New("tenantry: the local time happens twice: clocks are put back over it")

	errNotDate      = errors.New("tenantry: the text is not a date; want YYYY-MM-DD")
	errYear         = errors.New("tenantry: the date is not within the years 1 to 9999")
	errNotTimestamp = errors.New("tenantry: the text is not a timestamp; want RFC 3339")
)

// Date is a calendar date in its exact text, usually YYYY-MM-DD. "" means no value.
type Date string

// NewDate returns the date of t in t's own zone, or "" for the zero time.
func NewDate(t time.Time) Date {
	if t.IsZero() {
		return ""
	}
	return Date(t.Format(time.DateOnly))
}

// ParseDate returns the date that s holds, as YYYY-MM-DD. It accepts what [Date.Time]
// accepts.
func ParseDate(s string) (Date, error) {
	t, err := Date(s).Time()
	return NewDate(t), err
}

// Time returns the date as midnight UTC. It accepts YYYY-MM-DD, and a whole timestamp,
// of which it takes the date as written. The error is [ErrNoValue] if there is none.
func (d Date) Time() (time.Time, error) { return d.TimeIn(time.UTC) }

// TimeIn returns the beginning of the date in loc, which is midnight, or the first
// moment after it if clocks are put forward over midnight. The error is
// [ErrSkippedTime] if they skipped the whole day.
func (d Date) TimeIn(loc *time.Location) (time.Time, error) {
	s := string(d)
	if len(s) > 10 && strings.ContainsRune("Tt ", rune(s[10])) {
		if _, err := parseTimestamp(s, time.UTC); err != nil {
			return time.Time{}, err
		}
		s = s[:10]
	}
	if noDate(s) {
		return time.Time{}, ErrNoValue
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, errNotDate
	}
	at, err := inPlace(t, loc)
	if err != nil { // clocks change at midnight: the day begins by those of the day before
		_, before := t.Add(-24 * time.Hour).In(loc).Zone()
		at = t.Add(-time.Duration(before) * time.Second).In(loc)
		if at.Day() != t.Day() { // the whole day was skipped
			return time.Time{}, ErrSkippedTime
		}
		return at, nil
	}
	return at, nil
}

// Compare returns -1, 0 or +1 if d is before, on or after e. Texts that are no date come
// before all dates, in the order of their bytes.
func (d Date) Compare(e Date) int {
	at, err := d.Time()
	other, otherErr := e.Time()
	switch {
	case err == nil && otherErr == nil:
		return at.Compare(other)
	case err != nil && otherErr != nil:
		return cmp.Compare(d, e)
	case err != nil:
		return -1
	}
	return 1
}

// AddDays returns the date n days after d, or before it if n is negative. It must be
// within the years 1 to 9999.
func (d Date) AddDays(n int) (Date, error) {
	t, err := d.Time()
	if err != nil {
		return "", err
	}
	const most = 9999 * 366
	if t = t.AddDate(0, 0, max(-most, min(n, most))); t.Year() < 1 || t.Year() > 9999 {
		return "", errYear
	}
	return NewDate(t), nil
}

// Timestamp is a moment, or sometimes a date alone, in its exact text. "" means no
// value.
type Timestamp string

// NewTimestamp returns t in RFC 3339, in UTC, with milliseconds, or "" for the zero time.
func NewTimestamp(t time.Time) Timestamp {
	if t.IsZero() {
		return ""
	}
	return Timestamp(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// Time parses the timestamp: RFC 3339 with any fraction, and its usual variants, such as
// "2026-12-31 10:00:00 UTC" or an offset of "-0500" or "+00". A date alone means
// midnight UTC. The error is [ErrNoValue] if there is no value, and [ErrNoZone] for a
// time of day without an offset, which is never taken for UTC.
func (t Timestamp) Time() (time.Time, error) { return parseTimestamp(string(t), nil) }

// TimeIn is like [Timestamp.Time], but takes a time without an offset for a local time
// in loc. The error is [ErrSkippedTime] or [ErrRepeatedTime] for a local time that does
// not name one moment.
func (t Timestamp) TimeIn(loc *time.Location) (time.Time, error) {
	return parseTimestamp(string(t), loc)
}

// Date returns the date as it is written in the timestamp, in whatever zone that is.
func (t Timestamp) Date() (Date, error) { return ParseDate(string(t)) }

// noDate reports whether a text says that there is no date.
func noDate(s string) bool {
	if len(s) > 10 {
		s = s[:10]
	}
	return strings.TrimSpace(s) == "" || s == "0001-01-01" || s == "0000-00-00"
}

// Layouts of timestamps, behind the "T".
var (
	zoned   = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05Z07", "2006-01-02T15:04Z0700", "2006-01-02T15:04Z07"}
	unzoned = []string{"2006-01-02T15:04:05", "2006-01-02T15:04"}
)

func parseTimestamp(s string, loc *time.Location) (time.Time, error) {
	if noDate(s) {
		return time.Time{}, ErrNoValue
	}
	if len(s) > 10 && strings.ContainsRune(" t", rune(s[10])) {
		s = s[:10] + "T" + strings.TrimLeft(s[11:], " ")
	}
	for _, utc := range []string{" UTC", " utc", " GMT", " Z", "z"} {
		if rest, ok := strings.CutSuffix(s, utc); ok {
			s = rest + "Z"
		}
	}
	if at := strings.LastIndexByte(s, ' '); at > 10 { // before an offset
		s = s[:at] + s[at+1:]
	}
	var leap time.Duration
	if len(s) > 18 && s[16:19] == ":60" { // a leap second is the first of the next minute
		s, leap = s[:16]+":59"+s[19:], time.Second
	}
	for _, layout := range zoned {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Add(leap), nil
		}
	}
	for _, layout := range unzoned {
		if wall, err := time.Parse(layout, s); err == nil {
			if loc == nil {
				return time.Time{}, ErrNoZone
			}
			return inPlace(wall.Add(leap), loc)
		}
	}
	if wall, err := time.Parse(time.DateOnly, s); err == nil {
		if loc == nil {
			return wall, nil
		}
		return Date(s).TimeIn(loc)
	}
	return time.Time{}, errNotTimestamp
}

// inPlace returns the one moment at which clocks in loc show the date and time of wall,
// which is in UTC.
func inPlace(wall time.Time, loc *time.Location) (time.Time, error) {
	near := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), loc)
	_, before := near.Add(-12 * time.Hour).Zone()
	_, after := near.Add(12 * time.Hour).Zone()
	var found time.Time
	exists := false
	for _, offset := range []int{before, after} {
		at := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		if _, actual := at.Zone(); actual != offset {
			continue
		}
		if exists && !found.Equal(at) {
			return time.Time{}, ErrRepeatedTime
		}
		found, exists = at, true
	}
	if !exists {
		return time.Time{}, ErrSkippedTime
	}
	return found, nil
}
