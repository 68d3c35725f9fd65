package fakeserver

import "github.com/tenantry/tenantry-go/tenantrytest"

// An armed fault counts.
type armed struct {
	tenantrytest.Fault
	seen   map[string]int
	struck int
}

// strikes reports whether the fault is for this arrival; the server is locked.
func (f *armed) strikes(operation string) bool {
	if f.Operation != "" && f.Operation != operation {
		return false
	}
	f.seen[operation]++
	if f.Attempt != 0 && f.seen[operation] != f.Attempt || f.Times != 0 && f.struck >= f.Times {
		return false
	}
	f.struck++
	return true
}
