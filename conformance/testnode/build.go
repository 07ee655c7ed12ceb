package testnode

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

// built is the directory of the binary, once there is one.
var built atomic.Pointer[string]

// build is the binary, built once a test process.
var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "stemedb-test-")
	if err != nil {
		return "", err
	}
	built.Store(&dir)
	binary := filepath.Join(dir, "stemedb")
	args := []string{"build", "-o", binary}
	if Race {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "github.com/stemedb/stemedb/cmd/stemedb")...).CombinedOutput()
	if err != nil {
		return binary, fmt.Errorf("go build: %w\n%s", err, out)
	}
	return binary, nil
})

// Main runs a package's tests and removes the binary behind them.
func Main(m *testing.M) {
	code := m.Run()
	if dir := built.Load(); dir != nil {
		_ = os.RemoveAll(*dir) // what stays lies in the temporary directory
	}
	os.Exit(code)
}

// Binary builds stemedb and returns its path.
func Binary(t testing.TB) string {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}
