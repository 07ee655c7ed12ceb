package functions

import (
	"strconv"
	"strings"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// setOfCatalog gives the columns of all rows of a system view: PostgreSQL has the
// view over the function, here it is the other way round.
func setOfCatalog(view string, columns ...string) SetFunc {
	return func(c *Ctx, _ []datum) (SetIter, error) {
		found, err := c.catalog().CatalogAll(c, view)
		if err != nil {
			return nil, err
		}
		rows := make([][]datum, len(found))
		for i, r := range found {
			for _, name := range columns {
				rows[i] = append(rows[i], r.Get(name))
			}
		}
		return &rowsIter{rows}, nil
	}
}

// catalogRow finds the row of an object in its catalog by its OID.
func (c *Ctx) catalogRow(rel, column string, oid types.OID) (CatalogRow, error) {
	rows, err := c.catalog().CatalogRows(c, rel, column, types.Int(int64(oid)))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0], nil
}

// Events that a relation takes, as rules count them.
const (
	takesUpdate = 1 << 2
	takesInsert = 1 << 3
	takesDelete = 1 << 4
)

// Writes says what can be done with the rows of a relation, and which columns UPDATE
// can set.
type Writes struct {
	Insert, Update, Delete bool
	Columns                []bool
}

// rowRelUpdatable tells which of INSERT, UPDATE and DELETE a relation takes.
func rowRelUpdatable(c *Ctx, a []datum) (datum, error) {
	events := 0
	w := c.catalog().Writable(oidArg(a[0]))
	for bit, takes := range map[int]bool{takesInsert: w.Insert, takesUpdate: w.Update, takesDelete: w.Delete} {
		if takes {
			events |= bit
		}
	}
	return types.Int(int64(events)), nil
}

func rowColUpdatable(c *Ctx, a []datum) (datum, error) {
	w := c.catalog().Writable(oidArg(a[0]))
	if i := int(a[1].I) - 1; i >= 0 && i < len(w.Columns) {
		return types.Bool(w.Update && w.Delete && w.Columns[i]), nil
	}
	return types.Bool(false), nil
}

func setKeywords(*Ctx, []datum) (SetIter, error) {
	var rows [][]datum
	for _, k := range keywordTable() {
		label := "can be bare label"
		if !k.bare {
			label = "requires AS"
		}
		rows = append(rows, []datum{types.Text(k.word), types.Int(int64(k.category)), types.Bool(k.bare), types.Text(keywordCategories[k.category]), types.Text(label)})
	}
	return &rowsIter{rows}, nil
}

// What rowFuncDef says of a function's language.
const (
	langSQL = 14
	langC   = 13
)

// rowFuncDef is CREATE FUNCTION of a function, all of which are built in. Those that
// PostgreSQL defines by a parsed query are internal here.
func rowFuncDef(c *Ctx, a []datum) (datum, error) {
	f, ok := c.catalog().Function(oidArg(a[0]))
	if !ok {
		return null, nil
	}
	if f.Made != nil {
		return types.Text(f.Made.definition(c.catalog())), nil
	}
	p, err := c.catalogRow("pg_proc", "oid", f.OID)
	if err != nil || p == nil {
		return null, err
	}
	if f.Kind == Agg {
		return null, sqlerr.New(sqlerr.WrongObjectType, "%q is an aggregate function", f.Name)
	}
	args, err := rowFuncArgs(true)(c, a)
	if err != nil {
		return null, err
	}
	result, err := rowFuncResult(c, a)
	if err != nil {
		return null, err
	}
	language, library, source := "internal", "", p.Get("prosrc").S
	switch lang := p.Get("prolang").I; {
	case source == "":
		source = f.Name
	case lang == langSQL:
		language = "sql"
	case lang == langC:
		language, library = "c", "'"+p.Get("probin").S+"', "
	}
	var b strings.Builder
	b.WriteString("CREATE OR REPLACE FUNCTION pg_catalog." + QuoteIdent(f.Name) + "(" + args.S + ")\n RETURNS " + result.S + "\n LANGUAGE " + language + "\n")
	flags := b.Len()
	if f.Kind == WindowFn {
		b.WriteString(" WINDOW")
	}
	b.WriteString(map[byte]string{'i': " IMMUTABLE", 's': " STABLE"}[byte(p.Get("provolatile").I)])
	b.WriteString(map[byte]string{'s': " PARALLEL SAFE", 'r': " PARALLEL RESTRICTED"}[byte(p.Get("proparallel").I)])
	if p.Get("proisstrict").I != 0 {
		b.WriteString(" STRICT")
	}
	if p.Get("proleakproof").I != 0 {
		b.WriteString(" LEAKPROOF")
	}
	if cost := p.Get("procost").F; cost != 1 {
		b.WriteString(" COST " + strconv.FormatFloat(cost, 'g', -1, 32))
	}
	if rows := p.Get("prorows").F; rows > 0 && rows != 1000 {
		b.WriteString(" ROWS " + strconv.FormatFloat(rows, 'g', -1, 32))
	}
	if b.Len() > flags {
		b.WriteByte('\n')
	}
	b.WriteString("AS " + library + "$function$" + source + "$function$\n")
	return types.Text(b.String()), nil
}

