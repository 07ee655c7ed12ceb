package functions

import (
	"slices"
	"sync"

	"github.com/stemedb/stemedb/sql/types"
)

// families are all declarations of functions, in the order of the house.
func families() [][]Func {
	return [][]Func{
		compareIntFuncs(), compareFloatFuncs(), compareTextFuncs(), compareTimeFuncs(), compareOtherFuncs(), compareLSNFuncs(), hashFuncs(),
		likeFuncs(), regexFuncs(),
		intFuncs(), floatFuncs(), trigFuncs(), numericFuncs(),
		timeArithFuncs(), timeFuncs(), timeCastFuncs(), timePartFuncs(),
		jsonGetFuncs(), jsonEditFuncs(), jsonMakeFuncs(), arrayFuncs(), seriesFuncs(), toCharFuncs(),
		rangeMakeFuncs(), rangeBaseFuncs(), rangeRelateFuncs(), rangeSetFuncs(),
		jsonPathFuncs(), jsonPopulateFuncs(), bitsFuncs(),
		aggFuncs(), aggIntFuncs(), aggFloatFuncs(), aggRegrFuncs(), aggNumericFuncs(), aggMinMaxFuncs(), aggCollectFuncs(), aggOrderedFuncs(),
		rangeHashFuncs(),
		rankFuncs(), windowValueFuncs(), windowRangeFuncs(),
		sysSessionFuncs(), sysCatalogFuncs(), sysToolFuncs(), infoSchemaFuncs(), sysPrivilegeFuncs(), typeIOFuncs(),
		tsTypeFuncs(), tsFuncs(),
		moneyFuncs(),
		inetFuncs(), macFuncs(),
		geoPointFuncs(), geoLineFuncs(), geoBoxFuncs(), geoPathFuncs(), geoCircleFuncs(),
		advisoryFuncs(), sequenceFuncs(), snapshotFuncs(), objectFuncs(), statRelationFuncs(), statServerFuncs(), clusterFuncs(),
		hashExtendedFuncs(),
		largeObjectFuncs(),
		castFuncs(), textFuncs(), textFormatFuncs(), encodeFuncs(), textRegexFuncs(), convertFuncs(),
	}
}

func operatorFamilies() [][]Operator {
	return [][]Operator{
		compareIntOperators(), compareFloatOperators(), compareTextOperators(), compareTimeOperators(), compareOtherOperators(), compareLSNOperators(),
		likeOperators(), regexOperators(),
		intOperators(), floatOperators(), numericOperators(),
		textOperators(), textFormatOperators(), timeOperators(), jsonOperators(), arrayOperators(), rangeOperators(),
		jsonPathOperators(), bitsOperators(),
		inetOperators(), macOperators(),
		geoOperators(),
		moneyOperators(),
		tsOperators(),
		aclOperators(),
	}
}

// tables is everything declared, indexed. It is built once and never changes.
type tables struct {
	all    []*Func
	byOID  map[types.OID]*Func
	byName map[string][]*Func
	ops    []*Operator
	opOID  map[types.OID]*Operator
	opName map[string][]*Operator
	casts  []*Cast
	castOf map[[2]types.OID]*Cast
}

// built holds the tables once made. It is no sync.OnceValue, since functions
// of the tables (pg_get_function_result) look things up in them.
var built struct {
	once sync.Once
	t    *tables
}

func load() *tables {
	built.once.Do(func() { built.t = buildTables() })
	return built.t
}

func buildTables() *tables {
	t := &tables{
		byOID: map[types.OID]*Func{}, byName: map[string][]*Func{},
		opOID: map[types.OID]*Operator{}, opName: map[string][]*Operator{},
		castOf: map[[2]types.OID]*Cast{},
	}
	have := map[types.OID]bool{}
	for _, fam := range families() {
		for i := range fam {
			t.all = append(t.all, &fam[i])
			have[fam[i].OID] = true
		}
	}
	rest := restOfTypeIO(have)
	for i := range rest {
		t.all = append(t.all, &rest[i])
	}
	slices.SortFunc(t.all, func(a, b *Func) int { return int(int64(a.OID) - int64(b.OID)) })
	home := map[types.OID]bool{}
	for _, fam := range atHome() {
		for i := range fam {
			home[fam[i].OID] = true
		}
	}
	for _, f := range t.all {
		f.atHome = home[f.OID]
		if f.Volatility == 0 {
			f.Volatility = 'i'
		}
		if f.Cost == 0 {
			f.Cost = 1
		}
		f.guard()
		t.byOID[f.OID] = f
		t.byName[f.Name] = append(t.byName[f.Name], f)
	}
	for _, fam := range operatorFamilies() {
		for i := range fam {
			t.ops = append(t.ops, &fam[i])
		}
	}
	slices.SortFunc(t.ops, func(a, b *Operator) int { return int(int64(a.OID) - int64(b.OID)) })
	for _, o := range t.ops {
		t.opOID[o.OID] = o
		t.opName[o.Name] = append(t.opName[o.Name], o)
	}
	casts := castTable()
	for i := range casts {
		t.casts = append(t.casts, &casts[i])
		t.castOf[[2]types.OID{casts[i].Source, casts[i].Target}] = &casts[i]
	}
	return t
}

// ByOID returns the function with an OID. What it points to is shared and must
// not be changed; so with all lookups here.
func ByOID(oid types.OID) (*Func, bool) {
	f, ok := load().byOID[oid]
	return f, ok
}

// ByName returns all functions of a name, by OID.
func ByName(name string) []*Func { return load().byName[name] }

// All returns every function, by OID.
func All() []*Func { return load().all }

// Operators returns all operators of a name, by OID.
func Operators(name string) []*Operator { return load().opName[name] }

// OperatorByOID returns the operator with an OID.
func OperatorByOID(oid types.OID) (*Operator, bool) {
	o, ok := load().opOID[oid]
	return o, ok
}

// AllOperators returns every operator, by OID.
func AllOperators() []*Operator { return load().ops }

// CastBetween returns the declared cast from one type to another. Casts
// through text forms to and from string types are not declared: they are
// always possible.
func CastBetween(src, dst types.OID) (*Cast, bool) {
	c, ok := load().castOf[[2]types.OID{src, dst}]
	return c, ok
}

// BinaryCoercible reports whether values of s are values of t as they are.
func BinaryCoercible(s, t types.OID) bool {
	if s == t || t == types.OIDAny || t == types.OIDAnyElement {
		return true
	}
	c, ok := CastBetween(s, t)
	return ok && c.Method == 'b' && c.Context == 'i'
}

// AllCasts returns every declared cast, by OID.
func AllCasts() []*Cast { return load().casts }
