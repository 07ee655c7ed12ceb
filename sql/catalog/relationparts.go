package catalog

import "github.com/stemedb/stemedb/sql/types"

// ConstraintNamed finds a constraint of a relation, as far as it has an OID of its own.
func (r *Relation) ConstraintNamed(name string) (types.OID, bool) {
	for i := range r.Checks {
		if r.Checks[i].Name == name {
			return r.Checks[i].OID, true
		}
	}
	for i := range r.Foreign {
		if r.Foreign[i].Name == name {
			return r.Foreign[i].OID, true
		}
	}
	for i := range r.Indexes {
		if x := &r.Indexes[i]; x.Name == name && (x.Primary || x.Constraint != 0) {
			return x.constraintOID(), true
		}
	}
	return 0, false
}

// Has reports whether an object is the relation, or the domain, or belongs to it.
func (r *Relation) Has(oid types.OID) bool {
	if r.OID == oid {
		return true
	}
	checks := r.Checks
	if r.Domain != nil {
		checks = r.Domain.Checks
	}
	for i := range checks {
		if checks[i].OID == oid {
			return true
		}
	}
	for i := range r.Foreign {
		if r.Foreign[i].OID == oid {
			return true
		}
	}
	for i := range r.Indexes {
		if r.Indexes[i].OID == oid || r.Indexes[i].Constraint == oid {
			return true
		}
	}
	return false
}
