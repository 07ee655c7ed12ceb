//go:build psql

package catalog

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stemedb/stemedb/conformance/oracle"
	"github.com/stemedb/stemedb/conformance/testnode"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// factsRewrite names the environment variable that makes TestFactFiles write the
// files anew, rather than hold them to PostgreSQL.
const factsRewrite = "FACTS_REWRITE"

// TestFactFiles holds proc.txt, operator.txt, aggregate.txt and opclass.txt to what
// the catalogs of PostgreSQL 15 say, less what package functions declares.
func TestFactFiles(t *testing.T) {
	pg := testnode.Session(t, testnode.Postgres(t).URL("postgres"), "")
	for _, f := range []struct {
		name, head string
		lines      func(*testing.T, *pgconn.PgConn) []string
	}{
		{"proc.txt", procHead, procLines},
		{"operator.txt", operatorHead, operatorLines},
		{"aggregate.txt", aggregateHead, aggregateLines},
		{"opclass.txt", opclassHead, opclassLines},
	} {
		want := []byte(f.head + strings.Join(f.lines(t, pg), "\n") + "\n")
		if os.Getenv(factsRewrite) != "" {
			if err := os.WriteFile(f.name, want, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		have, err := os.ReadFile(f.name)
		if err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is stale: run %s=1 go test -tags psql ./sql/catalog -run TestFactFiles (%v)", f.name, factsRewrite, err)
		}
	}
}

// ask gives the rows of a query as texts, NULL as a lone dash.
func ask(t *testing.T, pg *pgconn.PgConn, query string) [][]string {
	t.Helper()
	a, err := oracle.Ask(context.Background(), pg, query)
	if err != nil || a.Code != "" {
		t.Fatalf("%s: %v %s %s", query, err, a.Code, a.Message)
	}
	var out [][]string
	for _, row := range a.Rows {
		var fields []string
		for _, v := range row {
			if v == nil {
				v = []byte("-")
			}
			fields = append(fields, string(v))
		}
		out = append(out, fields)
	}
	return out
}

const procHead = `# Functions of PostgreSQL 15: of those that package functions declares what it does not say of them, of the others all.
# oid name arguments result kind+volatility+parallel+strict details description, with tabs between; arguments "=": declared.
`

const procQuery = `SELECT p.oid, proname,
 (SELECT string_agg(typname, ',' ORDER BY n) FROM unnest(proargtypes) WITH ORDINALITY a(arg, n) JOIN pg_type t ON t.oid = arg) AS args,
 (SELECT typname FROM pg_type WHERE oid = prorettype), prokind::text || provolatile::text || proparallel::text || left(proisstrict::text, 1),
 concat_ws(' ', CASE WHEN proretset THEN 'set' END, CASE WHEN proleakproof THEN 'leakproof' END, CASE WHEN provariadic <> 0 THEN 'variadic' END,
  CASE WHEN proacl IS NOT NULL THEN 'restricted' END, 'cost=' || nullif(procost, 1), CASE WHEN prorows NOT IN (0, 1000) THEN 'rows=' || prorows END,
  CASE WHEN lanname <> 'internal' THEN 'lang=' || lanname END, 'bin=' || probin, CASE WHEN lanname IN ('internal', 'c') THEN 'src=' || nullif(prosrc, proname) END,
  CASE WHEN prosupport <> 0 THEN 'support=' || prosupport::oid END,
  'out=' || (SELECT string_agg(typname, ',' ORDER BY n) FROM unnest(proallargtypes, proargmodes) WITH ORDINALITY a(arg, mode, n) JOIN pg_type t ON t.oid = arg WHERE mode = 'o'),
  'names=' || array_to_string(proargnames, ','), 'defaults=' || regexp_replace(regexp_replace(pg_get_expr(proargdefaults, 0), '''|::\w+(\[\])?', '', 'g'), ', ', '|', 'g')),
 CASE WHEN NOT EXISTS (SELECT FROM pg_operator o WHERE o.oprcode = p.oid AND description = 'implementation of ' || oprname || ' operator') THEN description END
FROM pg_proc p JOIN pg_language l ON l.oid = prolang LEFT JOIN pg_description d ON classoid = 'pg_proc'::regclass AND objoid = p.oid
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname NOT LIKE 'plpgsql%' ORDER BY p.oid`

func procLines(t *testing.T, pg *pgconn.PgConn) (out []string) {
	for _, f := range ask(t, pg, procQuery) {
		if declared, ok := functions.ByOID(oidOf(f[0])); ok {
			var details []string
			for d := range strings.FieldsSeq(f[5]) {
				switch key, value, _ := strings.Cut(d, "="); key {
				case "leakproof", "rows", "lang", "support":
					details = append(details, d)
				case "src":
					if value != declared.Src {
						details = append(details, d)
					}
				}
			}
			if f[4][2] != declared.Parallel() {
				details = append(details, "parallel="+f[4][2:3])
			}
			if declared.Doc == f[6] {
				f[6] = "-"
			}
			if details == nil && f[6] == "-" {
				continue
			}
			f[2], f[3], f[4], f[5] = "=", "", "", strings.Join(details, " ")
		}
		out = append(out, factLine(f))
	}
	return out
}

// factLine joins the fields of a line, without those at its end that are empty.
func factLine(f []string) string {
	for i := range f {
		if f[i] == "-" {
			f[i] = ""
		}
	}
	return strings.TrimRight(strings.Join(f, "\t"), "\t")
}

const operatorHead = `# Operators of PostgreSQL 15, as proc.txt has functions.
# oid name left right result function commutator negator restrict join description; left "=": declared.
`

const operatorQuery = `SELECT o.oid, oprname, oprleft, oprright, oprresult, oprcode::oid, oprcom, oprnegate, oprrest::oid, oprjoin::oid, description
FROM pg_operator o LEFT JOIN pg_description d ON classoid = 'pg_operator'::regclass AND objoid = o.oid ORDER BY o.oid`

func operatorLines(t *testing.T, pg *pgconn.PgConn) (out []string) {
	for _, f := range ask(t, pg, operatorQuery) {
		if f[1] == "-" { // the operator, not what ask makes of NULL
			f[1] = "minus"
		}
		if _, ok := functions.OperatorByOID(oidOf(f[0])); ok {
			f[2], f[3], f[4], f[5], f[6], f[7] = "=", "", "", "", "", ""
		}
		for i := 2; i < 10; i++ {
			if f[i] == "0" {
				f[i] = ""
			}
		}
		out = append(out, strings.Replace(factLine(f), "\tminus\t", "\t-\t", 1))
	}
	return out
}

const aggregateHead = `# Aggregates of PostgreSQL 15, their functions by OID.
# oid kind direct transition final combine serialize deserialize mtransition minverse mfinal extra mextra modify mmodify sortop type space mtype mspace initial minitial, with tabs between
`

const aggregateQuery = `SELECT aggfnoid::oid, aggkind, aggnumdirectargs, aggtransfn::oid, aggfinalfn::oid, aggcombinefn::oid, aggserialfn::oid, aggdeserialfn::oid, aggmtransfn::oid,
 aggminvtransfn::oid, aggmfinalfn::oid, aggfinalextra, aggmfinalextra, aggfinalmodify, aggmfinalmodify, aggsortop, aggtranstype, aggtransspace, aggmtranstype, aggmtransspace,
 agginitval, aggminitval FROM pg_aggregate ORDER BY 1`

func aggregateLines(t *testing.T, pg *pgconn.PgConn) (out []string) {
	for _, f := range ask(t, pg, aggregateQuery) {
		out = append(out, factLine(f))
	}
	return out
}

const opclassHead = `# Operator families, classes, and their members, as PostgreSQL 15 numbers them.
# f oid method name | c oid method name family type default keytype | o oid family left right strategy operator method purpose sortfamily | p oid family left right number function
`

var opclassQueries = [][2]string{
	{"f", "SELECT oid, opfmethod, opfname FROM pg_opfamily ORDER BY oid"},
	{"c", "SELECT oid, opcmethod, opcname, opcfamily, opcintype, opcdefault, opckeytype FROM pg_opclass ORDER BY oid"},
	{"o", "SELECT oid, amopfamily, amoplefttype, amoprighttype, amopstrategy, amopopr, amopmethod, amoppurpose, amopsortfamily FROM pg_amop ORDER BY oid"},
	{"p", "SELECT oid, amprocfamily, amproclefttype, amprocrighttype, amprocnum, amproc::oid FROM pg_amproc ORDER BY oid"},
}

func opclassLines(t *testing.T, pg *pgconn.PgConn) (out []string) {
	for _, q := range opclassQueries {
		for _, f := range ask(t, pg, q[1]) {
			out = append(out, q[0]+" "+strings.Join(f, " "))
		}
	}
	return out
}

func oidOf(s string) types.OID {
	var n types.OID
	if _, err := fmt.Sscan(s, &n); err != nil {
		panic(err)
	}
	return n
}
