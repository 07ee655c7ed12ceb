package sql

import (
	"slices"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// TestSettingTable holds the declarations to their own rules.
func TestSettingTable(t *testing.T) {
	if !slices.IsSortedFunc(settingTable, func(a, b setting) int { return strings.Compare(lower(a.name), lower(b.name)) }) {
		t.Error("the table is not in the order of SHOW ALL")
	}
	checks := len(settingChecks)
	for i := range settingTable {
		d := &settingTable[i]
		if d.check != nil {
			checks--
		}
		got, err := d.normalize(d.def, settingContext{now: d.def, reset: d.def})
		if err != nil || got != d.def {
			t.Errorf("%s: the default %q is read as %q, %v", d.name, d.def, got, err)
		}
		if boot := d.counted(d.def); d.flags&flagOctal == 0 && boot != d.boot {
			t.Errorf("%s: the default is %q and counted %q", d.name, d.boot, boot)
		}
		if !slices.Contains([]string{"internal", "postmaster", "sighup", "superuser-backend", "superuser", "backend", "user"}, d.context) {
			t.Errorf("%s: context %q", d.name, d.context)
		}
	}
	if checks != 0 {
		t.Errorf("%d checks are for no setting", checks)
	}
}

// TestSettingPermissions is who may change what when.
func TestSettingPermissions(t *testing.T) {
	for _, c := range []struct {
		name               string
		superuser, startup bool
		want               string
	}{
		{"work_mem", false, false, ""},
		{"log_statement", true, false, ""},
		{"log_statement", false, true, `42501: permission denied to set parameter "log_statement"`},
		{"fsync", true, true, `55P02: parameter "fsync" cannot be changed now`},
		{"port", true, true, `55P02: parameter "port" cannot be changed without restarting the server`},
		{"server_version", true, true, `55P02: parameter "server_version" cannot be changed`},
		{"log_connections", true, true, ""},
		{"log_connections", false, true, `42501: permission denied to set parameter "log_connections"`},
		{"log_connections", true, false, `55P02: parameter "log_connections" cannot be set after connection start`},
		{"ignore_system_indexes", false, true, ""},
	} {
		got := ""
		if err := settingIndex[c.name].permit(c.superuser, c.startup); err != nil {
			e := sqlerr.From(err)
			got = e.Code + ": " + e.Message
		}
		if got != c.want {
			t.Errorf("%s, superuser %v, startup %v: %q, want %q", c.name, c.superuser, c.startup, got, c.want)
		}
	}
}
