package exec

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// LoadObjects reads what statements made, what the transaction has pending
// included, unless the state tables are still those of the version known: then
// it returns nil. Version 0 is known to nobody. With here they are read as this node has
// them, if it can tell without the others, be they down.
func LoadObjects(ctx context.Context, c Cluster, p *Pending, known uint64, here bool) (o *catalog.Objects, version uint64, err error) {
	e, err := readObjects(ctx, c, p, here)
	if err != nil {
		return nil, 0, err
	}
	defer e.view.Close()
	version = e.view.MetaVersion()
	if version != 0 && version == known {
		return nil, version, nil
	}
	return e.Objects, version, e.load()
}

// ObjectsEdit changes what statements made. All its changes have in common
// that they write the row of the next OID, so that of two transactions that
// make, change or drop objects at once one fails: an object cannot go while
// another begins to depend on it.
type ObjectsEdit struct {
	// Objects are those that were there.
	Objects *catalog.Objects

	view *storage.View
	next types.OID
	ops  []storage.MetaOp
}

func readObjects(ctx context.Context, c Cluster, p *Pending, here bool) (*ObjectsEdit, error) {
	v, err := c.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{}, Bounded: here, MaxStaleness: math.MaxInt64})
	if err != nil {
		return nil, err
	}
	if ops := p.list(); len(ops) > 0 {
		v.OverlayMeta(ops)
	}
	return &ObjectsEdit{Objects: &catalog.Objects{}, view: v}, nil
}

// load reads the rows.
func (e *ObjectsEdit) load() error {
	rows := func(table uint16, ts []types.OID, take func([]types.Datum) error) error {
		return e.view.Meta(table).Scan(func(_, row []byte, _ uint64, _ knowledge.Micros) error {
			ds, err := DecodeRow(ts, row)
			if err != nil {
				return fmt.Errorf("read objects: %w", err)
			}
			return take(ds)
		})
	}
	if err := rows(catalog.TableObjects, catalog.ObjectTypes, e.Objects.AddRow); err != nil {
		return err
	}
	if err := rows(catalog.TableRoles, catalog.RoleTypes, e.Objects.AddRole); err != nil {
		return err
	}
	if err := rows(catalog.TableRoleSettings, catalog.RoleSettingTypes, e.Objects.AddRoleSetting); err != nil {
		return err
	}
	if err := rows(catalog.TableGrants, catalog.GrantTypes, e.Objects.AddGrant); err != nil {
		return err
	}
	if err := rows(catalog.TableDefaultGrants, catalog.DefaultGrantTypes, e.Objects.AddDefaultGrant); err != nil {
		return err
	}
	if err := rows(catalog.TableRoutines, catalog.ObjectTypes, e.Objects.AddRoutine); err != nil {
		return err
	}
	return rows(catalog.TableRemarks, catalog.RemarkTypes, func(row []types.Datum) error {
		e.Objects.AddRemark(row)
		return nil
	})
}

// EditObjects begins a change; Close ends it.
func EditObjects(ctx context.Context, c Cluster, p *Pending) (*ObjectsEdit, error) {
	e, err := readObjects(ctx, c, p, false)
	if err != nil {
		return nil, err
	}
	if err := e.load(); err != nil {
		e.view.Close()
		return nil, err
	}
	e.next = max(e.Objects.Next, catalog.OIDFirstMade)
	return e, nil
}

// Close ends the change.
func (e *ObjectsEdit) Close() { e.view.Close() }

// NewOID numbers an object.
func (e *ObjectsEdit) NewOID() types.OID {
	e.next++
	return e.next - 1
}

// Put writes the declaration of a view or a domain in the place of the one it had, if any.
func (e *ObjectsEdit) Put(r *catalog.Relation) error {
	row, err := catalog.ObjectRow(r)
	if err != nil {
		return err
	}
	return e.write(catalog.TableObjects, catalog.ObjectTypes, catalog.ObjectKey, row, false)
}

// PutRoutine writes a routine's declaration in the place of the one it had, if any.
func (e *ObjectsEdit) PutRoutine(r *catalog.StoredRoutine) error {
	row, err := catalog.RoutineRow(r)
	if err != nil {
		return err
	}
	return e.write(catalog.TableRoutines, catalog.ObjectTypes, catalog.ObjectKey, row, false)
}

// DropRoutine takes a routine away, and what was said of it.
func (e *ObjectsEdit) DropRoutine(oid types.OID) error {
	row := []types.Datum{types.Int(int64(oid)), types.NullDatum}
	if err := e.write(catalog.TableRoutines, catalog.ObjectTypes, catalog.ObjectKey, row, true); err != nil {
		return err
	}
	if err := e.ForgetAll(oid); err != nil {
		return err
	}
	return e.DropGrants(catalog.FunctionClass, oid)
}

