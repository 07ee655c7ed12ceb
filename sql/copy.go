package sql

import (
	"context"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// copyPlan is a COPY, planned.
type copyPlan struct {
	opt     *plan.Copy
	rel     *catalog.Relation // FROM: the target
	targets []int             // its columns, in the order of the fields
	filter  *exec.Program     // FROM … WHERE, over the targets and the line; nil: none
	stored  []int             // what insert takes: the targets, with filter also defaults
	insert  *exec.Program     // over plan.Input
	query   *planned          // TO
	access  plan.Access       // FROM: what must be allowed
}

// permitCopy refuses a COPY that the current role may not run.
func (s *Session) permitCopy(cp *copyPlan) error {
	switch {
	case !cp.opt.From:
		return s.permit(cp.query)
	case s.who.super:
		return nil
	}
	return s.permitAccess(&cp.access)
}

// prepareCopy plans COPY. FROM feeds an Insert batch by batch; TO runs a
// query.
func (s *Session) prepareCopy(ctx context.Context, p *Prepared, c *plan.Copy) error {
	p.copy = &copyPlan{opt: c}
	if !c.From {
		stmt := c.Query
		if stmt == nil {
			parsed, err := parser.Parse(s.copySelect(c))
			if err != nil {
				return err
			}
			stmt = &parsed[0]
		}
		made, err := s.bind(ctx, stmt, nil, true)
		if err != nil {
			if c.Query == nil {
				err = unplaced(err) // the query is not what the client has written
			}
			return err
		}
		if made.bound.Columns == nil {
			return sqlerr.New(sqlerr.FeatureNotSupported, "COPY query must have a RETURNING clause")
		}
		p.copy.query = made
		return nil
	}
	return s.prepareCopyFrom(p, p.copy)
}

// unplaced is an error without its position.
func unplaced(err error) error {
	e := *sqlerr.From(err)
	e.Position = 0
	return &e
}

// copySelect is the query of COPY relation TO. Without a list it gives the columns
// that COPY relation FROM takes without one.
func (s *Session) copySelect(c *plan.Copy) string {
	columns := c.Columns
	if columns == nil {
		if rel, ok := s.copyRelation(c); ok && rel.Kind == 'r' {
			for i := range rel.Columns {
				if col := &rel.Columns[i]; !col.Generated {
					columns = append(columns, col.Name)
				}
			}
		}
	}
	list := "*"
	if columns != nil {
		quoted := make([]string, len(columns))
		for i, n := range columns {
			quoted[i] = functions.QuoteIdent(n)
		}
		list = strings.Join(quoted, ", ")
	}
	from := functions.QuoteIdent(c.Table)
	if c.Schema != "" {
		from = functions.QuoteIdent(c.Schema) + "." + from
	}
	return "SELECT " + list + " FROM " + from
}

// copyRelation finds the relation that COPY names.
func (s *Session) copyRelation(c *plan.Copy) (rel *catalog.Relation, ok bool) {
	if c.Schema != "" {
		return s.names.Named(c.Schema, c.Table)
	}
	for _, schema := range s.searchPath(true) {
		if rel, ok = s.names.Named(schema, c.Table); ok {
			break
		}
	}
	return rel, ok
}

func (s *Session) prepareCopyFrom(p *Prepared, cp *copyPlan) error {
	c := cp.opt
	rel, ok := s.copyRelation(c)
	if !ok {
		return sqlerr.New(sqlerr.UndefinedTable, "relation %q does not exist", c.Table)
	}
	if rel.Kind == 'S' {
		return sqlerr.New(sqlerr.WrongObjectType, "cannot copy to sequence %q", rel.Name)
	}
	switch rel.Store {
	case catalog.ClaimStore, catalog.StateStore, catalog.SessionStore:
	case catalog.LensStore:
		return sqlerr.New(sqlerr.WrongObjectType, "cannot copy to view %q", rel.Name).WithHint("Claims are written to public.assertions.")
	case catalog.ViewStore:
		return sqlerr.New(sqlerr.WrongObjectType, "cannot copy to view %q", rel.Name).WithHint("INSERT writes through a view; COPY fills tables.")
	default:
		return sqlerr.New(sqlerr.WrongObjectType, "cannot copy to %q", rel.Schema+"."+rel.Name)
	}
	cp.rel = rel
	if err := cp.chooseTargets(); err != nil {
		return err
	}
	cp.stored = cp.targets
	cp.access = plan.Access{Rel: rel.OID, Name: rel.Name, What: rel.KindWord(), Needs: types.PrivInsert}
	for _, t := range cp.targets {
		cp.access.Inserted = append(cp.access.Inserted, int16(t+1))
	}
	if c.Where != nil {
		f, err := plan.BindCopyFilter(s.bindContext(), p.stmt.tree, rel, cp.targets, c.Where)
		if err != nil {
			return err
		}
		if len(f.Read) > 0 {
			cp.access.Needs |= types.PrivSelect
			cp.access.Selected = f.Read
		}
		if cp.filter, err = exec.Compile(f.Node); err != nil {
			return err
		}
		cp.stored = f.Cols
	}
	if rel.Store == catalog.SessionStore {
		node, err := plan.BindCopyFrom(s.bindContext(), p.stmt.tree, rel, cp.stored, false)
		if err != nil {
			return err
		}
		cp.insert, err = exec.Compile(node)
		return err
	}
	in := &plan.Input{}
	for _, t := range cp.stored {
		col := &rel.Columns[t]
		in.Out = append(in.Out, plan.Column{Name: col.Name, Type: col.Type, Typmod: col.Typmod})
	}
	var err error
	cp.insert, err = exec.Compile(&plan.Insert{Rel: rel.OID, Input: in, Cols: cp.stored, NullDefault: c.Default != nil})
	return err
}

// chooseTargets finds the columns that the fields go to; without a list they
// are all that may be written.
func (cp *copyPlan) chooseTargets() error {
	rel := cp.rel
	if cp.opt.Columns == nil {
		for i := range rel.Columns {
			if !rel.Columns[i].Generated {
				cp.targets = append(cp.targets, i)
			}
		}
		return nil
	}
	seen := map[int]bool{}
	for _, name := range cp.opt.Columns {
		i := rel.ColumnIndex(name)
		switch {
		case i < 0:
			return sqlerr.New(sqlerr.UndefinedColumn, "column %q of relation %q does not exist", name, rel.Name)
		case rel.Columns[i].Generated:
			return sqlerr.New(sqlerr.InvalidColumnReference, "column %q is a generated column", name).
				WithDetail("Generated columns cannot be used in COPY.")
		case seen[i]:
			return sqlerr.New(sqlerr.DuplicateColumn, "column %q specified more than once", name)
		}
		seen[i] = true
		cp.targets = append(cp.targets, i)
	}
	return nil
}

func (s *Session) startCopy(p *Portal) (Result, error) {
	cp := p.p.copy
	if err := s.permitCopy(cp); err != nil {
		return Result{}, err
	}
	if !cp.opt.From {
		return Result{CopyOut: &CopyOut{portal: p}}, nil
	}
	s.ensure()
	if cp.rel.Store != catalog.SessionStore {
		if err := s.mayWrite("COPY FROM"); err != nil {
			return Result{}, err
		}
	}
	return Result{CopyIn: newCopyIn(p)}, nil
}
