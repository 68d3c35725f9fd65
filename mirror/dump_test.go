package mirror

import "testing"

// dump prints how things stand, for a test that failed.
func dump(t *testing.T, m *Mirror) {
	t.Helper()
	_ = each(c0, m.db, `SELECT l.account, l.kind, @now - l.completed, l.due-@now, l.until-@now, l.woken-@now, l.wake, l.wake_at-@now, a.not_before-@now, a.fails, a.error, l.blocked FROM @.listings l JOIN @.accounts a ON a.name = l.account ORDER BY l.completed`, nil, func(r rows) error {
		var account, kind, failure, blocked string
		var n [8]int64
		err := r.Scan(&account, &kind, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &failure, &blocked)
		t.Logf("%s %s completed %d ago, due in %d, until %d, woken %d, wake %d at %d, not before %d, fails %d %s %s", account, kind, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], failure, blocked)
		return err
	})
	if _, ok := m.db.(*postgres); ok {
		_ = each(c0, m.db, `SELECT state::text, count(*), min(args::text), min(attempted_at)::text, max(attempted_at)::text, max(array_to_string(attempted_by, ',')) FROM `+riverSchema+`.river_job GROUP BY state`, nil, func(r rows) error {
			var state string
			var n int
			var args, first, last, by *string
			err := r.Scan(&state, &n, &args, &first, &last, &by)
			t.Log(state, n, deref(args), deref(first), deref(last), deref(by))
			return err
		})
		_ = each(c0, m.db, `SELECT pid, state, coalesce(wait_event_type, ''), coalesce(wait_event, ''), now() - xact_start, left(query, 100) FROM pg_stat_activity WHERE datname = current_database()`, nil, func(r rows) error {
			v := make([]any, 6)
			err := r.Scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5])
			t.Log(v...)
			return err
		})
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
