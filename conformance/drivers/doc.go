// Package drivers holds tests of third-party clients against a real node:
// pgx in every execution mode, lib/pq, psql, HTTP.
package drivers
