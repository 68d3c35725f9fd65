package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/tenantry/tenantry-go/mirror"
)

// command runs one of the commands on a database that is already there.
func (p *program) command(ctx context.Context, name string, args []string) error {
	m, err := mirror.Open(ctx, p.url, p.opts...)
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }()
	person := func(from int) mirror.PersonKey {
		return mirror.PersonKey{Account: args[from], Scope: args[from+1], ID: args[from+2]}
	}
	switch {
	case name == "status" && len(args) == 0:
		return p.status(ctx, m)
	case name == "changes":
		return p.changes(ctx, m, args)
	case name == "approve" && len(args) == 1:
		return m.Approve(ctx, args[0])
	case name == "forget" && len(args) == 3:
		return m.Forget(ctx, person(0))
	case name == "candidates" && len(args) == 3:
		return p.candidates(ctx, m, person(0))
	case name == "link" && len(args) == 6:
		return m.Link(ctx, person(0), person(3))
	}
	return errors.New("usage: rostersync [status | changes [-f] [CURSOR] | approve ACCOUNT | forget ACCOUNT SCOPE ID | candidates ACCOUNT SCOPE ID | link ACCOUNT SCOPE ID ACCOUNT SCOPE ID]")
}

func (p *program) status(ctx context.Context, m *mirror.Mirror) error {
	accounts, err := m.Status(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "account\tlisting\tfresh\tstate")
	for _, a := range accounts {
		if a.Error != "" {
			fmt.Fprintf(w, "%s\t\t\tfailing (%d times, next try %s): %s\n", a.Name, a.Fails, ago(a.NextTry), a.Error)
		}
		for _, l := range a.Listings {
			state := "waiting until " + ago(l.Due)
			switch {
			case l.Blocked != "":
				state = "blocked: " + l.Blocked
			case l.Working:
				state = fmt.Sprintf("working, %d records so far", l.Records)
			case l.Due.Before(time.Now()):
				state = "due"
			}
			if n := l.Undecodable + l.Unidentified; n > 0 {
				state += fmt.Sprintf(", %d records can't be read or have no ID", n)
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.Name, l.Kind, ago(l.Fresh), state)
		}
	}
	return w.Flush()
}

func ago(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format(time.DateTime)
}

func (p *program) changes(ctx context.Context, m *mirror.Mirror, args []string) error {
	flags := flag.NewFlagSet("changes", flag.ContinueOnError)
	follow := flags.Bool("f", false, "wait for more")
	if err := flags.Parse(args); err != nil {
		return err
	}
	list := m.ChangesNow
	if *follow {
		list = m.Changes
	}
	encoder := json.NewEncoder(p.out)
	for c, err := range list(ctx, mirror.Cursor(flags.Arg(0))) {
		if errors.Is(err, context.Canceled) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := encoder.Encode(map[string]any{"cursor": c.Cursor, "at": c.At, "op": c.Op, "kind": c.Kind, "account": c.Account, "scope": c.Scope, "id": c.ID, "fields": c.Fields, "version": c.Version}); err != nil {
			return err
		}
	}
	return nil
}

func (p *program) candidates(ctx context.Context, m *mirror.Mirror, who mirror.PersonKey) error {
	all, err := m.Candidates(ctx, who)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(p.out)
	for _, c := range all {
		if err := encoder.Encode(map[string]any{"person": c.Person, "evidence": c.Evidence, "linked": c.Linked}); err != nil {
			return err
		}
	}
	return nil
}
