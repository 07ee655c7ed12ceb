// Package claimfile reads claims from files: CSV and NDJSON, plain or gzip,
// with a mapping of foreign column names. Every record becomes either a claim
// that knowledge accepts or a Reject with the line and the reason; none is
// dropped.
//
// A Reader is used by one goroutine.
package claimfile
