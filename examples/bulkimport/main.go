// Command bulkimport adds the residents of a CSV file to an ElevenOS site. It
// checks the file against itself and the site, imports it, and writes those who
// failed to another CSV file, with a column that says why, to correct and import
// again.
//
//	ELEVENOS_EMAIL=… ELEVENOS_PASSWORD=… go run . -team T1 -site S1 -zone America/Denver residents.csv
//
// Before it waits for the import, it writes the job's ID to residents.csv.job. If
// it is interrupted, run the same command again: it goes on waiting for that job
// and does not import the file twice.
//
// It exits with status 1 unless all residents were imported. Without arguments
// and credentials it imports a file of its own into a fake.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"time"
	_ "time/tzdata" // so that -zone works anywhere

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout, os.Getenv)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bulkimport:", err)
		os.Exit(1)
	}
}

type settings struct {
	team, site string
	file       string // the input
	failures   string // the file for residents who failed
	anyway     bool
	csv        []elevenos.CSVOption
}

func parse(args []string) (*settings, error) {
	s := new(settings)
	flags := flag.NewFlagSet("bulkimport", flag.ContinueOnError)
	flags.StringVar(&s.team, "team", "", "the team's `id`")
	flags.StringVar(&s.site, "site", "", "the site's `id`")
	flags.StringVar(&s.failures, "failures", "", "the `file` for residents who failed (default failures.csv)")
	flags.BoolVar(&s.anyway, "anyway", false, "import even if the check finds problems")
	zone := flags.String("zone", "", "the site's time `zone`, such as America/Denver")
	dayFirst := flags.Bool("dayfirst", false, "read 5/11/2021 as the fifth of November")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 1 {
		return nil, errors.New("name one file to import")
	}
	s.file = flags.Arg(0)
	if *zone != "" {
		loc, err := time.LoadLocation(*zone)
		if err != nil {
			return nil, err
		}
		s.csv = append(s.csv, elevenos.InLocation(loc))
	}
	if *dayFirst {
		s.csv = append(s.csv, elevenos.DayFirst())
	}
	// A file of failures can be imported again as it is. Every other unknown
	// column is refused: it may be a misspelled one that matters.
	s.csv = append(s.csv, elevenos.IgnoreColumns(problemColumn))
	return s, nil
}

func run(ctx context.Context, args []string, out io.Writer, env func(string) string) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	email, password, baseURL := env("ELEVENOS_EMAIL"), env("ELEVENOS_PASSWORD"), env("ELEVENOS_BASE_URL")
	switch {
	case email == "" && password == "" && s.file == "":
		fmt.Fprintln(out, "No credentials and no file: importing into a fake.")
		demo, err := startDemo(s)
		if err != nil {
			return err
		}
		defer demo.Close()
		email, password, baseURL = demo.email, demo.password, demo.URL
	case email == "" || password == "":
		return errors.New("ELEVENOS_EMAIL or ELEVENOS_PASSWORD is not set; set both, or name no file to see a demo")
	case s.file == "":
		return errors.New("name the CSV file to import")
	case s.failures == "":
		s.failures = "failures.csv"
	}
	var opts []tenantry.Option
	if baseURL != "" {
		opts = append(opts, tenantry.WithBaseURL(baseURL))
	}
	client, err := elevenos.NewClient(email, password, opts...)
	if err != nil {
		return err
	}
	return s.importFile(ctx, client.Site(s.team, s.site), out)
}

func (s *settings) importFile(ctx context.Context, site *elevenos.Site, out io.Writer) error {
	input, err := os.ReadFile(s.file)
	if err != nil {
		return err
	}
	// The file for failures is opened first: after the import, it would be too
	// late to find that it can't be written.
	failures, err := newFailures(s.failures)
	if err != nil {
		return err
	}
	defer failures.discard()

	record, err := loadRecord(s.file)
	if err != nil {
		return err
	}
	residents, wrong := s.read(input)
	switch {
	case record == nil && wrong != nil:
		return show(out, wrong)
	case record == nil:
		if record, err = s.begin(ctx, site, input, residents, out); err != nil {
			return err
		}
	case record.Team != s.team || record.Site != s.site:
		return fmt.Errorf("%s is of an import into team %s, site %s; finish that first", record.path, record.Team, record.Site)
	case record.JobID == "":
		return fmt.Errorf("an earlier run may have imported %s; look at the site's residents, then delete %s to import it again", s.file, record.path)
	default:
		fmt.Fprintf(out, "going on with job %s of an earlier run\n", record.JobID)
	}
	changed := !record.isOf(input)
	if changed {
		residents = nil // their rows are no longer those of the job
	}
	if err := s.finish(ctx, site, record, residents, failures, out); err != nil {
		return err
	}
	if changed {
		return fmt.Errorf("%s has changed since job %s began; run the command again to import it as it is now", s.file, record.JobID)
	}
	return nil
}

// read reads the residents of the input.
func (s *settings) read(input []byte) ([]elevenos.ResidentImport, error) {
	residents, err := elevenos.ReadCSV(bytes.NewReader(input), s.csv...)
	if isFailures(input) {
		for i := range residents {
			unguard(&residents[i])
		}
	}
	return residents, err
}

