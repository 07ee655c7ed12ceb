package clients

import "testing"

// TestReadGaps: the list can be read, and a line that says nothing is an error.
func TestReadGaps(t *testing.T) {
	known, err := readGaps(gaps)
	if err != nil || len(known) == 0 {
		t.Fatalf("%d gaps, %v", len(known), err)
	}
	for _, bad := range []string{"psql | a", "psql | a | ", "psql | a | b\npsql | a | c"} {
		if _, err := readGaps(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}
