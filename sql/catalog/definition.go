package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// OIDs of the catalogs that objects are classed by.
const (
	classType       types.OID = 1247
	classProc       types.OID = 1255
	classClass      types.OID = 1259
	classAuthid     types.OID = 1260
	classDatabase   types.OID = 1262
	classAm         types.OID = 2601
	classConstraint types.OID = 2606
	classLanguage   types.OID = 2612
	classNamespace  types.OID = 2615
	classOperator   types.OID = 2617
	classCollation  types.OID = 3456
	classAttrdef    types.OID = 2604
	classRewrite    types.OID = 2618
)

// indexEntry is an index with the relation that it is on.
type indexEntry struct {
	Index
	rel *Relation
}

// constraint is a primary key ('p'), a UNIQUE ('u'), a CHECK ('c') or a foreign key
// ('f'). A key lends its name to its index, or the other way round.
type constraint struct {
	oid   types.OID
	name  string
	index types.OID // 0 of a CHECK; of a foreign key that of the other relation
	rel   *Relation
	cols  []int
	kind  byte
	check Shown // the condition of a CHECK

	ref     *Relation // that a foreign key is about
	refCols []int
	foreign *ForeignKey
}

// about is the relation that a constraint takes its values from, with the columns.
func (k *constraint) about() (*Relation, []int) {
	if k.kind == 'f' {
		return k.ref, k.refCols
	}
	return k.rel, k.cols
}

// constraintTypes are the names of the kinds in information_schema.
var constraintTypes = map[byte]string{'p': "PRIMARY KEY", 'u': "UNIQUE", 'c': "CHECK", 'f': "FOREIGN KEY"}

// def is the constraint as CREATE TABLE would write it.
func (k *constraint) def(pretty bool) string {
	switch {
	case k.kind == 'c' && pretty:
		return "CHECK (" + k.check.Pretty + ")"
	case k.kind == 'c':
		return "CHECK (" + k.check.Plain + ")"
	}
	def := constraintTypes[k.kind] + " (" + columnList(k.rel, k.cols) + ")"
	if k.kind == 'f' {
		def += k.foreignDef()
	}
	return def
}

// attrdef is a column's default.
type attrdef struct {
	oid  types.OID
	rel  *Relation
	col  int // 0-based
	text Shown
}

// OIDs of defaults, one for each column of each stored relation.
const (
	oidAttrdef0   types.OID = 16500
	attrdefStride types.OID = 32
)

// derive lists what follows from the relations: indexes, keys, defaults.
func (c *Catalog) derive() {
	stored := types.OID(0)
	for _, r := range c.relations {
		for i := range r.Indexes {
			c.indexes = append(c.indexes, indexEntry{r.Indexes[i], r})
			switch x := &r.Indexes[i]; {
			case x.Constraint != 0 && !x.Primary:
				c.constraints = append(c.constraints, constraint{oid: x.Constraint, name: x.Name, index: x.OID, rel: r, cols: x.Columns, kind: 'u'})
			case x.Primary:
				c.constraints = append(c.constraints, constraint{oid: x.constraintOID(), name: x.Name, index: x.OID, rel: r, cols: x.Columns, kind: 'p'})
			}
		}
		for _, k := range r.Checks {
			shown := k.Shown
			if shown.Plain == "" {
				shown = Shown{"(" + k.Expr + ")", k.Expr}
			}
			c.constraints = append(c.constraints, constraint{oid: k.OID, name: k.Name, rel: r, cols: k.Columns, kind: 'c', check: shown})
		}
		for i := range r.Foreign {
			k := &r.Foreign[i]
			ref := c.relations[slices.IndexFunc(c.relations, func(r *Relation) bool { return r.OID == k.Ref })]
			c.constraints = append(c.constraints, constraint{
				oid: k.OID, name: k.Name, index: k.RefIndex, rel: r, cols: k.Columns, kind: 'f', ref: ref, refCols: k.RefColumns, foreign: k,
			})
		}
		if r.Store != ClaimStore && r.Store != StateStore && r.Store != SessionStore && r.Store != ViewStore {
			continue
		}
		for i := range r.Columns {
			expr := r.Columns[i].Default
			if r.Columns[i].Generated {
				expr = r.Columns[i].Expr
			}
			if expr == "" {
				continue
			}
			id := r.Columns[i].DefaultOID
			if id == 0 {
				id = oidAttrdef0 + stored*attrdefStride + types.OID(i)
			}
			c.attrdefs = append(c.attrdefs, attrdef{id, r, i, r.Columns[i].shown(expr)})
		}
		stored++
	}
}

// shown is a column's default or generation expression as it is shown; written
// is its text.
func (c *Column) shown(written string) Shown {
	if c.Shown.Plain == "" || written == "" {
		return Shown{written, written}
	}
	return c.Shown
}

