package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// A value of a domain is one of the type below: operators, functions and
// formats know nothing of domains. What the binder knows is of which domain an
// expression was declared (domainOf), for pg_typeof and for the columns of what is
// made; and a cast to a domain checks the value.

// DomainCheck is a value as one of a domain: it fails where a condition of the
// domain does not hold.
type DomainCheck struct {
	Arg     Expr
	Domain  types.OID
	Schema  string
	Name    string // of the domain
	Written string // the name as SQL writes it here
	NotNull bool
	// Conds are over Col 0, the value; Names are those of their constraints.
	Conds []Expr
	Names []string
	// Told says that the type is the domain's own, as pg_typeof tells it.
	Told bool
}

// Type returns the type of the value, or the domain's own.
func (e *DomainCheck) Type() (types.OID, int32) {
	if e.Told {
		return e.Domain, -1
	}
	return e.Arg.Type()
}

// domainType returns the domain that a type's name means, or of arrays of which it
// is the type; nil: it means none.
func (b *binder) domainType(n *pg.TypeName) (d *catalog.Domain, array bool) {
	names, _ := fieldNames(n.Names)
	if n.Setof || n.PctType || len(names) > 2 || b.ctx.Catalog == nil {
		return nil, false
	}
	name, path, schema := names[len(names)-1], b.ctx.SearchPath, ""
	if len(names) == 2 {
		path, schema = names[:1], names[0]
	}
	if d := b.usedDomain(schema, name); d != nil {
		return d, len(n.ArrayBounds) > 0
	}
	for _, at := range path {
		if d, ok := b.ctx.Catalog.DomainNamed(at, name); ok {
			b.noteDomain(d, schema, name)
			if len(n.ArrayBounds) > 0 && types.ArrayOf(d.Type) == 0 {
				fail(sqlerr.New(sqlerr.FeatureNotSupported, `arrays of domain "%s", which is over arrays, are not supported`, d.Name))
			}
			return d, len(n.ArrayBounds) > 0
		}
		if _, ok := types.ByName(at, name); ok && at == "pg_catalog" {
			return nil, false
		}
	}
	return nil, false
}

// writtenDomain is a domain's name, or that of arrays of it, as SQL writes it here.
func (b *binder) writtenDomain(d *catalog.Domain, array bool) string {
	name, ok := "", false
	if named, knows := b.ctx.Catalog.(interface {
		RowTypeName(oid types.OID) (string, bool)
	}); knows { // what the session sees, whatever path the query of a view has
		name, ok = named.RowTypeName(d.OID)
	}
	if !ok {
		name = functions.QuoteIdent(d.Schema) + "." + functions.QuoteIdent(d.Name)
	}
	if array {
		name += "[]"
	}
	return name
}

// domainValues are the type and modifier of what a domain, or an array of it, has
// for values.
func domainValues(d *catalog.Domain, array bool) (types.OID, int32) {
	if array {
		return types.ArrayOf(d.Type), d.Typmod
	}
	return d.Type, d.Typmod
}

// castToDomain binds a cast to a domain, or to arrays of it.
func (s *scope) castToDomain(n *pg.TypeCast, d *catalog.Domain, array bool) Expr {
	b := s.b
	written := b.writtenDomain(d, array)
	if len(n.TypeName.Typmods) > 0 {
		b.failAt(n.TypeName.Location, sqlerr.SyntaxError, `type modifier is not allowed for type "%s"`, written)
	}
	t, typmod := domainValues(d, array)
	e := s.castArg(n, t)
	out := b.coerce(e, t, typmod, explicit)
	if out == nil {
		out = s.castRow(e, t)
	}
	if out == nil {
		location := n.Location
		if location < 0 {
			location = n.TypeName.Location
		}
		b.failAt(location, sqlerr.CannotCoerce, "cannot cast type %s to %s", b.typeText(e), written)
	}
	return b.toDomain(out, d, array)
}

