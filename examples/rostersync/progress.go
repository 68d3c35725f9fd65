package main

import (
	"fmt"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// A progress shows bars on a terminal and plain lines elsewhere.
type progress struct {
	out  *os.File
	bars *mpb.Progress // nil if out is not a terminal
}

func newProgress(out *os.File) *progress {
	p := &progress{out: out}
	if term.IsTerminal(int(out.Fd())) {
		p.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(50))
	}
	return p
}

func (p *progress) wait() {
	if p.bars != nil {
		p.bars.Wait()
	}
}

// A bar shows the progress of one source.
type bar struct {
	p    *progress
	name string
	bar  *mpb.Bar
	seen int
	told time.Time // when the last line was printed
}

func (p *progress) bar(name string, at position, had int) *bar {
	b := &bar{p: p, name: name, told: time.Now()}
	what := "all people"
	if !at.since.IsZero() {
		what = "changes since " + at.since.Format(time.RFC3339)
	}
	if at.resumed {
		what += fmt.Sprintf(", resuming with %d people in the database", had)
	}
	if p.bars == nil {
		fmt.Fprintf(p.out, "%s: %s\n", name, what)
		return b
	}
	b.bar = p.bars.AddBar(0,
		mpb.PrependDecorators(decor.Name(name+" "), decor.CountersNoUnit("%d / %d")),
		mpb.AppendDecorators(decor.Percentage(), decor.Name(" "), decor.AverageSpeed(0, "%.0f/s")))
	return b
}

// add counts the people of a page. total is that of the listing, or -1 if it is not
// known.
func (b *bar) add(n, total int) {
	b.seen += n
	if b.bar != nil {
		b.bar.SetTotal(int64(max(total, b.seen+1)), false)
		b.bar.IncrBy(n)
		return
	}
	if time.Since(b.told) < time.Second {
		return
	}
	b.told = time.Now()
	if total >= 0 {
		fmt.Fprintf(b.p.out, "%s: %d of %d\n", b.name, b.seen, total)
		return
	}
	fmt.Fprintf(b.p.out, "%s: %d\n", b.name, b.seen)
}

func (b *bar) done() {
	if b.bar != nil {
		b.bar.SetTotal(-1, true)
	}
}
