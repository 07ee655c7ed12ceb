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

// checkStable reads raft.db and holds it against the log; wrong says what is.
func checkStable(dir string, log *storage.Log) (file stableFile, wrong string) {
	file, err := readStable(dir)
	if err == nil {
		err = checkEnds(file, log)
	}
	if err != nil {
		return nil, err.Error()
	}
	return file, ""
}

// VerifyLog checks what a stopped node has for Raft: raft.db in its directory, and
// the log, which must hold every entry after the groups' snapshots, to where it
// ended when the node was closed, and all of it must decode. progress, if not nil,
// is told of entries done. The error is for reads that failed; findings are in the
// report.
func VerifyLog(ctx context.Context, dir string, log *storage.Log, progress func(done, total int64)) (storage.Report, error) {
	file, wrong := checkStable(dir, log)
	if wrong != "" {
		p := storage.Problem{Shard: storage.MetaShard, Where: stableName, What: wrong}
		return storage.Report{Problems: []storage.Problem{p}}, nil
	}
	v := logVerifier{file: file, last: map[storage.ShardID]uint64{}}
	rep, err := log.Verify(ctx, v.check, progress)
	if err != nil {
		return rep, fmt.Errorf("verify the log: %w", err)
	}
	return rep, nil
}

// readStable reads a directory's raft.db, and changes nothing. One without holds
// nothing. Errors wrap ErrDamaged.
func readStable(dir string) (*boltStable, error) {
	name := filepath.Join(dir, stableName)
	s := &boltStable{groups: map[string]map[string][]byte{}}
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err := s.load(name); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return s, nil
}

// logVerifier looks at the entries of all groups, group by group, in order.
type logVerifier struct {
	file  stableFile
	last  map[storage.ShardID]uint64 // the entry before, or the snapshot's
	entry command.Entry
}

func (v *logVerifier) check(id storage.ShardID, index uint64, data []byte) error {
	last, known := v.last[id]
	if !known {
		rec, err := readSnapshotRecord(newStable(v.file, id))
		if err != nil {
			return err
		}
		if rec != nil {
			last = rec.Index
		}
	}
	// Below a snapshot there may be holes: raft keeps a follower's old entries when
	// it takes a snapshot beyond them.
	v.last[id] = max(last, index)
	if index > last+1 {
		return fmt.Errorf("entries %d to %d are missing before it", last+1, index-1)
	}
	var l raft.Log
	if err := decodeLog(index, data, &l); err != nil || l.Type != raft.LogCommand {
		return err
	}
	return command.Decode(l.Data, &v.entry)
}
