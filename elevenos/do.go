package elevenos

import (
	"context"

	tenantry "github.com/tenantry/tenantry-go"
)

// Do sends a request to any endpoint of the API, also one that this package has no
// method for. It works as the methods do: authorization, rate limits, retries, time
// limits and errors. It decodes the response into out, a pointer; if out is nil, the
// response may be empty or any JSON. The error is a [*tenantry.ArgumentError] for a
// request that is not valid.
func (c *Client) Do(ctx context.Context, r tenantry.Request, out any) error {
	return c.t.Do(ctx, r, out)
}
