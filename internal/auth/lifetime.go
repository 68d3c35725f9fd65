package auth

import (
	"math"
	"strconv"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
)

// longest is the longest plausible life of a token.
const longest = 365 * 24 * time.Hour

// Lifetime reads the expires_in of a token response: seconds, as a number or a text.
// It returns standard if the value is absent, unreadable or not positive, since a new
// token is valid, and a year if the value is longer than that.
func Lifetime(expiresIn tenantry.Raw, standard time.Duration) time.Duration {
	text := strings.TrimSpace(strings.Trim(strings.TrimSpace(string(expiresIn)), `"`))
	seconds, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !math.IsInf(seconds, 1), math.IsNaN(seconds), seconds <= 0:
		return standard
	case seconds > longest.Seconds():
		return longest
	}
	return time.Duration(seconds * float64(time.Second))
}