// toDomain checks a value of the type below as one of a domain, or the elements of
// an array.
func (b *binder) toDomain(e Expr, d *catalog.Domain, array bool) Expr {
	if !array {
		if under, of, ok := b.ctx.Catalog.Domain(d.Over); ok && of { // elements of a domain
			e = b.toDomain(e, under, true)
		}
		return b.domainCheck(e, d)
	}
	elem := b.domainCheck(&Col{Index: 0, OID: d.Type, Typmod: d.Typmod}, d)
	out := &ArrayConvert{Arg: e, Elem: elem, OID: typeOf(e)}
	if b.domains == nil {
		b.domains = map[Expr]types.OID{}
	}
	b.domains[out] = d.Array
	return out
}

func (b *binder) domainCheck(e Expr, d *catalog.Domain) *DomainCheck {
	out := &DomainCheck{Arg: e, Domain: d.OID, Schema: d.Schema, Name: d.Name, Written: b.writtenDomain(d, false), NotNull: d.NotNull}
	b.domainConds(out, d)
	return out
}

// domainConds adds the conditions of a domain, those of the domains below it first.
func (b *binder) domainConds(out *DomainCheck, d *catalog.Domain) {
	b.step()
	if under, array, ok := b.ctx.Catalog.Domain(d.Over); ok && !array {
		b.domainConds(out, under)
	}
	out.NotNull = out.NotNull || d.NotNull
	if len(d.Checks) == 0 {
		return
	}
	in := *b
	in.ctx.SearchPath, in.within, in.forms = viewSearch, nil, nil
	s := in.valueScope(d, "CHECK constraints")
	for i := range d.Checks {
		out.Conds = append(out.Conds, in.mustCoerce(s.stored(d.Checks[i].Expr), types.OIDBool, -1, "CHECK"))
		out.Names = append(out.Names, d.Checks[i].Name)
	}
}

// toColumn checks a value of a column's type as one of the column's domain.
func (b *binder) toColumn(e Expr, c *catalog.Column) Expr {
	if c.Domain == 0 || b.showing() { // nobody wrote the cast
		return e
	}
	d, array, ok := b.ctx.Catalog.Domain(c.Domain)
	if !ok {
		return e
	}
	return b.toDomain(e, d, array)
}

// inDomains checks rows that come from outside as those of a relation's columns.
func (b *binder) inDomains(in *rInput, rl *catalog.Relation, cols []int) rel {
	var es []Expr
	found := false
	for i, id := range in.ids {
		c := &rl.Columns[cols[i]]
		es = append(es, b.toColumn(b.ref(id), c))
		found = found || c.Domain != 0
	}
	if !found {
		return in
	}
	return b.projectTo(in, es)
}

// domainDefault is the default of the domain that a column is of, as SQL text.
func (b *binder) domainDefault(c *catalog.Column) string {
	if c.Domain == 0 {
		return ""
	}
	if d, array, ok := b.ctx.Catalog.Domain(c.Domain); ok && !array {
		return d.Default
	}
	return ""
}

// columnType declares a column to be of a type.
func (b *binder) columnType(c *catalog.Column, n *pg.TypeName) {
	c.Type, c.Typmod = b.typ(n)
	c.Domain, c.Collation = 0, 0
	if d, array := b.domainType(n); d != nil {
		b.declareDomain(c, d, array)
	}
}

// declareDomain declares a column to be of a domain, or of arrays of it.
func (b *binder) declareDomain(c *catalog.Column, d *catalog.Domain, array bool) {
	d.Declare(c)
	if array {
		c.Type, c.Domain = types.ArrayOf(d.Type), d.Array
	}
}

