package sql

import (
	"net"
	"strconv"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// functionSession is what built-in functions may ask of a session.
type functionSession struct{ s *Session }

func (f functionSession) User() string        { return f.s.opt.User }
func (f functionSession) SessionUser() string { return f.s.opt.User }
func (f functionSession) Database() string    { return f.s.opt.Database }

func (f functionSession) SearchPath(implicit bool) []string { return f.s.searchPath(implicit) }

func (f functionSession) Setting(name string) (string, bool) { return f.s.show(name) }

func (f functionSession) SetSetting(name, value string, local bool) (string, error) {
	return f.s.assign(name, value, local)
}

func (f functionSession) BackendPID() int32  { return f.s.opt.PID }
func (f functionSession) ClientAddr() string { host, _ := hostPort(f.s.opt.RemoteAddr); return host }
func (f functionSession) ClientPort() int32  { _, port := hostPort(f.s.opt.RemoteAddr); return port }
func (f functionSession) ServerAddr() string { host, _ := hostPort(f.s.opt.LocalAddr); return host }
func (f functionSession) ServerPort() int32  { _, port := hostPort(f.s.opt.LocalAddr); return port }
func (f functionSession) TxnID() int64       { return f.s.txnID() }

func (f functionSession) ReadTime() time.Time {
	if at := f.s.txn.readAt; at != 0 {
		return types.TimeOf(int64(at))
	}
	return f.s.txn.start
}

func (f functionSession) CancelBackend(pid int32) bool {
	other := f.s.eng.session(pid)
	if other != nil {
		other.Cancel()
	}
	return other != nil
}

func (f functionSession) TerminateBackend(pid int32) bool {
	other := f.s.eng.session(pid)
	if other != nil {
		other.Terminate()
	}
	return other != nil
}

func hostPort(addr string) (string, int32) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0
	}
	n, err := strconv.ParseInt(port, 10, 32)
	if err != nil {
		return host, 0
	}
	return host, int32(n)
}

// show returns a setting's value as SHOW prints it.
func (s *Session) show(name string) (string, bool) {
	switch lower(name) {
	case "transaction_isolation":
		if s.txn.active {
			return map[bool]string{true: "repeatable read", false: "read committed"}[s.txn.repeatable], true
		}
		return s.settings.value("default_transaction_isolation"), true
	case "transaction_read_only":
		if s.txn.active {
			return map[bool]string{true: "on", false: "off"}[s.txn.readOnly], true
		}
		return s.settings.value("default_transaction_read_only"), true
	}
	if d := settingIndex[lower(name)]; d != nil {
		return s.settings.get(d), true
	}
	return s.settings.lookup(lower(name))
}

// assign sets a setting and returns its canonical value.
func (s *Session) assign(name, value string, local bool) (string, error) {
	if customSetting(name) {
		s.settings.set(name, value, true, local)
		return value, nil
	}
	d, err := s.assignable(name)
	if err != nil {
		return "", err
	}
	norm, err := d.normalize(value)
	if err != nil {
		return "", err
	}
	switch d.name {
	case "transaction_isolation":
		return norm, s.setIsolation(norm, nil)
	case "transaction_read_only":
		s.txn.readOnly = norm == "on"
		return norm, nil
	case "role":
		if norm != "none" && norm != s.opt.User {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "role %q does not exist", norm)
		}
	case "default_transaction_isolation":
		if norm == "serializable" {
			return "", sqlerr.New(sqlerr.FeatureNotSupported, "read-write SERIALIZABLE transactions are not supported").WithHint("Use repeatable read.")
		}
	}
	s.settings.set(d.name, norm, true, local)
	s.settingsChanged(lower(d.name))
	return norm, nil
}

func (s *Session) assignable(name string) (*setting, error) {
	d, err := lookupSetting(name)
	if err != nil {
		return nil, err
	}
	if d.readOnly {
		return nil, sqlerr.New(sqlerr.CantChangeRuntimeParam, "parameter %q cannot be changed", d.name)
	}
	return d, nil
}

// reset puts a setting back to what the session began with.
func (s *Session) reset(name string, local bool) error {
	if customSetting(name) {
		s.settings.set(name, "", false, local)
		return nil
	}
	d, err := s.assignable(name)
	if err != nil {
		return err
	}
	s.settings.set(d.name, "", false, local)
	s.settingsChanged(lower(d.name))
	return nil
}

// resetAll is RESET ALL.
func (s *Session) resetAll() {
	var names []string
	for name := range s.settings.values {
		names = append(names, name)
	}
	for _, name := range names {
		s.settings.set(name, "", false, false)
	}
	s.settingsChanged(names...)
}

// settingsChanged derives what hangs on settings, and reports.
func (s *Session) settingsChanged(names ...string) {
	s.settings.settled()
	s.refreshFormat()
	for _, name := range names {
		if d := settingIndex[name]; d != nil && d.reported {
			s.opt.Client.ParameterStatus(d.name, s.settings.get(d))
		}
	}
}
