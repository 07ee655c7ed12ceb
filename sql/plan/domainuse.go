package plan

import (
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
)

// usedDomain finds the domain that a view's query meant by a name when it was made.
func (b *binder) usedDomain(schema, name string) *catalog.Domain {
	if b.within == nil {
		return nil
	}
	for _, u := range b.within.Types {
		if u.Schema == schema && u.Name == name {
			d, _, _ := b.ctx.Catalog.Domain(u.OID)
			return d
		}
	}
	return nil
}

// noteDomain notes that the statement, and the view that is being made, name a domain.
func (b *binder) noteDomain(d *catalog.Domain, schema, name string) {
	if d.OID < catalog.OIDFirstMade {
		return
	}
	b.use(d.OID)
	if b.made != nil && !slices.ContainsFunc(b.made.types, func(u catalog.Use) bool { return u.Schema == schema && u.Name == name }) {
		b.made.types = append(b.made.types, catalog.Use{Schema: schema, Name: name, OID: d.OID})
	}
}

// domainParams lets parameters that are declared to be of domains be of the types
// below, and notes the domains.
func (b *binder) domainParams() {
	for i, t := range b.params {
		if _, builtin := types.Lookup(t); builtin || t == 0 {
			continue
		}
		if d, array, ok := b.ctx.Catalog.Domain(t); ok {
			if b.ofDomain == nil {
				b.ofDomain = map[int]types.OID{}
			}
			b.ofDomain[i] = t
			b.params[i], _ = domainValues(d, array)
		}
	}
}

// paramOfDomain checks a parameter's value as one of the domain that it is of.
func (b *binder) paramOfDomain(p *Param) Expr {
	if d, array, ok := b.ctx.Catalog.Domain(b.ofDomain[p.Index]); ok && b.ofDomain != nil {
		return b.toDomain(p, d, array)
	}
	return p
}
