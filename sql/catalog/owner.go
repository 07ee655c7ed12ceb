package catalog

import "github.com/stemedb/stemedb/sql/types"

// OwnerOf is the role that owns an object. What is declared is the superuser's that is
// always there.
func (v sessionView) OwnerOf(class, oid types.OID) types.OID {
	switch class {
	case SchemaClass:
		return v.schemaOwner(oid)
	case FunctionClass:
		if f, ok := v.Function(oid); ok && f.Made != nil && f.Made.Owner != 0 {
			return f.Made.Owner
		}
		return OIDSuperuser
	case TypeClass:
		if d, _, ok := v.Domain(oid); ok {
			return d.OwnerOID()
		}
		return OIDSuperuser
	case ConstraintClass:
		if r := v.Constrained(oid); r != nil {
			return r.OwnerOID()
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

// Constrained is the relation or domain that a constraint is on; nil: it is on none that
// statements made.
func (v sessionView) Constrained(constraint types.OID) (on *Relation) {
	v.domainChecks(func(d *Domain, k *Check) {
		if k.OID == constraint {
			on = d.Relation()
		}
	})
	if own := v.own.Load(); on == nil && own != nil {
		for _, r := range own.relations {
			if r.Has(constraint) {
				return r
			}
		}
	}
	return on
}
