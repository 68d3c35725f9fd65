// Command rostersync copies everything that all property systems have in common, from
// every system that it has credentials for, into one database, and keeps the copy in
// step. The work is package mirror's; this program reads the environment and prints.
//
//	rostersync                      copy what is new, show it, and end
//	rostersync -follow              go on until interrupted
//	rostersync status               accounts, freshness, what fails and why, what is blocked
//	rostersync changes [-f] [CURSOR]
//	rostersync approve ACCOUNT      let a blocked listing mark records as gone
//	rostersync forget ACCOUNT SCOPE ID
//	rostersync candidates ACCOUNT SCOPE ID
//	rostersync link ACCOUNT SCOPE ID ACCOUNT SCOPE ID
//
// The database is the SQLite file rostersync.db, or DATABASE_URL: with
// postgres://… any number of machines share the work. It may be killed at any moment:
// the next run goes on from there, and loses and repeats nothing.
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
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/tenantry/tenantry-go/mirror"
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

// A program is one run of the command.
type program struct {
	out    *os.File
	url    string // of the database
	follow bool
	opts   []mirror.Option
}

func run(ctx context.Context, args []string, out *os.File, env func(string) string) error {
	flags := flag.NewFlagSet("rostersync", flag.ContinueOnError)
	p := &program{out: out}
	flags.StringVar(&p.url, "db", env("DATABASE_URL"), "the `database`: a SQLite file or postgres://… (default rostersync.db, or rostersync-demo.db for the demo)")
	flags.BoolVar(&p.follow, "follow", false, "keep the copy in step until interrupted")
	verbose := flags.Bool("v", false, "log what fails and what finishes")
	flags.Usage = func() { usage(flags) }
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return err
	}
	if *verbose {
		p.opts = append(p.opts, mirror.WithLogger(slog.New(slog.NewTextHandler(os.Stderr, nil))))
	}
	accounts := configured(env)
	isDemo := len(accounts) == 0
	if isDemo {
		p.opts = append(p.opts, mirror.WithDemo())
	}
	if p.url == "" {
		p.url = "rostersync.db"
		if isDemo {
			p.url = "rostersync-demo.db"
		}
	}
	if flags.NArg() > 0 {
		return p.command(ctx, flags.Arg(0), flags.Args()[1:])
	}
	m, err := mirror.Open(ctx, p.url, p.opts...)
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }()
	if isDemo {
		fmt.Fprintln(out, "No credentials in the environment: copying from fakes (-h lists the variables).")
		d := startDemo()
		defer d.close()
		accounts = d.accounts
	}
	return p.sync(ctx, m, accounts)
}

func usage(flags *flag.FlagSet) {
	w := flags.Output()
	fmt.Fprintln(w, "rostersync [flags] [status | changes | approve | forget | candidates | link] copies every system whose first variable is set; without any, it runs a demo.")
	flags.PrintDefaults()
	for _, s := range systems {
		_, _ = io.WriteString(w, "  ")
		for _, v := range s.variables {
			fmt.Fprint(w, v, " ")
		}
		fmt.Fprintln(w, s.baseURL)
	}
}
