package catalog

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/stemedb/stemedb/sql/types"
)

//go:embed catalogindex.txt
var catalogIndexText string

// catalogIndexes are the indexes of the catalogs by the catalogs' names. They say
// which columns are unique, which the planner makes use of; rows are found by
// any column (see Finder), whether it has an index or not.
var catalogIndexes = sync.OnceValue(func() map[string][]Index {
	columns := map[string][]Column{}
	for _, d := range declaredVirtual() {
		if d.schema == "pg_catalog" {
			columns[d.name] = d.columns
		}
	}
	out := map[string][]Index{}
	for line := range strings.Lines(catalogIndexText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		rel := Relation{Columns: columns[f[2]]}
		x := Index{Name: f[0], OID: declaredOID(f[1]), Unique: f[3] != "i", Primary: f[3] == "p", Constraint: declaredOID(f[4])}
		for _, name := range f[5:] {
			col := rel.ColumnIndex(name)
			if col < 0 {
				panic(fmt.Sprintf("catalog: index %s is on %s, which %s has not", x.Name, name, f[2]))
			}
			x.Columns = append(x.Columns, col)
		}
		out[f[2]] = append(out[f[2]], x)
	}
	return out
})

// mapped reports whether PostgreSQL finds a catalog's file, and those of its indexes,
// by a map that is read before any catalog: pg_class has none then.
func mapped(rel types.OID) bool {
	switch rel {
	case classType, 1249, classProc, classClass:
		return true
	}
	return shared(rel)
}

// storageOf is what pg_class says of where a relation or an index of it lies.
func storageOf(r *Relation, id types.OID) (file, space types.OID) {
	file = id
	if r.Store == VirtualStore && mapped(r.OID) {
		file = 0
	}
	if shared(r.OID) {
		space = tablespaceGlobal
	}
	return file, space
}
