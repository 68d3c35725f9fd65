package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
)

// Names of the flags for a system behind Propexo.
const (
	atFlag        = "at"
	uncheckedFlag = "unchecked"
)

// systemFlags are the flags of an operation that a system behind Propexo carries out.
type systemFlags struct {
	at        string
	unchecked bool
}

// addSystemFlags adds them to a command. The first argument of some commands is the
// system; those have no --at.
func addSystemFlags(cmd *cobra.Command, op *operation) *systemFlags {
	f := new(systemFlags)
	complete := func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if op.takesSystem() && len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return op.completions(), cobra.ShellCompDirectiveNoFileComp
	}
	if op.takesSystem() {
		cmd.ValidArgsFunction = complete
	} else {
		cmd.Flags().StringVar(&f.at, atFlag, "", "send it to the own operation of a system, such as ENTRATA, and check it by what is known of the system")
		_ = cmd.RegisterFlagCompletionFunc(atFlag, complete)
	}
	cmd.Flags().BoolVar(&f.unchecked, uncheckedFlag, false, "send it even if the system does not support it or requires more")
	return f
}

// takesSystem reports whether the first argument is a system.
func (op *operation) takesSystem() bool { return len(op.args) > 0 && op.args[0] == "system" }

// name returns the SDK's name of the operation, such as "leases.create".
func (op *operation) name() string { return strings.Join(op.words, ".") }

// systems returns the systems that have the operation.
func (op *operation) systems() []string {
	var all []string
	for _, system := range systems {
		if _, ok := propexo.Support(system, op.name()); ok {
			all = append(all, string(system))
		}
	}
	return all
}

// completions returns the systems that have the operation, each with a description.
func (op *operation) completions() []string {
	all := op.systems()
	for i, system := range all {
		c, _ := propexo.Support(propexo.System(system), op.name())
		all[i] = cobra.CompletionWithDesc(system, supported(&c))
	}
	return all
}

// name returns the system that a call names, or "". Any case will do.
func (f *systemFlags) name(op *operation, args []string) propexo.System {
	name := f.at
	if op.takesSystem() {
		name = args[0]
	}
	return propexo.System(strings.ToUpper(name))
}

// options returns the options of a call. It writes the system among args as the SDK
// does.
func (f *systemFlags) options(op *operation, args []string) []propexo.WriteOption {
	var opts []propexo.WriteOption
	switch system := f.name(op, args); {
	case op.takesSystem():
		args[0] = string(system)
	case system != "":
		opts = append(opts, propexo.At(system))
	}
	if f.unchecked {
		opts = append(opts, propexo.Unchecked())
	}
	return opts
}

// checkSystem shows what is known of the operation in the system that a call names,
// and returns the SDK's error for a call that it refuses, before anybody is asked.
func (p *program) checkSystem(ctx context.Context, op *operation, system propexo.System, args []string, params any, opts []propexo.WriteOption) error {
	if system == "" {
		return nil
	}
	c, ok := propexo.Support(system, op.name())
	if ok && op.write && !p.yes {
		body, err := json.Marshal(params)
		if err != nil {
			return err
		}
		missing, err := c.Missing(body)
		if err != nil {
			return err
		}
		fmt.Fprint(p.errs, describe(&c, missing))
	}
	err := rehearse(ctx, op, args, params, opts)
	if err != nil && !ok {
		err = fmt.Errorf("%w: %s", err, strings.Join(op.systems(), ", "))
	}
	return err
}

var errRehearsed = errors.New("nothing is sent")

type rehearsal struct{}

func (rehearsal) RoundTrip(*http.Request) (*http.Response, error) { return nil, errRehearsed }

// rehearse makes a call with a client that sends nothing. It returns the error of a
// call that the SDK refuses.
func rehearse(ctx context.Context, op *operation, args []string, params any, opts []propexo.WriteOption) error {
	c, err := propexo.NewClient("none", tenantry.WithHTTPClient(&http.Client{Transport: rehearsal{}}), tenantry.WithRetry(tenantry.RetryPolicy{MaxRetries: -1}))
	if err != nil {
		return err
	}
	defer c.Close()
	if op.pages != nil {
		for _, err = range op.pages(ctx, c, nil, args, params, nil, opts) {
			break
		}
	} else {
		_, err = op.call(ctx, c, nil, args, params, nil, opts)
	}
	if errors.Is(err, errRehearsed) {
		return nil
	}
	return err
}

func supported(c *propexo.Capability) string {
	if c.Supported {
		return "supported"
	}
	return "not supported"
}

// describe says what is known of an operation in a system, and which required members
// are missing.
func describe(c *propexo.Capability, missing []string) string {
	var b strings.Builder
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %s: %s\n", name, text)
		}
	}
	fmt.Fprintf(&b, "%s, %s %s: %s\n", c.System, c.Method, c.Path, supported(c))
	line("note", c.Note)
	line("required", strings.Join(c.Required(), ", "))
	line("missing", strings.Join(missing, ", "))
	for _, f := range c.Fields {
		condition := f.Condition
		if f.MaxFileData > 0 {
			condition = strings.TrimPrefix(fmt.Sprintf("%s; a file has at most %d characters in base64", condition, f.MaxFileData), "; ")
		}
		if condition != "" {
			line("condition of "+f.Name, condition)
		}
	}
	switch {
	case c.Created == propexo.CreatedImmediate:
		line("created record", "can be read when the job has ended")
	case c.Created == propexo.CreatedNextSync:
		line("created record", "appears with the next sync")
	case c.Supported && strings.Contains(c.Operation, ".create"):
		line("created record", "it is not known when it can be read")
	}
	known := []string{"all members are known"}
	if !c.FieldsComplete {
		known[0] = "the system may take and require other members"
	}
	if c.PathInferred {
		known = append(known, "the path is inferred")
	}
	line("knowledge", strings.Join(known, "; "))
	return b.String()
}
