package transport

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// unreadableWait is the wait that a Retry-After asks for if it can't be read.
const unreadableWait = time.Minute

// retryAfter returns how long a response asks to wait: the longest wait of all
// its Retry-After headers, 0 if there is none. Dates count from the server's
// own Date; received is the local time, for servers that send no Date. A header
// that can't be read counts only if the status is one that is retried.
func retryAfter(h http.Header, received time.Time, retried bool) time.Duration {
	values := h.Values("Retry-After")
	if len(values) == 0 {
		return 0
	}
	now := received
	if date, ok := parseDate(h.Get("Date")); ok {
		now = date
	}
	var longest time.Duration
	for _, value := range values {
		for _, part := range splitList(value) {
			wait, ok := parseWait(part, now)
			if !ok && retried {
				wait = unreadableWait
			}
			longest = max(longest, wait)
		}
	}
	return longest
}

// splitList splits a header's value at commas, but not at the one within a
// date. Empty elements are left out.
func splitList(value string) []string {
	var parts []string
	for part := range strings.SplitSeq(value, ",") {
		part = strings.TrimSpace(part)
		if n := len(parts); n > 0 && isWeekday(parts[n-1]) {
			parts[n-1] += ", " + part
		} else if part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

func isWeekday(s string) bool {
	if len(s) < 3 {
		return false
	}
	switch strings.ToLower(s[:3]) {
	case "mon", "tue", "wed", "thu", "fri", "sat", "sun":
		return !strings.ContainsAny(s, " 0123456789")
	}
	return false
}

// parseWait reads a number of seconds, with or without an s, or a date. A
// negative number and a date that has passed are 0.
func parseWait(s string, now time.Time) (time.Duration, bool) {
	if seconds, err := strconv.ParseFloat(strings.TrimSuffix(strings.ToLower(s), "s"), 64); err == nil && !math.IsNaN(seconds) {
		if seconds >= math.MaxInt64/float64(time.Second) {
			return math.MaxInt64, true
		}
		return time.Duration(max(seconds, 0) * float64(time.Second)), true
	}
	at, ok := parseDate(s)
	return max(at.Sub(now), 0), ok
}

// dateLayouts are the forms in which servers write dates. The first three are
// those of RFC 9110.
var dateLayouts = []string{
	http.TimeFormat,
	"Monday, 02-Jan-06 15:04:05 GMT",
	time.ANSIC,
	time.RFC3339,
	"2006-01-02T15:04:05Z0700",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 -0700",
	"Mon, 2 Jan 2006 15:04:05 -0700",
	"Mon, 02-Jan-2006 15:04:05 -0700",
	"Monday, 02-Jan-06 15:04:05 -0700",
	// A named zone comes last: MST accepts an offset, too, and ignores it.
	"2006-01-02 15:04:05 MST",
	"Mon, 2 Jan 2006 15:04:05 MST",
	"Mon, 02-Jan-2006 15:04:05 MST",
	time.RFC850,
}

// parseDate reads a date in one of the forms that servers use. Abbreviated
// zones other than UTC and GMT are not dates: what they mean is not certain.
func parseDate(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	for _, layout := range dateLayouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if zone, offset := t.Zone(); offset == 0 && zone != "" && zone != "UTC" && zone != "GMT" && strings.HasSuffix(layout, "MST") {
			return time.Time{}, false
		}
		return t.UTC(), true
	}
	return time.Time{}, false
}
