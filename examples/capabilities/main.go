// Command capabilities prints what can be written in one system behind Propexo, and
// what it needs. With a JSON file, it says what is missing before anything is sent.
//
//	capabilities -system ENTRATA leases
//	capabilities -system ENTRATA leases.create lease.json
//	PROPEXO_TOKEN=… capabilities -integration cl1… leases
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

func main() {
	log.SetFlags(0)
	if err := run(os.Stdout, os.Args[1:], os.Getenv("PROPEXO_TOKEN")); err != nil {
		log.Fatal(err)
	}
}

const usage = "usage: capabilities -system NAME | -integration ID, then a service or an operation, and perhaps a JSON file"

func run(out io.Writer, args []string, token string, opts ...tenantry.Option) error {
	flags := flag.NewFlagSet("capabilities", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	system := flags.String("system", "", "the vendor, such as ENTRATA")
	integration := flags.String("integration", "", "the ID of an integration, whose vendor Propexo is asked for")
	if err := flags.Parse(args); err != nil || flags.NArg() < 1 || flags.NArg() > 2 || (*system == "") == (*integration == "") {
		return errors.New(usage)
	}
	if *integration != "" {
		vendor, err := vendorOf(token, *integration, opts)
		if err != nil {
			return err
		}
		*system = vendor
	}
	what := flags.Arg(0)
	if flags.NArg() == 2 {
		return check(out, propexo.System(*system), what, flags.Arg(1))
	}
	found := false
	for _, c := range propexo.Capabilities(propexo.System(*system)) {
		if service, _, _ := strings.Cut(c.Operation, "."); service == what || c.Operation == what {
			found = true
			show(out, &c)
		}
	}
	if !found {
		return fmt.Errorf("no write of %s is documented for %s", what, *system)
	}
	return nil
}

// vendorOf returns the vendor of an integration.
func vendorOf(token, id string, opts []tenantry.Option) (string, error) {
	client, err := propexo.NewClient(token, opts...)
	if err != nil {
		return "", err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	integration, err := client.Integrations.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return string(integration.Vendor), nil
}

func show(out io.Writer, c *propexo.Capability) {
	state := "supported"
	if !c.Supported {
		state = "not supported"
	}
	fmt.Fprintf(out, "%s: %s\n  %s %s\n", c.Operation, state, c.Method, c.Path)
	for _, f := range c.Fields {
		mark := " "
		if f.Required {
			mark = "*"
		}
		fmt.Fprintf(out, "  %s %-28s %s\n", mark, f.Name, f.Condition)
	}
	if c.Supported && !c.FieldsComplete {
		fmt.Fprintln(out, "    (there may be more fields)")
	}
	if c.Note != "" {
		fmt.Fprintf(out, "  %s\n", c.Note)
	}
	if c.Created != "" {
		fmt.Fprintf(out, "  The new record can be read: %s\n", cmp.Or(map[propexo.CreatedRecord]string{
			propexo.CreatedImmediate: "when the job has ended", propexo.CreatedNextSync: "after the next sync",
		}[c.Created], string(c.Created)))
	}
}

// check says what a file with the body of a write lacks.
func check(out io.Writer, system propexo.System, operation, path string) error {
	c, ok := propexo.Support(system, operation)
	switch {
	case !ok:
		return fmt.Errorf("no operation %s is documented for %s", operation, system)
	case !c.Supported:
		return fmt.Errorf("%s does not support %s: %s", system, operation, c.Note)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	missing, err := c.Missing(tenantry.Raw(body))
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s lacks %s", path, strings.Join(missing, ", "))
	}
	fmt.Fprintf(out, "%s has all that %s requires for %s\n", path, system, operation)
	return nil
}
