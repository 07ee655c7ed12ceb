package plan

import (
	"strings"
)

// words prints a call that SQL has a syntax of its own for; false: it has none.
func (d *deparser) words(x *Call) bool {
	a := x.Args
	// between prints arguments with words before each.
	between := func(parts ...any) bool {
		for _, p := range parts {
			switch p := p.(type) {
			case string:
				d.put(p)
			case Expr:
				d.expr(p, false)
			}
		}
		return true
	}
	switch name := funcNameOf(x.Func); {
	case name == "timezone" && len(a) == 2:
		d.put("(")
		d.within(a[1], false, x)
		d.put(" AT TIME ZONE ")
		d.within(a[0], false, x)
		d.put(")")
		return true
	case name == "overlaps" && len(a) == 4:
		return between("((", a[0], ", ", a[1], ") OVERLAPS (", a[2], ", ", a[3], "))")
	case name == "extract" && len(a) == 2 && isText(a[0]):
		return between("EXTRACT(", textOf(a[0]), " FROM ", a[1], ")")
	case name == "is_normalized" && len(a) == 1:
		d.put("(")
		d.within(a[0], false, x)
		d.put(" IS NORMALIZED)")
		return true
	case name == "is_normalized" && isText(a[1]):
		d.put("(")
		d.within(a[0], false, x)
		d.put(" IS ", textOf(a[1]), " NORMALIZED)")
		return true
	case name == "pg_collation_for" && len(a) == 1:
		return between("COLLATION FOR (", a[0], ")")
	case name == "normalize" && len(a) == 1:
		return between("NORMALIZE(", a[0], ")")
	case name == "normalize" && isText(a[1]):
		return between("NORMALIZE(", a[0], ", ", textOf(a[1]), ")")
	case name == "overlay" && len(a) == 3:
		return between("OVERLAY(", a[0], " PLACING ", a[1], " FROM ", a[2], ")")
	case name == "overlay" && len(a) == 4:
		return between("OVERLAY(", a[0], " PLACING ", a[1], " FROM ", a[2], " FOR ", a[3], ")")
	case name == "position" && len(a) == 2:
		d.put("POSITION((")
		d.expr(a[1], false)
		d.put(") IN (")
		d.expr(a[0], false)
		d.put("))")
		return true
	}
	return d.wordsOfText(x)
}

// wordsOfText prints SUBSTRING and TRIM.
func (d *deparser) wordsOfText(x *Call) bool {
	a, name := x.Args, funcNameOf(x.Func)
	sides := map[string]string{"btrim": "BOTH", "ltrim": "LEADING", "rtrim": "TRAILING"}
	switch {
	case name == "substring" && len(a) > 1:
		words := []string{"SUBSTRING(", " FROM ", " FOR "}
		switch f, _ := x.Function(); {
		case len(a) == 2 && f.Args[1] == f.Args[0]:
			return false // by a regular expression
		case len(a) == 3 && f.Args[2] == f.Args[0]:
			words = []string{"SUBSTRING(", " SIMILAR ", " ESCAPE "}
		}
		for i, e := range a {
			d.put(words[i])
			d.expr(e, false)
		}
		d.put(")")
		return true
	case sides[name] != "" && len(a) > 0:
		d.put("TRIM(", sides[name])
		if len(a) > 1 {
			d.put(" ")
			d.expr(a[1], false)
		}
		d.put(" FROM ")
		d.expr(a[0], false)
		d.put(")")
		return true
	}
	return false
}

func isText(e Expr) bool {
	c, ok := e.(*Const)
	return ok && !c.Value.Null
}

func textOf(e Expr) string { return e.(*Const).Value.S }

// simple reports whether an expression needs no parentheses as a part of parent
// in the pretty way.
func (d *deparser) simple(e, parent Expr) bool {
	if d.b.forms[e].word != "" {
		return true
	}
	if arg, _, _ := d.castArg(e); arg != nil {
		return byFunction(e) || d.simple(arg, e)
	}
	switch x := e.(type) {
	case *DomainCheck:
		return d.simple(x.Arg, e)
	case *Const, *Col, *CaseTest, *Subscript, *ArrayExpr, *RowExpr, *Coalesce, *NullIf, *Case, *SetCall, *shownAgg, *shownWindow, *shownGrouping:
		return true
	case *Field:
		_, field := parent.(*Field)
		return !field
	case *Call:
		if x.Op == "" {
			return true
		}
		if p, ok := parent.(*Call); ok && p.Op != "" {
			return binds(x, p)
		}
		return d.encloses(parent)
	case *NullTest, *BoolTest, *subquery:
		return d.encloses(parent)
	case *DistinctTest:
		if x.Not {
			return d.simple(&BoolOp{Op: Not, Args: []Expr{nil}}, parent)
		}
		return d.encloses(parent)
	case *BoolOp:
		if p, ok := parent.(*BoolOp); ok {
			return p.Op == Or || p.Op == And && x.Op != Or
		}
		return d.encloses(parent)
	}
	return false
}

// encloses reports whether a construct keeps its parts apart by itself.
func (d *deparser) encloses(parent Expr) bool {
	if arg, _, _ := d.castArg(parent); arg != nil {
		return false
	}
	switch x := parent.(type) {
	case *Call:
		return x.Op == "" && !d.b.forms[x].syntax
	case *BoolOp, *Subscript, *ArrayExpr, *RowExpr, *Coalesce, *NullIf, *Case, *SetCall, *shownAgg, *shownWindow, *shownGrouping:
		return true
	}
	return false
}

// binds reports whether an operator binds its operands closer than the one
// around, of those whose precedence everybody knows.
func binds(x, parent *Call) bool {
	if len(x.Op) != 1 || len(parent.Op) != 1 || len(x.Args) != 2 || len(parent.Args) != 2 {
		return false
	}
	const operators = "+-*/%"
	own, around := strings.Index(operators, x.Op), strings.Index(operators, parent.Op)
	if own < 0 || around < 0 {
		return false
	}
	high, highAround := own > 1, around > 1
	return high && !highAround || high == highAround && parent.Args[0] == Expr(x)
}
