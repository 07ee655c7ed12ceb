package sql

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// taken are the notifications that wait for a session.
func (s *testSession) taken() (out []string) {
	for _, n := range s.Notifications() {
		out = append(out, n.Channel+":"+n.Payload)
	}
	return out
}

func (s *testSession) wantTold(t *testing.T, want ...string) {
	t.Helper()
	if got := s.taken(); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

// TestNotify: LISTEN, UNLISTEN and NOTIFY take effect with their transaction, in the
// order in which they were said, and what a savepoint takes back is not said.
func TestNotify(t *testing.T) {
	e := newTestEngine(t)
	a, b := e.testSession(t), e.testSession(t)
	a.want("LISTEN news; NOTIFY news, 'own'", "LISTEN", "NOTIFY")
	a.wantTold(t, "news:own")
	b.want("NOTIFY news; NOTIFY other, 'x'; SELECT pg_notify('news', 'f') IS NULL", "NOTIFY", "NOTIFY", "f", "SELECT 1")
	a.wantTold(t, "news:", "news:f")

	b.want("BEGIN; NOTIFY news, '1'; NOTIFY news, '2'; NOTIFY news, '1'; SAVEPOINT x; NOTIFY news, '3'; ROLLBACK TO x; NOTIFY news, '4'",
		"BEGIN", "NOTIFY", "NOTIFY", "NOTIFY", "SAVEPOINT", "NOTIFY", "ROLLBACK", "NOTIFY")
	a.wantTold(t)
	b.want("COMMIT", "COMMIT")
	a.wantTold(t, "news:1", "news:2", "news:4")
	b.want("BEGIN; NOTIFY news; ROLLBACK; BEGIN; NOTIFY news; SELECT 1/0", "BEGIN", "NOTIFY", "ROLLBACK", "BEGIN", "NOTIFY", "22012: division by zero")
	b.want("COMMIT", "ROLLBACK")
	a.wantTold(t)

	a.want("BEGIN; LISTEN more; UNLISTEN news; SELECT string_agg(c, ' ') FROM pg_listening_channels() c", "BEGIN", "LISTEN", "UNLISTEN", "news", "SELECT 1")
	a.want("ROLLBACK; SELECT string_agg(c, ' ') FROM pg_listening_channels() c", "ROLLBACK", "news", "SELECT 1")
	a.want("BEGIN; LISTEN more; UNLISTEN news; NOTIFY more; NOTIFY news; COMMIT", "BEGIN", "LISTEN", "UNLISTEN", "NOTIFY", "NOTIFY", "COMMIT")
	a.wantTold(t, "more:")
	a.want("LISTEN news; UNLISTEN *; NOTIFY news; LISTEN x", "LISTEN", "UNLISTEN", "NOTIFY", "LISTEN")
	a.want("DISCARD ALL", "DISCARD ALL")
	b.want("NOTIFY x", "NOTIFY")
	a.wantTold(t)

	long := strings.Repeat("x", maxPayload+1)
	a.want("NOTIFY news, '"+long+"'", "22023: payload string too long")
	a.want("SELECT pg_notify('', 'x')", "22023: channel name cannot be empty")
	a.want("SELECT pg_notify(NULL, 'x')", "22023: channel name cannot be empty")
	a.want("SELECT pg_notify('"+long[:maxChannel+1]+"', 'x')", "22023: channel name too long")
	if len(e.listeners.channels) != 0 {
		t.Errorf("listening: %v", e.listeners.channels)
	}
}

// TestNotifyNodes: what one engine announces reaches the sessions of another, and a
// session that takes nothing is ended instead of missing something.
func TestNotifyNodes(t *testing.T) {
	here, there := newTestEngine(t), newTestEngine(t)
	here.opt.Announce = there.Announced
	speaks, hears := here.testSession(t), there.testSession(t)
	hears.want("LISTEN c", "LISTEN")
	speaks.want("NOTIFY c, 'ünï'", "NOTIFY")
	hears.wantTold(t, "c:ünï")
	if err := there.Announced([]byte("nonsense")); err == nil {
		t.Error("nonsense is understood")
	}
	payload := strings.Repeat("x", maxPayload-10)
	for i := 0; !hears.Terminated(); i++ {
		if i > maxInbox/len(payload)+1 {
			t.Fatal("a session may leave any number of notifications")
		}
		speaks.want(fmt.Sprintf("NOTIFY c, '%d%s'", i, payload), "NOTIFY")
	}
}
