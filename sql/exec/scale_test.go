package exec

import (
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"

	"github.com/stemedb/stemedb/knowledge"
)

// TestValueNumberScale: value_number is value::numeric, with its decimal places.
func TestValueNumberScale(t *testing.T) {
	for text, want := range map[string]string{
		"12.50": "12.50", "-12.50": "-12.50", "12": "12", "0": "0", "0.000": "0.000", "-0.0": "0.0", "1e3": "1000", "1.50e1": "15.0", "1.5e3": "1500",
		"10e-2": "0.10", "1E-3": "0.001", "1.000000000000000000000000": "1.000000000000000000000000",
		"123456789012345678.90": "123456789012345678.90", "922337203685477580.70000": "922337203685477580.70000",
		"0.1" + strings.Repeat("0", 200): "0.1" + strings.Repeat("0", 200),
	} {
		canonical, err := knowledge.AppendNumber(nil, text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := scaled(numericOf(new(apd.Decimal), string(canonical)), text).Text('f'); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
