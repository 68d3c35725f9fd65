package mirror

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
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
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c.port = l.Addr().(*net.TCPAddr).Port
	l.Close()
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

func (c *cluster) url(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.port, database)
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
