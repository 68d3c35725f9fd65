package mirror

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
)

// schemaVersion is the version that this package reads and writes: the number of its
// migrations.
var schemaVersion = len(migrations)

// migrations are the steps from an empty database to the present version. Steps are
// added and never changed. Each is a list of statements in the words of querier. The
// columns that a version adds to the tables of records are in tables.
var migrations = []func() []string{firstMigration, secondMigration, thirdMigration}

func firstMigration() []string {
	statements := []string{
		`CREATE TABLE @.accounts (
			name text PRIMARY KEY,
			source text NOT NULL,
			base_url text NOT NULL,
			credential text NOT NULL,   -- a fingerprint that is no secret
			grp text NOT NULL,          -- the group, '' for none
			every_ms @int NOT NULL,     -- the schedule
			complete_ms @int NOT NULL,
			fails @int NOT NULL DEFAULT 0,
			not_before @int NOT NULL DEFAULT 0, -- no request before this time
			error text NOT NULL DEFAULT '',
			error_at @int NOT NULL DEFAULT 0,
			seen_at @int NOT NULL DEFAULT 0     -- when a Run last had the account
		)`,
		`CREATE TABLE @.groups (
			name text PRIMARY KEY,
			concurrent @int NOT NULL,
			interval_us @int NOT NULL, -- between requests, 0 for no limit
			burst @int NOT NULL,
			next_us @int NOT NULL DEFAULT 0 -- when the next request would be due without any burst
		)`,
		`CREATE TABLE @.listings (
			account text NOT NULL,
			kind text NOT NULL,
			cursor text NOT NULL DEFAULT '',
			run @int NOT NULL DEFAULT 0,         -- counts the listings that were begun
			begun @int NOT NULL DEFAULT 0,       -- when the present one began, 0 for none
			begun_server @int NOT NULL DEFAULT 0, -- the same by the server's clock
			since @int NOT NULL DEFAULT 0,       -- what it selects, 0 for everything
			pages @int NOT NULL DEFAULT 0,       -- of the present one
			records @int NOT NULL DEFAULT 0,
			undecodable @int NOT NULL DEFAULT 0, -- of the present or the last one
			unidentified @int NOT NULL DEFAULT 0,
			scope_bad @int NOT NULL DEFAULT 0,   -- undecodable and unidentified records of the present scope
			watermark @int NOT NULL DEFAULT 0,   -- what the next incremental listing selects, 0 for everything
			finished @int NOT NULL DEFAULT 0,
			completed @int NOT NULL DEFAULT 0,   -- the last listing of everything
			due @int NOT NULL DEFAULT 0,
			again @int NOT NULL DEFAULT 0,       -- 1: due again as soon as the present one ends
			woken @int NOT NULL DEFAULT 0,       -- when a job was last inserted
			wake @int NOT NULL DEFAULT 0,        -- the number of the job that wakes it; River keeps one job for each number
			wake_at @int NOT NULL DEFAULT 0,     -- when the number was taken
			token text NOT NULL DEFAULT '',
			until @int NOT NULL DEFAULT 0,       -- the end of the lease
			slot @int NOT NULL DEFAULT 0,        -- a request that the group's limiter has counted, 0 for none
			blocked text NOT NULL DEFAULT '',    -- why nothing is marked as gone; '' if the listing is not blocked
			approved @int NOT NULL DEFAULT 0,    -- 1: the present listing may mark anything as gone
			PRIMARY KEY (account, kind)
		)`,
		`CREATE INDEX listings_due ON @.listings (due)`,
		`CREATE TABLE @.seen (
			account text NOT NULL,
			listing text NOT NULL,
			run @int NOT NULL,
			kind text NOT NULL,
			scope text NOT NULL,
			recs @recs NOT NULL
		)`,
		`CREATE INDEX seen_listing ON @.seen (account, listing, run, kind, scope)`,
		`CREATE TABLE @.changes (
			@order
			at @time NOT NULL,
			kind text NOT NULL,
			account text NOT NULL,
			scope text NOT NULL,
			id text NOT NULL,
			op text NOT NULL,
			fields @json,
			version @int NOT NULL
		)`,
		`CREATE TABLE @.wanted (
			account text NOT NULL,
			kind text NOT NULL,
			id text NOT NULL,
			version @int NOT NULL,
			PRIMARY KEY (account, kind, id)
		)`,
		`CREATE TABLE @.person_keys (hash @int NOT NULL, rec @int NOT NULL, PRIMARY KEY (hash, rec)) @norowid`,
		`CREATE TABLE @.links (
			account text NOT NULL, scope text NOT NULL, id text NOT NULL,
			other_account text NOT NULL, other_scope text NOT NULL, other_id text NOT NULL,
			at @time NOT NULL,
			PRIMARY KEY (account, scope, id, other_account, other_scope, other_id)
		)`,
		`CREATE TABLE @.forgotten (account text NOT NULL, hash text NOT NULL, at @time NOT NULL, PRIMARY KEY (account, hash))`,
	}
	for _, t := range tables {
		name := string(t.kind)
		var b strings.Builder
		fmt.Fprintf(&b, "CREATE TABLE @.%s (\n\trec @serial,\n\tsource text NOT NULL,\n\taccount text NOT NULL,\n\tscope text NOT NULL,\n\tid text NOT NULL", name)
		for _, c := range t.columns() {
			if c.since == 0 {
				fmt.Fprintf(&b, ",\n\t%s %s", c.name, c.word())
			}
		}
		b.WriteString(",\n\tfirst_seen @time NOT NULL,\n\tlast_changed @time NOT NULL,\n\tgone @time,\n\tversion @int NOT NULL,\n\thash text NOT NULL,\n\tseal text NOT NULL\n)")
		statements = append(statements, b.String(), "CREATE UNIQUE INDEX "+name+"_key ON @."+name+" (account, scope, id)")
	}
	return append(statements,
		`CREATE INDEX tenancies_person ON @.tenancies (account, scope, person_id)`,
		// Dates are texts; those that are YYYY-MM-DD compare as dates.
		`CREATE VIEW @.current_occupants AS
			SELECT t.source, t.account, t.scope, t.property_id, t.unit_id, coalesce(u.number, l.unit_number) AS unit_number, t.lease_id, t.person_id,
				p.first_name, p.last_name, p.business_name, t.role, coalesce(t.move_in, l.move_in, l.scheduled_move_in, l.start_date) AS move_in,
				coalesce(t.move_out, l.move_out, l.scheduled_move_out) AS move_out
			FROM @.tenancies t
			LEFT JOIN @.people p ON p.account = t.account AND p.scope = t.scope AND p.id = t.person_id
			LEFT JOIN @.leases l ON l.account = t.account AND l.scope = t.scope AND l.id = t.lease_id
			LEFT JOIN @.units u ON u.account = t.account AND u.scope = t.scope AND u.id = coalesce(t.unit_id, l.unit_id)
			WHERE t.gone IS NULL AND l.gone IS NULL AND t.active IS NOT false
				AND (l.state IS NULL OR l.state IN ('current', 'notice', 'unknown', 'future'))
				AND (l.state IS NULL OR l.state <> 'future' OR coalesce(t.move_in, l.move_in, l.scheduled_move_in, l.start_date) <= @today)
				AND coalesce(t.move_in, l.move_in, l.scheduled_move_in, l.start_date, '') <= @today
				AND coalesce(substr(coalesce(t.move_out, l.move_out, l.scheduled_move_out, CASE l.state WHEN 'unknown' THEN l.end_date END), 1, 10), '9999-12-31') > @today`,
		`CREATE VIEW @.moves AS
			SELECT x.* FROM (
				SELECT l.source, l.account, l.scope, 'in' AS direction, substr(coalesce(l.move_in, l.scheduled_move_in, l.start_date), 1, 10) AS day, l.property_id, l.unit_id, l.unit_number, l.id AS lease_id, l.state
				FROM @.leases l WHERE l.gone IS NULL AND l.state NOT IN ('evicted', 'cancelled', 'past')
				UNION ALL
				SELECT l.source, l.account, l.scope, 'out', substr(coalesce(l.move_out, l.scheduled_move_out, CASE WHEN l.state IN ('unknown', 'notice') THEN l.end_date END), 1, 10), l.property_id, l.unit_id, l.unit_number, l.id, l.state
				FROM @.leases l WHERE l.gone IS NULL AND l.state NOT IN ('cancelled', 'applicant')
			) x WHERE x.day BETWEEN @today AND @inthirtydays`,
		`CREATE VIEW @.freshness AS
			SELECT l.account, a.source, l.kind AS listing, l.finished AS finished_ms, l.completed AS completed_ms, l.blocked, a.error FROM @.listings l JOIN @.accounts a ON a.name = l.account`,
	)
}

