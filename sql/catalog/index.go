package catalog

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Index declares an index.
type Index struct {
	OID  types.OID
	Name string
	// Columns are those of the key; ExprColumn stands for the next of Exprs.
	Columns []int
	Exprs   []IndexExpr
	// Where is the predicate of a partial index as SQL text; empty: it has all rows.
	Where      string
	WhereShown Shown
	// Used are the columns that Exprs and Where name.
	Used []int
	// Hash says that the method is hash; it is btree otherwise.
	Hash bool
	// Classes are the operator classes of the key's columns, 0 where it is the
	// default one, and Collations their collations, 0 where it is their type's.
	// nil: all are.
	Classes, Collations []types.OID
	// Order is pg_index.indoption of each column; nil: they ascend, NULLs last.
	Order []int
	// Included are columns behind those of the key.
	Included []int
	// Names are those of all columns as pg_attribute has them; nil: the columns'.
	Names   []string
	Unique  bool
	Primary bool
	// Constraint is the OID of the UNIQUE or PRIMARY KEY constraint that a
	// session's table has the index for; 0: it is an index only.
	Constraint types.OID
}

// ExprColumn in Index.Columns stands for an expression.
const ExprColumn = -1

// IndexExpr is an expression that an index has as a column of its key.
type IndexExpr struct {
	Expr  string // as SQL text
	Shown Shown
	Type  types.OID
	// Typmod is the expression's; Collation its own, 0 where its type has none.
	Typmod    int32
	Collation types.OID
	// Call says that it looks like a call of a function, and is shown without
	// parentheses around it.
	Call bool
}

// Bits of Index.Order.
const (
	IndexDescending = 1 << iota
	IndexNullsFirst
)

// All lists the columns of the key and those included.
func (x *Index) All() []int { return slices.Concat(x.Columns, x.Included) }

// Plain reports whether the index is about columns alone, and has all rows.
func (x *Index) Plain() bool { return len(x.Exprs) == 0 && x.Where == "" }

// Needs reports whether the index names a column of its table.
func (x *Index) Needs(col int) bool {
	return slices.Contains(x.All(), col) || slices.Contains(x.Used, col)
}

// expr returns the expression that is column k of the key; nil: it is a column.
func (x *Index) expr(k int) *IndexExpr {
	if k >= len(x.Columns) || x.Columns[k] != ExprColumn {
		return nil
	}
	n := 0
	for _, c := range x.Columns[:k] {
		if c == ExprColumn {
			n++
		}
	}
	return &x.Exprs[n]
}

// column is column k of the index, the key's first, as pg_attribute has it.
func (x *Index) column(r *Relation, k int) Column {
	if e := x.expr(k); e != nil {
		return Column{Name: x.Names[k], Type: e.Type, Typmod: e.Typmod}
	}
	d := r.Columns[x.All()[k]]
	d.NotNull, d.Generated, d.Identity, d.Domain, d.Collation = false, false, 0, 0, d.collation()
	if x.Names != nil {
		d.Name = x.Names[k]
	}
	return d
}

// collation is that of column k of the key.
func (x *Index) collation(r *Relation, k int) types.OID {
	if k < len(x.Collations) && x.Collations[k] != 0 {
		return x.Collations[k]
	}
	return x.ownCollation(r, k)
}

// ownCollation is that of the column or expression itself.
func (x *Index) ownCollation(r *Relation, k int) types.OID {
	if e := x.expr(k); e != nil {
		return e.Collation
	}
	return r.Columns[x.Columns[k]].collation()
}

// class is the operator class of column k of the key.
func (x *Index) class(r *Relation, k int) types.OID {
	if k < len(x.Classes) && x.Classes[k] != 0 {
		return x.Classes[k]
	}
	return x.defaultClass(r, k)
}

// defaultClass is the one of the type of column k of the key.
func (x *Index) defaultClass(r *Relation, k int) types.OID {
	t := x.column(r, k).Type
	if types.IsReg(t) {
		t = types.OIDOID
	}
	return defaultClass(x.method(), t)
}

func (x *Index) method() types.OID {
	if x.Hash {
		return amHash
	}
	return amBtree
}

