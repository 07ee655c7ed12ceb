package testnode

import (
	"os"
	"strconv"
	"testing"
)

// EnvNumber is the number that an environment variable holds; standard without
// one.
func EnvNumber(t *testing.T, name string, standard uint64) uint64 {
	t.Helper()
	s := os.Getenv(name)
	if s == "" {
		return standard
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
