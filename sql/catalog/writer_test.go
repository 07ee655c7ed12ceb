package catalog

import "testing"

func TestWriter(t *testing.T) {
	c := New()
	r, rows := scan(t, c, "pg_catalog", "pg_class")
	for _, row := range rows {
		n, made := r.Virtual.(Dated).Writer(nil, row)
		if own := row[classOID].I >= int64(firstOwnOID); made != own || n != 0 {
			t.Errorf("%s was made by %d, %v", row[1].S, n, made)
		}
	}
	r, rows = scan(t, c, "pg_catalog", "pg_attribute")
	for _, row := range rows {
		if _, made := r.Virtual.(Dated).Writer(nil, row); made != (row[0].I >= int64(firstOwnOID)) {
			t.Errorf("column %s of %d was made: %v", row[1].S, row[0].I, made)
		}
	}
}
