package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// start starts a Redis server and returns its address.
func start(t *testing.T) string {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		require.Empty(t, os.Getenv("TENANTRY_NEED_REDIS"), "redis-server is not installed")
		t.Skip("redis-server is not installed; Debian's package has its name")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), binary, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	db := connect(t, address)
	require.Eventually(t, func() bool { return db.Ping(t.Context()).Err() == nil }, 10*time.Second, 10*time.Millisecond)
	return address
}

func connect(t *testing.T, address string) *redis.Client {
	db := redis.NewClient(&redis.Options{Addr: address})
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// However many clients there are, and each with a connection to Redis of its own, the
// server sees no more requests than the limit.
func TestClientsShareTheLimit(t *testing.T) {
	address := start(t)
	limit := redis_rate.Limit{Rate: 3, Burst: 3, Period: time.Hour}
	server := propexotest.NewServer(propexotest.WithResidents(1))
	t.Cleanup(server.Close)
	var calls sync.WaitGroup
	errs := make(chan error, 8)
	for range 4 {
		c, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL),
			tenantry.WithLimiter(NewLimiter(connect(t, address), "shared", limit, time.Minute)))
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		for range 2 {
			calls.Go(func() {
				_, err := c.Residents.List(t.Context(), propexo.ResidentListParams{})
				errs <- err
			})
		}
	}
	calls.Wait()
	close(errs)
	good := 0
	for err := range errs {
		if err == nil {
			good++
			continue
		}
		require.ErrorIs(t, err, tenantry.ErrPaced, "the wait would be too long")
	}
	assert.Equal(t, 3, good)
}

func TestWait(t *testing.T) {
	address := start(t)
	l := NewLimiter(connect(t, address), "waits", redis_rate.Limit{Rate: 50, Burst: 1, Period: time.Second}, time.Minute)
	for range 3 {
		require.NoError(t, l.Wait(t.Context()), "it waits")
	}
	slow := NewLimiter(connect(t, address), "slow", redis_rate.PerHour(1), 2*time.Hour)
	require.NoError(t, slow.Wait(t.Context()))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.ErrorIs(t, slow.Wait(ctx), tenantry.ErrPaced, "past the deadline")
	ctx, cancel = context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	require.ErrorIs(t, slow.Wait(ctx), context.Canceled)
}

func TestRun(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out, start(t), 3))
	assert.Equal(t, 3, strings.Count(out.String(), "request "))
	// Without Redis nothing is sent.
	require.ErrorContains(t, run(t.Context(), &out, "127.0.0.1:1", 1), "nothing was sent")
}
