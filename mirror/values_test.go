package mirror

import (
	"database/sql"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	tenantry "github.com/tenantry/tenantry-go"
)

// The SDK's values go into a database and come back, through every driver that
// mirror uses.
type values struct {
	Date      tenantry.Date
	Timestamp tenantry.Timestamp
	Decimal   tenantry.Decimal
	Email     tenantry.Opt[string]
	Units     tenantry.Opt[int]
}

func (v *values) args() []any { return []any{v.Date, v.Timestamp, v.Decimal, v.Email, v.Units} }

func (v *values) columns() []any {
	return []any{&v.Date, &v.Timestamp, &v.Decimal, &v.Email, &v.Units}
}

var (
	someValues = values{"2026-12-31", "2026-12-31T10:00:00.123456Z", "1234.50", tenantry.Set(""), tenantry.Set(7)}
	noValues   = values{"", "", "", tenantry.Null[string](), tenantry.Null[int]()}
)

func TestValuesInPostgres(t *testing.T) {
	url := newCluster(t).database(t)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `CREATE TABLE v (a date, b timestamptz, c numeric(12,2), d text, e int)`)
	require.NoError(t, err)
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer db.Close()
	for _, want := range []values{someValues, noValues} {
		_, err = conn.Exec(t.Context(), `TRUNCATE v`)
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), `INSERT INTO v VALUES ($1, $2, $3, $4, $5)`, want.args()...)
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), `INSERT INTO v VALUES ($1, $2, $3, $4, $5)`, want.args()...)
		require.NoError(t, err)
		var one, two values
		require.NoError(t, conn.QueryRow(t.Context(), `SELECT * FROM v`).Scan(one.columns()...))
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT * FROM v OFFSET 1`).Scan(two.columns()...))
		assert.Equal(t, want, one)
		assert.Equal(t, want, two)
	}
}

func TestValuesInSQLite(t *testing.T) {
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(t.Context(), `CREATE TABLE v (a date, b datetime, c text, d text, e int)`)
	require.NoError(t, err)
	for _, want := range []values{someValues, noValues} {
		_, err = db.ExecContext(t.Context(), `DELETE FROM v`)
		require.NoError(t, err)
		_, err = db.ExecContext(t.Context(), `INSERT INTO v VALUES (?, ?, ?, ?, ?)`, want.args()...)
		require.NoError(t, err)
		var got values
		require.NoError(t, db.QueryRowContext(t.Context(), `SELECT * FROM v`).Scan(got.columns()...))
		assert.Equal(t, want, got)
	}
}
