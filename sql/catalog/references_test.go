package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// references are the columns that name rows of another catalog by OID.
var references = []string{
	"pg_class.relnamespace pg_namespace", "pg_class.reltype pg_type", "pg_class.relowner pg_authid", "pg_class.relam pg_am", "pg_class.reltablespace pg_tablespace",
	"pg_attribute.attrelid pg_class", "pg_attribute.atttypid pg_type", "pg_attribute.attcollation pg_collation",
	"pg_attrdef.adrelid pg_class", "pg_index.indexrelid pg_class", "pg_index.indrelid pg_class",
	"pg_constraint.conrelid pg_class", "pg_constraint.conindid pg_class", "pg_constraint.connamespace pg_namespace",
	"pg_type.typnamespace pg_namespace", "pg_type.typrelid pg_class", "pg_type.typelem pg_type", "pg_type.typarray pg_type", "pg_type.typinput pg_proc",
	"pg_type.typoutput pg_proc", "pg_type.typreceive pg_proc", "pg_type.typsend pg_proc", "pg_type.typmodin pg_proc", "pg_type.typmodout pg_proc",
	"pg_type.typanalyze pg_proc", "pg_type.typsubscript pg_proc", "pg_type.typcollation pg_collation",
	"pg_range.rngtypid pg_type", "pg_range.rngsubtype pg_type", "pg_range.rngmultitypid pg_type", "pg_range.rngsubopc pg_opclass",
	"pg_range.rngcanonical pg_proc", "pg_range.rngsubdiff pg_proc", "pg_range.rngcollation pg_collation",
	"pg_proc.pronamespace pg_namespace", "pg_proc.proowner pg_authid", "pg_proc.prosupport pg_proc",
	"pg_proc.prorettype pg_type", "pg_proc.provariadic pg_type", "pg_proc.prolang pg_language", "pg_aggregate.aggfnoid pg_proc", "pg_aggregate.aggtranstype pg_type",
	"pg_aggregate.aggtransfn pg_proc", "pg_aggregate.aggfinalfn pg_proc", "pg_aggregate.aggcombinefn pg_proc", "pg_aggregate.aggserialfn pg_proc",
	"pg_aggregate.aggdeserialfn pg_proc", "pg_aggregate.aggmtransfn pg_proc", "pg_aggregate.aggminvtransfn pg_proc", "pg_aggregate.aggmfinalfn pg_proc",
	"pg_aggregate.aggmtranstype pg_type", "pg_aggregate.aggsortop pg_operator",
	"pg_operator.oprnamespace pg_namespace", "pg_operator.oprowner pg_authid", "pg_operator.oprrest pg_proc", "pg_operator.oprjoin pg_proc",
	"pg_operator.oprleft pg_type", "pg_operator.oprright pg_type", "pg_operator.oprresult pg_type", "pg_operator.oprcode pg_proc", "pg_operator.oprcom pg_operator",
	"pg_operator.oprnegate pg_operator", "pg_cast.castsource pg_type", "pg_cast.casttarget pg_type", "pg_cast.castfunc pg_proc",
	"pg_am.amhandler pg_proc", "pg_opclass.opcmethod pg_am", "pg_opclass.opcfamily pg_opfamily", "pg_opclass.opcintype pg_type", "pg_opfamily.opfmethod pg_am",
	"pg_amop.amopfamily pg_opfamily", "pg_amop.amopopr pg_operator", "pg_amop.amoplefttype pg_type", "pg_amproc.amprocfamily pg_opfamily", "pg_amproc.amproc pg_proc",
	"pg_amop.amoprighttype pg_type", "pg_amop.amopmethod pg_am", "pg_amop.amopsortfamily pg_opfamily", "pg_amproc.amproclefttype pg_type", "pg_amproc.amprocrighttype pg_type",
	"pg_opclass.opcnamespace pg_namespace", "pg_opclass.opckeytype pg_type", "pg_opfamily.opfnamespace pg_namespace",
	"pg_ts_parser.prsstart pg_proc", "pg_ts_parser.prstoken pg_proc", "pg_ts_parser.prsend pg_proc", "pg_ts_parser.prsheadline pg_proc", "pg_ts_parser.prslextype pg_proc",
	"pg_ts_template.tmplinit pg_proc", "pg_ts_template.tmpllexize pg_proc", "pg_ts_dict.dicttemplate pg_ts_template", "pg_ts_config.cfgparser pg_ts_parser",
	"pg_ts_config_map.mapcfg pg_ts_config", "pg_ts_config_map.mapdict pg_ts_dict", "pg_conversion.conproc pg_proc",
	"pg_transform.trffromsql pg_proc", "pg_transform.trftosql pg_proc",
	"pg_language.lanvalidator pg_proc", "pg_database.datdba pg_authid", "pg_database.dattablespace pg_tablespace",
	"pg_auth_members.roleid pg_authid", "pg_auth_members.member pg_authid", "pg_db_role_setting.setrole pg_authid", "pg_description.classoid pg_class",
}

