// Package differential generates queries, runs them on a node and on
// PostgreSQL 15 and shows where the two differ. `make differential` runs it.
//
// A query is a tree of Nodes made by a Gen from one number: the same seed gives
// the same queries as long as sql/functions' tables and this package are the
// same. Queries are of these kinds:
//
//   - calls: expressions around every declared function, operator, cast and
//     aggregate (a target), over constants and over columns of VALUES; a
//     schedule draws each target equally often;
//   - relational: joins, groups, subqueries, set operations and CTEs over the
//     claims of testdata/countries;
//   - other shapes over the claims: windows with all kinds of frames, grouping
//     sets, joins by USING and NATURAL, LATERAL, recursive CTEs, DISTINCT ON,
//     set-returning functions in the select list;
//   - partitions: a query, its distinct rows, its aggregates or its groups must
//     be the union of its parts by p, NOT p and p IS NULL; these run on the node
//     alone.
//
// A query that differs is shrunk: parts are dropped or replaced by constants as
// long as it still differs. What cannot be compared is named with the reason
// in skip.go.
package differential
