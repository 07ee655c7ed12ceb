// Package stemedb holds no code: it is the root of the module and the home of
// the test that holds ARCHITECTURE.md against the imports. The program is
// cmd/stemedb.
package stemedb