// rowFuncArgDefault is the default of an input argument, counted from 1.
func rowFuncArgDefault(c *Ctx, a []datum) (datum, error) {
	f, ok := c.catalog().Function(oidArg(a[0]))
	if !ok {
		return null, nil
	}
	i := int(a[1].I) - 1
	if f.Made != nil {
		return f.Made.argDefault(i)
	}
	k := i - (len(f.Args) - len(f.Defaults))
	if i < 0 || i >= len(f.Args) || k < 0 {
		return null, nil
	}
	return types.Text(defaultText(c, f.Args[i], f.Defaults[k])), nil
}

// accessMethods are what the access methods of PostgreSQL 15 can do, by OID: order,
// be unique, have several columns, exclude, include.
var accessMethods = map[types.OID][5]bool{
	amBtree: {true, true, true, true, true}, 405: {3: true}, 783: {2: true, 3: true, 4: true}, 2742: {2: true}, 4000: {3: true, 4: true}, 3580: {2: true},
}

const amBtree = 403

var accessMethodProperties = []string{"can_order", "can_unique", "can_multi_col", "can_exclude", "can_include"}

func rowIndexamProperty(_ *Ctx, a []datum) (datum, error) {
	can, ok := accessMethods[oidArg(a[0])]
	for i, name := range accessMethodProperties {
		if ok && strings.EqualFold(a[1].S, name) {
			return types.Bool(can[i]), nil
		}
	}
	return null, nil
}

// index finds an index; all of them are B-trees.
func (c *Ctx) index(d datum) (CatalogRow, error) {
	return c.catalogRow("pg_index", "indexrelid", oidArg(d))
}

func rowIndexProperty(c *Ctx, a []datum) (datum, error) {
	x, err := c.index(a[0])
	if err != nil || x == nil {
		return null, err
	}
	switch strings.ToLower(a[1].S) {
	case "clusterable", "index_scan", "bitmap_scan", "backward_scan":
		return types.Bool(true), nil
	}
	return null, nil
}

// Bits of pg_index.indoption.
const (
	indexDescending = 1
	indexNullsFirst = 2
)

func rowIndexColumnProperty(c *Ctx, a []datum) (datum, error) {
	x, err := c.index(a[0])
	if err != nil || x == nil {
		return null, err
	}
	n := a[1].I
	if n < 1 || n > x.Get("indnatts").I {
		return null, nil
	}
	property := strings.ToLower(a[2].S)
	key := n <= x.Get("indnkeyatts").I
	switch {
	case property == "distance_orderable":
		return types.Bool(false), nil
	case property == "returnable":
		return types.Bool(true), nil
	case property == "orderable":
		return types.Bool(key), nil
	case !key:
		return null, nil
	}
	option := int64(0)
	if o := arr(x.Get("indoption")); o != nil && int(n) <= len(o.Elems) {
		option = o.Elems[n-1].I
	}
	switch property {
	case "asc":
		return types.Bool(option&indexDescending == 0), nil
	case "desc":
		return types.Bool(option&indexDescending != 0), nil
	case "nulls_first":
		return types.Bool(option&indexNullsFirst != 0), nil
	case "nulls_last":
		return types.Bool(option&indexNullsFirst == 0), nil
	case "search_array", "search_nulls":
		return types.Bool(true), nil
	}
	return null, nil
}

func rowRelationFilenode(c *Ctx, a []datum) (datum, error) {
	r, err := c.catalogRow("pg_class", "oid", oidArg(a[0]))
	if err != nil || r == nil || r.Get("relfilenode").I == 0 {
		return null, err
	}
	return r.Get("relfilenode"), nil
}

// defaultTablespace is the OID of pg_default, which 0 stands for too.
const defaultTablespace = 1663

func rowFilenodeRelation(c *Ctx, a []datum) (datum, error) {
	if t := oidArg(a[0]); t != 0 && t != defaultTablespace || a[1].I == 0 {
		return null, nil
	}
	all, err := c.catalog().CatalogAll(c, "pg_class")
	for _, r := range all {
		if r.Get("relfilenode").I == a[1].I {
			return r.Get("oid"), err
		}
	}
	return null, err
}

func setTablespaceDatabases(c *Ctx, a []datum) (SetIter, error) {
	if oidArg(a[0]) != defaultTablespace {
		return &rowsIter{}, nil
	}
	return setOfCatalog("pg_database", "oid")(c, a)
}

func rowSleepUntil(c *Ctx, a []datum) (datum, error) {
	return sleep(c, time.Until(types.TimeOf(a[0].I)))
}

// rowLogfile is the present log file of a format; the log goes to standard error.
func rowLogfile(_ *Ctx, a []datum) (datum, error) {
	if s := a[0].S; !a[0].Null && s != "stderr" && s != "csvlog" && s != "jsonlog" {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "log format \"%s\" is not supported", s).
			WithHint(`The supported log formats are "stderr", "csvlog", and "jsonlog".`)
	}
	return null, nil
}
