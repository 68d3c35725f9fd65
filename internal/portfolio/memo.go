package portfolio

import "sync"

// A memo keeps some units that were computed: readers ask for one again and again.
type memo struct {
	mu    sync.Mutex
	units [64]computed
}

type computed struct {
	known   bool
	index   int
	unit    Unit
	history []Lease
}

// get returns a unit. Its slices must not be changed.
func (m *memo) get(p *Portfolio, unit int) computed {
	at := unit % len(m.units)
	m.mu.Lock()
	c := m.units[at]
	m.mu.Unlock()
	if c.known && c.index == unit {
		return c
	}
	c = computed{known: true, index: unit, unit: p.makeUnit(unit)}
	c.history = p.history(unit, c.unit.MarketRent)
	m.mu.Lock()
	m.units[at] = c
	m.mu.Unlock()
	return c
}
