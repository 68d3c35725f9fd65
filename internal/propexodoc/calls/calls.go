// Package calls calls the operations of package propexo for tests. It finds the
// method of an operation in the description and makes arguments for it.
package calls

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/go-json-experiment/json"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/propexodoc"
)

// Call is a method with arguments.
type Call struct {
	Method reflect.Value
	Args   []reflect.Value
	Body   []byte // what should be sent, without what the SDK fills
}

// Prepare makes arguments for the method of an operation: id for each ID, and
// parameters with every field set. fill sets what JSON can't, and may be nil.
func Prepare(ctx context.Context, d *propexodoc.Description, client any, op *propexodoc.Operation, id string, fill func(reflect.Value)) (*Call, error) {
	service := reflect.ValueOf(client).Elem().FieldByName(op.Service)
	if !service.IsValid() {
		return nil, fmt.Errorf("no service %s", op.Service)
	}
	c := &Call{Method: service.MethodByName(op.Name)}
	if !c.Method.IsValid() {
		return nil, fmt.Errorf("no method %s.%s", op.Service, op.Name)
	}
	in := c.Method.Type()
	for i := range in.NumIn() {
		switch t := in.In(i); {
		case i == 0:
			c.Args = append(c.Args, reflect.ValueOf(ctx))
		case t.Kind() == reflect.String:
			c.Args = append(c.Args, reflect.ValueOf(id).Convert(t)) // or a system, which the caller sets
		case in.IsVariadic() && i == in.NumIn()-1:
		case t == reflect.TypeFor[io.Writer]():
			c.Args = append(c.Args, reflect.ValueOf(new(bytes.Buffer)))
		case t.Kind() == reflect.Struct && op.Request != "":
			params, err := c.body(d, op, t)
			if err != nil {
				return nil, err
			}
			if fill != nil {
				fill(params)
			}
			c.Args = append(c.Args, params)
		case t.Kind() == reflect.Struct:
			params := reflect.New(t).Elem()
			setFilters(params)
			c.Args = append(c.Args, params)
		default:
			return nil, fmt.Errorf("%s.%s takes a %s", op.Service, op.Name, t)
		}
	}
	return c, nil
}

func (c *Call) body(d *propexodoc.Description, op *propexodoc.Operation, t reflect.Type) (reflect.Value, error) {
	params := reflect.New(t)
	sample := propexodoc.NewSampler(d, 7, 0).Struct(op.Request)
	for _, f := range d.Schemas[op.Request].Fields {
		if f.Hidden || f.Type == "union" {
			delete(sample, f.Name)
		}
	}
	var err error
	if c.Body, err = json.Marshal(sample); err == nil {
		err = json.Unmarshal(c.Body, params.Interface())
	}
	return params.Elem(), err
}

// setFilters sets every query parameter.
func setFilters(params reflect.Value) {
	for i := range params.NumField() {
		f := params.Field(i)
		if params.Type().Field(i).Tag.Get("url") == "-" {
			continue
		}
		switch {
		case f.Type() == reflect.TypeFor[time.Time]():
			f.Set(reflect.ValueOf(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)))
		case f.Type() == reflect.TypeFor[tenantry.Date]():
			f.SetString("2026-01-02")
		case f.Kind() == reflect.String:
			f.SetString("x")
		case f.Kind() == reflect.Pointer && f.Type().Elem().Kind() == reflect.Bool:
			f.Set(reflect.ValueOf(new(bool)))
		case f.Kind() == reflect.Pointer:
			f.Set(reflect.ValueOf(new(int64)))
		case f.Kind() == reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 2, 2))
			f.Index(0).SetString("a")
			f.Index(1).SetString("b")
		}
	}
}

// Run makes the call.
func (c *Call) Run() (any, error) {
	out := c.Method.Call(c.Args)
	err, _ := out[len(out)-1].Interface().(error)
	return out[0].Interface(), err
}
