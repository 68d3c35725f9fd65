package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/tenantry/tenantry-go/mirror"
	"github.com/tenantry/tenantry-go/roster"
)

// triesBeforeGivingUp is how often an account may fail in a row before a run without
// -follow ends.
const triesBeforeGivingUp = 4

// sync copies the accounts: until each of their listings has finished, or until it is
// interrupted.
func (p *program) sync(ctx context.Context, m *mirror.Mirror, accounts []mirror.Account) error {
	for _, a := range accounts {
		if err := m.Refresh(ctx, a.Name); err != nil && !errors.Is(err, mirror.ErrNoAccount) {
			return err
		}
	}
	from, err := m.Latest(ctx)
	if err != nil {
		return err
	}
	begin := time.Now()
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- m.Run(running, accounts...) }()
	progress := newProgress(p.out, accounts)
	err = p.watch(ctx, m, begin, progress, ended)
	stop()
	if err == nil {
		err = <-ended
	}
	progress.wait()
	if err != nil {
		return err
	}
	return p.printTable(context.WithoutCancel(ctx), m, accounts, from)
}

// watch shows the progress until nothing is left to do.
func (p *program) watch(ctx context.Context, m *mirror.Mirror, begin time.Time, progress *progress, ended <-chan error) error {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return errors.Join(err, errors.New("the run ended"))
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		status, err := m.Status(ctx)
		if err != nil {
			continue // the database is away for a moment
		}
		done := true
		for _, a := range status {
			if b := progress.bars[a.Name]; b != nil {
				done = b.show(a, begin) && done
			}
		}
		if done && !p.follow {
			return nil
		}
	}
}

// finished returns how many listings of an account have finished since begin, how many
// records they brought, and whether the account is through.
func finished(a mirror.AccountStatus, begin time.Time) (listings, records int, through bool) {
	for _, l := range a.Listings {
		if l.Fresh.After(begin) || l.Blocked != "" {
			listings++
		}
		if l.Fresh.After(begin) || l.Working {
			records += l.Records
		}
	}
	return listings, records, len(a.Listings) > 0 && listings == len(a.Listings) || a.Fails >= triesBeforeGivingUp
}

// printTable closes a run.
func (p *program) printTable(ctx context.Context, m *mirror.Mirror, accounts []mirror.Account, from mirror.Cursor) error {
	ops := make(map[string]map[string]int)
	for c, err := range m.ChangesNow(ctx, from) {
		if err != nil {
			return err
		}
		if ops[c.Account] == nil {
			ops[c.Account] = make(map[string]int)
		}
		ops[c.Account][c.Op]++
	}
	counts, err := m.Counts(ctx)
	if err != nil {
		return err
	}
	status, err := m.Status(ctx)
	if err != nil {
		return err
	}
	byName := make(map[string]mirror.AccountStatus)
	for _, a := range status {
		byName[a.Name] = a
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "account\tproperties\tunits\tleases\tpeople\ttenancies\tnew\tchanged\tgone\tundecodable\t")
	var failed error
	for _, a := range accounts {
		n, o, s := counts[a.Name], ops[a.Name], byName[a.Name]
		undecodable, note := 0, ""
		for _, l := range s.Listings {
			undecodable += l.Undecodable + l.Unidentified
			if l.Blocked != "" {
				note = "  blocked"
				failed = errors.Join(failed, fmt.Errorf("%s is blocked: %s; check it, and then: rostersync approve %s", a.Name, l.Blocked, a.Name))
			}
		}
		if s.Error != "" {
			note = "  failing"
			failed = errors.Join(failed, fmt.Errorf("%s: %s; run it again to go on from there", a.Name, s.Error))
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\n", a.Name, n[roster.Properties], n[roster.Units], n[roster.Leases], n[roster.People], n[roster.Tenancies],
			o[mirror.OpNew]+o[mirror.OpBack], o[mirror.OpChanged], o[mirror.OpGone], undecodable, note)
	}
	_ = w.Flush()
	fmt.Fprintln(p.out, "in", shown(p.url))
	return failed
}

// shown returns a database's URL without its password.
func shown(url string) string {
	if len(url) > 11 && url[:11] == "postgres://" {
		return "PostgreSQL"
	}
	return url
}
