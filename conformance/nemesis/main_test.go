package nemesis

import (
	"testing"

	"github.com/stemedb/stemedb/conformance/testnode"
)

func TestMain(m *testing.M) { testnode.Main(m) }
