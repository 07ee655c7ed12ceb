package sql

import (
	"strings"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// show returns a setting's value as SHOW prints it.
func (s *Session) show(name string) (string, bool) {
	switch lower(name) {
	case "transaction_isolation":
		return s.isolation(), true
	case "transaction_read_only":
		if s.txn.active {
			return onOff(s.txn.readOnly), true
		}
		return s.settings.value("default_transaction_read_only"), true
	case "transaction_deferrable":
		if s.txn.active {
			return onOff(s.txn.deferrable), true
		}
		return s.settings.value("default_transaction_deferrable"), true
	case "stemedb.served_as_of":
		return s.servedAsOf(), true
	case "seed":
		return "unavailable", true // what was set is spent
	}
	if d := settingIndex[lower(name)]; d != nil {
		return s.settings.get(d), true
	}
	_, ok := s.settings.custom[lower(name)]
	v, _ := s.settings.lookup(lower(name))
	return v, ok
}

func onOff(b bool) string { return map[bool]string{true: "on", false: "off"}[b] }

// mayShow refuses what only superusers may see.
func (s *Session) mayShow(d *setting) error {
	if d.flags&flagSecret == 0 || s.roles().HasPrivilegesOf(s.who.current, catalog.OIDReadAllSettingsRole) {
		return nil
	}
	return sqlerr.New(sqlerr.InsufficientPrivilege, "must be superuser or have privileges of pg_read_all_settings to examine %q", d.name)
}

// assign sets a setting and returns its canonical value.
func (s *Session) assign(name, value string, local bool) (string, error) {
	d, err := s.assignable(name)
	if err != nil {
		return "", err
	}
	if d == nil {
		s.settings.set(name, value, true, local)
		return value, nil
	}
	norm, err := d.normalize(value, s.settings.at(d))
	if err != nil {
		return "", err
	}
	switch d.name {
	case "transaction_isolation":
		return norm, s.setIsolation(norm)
	case "transaction_read_only":
		s.txn.readOnly = norm == "on"
		return norm, nil
	case "transaction_deferrable":
		s.txn.deferrable = norm == "on"
		return norm, nil
	case "role", "session_authorization":
		if err := s.mayBecome(d.name, norm); err != nil {
			return "", err
		}
		s.become(d)
	}
	s.settings.set(d.name, norm, true, local)
	if d.name == "session_authorization" {
		s.settings.set("role", "none", true, local)
	}
	s.settingsChanged(lower(d.name))
	return norm, nil
}

// assignable finds a setting that the session may change; nil is one that was
// made up, which is known from now on.
func (s *Session) assignable(name string) (*setting, error) {
	if d := settingIndex[lower(name)]; d != nil {
		return d, d.permit(s.superuser(), false)
	}
	if _, ok := s.settings.custom[lower(name)]; ok {
		return nil, nil
	}
	if err := checkCustomName(name); err != nil {
		return nil, err
	}
	s.settings.custom[lower(name)] = name
	return nil, nil
}

// reset puts a setting back to what the session began with.
func (s *Session) reset(name string, local bool) error {
	d, err := s.assignable(name)
	if err != nil {
		return err
	}
	if d == nil {
		s.settings.set(name, "", false, local)
		return nil
	}
	if d.identifies() {
		s.become(d)
	}
	s.settings.set(d.name, "", false, local)
	if d.name == "session_authorization" {
		s.settings.set("role", "none", true, local)
	}
	s.settingsChanged(lower(d.name))
	return nil
}

// resetAll is RESET ALL.
func (s *Session) resetAll() {
	var names []string
	for name := range s.settings.values {
		if d := settingIndex[name]; d == nil || d.flags&flagKept == 0 {
			names = append(names, name)
		}
	}
	for _, name := range names {
		s.settings.set(name, "", false, false)
	}
	s.settingsChanged(names...)
}

// settingsChanged derives what hangs on settings, and reports.
func (s *Session) settingsChanged(names ...string) {
	s.settings.settled()
	s.identify()
	s.refreshFormat()
	for _, name := range names {
		if d := settingIndex[name]; d != nil && d.flags&flagReport != 0 {
			s.opt.Client.ParameterStatus(d.name, s.settings.get(d))
		}
	}
}

// setValue joins the values of SET as its setting takes them.
func (s *Session) setValue(u *plan.Set) (string, error) {
	var flags settingFlags
	if d := settingIndex[lower(u.Name)]; d != nil {
		flags = d.flags
	}
	if len(u.Values) != 1 && flags&flagList == 0 {
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "SET %s takes only one argument", u.Name)
	}
	out := make([]string, len(u.Values))
	for i, v := range u.Values {
		out[i] = v
		if flags&flagQuote != 0 {
			out[i] = functions.QuoteIdent(v)
		}
	}
	return strings.Join(out, ", "), nil
}

// settingRows are the rows of pg_settings: the session's values, or the
// server's when there is no session. Made-up ones are not among them.
func (e *Engine) settingRows(of functions.Session) []catalog.Setting {
	var s *Session
	if f, ok := of.(functionSession); ok {
		s = f.s
	}
	out := make([]catalog.Setting, 0, len(settingTable))
	for i := range settingTable {
		d := &settingTable[i]
		if d.flags&flagHidden != 0 || s != nil && s.mayShow(d) != nil {
			continue
		}
		row := catalog.Setting{
			Name: d.name, Boot: d.boot, NoBoot: d.noBoot, ShortDesc: d.doc, Context: d.context, Vartype: string(d.kind),
			Category: d.category, Min: d.limits[0], Max: d.limits[1], Enum: d.values, Source: "default",
		}
		if d.unit != nil {
			row.Unit = d.unit.name
		}
		value, ok := e.defaults[lower(d.name)]
		if !ok {
			value = d.def
		} else if value != d.def {
			row.Source = "command line"
		}
		row.Value, row.Reset = d.counted(value), d.counted(value)
		if s != nil {
			now, _ := s.show(d.name)
			row.Value, row.Reset = d.counted(now), d.counted(s.settings.reset(d))
			if _, ok := s.settings.session[lower(d.name)]; ok {
				row.Source = "client"
			}
			if _, ok := s.settings.values[lower(d.name)]; ok {
				row.Source = "session"
			}
		}
		out = append(out, row)
	}
	return out
}
