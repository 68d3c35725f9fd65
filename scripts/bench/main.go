// Command bench measures the SDK beside what one would write by hand, net/http and
// encoding/json, and decoding also beside jx, goccy/go-json and sonic. It prints
// Markdown tables, whose ratios say how many times as fast as by hand a row is.
//
//	cd scripts/bench && go run .
//
// Each round measures all competitors one after the other, and a ratio is the median
// of the rounds' ratios. So neighbors on the machine disturb all of them alike.
// Decoding and calls are measured in processor time: that of the thread that works,
// and that of all threads, most of which is the garbage collector's.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"time"
)

var background = context.Background()

var (
	rounds    = flag.Int("rounds", 5, "how many rounds to measure")
	each      = flag.Duration("time", 200*time.Millisecond, "how long to measure each competitor in each round")
	only      = flag.String("only", "", "measure only rows whose name matches this regular expression")
	residents = flag.Int("residents", 100_000, "how many residents to list")
	// The program starts itself with these.
	serve = flag.Bool("serve", false, "be a fake server")
	slow  = flag.Duration("latency", 0, "the latency of the fake server")
	list  = flag.String("list", "", "list the residents of the server at this URL once")
	how   = flag.String("how", "", "the competitor that lists")
)

func main() {
	flag.Parse()
	switch {
	case *serve:
		serveFake()
		return
	case *list != "":
		listOnce()
		return
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	filter, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, medians of %d rounds.\n", runtime.Version(), runtime.GOMAXPROCS(0), *rounds)
	head := false
	for _, row := range append(decoding(), call()) {
		if !filter.MatchString(row.name) {
			continue
		}
		if !head {
			head = true
			fmt.Print("\n| what | competitor | times as fast | lowest, highest | with the collector | µs | allocations |\n|---|---|---|---|---|---|---|\n")
		}
		row.measure()
	}
	return listings(filter)
}

// A row compares competitors; the first one is the hand-written.
type row struct {
	name        string
	records     int // allocations are for each; 0 for each call
	competitors []competitor
}

type competitor struct {
	name string
	do   func() error
}

// A sample is what one round measured of a competitor: the nanoseconds and allocations
// of one call.
type sample struct{ ns, all, allocs float64 }

func (r row) measure() {
	samples := make([][]sample, len(r.competitors))
	for range *rounds {
		for i, c := range r.competitors {
			samples[i] = append(samples[i], c.measure())
		}
	}
	for i, c := range r.competitors {
		var ratios, all, ns, allocs []float64
		for round, s := range samples[i] {
			ratios = append(ratios, samples[0][round].ns/s.ns)
			all = append(all, samples[0][round].all/s.all)
			ns = append(ns, s.ns)
			allocs = append(allocs, s.allocs/float64(max(r.records, 1)))
		}
		fmt.Printf("| %s | %s | %.2f | %.2f, %.2f | %.2f | %.1f | %.1f |\n", r.name, c.name, median(ratios), slices.Min(ratios), slices.Max(ratios), median(all), median(ns)/1000, median(allocs))
	}
}

func (c competitor) measure() sample {
	runtime.LockOSThread() // for spent
	defer runtime.UnlockOSThread()
	var before, after runtime.MemStats
	if err := c.do(); err != nil { // plans, pools and caches
		panic(fmt.Sprintf("%s: %v", c.name, err))
	}
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, start, startAll := 0, spent(), spentByAll()
	took := time.Duration(0)
	for took < *each {
		for range 1 + n/8 {
			if err := c.do(); err != nil {
				panic(fmt.Sprintf("%s: %v", c.name, err))
			}
			n++
		}
		took = spent() - start
	}
	runtime.ReadMemStats(&after)
	return sample{float64(took.Nanoseconds()) / float64(n), float64((spentByAll() - startAll).Nanoseconds()) / float64(n), float64(after.Mallocs-before.Mallocs) / float64(n)}
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
