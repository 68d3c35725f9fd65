package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// capabilities returns the table of what systems take: a JSON array, one line for
// each write, in the order of systems and operations. The members are those of
// propexo's capabilityText.
func capabilities(d *propexodoc.Description) ([]byte, error) {
	writes := slices.DeleteFunc(slices.Clone(d.Writes), func(w *propexodoc.SystemWrite) bool { return w.System == "GENERIC" })
	slices.SortFunc(writes, func(a, b *propexodoc.SystemWrite) int {
		if n := strings.Compare(a.System, b.System); n != 0 {
			return n
		}
		return strings.Compare(a.Operation, b.Operation)
	})
	var b bytes.Buffer
	b.WriteString("[")
	for i, w := range writes {
		fields := make([][4]string, len(w.Fields))
		for j := range w.Fields {
			f := &w.Fields[j]
			fields[j] = [4]string{f.Name, map[bool]string{true: "!"}[f.Required], condition(f), maxFileData(f)}
		}
		row := map[string]any{"s": w.System, "o": w.Operation, "m": w.Method, "p": w.Path}
		for member, value := range map[string]any{"y": w.Supported, "i": w.PathInferred, "c": w.Complete, "r": w.Created, "u": w.Upstream, "n": w.Note, "f": fields} {
			switch value := value.(type) {
			case bool:
				if !value {
					continue
				}
			case string:
				if value == "" {
					continue
				}
			}
			row[member] = value
		}
		line, err := json.Marshal(row)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n")
		b.Write(line)
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}

var fileLimit = regexp.MustCompile(`(?:at most|up to) (\d+) characters`)

// maxFileData returns the limit of a file's size that a rule states, or "".
func maxFileData(f *propexodoc.SystemField) string {
	if m := fileLimit.FindStringSubmatch(f.Rule); m != nil && strings.Contains(f.Rule, "file_data") {
		return m[1]
	}
	return ""
}

// condition returns what is known of a field, in words.
func condition(f *propexodoc.SystemField) string {
	var all []string
	if f.Rule != "" {
		all = append(all, f.Rule)
	}
	if len(f.Values) > 0 {
		all = append(all, "one of "+strings.Join(f.Values, ", "))
	}
	if f.MaxLength > 0 {
		all = append(all, "at most "+strconv.Itoa(f.MaxLength)+" characters")
	}
	return strings.Join(all, "; ")
}
