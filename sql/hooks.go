package sql

import (
	"fmt"
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
)

// hooks let the catalogs see the running server.
func (e *Engine) hooks() catalog.Hooks {
	return catalog.Hooks{Stats: e.opt.Stats, Settings: e.settingRows, Activity: e.activity, Started: e.started, ViewText: viewText}
}

var vartypes = map[settingKind]string{
	settingString: "string", settingBool: "bool", settingInt: "integer", settingEnum: "enum", settingDuration: "integer", settingMemory: "integer",
}

// settingRows are the rows of pg_settings.
func (e *Engine) settingRows() []catalog.Setting {
	out := make([]catalog.Setting, 0, len(settingTable))
	for i := range settingTable {
		d := &settingTable[i]
		value, ok := e.defaults[lower(d.name)]
		if !ok {
			value = d.def
		}
		row := catalog.Setting{
			Name: d.name, Value: value, Boot: d.def, Reset: value, ShortDesc: d.doc, Context: "user", Vartype: vartypes[d.kind],
			Category: "Client Connection Defaults / Statement Behavior", Enum: d.values,
		}
		switch {
		case strings.HasPrefix(d.name, "stemedb."):
			row.Category = "Customized Options"
		case d.readOnly:
			row.Category, row.Context = "Preset Options", "internal"
		}
		switch d.kind {
		case settingDuration:
			row.Unit = "ms"
		case settingMemory:
			row.Unit = "kB"
		}
		if d.min != 0 || d.max != 0 {
			row.Min, row.Max = fmt.Sprint(d.min), fmt.Sprint(d.max)
		}
		out = append(out, row)
	}
	return out
}

// activity are the rows of pg_stat_activity.
func (e *Engine) activity() []catalog.Activity {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]catalog.Activity, 0, len(e.sessions))
	for pid, s := range e.sessions {
		host, port := hostPort(s.opt.RemoteAddr)
		out = append(out, catalog.Activity{
			PID: pid, UserOID: catalog.OIDSuperuser, User: s.opt.User, Database: s.opt.Database, ApplicationName: s.appName.Load().(string),
			ClientAddr: host, ClientPort: port, BackendStart: s.started, State: s.state.Load().(string), BackendType: "client backend",
		})
	}
	return out
}

// viewText prints a view's query.
func viewText(_ catalog.SessionCatalog, r *catalog.Relation, _ bool) string {
	return " " + r.View.Query + ";"
}
