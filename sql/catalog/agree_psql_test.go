//go:build psql

package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/testnode"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// alike are the catalogs whose rows are PostgreSQL 15's: the key comes first.
var alike = []struct{ table, columns string }{
	{"pg_proc", "oid proname pronamespace proowner prolang procost prorows provariadic prosupport prokind prosecdef proleakproof proisstrict proretset " +
		"provolatile proparallel pronargs pronargdefaults prorettype proargtypes proallargtypes proargmodes proargnames protrftypes prosrc probin proconfig"},
	{"pg_operator", "oid oprname oprnamespace oprowner oprkind oprcanmerge oprcanhash oprleft oprright oprresult oprcom oprnegate oprcode oprrest oprjoin"},
	{"pg_aggregate", aggregateColumns},
	{"pg_am", "oid amname amhandler amtype"},
	{"pg_opfamily", "oid opfmethod opfname opfnamespace opfowner"},
	{"pg_opclass", "oid opcmethod opcname opcnamespace opcowner opcfamily opcintype opcdefault opckeytype"},
	{"pg_amop", "oid amopfamily amoplefttype amoprighttype amopstrategy amoppurpose amopopr amopmethod amopsortfamily"},
	{"pg_amproc", "oid amprocfamily amproclefttype amprocrighttype amprocnum amproc"},
	{"pg_cast", "oid castsource casttarget castfunc castcontext castmethod"},
	{"pg_range", "rngtypid rngsubtype rngmultitypid rngcollation rngsubopc rngcanonical rngsubdiff"},
	{"pg_language", "oid lanname lanowner lanispl lanpltrusted lanplcallfoid laninline lanvalidator"},
	{"pg_ts_parser", "oid prsname prsnamespace prsstart prstoken prsend prsheadline prslextype"},
	{"pg_ts_template", "oid tmplname tmplnamespace tmplinit tmpllexize"},
	{"pg_ts_dict", "oid dictname dictnamespace dictowner dicttemplate dictinitoption"},
	{"pg_ts_config", "oid cfgname cfgnamespace cfgowner cfgparser"},
}

// lacking are the rows of theirs that there are not here, and why.
var lacking = []struct{ table, which, why string }{
	{"pg_proc", "proname LIKE 'plpgsql%'", "PL/pgSQL has no functions of its own"},
	{"pg_proc", "pronamespace = 'information_schema'::regnamespace", "package functions has the one that tools call, in several forms"},
	{"pg_cast", "casttarget = 'xml'::regtype", "type xml takes any text as it is, which is no function"},
	{"pg_ts_dict", "dictname NOT IN ('simple', 'english_stem')", "there are no other stemmers"},
	{"pg_ts_config", "cfgname NOT IN ('simple', 'english')", "there are no other stemmers"},
}

// other are the values of a column that differ on purpose.
var other = []struct{ table, column, which, why string }{
	{"pg_proc", "proallargtypes", "5028", "satisfies_hash_partition: PostgreSQL's first data leave them out though there are modes"},
	{"pg_language", "lanplcallfoid", "13563", "PL/pgSQL has no functions of its own"},
	{"pg_language", "laninline", "13563", "PL/pgSQL has no functions of its own"},
	{"pg_language", "lanvalidator", "13563", "PL/pgSQL has no functions of its own"},
}

// TestCatalogsAgreeWithPostgreSQL holds the rows of alike to a PostgreSQL 15's, key
// by key, in both directions.
func TestCatalogsAgreeWithPostgreSQL(t *testing.T) {
	pg := testnode.Session(t, testnode.Postgres(t).URL("postgres"), "")
	c := withHooks()
	for _, a := range alike {
		t.Run(a.table, func(t *testing.T) {
			columns := strings.Fields(a.columns)
			ours := ourRows(t, c, a.table, columns)
			for key, want := range theirRows(t, c, pg, a.table, columns) {
				got := ours[key]
				delete(ours, key)
				if got == nil {
					t.Errorf("lacks %v", want)
					continue
				}
				for i, col := range columns {
					if got[i] != want[i] && !differs(a.table, col, key) {
						t.Errorf("%s (%s): %s is %s, wanted %s", key, want[1], col, got[i], want[i])
					}
				}
			}
			for key, row := range ours {
				t.Errorf("PostgreSQL has no row %s: %v", key, row)
			}
		})
	}
}

