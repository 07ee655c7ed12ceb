package exec

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/storage"
)

// remoteDetail is EXPLAIN's line about the nodes that are asked for shards.
func remoteDetail(sites []Site) plan.Detail {
	on := map[string][]storage.ShardID{}
	for _, s := range sites {
		on[s.Node] = append(on[s.Node], s.Shards...)
	}
	parts := make([]string, 0, len(on))
	for node, shards := range on {
		slices.Sort(shards)
		ids := []string{}
		for _, id := range slices.Compact(shards) {
			ids = append(ids, strconv.Itoa(int(id)))
		}
		word := "shards "
		if len(ids) == 1 {
			word = "shard "
		}
		parts = append(parts, word+strings.Join(ids, ",")+" on "+node)
	}
	slices.Sort(parts)
	text := strings.Join(parts, "; ")
	return plan.Detail{Name: "Remote", Text: text, Fields: []plan.ExplainField{{Name: "Remote", Value: text}}}
}

// explainWait bounds how long EXPLAIN looks for the nodes that lead shards.
const explainWait = time.Second

// ExplainRemote returns what tells EXPLAIN of the nodes that a scan will ask, as
// things stand; of one whose paths are not known yet, as if it named none.
func ExplainRemote(ctx context.Context, cluster Cluster, rels Relations) func(plan.Node) []plan.Detail {
	env := &Env{Cluster: cluster}
	return func(n plan.Node) []plan.Detail {
		s, ok := n.(*plan.Scan)
		if !ok || s.Temp {
			return nil
		}
		if rel, ok := rels.Relation(s.Rel); !ok || rel.Store != catalog.ClaimStore {
			return nil
		}
		shards := constantShards(&s.Key, cluster.Shards())
		remote := env.away(shards)
		if remote == nil {
			return nil
		}
		if shards == nil {
			for i := range cluster.Shards() {
				shards = append(shards, storage.ShardID(i))
			}
		}
		shards = slices.DeleteFunc(shards, remote.Holds)
		ctx, cancel := context.WithTimeout(ctx, explainWait)
		defer cancel()
		sites, err := remote.Sites(ctx, shards, 0)
		if err != nil {
			sites = []Site{{Node: "a node that is not known now", Shards: shards}}
		}
		return []plan.Detail{remoteDetail(sites)}
	}
}

// constantShards are the shards of a scan that names its paths; nil: all may be.
func constantShards(k *plan.KeyCond, shards int) []storage.ShardID {
	var out []storage.ShardID
	for _, x := range k.Paths {
		c, ok := x.(*plan.Const)
		if !ok {
			return nil
		}
		if !c.Value.Null {
			out = append(out, storage.ShardOf(c.Value.S, shards))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
