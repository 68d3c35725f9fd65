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
		{"UTC", "0001-01-01T00:00:00", "", tenantry.ErrNoValue},
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