// begin checks the residents and starts the import. It writes a record before it
// sends anything, and the job's ID as soon as it is known.
func (s *settings) begin(ctx context.Context, site *elevenos.Site, input []byte, residents []elevenos.ResidentImport, out io.Writer) (*record, error) {
	mappings, err := site.ListMappings(ctx)
	switch {
	case err != nil:
		return nil, err
	case len(mappings.Undecodable) > 0: // its units would be missing from the check
		return nil, mappings.Undecodable[0]
	}
	if err := elevenos.CheckImport(residents, mappings.Items); err != nil {
		if err = show(out, err); !s.anyway {
			return nil, fmt.Errorf("nothing was imported (%w); correct the file, or pass -anyway", err)
		}
	}
	record, err := newRecord(s.file, s.team, s.site, input)
	if err != nil {
		return nil, err
	}
	id, err := site.Residents.Import(ctx, residents)
	switch {
	case err != nil && neverImported(err):
		return nil, errors.Join(err, record.remove())
	case err != nil:
		return nil, fmt.Errorf("%w; look at the site's residents, then delete %s to import again", err, record.path)
	}
	if err := record.setJob(id); err != nil {
		return nil, fmt.Errorf("job %s has begun, but its ID can't be stored: %w", id, err)
	}
	fmt.Fprintf(out, "job %s has begun\n", id)
	return record, nil
}

// neverImported reports whether an error of Import means that the server did not
// carry it out.
func neverImported(err error) bool {
	var noToken *tenantry.TokenError
	var broken *tenantry.TransportError
	var refused *tenantry.Error
	switch {
	case errors.Is(err, tenantry.ErrInvalidArgument), errors.As(err, &noToken):
		return true
	case errors.As(err, &broken):
		return !broken.MaybeSent
	case errors.As(err, &refused):
		return !errors.Is(err, tenantry.ErrServer) && refused.StatusCode != http.StatusRequestTimeout
	}
	return false
}

// finish waits for the job and writes down who failed.
func (s *settings) finish(ctx context.Context, site *elevenos.Site, record *record, residents []elevenos.ResidentImport, failures *failures, out io.Writer) error {
	job, err := s.watch(ctx, site, record.JobID, len(residents), out)
	var failed *elevenos.JobError
	switch {
	case errors.Is(err, tenantry.ErrNotFound):
		return fmt.Errorf("%w; look at the site's residents, then delete %s to import again", err, record.path)
	case err != nil && !errors.As(err, &failed):
		return fmt.Errorf("%w; the job goes on: run the same command again to see how it ends", err)
	}
	job.MatchRows(residents)
	fmt.Fprintf(out, "%d imported, %d failed\n", count(job.Success, len(job.Succeeded)), count(job.Failed, len(job.FailedItems)))
	if failed == nil {
		return record.remove()
	}
	if !isComplete(job) {
		// Who failed is not known, so nothing may be imported again.
		raw := s.failures + ".json"
		if err := writeFile(raw, job.Result); err != nil {
			return errors.Join(failed, err)
		}
		return fmt.Errorf("%w; its raw result is in %s: look at the site's residents, then delete %s to import again", failed, raw, record.path)
	}
	if err := failures.write(job.FailedItems, residents); err != nil {
		return errors.Join(failed, err)
	}
	fmt.Fprintln(out, "those who failed are in", s.failures)
	return errors.Join(failed, record.remove())
}

func count(n *int64, items int) int64 {
	if n == nil {
		return int64(items)
	}
	return max(*n, int64(items))
}

// isComplete reports whether a job names every resident that did not succeed.
func isComplete(job *elevenos.Job) bool {
	failed := int64(len(job.FailedItems))
	success := count(job.Success, len(job.Succeeded))
	return failed > 0 && (job.Failed == nil || *job.Failed == failed) && (job.Total == nil || *job.Total == success+failed)
}

// show lists all that is wrong with a file.
func show(out io.Writer, err error) error {
	var wrong *elevenos.ImportError
	if errors.As(err, &wrong) {
		for _, p := range wrong.Problems {
			fmt.Fprintf(out, "%s: %q\n", p, p.Value)
		}
	}
	return err
}

// watch shows a progress bar until the job is finished.
func (s *settings) watch(ctx context.Context, site *elevenos.Site, id string, total int, out io.Writer) (*elevenos.Job, error) {
	progress := mpb.New(mpb.WithOutput(out), mpb.WithWidth(48))
	bar := progress.AddBar(int64(max(total, 1)), mpb.PrependDecorators(decor.Name("importing ")), mpb.AppendDecorators(decor.CountersNoUnit("%d of %d")))
	job, err := site.Residents.WaitImport(ctx, id, tenantry.WaitParams[*elevenos.Job]{
		MinInterval: 200 * time.Millisecond,
		MaxInterval: 5 * time.Second,
		OnProgress: func(j *elevenos.Job) {
			if j.Total != nil {
				bar.SetCurrent(*j.Total)
			}
		},
	})
	if job != nil && job.Finished() {
		bar.SetTotal(-1, true)
	} else {
		bar.Abort(false)
	}
	progress.Wait()
	return job, err
}
