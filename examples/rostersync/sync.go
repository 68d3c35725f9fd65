package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"
	"time"
)

// A result is a line of the table that ends a run.
type result struct {
	source       string
	people       int // all that the database has
	added        int
	changed      int
	bad          int
	pages        int
	retries      int
	took         time.Duration
	resumed, ran bool
}

// syncSource copies one source, to its end or to the first error. Only a listing that
// ended without an error moves the time from which the next run takes changes.
func syncSource(ctx context.Context, db *store, s source, progress *progress) (result, error) {
	r := result{source: s.Name()}
	fail := func(err error) (result, error) {
		r.retries = s.Retries()
		r.people, _ = db.people(context.WithoutCancel(ctx), s.Name())
		return r, fmt.Errorf("%w; run rostersync again to resume there", err)
	}
	at, err := db.begin(ctx, s.Name())
	if err != nil {
		return fail(err)
	}
	r.resumed = at.resumed
	if !s.TellsChanges() {
		at.since = time.Time{}
	}
	had, err := db.people(ctx, s.Name())
	if err != nil {
		return fail(err)
	}
	bar := progress.bar(s.Name(), at, had)
	defer bar.done()
	finished := false
	for p, err := range s.Pages(ctx, at.cursor, at.since) {
		if err != nil {
			return fail(err)
		}
		added, changed, err := db.save(ctx, s.Name(), at.started, p)
		if err != nil {
			return fail(err)
		}
		r.added, r.changed, r.bad, r.pages = r.added+added, r.changed+changed, r.bad+p.Bad, r.pages+1
		bar.add(len(p.People)+p.Bad, p.Total)
		finished = !p.More
	}
	if !finished { // the last page promised more, or there are no people
		if err := db.finish(ctx, s.Name(), at.started); err != nil {
			return fail(err)
		}
	}
	r.ran, r.retries = true, s.Retries()
	r.people, err = db.people(ctx, s.Name())
	return r, err
}

// printTable prints the results of a run.
func printTable(out *os.File, path string, results []result) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "source\tpeople\tnew\tchanged\tundecodable\tpages\tretries\ttime\t")
	for _, r := range results {
		note := ""
		switch {
		case !r.ran:
			note = "  not finished"
		case r.resumed:
			note = "  resumed"
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", r.source, r.people, r.added, r.changed, r.bad, r.pages, r.retries, r.took.Round(10*time.Millisecond), note)
	}
	_ = w.Flush()
	fmt.Fprintln(out, "in", path)
}
