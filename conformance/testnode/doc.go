// Package testnode runs real stemedb processes for tests: it builds the binary
// once, starts nodes on free ports, kills and stops them.
package testnode
