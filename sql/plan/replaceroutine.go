package plan

import (
	"slices"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// replace checks the routine that has the name and the arguments already, whose place
// the definition may take.
func (d *routineDefiner) replace() {
	s := &d.def.StoredRoutine
	is := s.Routine()
	old := d.routineWith(s.Schema, s.Name, is.Args)
	if old == nil {
		return
	}
	sameOuts := slices.EqualFunc(old.OutNames, is.OutNames, func(a, b string) bool { return a == b }) && slices.Equal(old.OutTypes, is.OutTypes)
	switch {
	case !d.n.Replace:
		fail(sqlerr.New(sqlerr.DuplicateFunction, `function "%s" already exists with same argument types`, s.Name))
	case old.Kind != is.Kind:
		kind := "function"
		if old.Kind == functions.Procedure {
			kind = "procedure"
		}
		fail(sqlerr.New(sqlerr.WrongObjectType, "cannot change routine kind").WithDetail(`"%s" is a %s.`, s.Name, kind))
	case old.Ret != is.Ret || old.RetSet != is.RetSet || old.Made.RetDomain != s.RetDomain || old.Made.RetRelation != s.RetRelation:
		e := invalidFunction("cannot change return type of existing function")
		if s.Procedure {
			e = invalidFunction("cannot change whether a procedure has output parameters")
		}
		fail(d.dropFirst(e, old))
	case old.Ret == types.OIDRecord && !sameOuts:
		fail(d.dropFirst(invalidFunction("cannot change return type of existing function").
			WithDetail("Row type defined by OUT parameters is different."), old))
	}
	for i, name := range old.ArgNames {
		if name != "" && (i >= len(is.ArgNames) || is.ArgNames[i] != name) {
			fail(d.dropFirst(invalidFunction(`cannot change name of input parameter "%s"`, name), old))
		}
	}
	if len(is.Defaults) < len(old.Defaults) {
		fail(d.dropFirst(invalidFunction("cannot remove parameter defaults from existing function"), old))
	}
	d.def.Replaces, s.OID, s.Owner = old.Made, old.OID, old.Made.Owner
}

// dropFirst adds PostgreSQL's hint to drop a routine.
func (d *routineDefiner) dropFirst(e *sqlerr.Error, old *functions.Func) *sqlerr.Error {
	what := "FUNCTION"
	if old.Kind == functions.Procedure {
		what = "PROCEDURE"
	}
	return e.WithHint("Use DROP %s %s first.", what, d.signatureOf(old))
}

// signatureOf names a function as regprocedure does.
func (b *binder) signatureOf(f *functions.Func) string {
	if names := b.ctx.Format.Names; names != nil {
		if text, ok := names.AppendReg(nil, types.OIDRegprocedure, f.OID); ok {
			return string(text)
		}
	}
	return f.Name
}

// routineWith finds a routine of a schema by its name and input types.
func (b *binder) routineWith(schema, name string, args []types.OID) *functions.Func {
	for _, f := range b.ctx.Catalog.Routines(name) {
		if f.Schema == schema && slices.Equal(f.Args, args) {
			return f
		}
	}
	return nil
}
