package paging

import (
	"context"

	"github.com/tenantry/tenantry-go/internal/transport"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// Of is a page of a decoded list, with what could not be decoded. Its total is
// not known.
func Of[T any](a *transport.Response, list *wire.List[T]) Result[T] {
	r := Result[T]{Items: list.Items, Total: -1}
	for _, b := range list.Bad {
		r.Bad = append(r.Bad, a.Bad(b))
	}
	return r
}

// Unpaged makes a call whose answer is decoded into out and holds a list without
// pages. Beside the *tenantry.DecodeError of the first record that could not be
// decoded, the others are answered all the same.
func Unpaged[T any](ctx context.Context, c *transport.Client, call *transport.Call, out any, list *wire.List[T]) ([]T, error) {
	a, err := c.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer a.Release()
	if err := a.Decode(out); err != nil {
		return nil, err
	}
	if len(list.Bad) > 0 {
		return list.Items, a.Bad(list.Bad[0])
	}
	return list.Items, nil
}
