package catalog

import (
	"slices"
	"sync"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// classMakers are the catalogs of relations and what belongs to them.
func classMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_namespace":     {static: makeNamespace},
		"pg_catalog.pg_class":         {static: makeClass, patch: patchClass},
		"pg_catalog.pg_attribute":     {static: makeAttribute},
		"pg_catalog.pg_attrdef":       {static: makeAttrdef},
		"pg_catalog.pg_index":         {static: makeIndex},
		"pg_catalog.pg_constraint":    {static: makeConstraint},
		"pg_catalog.pg_depend":        {static: makeDepend},
		"pg_catalog.pg_sequence":      {static: makeSequence},
		"pg_catalog.pg_description":   {static: makeDescription},
		"pg_catalog.pg_shdescription": {dynamic: makeShdescription},
	}
}

func makeNamespace(c *Catalog, b *rowBuilder) {
	for _, s := range c.schemas {
		b.add("oid nspname nspowner", oid(s.OID), text(s.Name), oid(c.schemaOwner(s.OID)))
	}
}

// shared reports whether PostgreSQL keeps a catalog once for all databases.
func shared(rel types.OID) bool {
	switch rel {
	case 1213, 1214, 1260, 1261, 1262, 2396, 2964, 3592, 6000, 6100, 6243:
		return true
	}
	return false
}

// rowTypes finds the row types that are built in by their relation.
var declaredRowTypes = sync.OnceValue(func() map[types.OID]types.OID {
	m := map[types.OID]types.OID{}
	for i := range types.All() {
		if t := &types.All()[i]; t.Rel != 0 {
			m[t.Rel] = t.OID
		}
	}
	return m
})

const classColumns = "oid relname relnamespace reltype relowner relam relfilenode reltablespace reltuples relhasindex relisshared relhasrules " +
	"relpersistence relkind relnatts relispopulated relreplident relchecks relhastriggers reloptions"

func makeClass(c *Catalog, b *rowBuilder) {
	// Triggers hold foreign keys in PostgreSQL, and psql looks for keys only where
	// there are some.
	tied := map[types.OID]bool{}
	for i := range c.constraints {
		if k := &c.constraints[i]; k.kind == 'f' {
			tied[k.rel.OID], tied[k.ref.OID] = true, true
		}
	}
	for _, r := range c.relations {
		am, file, space, replident := types.OID(0), types.OID(0), types.OID(0), byte('n')
		if r.Kind == 'r' {
			am = amHeap
			file, space = storageOf(r, r.OID)
			if r.Store != VirtualStore {
				replident = 'd'
			}
		}
		b.add(classColumns, oid(r.OID), text(r.Name), oid(c.schemaOID(r.Schema)), oid(RowType(r)), oid(r.OwnerOID()), oid(am), oid(file),
			oid(space), types.Float(-1), yes(len(r.Indexes) > 0), yes(shared(r.OID)), yes(ruleOf(r) != 0),
			char(persistence(r)), char(r.Kind), num(len(r.Columns)), yes(true), char(replident), num(len(r.Checks)), yes(tied[r.OID]), optionsOf(r))
	}
	for i := range c.indexes {
		x := &c.indexes[i]
		file, space := storageOf(x.rel, x.OID)
		b.add(classColumns, oid(x.OID), text(x.Name), oid(c.schemaOID(x.rel.Schema)), oid(0), oid(x.rel.OwnerOID()), oid(x.method()), oid(file),
			oid(space), types.Float(-1), yes(false), yes(shared(x.rel.OID)), yes(false),
			char(persistence(x.rel)), char('i'), num(len(x.All())), yes(true), char('n'), num(0), yes(false), null)
	}
}

// optionsOf is pg_class.reloptions.
func optionsOf(r *Relation) types.Datum {
	if r.View == nil || len(r.View.Options) == 0 {
		return null
	}
	return textArray(r.View.Options)
}

// persistence is pg_class.relpersistence: 't' of temporary tables.
func persistence(r *Relation) byte {
	if r.OID >= OIDTempSchema {
		return 't'
	}
	return 'p'
}

// Places in pg_class that change as the data does.
const (
	classOID, classKind           = 0, 16
	classPages, classTuples       = 9, 10
	pageBytes               int64 = 8192
)

