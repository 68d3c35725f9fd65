package tenantry

import "time"

// WaitParams are how a method polls a job until it finishes. The zero value uses
// the defaults.
type WaitParams[T any] struct {
	// MinInterval is the time before the second poll. The time between polls grows
	// from it to MaxInterval. If zero or negative, the operation's default applies.
	MinInterval time.Duration
	// MaxInterval is the longest time between two polls. If zero or negative, the
	// operation's default applies. It counts as MinInterval if it is shorter.
	MaxInterval time.Duration
	// OnProgress is called with each response, before the next poll, if it is not
	// nil.
	OnProgress func(T)
}
