package clients

import (
	"strings"
	"testing"
)

// TestReadTAP: what a program prints is read, and what would hide a check is an error.
func TestReadTAP(t *testing.T) {
	rep, err := readTAP(strings.NewReader("# tool 1.2\nok 1 - one\nnot ok 2 - two\n# got 3\nby the way\n1..2\n"))
	if err != nil || rep.version != "tool 1.2" || len(rep.checks) != 2 {
		t.Fatalf("%+v %v", rep, err)
	}
	if bad := rep.failed(); len(bad) != 1 || bad[0] != (check{"two", false, "# got 3\nby the way\n"}) {
		t.Errorf("%+v", bad)
	}
	for text, want := range map[string]string{
		"":                                       "0 checks were run",
		"# t 1\nok 1 - a\n":                      "where the plan has -1",
		"# t 1\nok 1 - a\n1..2\n":                "where the plan has 2",
		"# t 1\nok 2 - a\n1..1\n":                "has number 2, not 1",
		"# t 1\nok 1 - a\nok 2 - a\n1..2\n":      `two checks are called "a"`,
		"# t 1\nok 1 - a # SKIP no time\n1..1\n": "has a directive",
		"ok 1 - a\n1..1\n":                       "name and version are missing",
	} {
		if _, err := readTAP(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; wanted %s", text, err, want)
		}
	}
}
