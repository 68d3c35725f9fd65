// Command bulkimport adds the residents of a CSV file to an ElevenOS site: it
// checks the file against itself and the site, imports it, and writes those who
// failed to another CSV file, with a column that says why, to correct and send
// again.
//
//	ELEVENOS_EMAIL=… ELEVENOS_PASSWORD=… go run . -team T1 -site S1 -zone America/Denver residents.csv
//
// Without credentials it starts a fake and imports a file of its own.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
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
	team, site, failures string
	file                 string
	anyway               bool
	csv                  []elevenos.CSVOption
}

func parse(args []string) (*settings, error) {
	s := new(settings)
	flags := flag.NewFlagSet("bulkimport", flag.ContinueOnError)
	flags.StringVar(&s.team, "team", "", "the team's `id`")
	flags.StringVar(&s.site, "site", "", "the site's `id`")
	flags.StringVar(&s.failures, "failures", "failures.csv", "the `file` for residents who failed")
	flags.BoolVar(&s.anyway, "anyway", false, "import also what the check finds fault with")
	zone := flags.String("zone", "", "the site's time `zone`, such as America/Denver")
	dayFirst := flags.Bool("dayfirst", false, "read 5/11/2021 as the fifth of November")
	if err := flags.Parse(args); err != nil {
		return nil, err
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
	// What an earlier run wrote may be sent again as it is.
	s.csv = append(s.csv, elevenos.IgnoreUnknownColumns())
	return s, nil
}

func run(ctx context.Context, args []string, out io.Writer, env func(string) string) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	email, password, baseURL := env("ELEVENOS_EMAIL"), env("ELEVENOS_PASSWORD"), env("ELEVENOS_BASE_URL")
	var file io.Reader
	if email == "" {
		fmt.Fprintln(out, "No credentials in the environment: importing into a fake.")
		demo := startDemo(s)
		defer demo.Close()
		email, password, baseURL, file = demo.email, demo.password, demo.URL, demo.file
	} else {
		f, err := os.Open(s.file)
		if err != nil {
			return err
		}
		defer f.Close()
		file = f
	}
	var opts []tenantry.Option
	if baseURL != "" {
		opts = append(opts, tenantry.WithBaseURL(baseURL))
	}
	client, err := elevenos.NewClient(email, password, opts...)
	if err != nil {
		return err
	}
	return s.importFile(ctx, client.Site(s.team, s.site), file, out)
}

func (s *settings) importFile(ctx context.Context, site *elevenos.Site, file io.Reader, out io.Writer) error {
	residents, err := elevenos.ReadCSV(file, s.csv...)
	if err != nil {
		return show(out, err)
	}
	mappings, err := site.Mappings(ctx)
	if err != nil {
		return err
	}
	if err := elevenos.CheckImport(residents, mappings); err != nil {
		if err = show(out, err); !s.anyway {
			return fmt.Errorf("nothing was imported (%w); correct the file, or pass -anyway", err)
		}
	}
	id, err := site.Residents.Import(ctx, residents)
	if err != nil {
		return err
	}
	job, err := s.watch(ctx, site, id, int64(len(residents)), out)
	var failed *elevenos.JobError
	if err != nil && !errors.As(err, &failed) {
		return err
	}
	fmt.Fprintf(out, "%d imported, %d failed\n", len(job.Succeeded), len(job.FailedItems))
	if failed == nil {
		return nil
	}
	if err := s.writeFailures(job.FailedItems); err != nil {
		return err
	}
	fmt.Fprintln(out, "those who failed are in", s.failures)
	return nil
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
func (s *settings) watch(ctx context.Context, site *elevenos.Site, id string, total int64, out io.Writer) (*elevenos.Job, error) {
	progress := mpb.New(mpb.WithOutput(out), mpb.WithWidth(48))
	bar := progress.AddBar(total, mpb.PrependDecorators(decor.Name("importing ")), mpb.AppendDecorators(decor.CountersNoUnit("%d of %d")))
	job, err := site.Residents.WaitImport(ctx, id, elevenos.PollEvery(200*time.Millisecond, 5*time.Second), elevenos.OnProgress(func(j elevenos.Job) {
		if j.Total != nil {
			bar.SetCurrent(*j.Total)
		}
	}))
	if job != nil && job.Finished() {
		bar.SetTotal(-1, true)
	} else {
		bar.Abort(false)
	}
	progress.Wait()
	return job, err
}

var columns = []string{"FirstName", "LastName", "Email", "PhoneNumber", "ActivationDateUTC", "DeactivationDateUTC", "Building", "Floor", "Unit", "Problem"}

func (s *settings) writeFailures(items []elevenos.JobItem) error {
	f, err := os.Create(s.failures) //nolint:gosec // it is for the user to say where
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	_ = w.Write(columns)
	for i := range items {
		it := &items[i]
		reasons := make([]string, len(it.Errors))
		values := make(map[string]string)
		for n, e := range it.Errors {
			reasons[n] = strings.TrimSpace(e.Field + " " + e.Message)
			values[e.Field] = e.Value
		}
		or := func(field, value string) string {
			if v := values[field]; v != "" {
				return v
			}
			return value
		}
		_ = w.Write([]string{
			or("FirstName", it.FirstName), or("LastName", it.LastName), or("Email", it.Email), or("PhoneNumber", it.PhoneNumber),
			or("ActivationDateUTC", string(it.ActivationDateUTC)), or("DeactivationDateUTC", string(it.DeactivationDateUTC)),
			or("Building", it.Building), or("Floor", it.Floor), or("Unit", it.Unit), strings.Join(reasons, "; "),
		})
	}
	w.Flush()
	return errors.Join(w.Error(), f.Close())
}
