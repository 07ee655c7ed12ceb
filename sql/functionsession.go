package sql

import (
	"net"
	"strconv"
	"time"

	"github.com/stemedb/stemedb/sql/types"
)

// functionSession is what built-in functions may ask of a session.
type functionSession struct{ s *Session }

func (f functionSession) User() string        { return f.s.currentUser() }
func (f functionSession) SessionUser() string { return f.s.sessionUser() }
func (f functionSession) UserOID() types.OID  { return f.s.who.current }
func (f functionSession) Database() string    { return f.s.opt.Database }

func (f functionSession) SearchPath(implicit bool) []string { return f.s.searchPath(implicit) }

func (f functionSession) Setting(name string) (string, bool, error) {
	if d := settingIndex[lower(name)]; d != nil {
		if err := f.s.mayShow(d); err != nil {
			return "", false, err
		}
	}
	v, ok := f.s.show(name)
	return v, ok, nil
}

func (f functionSession) SettingFlags(name string) ([]string, bool) {
	if d := settingIndex[lower(name)]; d != nil {
		return d.flagWords(), true
	}
	_, custom := f.s.settings.custom[lower(name)]
	return []string{"NO_SHOW_ALL", "NOT_IN_SAMPLE"}, custom
}

func (f functionSession) SetSetting(name string, value *string, local bool) (string, error) {
	if value != nil {
		return f.s.assign(name, *value, local)
	}
	if err := f.s.reset(name, local); err != nil {
		return "", err
	}
	v, _ := f.s.show(name)
	return v, nil
}

func (f functionSession) BackendPID() int32  { return f.s.opt.PID }
func (f functionSession) ClientAddr() string { host, _ := hostPort(f.s.opt.RemoteAddr); return host }
func (f functionSession) ClientPort() int32  { _, port := hostPort(f.s.opt.RemoteAddr); return port }
func (f functionSession) ServerAddr() string { host, _ := hostPort(f.s.opt.LocalAddr); return host }
func (f functionSession) ServerPort() int32  { _, port := hostPort(f.s.opt.LocalAddr); return port }
func (f functionSession) TxnID() int64       { return f.s.txnID() }

func (f functionSession) TxnAssigned() int64 { return f.s.txn.id }
func (f functionSession) TxnNext() int64     { return f.s.eng.txns.upcoming() }

func (f functionSession) TxnSnapshot() (xmin, xmax int64, running []int64) {
	return f.s.eng.txns.snapshot(f.s.txn.id)
}

func (f functionSession) TxnStatus(id int64) (string, bool) { return f.s.eng.txns.status(id) }

func (f functionSession) Random() float64 { return f.s.random.float() }
func (f functionSession) Seed(x float64)  { f.s.random.seed(x) }

func (f functionSession) ReadTime() time.Time {
	if at := f.s.txn.readAt; at != 0 {
		return types.TimeOf(int64(at))
	}
	return f.s.txn.start
}

func (f functionSession) CancelBackend(pid int32) (bool, error) {
	other := f.s.eng.session(pid)
	if other == nil {
		return false, nil
	}
	if err := f.s.maySignal(other, "cancel superuser query", "query is being canceled"); err != nil {
		return false, err
	}
	other.Cancel()
	return true, nil
}

func (f functionSession) TerminateBackend(pid int32) (bool, error) {
	other := f.s.eng.session(pid)
	if other == nil {
		return false, nil
	}
	if err := f.s.maySignal(other, "terminate superuser process", "process is being terminated"); err != nil {
		return false, err
	}
	other.Terminate()
	return true, nil
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
