package exec

import (
	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// lensSpec is what the two lens operators share: the lens, its parameters and
// the shape of its output.
type lensSpec struct {
	name   string
	kind   lens.Kind
	params []lensParam
	asOf   evaluator
	filter *conjunction
	from   []int
	need   lens.Need
}

type lensParam struct {
	name  string
	value evaluator
	oid   types.OID
}

func (bd *builder) lensSpec(n *plan.Lens) (*lensSpec, error) {
	s := &lensSpec{name: n.Name, from: n.From}
	var err error
	if s.kind, err = lens.ParseKind(n.Kind); err != nil {
		return nil, sqlerr.New(sqlerr.UndefinedObject, "%v", err)
	}
	for _, p := range n.Params {
		e, err := bd.expr(p.Value)
		if err != nil {
			return nil, err
		}
		t, _ := p.Value.Type()
		s.params = append(s.params, lensParam{p.Name, e, t})
	}
	if s.asOf, err = bd.optional(n.AsOf); err != nil {
		return nil, err
	}
	if s.filter, err = bd.conjunction(n.Filter); err != nil {
		return nil, err
	}
	for _, f := range n.From {
		switch plan.LensColumn(-1 - f) {
		case plan.LensSupport:
			s.need |= lens.NeedSupport
		case plan.LensConflictScore:
			s.need |= lens.NeedConflict
		case plan.LensDistinctValues:
			s.need |= lens.NeedDistinct
		case plan.LensStatus:
			s.need |= lens.NeedStatus
		case plan.LensDecidedBy:
			s.need |= lens.NeedDecidedBy
		}
	}
	return s, nil
}

// lensParams evaluates the parameters.
func (s *lensSpec) lensParams(t *task) (lens.Params, error) {
	p := lens.NewParams(s.kind)
	for i := range s.params {
		x := &s.params[i]
		d, err := evalScalar(x.value, t)
		if err != nil {
			return p, err
		}
		if err := p.Set(x.name, goValue(d, x.oid)); err != nil {
			return p, err
		}
	}
	return p, nil
}

// goValue is a parameter's value as lens.Params.Set takes it.
func goValue(d types.Datum, t types.OID) any {
	if d.Null {
		return nil
	}
	switch t {
	case types.OIDBool:
		return d.I != 0
	case types.OIDInt2, types.OIDInt4, types.OIDInt8:
		return d.I
	case types.OIDFloat4, types.OIDFloat8:
		return d.F
	case types.OIDTimestamptz:
		return knowledge.Micros(d.I)
	case types.OIDTextArray, types.OIDVarcharArray, types.OIDNameArray:
		a, _ := d.A.(*types.Array)
		list := []string{}
		if a != nil {
			for _, e := range a.Elems {
				if !e.Null {
					list = append(list, e.S)
				}
			}
		}
		return list
	}
	if types.RepOf(t) == types.RepText {
		return d.S
	}
	return d.A
}

// appendLens appends a lens column of a result as row n. path is the concept's
// path, in memory that lasts.
func (s *lensSpec) appendLens(c *column, col plan.LensColumn, r *lens.Result, d *decoder, path func() string, n int) {
	switch col {
	case plan.LensName:
		c.S = append(c.S, s.name)
	case plan.LensEffectiveConfidence:
		c.F = append(c.F, r.EffectiveConfidence)
	case plan.LensSupport:
		c.F = append(c.F, r.Support)
	case plan.LensConflictScore:
		c.F = append(c.F, r.ConflictScore)
	case plan.LensCandidates:
		c.I = append(c.I, r.Candidates)
	case plan.LensDistinctValues:
		c.I = append(c.I, r.DistinctValues)
	case plan.LensStatus:
		c.S = append(c.S, r.Status.String())
	case plan.LensDecidedBy:
		if r.DecidedBy == "" {
			c.appendNull(n)
		} else {
			c.S = append(c.S, r.DecidedBy)
		}
	case plan.LensClaimedPath:
		c.S = append(c.S, path())
	case plan.LensSourceClass:
		c.S = append(c.S, d.interned(colSourceClass).str(&d.arena, bytesOf(r.Class)))
	case plan.LensTier:
		if r.Tier == lens.UnknownTier {
			c.appendNull(n)
		} else {
			c.I = append(c.I, int64(r.Tier))
		}
	}
}
