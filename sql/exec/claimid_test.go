package exec

import (
	"strings"
	"testing"

	"github.com/stemedb/stemedb/knowledge"
)

// TestDecodeID holds the fast reader of ids against knowledge.ParseID.
func TestDecodeID(t *testing.T) {
	good := strings.Repeat("0123456789abcdef", 4)
	cases := []string{good, "", good[:63], good + "0"}
	for c := range 256 {
		cases = append(cases, good[:c%64]+string([]byte{byte(c)})+good[c%64+1:])
	}
	for _, s := range cases {
		want, err := knowledge.ParseID(s)
		var got knowledge.ID
		if ok := decodeID(&got, s); ok != (err == nil) || ok && got != want {
			t.Errorf("%q: %v %v, want %v %v", s, ok, got, want, err)
		}
	}
}