// word returns the type of a column in the words of the dialects.
func (c column) word() string {
	if c.kind == "text" {
		return c.kind
	}
	return "@" + c.kind
}

// addColumns returns the statements that add the columns of a version.
func addColumns(version int) (statements []string) {
	for _, t := range tables {
		for _, c := range t.columns() {
			if c.since == version {
				statements = append(statements, fmt.Sprintf("ALTER TABLE @.%s ADD COLUMN %s %s", t.kind, c.name, c.word()))
			}
		}
	}
	return statements
}

// secondMigration lets units name their leases.
func secondMigration() []string {
	return append(addColumns(2),
		`ALTER TABLE @.listings ADD COLUMN forgets @int NOT NULL DEFAULT 0`, // how often Forget has erased a person of the account
		`CREATE INDEX units_lease ON @.units (account, scope, lease_id) WHERE lease_id IS NOT NULL`,
		`DROP VIEW @.current_occupants`,
		`DROP VIEW @.moves`,
		// Dates are texts; those that are YYYY-MM-DD compare as dates.
		`CREATE VIEW @.current_occupants AS
			SELECT t.source, t.account, t.scope, t.property_id, coalesce(t.unit_id, l.unit_id, v.id) AS unit_id, coalesce(u.number, v.number, l.unit_number) AS unit_number, t.lease_id, t.person_id,
				p.first_name, p.last_name, p.business_name, t.role, coalesce(t.move_in, l.move_in, l.scheduled_move_in, l.start_date) AS move_in,
				coalesce(t.move_out, l.move_out, l.scheduled_move_out) AS move_out
			FROM @.tenancies t
			LEFT JOIN @.people p ON p.account = t.account AND p.scope = t.scope AND p.id = t.person_id
			LEFT JOIN @.leases l ON l.account = t.account AND l.scope = t.scope AND l.id = t.lease_id
			LEFT JOIN @.units u ON u.account = t.account AND u.scope = t.scope AND u.id = coalesce(t.unit_id, l.unit_id)
			LEFT JOIN @.units v ON v.account = t.account AND v.scope = t.scope AND v.lease_id = t.lease_id AND v.gone IS NULL AND coalesce(t.unit_id, l.unit_id) IS NULL
			WHERE t.gone IS NULL AND l.gone IS NULL AND t.active IS NOT false
				AND (l.state IS NULL OR l.state IN ('current', 'notice', 'unknown', 'future'))
				AND (l.state IS NULL OR l.state <> 'future' OR coalesce(t.move_in, l.move_in, l.scheduled_move_in, l.start_date) <= @today)
				AND substr(coalesce(t.move_in, l.move_in, l.scheduled_move_in, l.start_date, ''), 1, 10) <= @today
				AND substr(coalesce(t.move_out, l.move_out, l.scheduled_move_out, CASE l.state WHEN 'unknown' THEN l.end_date END, '9999-12-31'), 1, 10) > @today`,
		`CREATE VIEW @.moves AS
			SELECT x.source, x.account, x.scope, x.direction, x.day, x.property_id, coalesce(x.unit_id, v.id) AS unit_id, coalesce(x.unit_number, u.number, v.number) AS unit_number, x.lease_id, x.state
			FROM (
				SELECT l.source, l.account, l.scope, 'in' AS direction, substr(coalesce(l.move_in, l.scheduled_move_in, l.start_date), 1, 10) AS day, l.property_id, l.unit_id, l.unit_number, l.id AS lease_id, l.state
				FROM @.leases l WHERE l.gone IS NULL AND l.state NOT IN ('evicted', 'cancelled', 'past')
				UNION ALL
				SELECT l.source, l.account, l.scope, 'out', substr(coalesce(l.move_out, l.scheduled_move_out, CASE WHEN l.state IN ('unknown', 'notice') THEN l.end_date END), 1, 10), l.property_id, l.unit_id, l.unit_number, l.id, l.state
				FROM @.leases l WHERE l.gone IS NULL AND l.state NOT IN ('cancelled', 'applicant')
			) x
			LEFT JOIN @.units u ON u.account = x.account AND u.scope = x.scope AND u.id = x.unit_id
			LEFT JOIN @.units v ON v.account = x.account AND v.scope = x.scope AND v.lease_id = x.lease_id AND v.gone IS NULL AND x.unit_id IS NULL
			WHERE x.day BETWEEN @today AND @inthirtydays`,
		`DROP VIEW @.freshness`,
		`CREATE VIEW @.freshness AS
			SELECT l.account, a.source, l.kind AS listing, l.finished AS finished_ms, l.completed AS completed_ms, l.blocked, a.error
			FROM @.listings l JOIN @.accounts a ON a.name = l.account WHERE l.kind NOT IN ('begin', 'wanted')`,
	)
}

