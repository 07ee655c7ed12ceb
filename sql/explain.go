package sql

import (
	"context"
	"fmt"
	"time"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// explain describes a plan, and runs it first when asked to.
func (s *Session) explain(ctx context.Context, p *Prepared, u *plan.Explain, params []types.Datum) ([][]string, error) {
	if err := s.permit(p.plan); err != nil {
		return nil, err
	}
	opt := plan.ExplainOptions{Verbose: u.Verbose, Relation: s.relationName}
	node := p.plan.bound.Node
	opt.Buffers, opt.WAL = u.Buffers, u.WAL
	if u.Costs {
		opt.Estimates = p.plan.bound.Estimates
	}
	var took time.Duration
	if u.Analyze {
		probe := exec.NewProbe(u.Timing)
		var err error
		if took, err = s.analyze(ctx, p, probe, params); err != nil {
			return nil, err
		}
		opt.Analyze = probe.Measured
	} else {
		opt.Details = exec.ExplainRemote(ctx, s.eng.opt.Cluster, s.names)
	}
	millis := func(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()*1000) }
	if u.Format != "text" {
		query := []plan.ExplainField{{Name: "Plan", Value: plan.ExplainFields(node, opt)}}
		if u.Settings {
			query = append(query, plan.ExplainField{Name: "Settings", Value: s.plannerSettings()})
		}
		if u.Buffers {
			query = append(query, plan.ExplainField{Name: "Planning", Value: (&plan.ExplainOptions{Buffers: true}).Zeros()})
		}
		if u.Summary {
			query = append(query, plan.ExplainField{Name: "Planning Time", Value: plan.Number(millis(p.planning))})
		}
		if u.Analyze {
			query = append(query, plan.ExplainField{Name: "Triggers", Value: [][]plan.ExplainField{}})
		}
		if u.Summary && u.Analyze {
			query = append(query, plan.ExplainField{Name: "Execution Time", Value: plan.Number(millis(took))})
		}
		return [][]string{{plan.WriteExplain(u.Format, query)}}, nil
	}
	var rows [][]string
	for _, l := range plan.ExplainText(node, opt) {
		rows = append(rows, []string{l})
	}
	if set := s.plannerSettings(); u.Settings && len(set) > 0 {
		line := "Settings: "
		for i, f := range set {
			if i > 0 {
				line += ", "
			}
			line += fmt.Sprintf("%s = '%s'", f.Name, f.Value)
		}
		rows = append(rows, []string{line})
	}
	if u.Summary {
		rows = append(rows, []string{"Planning Time: " + millis(p.planning) + " ms"})
	}
	if u.Summary && u.Analyze {
		rows = append(rows, []string{"Execution Time: " + millis(took) + " ms"})
	}
	return rows, nil
}

// plannerSettings are those settings that plans and their execution depend on
// and that are not at their defaults.
func (s *Session) plannerSettings() []plan.ExplainField {
	var out []plan.ExplainField
	for i := range settingTable {
		d := &settingTable[i]
		if v := s.settings.get(d); d.flags&flagExplain != 0 && v != d.def && s.mayShow(d) == nil {
			out = append(out, plan.ExplainField{Name: d.name, Value: v})
		}
	}
	return out
}

// relationName names a relation as EXPLAIN does.
func (s *Session) relationName(oid uint32) string {
	if r, ok := s.names.Relation(types.OID(oid)); ok {
		return r.Name
	}
	return fmt.Sprint(oid)
}

// analyze executes the plan with the probe and throws its rows away. What it
// writes is written, in the present transaction.
func (s *Session) analyze(ctx context.Context, p *Prepared, probe *exec.Probe, params []types.Datum) (time.Duration, error) {
	if !p.plan.bound.ReadOnly {
		if err := s.mayWrite(p.plan.bound.Kind); err != nil {
			return 0, err
		}
	}
	program, err := exec.CompileProbed(p.plan.bound.Node, probe)
	if err != nil {
		return 0, err
	}
	measured := &planned{bound: p.plan.bound, program: program}
	portal := &Portal{s: s, p: &Prepared{plan: measured, stmt: p.stmt, Columns: measured.bound.Columns, args: p.args}, params: params, ctx: ctx}
	start := s.eng.opt.Clock()
	if err := portal.open(false); err != nil {
		return 0, err
	}
	defer portal.end()
	if _, err := portal.pull(0, noRows{}); err != nil {
		return 0, err
	}
	return s.eng.opt.Clock().Sub(start), nil
}
