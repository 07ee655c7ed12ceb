package clients

import (
	_ "embed"
	"fmt"
	"strings"
)

// gaps lists checks that hold on PostgreSQL and not yet on a node, with the reason.
//
//go:embed gaps.txt
var gaps string

// gap names a check that does not hold.
type gap struct{ client, check string }

// readGaps reads lines of client, check and reason, with bars between. Errors: a line
// of another form, or one said twice.
func readGaps(text string) (map[gap]string, error) {
	out := map[gap]string{}
	for n, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.SplitN(line, " | ", 3)
		if len(parts) != 3 || parts[2] == "" {
			return nil, fmt.Errorf("line %d of the gaps is not client | check | reason: %q", n+1, line)
		}
		g := gap{parts[0], parts[1]}
		if _, twice := out[g]; twice {
			return nil, fmt.Errorf("line %d of the gaps names %q of %s again", n+1, g.check, g.client)
		}
		out[g] = parts[2]
	}
	return out, nil
}
