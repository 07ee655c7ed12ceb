package functions

import "github.com/stemedb/stemedb/sql/types"

func shardNames() []string {
	return names{"shard", "leader", "replicas", "learners", "wanted", "term", "applied", "query_rate", "rebalance_status",
		"move_from", "move_to", "move_reason", "move_error", "move_started", "move_ended"}
}

func shardTypes() []types.OID {
	return oids{tInt4, tText, tTextArray, tTextArray, tTextArray, tInt8, tInt8, tFloat8, tText, tText, tText, tText, tText, tTimestamptz, tTimestamptz}
}

func nodeNames() []string {
	return names{"node", "address", "status", "replication_lag", "leads", "replicas", "heard_ago"}
}

func nodeTypes() []types.OID { return oids{tText, tText, tText, tFloat8, tInt4, tInt4, tFloat8} }

func replicaNames() []string {
	return names{"shard", "leader", "log_index", "compared_at", "node", "root", "state", "detail"}
}

func replicaTypes() []types.OID {
	return oids{tInt4, tText, tInt8, tTimestamptz, tText, tText, tText, tText}
}

// clusterFuncs are the functions of the cluster, ours alone. What they tell
// changes by itself and what they do is not taken back by a ROLLBACK, so that all
// are volatile.
func clusterFuncs() []Func {
	return []Func{
		{
			OID: FirstOwnOID, Name: "stemedb_shards", Ret: tRecord, RetSet: true, OutNames: shardNames(), OutTypes: shardTypes(), Kind: Scalar, Volatility: 'v', Cost: 10,
			Doc: "shards of the cluster: who leads and holds them, how their last moves went; shard is NULL for the cluster's own state", Set: setShards,
		},
		{
			OID: FirstOwnOID + 1, Name: "stemedb_nodes", Ret: tRecord, RetSet: true, OutNames: nodeNames(), OutTypes: nodeTypes(), Kind: Scalar, Volatility: 'v', Cost: 10,
			Doc: "nodes of the cluster: how they are, what they lead and hold; lags and times in seconds", Set: setNodes,
		},
		{
			OID: FirstOwnOID + 2, Name: "stemedb_sync_status", Ret: tRecord, RetSet: true, OutNames: replicaNames(), OutTypes: replicaTypes(), Kind: Scalar, Volatility: 'v', Cost: 100,
			Doc: "replicas of the cluster's shards: how they last compared", Set: setReplicas,
		},
		{
			OID: FirstOwnOID + 3, Name: "stemedb_move_shard", Args: oids{tInt4, tText, tText}, ArgNames: names{"shard_id", "target_node", "reason"},
			Defaults: datums{types.Text("")}, Ret: tRecord, OutNames: shardNames(), OutTypes: shardTypes(), Kind: Scalar, Volatility: 'v', Cost: 100, Restricted: true, Changes: true,
			Doc: "have a node lead a shard, of which it first gets a replica if it holds none; returns at once, with the shard as in stemedb_shards()", Row: rowMoveShard,
		},
		{
			OID: FirstOwnOID + 4, Name: "stemedb_drain_node", Args: oids{tText}, ArgNames: names{"node_id"}, Ret: tRecord, OutNames: nodeNames(), OutTypes: nodeTypes(),
			Kind: Scalar, Volatility: 'v', Cost: 100, Restricted: true, Changes: true,
			Doc: "have a node lead nothing any more, until it is resumed or started anew; returns at once, with the node as in stemedb_nodes()", Row: rowNodeState(Cluster.DrainNode),
		},
		{
			OID: FirstOwnOID + 5, Name: "stemedb_resume_node", Args: oids{tText}, ArgNames: names{"node_id"}, Ret: tRecord, OutNames: nodeNames(), OutTypes: nodeTypes(),
			Kind: Scalar, Volatility: 'v', Cost: 100, Restricted: true, Changes: true,
			Doc: "take back that a node is drained, or leaves the cluster", Row: rowNodeState(Cluster.ResumeNode),
		},
		{
			OID: FirstOwnOID + 6, Name: "stemedb_sync", Args: oids{tText, tBool}, ArgNames: names{"target_node", "force"}, Defaults: datums{types.Bool(false)},
			Ret: tRecord, RetSet: true, OutNames: replicaNames(), OutTypes: replicaTypes(), Kind: Scalar, Volatility: 'v', Cost: 1000, Restricted: true, Changes: true,
			Doc: "compare a node's replicas with the others' and rebuild those that differ, with force all; returns when that is done, with its rows of stemedb_sync_status()", Set: setSync,
		},
	}
}
