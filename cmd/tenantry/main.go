package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/elevenos"
	"github.com/tenantry/tenantry-go/propexo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	p := &program{in: os.Stdin, out: os.Stdout, errs: os.Stderr, env: os.Getenv, terminal: isTerminal(os.Stdin)}
	if err := p.run(ctx, os.Args[1:]); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "tenantry: "+strings.TrimPrefix(err.Error(), "tenantry: "))
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// A program is one run of the command.
type program struct {
	in        io.Reader
	out, errs io.Writer
	env       func(string) string
	terminal  bool // somebody can be asked

	fake        bool
	credentials string
	format      string
	columns     []string
	yes         bool
	noWait      bool
	prefetch    int
}

func (p *program) run(ctx context.Context, args []string) error {
	root := p.root() //nolint:contextcheck // commands get theirs from cobra
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// root makes the tree of commands.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use: "tenantry", Short: "Call every operation of every API from the command line",
		Long: strings.TrimSpace(`
Call every operation of every API from the command line.

Data goes to stdout and everything else to stderr. Credentials come from the
environment, or from a file of NAME=VALUE lines that only its owner can read.`),
		SilenceUsage: true, SilenceErrors: true,
	}
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.errs)
	flags := root.PersistentFlags()
	flags.BoolVar(&p.fake, "fake", false, "call a fake server within the command, without credentials")
	flags.StringVar(&p.credentials, "credentials", defaultCredentials(), "a file of NAME=VALUE lines that only its owner can read")
	flags.StringVarP(&p.format, "output", "o", "table", "the form of the data: "+strings.Join(formats, ", "))
	flags.StringSliceVar(&p.columns, "columns", nil, "the columns of a table or CSV file, by their names in the API")
	flags.BoolVarP(&p.yes, "yes", "y", false, "write without asking")
	flags.BoolVar(&p.noWait, "no-wait", false, "do not wait for the job that a write starts")
	flags.IntVar(&p.prefetch, "prefetch", 0, "how many pages of a list to fetch ahead")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
	for i := range operations {
		p.add(root, &operations[i])
	}
	for _, group := range root.Commands() {
		group.AddCommand(p.rawCommand(group.Name()))
	}
	return root
}

// add adds the command of an operation, and the groups that it is in.
func (p *program) add(root *cobra.Command, op *operation) {
	group := root
	for i, word := range slices.Concat([]string{op.api}, op.words[:len(op.words)-1]) {
		at := slices.IndexFunc(group.Commands(), func(c *cobra.Command) bool { return c.Name() == word })
		if at >= 0 {
			group = group.Commands()[at]
			continue
		}
		inner := &cobra.Command{Use: word, Short: "Operations of " + word}
		if i == 0 {
			inner.Short = "Operations of the API " + word + " (" + strings.Join(apis[word].variables, ", ") + ")"
		}
		group.AddCommand(inner)
		group = inner
	}
	use := op.words[len(op.words)-1]
	for _, arg := range op.args {
		use += " " + strings.ToUpper(arg)
	}
	short, _, _ := strings.Cut(op.doc, ". ")
	short, _, _ = strings.Cut(short, "\n\n")
	cmd := &cobra.Command{
		Use: use, Short: strings.TrimSuffix(strings.Join(strings.Fields(short), " "), "."), Long: op.doc,
		Args: cobra.ExactArgs(len(op.args)), ValidArgsFunction: cobra.NoFileCompletions,
	}
	handles := make([]string, len(op.handles))
	for i, name := range op.handles {
		cmd.Flags().StringVar(&handles[i], name, "", "the ID of the "+name+"; required, but with --fake")
	}
	params := addFlags(cmd, op)
	var system *systemFlags
	if op.options {
		system = addSystemFlags(cmd, op)
	}
	limit := 0
	if op.pages != nil {
		cmd.Flags().IntVar(&limit, limitFlag, 0, "how many records to print; 0 means all")
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for i, name := range op.handles {
			if handles[i] == "" && !p.fake {
				return fmt.Errorf("--%s is not set: pass the %s's ID", name, name)
			}
		}
		value, err := p.read(cmd, op, params)
		if err != nil {
			return err
		}
		out, err := newPrinter(p.out, p.format, p.columns)
		if err != nil {
			return err
		}
		var opts []propexo.WriteOption
		if system != nil {
			opts = system.options(op, args)
			if err := p.checkSystem(cmd.Context(), op, system.name(op, args), args, value, opts); err != nil {
				return err
			}
		}
		if op.write {
			if err := p.confirm(cmd, args); err != nil {
				return err
			}
		}
		s, err := p.connect(op.api)
		if err != nil {
			return err
		}
		defer s.close()
		for i, name := range op.handles {
			handles[i] = cmp.Or(handles[i], s.handles[name])
		}
		if op.pages != nil {
			err = p.list(out, op.pages(cmd.Context(), s.client, handles, args, value, p.out, opts), limit)
		} else {
			err = p.one(cmd.Context(), out, op, s.client, handles, args, value, opts)
		}
		if s.hint != "" && errors.Is(err, tenantry.ErrInvalidArgument) {
			err = fmt.Errorf("%w (%s)", err, s.hint)
		}
		return err
	}
	group.AddCommand(cmd)
}