// patchClass puts the estimates of size into a row of pg_class.
func patchClass(c *Catalog, ctx *functions.Ctx, row []types.Datum) {
	id := types.OID(row[classOID].I)
	r, ok := c.Relation(id)
	if x := c.indexByOID(id); x != nil {
		r, ok = x.rel, true
	}
	if ok && r.Store == SessionStore {
		if a := analyzed(ctx, id); a != nil {
			row[classTuples].F = float64(float32(a.Rows))
			row[classPages].I = min((a.Bytes+pageBytes-1)/pageBytes, 1<<31-1)
		}
		return
	}
	if !ok || c.hooks.Stats == nil || r.Store != ClaimStore && r.Store != StateStore {
		return
	}
	row[classTuples].F = float64(float32(c.rowCount(r.OID)))
	row[classPages].I = min((c.byteCount(id)+pageBytes-1)/pageBytes, 1<<31-1)
}

func (c *Catalog) schemaOID(name string) types.OID {
	s, _ := c.SchemaNamed(name)
	return s.OID
}

const attributeColumns = "attrelid attname atttypid attstattarget attlen attnum attndims attcacheoff atttypmod attbyval attalign attstorage " +
	"attnotnull atthasdef attidentity attgenerated attislocal attcollation"

// attributeTarget and attributeCollation are the places of attstattarget and
// attcollation.
const attributeTarget, attributeCollation = 3, 21

func makeAttribute(c *Catalog, b *rowBuilder) {
	for _, r := range c.relations {
		for i := range r.Columns {
			addAttribute(b, r.OID, i+1, &r.Columns[i], c.hasDefault(r, i))
		}
		if !HasSystemColumns(r) {
			continue
		}
		for i := range systemColumns {
			row := addAttribute(b, r.OID, -1-i, &systemColumns[i], false)
			row[attributeTarget] = num(0)
		}
	}
	for i := range c.indexes {
		x := &c.indexes[i]
		for k := range x.All() {
			d := x.column(x.rel, k)
			if d.Type == types.OIDName { // in an index they are not filled up
				d.Type = types.OIDCString
			}
			row := addAttribute(b, x.OID, k+1, &d, false)
			if k < len(x.Columns) {
				row[attributeCollation] = oid(x.collation(x.rel, k))
			}
		}
	}
}

func addAttribute(b *rowBuilder, rel types.OID, n int, col *Column, hasDefault bool) []types.Datum {
	t, _ := types.Lookup(col.Type)
	declared, typmod := col.declaredType()
	dims, generated := 0, byte(0)
	if types.IsArray(col.Type) {
		dims = 1
	}
	if col.Generated {
		generated = 's'
	}
	return b.add(attributeColumns, oid(rel), text(col.Name), oid(declared), num(-1), num(int(t.Len)), num(n), num(dims), num(-1), num(int(typmod)),
		yes(t.ByVal), char(t.Align), char(t.Storage),
		yes(col.NotNull), yes(hasDefault), char(col.Identity), char(generated), yes(true), oid(col.collation()))
}

func (c *Catalog) hasDefault(r *Relation, col int) bool {
	for i := range c.attrdefs {
		if c.attrdefs[i].rel == r && c.attrdefs[i].col == col {
			return true
		}
	}
	return false
}

func makeAttrdef(c *Catalog, b *rowBuilder) {
	for _, d := range c.attrdefs {
		b.add("oid adrelid adnum adbin", oid(d.oid), oid(d.rel.OID), num(d.col+1), text(d.text.Plain))
	}
}

func makeIndex(c *Catalog, b *rowBuilder) {
	for i := range c.indexes {
		x := &c.indexes[i]
		var keys []int
		for _, col := range x.All() {
			keys = append(keys, col+1)
		}
		order, colls, classes := make([]int, len(x.Columns)), make([]types.OID, len(x.Columns)), make([]types.OID, len(x.Columns))
		copy(order, x.Order)
		for k := range x.Columns {
			colls[k], classes[k] = x.collation(x.rel, k), x.class(x.rel, k)
		}
		where := ""
		if x.Where != "" {
			where = x.WhereShown.text(x.Where, false)
		}
		b.add("indexrelid indrelid indnatts indnkeyatts indisunique indisprimary indimmediate indisvalid indisready indislive "+
			"indkey indcollation indclass indoption indexprs indpred",
			oid(x.OID), oid(x.rel.OID), num(len(keys)), num(len(x.Columns)), yes(x.Unique), yes(x.Primary), yes(true), yes(true), yes(true), yes(true),
			int2Vector(keys...), oidVector(colls...), oidVector(classes...), int2Vector(order...), orNull(x.exprList(false)), orNull(where))
	}
}

