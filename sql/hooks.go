package sql

import (
	"cmp"
	"slices"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// hooks let the catalogs see the running server.
func (e *Engine) hooks() catalog.Hooks {
	return catalog.Hooks{Stats: e.opt.Stats, Settings: e.settingRows, Activity: e.activity, Locks: e.advisory.rows, Started: e.started, ViewText: viewText, ViewWrites: viewWrites}
}

// activity are the rows of pg_stat_activity.
func (e *Engine) activity() []catalog.Activity {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := make([]catalog.Activity, 0, len(e.sessions))
	for pid, s := range e.sessions {
		host, port := hostPort(s.opt.RemoteAddr)
		now := s.state.Load()
		out = append(out, catalog.Activity{
			PID: pid, UserOID: s.login, Database: s.opt.Database, ApplicationName: s.appName.Load().(string),
			ClientAddr: host, ClientPort: port, BackendStart: s.started, BackendType: "client backend",
			State: now.state, Query: shownQuery(now.query), XactStart: now.xactStart, QueryStart: now.queryStart, StateChange: now.since, XID: now.xid,
			TLSVersion: s.opt.TLS.Version, TLSCipher: s.opt.TLS.Cipher, TLSBits: s.opt.TLS.Bits,
			CertSubject: s.opt.TLS.Subject, CertSerial: s.opt.TLS.Serial, CertIssuer: s.opt.TLS.Issuer,
		})
	}
	slices.SortFunc(out, func(a, b catalog.Activity) int { return cmp.Compare(a.PID, b.PID) }) // backends are numbered in this order
	return out
}

// viewWrites says what can be done with the rows of a view.
func viewWrites(v catalog.SessionCatalog, r *catalog.Relation) functions.Writes {
	return plan.ViewWrites(plan.BindContext{Catalog: v, SearchPath: v.SearchPath()}, r)
}

// viewText prints a view's query; one that cannot be bound any more is shown as it
// was written.
func viewText(v catalog.SessionCatalog, r *catalog.Relation, style functions.ViewStyle, f *types.Format) string {
	if text, ok := plan.ViewText(plan.BindContext{Catalog: v, SearchPath: v.SearchPath(), Format: f}, r, style); ok {
		return text
	}
	return parser.Layout(r.View.Query)
}