var errDeclined = errors.New("nothing was sent")

// confirm asks whether to write.
func (p *program) confirm(cmd *cobra.Command, args []string) error {
	if p.yes || p.fake {
		return nil
	}
	if !p.terminal {
		return errors.New("the operation writes: confirm it with --yes")
	}
	fmt.Fprintf(p.errs, "This writes: %s %s\nGo on? [y/N] ", cmd.CommandPath(), strings.Join(args, " "))
	line, _ := bufio.NewReader(p.in).ReadString('\n')
	if word := strings.ToLower(strings.TrimSpace(line)); word != "y" && word != "yes" {
		return errDeclined
	}
	return nil
}

// list prints a list, page by page.
func (p *program) list(out printer, all rows, limit int) error {
	printed := 0
	var failed error
	for page, err := range all {
		if err != nil {
			failed = err
			break
		}
		records := page.records
		if limit > 0 {
			records = records[:min(len(records), limit-printed)]
		}
		if err := out.print(records); err != nil {
			return err
		}
		for _, bad := range page.undecodable {
			fmt.Fprintln(p.errs, "skipped: "+bad.Error())
		}
		if printed += len(records); limit > 0 && printed >= limit {
			break
		}
	}
	return errors.Join(failed, out.close())
}

// one makes a call and prints its result, or waits for the job that it began.
func (p *program) one(ctx context.Context, out printer, op *operation, c client, handles, args []string, value any, opts []propexo.WriteOption) error {
	result, err := op.call(ctx, c, handles, args, value, p.out, opts)
	if err != nil {
		return err
	}
	if !p.noWait {
		if result, err = p.wait(ctx, op, c, handles, result); err != nil && result == nil {
			return err
		}
	}
	var printed error
	switch r := result.(type) {
	case nil:
		fmt.Fprintln(p.errs, "done")
	case io.ReadCloser:
		_, printed = io.Copy(p.out, r)
		printed = errors.Join(printed, r.Close())
	case string:
		_, printed = fmt.Fprintln(p.out, r)
	default:
		printed = errors.Join(out.print([]any{result}), out.close())
	}
	return errors.Join(err, printed)
}

// wait waits for the job that a call began and returns its end. Any other result
// is returned as it is.
func (p *program) wait(ctx context.Context, op *operation, c client, handles []string, result any) (any, error) {
	last := op.words[len(op.words)-1]
	switch c := c.(type) {
	case *propexo.Client:
		if write, ok := result.(*propexo.Write); ok && write != nil {
			bar := p.bar("job " + write.JobID)
			status, err := c.Writes.Wait(ctx, write.JobID, tenantry.WaitParams[*propexo.WriteStatus]{OnProgress: func(s *propexo.WriteStatus) { bar.show(string(s.State)) }})
			bar.end()
			return orNil(status), err
		}
	case *elevenos.Client:
		jobID, ok := result.(string)
		if !ok || last != "import" && last != "bulk-action" {
			break
		}
		residents := c.Site(handles[0], handles[1]).Residents
		wait := residents.WaitImport
		if last == "bulk-action" {
			wait = residents.WaitBulkAction
		}
		bar := p.bar("job " + jobID)
		job, err := wait(ctx, jobID, tenantry.WaitParams[*elevenos.Job]{OnProgress: func(j *elevenos.Job) { bar.show(string(j.Status) + " " + string(j.Progress) + "%") }})
		bar.end()
		return orNil(job), err
	}
	return result, nil
}

func orNil[T any](v *T) any {
	if v == nil {
		return nil
	}
	return v
}

// A bar shows on stderr how a job goes on.
type bar struct {
	w     io.Writer
	what  string
	polls int
}

func (p *program) bar(what string) *bar { return &bar{w: p.errs, what: what} }

func (b *bar) show(state string) {
	b.polls++
	const width = 20
	at := (b.polls - 1) % width
	fmt.Fprintf(b.w, "\r%s [%s#%s] %-24s", b.what, strings.Repeat("-", at), strings.Repeat("-", width-1-at), state)
}

func (b *bar) end() {
	if b.polls > 0 {
		fmt.Fprintln(b.w)
	}
}
