//go:build psql

package psql

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// TestRolePrograms: PostgreSQL's programs make roles, show them, write them down and
// drop them again.
func TestRolePrograms(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	program := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, append([]string{"-h", "127.0.0.1", "-p", fmt.Sprint(n.SQLPort), "-U", "stemedb"}, args...)...)
		cmd.Env = append(cmd.Environ(), "PGCONNECT_TIMEOUT=10", "LC_ALL=C.UTF-8")
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	has := func(out string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(out, w) {
				t.Errorf("%q is not in:\n%s", w, out)
			}
		}
	}
	has(program("createuser", "-e", "-d", "-r", "-g", "pg_monitor", "ann"), "CREATE ROLE ann NOSUPERUSER CREATEDB CREATEROLE INHERIT LOGIN IN ROLE pg_monitor;")
	program("createuser", "-s", "-c", "4", "bob")
	program("createuser", "-L", "team")
	has(program("createuser", "bob"), `ERROR:  role "bob" already exists`)
	run(t, n, `GRANT team TO ann WITH ADMIN OPTION; COMMENT ON ROLE bob IS 'the builder'; ALTER ROLE ann SET work_mem = '1MB'`)
	has(run(t, n, `\du+`), " ann       | Create role, Create DB                                     | {pg_monitor,team} | ",
		" bob       | Superuser, Create role, Create DB                         +| {}                | the builder", "| 4 connections", " team      | Cannot login ")
	has(run(t, n, `\drds`), " ann  |          | work_mem=1MB")
	has(program("pg_dumpall", "-l", "stemedb", "--roles-only", "--no-role-passwords"), "CREATE ROLE ann;\nALTER ROLE ann WITH NOSUPERUSER INHERIT CREATEROLE CREATEDB LOGIN",
		"GRANT team TO ann WITH ADMIN OPTION GRANTED BY stemedb;", "COMMENT ON ROLE bob IS 'the builder';", "ALTER ROLE ann SET work_mem TO '1MB';")
	for _, name := range []string{"ann", "bob", "team"} {
		if out := program("dropuser", name); out != "" {
			t.Error(out)
		}
	}
	has(program("dropuser", "bob"), `ERROR:  role "bob" does not exist`)
	if out := program("dropuser", "--if-exists", "bob"); !strings.Contains(out, "NOTICE") {
		t.Error(out)
	}
}
