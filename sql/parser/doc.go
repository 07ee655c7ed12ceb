// Package parser turns SQL text into PostgreSQL's own parse tree, and finds the
// clauses that PostgreSQL does not know: USING LENS, FOR SYSTEM_TIME and their
// kin. It is, with sql/plan, the only importer of pg_query.
//
// # Way of a text
//
//	text ──► fence ──► pg_query ──► refuse what 15 refuses ──► []Statement
//	                      │ 42601 at a clause of ours
//	                      └──► lift: cut the clause out, blank it byte for byte, parse again
//
// The fence is a linear scan of our own that stands before the C parser,
// because that parser recurses without a guard: a chain of some ten thousand
// terms overflows its stack and takes the process with it. The fence refuses
// text over 1 MiB beside long constants (54000) and nesting or chaining over 4,000 tokens (54001; see
// fence.go for what is counted), and admits only as many parses at a time as
// fit into 256 MiB.
//
// # Clauses of ours
//
// Text that PostgreSQL accepts is never touched: only a syntax error that
// stands exactly at such a clause starts the lifting. A lifted clause is
// replaced by blanks of the same length, so every location of the tree stays
// true; it is attached to the FROM item that it follows: a RangeVar or
// RangeFunction is found by its location, a RangeSubselect (which has none) by
// the parentheses that enclose its subtree. The expressions within a clause
// are parsed by pg_query too, with their locations moved to where they stand.
//
// # Positions
//
// Locations in trees are bytes of the whole query string. Errors carry
// characters, counted from 1: errors of Parse count in the whole query string;
// Statement.Position counts in the statement's own text, to which Statement.Offset
// is to be added.
//
// # Concurrency
//
// Parse may be called from any goroutine. A Statement is immutable afterwards.
// The memory budget is the package's only shared state: the memory that it
// guards is the process's, so the budget is too.
package parser
