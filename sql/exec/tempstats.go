package exec

import "github.com/stemedb/stemedb/sql/types"

// Size returns how many rows a table has, and the bytes that they take; false:
// there is no such table.
func (s *TempTables) Size(oid types.OID) (rows, bytes int64, ok bool) {
	for _, t := range s.tables {
		if t.rel.OID == oid {
			return int64(t.rows.live()), t.rows.bytes(), true
		}
	}
	return 0, 0, false
}