// domainOf is the domain that an expression is of, or the type of arrays of one;
// 0: it is of its type.
func (b *binder) domainOf(e Expr) types.OID {
	if d := b.domains[e]; d != 0 {
		return d
	}
	switch x := e.(type) {
	case *DomainCheck:
		return x.Domain
	case *Call:
		if x.Made != nil {
			return x.Made.Made.RetDomain
		}
	case *collated:
		return b.domainOf(x.Arg)
	case *Col:
		if x.Index < len(b.cols) {
			return b.cols[x.Index].Domain
		}
	case *Coalesce:
		return b.commonDomain(x.Args...)
	case *Case:
		results := []Expr{x.Else}
		for _, w := range x.Whens {
			results = append(results, w.Result)
		}
		return b.commonDomain(results...)
	case *ArrayExpr:
		if !x.Multi {
			return b.overDomain(b.commonDomain(x.Elems...))
		}
	case *Subscript:
		if x.Slice {
			return b.domainOf(x.Arg)
		}
		return b.underDomain(b.domainOf(x.Arg))
	case *subquery:
		if outs := x.rel.outs(); len(outs) > 0 && x.Kind == ScalarSub {
			return b.cols[outs[0]].Domain
		} else if len(outs) > 0 && x.Kind == ArraySub {
			return b.overDomain(b.cols[outs[0]].Domain)
		}
	}
	return 0
}

// typeText is the type that an expression was declared to be of, as errors write it.
func (b *binder) typeText(e Expr) string {
	if domain := b.domainOf(e); domain != 0 {
		return b.declaredText(domain, typeOf(e), -1)
	}
	return types.FormatTypeBare(typeOf(e))
}

func (b *binder) declaredText(domain, t types.OID, typmod int32) string {
	if domain == 0 {
		return types.FormatType(t, typmod)
	}
	d, array, ok := b.ctx.Catalog.Domain(domain)
	if !ok {
		return types.FormatType(t, typmod)
	}
	return b.writtenDomain(d, array)
}

// commonDomain is the domain that all expressions are of: what has another type
// beside makes a value of the type below.
func (b *binder) commonDomain(es ...Expr) types.OID {
	found := types.OID(0)
	for i, e := range es {
		if e == nil {
			return 0
		}
		d := b.domainOf(e)
		if d == 0 || i > 0 && d != found {
			return 0
		}
		found = d
	}
	return found
}

// overDomain is the type of arrays of a domain, underDomain the domain that such an
// array is of.
func (b *binder) overDomain(oid types.OID) types.OID {
	if oid == 0 {
		return 0
	}
	if d, array, ok := b.ctx.Catalog.Domain(oid); ok && !array {
		return d.Array
	}
	return 0
}

func (b *binder) underDomain(oid types.OID) types.OID {
	if oid == 0 {
		return 0
	}
	if d, array, ok := b.ctx.Catalog.Domain(oid); ok && array {
		return d.OID
	}
	return 0
}

// toldArray is the type of arrays of a domain that clients are told of: a domain they are
// told by what it is over.
func (b *binder) toldArray(oid types.OID) types.OID {
	for oid != 0 {
		d, array, ok := b.ctx.Catalog.Domain(oid)
		switch {
		case !ok:
			return 0
		case array:
			return oid
		}
		oid = d.Over
	}
	return 0
}

// resultDomain is the domain of what an aggregate or a window function makes of
// arguments of one.
func (b *binder) resultDomain(fn *functions.Func, args []Expr) types.OID {
	var elems []Expr
	for i, a := range args {
		if i < len(fn.Args) && (fn.Args[i] == types.OIDAnyElement || fn.Args[i] == types.OIDAnyNonArray) {
			elems = append(elems, a)
		}
	}
	switch d := b.commonDomain(elems...); fn.Ret {
	case types.OIDAnyElement:
		return d
	case types.OIDAnyArray:
		return b.overDomain(d)
	}
	return 0
}

// typeTold lets pg_typeof tell the domain of its argument.
func (b *binder) typeTold(fn *functions.Func, args []Expr) {
	const pgTypeof = 1619
	if fn.OID != pgTypeof || len(args) != 1 || b.showing() {
		return
	}
	if d := b.domainOf(args[0]); d != 0 {
		args[0] = &DomainCheck{Arg: args[0], Domain: d, Told: true}
	}
}

// foldDomain leaves a domain without conditions out.
func foldDomain(x *DomainCheck) Expr {
	if len(x.Conds) == 0 && !x.NotNull && !x.Told {
		return x.Arg
	}
	return x
}
