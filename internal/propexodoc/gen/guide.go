package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// guide returns docs/systems.md: what can be written in which system, and when it can
// be read.
func guide(d *propexodoc.Description) []byte {
	var b bytes.Buffer
	b.WriteString(`# What each system behind Propexo takes

This page is generated from the facts in internal/propexodoc; do not edit it. They were read in March 2026 from parts of
Propexo's documentation. The same facts are in the program: propexo.Support returns them, and propexo.At checks a write by
them before it is sent.

- **yes**: supported. **no**: the operation always responds with a 405. Empty: no operation of the system's own is documented;
  the generic one may still work.
- **now**: WriteStatus.CreatedRecordID can be read when the job has ended. **sync**: the record appears with the next sync.
- **?**: the path was not seen, but follows from others.

`)
	writes := slices.DeleteFunc(slices.Clone(d.Writes), func(w *propexodoc.SystemWrite) bool { return w.System == "GENERIC" })
	for _, family := range []struct{ api, title string }{{"pms", "Property management systems"}, {"crm", "CRMs (package propexo/crm)"}} {
		var systems, operations []string
		cells := make(map[[2]string]string)
		for _, w := range writes {
			if w.API != family.api {
				continue
			}
			if !slices.Contains(systems, w.System) {
				systems = append(systems, w.System)
			}
			if !slices.Contains(operations, w.Operation) {
				operations = append(operations, w.Operation)
			}
			cells[[2]string{w.Operation, w.System}] = cell(w)
		}
		slices.Sort(systems)
		slices.Sort(operations)
		fmt.Fprintf(&b, "## %s\n\n| Operation |", family.title)
		for _, s := range systems {
			fmt.Fprintf(&b, " %s |", propexodoc.Pascal(s))
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(systems)) + "\n")
		for _, op := range operations {
			fmt.Fprintf(&b, "| %s |", op)
			for _, s := range systems {
				fmt.Fprintf(&b, " %s |", cells[[2]string{op, s}])
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	b.WriteString("## Remarks on reads\n\n| List | System | Remark |\n|---|---|---|\n")
	for _, r := range propexodoc.Remarks {
		system := propexodoc.Pascal(r.System)
		if system == "" {
			system = "all"
		}
		text := strings.NewReplacer("[", "", "]", "").Replace(r.Text)
		fmt.Fprintf(&b, "| GET %s | %s | %s |\n", r.Path, system, strings.ToUpper(text[:1])+text[1:])
	}
	return b.Bytes()
}

// cell returns what the table says of a write.
func cell(w *propexodoc.SystemWrite) string {
	text := map[bool]string{true: "yes", false: "no"}[w.Supported]
	switch w.Created {
	case "immediate":
		text += ", now"
	case "next-sync":
		text += ", sync"
	}
	if w.PathInferred {
		text += " ?"
	}
	return text
}