func TestReferencesResolve(t *testing.T) {
	c := withHooks()
	oids := map[string]map[int64]bool{}
	for _, ref := range references {
		from, to, _ := strings.Cut(ref, " ")
		table, col, _ := strings.Cut(from, ".")
		if oids[to] == nil {
			oids[to] = map[int64]bool{0: true}
			for _, d := range column(t, c, to, "oid") {
				oids[to][d.I] = true
			}
		}
		for _, d := range column(t, c, table, col) {
			if !d.Null && !oids[to][d.I] {
				t.Errorf("%s: no row %d of %s", from, d.I, to)
			}
		}
	}
	for _, col := range []string{"proargtypes", "proallargtypes"} {
		for _, d := range column(t, c, "pg_proc", col) {
			if d.Null {
				continue
			}
			for _, arg := range d.A.(*types.Array).Elems {
				if arg.I == 0 || !oids["pg_type"][arg.I] {
					t.Errorf("argument type %d is not in pg_type", arg.I)
				}
			}
		}
	}
	for _, d := range column(t, c, "pg_index", "indclass") {
		for _, class := range d.A.(*types.Array).Elems {
			if class.I == 0 || !oids["pg_opclass"][class.I] {
				t.Errorf("operator class %d of an index is not in pg_opclass", class.I)
			}
		}
	}
}

// TestEveryFunctionReferenceIsChecked: no column of type regproc is left out of
// references.
func TestEveryFunctionReferenceIsChecked(t *testing.T) {
	for _, r := range New().Relations() {
		if r.Schema != "pg_catalog" || r.Kind != 'r' {
			continue
		}
		for i := range r.Columns {
			col := r.Name + "." + r.Columns[i].Name + " pg_proc"
			if r.Columns[i].Type == types.OIDRegproc && !slices.Contains(references, col) {
				t.Errorf("references lacks %s", col)
			}
		}
	}
}

// TestDescriptionsAreOfObjects: what pg_description describes is there.
func TestDescriptionsAreOfObjects(t *testing.T) {
	c := withHooks()
	names := map[int64]string{}
	for _, r := range c.Relations() {
		names[int64(r.OID)] = r.Name
	}
	there := map[int64]map[int64]bool{}
	_, rows := scan(t, c, "pg_catalog", "pg_description")
	for _, row := range rows {
		object, class := row[0].I, row[1].I
		if there[class] == nil {
			there[class] = map[int64]bool{}
			for _, d := range column(t, c, names[class], "oid") {
				there[class][d.I] = true
			}
		}
		if !there[class][object] {
			t.Errorf("%s has no row %d, which is described as %s", names[class], object, row[3].S)
		}
	}
}

// TestFactsAreOfOthers: proc.txt and operator.txt say all of what package functions
// does not declare, and of what it declares only the rest. A line goes, or becomes
// short, when its function comes.
func TestFactsAreOfOthers(t *testing.T) {
	factLines(procText, 7, func(f []string) {
		declared, ok := functions.ByOID(declaredOID(f[0]))
		if short := f[2] == "="; short != ok {
			t.Errorf("proc.txt: %s (%s) is declared in package functions: %v, and the line is short: %v", f[1], f[0], ok, short)
		}
		if ok && (declared.Name != f[1] || f[6] != "" && declared.Doc != "") {
			t.Errorf("proc.txt: %s (%s) is declared as %s with the description %q", f[1], f[0], declared.Name, declared.Doc)
		}
	})
	factLines(operatorText, 11, func(f []string) {
		if _, ok := functions.OperatorByOID(declaredOID(f[0])); ok != (f[2] == "=") {
			t.Errorf("operator.txt: %s (%s) is declared in package functions: %v, which the line has otherwise", f[1], f[0], ok)
		}
	})
}

// TestAggregatesAgree holds aggregate.txt to how package functions declares the
// aggregates, and both to pg_proc.
func TestAggregatesAgree(t *testing.T) {
	c := withHooks()
	r, rows := scan(t, c, "pg_catalog", "pg_aggregate")
	have := map[types.OID]bool{}
	for _, row := range rows {
		id := types.OID(row[0].I)
		have[id] = true
		p, ok := c.procByOID(id)
		if !ok || p.Kind != functions.Agg || p.Aggregate == nil {
			continue // references; or PostgreSQL's alone
		}
		kind, direct := byte('n'), int64(p.Aggregate.Direct)
		switch {
		case p.Aggregate.Hypothetical:
			kind, direct = 'h', 1
		case p.Aggregate.Ordered != nil:
			kind = 'o'
		}
		if k, d := row[r.ColumnIndex("aggkind")].I, row[r.ColumnIndex("aggnumdirectargs")].I; byte(k) != kind || d != direct {
			t.Errorf("%s: kind %c with %d direct arguments, declared as %c with %d", p.Name, rune(k), d, kind, direct)
		}
	}
	for _, p := range c.library().procs {
		if (p.Kind == functions.Agg) != have[p.OID] {
			t.Errorf("%s (%d) is of kind %c, but pg_aggregate has it: %v", p.Name, p.OID, p.Kind, have[p.OID])
		}
	}
}
