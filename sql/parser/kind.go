package parser

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"
)

// kindOf returns the command tag's word of a statement.
func kindOf(n *pg.Node) string {
	switch s := n.GetNode().(type) {
	case *pg.Node_SelectStmt:
		if s.SelectStmt.IntoClause != nil {
			return "SELECT INTO"
		}
		return "SELECT"
	case *pg.Node_InsertStmt:
		return "INSERT"
	case *pg.Node_UpdateStmt:
		return "UPDATE"
	case *pg.Node_DeleteStmt:
		return "DELETE"
	case *pg.Node_MergeStmt:
		return "MERGE"
	case *pg.Node_TransactionStmt:
		return transactionKind(s.TransactionStmt.Kind)
	case *pg.Node_PrepareStmt:
		return "PREPARE"
	case *pg.Node_ExecuteStmt:
		return "EXECUTE"
	case *pg.Node_DeallocateStmt:
		if s.DeallocateStmt.Name == "" {
			return "DEALLOCATE ALL"
		}
		return "DEALLOCATE"
	case *pg.Node_DeclareCursorStmt:
		return "DECLARE CURSOR"
	case *pg.Node_FetchStmt:
		if s.FetchStmt.Ismove {
			return "MOVE"
		}
		return "FETCH"
	case *pg.Node_ClosePortalStmt:
		if s.ClosePortalStmt.Portalname == "" {
			return "CLOSE CURSOR ALL"
		}
		return "CLOSE CURSOR"
	case *pg.Node_CopyStmt:
		return "COPY"
	case *pg.Node_ExplainStmt:
		return "EXPLAIN"
	case *pg.Node_VariableSetStmt:
		switch s.VariableSetStmt.Kind {
		case pg.VariableSetKind_VAR_RESET, pg.VariableSetKind_VAR_RESET_ALL:
			return "RESET"
		}
		return "SET"
	case *pg.Node_VariableShowStmt:
		return "SHOW"
	case *pg.Node_ConstraintsSetStmt:
		return "SET CONSTRAINTS"
	}
	return utilityKind(n)
}

func transactionKind(k pg.TransactionStmtKind) string {
	switch k {
	case pg.TransactionStmtKind_TRANS_STMT_BEGIN:
		return "BEGIN"
	case pg.TransactionStmtKind_TRANS_STMT_START:
		return "START TRANSACTION"
	case pg.TransactionStmtKind_TRANS_STMT_COMMIT:
		return "COMMIT"
	case pg.TransactionStmtKind_TRANS_STMT_ROLLBACK, pg.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO:
		return "ROLLBACK"
	case pg.TransactionStmtKind_TRANS_STMT_SAVEPOINT:
		return "SAVEPOINT"
	case pg.TransactionStmtKind_TRANS_STMT_RELEASE:
		return "RELEASE"
	case pg.TransactionStmtKind_TRANS_STMT_PREPARE:
		return "PREPARE TRANSACTION"
	case pg.TransactionStmtKind_TRANS_STMT_COMMIT_PREPARED:
		return "COMMIT PREPARED"
	case pg.TransactionStmtKind_TRANS_STMT_ROLLBACK_PREPARED:
		return "ROLLBACK PREPARED"
	}
	return "???"
}

