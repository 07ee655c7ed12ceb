package parser

import (
	pg "github.com/pganalyze/pg_query_go/v5"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// fromItem is a FROM item of the tree: the node, and the span of the locations
// in its subtree (lo is -1 when it has none).
type fromItem struct {
	node   any
	lo, hi int
}

// attach finds the FROM item that each lifted clause follows.
func (l *lifter) attach(tree *pg.ParseResult) error {
	if len(l.lifted) == 0 {
		return nil
	}
	var items []fromItem
	collect(tree.ProtoReflect(), &items)
	toks := tokens(l.text)
	for i := range l.lifted {
		c := &l.lifted[i]
		if c.asOf != nil {
			if err := l.checkAsOf(c, toks, tree); err != nil {
				return err
			}
			continue
		}
		if err := l.attachOne(c, toks, items); err != nil {
			return err
		}
		if err := l.once(i); err != nil {
			return err
		}
	}
	return nil
}

// once refuses a second clause of the same kind on an item.
func (l *lifter) once(i int) error {
	c := &l.lifted[i]
	for k := range l.lifted[:i] {
		o := &l.lifted[k]
		if o.target == c.target && o.asOf == nil &&
			(o.lens != nil && c.lens != nil || o.system != nil && c.system != nil || o.valid != nil && c.valid != nil) {
			at := max(o.start, c.start)
			return sqlerr.New(sqlerr.SyntaxError, "a FROM item can have only one such clause").
				At(charPosition(l.text, at))
		}
	}
	return nil
}

// attachOne walks back from a clause to the start of its FROM item.
func (l *lifter) attachOne(c *lifted, toks []token, items []fromItem) error {
	refuse := sqlerr.New(sqlerr.SyntaxError, "the clause must follow a relation, function or subquery in FROM").
		WithHint("To look at a join through a lens, make it a subquery.").At(charPosition(l.text, c.start))
	i := 0
	for i < len(toks) && toks[i].pos < c.start {
		i++
	}
	first := itemStart(l.text, toks, i)
	if first < 0 || first >= i {
		return refuse
	}
	if isSelf(l.text, toks[first], '(') {
		end := closing(l.text, toks, first)
		c.target = outermost(items, toks[first].pos, end)
	} else {
		c.target = located(items, toks[first].pos, c.start)
	}
	if c.target == nil {
		return refuse
	}
	return nil
}

// itemStart returns the first token of the FROM item that ends before token i,
// or -1 where there is none.
func itemStart(text string, toks []token, i int) int {
	depth := 0
	for k := i - 1; k >= 0; k-- {
		t := toks[k]
		switch {
		case isSelf(text, t, ')'):
			depth++
		case isSelf(text, t, '('):
			if depth == 0 {
				return skipPrefix(text, toks, k+1)
			}
			depth--
		case depth > 0:
		case isSelf(text, t, ','), isWord(text, t, "from"), isWord(text, t, "join"),
			isWord(text, t, "using") && k+1 < i && !isSelf(text, toks[k+1], '('):
			return skipPrefix(text, toks, k+1)
		case isWord(text, t, "on"), isWord(text, t, "where"), isWord(text, t, "select"), isSelf(text, t, ';'),
			isWord(text, t, "using"):
			return -1
		}
	}
	return -1
}

// skipPrefix passes LATERAL and ONLY.
func skipPrefix(text string, toks []token, k int) int {
	for k < len(toks) && (isWord(text, toks[k], "lateral") || isWord(text, toks[k], "only")) {
		k++
	}
	return k
}

// closing returns the byte of the parenthesis that closes the one at token i.
func closing(text string, toks []token, i int) int {
	depth := 0
	for ; i < len(toks); i++ {
		switch {
		case isSelf(text, toks[i], '('):
			depth++
		case isSelf(text, toks[i], ')'):
			if depth--; depth == 0 {
				return toks[i].pos
			}
		}
	}
	return len(text)
}

// outermost returns the subquery whose subtree fills the parentheses best:
// the first met on the way down that lies within.
func outermost(items []fromItem, from, to int) any {
	for _, it := range items {
		if _, ok := it.node.(*pg.RangeSubselect); ok && it.lo > from && it.hi < to {
			return it.node
		}
	}
	return nil
}

// located returns the relation or function that begins at a byte. A function's
// first location may lie behind its name's start (ROWS FROM), so the function
// that begins between it and the clause is taken then.
func located(items []fromItem, at, before int) any {
	var fn any
	for _, it := range items {
		switch it.node.(type) {
		case *pg.RangeVar:
			if it.lo == at {
				return it.node
			}
		case *pg.RangeFunction:
			if fn == nil && it.lo >= at && it.hi < before {
				fn = it.node
			}
		}
	}
	return fn
}

// collect gathers the FROM items in order, enclosing ones first, and returns
// the span of locations in the subtree.
func collect(m protoreflect.Message, items *[]fromItem) (lo, hi int) {
	lo, hi = -1, -1
	mine := -1
	switch n := m.Interface().(type) {
	case *pg.RangeVar, *pg.RangeSubselect, *pg.RangeFunction:
		mine = len(*items)
		*items = append(*items, fromItem{node: n})
	}
	grow := func(a, b int) {
		if a >= 0 && (lo < 0 || a < lo) {
			lo = a
		}
		hi = max(hi, b)
	}
	fields := m.Descriptor().Fields()
	if f := fields.ByName("location"); f != nil && f.Kind() == protoreflect.Int32Kind {
		if v := int(m.Get(f).Int()); v > 0 {
			grow(v, v)
		}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Kind() != protoreflect.MessageKind {
			return true
		}
		if f.IsList() {
			for i := range v.List().Len() {
				grow(collect(v.List().Get(i).Message(), items))
			}
		} else {
			grow(collect(v.Message(), items))
		}
		return true
	})
	if mine >= 0 {
		(*items)[mine].lo, (*items)[mine].hi = lo, hi
	}
	return lo, hi
}

