package plan

import (
	"errors"
	"strings"

	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// lensInput is one column that a lens reads.
type lensInput struct {
	name     string
	oid      types.OID
	optional bool
	field    func(*LensInput) *int
}

// lensInputs are the columns of spec §2 that a lens reads by name and type.
func lensInputs() []lensInput {
	text, tstz := types.OIDText, types.OIDTimestamptz
	return []lensInput{
		{"id", text, false, func(l *LensInput) *int { return &l.ID }},
		{"concept_path", text, false, func(l *LensInput) *int { return &l.ConceptPath }},
		{"predicate", text, false, func(l *LensInput) *int { return &l.Predicate }},
		{"value", text, false, func(l *LensInput) *int { return &l.Value }},
		{"value_type", text, false, func(l *LensInput) *int { return &l.ValueType }},
		{"unit", text, true, func(l *LensInput) *int { return &l.Unit }},
		{"source", text, false, func(l *LensInput) *int { return &l.Source }},
		{"source_class", text, false, func(l *LensInput) *int { return &l.SourceClass }},
		{"confidence", types.OIDFloat8, false, func(l *LensInput) *int { return &l.Confidence }},
		{"lifecycle", text, false, func(l *LensInput) *int { return &l.Lifecycle }},
		{"asserted_at", tstz, false, func(l *LensInput) *int { return &l.AssertedAt }},
		{"recorded_at", tstz, true, func(l *LensInput) *int { return &l.RecordedAt }},
		{"epoch", text, true, func(l *LensInput) *int { return &l.Epoch }},
		{"revises", text, true, func(l *LensInput) *int { return &l.Revises }},
		{"valid_from", tstz, true, func(l *LensInput) *int { return &l.ValidFrom }},
		{"valid_to", tstz, true, func(l *LensInput) *int { return &l.ValidTo }},
	}
}

// lens puts a lens over an item: its columns become those of the result.
func (s *scope) lens(r rel, it *item, cl parser.Clauses) rel {
	b := s.b
	l := &rLens{input: r, name: cl.Lens.Name, alias: it.alias}
	ls, ok := b.ctx.Catalog.Lens(cl.Lens.Name)
	if !ok {
		fail(b.at(int32(cl.Lens.NameAt), sqlerr.New(sqlerr.UndefinedObject, `lens "%s" does not exist`, cl.Lens.Name).
			WithHint("The built-in lenses are %s.", strings.Join(lens.Names(), ", "))))
	}
	l.kind = ls.Kind
	if sc, ok := r.(*rScan); ok {
		l.asOf = sc.asOf
	} else {
		l.asOf = b.asOf
	}
	s.lensParams(l, ls, cl)
	s.lensReads(l, it, int32(cl.Lens.Location))
	if cl.Lens.Filter != nil {
		in := s.noAggs("FILTER")
		in.items, in.hidden = []*item{it}, s.items
		l.filter = in.condition(cl.Lens.Filter, "FILTER")
	}
	b.showLens(it, l, cl.Lens.Params) // before the columns become the lens's
	b.lensResult(l, it)
	return l
}

// lensParams binds the fixed parameters of a named lens, then those written,
// which win.
func (s *scope) lensParams(l *rLens, ls catalog.LensSchema, cl parser.Clauses) {
	set := map[string]int{}
	add := func(p LensParam) {
		if i, ok := set[p.Name]; ok {
			l.params[i] = p
			return
		}
		set[p.Name] = len(l.params)
		l.params = append(l.params, p)
	}
	for _, p := range ls.Params {
		spec, ok := lens.LookupParam(p[0])
		if !ok {
			continue
		}
		lit := s.unknown(types.Text(p[1]), -1)
		add(LensParam{p[0], s.lensParam(spec, lit, -1)})
	}
	for _, p := range cl.Lens.Params {
		spec, ok := lens.LookupParam(p.Name)
		if !ok {
			s.unknownParam(p)
		}
		in := s.noAggs("lens parameters")
		in.items, in.hidden = nil, s.items
		e := in.expr(p.Value)
		if !colsOf(e).empty() {
			s.failAt(locate(p.Value), sqlerr.InvalidColumnReference, "lens parameters must not contain variables")
		}
		v := s.lensParam(spec, e, locate(p.Value))
		s.checkParam(spec, v, locate(p.Value))
		add(LensParam{p.Name, v})
	}
	if cl.Valid != nil {
		if cl.Valid.Kind != parser.TimeAsOf {
			s.b.unsupported(int32(cl.Valid.Location), "FOR VALID_TIME over a range, under a lens, is")
		}
		spec, _ := lens.LookupParam("valid_at")
		in := s.noAggs("FOR VALID_TIME")
		in.items = nil
		add(LensParam{"valid_at", s.lensParam(spec, in.expr(cl.Valid.From), locate(cl.Valid.From))})
	}
}

func (s *scope) unknownParam(p parser.LensParam) {
	var params lens.Params
	var pe *lens.ParamError
	if errors.As(params.Set(p.Name, nil), &pe) {
		fail(s.b.at(int32(p.Location), sqlerr.New(sqlerr.UndefinedParameter, `lens parameter "%s" does not exist`, p.Name).WithHint("%s", pe.Hint)))
	}
	s.failAt(int32(p.Location), sqlerr.UndefinedParameter, `lens parameter "%s" does not exist`, p.Name)
}

// lensParam converts a parameter's value to what the lens takes.
func (s *scope) lensParam(spec lens.ParamSpec, e Expr, location int32) Expr {
	want := types.OIDText
	switch spec.Type {
	case lens.ParamFloat:
		want = types.OIDFloat8
	case lens.ParamBool:
		want = types.OIDBool
	case lens.ParamTextList:
		if t := typeOf(e); types.ElemOf(t) != 0 {
			want = types.OIDTextArray
		}
		if text, ok := unknownText(e); ok && strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}") {
			want = types.OIDTextArray
		}
	case lens.ParamTime:
		want = types.OIDTimestamptz
	case lens.ParamTimeOrAny:
		want = types.OIDTimestamptz
		if text, ok := unknownText(e); ok && text == "any" {
			want = types.OIDText
		}
		if t := typeOf(e); category(t) == 'S' && t != types.OIDUnknown {
			want = types.OIDText
		}
	}
	return s.b.mustCoerce(e, want, location, "lens parameter "+spec.Name)
}

