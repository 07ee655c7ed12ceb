package sqlerr

import "testing"

func TestSource(t *testing.T) {
	file, line, function := New(SyntaxError, "no").WithHint("yes").Source()
	if file != "sqlerr_test.go" || line == 0 || function != "sqlerr.TestSource" {
		t.Error(file, line, function)
	}
	if _, line, _ := (&Error{}).Source(); line != 0 {
		t.Error(line)
	}
}
