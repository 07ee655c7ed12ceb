// Package sqlsmith lets sqlsmith, which makes random queries out of what a
// server's catalogs say it has, work on a node and on PostgreSQL 15 with the
// same tables: `make sqlsmith`. install brings sqlsmith from Debian.
//
// It holds that a node gives no XX000, loses no connection and stays within its
// memory, and that it is not the worse of the two: what sqlsmith asked in vain
// of the node is asked of PostgreSQL too, and a query that PostgreSQL answers is
// a false error. False errors are at most falseShare of all queries.
package sqlsmith