// checkParam refuses a constant that the lens would refuse.
func (s *scope) checkParam(spec lens.ParamSpec, e Expr, location int32) {
	c, ok := s.b.foldQuietly(e).(*Const)
	if !ok || c.Value.Null {
		return
	}
	var v any
	switch {
	case spec.Type == lens.ParamFloat:
		v = c.Value.F
	case c.OID == types.OIDText:
		v = c.Value.S
	default:
		return
	}
	params := lens.NewParams(lens.Authority)
	var pe *lens.ParamError
	if err := params.Set(spec.Name, v); errors.As(err, &pe) {
		e := sqlerr.New(sqlerr.InvalidParameterValue, "%s", pe.Message)
		if pe.Hint != "" {
			e = e.WithHint("%s", pe.Hint)
		}
		fail(s.b.at(location, e))
	}
}

// lensReads finds the columns that a lens reads, or names those that lack.
func (s *scope) lensReads(l *rLens, it *item, location int32) {
	var missing []string
	for _, in := range lensInputs() {
		id := 0
		for i := range it.cols {
			if c, ok := it.cols[i].expr.(*Col); ok && it.cols[i].name == in.name && sameText(c.OID, in.oid) {
				id = c.Index
			}
		}
		*in.field(&l.in) = id
		s.b.access.read(id)
		if id == 0 && !in.optional {
			missing = append(missing, in.name+" "+types.FormatTypeBare(in.oid))
		}
	}
	if len(missing) > 0 {
		fail(s.b.at(location, sqlerr.New(sqlerr.UndefinedColumn, "a lens needs a column %s", strings.Join(missing, ", ")).
			WithDetail("A lens resolves claims, so its input has id, concept_path, predicate, value, value_type, source, source_class, confidence, lifecycle and asserted_at.").
			WithHint("Put the lens on assertions, or keep these columns in the subquery.")))
	}
}

// sameText lets varchar stand for text.
func sameText(have, want types.OID) bool {
	return have == want || want == types.OIDText && have == types.OIDVarchar
}

// lensResult makes the lens's columns and puts them into the item: those of
// the winning claim, source_class and tier as the lens counted them, then its
// own, which replace columns of the same name.
func (b *binder) lensResult(l *rLens, it *item) {
	own := map[string]bool{}
	for _, c := range catalog.LensColumns() {
		own[c.Name] = true
	}
	var cols []itemCol
	for i := range it.cols {
		c, ok := it.cols[i].expr.(*Col)
		if !ok || own[it.cols[i].name] {
			continue
		}
		meta := b.cols[c.Index]
		o := lensOut{id: b.newCol(meta), from: c.Index}
		switch {
		case c.Index == l.in.SourceClass:
			o.from, o.col = 0, LensSourceClass
		case it.cols[i].name == "tier" && meta.Type == types.OIDInt2:
			o.from, o.col = 0, LensTier
		}
		l.out = append(l.out, o)
		b.access.stands(o.id, otherCol{col: c.Index})
		cols = append(cols, itemCol{name: it.cols[i].name, expr: b.ref(o.id)})
	}
	for i, c := range catalog.LensColumns() {
		id := b.newCol(Column{Name: c.Name, Type: c.Type, Typmod: c.Typmod})
		l.out = append(l.out, lensOut{id: id, col: LensColumn(i)})
		cols = append(cols, itemCol{name: c.Name, expr: b.ref(id)})
	}
	it.cols = cols
	it.hasPlan, it.system = true, nil
}

// lensRelation binds a relation of a lens schema: the lens over the claims.
func (s *scope) lensRelation(rl *catalog.Relation, asOf Expr, location int32) (rel, *item) {
	b := s.b
	base, ok := b.ctx.Catalog.Named("public", rl.Name)
	if !ok {
		b.failAt(location, sqlerr.UndefinedTable, `relation "public.%s" does not exist`, rl.Name)
	}
	b.use(base.OID)
	// It is a view over the claims, which its owner may read.
	entry, outer := b.access.enter(rl, types.PrivSelect, 0, 0), b.access.view
	b.access.view = rl.OID
	sc, it := b.scan(base, asOf)
	r := s.lens(sc, it, parser.Clauses{Lens: &parser.LensClause{Name: rl.Lens, Location: int(location), NameAt: int(location)}})
	b.access.view = outer
	l := r.(*rLens)
	l.asOf = asOf
	// The columns are those of the relation named.
	it.rel = rl
	for i := range l.out {
		if i < len(rl.Columns) {
			b.cols[l.out[i].id].Rel, b.cols[l.out[i].id].Att = rl.OID, int16(i+1)
			b.access.stands(l.out[i].id, otherCol{of: entry, att: int16(i + 1)})
		}
	}
	return l, it
}
