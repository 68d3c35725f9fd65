package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/cmd/tenantry/internal/words"
)

// Names that the command's own flags have.
const (
	limitFlag    = "limit"
	pageSizeFlag = "page-size" // the field that the API calls a limit
	jsonFlag     = "json"
	nullFlag     = "null"
)

// A param is a field of an operation's parameters that is a flag.
type param struct {
	index  int
	flag   string
	wire   string // its name in the request
	kind   string // for the help
	values []string
}

// Set is part of pflag.Value. A list takes a value each time.
func (p *param) Set(text string) error {
	p.values = append(p.values, text)
	return nil
}

// String is part of pflag.Value.
func (p *param) String() string { return strings.Join(p.values, ", ") }

// Type is part of pflag.Value.
func (p *param) Type() string { return p.kind }

// kindOf returns how the help names the values of type t.
func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return kindOf(t.Elem())
	case reflect.Slice:
		return kindOf(t.Elem()) + ", repeated"
	case reflect.Bool:
		return "true|false"
	case reflect.Int, reflect.Int64, reflect.Float64:
		return "number"
	case reflect.Struct:
		return "time"
	}
	switch t.Name() {
	case "Date":
		return "date"
	case "Timestamp":
		return "time"
	case "Decimal":
		return "number"
	}
	return "text"
}

// fieldsOf returns the fields of a pointer to a struct that are flags. Secrets are
// none, since arguments can be seen by others. Neither are fields that hold objects:
// both come with --json.
func fieldsOf(params any) []*param {
	t := reflect.TypeOf(params).Elem()
	if t.Kind() != reflect.Struct {
		return nil
	}
	var all []*param
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() || !settable(f.Type) {
			continue
		}
		wire := f.Name
		for _, key := range []string{"json", "url"} {
			if name, _, _ := strings.Cut(f.Tag.Get(key), ","); name != "" && name != "-" {
				wire = name
				break
			}
		}
		flag := strings.ReplaceAll(strings.ToLower(wire), "_", "-")
		if wire == f.Name {
			flag = words.Kebab(wire)
		}
		if flag == limitFlag {
			flag = pageSizeFlag
		}
		all = append(all, &param{index: i, flag: flag, wire: wire})
	}
	return all
}

var (
	secretType = reflect.TypeFor[tenantry.Secret]()
	timeType   = reflect.TypeFor[time.Time]()
)

// settable reports whether a flag can set a field of type t.
func settable(t reflect.Type) bool {
	if value, ok := optional(t); ok {
		t = value
	}
	switch t.Kind() {
	case reflect.Pointer:
		return settable(t.Elem())
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Uint8 && settable(t.Elem())
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Float64:
		return true
	}
	return t == timeType
}

// optional returns the T of an Opt[T].
func optional(t reflect.Type) (reflect.Type, bool) {
	get, ok := t.MethodByName("Get")
	if _, null := t.MethodByName("IsNull"); !ok || !null {
		return nil, false
	}
	return get.Type.Out(0), true
}

// addFlags adds the flags of an operation's parameters to its command.
func addFlags(cmd *cobra.Command, op *operation) []*param {
	if op.params == nil {
		return nil
	}
	params := fieldsOf(op.params())
	t := reflect.TypeOf(op.params()).Elem()
	for _, p := range params {
		usage, _, _ := strings.Cut(op.docs[t.Field(p.index).Name], "\n\n")
		usage = strings.Join(strings.Fields(usage), " ")
		typ := t.Field(p.index).Type
		if value, ok := optional(typ); ok {
			typ = value
		}
		p.kind = kindOf(typ)
		cmd.Flags().Var(p, p.flag, usage)
	}
	cmd.Flags().String(jsonFlag, "", "the parameters as JSON: a text, @FILE, or - for stdin; other flags win")
	if op.write {
		cmd.Flags().StringArray(nullFlag, nil, "a field to set to null, by its flag's name")
	}
	return params
}

