package catalog

import (
	"slices"
	"strconv"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// Functions and procedures that statements made are stored beside views and laid over
// the declared ones with them; those of pg_temp are the session's own.

// StoredRoutine is a routine's declaration as it is stored: functions.Routine, with the
// little of its Func that does not follow from the parameters.
type StoredRoutine struct {
	OID          types.OID `json:"-"`
	Schema, Name string
	Procedure    bool `json:",omitempty"`
	Params       []functions.Param
	Ret          types.OID
	RetDomain    types.OID `json:",omitempty"`
	RetRelation  types.OID `json:",omitempty"`
	Set          bool      `json:",omitempty"`
	Language     string
	Body         string
	Atomic       bool                  `json:",omitempty"`
	Path         []string              `json:",omitempty"`
	Uses         []functions.ObjectRef `json:",omitempty"`
	Config       []string              `json:",omitempty"`
	Volatility   byte
	Strict       bool    `json:",omitempty"`
	Definer      bool    `json:",omitempty"`
	Leakproof    bool    `json:",omitempty"`
	Cost, Rows   float64 `json:",omitempty"`
	Safety       byte
	Owner        types.OID
}

// RoutineRow is the row of a routine in the state table of routines.
func RoutineRow(s *StoredRoutine) ([]types.Datum, error) {
	return storedRow(s, types.Int(int64(s.OID)))
}

// AddRoutine takes a row of the state table of routines in.
func (o *Objects) AddRoutine(row []types.Datum) error {
	s := StoredRoutine{OID: types.OID(row[0].I)}
	if err := readStored(row[1].S, &s); err != nil {
		return err
	}
	o.Routines = append(o.Routines, s)
	return nil
}

// Routine makes the routine that can be called.
func (s *StoredRoutine) Routine() *functions.Routine {
	f := &functions.Func{
		OID: s.OID, Name: s.Name, Schema: s.Schema, Ret: s.Ret, RetSet: s.Set, Kind: functions.Scalar,
		NotStrict: !s.Strict, Volatility: s.Volatility, Cost: s.Cost, Src: s.Body,
	}
	if s.Procedure {
		f.Kind = functions.Procedure
	}
	var ins, outs []string
	for i := range s.Params {
		p := &s.Params[i]
		if p.Input() {
			f.Args, ins = append(f.Args, p.Type), append(ins, p.Name)
			f.Variadic = f.Variadic || p.Mode == functions.ParamVariadic
			if p.Default != "" {
				f.Defaults = append(f.Defaults, types.NullDatum) // what it is, the Params say
			}
		}
		if p.Output() {
			f.OutTypes, outs = append(f.OutTypes, p.Type), append(outs, p.Name)
		}
	}
	if slices.ContainsFunc(ins, func(n string) bool { return n != "" }) {
		f.ArgNames = ins
	}
	f.OutNames = outs
	for i := range outs {
		if outs[i] == "" {
			outs[i] = "column" + strconv.Itoa(i+1)
		}
	}
	f.Shaped = s.Ret == types.OIDRecord && len(f.OutTypes) == 0 && s.RetRelation == 0
	return functions.NewRoutine(&functions.Routine{
		Func: f, Params: s.Params, Language: s.Language, Body: s.Body, Atomic: s.Atomic, RetDomain: s.RetDomain, RetRelation: s.RetRelation,
		Config: s.Config, Definer: s.Definer, Leakproof: s.Leakproof, Owner: s.Owner, Path: s.Path, Uses: s.Uses, Rows: s.Rows, Safety: s.Safety,
	})
}

// Stored is the declaration of a routine.
func Stored(r *functions.Routine) StoredRoutine {
	return StoredRoutine{
		OID: r.OID, Schema: r.Schema, Name: r.Name, Procedure: r.Kind == functions.Procedure, Params: r.Params, Ret: r.Ret, RetDomain: r.RetDomain,
		RetRelation: r.RetRelation, Set: r.RetSet, Language: r.Language, Body: r.Body, Atomic: r.Atomic, Path: r.Path, Uses: r.Uses, Config: r.Config,
		Volatility: r.Volatility, Strict: !r.NotStrict, Definer: r.Definer, Leakproof: r.Leakproof, Cost: r.Cost, Rows: r.Rows, Safety: r.Safety, Owner: r.Owner,
	}
}

// routines are those of a layer; nil: there are none.
type routines struct {
	procs  []proc // by OID
	byOID  map[types.OID]*proc
	byName map[string][]*proc
	funcs  map[string][]*functions.Func
}

func newRoutines(list []*functions.Routine) *routines {
	if len(list) == 0 {
		return nil
	}
	s := &routines{byOID: map[types.OID]*proc{}, byName: map[string][]*proc{}, funcs: map[string][]*functions.Func{}}
	list = slices.SortedFunc(slices.Values(list), func(a, b *functions.Routine) int { return int(int64(a.OID) - int64(b.OID)) })
	for _, r := range list {
		p := proc{Func: r.Func, lang: languageOID(r.Language), rows: r.Rows, leakproof: r.Leakproof, parallel: r.Safety, symbol: r.Body}
		if r.Atomic {
			p.symbol = ""
		}
		s.procs = append(s.procs, p)
	}
	for i := range s.procs {
		p := &s.procs[i]
		s.byOID[p.OID], s.byName[p.Name] = p, append(s.byName[p.Name], p)
		s.funcs[p.Name] = append(s.funcs[p.Name], p.Func)
	}
	return s
}

// listedProcs are the rows of pg_proc of the catalog or the layer.
func (c *Catalog) listedProcs() []proc {
	switch {
	case !c.over:
		return c.library().procs
	case c.routines == nil:
		return nil
	}
	return c.routines.procs
}

// Routines lists the functions and procedures of a name that statements made: none are
// declared.
func (c *Catalog) Routines(string) []*functions.Func { return nil }

// Routines lists the functions and procedures of a name that statements made.
func (v sessionView) Routines(name string) []*functions.Func {
	var own, made []*functions.Func
	if c := v.own.Load(); c != nil && c.routines != nil {
		own = c.routines.funcs[name]
	}
	if c := v.made.Load(); c != nil && c.routines != nil {
		made = c.routines.funcs[name]
	}
	if own == nil {
		return made
	}
	return slices.Concat(own, made)
}

// MadeRoutines lists all of them, as the session sees them.
func (v sessionView) MadeRoutines() []*functions.Routine {
	var out []*functions.Routine
	for _, c := range []*Catalog{v.own.Load(), v.made.Load()} {
		if c == nil || c.routines == nil {
			continue
		}
		for i := range c.routines.procs {
			out = append(out, c.routines.procs[i].Made)
		}
	}
	return out
}

// madeProc finds a routine by its OID.
func (v sessionView) madeProc(oid types.OID) (*proc, bool) {
	layer := v.made.Load()
	if oid >= OIDTempSchema {
		layer = v.own.Load()
	}
	if oid < OIDFirstMade || layer == nil || layer.routines == nil {
		return nil, false
	}
	p, ok := layer.routines.byOID[oid]
	return p, ok
}

// Function implements functions.Catalog.
func (v sessionView) Function(oid types.OID) (*functions.Func, bool) {
	if p, ok := v.madeProc(oid); ok {
		return p.Func, true
	}
	return v.Catalog.Function(oid)
}

// procByOID finds any function.
func (v sessionView) procByOID(oid types.OID) (*proc, bool) {
	if p, ok := v.madeProc(oid); ok {
		return p, true
	}
	return v.Catalog.procByOID(oid)
}

// procsOfName lists all functions of a name.
func (v sessionView) procsOfName(name string) []*proc {
	out := v.library().procName[name]
	for _, c := range []*Catalog{v.own.Load(), v.made.Load()} {
		if c != nil && c.routines != nil && len(c.routines.byName[name]) > 0 {
			out = slices.Concat(out, c.routines.byName[name])
		}
	}
	return out
}