// thirdMigration adds a list of keys that are not in person_keys yet. SQLite uses it.
func thirdMigration() []string {
	return []string{`CREATE TABLE @.new_keys (hash @int NOT NULL, rec @int NOT NULL)`}
}

// ErrNewerVersion is returned by [Open] for a database that a newer version of this
// package has changed.
var ErrNewerVersion = errors.New("mirror: the database has the schema of a newer version; upgrade this program")

// migrateOwn brings this package's own tables to the present version.
func migrateOwn(ctx context.Context, t tx, db database) error {
	if _, err := t.exec(ctx, `CREATE TABLE IF NOT EXISTS @.meta (name text PRIMARY KEY, value text NOT NULL)`); err != nil {
		return err
	}
	var version int
	err := row(ctx, t, `SELECT CAST(value AS @int) FROM @.meta WHERE name = 'version'`, nil, &version)
	if err != nil && !errors.Is(err, errNoRow) {
		return err
	}
	if version > schemaVersion {
		return fmt.Errorf("%w (%d, and this one knows %d)", ErrNewerVersion, version, schemaVersion)
	}
	for ; version < schemaVersion; version++ {
		for _, statement := range migrations[version]() {
			if _, err := t.exec(ctx, statement); err != nil {
				return fmt.Errorf("mirror: migration %d: %w", version+1, err)
			}
		}
	}
	if err := setMeta(ctx, t, "version", fmt.Sprint(version)); err != nil {
		return err
	}
	return renewEpoch(ctx, t, db)
}

func setMeta(ctx context.Context, t tx, name, value string) error {
	_, err := t.exec(ctx, `INSERT INTO @.meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	return err
}

func meta(ctx context.Context, q querier, name string) (string, error) {
	var value string
	err := row(ctx, q, `SELECT value FROM @.meta WHERE name = $1`, []any{name}, &value)
	if errors.Is(err, errNoRow) {
		return "", nil
	}
	return value, err
}

// renewEpoch begins a new epoch of changes if this is another database than before:
// a copy, or one that was restored.
func renewEpoch(ctx context.Context, t tx, db database) error {
	now, err := db.identity(ctx, t)
	if err != nil {
		return err
	}
	before, err := meta(ctx, t, "identity")
	if err != nil {
		return err
	}
	epoch, err := meta(ctx, t, "epoch")
	if err != nil || epoch != "" && before == now {
		return err
	}
	if err := setMeta(ctx, t, "identity", now); err != nil {
		return err
	}
	if err := setMeta(ctx, t, "epoch", rand.Text()); err != nil {
		return err
	}
	if key, err := meta(ctx, t, "forget_key"); err != nil || key != "" {
		return err
	}
	return setMeta(ctx, t, "forget_key", rand.Text())
}
