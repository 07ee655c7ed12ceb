//go:build race

package storage

// raceEnabled: the race detector makes pools forget, so allocations are not
// counted.
const raceEnabled = true
