// Package cluster runs three real nodes as a cluster, with certificates, and
// breaks it while clients write to all of them: no acknowledged claim may be lost,
// no transaction half there, and all nodes give the same answers.
//
// The package has tests only. STEMEDB_CLUSTER_ROUNDS says how often a node is
// killed; the seed is printed.
package cluster
