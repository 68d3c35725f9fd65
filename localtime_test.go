package tenantry_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests' zones

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

func TestLocalTimes(t *testing.T) {
	for _, c := range []struct {
		zone string
		at   tenantry.Timestamp
		want string // the moment in UTC, or ""
		err  error
	}{
		{"America/Denver", "2021-03-14T01:59:59", "2021-03-14T08:59:59Z", nil},
		{"America/Denver", "2021-03-14T02:00:00", "", tenantry.ErrSkippedTime},
		{"America/Denver", "2021-03-14 02:59:59.5", "", tenantry.ErrSkippedTime},
		{"America/Denver", "2021-03-14T03:00", "2021-03-14T09:00:00Z", nil},
		{"America/Denver", "2021-11-07T00:59:59", "2021-11-07T06:59:59Z", nil},
		{"America/Denver", "2021-11-07T01:00:00", "", tenantry.ErrRepeatedTime},
		{"America/Denver", "2021-11-07T01:59", "", tenantry.ErrRepeatedTime},
		{"America/Denver", "2021-11-07T02:00:00", "2021-11-07T09:00:00Z", nil},
		{"America/Denver", "2021-11-07T01:30:00-06:00", "2021-11-07T07:30:00Z", nil}, // its offset says which
		{"Australia/Lord_Howe", "2021-10-03T02:15:00", "", tenantry.ErrSkippedTime},  // by half an hour
		{"Australia/Lord_Howe", "2021-04-04T01:45:00", "", tenantry.ErrRepeatedTime},
		{"Pacific/Apia", "2011-12-30T10:00:00", "", tenantry.ErrSkippedTime}, // by a day
		{"Pacific/Apia", "2011-12-31T00:00:00", "2011-12-30T10:00:00Z", nil},
		{"Pacific/Kiritimati", "2021-06-01T12:00:00", "2021-05-31T22:00:00Z", nil},
		{"UTC", "0001-01-02T00:00:00", "0001-01-02T00:00:00Z", nil},
		{"America/Denver", "2021-06-30T17:59:60", "2021-07-01T00:00:00Z", nil}, // a leap second
		// A date alone is its first moment, whatever clocks do at midnight.
		{"America/Denver", "2021-03-14", "2021-03-14T07:00:00Z", nil},
		{"Asia/Beirut", "2021-03-28", "2021-03-27T22:00:00Z", nil},      // from 0:00 to 1:00
		{"America/Havana", "2021-11-07", "2021-11-07T04:00:00Z", nil},   // from 1:00 back to 0:00
		{"America/Asuncion", "2021-03-28", "2021-03-28T04:00:00Z", nil}, // from 0:00 back to 23:00
		{"Pacific/Apia", "2011-12-30", "", tenantry.ErrSkippedTime},
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", nil},
	} {
		loc, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		got, err := c.at.TimeIn(loc)
		if c.err != nil {
			require.ErrorIs(t, err, c.err, "%s in %s", c.at, c.zone)
			continue
		}
		require.NoError(t, err, "%s in %s", c.at, c.zone)
		assert.Equal(t, c.want, got.UTC().Format(time.RFC3339), "%s in %s", c.at, c.zone)
	}
}

func TestDatesInPlaces(t *testing.T) {
	for _, c := range []struct {
		zone, date, want string
	}{
		{"UTC", "2021-03-28", "2021-03-28T00:00:00Z"},
		{"Asia/Beirut", "2021-03-28", "2021-03-28T01:00:00+03:00"},
		{"Asia/Beirut", "2021-03-28T23:30:00-10:00", "2021-03-28T01:00:00+03:00"}, // the date that is written there
		{"America/Havana", "2021-11-07", "2021-11-07T00:00:00-04:00"},
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00"},
	} {
		loc, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		got, err := tenantry.Date(c.date).TimeIn(loc)
		require.NoError(t, err, c.date)
		assert.Equal(t, c.want, got.Format(time.RFC3339), c.zone)
	}
	apia, err := time.LoadLocation("Pacific/Apia")
	require.NoError(t, err)
	_, err = tenantry.Date("2011-12-30").TimeIn(apia)
	require.ErrorIs(t, err, tenantry.ErrSkippedTime)
	_, err = tenantry.Date("").TimeIn(apia)
	require.ErrorIs(t, err, tenantry.ErrNoValue)
}
