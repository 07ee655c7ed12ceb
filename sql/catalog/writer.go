package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Dated is a VirtualTable that knows when the objects were made that its rows tell
// of. made is false of what every database has from its beginning; n is the number of
// the transaction that made the object, or stands for it: it is the same on all
// nodes, later objects have later ones, and 0 is that of the server's own.
type Dated interface {
	VirtualTable
	Writer(c *functions.Ctx, row []types.Datum) (n int64, made bool)
}

// firstOwnOID is where the OIDs of objects begin that are not PostgreSQL's.
const firstOwnOID types.OID = 16384

// subjects are the columns with the OID of the object that a row belongs to, in
// the catalogs where that is another's than the row's own.
var subjects = map[string]string{
	"pg_attribute": "attrelid", "pg_attrdef": "adrelid", "pg_index": "indexrelid", "pg_constraint": "conrelid", "pg_type": "typrelid",
	"pg_rewrite": "ev_class", "pg_sequence": "seqrelid", "pg_description": "objoid", "pg_depend": "objid",
}

// Writer implements Dated.
func (t *table) Writer(c *functions.Ctx, row []types.Datum) (n int64, made bool) {
	own := t.rel.ColumnIndex("oid")
	i := t.rel.ColumnIndex(subjects[t.rel.Name])
	if i < 0 || row[i].I == 0 {
		i = own
	}
	if i < 0 || types.RepOf(t.rel.Columns[i].Type) != types.RepInt {
		return 0, false
	}
	subject := types.OID(uint32(row[i].I))
	if subject&rowTypeBit != 0 { // arrays of rows are of no relation
		subject &^= rowTypeBit | arrayTypeBit
	}
	if subject < firstOwnOID {
		return 0, false
	}
	v, ok := asker(c)
	if !ok {
		return 0, true
	}
	r, ok := v.Relation(subject)
	if x := v.indexInLayers(subject); x != nil {
		r, ok = x.rel, true
	}
	switch {
	case !ok:
		return 0, true
	case r.View != nil:
		return r.View.Made.Unix(), true
	}
	return r.Writer, true
}