// term is column k of the index as a definition writes it: its name, or the
// expression in parentheses but for one that is a call.
func (x *Index) term(r *Relation, k int, pretty bool) string {
	e := x.expr(k)
	if e == nil {
		return functions.QuoteIdent(r.Columns[x.All()[k]].Name)
	}
	text := e.Shown.text(e.Expr, pretty)
	if !e.Call {
		text = "(" + text + ")"
	}
	return text
}

// KeyText is the key as errors name it.
func (x *Index) KeyText(r *Relation) string {
	terms := make([]string, len(x.Columns))
	for k := range terms {
		terms[k] = x.term(r, k, true)
	}
	return strings.Join(terms, ", ")
}

// text is the expression as it is shown; written is how it was written.
func (s Shown) text(written string, pretty bool) string {
	switch {
	case s.Plain == "" && pretty:
		return written
	case s.Plain == "":
		return "(" + written + ")"
	case pretty:
		return s.Pretty
	}
	return s.Plain
}

// def is the statement that would make the index.
// The table is named with its schema, but where that is pretty and its name alone
// finds it.
func (x *indexEntry) def(pretty, visible bool) string {
	unique, method, table := "", "btree", functions.QuoteIdent(x.rel.Schema)+"."
	switch {
	case pretty && visible:
		table = ""
	case x.rel.Store == SessionStore:
		table = TempSchema + "."
	}
	if x.Unique {
		unique = "UNIQUE "
	}
	if x.Hash {
		method = "hash"
	}
	keys := make([]string, len(x.Columns))
	for k := range keys {
		keys[k] = x.term(x.rel, k, pretty) + x.collateWords(k) + x.classWord(k)
		if len(x.Order) > k {
			keys[k] += orderWords[x.Order[k]&(IndexDescending|IndexNullsFirst)]
		}
	}
	rest := ""
	if len(x.Included) > 0 {
		rest = " INCLUDE (" + columnList(x.rel, x.Included) + ")"
	}
	if x.Where != "" {
		rest += " WHERE " + x.WhereShown.text(x.Where, pretty)
	}
	return "CREATE " + unique + "INDEX " + functions.QuoteIdent(x.Name) + " ON " + table +
		functions.QuoteIdent(x.rel.Name) + " USING " + method + " (" + strings.Join(keys, ", ") + ")" + rest
}

// collateWords name the collation of a column of the key that is not that of the
// column or expression.
func (x *indexEntry) collateWords(k int) string {
	said := x.collation(x.rel, k)
	if said == x.ownCollation(x.rel, k) {
		return ""
	}
	for _, c := range collations {
		if c.oid == said {
			return " COLLATE " + functions.QuoteIdent(c.name)
		}
	}
	return ""
}

// classWord names the operator class of a column of the key that is not the
// default one.
func (x *indexEntry) classWord(k int) string {
	class := x.class(x.rel, k)
	if class == x.defaultClass(x.rel, k) {
		return ""
	}
	for _, f := range opclasses()['c'] {
		if declaredOID(f[0]) == class {
			return " " + functions.QuoteIdent(f[2])
		}
	}
	return ""
}

// orderWords are what CREATE INDEX says of a column's order, where that is not the
// usual one.
var orderWords = map[int]string{
	IndexNullsFirst: " NULLS FIRST", IndexDescending: " DESC NULLS LAST", IndexDescending | IndexNullsFirst: " DESC",
}

// exprList are the index's expressions as pg_index.indexprs has them; empty: there
// are none.
func (x *Index) exprList(pretty bool) string {
	var b strings.Builder
	for i := range x.Exprs {
		text := x.Exprs[i].Shown.text(x.Exprs[i].Expr, pretty)
		switch {
		case i > 0 && strings.HasPrefix(text, "\n"): // CASE begins a line
			b.WriteString(",")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(text)
	}
	return b.String()
}

// constraintOID is the OID of the constraint of a key.
func (x *Index) constraintOID() types.OID {
	if x.Constraint != 0 {
		return x.Constraint
	}
	return OIDConstraint0 + x.OID - OIDIndex0
}
