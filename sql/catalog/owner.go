package catalog

import "github.com/stemedb/stemedb/sql/types"

// OwnerOf is the role that owns an object. What is declared is the superuser's that is
// always there.
func (v sessionView) OwnerOf(class, oid types.OID) types.OID {
	switch class {
	case SchemaClass:
		return v.schemaOwner(oid)
	case TypeClass:
		if d, _, ok := v.Domain(oid); ok {
			return d.OwnerOID()
		}
		return OIDSuperuser
	case RelationClass:
	default:
		return OIDSuperuser
	}
	if r, ok := v.Relation(oid); ok {
		return r.OwnerOID()
	}
	if x := v.indexInLayers(oid); x != nil {
		return x.rel.OwnerOID()
	}
	return OIDSuperuser
}
