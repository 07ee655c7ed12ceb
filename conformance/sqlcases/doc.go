// Package sqlcases holds StemeDB's SELECT against PostgreSQL 15's: files of
// statements in testdata, and beside each the answers that PostgreSQL gave.
//
// A file x.sql is a list of statements, each ended by a semicolon at a line's
// end. x.golden has, in the same order, each statement and its answer: the
// columns with their types, the rows as text (NULL is ∅), the command tag; or
// the error's SQLSTATE, message, position, detail and hint. The test starts a
// node, loads the claims of testdata/countries and compares; it needs no
// PostgreSQL. testdata/README.md says how the answers are taken anew. What is
// StemeDB's own is in testdata/own, with golden files of its own making.
//
// The package has tests only. Its cases run one after the other on one
// connection a file; files run on one node.
package sqlcases
