package plan

import (
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// OIDs of PostgreSQL's functions that a key condition may come from.
const (
	fnTextEq     types.OID = 67
	fnTextLt     types.OID = 740
	fnTextLe     types.OID = 741
	fnTextGt     types.OID = 742
	fnTextGe     types.OID = 743
	fnTextLike   types.OID = 850
	fnStartsWith types.OID = 3696
)

// keys gives scans of claims their key conditions.
func (b *binder) keys(r rel) {
	b.step()
	if s, ok := r.(*rScan); ok {
		b.scanKey(s)
	}
	exprsOf(r, func(e Expr) Expr {
		walk(e, func(x Expr) bool {
			if q, ok := x.(*subquery); ok {
				b.keys(q.rel)
			}
			return true
		})
		return e
	})
	kids(r, func(k rel) rel {
		b.keys(k)
		return k
	})
}

// scanKey gives one scan its key conditions.
func (b *binder) scanKey(s *rScan) {
	switch {
	case s.keyed || s.filter == nil: // done before, in a subquery met twice
	case isClaims(s.rel):
		k := keyFinder{b: b, scan: s}
		k.run()
	case s.rel.Store == catalog.SessionStore:
		b.uniqueKey(s)
	}
	s.keyed = true
}

// scanKeys is keys without the subqueries in expressions.
func (b *binder) scanKeys(r rel) {
	b.step()
	if s, ok := r.(*rScan); ok {
		b.scanKey(s)
	}
	if w, ok := r.(*rWith); ok { // its queries are shared by all that read them
		b.scanKeys(w.body)
		return
	}
	kids(r, func(k rel) rel {
		b.scanKeys(k)
		return k
	})
}

// keyed is a condition that became, or widened to, a part of the key.
type keyed struct {
	column string // concept_path, predicate, source, id
	point  bool   // equality with one or several values
	exact  bool   // the key says just the same
	cond   Expr
}

// keyFinder sorts a scan's conditions.
type keyFinder struct {
	b     *binder
	scan  *rScan
	found []keyed
	rest  []Expr
}

func (k *keyFinder) run() {
	for _, c := range conjuncts(k.scan.filter) {
		if f, ok := k.condition(c); ok {
			k.found = append(k.found, f)
		} else {
			k.rest = append(k.rest, c)
		}
	}
	key := &k.scan.key
	point := key.Paths != nil || key.PathsArray != nil
	rng := key.Prefix != nil || key.From != nil || key.To != nil
	predicates := key.Predicates != nil || key.PredicatesArray != nil
	switch {
	case point:
		key.Index = ByPath
	case key.IDs != nil || key.IDsArray != nil:
		key.Index = ByID
	case rng:
		key.Index = ByPath
	case predicates && k.common("predicate"):
		key.Predicates, key.PredicatesArray = nil, nil
	case predicates:
		key.Index = ByPredicate
	case key.Sources != nil || key.SourcesArray != nil:
		key.Index = BySource
	}
	key.Pairs = k.b.pairs(key)
	for _, f := range k.found {
		if !f.exact || !k.enforced(f, point) {
			k.rest = append(k.rest, f.cond)
		}
	}
	k.scan.filter = conjunction(k.rest)
}

// pairs reports whether the paths and predicates of a key are those of one batch's
// rows.
func (b *binder) pairs(k *KeyCond) bool {
	p, pok := k.PathsArray.(*Col)
	q, qok := k.PredicatesArray.(*Col)
	return pok && qok && b.batches.has(p.Index) && q.Index == p.Index+1 && b.batches.has(q.Index)
}

// manyOf is the part of the claims from which on it is less work to read all than
// to look up those that an index names: rows in the order of their keys come
// from images in memory, or from neighbouring blocks.
const manyOf = 0.1

// common reports whether the conditions on a column are known to hold for many of
// the claims.
func (k *keyFinder) common(column string) bool {
	i := k.scan.rel.ColumnIndex(column)
	e := k.b.estimator()
	if e.columnStats(k.scan.rel, i) == nil {
		return false
	}
	part := 1.0
	for _, f := range k.found {
		if f.column == column {
			part *= e.one(k.scan, f.cond)
		}
	}
	return part >= manyOf
}

// enforced reports whether the way in keeps all rows out that a condition
// keeps out.
func (k *keyFinder) enforced(f keyed, point bool) bool {
	switch k.scan.key.Index {
	case ByPath:
		return f.column == "concept_path" && (f.point || !point) || f.column == "predicate" && point
	case ByPredicate:
		return f.column == "predicate"
	case BySource:
		return f.column == "source"
	}
	return f.column == "id"
}

// column returns the name of the scan's key column that an expression is, "" for
// none.
func (k *keyFinder) column(e Expr) string {
	if c, ok := e.(*Convert); ok && !c.IO && c.Typmod < 0 {
		e = c.Arg
	}
	c, ok := e.(*Col)
	if !ok {
		return ""
	}
	for i, id := range k.scan.ids {
		if id == c.Index && id != 0 {
			switch name := k.scan.rel.Columns[i].Name; name {
			case "concept_path", "predicate", "source", "id":
				return name
			}
		}
	}
	return ""
}

// fixed reports whether an expression has one value for the whole scan.
func (k *keyFinder) fixed(e Expr) bool {
	return colsOf(e).disjoint(outSet(k.scan)) && volatility(e) != 'v' && !holdsSubquery(e)
}

func (k *keyFinder) condition(c Expr) (keyed, bool) {
	switch x := c.(type) {
	case *Call:
		return k.call(x)
	case *InList:
		if x.Eq == fnTextEq && !x.Not && k.allFixed(x.List) {
			return k.points(k.column(x.Left), x.List, c)
		}
	case *AnyAll:
		if x.Op == fnTextEq && !x.All && k.fixed(x.Array) {
			return k.anyOf(k.column(x.Left), x.Array, c)
		}
	}
	return keyed{}, false
}

// lists are the places of the conditions on a key column: a list of values and an
// array.
func (k *keyFinder) lists(column string) (list *[]Expr, array *Expr) {
	key := &k.scan.key
	switch column {
	case "concept_path":
		return &key.Paths, &key.PathsArray
	case "predicate":
		return &key.Predicates, &key.PredicatesArray
	case "source":
		return &key.Sources, &key.SourcesArray
	case "id":
		return &key.IDs, &key.IDsArray
	}
	return nil, nil
}

// anyOf notes equality of a column with one of an array's elements.
func (k *keyFinder) anyOf(column string, values, c Expr) (keyed, bool) {
	list, array := k.lists(column)
	if list == nil || *list != nil || *array != nil {
		return keyed{}, false // one list a column; a second stays a filter
	}
	*array = values
	return keyed{column, true, true, c}, true
}

func (k *keyFinder) allFixed(es []Expr) bool {
	for _, e := range es {
		if !k.fixed(e) {
			return false
		}
	}
	return true
}

// points notes equality of a column with values.
func (k *keyFinder) points(column string, values []Expr, c Expr) (keyed, bool) {
	list, array := k.lists(column)
	if list == nil || *list != nil || *array != nil {
		return keyed{}, false
	}
	*list = append([]Expr(nil), values...)
	return keyed{column, true, true, c}, true
}

// call recognises comparisons of a key column with a fixed value.
func (k *keyFinder) call(x *Call) (keyed, bool) {
	if len(x.Args) != 2 {
		return keyed{}, false
	}
	fn, l, r := x.Func, x.Args[0], x.Args[1]
	column := k.column(l)
	if column == "" || !k.fixed(r) {
		if column = k.column(r); column == "" || !k.fixed(l) {
			return keyed{}, false
		}
		var ok bool
		if fn, ok = mirrored(fn); !ok {
			return keyed{}, false
		}
		r = l
	}
	if fn == fnTextEq {
		return k.points(column, []Expr{r}, x)
	}
	if column != "concept_path" {
		return keyed{}, false
	}
	return k.pathRange(fn, r, x)
}

func mirrored(fn types.OID) (types.OID, bool) {
	switch fn {
	case fnTextEq:
		return fn, true
	case fnTextLt:
		return fnTextGt, true
	case fnTextLe:
		return fnTextGe, true
	case fnTextGt:
		return fnTextLt, true
	case fnTextGe:
		return fnTextLe, true
	}
	return 0, false
}

// pathRange notes a range of paths. Paths hold no NUL, so that the least text
// above x is x followed by U+0001.
func (k *keyFinder) pathRange(fn types.OID, v Expr, x *Call) (keyed, bool) {
	key := &k.scan.key
	out := keyed{"concept_path", false, true, x}
	switch {
	case fn == fnTextGe && key.From == nil:
		key.From = v
	case fn == fnTextLt && key.To == nil:
		key.To = v
	case fn == fnTextGt && key.From == nil:
		key.From, out.exact = v, false
	case fn == fnTextLe && key.To == nil:
		c, ok := v.(*Const)
		if !ok || c.Value.Null {
			return keyed{}, false
		}
		key.To = textConst(c.Value.S + "\x01")
	case fn == fnStartsWith && key.Prefix == nil:
		key.Prefix = v
	case fn == fnTextLike:
		return k.like(v, x)
	default:
		return keyed{}, false
	}
	return out, true
}

// like turns a constant pattern into a prefix, or into equality when it has no
// wildcard.
func (k *keyFinder) like(v Expr, x *Call) (keyed, bool) {
	c, ok := v.(*Const)
	if !ok || c.Value.Null {
		return keyed{}, false
	}
	prefix, rest := likePrefix(c.Value.S)
	text := textConst(prefix)
	switch {
	case rest == "":
		return k.points("concept_path", []Expr{text}, x)
	case prefix == "" || k.scan.key.Prefix != nil:
		return keyed{}, false
	}
	k.scan.key.Prefix = text
	return keyed{"concept_path", false, rest == "%", x}, true
}

// likePrefix splits a LIKE pattern at its first wildcard; backslashes are
// taken off the literal part.
func likePrefix(pattern string) (prefix, rest string) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '%', '_':
			return b.String(), pattern[i:]
		case '\\':
			if i++; i >= len(pattern) {
				return "", pattern // ends in its escape: an error when run
			}
			b.WriteByte(pattern[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

func textConst(s string) *Const {
	return &Const{Value: types.Text(s), OID: types.OIDText, Typmod: -1}
}
