package oracle

import (
	"fmt"
	"io"
	"maps"
	"slices"
)

// WriteCauses prints why answers differ, by how often: the 40 that come first.
func WriteCauses(w io.Writer, causes map[string]int) {
	list := slices.Collect(maps.Keys(causes))
	slices.SortFunc(list, func(a, b string) int { return causes[b] - causes[a] })
	for _, c := range list[:min(len(list), 40)] {
		fmt.Fprintf(w, "%6d %s\n", causes[c], c)
	}
}