// read sets an operation's parameters from --json, the flags and --null.
func (p *program) read(cmd *cobra.Command, op *operation, params []*param) (any, error) {
	if op.params == nil {
		return nil, nil
	}
	value := op.params()
	raw, err := p.jsonText(cmd)
	if err != nil {
		return nil, err
	}
	fields := make(map[string]json.RawMessage)
	v := reflect.ValueOf(value).Elem()
	if raw != nil {
		if v.Kind() != reflect.Struct {
			return value, wrap("--json", json.Unmarshal(raw, value))
		}
		if err := json.Unmarshal(raw, &fields); err != nil {
			return nil, wrap("--json", err)
		}
	} else if v.Kind() != reflect.Struct {
		return nil, errors.New("the operation takes a list: pass it with --json")
	}
	nulls, _ := cmd.Flags().GetStringArray(nullFlag)
	for _, f := range params {
		field := v.Field(f.index)
		switch {
		case slices.Contains(nulls, f.flag):
			if _, ok := optional(field.Type()); !ok {
				return nil, fmt.Errorf("--null %s: the field can't be null", f.flag)
			}
			fields[f.wire] = json.RawMessage("null")
			nulls = slices.DeleteFunc(nulls, func(name string) bool { return name == f.flag })
		case cmd.Flags().Changed(f.flag):
			text, err := encode(field.Type(), f.values)
			if err != nil {
				return nil, fmt.Errorf("--%s: %w", f.flag, err)
			}
			fields[f.wire] = text
		}
	}
	if len(nulls) > 0 {
		return nil, fmt.Errorf("--null %s: the operation has no such field", nulls[0])
	}
	return value, set(v, fields)
}

// set sets the fields of v by their names in requests. Members that have no field
// go to Extra, those of a list as query values.
func set(v reflect.Value, fields map[string]json.RawMessage) error {
	t := v.Type()
	byName := make(map[string]int)
	extra := -1
	for i := range t.NumField() {
		f := t.Field(i)
		name := f.Name
		for _, key := range []string{"json", "url"} {
			if tag, _, _ := strings.Cut(f.Tag.Get(key), ","); tag != "" && tag != "-" {
				name = tag
				break
			}
		}
		if f.Type == reflect.TypeFor[tenantry.Extra]() || f.Type == reflect.TypeFor[url.Values]() {
			extra = i
		} else if f.IsExported() {
			byName[name] = i
		}
	}
	for name, raw := range fields {
		i, ok := byName[name]
		switch {
		case ok:
			if err := json.Unmarshal(raw, v.Field(i).Addr().Interface()); err != nil {
				return wrap(name, err)
			}
		case extra >= 0:
			f := v.Field(extra)
			if f.IsNil() {
				f.Set(reflect.MakeMap(f.Type()))
			}
			value := reflect.ValueOf(raw)
			if f.Type() == reflect.TypeFor[url.Values]() {
				texts, err := queryValues(raw)
				if err != nil {
					return wrap(name, err)
				}
				value = reflect.ValueOf(texts)
			}
			f.SetMapIndex(reflect.ValueOf(name), value)
		default:
			return fmt.Errorf("%s: the operation has no such parameter", name)
		}
	}
	return nil
}

// queryValues returns the texts of a scalar, or of a list of scalars, for a query.
func queryValues(raw json.RawMessage) ([]string, error) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		list = []json.RawMessage{raw}
	}
	texts := make([]string, len(list))
	for i, one := range list {
		switch one[0] {
		case '{', '[', 'n':
			return nil, errors.New("want a text, a number, true, false, or a list of them")
		case '"':
			if err := json.Unmarshal(one, &texts[i]); err != nil {
				return nil, err
			}
		default:
			texts[i] = string(one)
		}
	}
	return texts, nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// encode returns the texts of a flag as JSON for a field of type t.
func encode(t reflect.Type, values []string) (json.RawMessage, error) {
	if value, ok := optional(t); ok {
		t = value
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Slice {
		all := []json.RawMessage{}
		for _, v := range values {
			one, err := encode(t.Elem(), []string{v})
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return json.Marshal(all)
	}
	text := values[len(values)-1]
	switch t.Kind() {
	case reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return nil, errors.New("want true or false")
		}
		return json.Marshal(b)
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, errors.New("want a whole number")
		}
		return json.Marshal(n)
	case reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, errors.New("want a number")
		}
		return json.Marshal(n)
	case reflect.Struct: // a time
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return nil, errors.New("want a time such as 2026-12-31T23:59:59Z")
		}
		return json.Marshal(at)
	}
	return json.Marshal(text)
}

// jsonText returns what --json names, or nil.
func (p *program) jsonText(cmd *cobra.Command) ([]byte, error) {
	text, _ := cmd.Flags().GetString(jsonFlag)
	switch {
	case text == "":
		return nil, nil
	case text == "-":
		return io.ReadAll(p.in)
	case strings.HasPrefix(text, "@"):
		return os.ReadFile(filepath.Clean(text[1:]))
	}
	return []byte(text), nil
}
