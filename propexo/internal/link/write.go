package link

import (
	"context"
	"net/url"

	tenantry "github.com/tenantry/tenantry-go"
	"github.com/tenantry/tenantry-go/internal/transport"
)

// WriteConfig is what the options of a write set.
type WriteConfig struct {
	IgnoreUnknownFields bool
	Unchecked           bool
	// At points a call at a system's own operation, and checks it unless unchecked.
	// Nil sends it to the generic operation.
	At func(c *transport.Client, call *transport.Call, unchecked bool) error
}

// Accepted is a write that Propexo accepted; see propexo.Write.
type Accepted struct {
	JobID string
	Data  tenantry.Raw
}

// Need is a field that the generic operation requires.
type Need struct {
	Name  string
	Empty bool
}

// Write sends an asynchronous write and returns its job.
func Write[O ~func(*WriteConfig)](ctx context.Context, c *transport.Client, call *transport.Call, opts []O, needs ...Need) (*Accepted, error) {
	if err := Apply(c, call, opts, needs...); err != nil {
		return nil, err
	}
	resp, err := c.Send(ctx, call)
	if err != nil {
		return nil, err
	}
	defer resp.Release()
	// Two shapes are documented: {job_id, data} and {meta: {job_id}, result}.
	var body struct {
		JobID string       `json:"job_id"`
		Data  tenantry.Raw `json:"data"`
		Meta  struct {
			JobID string `json:"job_id"`
		} `json:"meta"`
		Result tenantry.Raw `json:"result"`
	}
	if err := resp.Decode(&body); err != nil {
		return nil, err
	}
	w := &Accepted{JobID: body.JobID, Data: body.Data}
	if w.JobID == "" {
		w.JobID, w.Data = body.Meta.JobID, body.Result
	}
	if w.JobID == "" {
		return nil, resp.Missing("job_id")
	}
	return w, nil
}

// Apply changes a call as options ask. It checks needs, unless the call goes to a
// system's own operation, which may not take these fields.
func Apply[O ~func(*WriteConfig)](c *transport.Client, call *transport.Call, opts []O, needs ...Need) error {
	var config WriteConfig
	for _, opt := range opts {
		if opt != nil {
			opt(&config)
		}
	}
	if config.IgnoreUnknownFields {
		call.Query = url.Values{"ignore_unknown_fields": {"true"}}
	}
	if config.At != nil {
		return config.At(c, call, config.Unchecked)
	}
	for _, need := range needs {
		if need.Empty {
			return Missing(c, call.Op, need.Name)
		}
	}
	return nil
}