// Drop takes a view or a domain away, and what was said of it.
func (e *ObjectsEdit) Drop(r *catalog.Relation) error {
	row := []types.Datum{types.Int(int64(r.OID)), types.NullDatum}
	if err := e.write(catalog.TableObjects, catalog.ObjectTypes, catalog.ObjectKey, row, true); err != nil {
		return err
	}
	gone, class := []types.OID{r.OID}, catalog.RelationClass
	if r.Domain != nil {
		class = catalog.TypeClass
		for i := range r.Domain.Checks {
			gone = append(gone, r.Domain.Checks[i].OID)
		}
	}
	if err := e.ForgetAll(gone...); err != nil {
		return err
	}
	return e.DropGrants(class, r.OID)
}

// ForgetAll takes away what was said of objects.
func (e *ObjectsEdit) ForgetAll(gone ...types.OID) error {
	for k := range e.Objects.Remarks {
		if slices.Contains(gone, k.OID) && k.Class != catalog.LargeObjectClass { // whose OIDs are their own
			if err := e.Forget(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// Remark writes what COMMENT says of an object.
func (e *ObjectsEdit) Remark(k catalog.CommentKey, m catalog.Remark) error {
	return e.write(catalog.TableRemarks, catalog.RemarkTypes, catalog.RemarkKey, catalog.RemarkRow(k, m), false)
}

// Forget takes a comment away.
func (e *ObjectsEdit) Forget(k catalog.CommentKey) error {
	return e.write(catalog.TableRemarks, catalog.RemarkTypes, catalog.RemarkKey, catalog.RemarkRow(k, catalog.Remark{}), true)
}

// PutRole writes a role's attributes.
func (e *ObjectsEdit) PutRole(r *catalog.Role) error {
	row, err := catalog.RoleRow(r)
	if err != nil {
		return err
	}
	return e.write(catalog.TableRoles, catalog.RoleTypes, catalog.RoleKey, row, false)
}

// DropRole takes a role away, with what was said of it and what its sessions begin with.
func (e *ObjectsEdit) DropRole(oid types.OID) error {
	row := []types.Datum{types.Int(int64(oid)), types.NullDatum}
	if err := e.write(catalog.TableRoles, catalog.RoleTypes, catalog.RoleKey, row, true); err != nil {
		return err
	}
	for k := range e.Objects.RoleSettings {
		if k.Role == oid {
			if err := e.PutRoleSettings(k, nil); err != nil {
				return err
			}
		}
	}
	if k := (catalog.CommentKey{Class: catalog.RoleClass, OID: oid}); e.remarked(k) {
		return e.Forget(k)
	}
	return nil
}

func (e *ObjectsEdit) remarked(k catalog.CommentKey) bool {
	_, ok := e.Objects.Remarks[k]
	return ok
}

// PutRoleSettings writes what sessions of a scope begin with; nothing: nothing is said.
func (e *ObjectsEdit) PutRoleSettings(k catalog.RoleScope, config []string) error {
	row, err := catalog.RoleSettingRow(k, config)
	if err != nil {
		return err
	}
	return e.write(catalog.TableRoleSettings, catalog.RoleSettingTypes, catalog.RoleSettingKey, row, len(config) == 0)
}

// write adds one operation, which holds if the row is still as it was read.
func (e *ObjectsEdit) write(table uint16, ts []types.OID, key []int, row []types.Datum, gone bool) error {
	k, err := EncodeKey(ts, key, row)
	if err != nil {
		return err
	}
	enc, err := EncodeRow(ts, row)
	if err != nil {
		return err
	}
	op := storage.MetaOp{Table: table, Key: k, Row: enc, Delete: gone}
	if gone {
		op.Row = nil
	}
	if _, version, ok := e.view.Meta(table).Get(k); ok || version == storage.AnyVersion {
		op.Expect = version
	}
	e.ops = append(e.ops, op)
	return nil
}

// Ops returns the change as operations on the state tables; none when nothing
// was changed.
func (e *ObjectsEdit) Ops() ([]storage.MetaOp, error) {
	if len(e.ops) == 0 {
		return nil, nil
	}
	next := []types.Datum{types.Int(0), types.Text(fmt.Sprint(e.next))}
	if err := e.write(catalog.TableObjects, catalog.ObjectTypes, catalog.ObjectKey, next, false); err != nil {
		return nil, err
	}
	return e.ops, nil
}
