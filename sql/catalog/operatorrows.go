package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// operatorMakers are the catalogs of operators, casts, and how indexes would
// use them.
func operatorMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_operator": {static: makeOperator},
		"pg_catalog.pg_cast":     {static: makeCast},
		"pg_catalog.pg_am":       {static: makeAm},
		"pg_catalog.pg_opfamily": {static: makeOpfamily},
		"pg_catalog.pg_opclass":  {static: makeOpclass},
		"pg_catalog.pg_amop":     {static: makeAmop},
		"pg_catalog.pg_amproc":   {static: makeAmproc},
	}
}

//go:embed opclass.txt
var opclassText string

// opclasses is opclass.txt, read once: lines by their first letter, each a
// list of fields after it.
var opclasses = sync.OnceValue(func() map[byte][][]string {
	out := map[byte][][]string{}
	for line := range strings.Lines(opclassText) {
		if f := strings.Fields(line); len(f) > 0 && f[0] != "#" {
			out[f[0][0]] = append(out[f[0][0]], f[1:])
		}
	}
	return out
})

// opclassOf is the default operator class of btree indexes on a type, 0 when
// there is none.
func opclassOf(t types.OID) types.OID { return defaultClass(amBtree, t) }

// defaultClass is the default operator class of a method's indexes on a type, 0
// when there is none.
func defaultClass(method, t types.OID) types.OID {
	try := []types.OID{comparedAs(t)}
	switch ty, _ := types.Lookup(t); {
	case types.IsArray(t):
		try = append(try, types.OIDAnyArray)
	case ty.Kind == 'r':
		try = append(try, types.OIDAnyRange)
	case ty.Kind == 'm':
		try = append(try, types.OIDAnyMultirange)
	}
	for _, t := range try {
		for _, f := range opclasses()['c'] {
			if declaredOID(f[1]) == method && declaredOID(f[4]) == t && f[5] == "t" {
				return declaredOID(f[0])
			}
		}
	}
	return 0
}

// OperatorClass finds an operator class of the method btree or hash by its name; in
// is the type that it is for.
func OperatorClass(hash bool, name string) (class, in types.OID, ok bool) {
	method := amBtree
	if hash {
		method = amHash
	}
	for _, f := range opclasses()['c'] {
		if declaredOID(f[1]) == method && f[2] == name {
			return declaredOID(f[0]), declaredOID(f[4]), true
		}
	}
	return 0, 0, false
}

// HasDefaultClass reports whether a type has a default operator class of the method
// btree or hash.
func HasDefaultClass(hash bool, t types.OID) bool {
	x := Index{Hash: hash}
	return defaultClass(x.method(), t) != 0
}

func makeOperator(c *Catalog, b *rowBuilder) {
	merges, hashes := map[types.OID]bool{}, map[types.OID]bool{}
	for _, f := range opclasses()['o'] {
		switch method := declaredOID(f[6]); {
		case method == amBtree && f[4] == "3":
			merges[declaredOID(f[5])] = true
		case method == amHash:
			hashes[declaredOID(f[5])] = true
		}
	}
	for i := range c.library().operators {
		o := &c.library().operators[i]
		kind := byte('b')
		if o.Left == 0 {
			kind = 'l'
		}
		b.add("oid oprname oprnamespace oprowner oprkind oprcanmerge oprcanhash oprleft oprright oprresult oprcom oprnegate oprcode oprrest oprjoin",
			oid(o.OID), text(o.Name), oid(OIDPGCatalog), oid(OIDSuperuser), char(kind), yes(merges[o.OID]), yes(hashes[o.OID]), oid(o.Left), oid(o.Right),
			oid(o.Result), oid(o.Commutator), oid(o.Negator), oid(o.Func), oid(o.restrict), oid(o.join))
	}
}

func makeCast(_ *Catalog, b *rowBuilder) {
	casts := slices.Clone(functions.AllCasts())
	slices.SortFunc(casts, func(a, b *functions.Cast) int { return int(int64(a.OID) - int64(b.OID)) })
	for _, k := range casts {
		b.add("oid castsource casttarget castfunc castcontext castmethod",
			oid(k.OID), oid(k.Source), oid(k.Target), oid(k.Func), char(k.Context), char(k.Method))
	}
}

func makeAm(_ *Catalog, b *rowBuilder) {
	for _, a := range accessMethods {
		b.add("oid amname amhandler amtype", oid(a.oid), text(a.name), oid(a.handler), char(a.kind))
	}
}

func makeOpfamily(_ *Catalog, b *rowBuilder) {
	for _, f := range opclasses()['f'] {
		b.add("oid opfmethod opfname opfnamespace opfowner", oid(declaredOID(f[0])), oid(declaredOID(f[1])), text(f[2]), oid(OIDPGCatalog), oid(OIDSuperuser))
	}
}

func makeOpclass(_ *Catalog, b *rowBuilder) {
	for _, f := range opclasses()['c'] {
		b.add("oid opcmethod opcname opcnamespace opcowner opcfamily opcintype opcdefault opckeytype",
			oid(declaredOID(f[0])), oid(declaredOID(f[1])), text(f[2]), oid(OIDPGCatalog), oid(OIDSuperuser),
			oid(declaredOID(f[3])), oid(declaredOID(f[4])), yes(f[5] == "t"), oid(declaredOID(f[6])))
	}
}

func makeAmop(_ *Catalog, b *rowBuilder) {
	for _, f := range opclasses()['o'] {
		b.add("oid amopfamily amoplefttype amoprighttype amopstrategy amoppurpose amopopr amopmethod amopsortfamily",
			oid(declaredOID(f[0])), oid(declaredOID(f[1])), oid(declaredOID(f[2])), oid(declaredOID(f[3])), oid(declaredOID(f[4])), char(f[7][0]),
			oid(declaredOID(f[5])), oid(declaredOID(f[6])), oid(declaredOID(f[8])))
	}
}

func makeAmproc(_ *Catalog, b *rowBuilder) {
	for _, f := range opclasses()['p'] {
		b.add("oid amprocfamily amproclefttype amprocrighttype amprocnum amproc",
			oid(declaredOID(f[0])), oid(declaredOID(f[1])), oid(declaredOID(f[2])), oid(declaredOID(f[3])), oid(declaredOID(f[4])), oid(declaredOID(f[5])))
	}
}
