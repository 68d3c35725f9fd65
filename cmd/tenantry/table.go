package main

import (
	"context"
	"io"
	"iter"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/propexo"
	"github.com/tenantry/tenantry-go/propexo/crm"
)

// An operation is one command.
type operation struct {
	api     string
	words   []string // residents, list
	handles []string // flags with the IDs of the handles around it: facility
	args    []string // names of its arguments
	write   bool     // it changes something
	options bool     // it takes options of Propexo's writes
	doc     string
	params  func() any        // returns a pointer to its parameters; nil if it has none
	docs    map[string]string // of the parameters, by the field's name

	// One of both is set. c is the API's client, h has the IDs of the handles, a the
	// arguments, p what params returned and o the options, if it takes any. What the
	// operation copies goes to w.
	pages func(ctx context.Context, c any, h, a []string, p any, w io.Writer, o []propexo.WriteOption) rows
	call  func(ctx context.Context, c any, h, a []string, p any, w io.Writer, o []propexo.WriteOption) (any, error)
}

// A page is the records of one page: pointers to structs.
type page struct {
	records     []any
	undecodable []*tenantry.DecodeError
}

type rows = iter.Seq2[page, error]

func pages[T any](seq iter.Seq2[*tenantry.Page[T], error]) rows {
	return func(yield func(page, error) bool) {
		for p, err := range seq {
			if !yield(pageOf(p), err) {
				return
			}
		}
	}
}

func onePage[T any](p *tenantry.Page[T], err error) rows {
	return func(yield func(page, error) bool) { yield(pageOf(p), err) }
}

func pageOf[T any](p *tenantry.Page[T]) page {
	if p == nil {
		return page{}
	}
	all := page{undecodable: p.Undecodable}
	for i := range p.Items {
		all.records = append(all.records, &p.Items[i])
	}
	return all
}

// copyTo copies a file to w.
func copyTo(w io.Writer) func(io.ReadCloser, error) error {
	return func(file io.ReadCloser, err error) error {
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(w, file)
		return err
	}
}

// result returns nil, and no pointer that is nil, for a call that failed.
func result[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// crmOf returns the client of Propexo's CRM family that shares all of client.
func crmOf(client any) *crm.Client {
	c, err := crm.New(client.(*propexo.Client))
	if err != nil {
		panic(err) // only nil is refused
	}
	return c
}
