package replication

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hashicorp/raft"

	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// VerifyLog checks a stopped node's log: entries are there one after the other,
// and decode. progress, if not nil, is told of entries done. The error is for
// reads that failed; findings are in the report.
func VerifyLog(ctx context.Context, log *storage.Log, progress func(done, total int64)) (storage.Report, error) {
	var entry command.Entry
	rep, err := log.Verify(ctx, func(_ storage.ShardID, index uint64, data []byte) error {
		var l raft.Log
		if err := decodeLog(index, data, &l); err != nil || l.Type != raft.LogCommand {
			return err
		}
		return command.Decode(l.Data, &entry)
	}, progress)
	if err != nil {
		return rep, fmt.Errorf("verify the log: %w", err)
	}
	return rep, nil
}

// VerifyStable checks the terms, votes and snapshot records of a stopped node's
// directory, and that its log has what it had when the node was closed. Errors
// wrap ErrDamaged or ErrLogBehind.
func VerifyStable(dir string, log *storage.Log) error {
	name := filepath.Join(dir, stableName)
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	s := &boltStable{groups: map[string]map[string][]byte{}}
	if err := s.load(name); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return checkEnds(s, log)
}