func makeConstraint(c *Catalog, b *rowBuilder) {
	makeDomainConstraints(c, b)
	for i := range c.constraints {
		k := &c.constraints[i]
		f := k.foreign
		if f == nil {
			f = &ForeignKey{}
		}
		update, del, match, ref, refKey, pf, pp, ff, set := byte(' '), byte(' '), byte(' '), types.OID(0), null, null, null, null, null
		if k.kind == 'f' {
			update, del, match, ref, refKey = byte(f.OnUpdate.Or()), byte(f.OnDelete.Or()), 's', k.ref.OID, attnums(k.refCols)
			if f.Full {
				match = 'f'
			}
			if len(f.SetColumns) > 0 {
				set = attnums(f.SetColumns)
			}
			pf, pp, ff = k.equalities()
		}
		b.add("oid conname connamespace contype condeferrable condeferred convalidated conrelid conindid confupdtype confdeltype confmatchtype "+
			"conislocal connoinherit conkey conbin confrelid confkey conpfeqop conppeqop conffeqop confdelsetcols",
			oid(k.oid), text(k.name), oid(c.schemaOID(k.rel.Schema)), char(k.kind), yes(f.Deferrable), yes(f.Deferred), yes(!f.NotValid), oid(k.rel.OID), oid(k.index),
			char(update), char(del), char(match), yes(true), yes(k.kind != 'c'), attnums(k.cols), orNull(k.check.Plain), oid(ref), refKey, pf, pp, ff, set)
	}
}

// makeDepend lists how an object hangs on another: defaults and other indexes
// on their columns, a key on its columns, a key's index on the key.
func makeDepend(c *Catalog, b *rowBuilder) {
	add := func(class, obj, refclass, ref types.OID, refsub int, kind byte) {
		b.add("classid objid refclassid refobjid refobjsubid deptype", oid(class), oid(obj), oid(refclass), oid(ref), num(refsub), char(kind))
	}
	for _, r := range c.relations {
		rule := ruleOf(r)
		if rule == 0 {
			continue
		}
		add(classRewrite, rule, classClass, r.OID, 0, 'i')
		add(classRewrite, rule, classClass, r.OID, 0, 'n')
		if base, ok := c.Named("public", r.Name); ok && r.Store == LensStore {
			for col := range base.Columns {
				add(classRewrite, rule, classClass, base.OID, col+1, 'n')
			}
			continue
		}
		for _, u := range r.View.Uses {
			for _, col := range u.Named {
				add(classRewrite, rule, classClass, u.OID, col+1, 'n')
			}
			if len(u.Named) == 0 {
				add(classRewrite, rule, classClass, u.OID, 0, 'n')
			}
		}
	}
	c.dependRoutines(add)
	for _, d := range c.attrdefs {
		add(classAttrdef, d.oid, classClass, d.rel.OID, d.col+1, 'a')
		if seq := d.rel.Columns[d.col].Sequence; seq != 0 {
			add(classAttrdef, d.oid, classClass, seq, 0, 'n')
		}
	}
	c.ownedSequences(func(seq, table types.OID, column int, kind byte) {
		add(classClass, seq, classClass, table, column, kind)
	})
	c.domainChecks(func(d *Domain, k *Check) { add(classConstraint, k.OID, classType, d.OID, 0, 'a') })
	c.domainUses(add)
	keyOf := map[types.OID]types.OID{}
	for i := range c.constraints {
		k := &c.constraints[i]
		if k.rel.Store == VirtualStore { // nobody could drop what it hangs on
			continue
		}
		if k.index != 0 && k.kind != 'f' {
			keyOf[k.index] = k.oid
		}
		if k.kind == 'f' {
			for _, col := range k.refCols {
				add(classConstraint, k.oid, classClass, k.ref.OID, col+1, 'n')
			}
			add(classConstraint, k.oid, classClass, k.index, 0, 'n')
		}
		for _, col := range k.cols {
			add(classConstraint, k.oid, classClass, k.rel.OID, col+1, 'a')
			if k.kind == 'c' { // its expression names the column
				add(classConstraint, k.oid, classClass, k.rel.OID, col+1, 'n')
			}
		}
	}
	for i := range c.indexes {
		x := &c.indexes[i]
		if x.rel.Store == VirtualStore {
			continue
		}
		if key := keyOf[x.OID]; key != 0 {
			add(classClass, x.OID, classConstraint, key, 0, 'i')
			continue
		}
		if !slices.ContainsFunc(x.Columns, func(col int) bool { return col != ExprColumn }) {
			add(classClass, x.OID, classClass, x.rel.OID, 0, 'a')
		}
		for _, col := range x.All() {
			if col != ExprColumn {
				add(classClass, x.OID, classClass, x.rel.OID, col+1, 'a')
			}
		}
		for _, col := range x.Used {
			add(classClass, x.OID, classClass, x.rel.OID, col+1, 'a')
		}
	}
}
