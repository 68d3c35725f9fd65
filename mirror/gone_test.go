package mirror

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
)

// blockedOf returns why the listing of people is blocked.
func blockedOf(t *testing.T, m *Mirror) string {
	t.Helper()
	status, err := m.Status(c0)
	require.NoError(t, err)
	for _, l := range status[0].Listings {
		if l.Kind == "people" {
			return l.Blocked
		}
	}
	return ""
}

func TestMuchGoneIsBlocked(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a", "b")
		w.fill("a", 40)
		w.fill("b", 40)
		account := w.account("acme")
		again(t, m, account)
		w.remove("a", w.ids("a")[:10]...) // more than a fifth, but no more than ten
		w.remove("b", w.ids("b")[:11]...)
		_, cursor := ops(t, m, "")
		again(t, m, account)
		all, _ := ops(t, m, cursor)
		assert.Equal(t, map[string]int{"people gone": 10, "tenancies gone": 10}, all, "of the scope that is not blocked")
		assert.Contains(t, blockedOf(t, m), `11 of 40 people of "b" would be gone`)

		// It stops: nothing is due.
		require.NoError(t, m.makeDue(c0, "acme", ""))
		assert.Zero(t, m.count(t, `@.listings WHERE kind = 'people' AND due <= @now`))

		assert.ErrorIs(t, m.Approve(c0, "other"), ErrNoAccount)
		require.NoError(t, m.Approve(c0, "acme"))
		again(t, m, account)
		assert.Equal(t, 21, m.count(t, `@.people WHERE gone IS NOT NULL`))
		assert.Empty(t, blockedOf(t, m))

		w.remove("a", w.ids("a")[:11]...)
		again(t, m, account)
		assert.NotEmpty(t, blockedOf(t, m), "an approval is for one listing")
	})
}

func TestEmptyIsBlockedWhateverItsSize(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a", "b", "none")
		w.fill("a", 1)
		w.fill("b", 2)
		account := w.account("acme")
		again(t, m, account)
		w.remove("a", "p0000")
		again(t, m, account)
		assert.Contains(t, blockedOf(t, m), `the listing of "a" is empty`)
		assert.NotContains(t, blockedOf(t, m), "none")
		require.NoError(t, m.Approve(c0, "acme"))
		again(t, m, account)
		assert.Equal(t, 1, m.count(t, `@.people WHERE gone IS NOT NULL`))

		w.scopes = []string{"a", "none"} // a scope that is no longer there
		again(t, m, account)
		assert.Contains(t, blockedOf(t, m), `the listing of "b" is empty`)
		require.NoError(t, m.Approve(c0, "acme"))
		again(t, m, account)
		assert.Equal(t, 3, m.count(t, `@.people WHERE gone IS NOT NULL`))
	})
}

func TestNothingIsGoneIfRecordsCannotBeRead(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a")
		w.fill("a", 15)
		account := w.account("acme")
		again(t, m, account)
		w.remove("a", "p0001")
		w.bad = 1
		again(t, m, account)
		assert.Zero(t, m.count(t, `@.people WHERE gone IS NOT NULL`))
		assert.Empty(t, blockedOf(t, m))
		w.bad = 0
		again(t, m, account)
		assert.Equal(t, 1, m.count(t, `@.people WHERE gone IS NOT NULL`))
	})
}

func TestGoneByLastSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("int1", "yardi")
		now := time.Now().UTC()
		at := func(days int) string { return now.AddDate(0, 0, -days).Format("2006-01-02T15:04:05.000Z") }
		w.seen = map[string]string{"old": at(31), "recent": at(29), "new": at(0), "y": at(400)}
		w.lastSync = map[string]time.Time{"int1": now}
		for _, id := range []string{"old", "recent", "new"} {
			w.put("int1", id, "")
		}
		w.put("yardi", "y", "")
		account := w.account("acme")
		again(t, m, account)
		assert.Equal(t, 1, m.count(t, `@.people WHERE gone IS NOT NULL`))
		assert.Equal(t, 1, m.count(t, `@.people WHERE gone IS NOT NULL AND id = 'old'`))

		// An integration that has not synced since says nothing.
		w.lastSync["int1"] = now.AddDate(0, 0, -40)
		w.seen["old2"] = at(39)
		w.put("int1", "old2", "")
		require.NoError(t, m.db.transact(c0, func(tx tx) error {
			_, err := tx.exec(c0, `UPDATE @.listings SET completed = 0`)
			return err
		}))
		_, cursor := ops(t, m, "")
		again(t, m, account)
		assert.Equal(t, 1, m.count(t, `@.people WHERE gone IS NOT NULL`))
		all, cursor := ops(t, m, cursor)
		assert.Equal(t, map[string]int{"people new": 1, "tenancies new": 1}, all, "what is gone is still listed, and stays gone")

		w.seen["old"] = at(0)
		require.NoError(t, m.db.transact(c0, func(tx tx) error {
			_, err := tx.exec(c0, `UPDATE @.listings SET completed = 0`)
			return err
		}))
		again(t, m, account)
		all, _ = ops(t, m, cursor)
		assert.Equal(t, map[string]int{"people back": 1, "tenancies back": 1}, all)
	})
}

