// Package clients runs third-party clients, unmodified, against a node and against
// PostgreSQL 15, both with a SCRAM password over TLS. Each client has a program of
// its own in a folder of its language, which reads libpq's environment variables
// (PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, PGSSLROOTCERT), runs
// named checks and prints TAP. It does not know which of the two servers it talks
// to: what a check demands of a node, PostgreSQL has to answer, too.
//
// A client that is not installed fails; install brings the packages. Tools that
// cannot be installed are covered by the queries that they send (catalogs).
package clients
