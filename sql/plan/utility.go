package plan

import (
	"strconv"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Utility is a statement that the session carries out itself, as data. The
// concrete types are Transaction, Set, Show, Discard, Explain, Copy, Prepare,
// Execute, Deallocate and Analyze, and those about tables.
type Utility interface{ utility() }

// Transaction is BEGIN, COMMIT and their kin.
type Transaction struct {
	Kind      TransactionKind
	Isolation string // "" when not said
	ReadOnly  *bool
	// Deferrable is kept and shown; no transaction here waits for others to end.
	Deferrable *bool
	Chain      bool
	Savepoint  string
}

// TransactionKind names a transaction statement.
type TransactionKind uint8

// The transaction statements.
const (
	Begin TransactionKind = iota
	StartTransaction
	Commit
	Rollback
	Savepoint
	Release
	RollbackTo
)

// Set is SET and RESET. With Default the setting goes back to its default; an
// empty Name with Default is RESET ALL.
type Set struct {
	Name    string
	Values  []string // one, but for settings that are lists
	Local   bool
	Default bool
	Reset   bool // it was RESET, for the tag
	// Multi holds SET TRANSACTION's and SET SESSION CHARACTERISTICS' parts.
	Multi   *Transaction
	Session bool
}

// Show is SHOW name or SHOW ALL ("all").
type Show struct{ Name string }

// Discard is DISCARD of What: ALL, PLANS, TEMP, SEQUENCES.
type Discard struct{ What string }

// SetConstraints is SET CONSTRAINTS of the constraints named; none: ALL.
type SetConstraints struct {
	Names    []QualifiedName
	Deferred bool
}

// QualifiedName is a name with its schema, which is empty when not said.
type QualifiedName struct{ Schema, Name string }

// Copy is COPY between a client and a relation or a query.
type Copy struct {
	From    bool
	Schema  string
	Table   string // "" for a query
	Columns []string
	Query   *parser.Statement
	Where   *pg.Node
	Format  string // text, csv, binary
	// Options in PostgreSQL's terms; nil or unset where not said.
	Delimiter, Null, Quote, Escape *string
	Header                         string // "", "true", "match"
	ForceQuote                     []string
	ForceQuoteAll                  bool
	ForceNotNull, ForceNull        []string
	Encoding                       string
	// Default is the text that stands for a column's default; it can only be
	// the NULL text.
	Default *string
}

// Prepare is PREPARE name AS statement.
type Prepare struct {
	Name  string
	Types []*pg.TypeName
	Stmt  *parser.Statement
}

// Execute is EXECUTE name(args).
type Execute struct {
	Name string
	Args []*pg.Node
}

// Deallocate is DEALLOCATE name; an empty name is ALL.
type Deallocate struct{ Name string }

// Notify is LISTEN, UNLISTEN or NOTIFY. An empty channel is that of UNLISTEN *.
type Notify struct {
	Kind             NotifyKind
	Channel, Payload string
}

// Checkpoint is CHECKPOINT.
type Checkpoint struct{}

// NotifyKind is what a Notify does.
type NotifyKind byte

// The kinds of Notify.
const (
	NotifySend NotifyKind = iota
	NotifyListen
	NotifyUnlisten
)

func (*Transaction) utility()    {}
func (*Set) utility()            {}
func (*Show) utility()           {}
func (*SetConstraints) utility() {}
func (*Discard) utility()        {}
func (*Explain) utility()        {}
func (*Copy) utility()           {}
func (*Prepare) utility()        {}
func (*Execute) utility()        {}
func (*Deallocate) utility()     {}
func (*Analyze) utility()        {}
func (*Notify) utility()         {}
func (*Checkpoint) utility()     {}

// AsUtility returns a statement as a Utility, or nil when it is one for Bind.
func AsUtility(stmt *parser.Statement) (Utility, error) {
	inner := func(n *pg.Node) *parser.Statement {
		s := *stmt
		s.Tree = n
		return &s
	}
	switch n := stmt.Tree.GetNode().(type) {
	case *pg.Node_TransactionStmt:
		return transactionStmt(n.TransactionStmt)
	case *pg.Node_VariableSetStmt:
		return setStmt(n.VariableSetStmt)
	case *pg.Node_VariableShowStmt:
		return &Show{Name: n.VariableShowStmt.Name}, nil
	case *pg.Node_ConstraintsSetStmt:
		u := &SetConstraints{Deferred: n.ConstraintsSetStmt.Deferred}
		for _, c := range n.ConstraintsSetStmt.Constraints {
			r := c.GetRangeVar()
			u.Names = append(u.Names, QualifiedName{r.Schemaname, r.Relname})
		}
		return u, nil
	case *pg.Node_DiscardStmt:
		return &Discard{What: strings.TrimPrefix(n.DiscardStmt.Target.String(), "DISCARD_")}, nil
	case *pg.Node_ExplainStmt:
		return explainStmt(n.ExplainStmt, stmt, inner)
	case *pg.Node_CopyStmt:
		return copyStmt(n.CopyStmt, stmt, inner)
	case *pg.Node_PrepareStmt:
		p := &Prepare{Name: n.PrepareStmt.Name, Stmt: inner(n.PrepareStmt.Query)}
		for _, t := range n.PrepareStmt.Argtypes {
			p.Types = append(p.Types, t.GetTypeName())
		}
		return p, nil
	case *pg.Node_ExecuteStmt:
		return &Execute{Name: n.ExecuteStmt.Name, Args: n.ExecuteStmt.Params}, nil
	case *pg.Node_DeallocateStmt:
		return &Deallocate{Name: n.DeallocateStmt.Name}, nil
	case *pg.Node_DeclareCursorStmt:
		return declareStmt(n.DeclareCursorStmt, inner)
	case *pg.Node_FetchStmt:
		return fetchStmt(n.FetchStmt), nil
	case *pg.Node_ClosePortalStmt:
		return &CloseCursor{Name: n.ClosePortalStmt.Portalname}, nil
	case *pg.Node_ReindexStmt:
		return reindexStmt(n.ReindexStmt), nil
	case *pg.Node_DoStmt:
		return doStmt(n.DoStmt)
	case *pg.Node_CheckPointStmt:
		return &Checkpoint{}, nil
	case *pg.Node_ListenStmt:
		return &Notify{Kind: NotifyListen, Channel: n.ListenStmt.Conditionname}, nil
	case *pg.Node_UnlistenStmt:
		return &Notify{Kind: NotifyUnlisten, Channel: n.UnlistenStmt.Conditionname}, nil
	case *pg.Node_NotifyStmt:
		return &Notify{Channel: n.NotifyStmt.Conditionname, Payload: n.NotifyStmt.Payload}, nil
	case *pg.Node_VacuumStmt:
		return analyzeStmt(n.VacuumStmt, stmt)
	}
	if u, err := roleUtility(stmt); u != nil || err != nil {
		return u, err
	}
	if u, err := grantUtility(stmt.Tree); u != nil || err != nil {
		return u, err
	}
	if u, err := ownerUtility(stmt); u != nil || err != nil {
		return u, err
	}
	return tableUtility(stmt, inner)
}

func transactionStmt(n *pg.TransactionStmt) (Utility, error) {
	t := &Transaction{Chain: n.Chain, Savepoint: n.SavepointName}
	switch n.Kind {
	case pg.TransactionStmtKind_TRANS_STMT_BEGIN:
		t.Kind = Begin
	case pg.TransactionStmtKind_TRANS_STMT_START:
		t.Kind = StartTransaction
	case pg.TransactionStmtKind_TRANS_STMT_COMMIT:
		t.Kind = Commit
	case pg.TransactionStmtKind_TRANS_STMT_ROLLBACK:
		t.Kind = Rollback
	case pg.TransactionStmtKind_TRANS_STMT_SAVEPOINT:
		t.Kind = Savepoint
	case pg.TransactionStmtKind_TRANS_STMT_RELEASE:
		t.Kind = Release
	case pg.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
		t.Kind = RollbackTo
	default:
		return nil, sqlerr.New(sqlerr.ObjectNotInPrerequisite, "prepared transactions are disabled").
			WithHint("A transaction is atomic across shards without them.")
	}
	return t, transactionOptions(t, n.Options)
}

func transactionOptions(t *Transaction, options []*pg.Node) error {
	for _, o := range options {
		d := o.GetDefElem()
		switch d.GetDefname() {
		case "transaction_isolation":
			t.Isolation = constText(d.Arg)
		case "transaction_read_only":
			ro := constText(d.Arg) == "1"
			t.ReadOnly = &ro
		case "transaction_deferrable":
			deferrable := constText(d.Arg) == "1"
			t.Deferrable = &deferrable
		default:
			return sqlerr.New(sqlerr.SyntaxError, "unrecognized transaction option %q", d.GetDefname())
		}
	}
	return nil
}

func setStmt(n *pg.VariableSetStmt) (Utility, error) {
	s := &Set{Name: n.Name, Local: n.IsLocal}
	switch n.Kind {
	case pg.VariableSetKind_VAR_SET_DEFAULT, pg.VariableSetKind_VAR_RESET:
		s.Default, s.Reset = true, n.Kind == pg.VariableSetKind_VAR_RESET
		return s, nil
	case pg.VariableSetKind_VAR_RESET_ALL:
		s.Default, s.Reset, s.Name = true, true, ""
		return s, nil
	case pg.VariableSetKind_VAR_SET_MULTI:
		if n.Name == "TRANSACTION SNAPSHOT" {
			return nil, sqlerr.New(sqlerr.FeatureNotSupported, "SET TRANSACTION SNAPSHOT is not supported")
		}
		s.Multi, s.Session = &Transaction{}, n.Name == "SESSION CHARACTERISTICS"
		return s, transactionOptions(s.Multi, n.Args)
	case pg.VariableSetKind_VAR_SET_VALUE:
		for _, a := range n.Args {
			v := constText(a)
			if a.GetTypeCast() != nil { // SET TIME ZONE alone takes INTERVAL '…'
				d, err := types.ParseText(types.OIDInterval, -1, v, types.DefaultFormat())
				if err != nil {
					return nil, err
				}
				out, err := types.AppendTextDatum(nil, types.OIDInterval, d, types.DefaultFormat())
				if err != nil {
					return nil, err
				}
				v = "INTERVAL '" + string(out) + "'"
			}
			s.Values = append(s.Values, v)
		}
		return s, nil
	}
	return nil, sqlerr.New(sqlerr.FeatureNotSupported, "SET %s FROM CURRENT is not supported", n.Name)
}

// constText is the text of a constant, a name or a plain option value.
func constText(n *pg.Node) string {
	switch v := n.GetNode().(type) {
	case *pg.Node_String_:
		return v.String_.Sval
	case *pg.Node_Integer:
		return strconv.Itoa(int(v.Integer.Ival))
	case *pg.Node_Float:
		return v.Float.Fval
	case *pg.Node_Boolean:
		return strconv.FormatBool(v.Boolean.Boolval)
	case *pg.Node_TypeCast:
		return constText(v.TypeCast.Arg)
	case *pg.Node_AConst:
		switch c := v.AConst.Val.(type) {
		case *pg.A_Const_Ival:
			return strconv.Itoa(int(c.Ival.GetIval()))
		case *pg.A_Const_Fval:
			return c.Fval.GetFval()
		case *pg.A_Const_Boolval:
			return strconv.FormatBool(c.Boolval.GetBoolval())
		case *pg.A_Const_Sval:
			return c.Sval.GetSval()
		case *pg.A_Const_Bsval:
			return c.Bsval.GetBsval()
		}
	}
	return ""
}
