package sidecar

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A node that knows that something is wrong is not ready, and says what.
func TestUnready(t *testing.T) {
	s := New(Options{Unready: func() []string { return []string{"disk stalled: sync of 000001.log", "shard 3: replica in quarantine"} }})
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/health/ready", nil))
	if w.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.Code)
	}
	for _, want := range []string{"57P03", "sync of 000001.log", "shard 3"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %q in %s", want, w.Body)
		}
	}
}
