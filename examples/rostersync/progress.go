package main

import (
	"fmt"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/tenantry/tenantry-go/mirror"
)

// A progress shows bars on a terminal and plain lines elsewhere.
type progress struct {
	out   *os.File
	bars  map[string]*bar
	group *mpb.Progress // nil if out is not a terminal
}

func newProgress(out *os.File, accounts []mirror.Account) *progress {
	p := &progress{out: out, bars: make(map[string]*bar)}
	if term.IsTerminal(int(out.Fd())) {
		p.group = mpb.New(mpb.WithOutput(out), mpb.WithWidth(50))
	}
	for _, a := range accounts {
		b := &bar{p: p, name: a.Name, told: time.Now()}
		if p.group != nil {
			b.bar = p.group.AddBar(0,
				mpb.PrependDecorators(decor.Name(a.Name+" "), decor.CountersNoUnit("%d / %d listings ")),
				mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return fmt.Sprintf("%d records", b.records) })))
		}
		p.bars[a.Name] = b
	}
	return p
}

// wait ends the bars.
func (p *progress) wait() {
	if p.group == nil {
		return
	}
	for _, b := range p.bars {
		b.bar.SetTotal(-1, true)
	}
	p.group.Wait()
}

// A bar shows the progress of one account.
type bar struct {
	p       *progress
	name    string
	bar     *mpb.Bar
	records int
	through bool
	told    time.Time // when the last line was printed
}

// show shows how far the account is, and reports whether it is through.
func (b *bar) show(a mirror.AccountStatus, begin time.Time) bool {
	listings, records, through := finished(a, begin)
	ended := through && !b.through
	b.records, b.through = max(records, b.records), through
	if b.bar != nil {
		b.bar.SetTotal(int64(max(len(a.Listings), 1)), false)
		b.bar.SetCurrent(int64(min(listings, max(len(a.Listings)-1, 0))))
		return through
	}
	if ended || time.Since(b.told) >= time.Second && !through {
		b.told = time.Now()
		fmt.Fprintf(b.p.out, "%s: %d of %d listings, %d records\n", b.name, listings, len(a.Listings), b.records)
	}
	return through
}
