package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/dirty"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
)

// listings measures listings over a latency. Each one runs in a process of its own,
// and so does the fake server, so that no heap holds anything else.
func listings(filter *regexp.Regexp) error {
	for _, of := range []struct {
		latency     time.Duration
		competitors []string
	}{
		{0, []string{"by hand", "0 ahead", "8 ahead", "16 ahead"}},
		{20 * time.Millisecond, []string{"by hand", "discarding, 8 at a time", "discarding, 16 at a time", "0 ahead", "8 ahead", "16 ahead"}},
	} {
		name := fmt.Sprintf("listing %d over %v", *residents, of.latency)
		if !filter.MatchString(name) {
			continue
		}
		if err := listing(name, of.latency, of.competitors); err != nil {
			return err
		}
	}
	return nil
}

func listing(name string, latency time.Duration, competitors []string) error {
	url, stop, err := startFake(latency)
	if err != nil {
		return err
	}
	defer stop()
	all := make(map[string][]listed)
	for range *rounds {
		for _, how := range competitors {
			l, err := listAlone(url, how)
			if err != nil {
				return fmt.Errorf("%s: %w", how, err)
			}
			all[how] = append(all[how], l)
		}
	}
	fmt.Print("\n| what | competitor | times as fast | of the discarding's time | seconds | heap with garbage, MiB | alive, MiB |\n|---|---|---|---|---|---|---|\n")
	for _, how := range competitors {
		var ratios, discarding, seconds, used, live []float64
		for round, l := range all[how] {
			ratios = append(ratios, all["by hand"][round].Seconds/l.Seconds)
			if n, ahead := strings.CutSuffix(how, " ahead"); ahead && n != "0" && latency > 0 {
				discarding = append(discarding, l.Seconds/all["discarding, "+n+" at a time"][round].Seconds)
			}
			seconds, used, live = append(seconds, l.Seconds), append(used, l.Used), append(live, l.Live)
		}
		of := ""
		if len(discarding) > 0 {
			of = strconv.FormatFloat(median(discarding), 'f', 2, 64)
		}
		fmt.Printf("| %s | %s | %.2f | %s | %.2f | %.1f (at most %.1f) | %.1f |\n", name, how, median(ratios), of, median(seconds), median(used), slices.Max(used), median(live))
	}
	return nil
}

// listed is what one listing took.
type listed struct{ Seconds, Used, Live float64 } // Used and Live in MiB

// listAlone lists in a process of its own.
func listAlone(url, how string) (l listed, err error) {
	self, err := os.Executable()
	if err != nil {
		return l, err
	}
	cmd := exec.CommandContext(background, self, "-list", url, "-how", how, "-residents", strconv.Itoa(*residents)) //nolint:gosec // this program
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(out, &l)
}

// listOnce is the process that lists.
func listOnce() {
	var do func() (int, error)
	if n, ok := strings.CutSuffix(*how, " ahead"); ok {
		ahead, _ := strconv.Atoi(n)
		c, err := propexo.NewClient(propexotest.Token, tenantry.WithBaseURL(*list), tenantry.WithPrefetch(ahead))
		if err != nil {
			panic(err)
		}
		do = func() (int, error) {
			n := 0
			for _, err := range c.Residents.All(background, propexo.ResidentListParams{Limit: perPage}) {
				if err != nil {
					return n, err
				}
				n++
			}
			return n, nil
		}
	} else if _, n, ok := strings.Cut(*how, "discarding, "); ok {
		workers, _ := strconv.Atoi(strings.TrimSuffix(n, " at a time"))
		do = func() (int, error) { return discard(*list, workers) }
	} else {
		do = func() (int, error) { return listByHand(*list) }
	}
	h := watchHeap()
	start := time.Now()
	n, err := do()
	l := listed{Seconds: time.Since(start).Seconds()}
	l.Used, l.Live = h.end()
	if err == nil && n != *residents {
		err = fmt.Errorf("%d residents", n)
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(l)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// startFake starts a fake server in another process, whose memory is its own.
func startFake(latency time.Duration) (url string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(background, self, "-serve", "-latency", latency.String(), "-residents", strconv.Itoa(*residents)) //nolint:gosec // this program
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = stdin.Close()
		_ = cmd.Wait()
	}
	if url, err = bufio.NewReader(stdout).ReadString('\n'); err != nil {
		stop()
		return "", nil, err
	}
	return strings.TrimSpace(url), stop, nil
}

// serveFake is the process with the fake. It ends when its standard input does.
func serveFake() {
	s := propexotest.NewServer(propexotest.WithRateLimit(1<<30, 0), propexotest.WithSlowDown(0))
	dirty.AddResidents(s.AddRaw, 1, *residents)
	s.SetLatency(*slow)
	fmt.Println(s.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// A heap keeps the highest values that it saw: of what is in use, garbage that waits
// for its collection included, and of what the collections found alive. Both are
// counted from what was in use before.
type heap struct {
	stop               chan struct{}
	done               sync.WaitGroup
	baseUsed, baseLive uint64
	used, live         uint64
}

func watchHeap() *heap {
	runtime.GC()
	h := &heap{stop: make(chan struct{})}
	h.baseUsed, h.baseLive = h.read()
	h.done.Go(func() {
		for {
			select {
			case <-h.stop:
				return
			case <-time.After(2 * time.Millisecond):
				used, live := h.read()
				h.used, h.live = max(h.used, used), max(h.live, live)
			}
		}
	})
	return h
}

func (h *heap) read() (used, live uint64) {
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/gc/heap/live:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64(), samples[1].Value.Uint64()
}

// end returns the highest values in MiB.
func (h *heap) end() (used, live float64) {
	close(h.stop)
	h.done.Wait()
	mib := func(peak, base uint64) float64 { return float64(max(peak, base)-base) / (1 << 20) }
	return mib(h.used, h.baseUsed), mib(h.live, h.baseLive)
}
