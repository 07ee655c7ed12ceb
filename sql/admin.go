package sql

import "github.com/stemedb/stemedb/sql/functions"

// Admin is what SQL functions ask of the cluster and have it do (stemedb_shards,
// stemedb_move_shard and kin). The types are those of sql/functions, which only
// sql and the rooms below it know.
type (
	Admin        = functions.Cluster
	AdminShard   = functions.ClusterShard
	AdminMove    = functions.ClusterMove
	AdminNode    = functions.ClusterNode
	AdminReplica = functions.ClusterReplica
)

// AdminOwnState is the Shard of the group that holds the cluster's own state.
const AdminOwnState = functions.OwnState
