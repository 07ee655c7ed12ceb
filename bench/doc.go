// Command bench measures StemeDB against PostgreSQL 15 doing the same job on
// the same machine: the same million claims in both, the same client (pgbench)
// against both in turn A B A B, medians and their ratio.
//
// The peer is what a PostgreSQL user would write by hand: one table with the
// primary key, (concept_path, predicate) and (predicate) indexes, the class's
// tier beside each claim so that no join is needed, and DISTINCT ON with ORDER
// BY as the lens. Both have a cache of 1 GiB and make every commit durable.
// Nothing caches results.
//
// Lookups are what tools ask of the catalogs on a new connection; of
// these the table says milliseconds, and each may take 50.
package main
