package exec

import (
	"context"
	"errors"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// Bootstrap writes the default source classes into a cluster that has none. It
// may be called at every start, from several nodes at once.
func Bootstrap(ctx context.Context, c Cluster, rels Relations) error {
	rel, ok := rels.Relation(catalog.OIDClasses)
	if !ok {
		return sqlerr.New(sqlerr.UndefinedTable, "relation \"source_classes\" does not exist")
	}
	v, err := c.Read(ctx, storage.ReadOptions{Shards: []storage.ShardID{}})
	if err != nil {
		return fmt.Errorf("read source classes: %w", err)
	}
	empty := true
	err = scanState(v, rels, rel.OID, func([]types.Datum) error {
		empty = false
		return nil
	})
	v.Close()
	if err != nil || !empty {
		return err
	}
	ts := relationTypes(rel)
	var ops []storage.MetaOp
	for _, k := range knowledge.DefaultClasses() {
		row := []types.Datum{types.Text(k.Name), types.Int(int64(k.Tier)), types.Float(k.Weight),
			{F: k.HalfLife.V, Null: !k.HalfLife.Valid}, types.Float(k.DefaultConfidence)}
		key, err := EncodeKey(ts, rel.Key, row)
		if err != nil {
			return err
		}
		enc, err := EncodeRow(ts, row)
		if err != nil {
			return err
		}
		ops = append(ops, storage.MetaOp{Table: rel.Table, Key: key, Row: enc})
	}
	txn := c.Begin()
	if err := txn.AddMeta(ops); err != nil {
		return fmt.Errorf("write source classes: %w", err)
	}
	if _, err := txn.Commit(ctx); err != nil && !errors.Is(err, storage.ErrExists) {
		return fmt.Errorf("write source classes: %w", err)
	}
	return nil
}
