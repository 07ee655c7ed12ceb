package catalog

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/stemedb/stemedb/sql/types"
)

//go:embed virtual.txt
var virtualText string

// declared is what virtual.txt says of one relation.
type declared struct {
	oid          types.OID
	schema, name string
	kind         byte
	columns      []Column
}

// declaredVirtual reads virtual.txt once for all catalogs.
var declaredVirtual = sync.OnceValue(func() []declared { return parseDeclared(virtualText) })

// parseDeclared reads the declarations: a line "schema.name oid relkind" for a
// relation, then a line "  column typeoid[ not null]" for each of its columns,
// whose type may be a domain.
// The text is part of the program, so that a bad line is a bug and panics.
func parseDeclared(text string) []declared {
	var out []declared
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if line[0] != ' ' {
			schema, name, _ := strings.Cut(f[0], ".")
			out = append(out, declared{oid: declaredOID(f[1]), schema: schema, name: name, kind: f[2][0]})
			continue
		}
		rel := &out[len(out)-1]
		col := Column{Name: f[0], Type: declaredOID(f[1]), Typmod: -1, NotNull: len(f) == 4}
		if d := declaredDomain(col.Type); d != nil {
			d.Declare(&col)
		} else if t, _ := types.Lookup(col.Type); rel.kind == 'r' && t.Collation != 0 {
			col.Collation = types.CCollation // they mean the same in all databases
		}
		rel.columns = append(rel.columns, col)
	}
	return out
}

func declaredOID(s string) types.OID {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		panic(fmt.Sprintf("catalog: bad OID in virtual.txt: %v", err))
	}
	return types.OID(n)
}

// addVirtual declares pg_catalog and information_schema. A relation without a
// maker has no rows, as it has in a PostgreSQL without such objects.
func (c *Catalog) addVirtual() {
	makers := allMakers()
	for _, d := range declaredVirtual() {
		r := &Relation{OID: d.oid, Schema: d.schema, Name: d.name, Kind: d.kind, Store: VirtualStore, Columns: d.columns}
		if d.schema == "pg_catalog" {
			r.Indexes = catalogIndexes()[d.name]
		}
		r.Virtual = &table{cat: c, rel: r, maker: makers[d.schema+"."+d.name]}
		c.add(r)
	}
}

// allMakers gathers the row makers by qualified name of their relation.
func allMakers() map[string]maker {
	all := map[string]maker{}
	for _, family := range []map[string]maker{classMakers(), typeMakers(), operatorMakers(), textSearchMakers(), systemMakers(), roleMakers(), viewMakers(), statMakers(), sessionMakers(), infoMakers(), infoDomainMakers(), infoRoutineMakers(), infoGrantMakers(), infoSmallMakers(), largeMakers(), grantMakers()} {
		for name, m := range family {
			m.relations = overRelations[name]
			all[name] = m
		}
	}
	return all
}
