// Command rostersync copies the people of all systems that it has credentials for
// into one SQLite database, rostersync.db. It stores each page together with the
// cursor after it in one transaction, so you can kill it at any moment: the next run
// resumes there, and loses and repeats nothing. Once a source is complete, the next
// run fetches what changed since, if the system can tell.
//
// Without credentials it runs a demo: it starts fakes of the systems and copies from
// them into rostersync-demo.db. A database of the demo is never used for a real run,
// nor the other way round.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
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
	path := flags.String("db", "", "the SQLite `file` to copy into (default rostersync.db, or rostersync-demo.db for the demo)")
	prefetch := flags.Int("prefetch", 8, "`pages` to fetch ahead")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "rostersync copies the people of every system whose first variable is set; without any, it runs a demo.")
		flags.PrintDefaults()
		for _, m := range makers {
			fmt.Fprintln(flags.Output(), " ", strings.Join(append(m.variables, m.baseURL), " "))
		}
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	sources, err := configured(env, *prefetch)
	if err != nil {
		return err
	}
	mode := realRun
	if len(sources) == 0 {
		mode = demoRun
	}
	if *path == "" {
		*path = defaultPaths[mode]
	}
	db, err := openStore(ctx, *path, mode)
	if err != nil {
		return err
	}
	defer db.Close()
	if mode == demoRun {
		fmt.Fprintln(out, "No credentials in the environment: copying from fakes (-h lists the variables).")
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