// PrettyExpr is what pg_attrdef, pg_constraint or pg_index has as an expression of a
// relation, or of a domain (rel is 0), without needless parentheses.
func (v sessionView) PrettyExpr(rel types.OID, plain string) string {
	for _, c := range v.layers() {
		for _, d := range c.attrdefs {
			if d.rel.OID == rel && d.text.Plain == plain {
				return d.text.Pretty
			}
		}
		for i := range c.constraints {
			if k := &c.constraints[i]; k.kind == 'c' && k.rel.OID == rel && k.check.Plain == plain {
				return k.check.Pretty
			}
		}
		for i := range c.indexes {
			x := &c.indexes[i]
			switch {
			case x.rel.OID != rel || x.Plain():
			case x.Where != "" && x.WhereShown.text(x.Where, false) == plain:
				return x.WhereShown.text(x.Where, true)
			case x.exprList(false) == plain:
				return x.exprList(true)
			}
		}
	}
	pretty := plain
	if rel == 0 {
		v.domainChecks(func(_ *Domain, k *Check) {
			if k.Shown.Plain == plain {
				pretty = k.Shown.Pretty
			}
		})
	}
	return pretty
}

func (c *Catalog) indexByOID(oid types.OID) *indexEntry {
	for i := range c.indexes {
		if c.indexes[i].OID == oid {
			return &c.indexes[i]
		}
	}
	return nil
}

// ViewDef returns a view's query. Views of pg_catalog and information_schema are
// made without one.
func (v sessionView) ViewDef(oid types.OID, style functions.ViewStyle, f *types.Format) (string, bool) {
	r, ok := v.Relation(oid)
	if !ok || v.hooks.ViewText == nil {
		return "", false
	}
	if r = withQuery(r); r == nil {
		return "", false
	}
	return v.hooks.ViewText(v, r, style, f), true
}

// withQuery returns a view that has a query: that of a relation of a lens schema is
// the lens over the claims. nil: there is none.
func withQuery(r *Relation) *Relation {
	switch {
	case r.View != nil:
		return r
	case r.Store != LensStore:
		return nil
	}
	own := *r
	own.View = &View{Query: "SELECT * FROM public." + functions.QuoteIdent(r.Name) + " USING LENS " + functions.QuoteIdent(r.Lens)}
	return &own
}

// IndexDef returns the statement that would make an index, or, with column
// above 0, that column of it.
func (v sessionView) IndexDef(oid types.OID, column int, pretty bool) (string, bool) {
	x := v.indexInLayers(oid)
	switch {
	case x == nil:
		return "", false
	case column < 0 || column > len(x.All()):
		return "", true
	case column > 0:
		return x.term(x.rel, column-1, pretty), true
	}
	visible, _ := v.RelationVisible(x.rel.OID)
	return x.def(pretty, visible), true
}

func columnList(r *Relation, cols []int) string {
	names := make([]string, len(cols))
	for i, col := range cols {
		names[i] = functions.QuoteIdent(r.Columns[col].Name)
	}
	return strings.Join(names, ", ")
}

// ConstraintDef returns a constraint as CREATE TABLE would write it.
func (v sessionView) ConstraintDef(oid types.OID, pretty bool) (string, bool) {
	for _, c := range v.layers() {
		for i := range c.constraints {
			if k := &c.constraints[i]; k.oid == oid {
				return k.def(pretty), true
			}
		}
	}
	def := ""
	v.domainChecks(func(_ *Domain, k *Check) {
		switch {
		case k.OID != oid:
			return
		case pretty:
			def = "CHECK (" + k.Shown.Pretty + ")"
		default:
			def = "CHECK (" + k.Shown.Plain + ")"
		}
		if k.NotValid {
			def += " NOT VALID"
		}
	})
	return def, def != ""
}

// CommentKey names what a comment is on: the catalog that has the object, the
// object, and a column's number or 0.
type CommentKey struct {
	Class, OID types.OID
	Sub        int32
}

// commentClasses are the catalogs that have comments, in the order asked by
// obj_description without a class.
var commentClasses = []types.OID{classClass, classProc, classType, classNamespace, classOperator, classLanguage, classAm, classDatabase, classAuthid, classTSDict, classTSParser, classTSConfig, classTSTemplate, classCollation, LargeObjectClass}

// buildComments gathers every comment from the declarations.
func (c *Catalog) buildComments() map[CommentKey]string {
	m := map[CommentKey]string{}
	put := func(class, oid types.OID, sub int, s string) {
		if s != "" {
			m[CommentKey{class, oid, int32(sub)}] = s
		}
	}
	for _, s := range c.schemas {
		put(classNamespace, s.OID, 0, s.Comment)
	}
	c.relationComments(m)
	textSearchComments(put)
	c.library().describe(put)
	for i := range types.All() {
		t := &types.All()[i]
		put(classType, t.OID, 0, t.Doc)
	}
	for _, l := range languages {
		put(classLanguage, l.oid, 0, l.comment)
	}
	for _, a := range accessMethods {
		put(classAm, a.oid, 0, a.comment)
	}
	for _, k := range collations {
		put(classCollation, k.oid, 0, k.comment)
	}
	return m
}

// relationComments gathers the comments of relations and their columns.
func (c *Catalog) relationComments(m map[CommentKey]string) {
	for _, r := range c.relations {
		if r.Comment != "" {
			m[CommentKey{classClass, r.OID, 0}] = r.Comment
		}
		for i := range r.Columns {
			if s := r.Columns[i].Comment; s != "" {
				m[CommentKey{classClass, r.OID, int32(i + 1)}] = s
			}
		}
		maps.Copy(m, r.Remarks)
	}
	for _, remarks := range c.typeRemarks {
		maps.Copy(m, remarks)
	}
}