func TestIncremental(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("int1")
		w.lastSync = map[string]time.Time{}
		w.fill("int1", 3)
		account := w.account("acme")
		begun := time.Now()
		again(t, m, account)
		again(t, m, account)
		require.Len(t, w.since, 2)
		assert.True(t, w.since[0].IsZero())
		assert.WithinDuration(t, begun.Add(-lookback), w.since[1], 5*time.Second, "the start of the first listing, less the lookback")

		w.fail = func() error { return &tenantry.Error{StatusCode: 500} }
		require.NoError(t, m.due(c0, "acme"))
		runUntil(t, m, func() bool { return m.count(t, `@.accounts WHERE fails > 1`) == 1 }, account)
		w.fail = nil
		again(t, m, account)
		assert.Equal(t, w.since[1].Add(0).Truncate(time.Minute), w.since[2].Truncate(time.Minute).Add(0), "a listing that did not complete moves nothing")

		account.CompleteEvery = time.Nanosecond
		again(t, m, account)
		assert.True(t, w.since[len(w.since)-1].IsZero(), "everything is listed now and then")
	})
}

func TestCursorThatIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		w := newWorld("a")
		w.fill("a", 25)
		account := w.account("acme")
		pages := 0
		w.fail = func() error {
			if pages++; pages == 2 {
				return errors.New("broken")
			}
			return nil
		}
		require.NoError(t, m.db.transact(c0, func(tx tx) error { return nil }))
		runUntil(t, m, func() bool {
			return m.count(t, `@.listings WHERE cursor <> '' AND kind = 'people'`) == 1 && m.count(t, `@.accounts WHERE fails > 0`) == 1
		}, account)
		require.NoError(t, m.db.transact(c0, func(tx tx) error {
			_, err := tx.exec(c0, `UPDATE @.listings SET cursor = 'rubbish' WHERE kind = 'people'`)
			return err
		}))
		w.fail = nil
		again(t, m, account)
		assert.Equal(t, 25, m.count(t, `@.people WHERE gone IS NULL`))
	})
}

func TestIdentityOfAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url, WithGroups(Group{Name: "g"}))
		w := newWorld("a")
		w.fill("a", 1)
		account := w.account("acme")
		account.BaseURL = "https://one.example.com/"
		again(t, m, account)

		refused := func(want error, text string, change ...func(*Account)) {
			t.Helper()
			var all []Account
			for _, c := range change {
				a := account
				c(&a)
				all = append(all, a)
			}
			err := m.Run(c0, all...)
			require.Error(t, err)
			assert.Contains(t, err.Error(), text)
			if want != nil {
				assert.ErrorIs(t, err, want)
			}
			assert.False(t, strings.Contains(err.Error(), "\n"))
			assert.Equal(t, 1, m.count(t, `@.accounts`), "nothing changes")
		}
		other := func(a *Account) { a.Name = "other" }
		refused(ErrOtherAccount, "at", other, func(a *Account) { a.BaseURL = "https://two.example.com" })
		refused(ErrOtherAccount, "credentials", other, func(a *Account) { a.Credential = "d" })
		refused(ErrOtherAccount, "supergood", other, func(a *Account) { a.System = "supergood" })
		refused(nil, "twice", func(*Account) {}, func(*Account) {})
		refused(nil, "empty", func(a *Account) { a.Name = "" })
		refused(nil, "blanks", func(a *Account) { a.Name = "a b" })
		refused(nil, "group", func(a *Account) { a.Group = "h" })
		refused(nil, "at least one")
		account.BaseURL = "https://one.example.com"
		again(t, m, account)

		demo := open(t, url, WithDemo())
		assert.ErrorIs(t, demo.Run(c0, account), ErrOtherData)
	})
}

func TestNewerVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		m := open(t, url)
		require.NoError(t, m.db.transact(c0, func(tx tx) error { return setMeta(c0, tx, "version", "999") }))
		_, err := Open(c0, url)
		assert.ErrorIs(t, err, ErrNewerVersion)
	})
}

func TestNames(t *testing.T) {
	assert.Equal(t, []string{"a", "b", "c"}, Names(" a;b\t,\r\nb, a c ;; \ufeff"))
	assert.Nil(t, Names(" \t"))
}

func TestOneRunOfAFile(t *testing.T) {
	path := t.TempDir() + "/m.db"
	m := open(t, path)
	w := newWorld("a")
	w.fill("a", 1)
	runUntil(t, m, func() bool {
		if m.count(t, `@.people`) == 0 {
			return false
		}
		second := open(t, path)
		assert.ErrorIs(t, second.Run(c0, w.account("acme")), ErrRunning)
		return true
	}, w.account("acme"))
	again(t, m, w.account("acme"))
}
