package tenantrytest

import "time"

// Deliveries says how a fake delivers webhooks. The zero value delivers each event
// once, in order, when the clock is put forward past it.
type Deliveries struct {
	// Late delays every event by this time of the server's clock.
	Late time.Duration
	// Twice delivers every event twice.
	Twice bool
	// Shuffled delivers the events that are due together in a random order, the same
	// in every run.
	Shuffled bool
}
