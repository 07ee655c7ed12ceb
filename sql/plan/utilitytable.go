package plan

import (
	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/parser"
)

// CreateTable is CREATE TABLE; DefineTable says what it declares.
type CreateTable struct{ stmt *pg.CreateStmt }

// CreateTableAs is CREATE TABLE AS and SELECT INTO; see DefineTableAs.
type CreateTableAs struct {
	into  *pg.IntoClause
	Query *parser.Statement
	// Execute is set where the query is that of a prepared statement.
	Execute     *Execute
	IfNotExists bool
	NoData      bool
}

// DropTable is DROP TABLE, or DROP of what What says: an index, view or sequence.
type DropTable struct {
	Names    []RelationName
	IfExists bool
	What     string // table, index, view, sequence
	Cascade  bool
}

// Truncate is TRUNCATE.
type Truncate struct {
	Names   []RelationName
	Restart bool
	Cascade bool
}

// CreateIndex is CREATE INDEX.
type CreateIndex struct{ stmt *pg.IndexStmt }

func (*CreateTable) utility()   {}
func (*CreateTableAs) utility() {}
func (*DropTable) utility()     {}
func (*Truncate) utility()      {}
func (*CreateIndex) utility()   {}

// tableUtility returns the statements about tables as Utilities; nil when a
// statement is none of them.
func tableUtility(stmt *parser.Statement, inner func(*pg.Node) *parser.Statement) (Utility, error) {
	switch n := stmt.Tree.GetNode().(type) {
	case *pg.Node_CreateStmt:
		return &CreateTable{n.CreateStmt}, nil
	case *pg.Node_CreateSeqStmt:
		return &CreateSequence{n.CreateSeqStmt}, nil
	case *pg.Node_AlterSeqStmt:
		return &AlterSequence{n.AlterSeqStmt}, nil
	case *pg.Node_CreateTableAsStmt:
		x := n.CreateTableAsStmt
		if x.Objtype != pg.ObjectType_OBJECT_TABLE {
			return nil, nil
		}
		u := &CreateTableAs{into: x.Into, Query: inner(x.Query), IfNotExists: x.IfNotExists, NoData: x.Into.SkipData}
		if e := x.Query.GetExecuteStmt(); e != nil {
			u.Execute = &Execute{Name: e.Name, Args: e.Params}
		}
		return u, nil
	case *pg.Node_SelectStmt:
		first := n.SelectStmt
		for first.Larg != nil {
			first = first.Larg
		}
		if first.IntoClause == nil {
			return nil, nil
		}
		return &CreateTableAs{into: first.IntoClause, Query: stmt}, nil
	case *pg.Node_DropStmt:
		x := n.DropStmt
		if what := routineKinds[x.RemoveType]; what != "" {
			return dropRoutine(x, what), nil
		}
		d := &DropTable{IfExists: x.MissingOk, What: droppable[x.RemoveType], Cascade: x.Behavior == pg.DropBehavior_DROP_CASCADE}
		if d.What == "" {
			return typeUtility(stmt), nil
		}
		for _, o := range x.Objects {
			d.Names = append(d.Names, rangeVarOf(o.GetList().GetItems()))
		}
		return d, nil
	case *pg.Node_TruncateStmt:
		t := &Truncate{Restart: n.TruncateStmt.RestartSeqs, Cascade: n.TruncateStmt.Behavior == pg.DropBehavior_DROP_CASCADE}
		for _, r := range n.TruncateStmt.Relations {
			t.Names = append(t.Names, r.GetRangeVar())
		}
		return t, nil
	case *pg.Node_ViewStmt:
		return &CreateView{n.ViewStmt}, nil
	case *pg.Node_AlterTableStmt:
		if t := n.AlterTableStmt.Objtype; t != pg.ObjectType_OBJECT_TABLE && t != pg.ObjectType_OBJECT_VIEW {
			return nil, nil
		}
		return &AlterTable{n.AlterTableStmt}, nil
	case *pg.Node_LockStmt:
		return lockStmt(n.LockStmt), nil
	case *pg.Node_CommentStmt:
		return &Comment{n.CommentStmt}, nil
	case *pg.Node_RenameStmt:
		if what := routineKinds[n.RenameStmt.RenameType]; what != "" {
			return &AlterRoutine{stmt: stmt.Tree, object: n.RenameStmt.Object.GetObjectWithArgs(), What: what}, nil
		}
		if u := renameStmt(n.RenameStmt); u != nil {
			return u, nil
		}
	case *pg.Node_IndexStmt:
		return &CreateIndex{n.IndexStmt}, nil
	case *pg.Node_CreateFunctionStmt:
		return &CreateRoutine{n.CreateFunctionStmt}, nil
	case *pg.Node_AlterFunctionStmt:
		return &AlterRoutine{stmt: stmt.Tree, object: n.AlterFunctionStmt.Func, What: routineKinds[n.AlterFunctionStmt.Objtype]}, nil
	case *pg.Node_AlterObjectSchemaStmt:
		if what := routineKinds[n.AlterObjectSchemaStmt.ObjectType]; what != "" {
			return &AlterRoutine{stmt: stmt.Tree, object: n.AlterObjectSchemaStmt.Object.GetObjectWithArgs(), What: what}, nil
		}
	case *pg.Node_AlterOwnerStmt:
		if what := routineKinds[n.AlterOwnerStmt.ObjectType]; what != "" {
			return &AlterRoutine{stmt: stmt.Tree, object: n.AlterOwnerStmt.Object.GetObjectWithArgs(), What: what}, nil
		}
	}
	return typeUtility(stmt), refuseType(stmt)
}

// droppable are the words for what can be dropped.
var droppable = map[pg.ObjectType]string{
	pg.ObjectType_OBJECT_TABLE: "table", pg.ObjectType_OBJECT_INDEX: "index", pg.ObjectType_OBJECT_VIEW: "view", pg.ObjectType_OBJECT_SEQUENCE: "sequence",
}

// rangeVarOf makes a relation's name of a list of strings.
func rangeVarOf(names []*pg.Node) *pg.RangeVar {
	r := &pg.RangeVar{Location: -1}
	for _, n := range names {
		r.Schemaname, r.Relname = r.Relname, n.GetString_().GetSval()
	}
	return r
}
