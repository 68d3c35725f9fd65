// Command listings keeps the vacancies of a leasefind group in step with a feed: a JSON
// or CSV file with all vacancies that the group is to have. It shows what would be
// created, changed and deleted, and asks before it deletes more than a share of the
// group's listings.
//
//	LEASEFIND_CLIENT_ID=… LEASEFIND_CLIENT_SECRET=… go run ./examples/listings -group G1 vacancies.csv
//
// A JSON feed is a list of listings with the members that the API documents for a sync.
// A CSV feed has a header with their names, and one line for each listing; see columns.
//
// The API does not show listings that are not active yet. To count these too, the
// command writes what it has sent to a file beside the feed, vacancies.csv.sent.
//
// Without arguments and credentials it syncs a feed of its own with a fake.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/leasefind"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Getenv)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "listings:", err)
		os.Exit(1)
	}
}

type settings struct {
	group, groupRef string
	file            string
	dryRun          bool
	maxDeleted      float64 // the share that may be deleted without asking
}

func parse(args []string) (*settings, error) {
	s := new(settings)
	flags := flag.NewFlagSet("listings", flag.ContinueOnError)
	flags.StringVar(&s.group, "group", "", "the group's `id`")
	flags.StringVar(&s.groupRef, "group-ref", "", "the group's external `reference`, instead of -group")
	flags.BoolVar(&s.dryRun, "dry-run", false, "show what would change, and change nothing")
	flags.Float64Var(&s.maxDeleted, "max-deleted", 0.2, "the `share` of the group's listings, from 0 to 1, that may be deleted without asking")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	switch {
	case flags.NArg() > 1:
		return nil, errors.New("name one feed")
	case s.maxDeleted < 0 || s.maxDeleted > 1:
		return nil, errors.New("-max-deleted must be from 0 to 1")
	}
	s.file = flags.Arg(0)
	return s, nil
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer, env func(string) string) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	id, secret, baseURL := env("LEASEFIND_CLIENT_ID"), env("LEASEFIND_CLIENT_SECRET"), env("LEASEFIND_BASE_URL")
	switch {
	case id == "" && secret == "" && s.file == "":
		fmt.Fprintln(out, "No credentials and no feed: syncing with a fake.")
		demo, err := startDemo(ctx, s)
		if err != nil {
			return err
		}
		defer demo.Close()
		id, secret, baseURL = demo.id, demo.secret, demo.URL
	case id == "" || secret == "":
		return errors.New("LEASEFIND_CLIENT_ID or LEASEFIND_CLIENT_SECRET is not set; set both, or name no feed to see a demo")
	case s.file == "":
		return errors.New("name the feed to sync")
	case (s.group == "") == (s.groupRef == ""):
		return errors.New("name the group by -group or by -group-ref")
	}
	var opts []tenantry.Option
	if baseURL != "" {
		opts = append(opts, tenantry.WithBaseURL(baseURL))
	}
	client, err := leasefind.NewClient(id, secret, opts...)
	if err != nil {
		return err
	}
	defer client.Close()
	return s.sync(ctx, client, in, out)
}

func (s *settings) sync(ctx context.Context, client *leasefind.Client, in io.Reader, out io.Writer) error {
	feed, err := readFeed(s.file)
	if err != nil {
		return err
	}
	active, err := tenantry.Collect(client.Listings.All(ctx, leasefind.ListingFindParams{GroupID: s.group, GroupExternalRef: s.groupRef}))
	if err != nil {
		return err // with listings missing, the plan would be wrong
	}
	sent, err := s.lastSent()
	if err != nil {
		return err
	}
	p := newPlan(feed, active, sent, time.Now())
	p.show(out)
	switch {
	case s.dryRun:
		return nil
	case p.deletedShare() > s.maxDeleted:
		if err := p.ask(in, out); err != nil {
			return err
		}
	}
	// Find does not return all fields, so a listing without a visible change may have
	// one. The sync is sent in any case.
	err = client.Listings.Sync(ctx, leasefind.ListingSyncParams{GroupID: s.group, GroupExternalRef: s.groupRef, Listings: feed, DeleteAll: len(feed) == 0})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "The group is in step with the feed.")
	return s.keepSent(feed)
}

// sentFile holds the listings of the last sync, and the group that they are of.
type sentFile struct {
	Group    string
	Listings []leasefind.ListingInput
}

// target names the group.
func (s *settings) target() string { return s.group + "/" + s.groupRef }

// lastSent returns what the last sync of the feed sent to the group.
func (s *settings) lastSent() ([]leasefind.ListingInput, error) {
	b, err := os.ReadFile(s.file + ".sent")
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var sent sentFile
	if err := json.Unmarshal(b, &sent); err != nil {
		return nil, fmt.Errorf("%s.sent is not what an earlier run wrote: %w; delete it to go on without it", s.file, err)
	}
	if sent.Group != s.target() {
		return nil, nil
	}
	return sent.Listings, nil
}

func (s *settings) keepSent(feed []leasefind.ListingInput) error {
	b, err := json.Marshal(sentFile{s.target(), feed})
	if err != nil {
		return err
	}
	return os.WriteFile(s.file+".sent", b, 0o600)
}

// ask returns nil if the user agrees to the deletions.
func (p *plan) ask(in io.Reader, out io.Writer) error {
	want := fmt.Sprintf("delete %d", len(p.deleted))
	what := fmt.Sprintf("This deletes %.0f %% of the group's listings.", 100*p.deletedShare())
	if p.everything {
		want, what = "delete all", "The feed is empty. This deletes all listings of the group, also those that are not active yet."
	}
	fmt.Fprintf(out, "%s Type %q to go on: ", what, want)
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	fmt.Fprintln(out)
	if strings.TrimSpace(line) != want {
		return errors.New("nothing was sent")
	}
	return nil
}