func utilityKind(n *pg.Node) string {
	switch s := n.GetNode().(type) {
	case *pg.Node_DiscardStmt:
		switch s.DiscardStmt.Target {
		case pg.DiscardMode_DISCARD_PLANS:
			return "DISCARD PLANS"
		case pg.DiscardMode_DISCARD_TEMP:
			return "DISCARD TEMP"
		case pg.DiscardMode_DISCARD_SEQUENCES:
			return "DISCARD SEQUENCES"
		}
		return "DISCARD ALL"
	case *pg.Node_ListenStmt:
		return "LISTEN"
	case *pg.Node_UnlistenStmt:
		return "UNLISTEN"
	case *pg.Node_NotifyStmt:
		return "NOTIFY"
	case *pg.Node_CheckPointStmt:
		return "CHECKPOINT"
	case *pg.Node_VacuumStmt:
		if s.VacuumStmt.IsVacuumcmd {
			return "VACUUM"
		}
		return "ANALYZE"
	case *pg.Node_LockStmt:
		return "LOCK TABLE"
	case *pg.Node_TruncateStmt:
		return "TRUNCATE TABLE"
	case *pg.Node_CommentStmt:
		return "COMMENT"
	case *pg.Node_CreateFunctionStmt:
		if s.CreateFunctionStmt.IsProcedure {
			return "CREATE PROCEDURE"
		}
		return "CREATE FUNCTION"
	case *pg.Node_AlterFunctionStmt:
		return "ALTER " + objectWords(s.AlterFunctionStmt.Objtype)
	case *pg.Node_AlterObjectSchemaStmt:
		return "ALTER " + objectWords(s.AlterObjectSchemaStmt.ObjectType)
	case *pg.Node_AlterOwnerStmt:
		if s.AlterOwnerStmt.ObjectType == pg.ObjectType_OBJECT_LARGEOBJECT {
			return "ALTER LARGE OBJECT"
		}
		return "ALTER " + objectWords(s.AlterOwnerStmt.ObjectType)
	case *pg.Node_DefineStmt:
		return "CREATE " + objectWords(s.DefineStmt.Kind)
	case *pg.Node_GrantStmt:
		return grantKind(s.GrantStmt.IsGrant, "")
	case *pg.Node_GrantRoleStmt:
		return grantKind(s.GrantRoleStmt.IsGrant, " ROLE")
	case *pg.Node_CreateStmt:
		return "CREATE TABLE"
	case *pg.Node_CreateSeqStmt:
		return "CREATE SEQUENCE"
	case *pg.Node_AlterSeqStmt:
		return "ALTER SEQUENCE"
	case *pg.Node_CreateTableAsStmt:
		if s.CreateTableAsStmt.Objtype == pg.ObjectType_OBJECT_MATVIEW {
			return "CREATE MATERIALIZED VIEW"
		}
		return "SELECT"
	case *pg.Node_ViewStmt:
		return "CREATE VIEW"
	case *pg.Node_IndexStmt:
		return "CREATE INDEX"
	case *pg.Node_CreateSchemaStmt:
		return "CREATE SCHEMA"
	case *pg.Node_CreateRoleStmt:
		return "CREATE ROLE"
	case *pg.Node_AlterRoleStmt, *pg.Node_AlterRoleSetStmt:
		return "ALTER ROLE"
	case *pg.Node_AlterDatabaseSetStmt:
		return "ALTER DATABASE"
	case *pg.Node_DropRoleStmt:
		return "DROP ROLE"
	case *pg.Node_DropStmt:
		return "DROP " + objectWords(s.DropStmt.RemoveType)
	case *pg.Node_DoStmt:
		return "DO"
	case *pg.Node_CallStmt:
		return "CALL"
	case *pg.Node_AlterTableStmt:
		if s.AlterTableStmt.Objtype == pg.ObjectType_OBJECT_TABLE {
			return "ALTER TABLE"
		}
		return "ALTER " + objectWords(s.AlterTableStmt.Objtype)
	case *pg.Node_RenameStmt:
		switch r := s.RenameStmt; r.RenameType {
		case pg.ObjectType_OBJECT_ROLE:
			return "ALTER ROLE"
		case pg.ObjectType_OBJECT_COLUMN:
			return "ALTER " + objectWords(r.RelationType)
		case pg.ObjectType_OBJECT_TABCONSTRAINT:
			return "ALTER TABLE"
		case pg.ObjectType_OBJECT_DOMCONSTRAINT:
			return "ALTER DOMAIN"
		default:
			return "ALTER " + objectWords(r.RenameType)
		}
	}
	return nodeKind(n)
}

// objectWords names a kind of object as tags do.
func objectWords(t pg.ObjectType) string {
	return strings.ReplaceAll(strings.TrimPrefix(t.String(), "OBJECT_"), "_", " ")
}

func grantKind(grant bool, what string) string {
	if grant {
		return "GRANT" + what
	}
	return "REVOKE" + what
}

// nodeKind makes a tag from the node's type: CreateFunctionStmt is CREATE
// FUNCTION. Statements that end here are refused by sql, so the words serve
// its message.
func nodeKind(n *pg.Node) string {
	m := n.ProtoReflect()
	f := m.WhichOneof(m.Descriptor().Oneofs().ByName("node"))
	if f == nil {
		return "???"
	}
	name := strings.TrimSuffix(string(f.Message().Name()), "Stmt")
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}
