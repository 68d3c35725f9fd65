// Command redislimit sends requests to a fake of Propexo's API, at a rate that all its
// processes share through Redis. Run it twice at once, and each gets its part:
//
//	go -C examples/redislimit run . -redis localhost:6379
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

func main() {
	address := flag.String("redis", "localhost:6379", "the address of a Redis server")
	n := flag.Int("n", 20, "how many requests to send")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *address, *n); err != nil {
		log.Print(err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, address string, n int) error {
	db := redis.NewClient(&redis.Options{Addr: address})
	defer func() { _ = db.Close() }()
	server := propexotest.NewServer(propexotest.WithResidents(3))
	defer server.Close()

	limiter := NewLimiter(db, "propexo", redis_rate.PerSecond(5), time.Minute)
	client, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(server.URL), tenantry.WithLimiter(limiter))
	if err != nil {
		return err
	}
	defer func() { _ = client.Close() }()
	begin := time.Now()
	for i := range n {
		if _, err := client.Residents.List(ctx, propexo.ResidentListParams{}); err != nil {
			return err
		}
		fmt.Fprintf(out, "request %d after %s\n", i+1, time.Since(begin).Round(time.Millisecond))
	}
	return nil
}
