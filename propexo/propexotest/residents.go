package propexotest

import "bytes"

// residents returns the store of residents.
func (s *Server) residents() *store { return s.stores["Resident"]() }

// AddRaw adds a resident with any content, such as JSON that is not an object. The ID
// gives its position in lists. Use [Server.Add] for what a model can hold.
func (s *Server) AddRaw(id string, raw []byte) { s.residents().put(id, raw) }

// ResidentIDs returns the IDs of all residents, sorted.
func (s *Server) ResidentIDs() []string { return s.residents().table.Keys() }

// ResidentJSON returns the JSON of a resident, or nil.
func (s *Server) ResidentJSON(id string) []byte {
	raw, _ := s.residents().get(id)
	return bytes.Clone(raw)
}

// UpdateResident sets members of a resident and reports whether it exists. It changes
// updated_at and last_seen only if they are among the members.
func (s *Server) UpdateResident(id string, members map[string]any) bool {
	return s.residents().update(id, members)
}
