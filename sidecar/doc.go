// Package sidecar is the HTTP face of a node: health, Prometheus metrics and
// the /v1 API. It asks the engine through sql.Session like any other client,
// so every answer is one that SQL would give.
//
// Errors are {"error":{"code","message","hint"}} with the SQLSTATE as code and
// a status made from its class. Bodies are bounded (1 MiB; 16 MiB for
// /v1/assert), and every request has a deadline.
//
// ClusterServer serves the cluster's pages on a listener of its own. They ask
// Cluster and Comparer, which replication's node satisfies in cmd/stemedb.
package sidecar
