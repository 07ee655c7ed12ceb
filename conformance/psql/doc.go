// Package psql drives the real psql 15 against a real node. Its tests need
// the program, so they stand behind the build tag psql: `make conformance`.
package psql