func differs(table, column, key string) bool {
	return slices.ContainsFunc(other, func(o struct{ table, column, which, why string }) bool {
		return o.table == table && o.column == column && (o.which == "" || slices.Contains(strings.Fields(o.which), key))
	})
}

// theirRows gives PostgreSQL's rows by their key, regproc as OIDs, without those that
// are lacking here, which it lists in the log.
func theirRows(t *testing.T, c *Catalog, pg *pgconn.PgConn, table string, columns []string) map[string][]string {
	r, _ := c.Named("pg_catalog", table)
	var list []string
	for _, col := range columns {
		if r.Columns[r.ColumnIndex(col)].Type == types.OIDRegproc {
			col += "::oid"
		}
		list = append(list, col)
	}
	conditions := []string{"true"}
	for _, l := range lacking {
		if l.table != table {
			continue
		}
		conditions = append(conditions, "NOT ("+l.which+")")
		rows := ask(t, pg, "SELECT * FROM pg_catalog."+table+" WHERE "+l.which)
		t.Logf("%d rows of PostgreSQL's are not here (%s): %s", len(rows), l.which, l.why)
		if len(rows) == 0 {
			t.Errorf("PostgreSQL has no rows where %s", l.which)
		}
	}
	out := map[string][]string{}
	for _, row := range ask(t, pg, "SELECT "+strings.Join(list, ", ")+" FROM pg_catalog."+table+" WHERE "+strings.Join(conditions, " AND ")) {
		out[row[0]] = row
	}
	return out
}

// ourRows gives the rows that are PostgreSQL's as theirRows does.
func ourRows(t *testing.T, c *Catalog, table string, columns []string) map[string][]string {
	r, rows := scan(t, c, "pg_catalog", table)
	out := map[string][]string{}
	for _, row := range rows {
		if f, ok := functions.ByOID(types.OID(row[0].I)); ok && table == "pg_proc" && (f.Own() || f.Schema != "") {
			continue
		}
		var fields []string
		for _, col := range columns {
			i := r.ColumnIndex(col)
			t0 := r.Columns[i].Type
			if t0 == types.OIDRegproc {
				t0 = types.OIDOID
			}
			s := []byte("-")
			if !row[i].Null {
				var err error
				if s, err = types.AppendTextDatum(nil, t0, row[i], types.DefaultFormat()); err != nil {
					t.Fatal(err)
				}
			}
			fields = append(fields, string(s))
		}
		out[fields[0]] = fields
	}
	return out
}

// TestDescriptionsAgreeWithPostgreSQL: what PostgreSQL says of its functions,
// operators, access methods, languages and objects of text search is said here too.
func TestDescriptionsAgreeWithPostgreSQL(t *testing.T) {
	pg := testnode.Session(t, testnode.Postgres(t).URL("postgres"), "")
	said := withHooks().comments()
	const query = `SELECT classoid, objoid, objsubid, description FROM pg_description WHERE classoid IN (1255, 2601, 2612, 2617, 3600, 3601, 3602, 3764)`
	for _, d := range ask(t, pg, query) {
		if d[0] == "2612" && strings.HasPrefix(d[3], "PL/pgSQL") || (d[0] == "3600" || d[0] == "3602") && strings.HasSuffix(d[3], " language") && !strings.HasSuffix(d[3], " english language") {
			continue // as TestCatalogsAgreeWithPostgreSQL says
		}
		if got := said[CommentKey{oidOf(d[0]), oidOf(d[1]), 0}]; got != d[3] {
			t.Errorf("%s %s: %q, wanted %q", d[0], d[1], got, d[3])
		}
	}
}
