package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// mayUse refuses objects to who may not read, or with writes not write, them.
func (o *largeObjects) mayUse(oid, owner types.OID, writes bool) error {
	if o.mine(owner) {
		return nil
	}
	acl, said := o.s.names.ACL(catalog.CommentKey{Class: catalog.LargeObjectClass, OID: oid})
	needs := types.PrivSelect
	if writes {
		needs |= types.PrivUpdate
	}
	if held, _ := acl.Mask(o.s.who.current, owner, o.s.roles().HasPrivilegesOf, needs, 0); said && held == needs {
		return nil
	}
	return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for large object %d", oid)
}

// ownerNow is the owner of an object.
func (o *largeObjects) ownerNow(ctx context.Context, oid types.OID) (types.OID, error) {
	o.begin()
	defer o.lock()()
	return o.object(ctx, oid)
}

// owned refuses what only an object's owner may do.
func (o *largeObjects) owned(ctx context.Context, oid types.OID) error {
	owner, err := o.object(ctx, oid)
	if err != nil || o.mine(owner) {
		return err
	}
	return sqlerr.New(sqlerr.InsufficientPrivilege, "must be owner of large object %d", oid)
}

func (o *largeObjects) mine(owner types.OID) bool {
	return o.s.owns(owner) || o.s.settings.on("lo_compat_privileges")
}
