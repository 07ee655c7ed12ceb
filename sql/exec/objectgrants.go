package exec

import (
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// PutGrant writes the list of privileges on an object; gone takes it away.
func (e *ObjectsEdit) PutGrant(k catalog.CommentKey, acl types.ACL, gone bool) error {
	row, err := catalog.GrantRow(k, acl)
	if err != nil {
		return err
	}
	return e.write(catalog.TableGrants, catalog.GrantTypes, catalog.GrantKey, row, gone)
}

// DropGrants takes the lists of an object that goes away, and of its columns.
func (e *ObjectsEdit) DropGrants(class, oid types.OID) error {
	for k := range e.Objects.Grants {
		if k.Class == class && k.OID == oid {
			if err := e.PutGrant(k, nil, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// PutDefaultGrant writes the list that objects to come begin with; gone takes it away.
func (e *ObjectsEdit) PutDefaultGrant(k catalog.DefaultScope, acl catalog.DefaultACL, gone bool) error {
	row, err := catalog.DefaultGrantRow(k, acl)
	if err != nil {
		return err
	}
	return e.write(catalog.TableDefaultGrants, catalog.DefaultGrantTypes, catalog.DefaultGrantKey, row, gone)
}
