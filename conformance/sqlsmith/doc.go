// Package sqlsmith lets sqlsmith, which makes random queries out of what a
// server's catalogs say it has, work on a node and on PostgreSQL 15 with the
// same tables: `make sqlsmith`. install brings sqlsmith from Debian.
//
// It holds that a node gives no XX000 that PostgreSQL does not give for the same
// query, loses no connection and stays within its memory, and that it is not the
// worse of the two: as many of its queries run without error as of PostgreSQL's,
// less falseShare. What sqlsmith asked in vain of the node is asked of PostgreSQL
// too, and a query that PostgreSQL answers is a false error; false errors are at
// most falseShare of all queries.
//
// sqlsmith gives each statement one second on both. PostgreSQL's half takes
// longer because sqlsmith makes queries of more types and functions there: it
// throws most of what it makes away before it asks.
package sqlsmith
