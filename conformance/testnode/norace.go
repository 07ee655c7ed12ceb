//go:build !race

package testnode

// Race tells that the tests and the binary run under the race detector.
const Race = false
