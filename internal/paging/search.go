package paging

// search finds the position after a window that did not show it. Say the records
// 1 to 9 were covered, and then 1 to 4 were removed:
//
//	offset  0  1  2  3  4  5  6  7  8  9
//	before  1  2  3  4  5  6  7  8  9  10
//	now     5  6  7  8  9  10 11 12 13 14
//	fetched                         13 14    at 8, where 9 was
//	search              9  10 11 12 13 14    shows 9, so 10 is next
//
// The search reads wide windows, first around the place where the position was,
// then farther and farther to both sides: each part of the list once, and each from
// left to right, so that records that go meanwhile hide none. If no remembered record
// is left, the listing starts again from the beginning, and leaves out the records
// that it remembers.
func (l *listing[T]) search(w window[T], seen sighting) (window[T], sighting, error) {
	l.ahead.drop()
	s := search[T]{listing: l, low: l.place.covered, high: l.place.covered}
	if l.lost == 0 { // otherwise it is hopeless to look far
		s.right = maxFruitless + l.place.covered/l.Max
	}
	step := max(l.Max/2, 1)
	if err := s.left(step); err != nil {
		return w, seen, err
	}
	if seen.evidence == likely && (s.found.evidence < certain || s.found.next == len(s.window.keys)) {
		s.window, s.found = w, seen
	}
	for s.found.evidence < likely && (s.low > 0 || s.right > 0) {
		if s.right > 0 {
			if err := s.read(s.high, s.high+step); err != nil {
				return w, seen, err
			}
		}
		step *= 2
		if err := s.left(step); err != nil {
			return w, seen, err
		}
	}
	if s.found.evidence > nothing {
		l.lost = 0
		return s.window, s.found, nil
	}
	if l.lost++; l.lost > maxFruitless {
		return w, seen, l.incomplete("the listing does not end: the list changes faster than it can be read")
	}
	l.place.restart()
	return l.locate()
}

// A search is on its way.
type search[T any] struct {
	*listing[T]
	low, high int // the part of the list that was read
	right     int // windows that it may still read to the right
	window    window[T]
	found     sighting // the best one so far, on that window
}

// left reads what is to the left of the part that was read.
func (s *search[T]) left(step int) error {
	from, to := max(s.low-step, 0), s.low
	s.low = from
	if s.found.evidence >= likely {
		return nil
	}
	return s.read(from, to)
}

// read reads the list from one offset until another, or until it finds the
// position.
func (s *search[T]) read(from, to int) error {
	for from < to {
		want := s.Fit(from, s.Max)
		r, err := s.ahead.fetch(want)
		if err != nil {
			return err
		}
		w := s.listing.window(want, r)
		w.wide = true
		if found := s.place.on(w.Offset, w.keys); found.evidence > s.found.evidence {
			s.window, s.found = w, found
		}
		if w.end() > s.high {
			s.high = w.end()
			s.right--
		}
		switch {
		case s.found.evidence >= likely:
			return nil
		case !s.follows(w, false), w.end() <= from:
			s.right = 0
			return nil
		case w.end() >= to:
			return nil
		}
		// Windows overlap, in case records went between two requests.
		if lap := w.end() - s.Max/5; lap > from {
			from = lap
		} else {
			from = w.end()
		}
	}
	return nil
}
