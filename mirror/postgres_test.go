package mirror

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// A cluster is a private PostgreSQL server of the tests. It is started once.
type cluster struct {
	dir  string
	port int
	cred *syscall.Credential // of the user that runs it; initdb refuses root
	mu   sync.Mutex
	cmd  *exec.Cmd
	n    atomic.Int64
}

var theCluster struct {
	once sync.Once
	c    *cluster
	err  error
	skip string
}

// clusterIfHere starts the cluster, or returns why PostgreSQL is not here.
func clusterIfHere() (missing string) {
	theCluster.once.Do(func() {
		for _, binary := range []string{"initdb", "postgres"} {
			if _, err := exec.LookPath(binary); err != nil {
				theCluster.skip = "PostgreSQL is not on this machine: " + binary + " is not in PATH"
				return
			}
		}
		theCluster.c, theCluster.err = startCluster()
	})
	return theCluster.skip
}

// newCluster returns the cluster. It skips the test if PostgreSQL is not here, and
// fails it if TENANTRY_NEED_POSTGRES is set.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	if missing := clusterIfHere(); missing != "" {
		if os.Getenv("TENANTRY_NEED_POSTGRES") != "" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	require.NoError(t, theCluster.err)
	return theCluster.c
}

func startCluster() (*cluster, error) {
	dir, err := os.MkdirTemp("/tmp", "tenantry-pg-")
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		c.cred = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
	}
	if c.port, err = freePort(); err != nil {
		return nil, err
	}
	init := c.command("initdb", "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
	if out, err := init.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return c, c.start()
}

func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.dir, "LC_ALL=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.cred, Pdeathsig: syscall.SIGQUIT}
	return cmd
}

func (c *cluster) start() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cmd = c.command("postgres", "-D", filepath.Join(c.dir, "data"), "-p", strconv.Itoa(c.port), "-k", c.dir,
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200", "-c", "log_min_messages=fatal", "-c", "shared_buffers=64MB")
	if err := c.cmd.Start(); err != nil {
		return err
	}
	for range 200 {
		conn, err := pgx.Connect(c0, c.url("postgres"))
		if err == nil {
			return conn.Close(c0)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("postgres does not answer on port %d", c.port)
}

// stop stops the server at once, as a crash would.
func (c *cluster) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.cmd.Process.Signal(syscall.SIGQUIT)
	_ = c.cmd.Wait()
}

func (c *cluster) url(database string) string { return urlAt(c.port, database) }

func urlAt(port int, database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", port, database)
}

// A bouncer is a PgBouncer before the cluster, in transaction mode.
type bouncer struct {
	c    *cluster
	port int
	cmd  *exec.Cmd
}

// newBouncer starts a PgBouncer. It skips the test if it is not here, and fails it if
// TENANTRY_NEED_POSTGRES is set.
func newBouncer(t *testing.T, c *cluster) *bouncer {
	t.Helper()
	if _, err := exec.LookPath("pgbouncer"); err != nil {
		if os.Getenv("TENANTRY_NEED_POSTGRES") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	port, err := freePort()
	require.NoError(t, err)
	b := &bouncer{c: c, port: port}
	// Fewer connections than the mirror has, so that each is used by several.
	config := fmt.Sprintf(`[databases]
* = host=127.0.0.1 port=%d user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 6
max_client_conn = 200
server_round_robin = 1
log_connections = 0
log_disconnections = 0
`, c.port, port)
	require.NoError(t, os.WriteFile(b.config(), []byte(config), 0o644))
	b.start(t)
	t.Cleanup(b.stop)
	return b
}

func (b *bouncer) config() string {
	return filepath.Join(b.c.dir, fmt.Sprintf("pgbouncer-%d.ini", b.port))
}

func (b *bouncer) start(t *testing.T) {
	t.Helper()
	b.cmd = b.c.command("pgbouncer", "--quiet", b.config())
	require.NoError(t, b.cmd.Start())
	waitFor(t, 2*time.Minute, "PgBouncer listens", func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", b.port))
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// stop stops PgBouncer at once.
func (b *bouncer) stop() {
	_ = b.cmd.Process.Kill()
	_ = b.cmd.Wait()
}

// url returns the URL of a database by way of PgBouncer.
func (b *bouncer) url(database string) string {
	return urlAt(b.port, database[strings.LastIndexByte(database, '/')+1:strings.IndexByte(database, '?')]) + "&pool=transaction"
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// database makes an empty database.
func (c *cluster) database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("t%d", c.n.Add(1))
	conn, err := pgx.Connect(c0, c.url("postgres"))
	require.NoError(t, err)
	defer conn.Close(c0)
	_, err = conn.Exec(c0, "CREATE DATABASE "+name)
	require.NoError(t, err)
	return c.url(name)
}
