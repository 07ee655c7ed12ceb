// Package testnode runs real stemedb processes for tests: it builds the binary
// once a test process, starts nodes on free ports, kills and stops them. A test
// that runs under the race detector gets a binary that does too, and that ends
// at the first race.
//
// A package that uses it hands its TestMain to Main, which removes the binary.
package testnode