// shift adds to every known location of a subtree.
func shift(m protoreflect.Message, by int) {
	if f := m.Descriptor().Fields().ByName("location"); f != nil && f.Kind() == protoreflect.Int32Kind {
		// Zero is a location too here: sub-texts begin with SELECT, so no
		// expression stands at 0, and nodes without a location have -1 or 0.
		if v := m.Get(f).Int(); v > 0 {
			m.Set(f, protoreflect.ValueOfInt32(int32(v)+int32(by)))
		}
	}
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if f.Kind() != protoreflect.MessageKind {
			return true
		}
		if f.IsList() {
			for i := range v.List().Len() {
				shift(v.List().Get(i).Message(), by)
			}
		} else {
			shift(v.Message(), by)
		}
		return true
	})
}

func errNestedAsOf(text string, at int) error {
	return sqlerr.New(sqlerr.FeatureNotSupported, "AS OF SYSTEM TIME must be given on a top-level statement").
		WithHint("Write FOR SYSTEM_TIME AS OF behind a relation to read it alone as of a time.").
		At(charPosition(text, at))
}

// checkAsOf refuses AS OF SYSTEM TIME inside of parentheses or on statements
// that do not read.
func (l *lifter) checkAsOf(c *lifted, toks []token, tree *pg.ParseResult) error {
	depth := 0
	for _, t := range toks {
		if t.pos >= c.start {
			break
		}
		switch {
		case isSelf(l.text, t, '('):
			depth++
		case isSelf(l.text, t, ')'):
			depth--
		}
	}
	if depth != 0 {
		return errNestedAsOf(l.text, c.start)
	}
	for _, raw := range tree.Stmts {
		start, end := int(raw.StmtLocation), len(l.text)
		if raw.StmtLen > 0 {
			end = start + int(raw.StmtLen)
		}
		if c.start < start || c.start > end {
			continue
		}
		switch raw.Stmt.GetNode().(type) {
		case *pg.Node_SelectStmt, *pg.Node_TransactionStmt, *pg.Node_ExplainStmt, *pg.Node_DeclareCursorStmt,
			*pg.Node_PrepareStmt, *pg.Node_VariableSetStmt:
			return nil
		}
	}
	return sqlerr.New(sqlerr.FeatureNotSupported, "AS OF SYSTEM TIME is only for statements that read").
		At(charPosition(l.text, c.start))
}
