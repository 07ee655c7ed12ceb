package parser

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// lensClause parses USING LENS name[(…)] [FILTER (WHERE …)].
func (l *lifter) lensClause(start int) (int, lifted, error) {
	i := start + 2
	name, ok := l.name(i)
	if !ok {
		return 0, lifted{}, l.near(i)
	}
	clause := &LensClause{Name: name, Location: l.toks[start].pos, NameAt: l.toks[i].pos}
	c := lifted{lens: clause, inner: map[any]*Clauses{}}
	i++
	if l.self(i, '(') {
		end := l.group(i)
		if end < 0 {
			return 0, lifted{}, l.near(len(l.toks))
		}
		if err := l.lensParams(clause, &c, i, end); err != nil {
			return 0, lifted{}, err
		}
		i = end
	}
	if l.words(i, "filter") && l.self(i+1, '(') {
		end := l.group(i + 1)
		if end < 0 {
			return 0, lifted{}, l.near(len(l.toks))
		}
		if !l.words(i+2, "where") || end-1 == i+3 {
			return 0, lifted{}, l.near(min(i+2, end-1))
		}
		cond, err := l.subExpr(l.toks[i+3].pos, l.toks[end-1].pos, &c)
		if err != nil {
			return 0, lifted{}, err
		}
		clause.Filter = cond
		i = end
	}
	return i, c, nil
}

// lensParams parses the parenthesised list between the tokens open and end.
func (l *lifter) lensParams(clause *LensClause, c *lifted, open, end int) error {
	i := open + 1
	if i == end-1 {
		return nil
	}
	for {
		name, ok := l.name(i)
		if !ok || !l.op(i+1, "=>") && !l.op(i+1, ":=") {
			return l.near(i).WithHint("Lens parameters are written name => value.")
		}
		stop := l.argumentEnd(i+2, end-1)
		if stop == i+2 {
			return l.near(stop)
		}
		value, err := l.subExpr(l.toks[i+2].pos, l.toks[stop-1].end, c)
		if err != nil {
			return err
		}
		for _, p := range clause.Params {
			if p.Name == name {
				return sqlerr.New(sqlerr.SyntaxError, `lens parameter "%s" used more than once`, name).
					At(charPosition(l.text, l.toks[i].pos))
			}
		}
		clause.Params = append(clause.Params, LensParam{Name: name, Value: value, Location: l.toks[i].pos})
		if stop == end-1 {
			return nil
		}
		i = stop + 1
	}
}

// argumentEnd returns the next comma at this level, or end.
func (l *lifter) argumentEnd(i, end int) int {
	for i < end {
		switch {
		case l.self(i, ','):
			return i
		case l.self(i, '('), l.self(i, '['):
			if i = l.group(i); i < 0 {
				return end
			}
		default:
			i++
		}
	}
	return end
}

// timeClause parses FOR SYSTEM_TIME … and FOR VALID_TIME ….
func (l *lifter) timeClause(start int) (int, lifted, error) {
	c := lifted{inner: map[any]*Clauses{}}
	tc := &TimeClause{Location: l.toks[start].pos}
	if l.words(start+1, "system_time") {
		c.system = tc
	} else {
		c.valid = tc
	}
	i := start + 2
	var err error
	switch {
	case l.words(i, "as", "of"):
		tc.From, i, err = l.timeValue(i+2, &c)
	case l.words(i, "from"):
		tc.Kind = TimeFromTo
		i, err = l.timePair(i+1, "to", tc, &c)
	case l.words(i, "between"):
		tc.Kind = TimeBetween
		i, err = l.timePair(i+1, "and", tc, &c)
	case l.words(i, "all"):
		tc.Kind = TimeAll
		i++
	default:
		err = l.near(i)
	}
	return i, c, err
}

func (l *lifter) timePair(i int, word string, tc *TimeClause, c *lifted) (end int, err error) {
	if tc.From, i, err = l.timeValue(i, c); err != nil {
		return 0, err
	}
	if !l.words(i, word) {
		return 0, l.near(i)
	}
	tc.To, i, err = l.timeValue(i+1, c)
	return i, err
}

// asOfClause parses AS OF SYSTEM TIME t.
func (l *lifter) asOfClause(start int) (int, lifted, error) {
	c := lifted{inner: map[any]*Clauses{}}
	value, i, err := l.timeValue(start+4, &c)
	c.asOf = &TimeClause{From: value, Location: l.toks[start].pos}
	return i, c, err
}

// timeValue parses a time: a literal, $n, a typed literal, a call or a
// parenthesised expression, each with casts behind it.
func (l *lifter) timeValue(start int, c *lifted) (*pg.Node, int, error) {
	i := l.timeEnd(start)
	if i <= start {
		return nil, 0, l.near(start)
	}
	for l.op(i, "::") {
		next := l.typeEnd(i + 1)
		if next < 0 {
			return nil, 0, l.near(i + 1)
		}
		i = next
	}
	n, err := l.subExpr(l.toks[start].pos, l.toks[i-1].end, c)
	return n, i, err
}

