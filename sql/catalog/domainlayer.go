package catalog

import (
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

// Domains lie in all layers: those of information_schema in the declared catalog,
// those of CREATE DOMAIN in that of what statements made or in the session's own.

// Domain finds a domain by its OID, or by that of arrays of it.
func (v sessionView) Domain(oid types.OID) (d *Domain, array, ok bool) {
	if own := v.own.Load(); own != nil {
		return own.Domain(oid)
	}
	return v.sharedDomain(oid)
}

// sharedDomain is Domain of what is not the session's own.
func (v sessionView) sharedDomain(oid types.OID) (d *Domain, array, ok bool) {
	if made := v.made.Load(); made != nil {
		return made.Domain(oid)
	}
	return v.Catalog.Domain(oid)
}

// DomainNamed finds a domain by schema and name.
func (v sessionView) DomainNamed(schema, name string) (*Domain, bool) {
	if own := v.own.Load(); own != nil && strings.HasPrefix(schema, TempSchema) {
		if d, ok := own.DomainNamed(own.canonical(schema), name); ok {
			return d, true
		}
	}
	if made := v.made.Load(); made != nil {
		if d, ok := made.DomainNamed(schema, name); ok {
			return d, true
		}
	}
	return v.Catalog.DomainNamed(schema, name)
}

// Domains lists the domains that statements made, as the session sees them.
func (v sessionView) Domains() []*Domain {
	var out []*Domain
	for _, c := range v.layers() {
		if c == v.Catalog {
			continue
		}
		for i := range c.domains {
			out = append(out, &c.domains[i])
		}
	}
	return out
}

// domainChecks calls do with each condition of a domain.
func (v sessionView) domainChecks(do func(d *Domain, k *Check)) {
	for _, c := range v.layers() {
		c.domainChecks(do)
	}
}

// domainUses calls add with what hangs on domains: columns and other domains; and the
// types of arrays of them.
func (c *Catalog) domainUses(add func(class, obj, refclass, ref types.OID, refsub int, kind byte)) {
	if !c.over {
		return
	}
	for i := range c.domains {
		d := &c.domains[i]
		add(classType, d.Array, classType, d.OID, 0, 'i')
		if d.Over != 0 {
			add(classType, d.OID, classType, d.Over, 0, 'n')
		}
	}
	for _, r := range c.relations {
		if r.View != nil {
			for _, u := range r.View.Types {
				add(classRewrite, ruleOf(r), classType, u.OID, 0, 'n')
			}
		}
	}
}
