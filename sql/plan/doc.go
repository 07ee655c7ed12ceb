// Package plan turns a parse tree into a plan: names become columns, operators
// and calls become functions by OID with PostgreSQL's type resolution, and
// rules then arrange the work. Its results are data only (expr.go, node.go);
// sql/exec gives them life.
//
// # Way of a statement
//
//	parse tree ──bind──► rel tree ──rules──► rel tree ──lower──► Node tree
//
// Within the package a query is a tree of rels (rel.go), in which every column
// that anything produces has a number of its own: Col.Index is that number, not
// a position. So a rule moves an expression without touching it, a column of an
// enclosing query is simply a number that the subquery does not produce, and
// pruning is a set of numbers. Lowering (lower.go) gives each Col its position
// in its node's input, makes OuterRefs of the numbers that come from outside,
// and collects the Args that Subplans and lateral Joins hand in.
//
// # Invariants
//
//   - A Bound is immutable and may be shared; nothing in it refers to the
//     session that it was bound in, save what literals meant there (search path,
//     time zone): those are part of the plan cache's key.
//   - A predicate is moved only where SQL's meaning is kept to the letter: below a
//     lens only conditions on concept_path and predicate alone, below a LIMIT
//     none, and nothing volatile.
//   - Key conditions are never narrower than the query; one that says exactly
//     what a condition says replaces it, others leave it in Filter.
//
// # Estimates
//
// An estimator (estimate.go, selectivity.go) tells what a rel is expected to cost
// and to give, in PostgreSQL's units, from what Statistics know of relations:
// rows always, the rest after ANALYZE. joinOrder chooses the order of joins,
// outer ones among them as far as that keeps their rows (joinouter.go), and the side that tables are built over by it; a plan is right whatever the
// statistics say. Joins whose sides come in the order of the keys anyway, claims shard
// by shard or what ORDER BY has sorted, become merge joins (mergejoin.go). Those of few rows with claims
// become joins by lookups (lookup.go): a condition that a key column is in an array is
// pushed into the right side, and the join hands in the keys of a batch of left rows.
// Bound.Estimates has what is expected of each Node, for EXPLAIN.
//
// # What the catalogs show
//
// Defaults, CHECKs and the queries of views are shown as PostgreSQL's catalogs show
// them. A binder with forms keeps how expressions were written (deparse.go), one with
// a shownState also the clauses of each query level (shownquery.go, shownfrom.go);
// deparser prints both. Items and columns are named for print (deparsenames.go).
//
// # Errors
//
// Bind fails with *sqlerr.Error: PostgreSQL's SQLSTATE, wording, hint and
// position (characters of the statement's own text, see parser.Statement).
// Inside of the package such an error travels as a panic of type bailout, which
// Bind alone recovers; nothing else is recovered.
//
// # Concurrency
//
// Bind may be called from any goroutine; one call uses one binder.
package plan
