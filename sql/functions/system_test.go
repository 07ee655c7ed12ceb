package functions

import (
	"errors"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

type fakeSession struct {
	noSession
	settings map[string]string
}

func (fakeSession) User() string        { return "ann" }
func (fakeSession) SessionUser() string { return "bob" }
func (fakeSession) UserOID() types.OID  { return 10 }
func (fakeSession) Database() string    { return "stemedb" }
func (fakeSession) ClientAddr() string  { return "127.0.0.1" }
func (fakeSession) ClientPort() int32   { return 4711 }
func (fakeSession) SearchPath(implicit bool) []string {
	if implicit {
		return []string{"pg_catalog", "public"}
	}
	return []string{"public"}
}

func (s fakeSession) Setting(name string) (string, bool, error) {
	v, ok := s.settings[name]
	return v, ok, nil
}

func (s fakeSession) SetSetting(name string, value *string, _ bool) (string, error) {
	if value == nil {
		delete(s.settings, name)
		return "", nil
	}
	s.settings[name] = *value
	return *value, nil
}

type fakeCatalog struct{ noCatalog }

func (fakeCatalog) RelationByName(schema, name string) (types.OID, bool) {
	if name == "assertions" && (schema == "" || schema == "public") {
		return 16384, true
	}
	return 1259, schema == "pg_catalog" && name == "pg_class"
}

// fakeNames finds fakeCatalog's relations.
type fakeNames struct{}

func (fakeNames) AppendReg(dst []byte, _, _ types.OID) ([]byte, bool) { return dst, false }

func (fakeNames) ResolveReg(_ types.OID, s string) (types.OID, error) {
	schema, name, qualified := strings.Cut(s, ".")
	if !qualified {
		schema, name = "", s
	}
	if oid, ok := (fakeCatalog{}).RelationByName(schema, name); ok {
		return oid, nil
	}
	return 0, sqlerr.New(sqlerr.UndefinedTable, "relation \"%s\" does not exist", s)
}

func (fakeCatalog) RelationName(oid types.OID) (string, string, bool) {
	return "public", "assertions", oid == 16384
}

func (fakeCatalog) RoleByName(name string) (types.OID, bool) { return 10, name == "ann" }
func (fakeCatalog) RoleName(oid types.OID) (string, bool)    { return "ann", oid == 10 }

func (fakeCatalog) Comment(class, oid types.OID, sub int32) (string, bool) {
	return "the claims", class == 1259 && oid == 16384 && sub == 0
}

func (fakeCatalog) RelationSize(types.OID) int64 { return 8192 }

func (fakeCatalog) ColumnName(_ types.OID, n int16) (string, bool) { return "id", n == 1 }

func (fakeCatalog) HasRole(role, of types.OID, right RoleRight) bool {
	return role == of && right != RoleAdmin
}

func (fakeCatalog) Privileges(role types.OID, _ string, _ types.OID, _ int16, privs, _ types.Privileges) (p, o types.Privileges) {
	if role != 10 {
		return 0, 0
	}
	return privs & types.PrivSelect, 0
}

// call runs a function by signature on texts.
func call(t *testing.T, c *Ctx, sig string, args ...string) string {
	t.Helper()
	f := funcBySignature(t, sig)
	var in []types.Datum
	for i, a := range args {
		d, err := types.ParseText(f.Args[i], -1, a, &c.Format)
		if err != nil {
			t.Fatal(err)
		}
		in = append(in, d)
	}
	d, err := f.RowFor(f.Args, f.Ret)(c, in)
	return showResult(c, f.Ret, d, err)
}

func TestSystemFunctions(t *testing.T) {
	c := testCtx(t)
	c.Session = fakeSession{settings: map[string]string{"TimeZone": "UTC"}}
	c.Catalog = fakeCatalog{}
	c.Format.Names = fakeNames{}
	c.Started = c.TxnStart
	for _, x := range []struct {
		sig, args, want string
	}{
		{"current_user()", "", `"ann"`},
		{"session_user()", "", `"bob"`},
		{"current_database()", "", `"stemedb"`},
		{"current_schema()", "", `"public"`},
		{"current_schemas(bool)", "t", `"{pg_catalog,public}"`},
		{"current_setting(text)", "TimeZone", `"UTC"`},
		{"current_setting(text)", "nope", `ERROR 42704 "unrecognized configuration parameter \"nope\""`},
		{"current_setting(text,bool)", "nope|t", "NULL"},
		{"set_config(text,text,bool)", "a.b|7|f", `"7"`},
		{"current_setting(text)", "a.b", `"7"`},
		{"inet_client_addr()", "", `"127.0.0.1"`},
		{"inet_client_port()", "", `"4711"`},
		{"inet_server_addr()", "", "NULL"},
		{"now()", "", `"2024-02-29 08:14:15.678901-05"`},
		{"pg_postmaster_start_time()", "", `"2024-02-29 08:14:15.678901-05"`},
		{"format_type(oid,int4)", "1043|14", `"character varying(10)"`},
		{"pg_get_userbyid(oid)", "10", `"ann"`},
		{"pg_get_userbyid(oid)", "99", `"unknown (OID=99)"`},
		{"obj_description(oid,name)", "16384|pg_class", `"the claims"`},
		{"col_description(oid,int4)", "16384|1", "NULL"},
		{"pg_table_size(regclass)", "16384", `"8192"`},
		{"pg_table_size(regclass)", "5", "NULL"},
		{"pg_encoding_to_char(int4)", "6", `"UTF8"`},
		{"has_table_privilege(text,text)", "assertions|select", `"t"`},
		{"has_table_privilege(text,text)", "public.assertions|insert", `"f"`},
		{"has_table_privilege(text,text)", "assertions|insert, select", `"t"`},
		{"has_table_privilege(text,text)", "nope|select", `ERROR 42P01 "relation \"nope\" does not exist"`},
		{"has_table_privilege(text,text)", "assertions|fly", `ERROR 22023 "unrecognized privilege type: \"fly\""`},
		{"has_table_privilege(oid,text)", "7|select", "NULL"},
		{"has_table_privilege(name,text,text)", "eve|assertions|select", `ERROR 42704 "role \"eve\" does not exist"`},
		{"has_column_privilege(text,text,text)", "assertions|id|select", `"t"`},
		{"has_column_privilege(text,text,text)", "assertions|x|select", `ERROR 42703 "column \"x\" of relation \"assertions\" does not exist"`},
		{"pg_has_role(name,text)", "ann|member", `"t"`},
		{"pg_has_role(name,text)", "ann|usage with admin option", `"f"`},
		{"pg_has_role(oid,oid,text)", "7|10|usage", `"f"`},
		{"pg_has_role(name,text)", "public|member", `ERROR 42704 "role \"public\" does not exist"`},
		{"pg_get_function_result(oid)", "1", "NULL"},
		{"pg_get_function_arguments(oid)", "3305", `"jsonb_in jsonb, path text[], replacement jsonb, create_if_missing boolean DEFAULT true"`},
		{"pg_get_function_result(oid)", "2331", `"SETOF anyelement"`},
		{"pg_get_function_arguments(oid)", "3932", `"from_json jsonb, OUT key text, OUT value text"`},
		{"pg_get_function_identity_arguments(oid)", "3932", `"from_json jsonb, OUT key text, OUT value text"`},
	} {
		var args []string
		if x.args != "" {
			args = strings.Split(x.args, "|")
		}
		if got := call(t, c, x.sig, args...); got != x.want {
			t.Errorf("%s %s: %s, want %s", x.sig, x.args, got, x.want)
		}
	}
}

// TestRegexRefusals: what no engine here has, or PostgreSQL refuses, is refused.
func TestRegexRefusals(t *testing.T) {
	c := testCtx(t)
	for _, p := range []string{`(a)\2`, `(a\1)`, `\1(a)`, `(?=(a))\1`, `a(?=b)*`, `(?<=a`} {
		_, err := c.regex(p, regexFlags{})
		var e *sqlerr.Error
		if !errors.As(err, &e) || e.Code != sqlerr.InvalidRegularExpression {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestLikePrefix(t *testing.T) {
	for _, x := range []struct {
		pattern, prefix string
		exact, ok       bool
	}{
		{"abc%", "abc", true, true}, {"abc", "abc", false, true}, {"a_c%", "a", false, true}, {"%x", "", false, true},
		{`a\%b%`, "a%b", true, true}, {"%", "", true, true}, {`ab\`, "", false, false},
	} {
		p, exact, ok := LikePrefix(x.pattern)
		if p != x.prefix || exact != x.exact || ok != x.ok {
			t.Errorf("%s: %q %v %v", x.pattern, p, exact, ok)
		}
	}
}

func TestSleepEndsWithTheStatement(t *testing.T) {
	c := testCtx(t)
	f := funcBySignature(t, "pg_sleep(float8)")
	if _, err := f.Row(c, []types.Datum{types.Float(0.01)}); err != nil {
		t.Fatal(err)
	}
}

func TestCloneHasItsOwnCaches(t *testing.T) {
	c := testCtx(t)
	if _, err := c.like("a%", false, false); err != nil {
		t.Fatal(err)
	}
	if d := c.Clone(); d.patterns() == c.patterns() {
		t.Fatal("shared")
	}
}
