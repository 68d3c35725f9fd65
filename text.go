package tenantry

import (
	"encoding/json"
	"errors"
)

// Extra holds the members of a record that have no field, and those whose value, or a
// part of it, does not fit their field, by their names. Nil means that there are none.
//
// When the record is encoded, a field that was set wins over a member of its name.
type Extra map[string]Raw

// Raw is JSON in the form in which it was received. Nil means that the member was
// absent. A null is kept as null.
type Raw = json.RawMessage

// ErrNoValue is returned by the parsing methods of [Date], [Timestamp] and [Decimal] for
// an empty text: the value was absent, null or "". For dates and timestamps it is also
// returned for the first day of the year 1 and for 0000-00-00, which databases write
// for no date.
var ErrNoValue = errors.New("tenantry: no value")
