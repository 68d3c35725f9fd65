package transport

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	tenantry "github.com/tenantry/tenantry-go"
)

// AddExtra adds extra, the query values of a caller's Extra field, to q, the query of
// op. It refuses the names that the SDK sets itself: those in q, whether they have
// values or not, and own. One that ends with a bracket, such as "fields[", stands for
// all names that begin with it.
func AddExtra(api string, op *Op, q, extra url.Values, own ...string) error {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		_, set := q[name]
		set = set || slices.ContainsFunc(own, func(o string) bool {
			return name == o || strings.HasSuffix(o, "[") && strings.HasPrefix(name, o)
		})
		reason := ""
		switch {
		case name == "":
			reason = "holds an empty name"
		case set:
			reason = fmt.Sprintf("holds %q, which the SDK sets itself; use the field for it", name)
		default:
			continue
		}
		return &tenantry.ArgumentError{API: api, Operation: op.Name, Argument: "Extra", Reason: reason}
	}
	for name, values := range extra {
		q[name] = slices.Clone(values)
	}
	return nil
}
