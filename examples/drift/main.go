// Command drift reads properties, units and people, and prints what the API sends that
// the SDK does not know, as a table to paste into an issue. It exits with 1 if there is
// any. The table holds no values of records.
//
//	drift                      reads from fakes with dirty records
//	PROPEXO_TOKEN=… drift propexo
//	SUPERGOOD_USERNAME=… drift supergood
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/oauth2"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/propexotest"
	"github.com/tenantry/tenantry-go/supergood"
	"github.com/tenantry/tenantry-go/supergood/supergoodtest"
)

func main() {
	log.SetFlags(0)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	found, err := run(ctx, os.Stdout, os.Args[1:])
	cancel()
	if err != nil {
		log.Fatal(err)
	}
	if found {
		os.Exit(1)
	}
}

// run reads from an API, or from the fakes, and reports whether it found drift.
func run(ctx context.Context, out io.Writer, args []string) (bool, error) {
	var t table
	err := errors.New("usage: drift [propexo | supergood]")
	switch {
	case len(args) == 0:
		err = fakes(ctx, &t)
	case len(args) > 1:
	case args[0] == "propexo":
		err = fromPropexo(ctx, propexo.NewClientFromEnv, t.option())
	case args[0] == "supergood":
		err = fromSupergood(ctx, supergood.NewClientFromEnv, t.option())
	}
	if err != nil {
		return false, err
	}
	return t.write(out), nil
}

func fakes(ctx context.Context, t *table) error {
	p := propexotest.NewServer(propexotest.WithPortfolio(3, 400, 1), propexotest.WithDirt(0.1))
	defer p.Close()
	if err := fromPropexo(ctx, func(opts ...tenantry.Option) (*propexo.Client, error) {
		return propexo.NewClient(propexotest.Token, opts...)
	}, tenantry.WithBaseURL(p.URL), t.option()); err != nil {
		return err
	}
	s := supergoodtest.NewServer(supergoodtest.WithPortfolio(3, 20, 1), supergoodtest.WithDirt(0.1))
	defer s.Close()
	return fromSupergood(ctx, func(opts ...tenantry.Option) (*supergood.Client, error) {
		return supergood.NewClient(s.URL, supergood.Credentials{}, opts...)
	}, tenantry.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: s.IssueToken()})), t.option())
}

func fromPropexo(ctx context.Context, connect func(...tenantry.Option) (*propexo.Client, error), opts ...tenantry.Option) error {
	c, err := connect(opts...)
	if err != nil {
		return err
	}
	defer c.Close()
	return cmp.Or(
		drain(c.Properties.All(ctx, propexo.PropertyListParams{Limit: 250})),
		drain(c.Units.All(ctx, propexo.UnitListParams{Limit: 250})),
		drain(c.Leases.All(ctx, propexo.LeaseListParams{Limit: 250})),
		drain(c.Residents.All(ctx, propexo.ResidentListParams{Limit: 250})),
	)
}

func fromSupergood(ctx context.Context, connect func(...tenantry.Option) (*supergood.Client, error), opts ...tenantry.Option) error {
	c, err := connect(opts...)
	if err != nil {
		return err
	}
	defer c.Close()
	for property, err := range c.Properties.All(ctx, supergood.ListParams{}) {
		if err != nil {
			return err
		}
		if err := drain(c.Property(property.ID).AllUnits(ctx, supergood.ListParams{})); err != nil {
			return err
		}
	}
	return nil
}

// drain reads a listing to its end.
func drain[T any](records iter.Seq2[*T, error]) error {
	for _, err := range records {
		if err != nil {
			return err
		}
	}
	return nil
}

// A table holds the drift that clients report.
type table struct {
	mu  sync.Mutex
	all []tenantry.Drift
}

func (t *table) option() tenantry.Option {
	return tenantry.WithDrift(func(d tenantry.Drift) {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.all = append(t.all, d)
	})
}

// write prints the table and reports whether it has rows.
func (t *table) write(out io.Writer) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.all) == 0 {
		fmt.Fprintln(out, "no drift")
		return false
	}
	slices.SortFunc(t.all, func(a, b tenantry.Drift) int {
		return cmp.Or(cmp.Compare(a.API, b.API), cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Path, b.Path))
	})
	fmt.Fprintln(out, "| operation | kind | place | type | count |\n|---|---|---|---|---|")
	for _, d := range t.all {
		fmt.Fprintf(out, "| %s %s | %s | `%s` | %s | %d |\n", d.API, d.Operation, d.Kind, d.Path, d.Type, d.Count)
	}
	return true
}
