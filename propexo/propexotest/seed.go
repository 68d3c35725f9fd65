package propexotest

import (
	"net/http"
	"slices"
	"strings"

	"github.com/tenantry/tenantry-go/internal/fakeserver"
)

// Add adds records, such as a propexo.Lease or a pointer to one, as a sync does. Lists,
// filters, sorts and writes treat them like all others. A record with the ID of an old
// one replaces it. Add works for every model that package propexo lists. It panics for
// other values and for records without an ID.
func (s *Server) Add(records ...any) {
	for _, record := range records {
		t, st := s.typed("Add", record)
		t.NeedID()
		st.put(t.ID, t.JSON())
	}
}

// Update replaces the record with the ID of the given one, and reports whether there
// was one. updated_at and last_seen are those of the given record.
func (s *Server) Update(changed any) bool {
	t, st := s.typed("Update", changed)
	return st.table.Change(t.ID, func(*record) *record { return st.newRecord(t.ID, t.JSON()) })
}

// Remove removes the record of the given type with its ID, as in
// Remove(propexo.Lease{ID: id}), and reports whether there was one. Propexo itself
// never removes records.
func (s *Server) Remove(record any) bool {
	t, st := s.typed("Remove", record)
	return st.remove(t.ID)
}

// Get sets the record that a pointer points to from the one with its ID, and reports
// whether there is one:
//
//	lease := propexo.Lease{ID: id}
//	found := server.Get(&lease)
func (s *Server) Get(record any) bool {
	t, st := s.typed("Get", record)
	raw, ok := st.get(t.ID)
	if ok {
		t.Decode(raw)
	}
	return ok
}

// IDs returns the IDs of all records of a model, such as propexo.Lease{}, sorted.
func (s *Server) IDs(model any) []string {
	_, st := s.typed("IDs", model)
	return st.table.Keys()
}

// typed returns a record and the store of its model.
func (s *Server) typed(method string, record any) (fakeserver.Typed, *store) {
	t := fakeserver.NewTyped("propexotest: "+method, "github.com/tenantry/tenantry-go/propexo", record, "ID")
	for _, name := range []string{"List", "Get", ""} {
		for _, op := range description().Operations {
			if op.Method == http.MethodGet && slices.Equal(op.Response, []string{t.Model}) && strings.HasPrefix(op.Envelope, "meta+results") && (op.Name == name || name == "") {
				return t, s.stored(op)()
			}
		}
	}
	t.Refuse()
	return t, nil
}
