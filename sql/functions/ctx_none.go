package functions

import (
	"math/rand/v2"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// session returns the session, or one that knows nothing: constant folding
// and tests run without.
func (c *Ctx) session() Session {
	if c == nil || c.Session == nil {
		return noSession{}
	}
	return c.Session
}

// catalog is to Catalog what session is to Session.
func (c *Ctx) catalog() Catalog {
	if c == nil || c.Catalog == nil {
		return noCatalog{}
	}
	return c.Catalog
}

type noSession struct{}

func (noSession) User() string                         { return "" }
func (noSession) SessionUser() string                  { return "" }
func (noSession) Database() string                     { return "" }
func (noSession) SearchPath(bool) []string             { return nil }
func (noSession) Setting(string) (string, bool, error) { return "", false, nil }
func (noSession) SettingFlags(string) ([]string, bool) { return nil, false }
func (noSession) BackendPID() int32                    { return 0 }
func (noSession) ClientAddr() string                   { return "" }
func (noSession) ClientPort() int32                    { return 0 }
func (noSession) ServerAddr() string                   { return "" }
func (noSession) ServerPort() int32                    { return 0 }
func (noSession) TxnID() int64                         { return 0 }
func (noSession) TxnAssigned() int64                   { return 0 }
func (noSession) TxnNext() int64                       { return 3 }
func (noSession) TxnSnapshot() (int64, int64, []int64) { return 3, 3, nil }
func (noSession) TxnStatus(int64) (string, bool)       { return "", false }
func (noSession) Random() float64                      { return rand.Float64() }
func (noSession) Seed(float64)                         {}
func (noSession) ReadTime() time.Time                  { return time.Time{} }
func (noSession) UserOID() types.OID                   { return 0 }
func (noSession) CancelBackend(int32) (bool, error)    { return false, nil }
func (noSession) TerminateBackend(int32) (bool, error) { return false, nil }

// SetSetting refuses: there is nothing to set it in.
func (noSession) SetSetting(name string, _ *string, _ bool) (string, error) {
	return "", sqlerr.New(sqlerr.UndefinedObject, "unrecognized configuration parameter \"%s\"", name)
}

type noCatalog struct{}

func (noCatalog) RelationByName(string, string) (types.OID, bool)            { return 0, false }
func (noCatalog) RelationName(types.OID) (string, string, bool)              { return "", "", false }
func (noCatalog) ColumnName(types.OID, int16) (string, bool)                 { return "", false }
func (noCatalog) SchemaByName(string) (types.OID, bool)                      { return 0, false }
func (noCatalog) SchemaName(types.OID) (string, bool)                        { return "", false }
func (noCatalog) RoleByName(string) (types.OID, bool)                        { return 0, false }
func (noCatalog) RoleName(types.OID) (string, bool)                          { return "", false }
func (noCatalog) RelationVisible(types.OID) (bool, bool)                     { return false, false }
func (noCatalog) TypeVisible(types.OID) (bool, bool)                         { return false, false }
func (noCatalog) FunctionVisible(types.OID) (bool, bool)                     { return false, false }
func (noCatalog) Function(oid types.OID) (*Func, bool)                       { return ByOID(oid) }
func (noCatalog) Comment(types.OID, types.OID, int32) (string, bool)         { return "", false }
func (noCatalog) ViewDef(types.OID, ViewStyle, *types.Format) (string, bool) { return "", false }
func (noCatalog) IndexDef(types.OID, int, bool) (string, bool)               { return "", false }
func (noCatalog) ConstraintDef(types.OID, bool) (string, bool)               { return "", false }
func (noCatalog) PrettyExpr(_ types.OID, plain string) string                { return plain }
func (noCatalog) RowTypeName(types.OID) (string, bool)                       { return "", false }
func (noCatalog) Writable(types.OID) Writes                                  { return Writes{} }
func (noCatalog) CatalogRows(*Ctx, string, string, types.Datum) ([]CatalogRow, error) {
	return nil, nil
}
func (noCatalog) CatalogAll(*Ctx, string) ([]CatalogRow, error) { return nil, nil }
func (noCatalog) RelationSize(types.OID) int64                  { return 0 }
func (noCatalog) HasRole(types.OID, types.OID, RoleRight) bool  { return false }
func (noCatalog) Privileges(types.OID, string, types.OID, int16, types.Privileges, types.Privileges) (p, o types.Privileges) {
	return 0, 0
}
func (noCatalog) RelationKind(types.OID) (byte, bool) { return 0, false }
