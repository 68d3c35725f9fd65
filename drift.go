package tenantry

import (
	"fmt"

	"github.com/tenantry/tenantry-go/internal/config"
	"github.com/tenantry/tenantry-go/internal/wire"
)

// DriftKind is one of the constants below.
type DriftKind string

// Kinds of [Drift].
const (
	// DriftUnknownMember is a member of a record that has no field. It is in Extra.
	DriftUnknownMember DriftKind = wire.Unknown
	// DriftMisfit is a member whose value, or a part of it, does not fit its field. It
	// is in Extra.
	DriftMisfit DriftKind = wire.Misfit
	// DriftNewValue is a value that is not among the constants of its type.
	DriftNewValue DriftKind = wire.NewValue
	// DriftNeverComes is a documented member that none of a thousand records had, not
	// even as null.
	DriftNeverComes DriftKind = wire.Never
	// DriftNewStatus is a status of 2xx or 4xx that has no class of errors.
	DriftNewStatus DriftKind = config.NewStatus
	// DriftNewCode is the code of an error for which the API's package has no variable.
	DriftNewCode DriftKind = config.NewCode
)

// Drift is a difference between what an API sends and what this SDK knows of it. It
// names members, types, statuses and codes. It never holds values of records.
type Drift struct {
	API       string // The API package, such as "propexo".
	Operation string // The operation, such as "residents.list".
	// Type is the type that has, or lacks, the field, such as "propexo.Resident". It is
	// "" for a status or a code, and for what stands around the records.
	Type string
	// Path is the place in the response as a JSONPath, such as
	// "$.results[*].pets[*].weight", or the status or the code. A name that looks like
	// data is shown as "*".
	Path string
	Kind DriftKind
	// Count is how many objects of the response have the difference. For
	// DriftNeverComes, it is how many objects came without the member.
	Count int
}

// String returns one line.
func (d Drift) String() string {
	what := ""
	if d.Type != "" {
		what = " of " + d.Type
	}
	return fmt.Sprintf("%s: %s: %s: %s%s (%d)", d.API, d.Operation, d.Kind, d.Path, what, d.Count)
}

// WithDrift calls report when a response differs from what the SDK knows of the API:
// once for each place and kind in the life of the client. It tells early that an API
// has changed, or that its documentation is wrong. Decoding takes a few percent longer.
// report is called from the goroutines that make calls, so it must be safe for
// concurrent use. A nil function is refused.
func WithDrift(report func(Drift)) Option {
	return forClient("WithDrift", func(c *config.Config) error {
		if report == nil {
			return &ArgumentError{Argument: "WithDrift", Reason: "is nil; leave the option out to report nothing"}
		}
		c.Drift = func(d config.Drift) {
			report(Drift{d.API, d.Operation, d.Type, d.Path, DriftKind(d.Kind), d.Count})
		}
		return nil
	})
}