// timeEnd returns the token behind the time that begins at i, or -1.
func (l *lifter) timeEnd(i int) int {
	if i >= len(l.toks) {
		return -1
	}
	switch t := l.toks[i]; {
	case l.self(i, '('):
		return l.group(i)
	case t.kind == tokString, t.kind == tokNumber, t.kind == tokParam:
		return i + 1
	case t.kind == tokOp && (l.op(i, "-") || l.op(i, "+")) && i+1 < len(l.toks) && l.toks[i+1].kind == tokNumber:
		return i + 2
	case t.kind != tokIdent && t.kind != tokQuoted:
		return -1
	}
	word := strings.ToLower(l.text[l.toks[i].pos:l.toks[i].end])
	if strings.HasPrefix(word, "current_") || strings.HasPrefix(word, "local") {
		if l.self(i+1, '(') {
			return l.group(i + 1)
		}
		return i + 1
	}
	end := l.typeEnd(i)
	if end < 0 {
		return -1
	}
	if end < len(l.toks) && l.toks[end].kind == tokString {
		return end + 1 // timestamptz '…'
	}
	if l.self(end-1, ')') {
		return end // a call
	}
	return -1
}

// typeEnd returns the token behind a type's or function's name with its
// arguments: word[.word…][(…)] [WITH|WITHOUT TIME ZONE], or -1.
func (l *lifter) typeEnd(i int) int {
	if _, ok := l.name(i); !ok {
		return -1
	}
	i++
	for l.self(i, '.') {
		if _, ok := l.name(i + 1); !ok {
			return -1
		}
		i += 2
	}
	if l.self(i, '(') {
		if i = l.group(i); i < 0 {
			return -1
		}
	}
	if l.words(i, "with", "time", "zone") || l.words(i, "without", "time", "zone") {
		i += 3
	}
	return i
}

// subExpr parses the bytes [from, to) as an expression, lifting clauses in the
// subqueries that it may hold. Its locations are those of the whole text.
func (l *lifter) subExpr(from, to int, c *lifted) (*pg.Node, error) {
	const head = "SELECT "
	sub := lifter{original: head + l.text[from:to], text: head + l.text[from:to]}
	tree, err := sub.parse()
	if err == nil {
		err = sub.attach(tree)
	}
	if err == nil {
		err = refuseSixteen(sub.text, tree, scanned{json: true, fromParen: true})
	}
	if err != nil {
		return nil, moveError(err, l.text, from, len(head))
	}
	n, ok := onlyExpr(tree)
	if !ok {
		return nil, syntaxNear(l.text, token{tokIdent, from, to})
	}
	shift(tree.ProtoReflect(), from-len(head))
	var s Statement
	for i := range sub.lifted {
		sub.lifted[i].move(from - len(head))
		sub.lifted[i].give(&s)
	}
	if s.AsOf != nil {
		return nil, errNestedAsOf(l.text, s.AsOf.Location)
	}
	for k, v := range s.Clauses {
		c.inner[k] = v
	}
	return n, nil
}

// move shifts what a clause of a cut-out text knows of locations.
func (c *lifted) move(by int) {
	own := Clauses{Lens: c.lens, System: c.system, Valid: c.valid}
	own.move(by)
	c.asOf.move(by)
	for _, in := range c.inner {
		in.move(by)
	}
}

func (c *Clauses) move(by int) {
	c.System.move(by)
	c.Valid.move(by)
	if c.Lens == nil {
		return
	}
	c.Lens.Location += by
	c.Lens.NameAt += by
	for i := range c.Lens.Params {
		c.Lens.Params[i].Location += by
		shift(c.Lens.Params[i].Value.ProtoReflect(), by)
	}
	if c.Lens.Filter != nil {
		shift(c.Lens.Filter.ProtoReflect(), by)
	}
}

func (t *TimeClause) move(by int) {
	if t == nil {
		return
	}
	t.Location += by
	for _, n := range []*pg.Node{t.From, t.To} {
		if n != nil {
			shift(n.ProtoReflect(), by)
		}
	}
}

// moveError moves the position of an error in a cut-out text to where the
// cut-out stands.
func moveError(err error, text string, from, head int) error {
	e := *sqlerr.From(err)
	if e.Position > 0 {
		e.Position += charPosition(text, from) - 1 - head
	}
	return &e
}

// onlyExpr returns the expression of a bare SELECT expr.
func onlyExpr(tree *pg.ParseResult) (*pg.Node, bool) {
	if len(tree.Stmts) != 1 {
		return nil, false
	}
	s := tree.Stmts[0].Stmt.GetSelectStmt()
	if s == nil || len(s.TargetList) != 1 || s.Op != pg.SetOperation_SETOP_NONE ||
		s.FromClause != nil || s.WhereClause != nil || s.GroupClause != nil || s.SortClause != nil ||
		s.LimitCount != nil || s.LimitOffset != nil || s.HavingClause != nil || s.IntoClause != nil ||
		s.DistinctClause != nil || s.WindowClause != nil || s.LockingClause != nil {
		return nil, false
	}
	rt := s.TargetList[0].GetResTarget()
	return rt.GetVal(), rt != nil && rt.Name == "" && rt.Val != nil
}
