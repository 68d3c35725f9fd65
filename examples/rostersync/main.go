// Command rostersync copies everyone from the systems that it has credentials
// for into one SQLite database. A page and the cursor behind it are stored in
// one transaction, so that it may be killed at any moment: run again, it goes
// on where it was, and loses and repeats nothing. Once a source is complete,
// the next run takes only what changed since.
//
// Without credentials it starts fakes of those systems and copies from them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Getenv); err != nil {
		fmt.Fprintln(os.Stderr, "rostersync:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func run(ctx context.Context, args []string, out *os.File, env func(string) string) error {
	flags := flag.NewFlagSet("rostersync", flag.ContinueOnError)
	path := flags.String("db", "rostersync.db", "the SQLite `file` to copy into")
	prefetch := flags.Int("prefetch", 8, "`pages` to fetch ahead")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	db, err := openStore(ctx, *path)
	if err != nil {
		return err
	}
	defer db.Close()
	sources, err := configured(env, *prefetch)
	if err != nil {
		return err
	}
	if len(sources) == 0 {
		fmt.Fprintln(out, "No credentials in the environment: copying from fakes (see the README for the variables).")
		demo, err := startDemo(ctx, db, *prefetch)
		if err != nil {
			return err
		}
		defer demo.close()
		sources = demo.sources
	}
	progress := newProgress(out)
	var failed error
	results := make([]result, 0, len(sources))
	for _, s := range sources {
		begin := time.Now()
		r, err := syncSource(ctx, db, s, progress)
		r.took = time.Since(begin)
		results = append(results, r)
		if err != nil {
			failed = errors.Join(failed, err)
		}
	}
	progress.wait()
	printTable(out, *path, results)
	return failed
}
