package plpgsql

import (
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
)

// variable is a declared name: a scalar, or a record when rec is set.
type variable struct {
	name     string
	line     int
	typ      plan.DeclaredType
	rec      bool
	constant bool
	notNull  bool
	def      *expr // nil: NULL
	cursor   *boundCursor
}

// boundCursor is what a cursor variable is declared for.
type boundCursor struct {
	query  *expr
	scroll scrollOption
	args   []cursorArg
}

// cursorArg is an argument of a bound cursor: a variable that its query sees.
type cursorArg struct {
	name  string
	datum int
}

// scrollOption is SCROLL, NO SCROLL or neither.
type scrollOption uint8

const (
	scrollUnsaid scrollOption = iota
	scrollYes
	scrollNo
)

// ref names what is assigned: a variable, or a field of one that is a record.
type ref struct {
	datum int
	field string // empty: the variable itself
}

// exprMode says how the text of an expr is written, and so how errors show it.
type exprMode uint8

const (
	asExpression exprMode = iota
	asAssignment
	asStatement
)

// expr is SQL within the language: an expression, or a statement. Its plan is made
// when it is first run and again when that does not hold any more.
type expr struct {
	text string // as it was written, and as errors show it
	mode exprMode
	stmt *parser.Statement
	top  *name              // the names that it sees
	to   *plan.DeclaredType // of the variable that it is assigned to; nil: what it is
	plan *planned
}

// stmt is a statement of the language.
type stmt interface {
	// at is its line, and what it is called in contexts.
	at() (line int, what string)
}

// place is a statement's line.
type place struct{ line int }

type (
	blockStmt struct {
		place
		label string
		vars  []int // declared in it
		body  []stmt
		// handlers, when there are any, make the body a subtransaction.
		handlers          []handler
		handled           bool
		sqlstate, sqlerrm int // the variables that handlers see
	}
	handler struct {
		codes []string // SQLSTATEs; othersCode for OTHERS
		body  []stmt
	}
	assignStmt struct {
		place
		to    ref
		steps []step
		value *expr
	}
	// step is a subscript or a field behind the variable that is assigned.
	step struct {
		field string
		lower *expr
		upper *expr
		slice bool
	}
	ifStmt struct {
		place
		arms  []arm
		other []stmt
	}
	arm struct {
		cond *expr
		body []stmt
	}
	caseStmt struct {
		place
		test    *expr // nil: the arms are conditions
		datum   int   // the variable that holds test
		arms    []arm
		other   []stmt
		hasElse bool
	}
	loopStmt struct {
		place
		label string
		cond  *expr // of WHILE; nil: LOOP
		body  []stmt
	}
	intLoop struct {
		place
		label        string
		datum        int
		lower, upper *expr
		by           *expr
		reverse      bool
		body         []stmt
	}
	queryLoop struct {
		place
		label  string
		to     []ref
		query  *expr
		cursor *cursorUse // FOR over a cursor
		dyn    *dynamic   // FOR … EXECUTE
		body   []stmt
	}
	// dynamic is EXECUTE's text and its parameters.
	dynamic struct {
		text  *expr
		using []*expr
	}
	// cursorUse is a cursor variable with the arguments that it is opened with.
	cursorUse struct {
		datum int
		args  []*expr // as many as the cursor has
	}
	foreachLoop struct {
		place
		label string
		to    []ref
		slice int
		array *expr
		body  []stmt
	}
	exitStmt struct {
		place
		next  bool // CONTINUE
		label string
		cond  *expr
	}
	returnStmt struct {
		place
		value *expr // nil: none
	}
	returnNext struct {
		place
		value *expr // nil: the OUT arguments
	}
	returnQuery struct {
		place
		query *expr
		dyn   *dynamic
	}
	raiseStmt struct {
		place
		level   string // as errors have it: ERROR, WARNING, …
		again   bool   // RAISE alone
		code    string
		name    string // the condition's, when that is all
		format  string
		message bool // format is given
		params  []*expr
		options []raiseOption
	}
	raiseOption struct {
		name  string // HINT, …
		value *expr
	}
	assertStmt struct {
		place
		cond, message *expr
	}
	sqlStmt struct {
		place
		query  *expr
		into   []ref // nil: no INTO
		strict bool
		what   string // PERFORM, CALL, DO; empty: SQL statement
	}
	executeStmt struct {
		place
		dyn    dynamic
		into   []ref
		strict bool
	}
	diagStmt struct {
		place
		stacked bool
		items   []diagItem
	}
	diagItem struct {
		to   ref
		what string // ROW_COUNT, …
	}
	openStmt struct {
		place
		cursor int
		args   *cursorUse // of a bound one
		query  *expr
		dyn    *dynamic
		scroll scrollOption
	}
	fetchStmt struct {
		place
		move   bool
		cursor int
		dir    plan.Fetch
		count  *expr // for dir.Count; nil: dir says it
		into   []ref
	}
	closeStmt struct {
		place
		cursor int
	}
	endStmt struct { // COMMIT, ROLLBACK
		place
		rollback, chain bool
	}
)

func (s *blockStmt) at() (int, string)   { return s.line, "statement block" }
func (s *assignStmt) at() (int, string)  { return s.line, "assignment" }
func (s *ifStmt) at() (int, string)      { return s.line, "IF" }
func (s *caseStmt) at() (int, string)    { return s.line, "CASE" }
func (s *intLoop) at() (int, string)     { return s.line, "FOR with integer loop variable" }
func (s *foreachLoop) at() (int, string) { return s.line, "FOREACH over array" }
func (s *returnStmt) at() (int, string)  { return s.line, "RETURN" }
func (s *returnNext) at() (int, string)  { return s.line, "RETURN NEXT" }
func (s *returnQuery) at() (int, string) { return s.line, "RETURN QUERY" }
func (s *raiseStmt) at() (int, string)   { return s.line, "RAISE" }
func (s *assertStmt) at() (int, string)  { return s.line, "ASSERT" }
func (s *executeStmt) at() (int, string) { return s.line, "EXECUTE" }
func (s *openStmt) at() (int, string)    { return s.line, "OPEN" }
func (s *closeStmt) at() (int, string)   { return s.line, "CLOSE" }

func (s *loopStmt) at() (int, string) {
	if s.cond != nil {
		return s.line, "WHILE"
	}
	return s.line, "LOOP"
}

func (s *queryLoop) at() (int, string) {
	switch {
	case s.cursor != nil:
		return s.line, "FOR over cursor"
	case s.dyn != nil:
		return s.line, "FOR over EXECUTE statement"
	}
	return s.line, "FOR over SELECT rows"
}

func (s *exitStmt) at() (int, string) {
	if s.next {
		return s.line, "CONTINUE"
	}
	return s.line, "EXIT"
}

func (s *sqlStmt) at() (int, string) {
	if s.what != "" {
		return s.line, s.what
	}
	return s.line, "SQL statement"
}

func (s *diagStmt) at() (int, string) {
	if s.stacked {
		return s.line, "GET STACKED DIAGNOSTICS"
	}
	return s.line, "GET DIAGNOSTICS"
}

func (s *fetchStmt) at() (int, string) {
	if s.move {
		return s.line, "MOVE"
	}
	return s.line, "FETCH"
}

func (s *endStmt) at() (int, string) {
	if s.rollback {
		return s.line, "ROLLBACK"
	}
	return s.line, "COMMIT"
}
