package catalog

import (
	"slices"
	"strings"
	"time"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// PreparedStatement is one row of pg_prepared_statements.
type PreparedStatement struct {
	Name       string
	Statement  string
	PreparedAt time.Time
	Params     []types.OID
	FromSQL    bool // by PREPARE, not by the protocol
}

// Cursor is one row of pg_cursors.
type Cursor struct {
	Name       string
	Statement  string
	Holdable   bool
	Binary     bool
	Scrollable bool
	CreatedAt  time.Time
}

// SessionObjects is what a functions.Session may also satisfy, to be asked for
// what the session has made for itself.
type SessionObjects interface {
	PreparedStatements() []PreparedStatement
	Cursors() []Cursor
}

// sessionMakers are the views of settings, the session's objects, and time
// zones.
func sessionMakers() map[string]maker {
	return map[string]maker{
		"pg_catalog.pg_settings":            {dynamic: makeSettings},
		"pg_catalog.pg_prepared_statements": {dynamic: makePrepared},
		"pg_catalog.pg_cursors":             {dynamic: makeCursors},
		"pg_catalog.pg_stats":               {dynamic: makeStats},
		"pg_catalog.pg_timezone_names":      {dynamic: makeZoneNames},
		"pg_catalog.pg_timezone_abbrevs":    {dynamic: makeZoneAbbrevs},
	}
}

func makeSettings(c *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	if c.hooks.Settings == nil {
		return
	}
	var session functions.Session
	if ctx != nil {
		session = ctx.Session
	}
	all := slices.Clone(c.hooks.Settings(session))
	slices.SortFunc(all, func(a, b Setting) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	for i := range all {
		s := &all[i]
		enum, boot := null, text(s.Boot)
		if len(s.Enum) > 0 {
			enum = textArray(s.Enum)
		}
		if s.NoBoot {
			boot = null
		}
		b.add("name setting unit category short_desc extra_desc context vartype source min_val max_val enumvals boot_val reset_val pending_restart",
			text(s.Name), text(s.Value), orNull(s.Unit), text(s.Category), text(s.ShortDesc), orNull(s.ExtraDesc),
			text(orElse(s.Context, "user")), text(orElse(s.Vartype, "string")), text(orElse(s.Source, "default")), orNull(s.Min), orNull(s.Max), enum,
			boot, text(s.Reset), yes(false))
	}
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func sessionObjects(ctx *functions.Ctx) SessionObjects {
	if ctx == nil {
		return nil
	}
	s, _ := ctx.Session.(SessionObjects)
	return s
}

func makePrepared(_ *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	s := sessionObjects(ctx)
	if s == nil {
		return
	}
	for _, p := range s.PreparedStatements() {
		params := make([]types.Datum, len(p.Params))
		for i, t := range p.Params {
			params[i] = oid(t)
		}
		b.add("name statement prepare_time parameter_types from_sql generic_plans custom_plans",
			text(p.Name), text(p.Statement), instant(p.PreparedAt), types.Any(types.NewArray(types.OIDRegtype, params)), yes(p.FromSQL), num(0), num(0))
	}
}

func makeCursors(_ *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	s := sessionObjects(ctx)
	if s == nil {
		return
	}
	for _, k := range s.Cursors() {
		b.add("name statement is_holdable is_binary is_scrollable creation_time",
			text(k.Name), text(k.Statement), yes(k.Holdable), yes(k.Binary), yes(k.Scrollable), instant(k.CreatedAt))
	}
}

// zoneTime is the time that zones' offsets are shown at.
func zoneTime(ctx *functions.Ctx) time.Time {
	if ctx == nil {
		return time.Unix(0, 0)
	}
	return ctx.TxnStart
}

func seconds(n int) types.Datum { return types.Any(types.Interval{Micros: int64(n) * 1000_000}) }

func makeZoneNames(_ *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	now := zoneTime(ctx)
	for _, name := range types.ZoneNames() {
		_, loc, err := types.LoadZone(name)
		if err != nil {
			continue
		}
		at := now.In(loc)
		abbrev, east := at.Zone()
		b.add("name abbrev utc_offset is_dst", text(name), text(abbrev), seconds(east), yes(at.IsDST()))
	}
}

func makeZoneAbbrevs(_ *Catalog, ctx *functions.Ctx, b *rowBuilder) {
	now := zoneTime(ctx)
	for _, z := range types.ZoneAbbrevs() {
		east, dst := z.East, z.DST
		if z.Zone != "" {
			if _, loc, err := types.LoadZone(z.Zone); err == nil {
				at := now.In(loc)
				_, east = at.Zone()
				dst = at.IsDST()
			}
		}
		b.add("abbrev utc_offset is_dst", text(z.Name), seconds(east), yes(dst))
	}
}
