package replication

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/stemedb/stemedb/replication/command"
	"github.com/stemedb/stemedb/storage"
)

// A cluster version numbers what nodes write for one another: entries of the logs,
// state rows of this package, methods of calls, and what streams carry. A program reads
// and writes the versions from its oldest to its newest, and the cluster writes one
// that all its members can, which the state table of settings holds and which is never
// lowered. Whoever changes a format adds a version here, keeps on writing as the
// cluster's version says (Node.Version), and drops an old one no sooner than a release
// later.

// Versions are the cluster versions that a program reads and writes.
type Versions struct{ Oldest, Newest int }

// programVersions are this program's.
var programVersions = Versions{Oldest: 1, Newest: 1}

// commandVersions are the layouts of log entries, by cluster version.
var commandVersions = map[int]byte{1: command.Version}

func (v Versions) has(version int) bool { return v.Oldest <= version && version <= v.Newest }

// String is the range as errors and pages show it.
func (v Versions) String() string {
	if v.Oldest == v.Newest {
		return fmt.Sprint(v.Newest)
	}
	return fmt.Sprintf("%d to %d", v.Oldest, v.Newest)
}

// ErrVersion is a program that does not write what the cluster writes.
var ErrVersion = errors.New("this program cannot take part in the cluster")

// check refuses a program for a cluster of a version; 0: it has none yet.
func (v Versions) check(version int) error {
	switch {
	case version == 0 || v.has(version):
		return nil
	case version > v.Newest:
		return fmt.Errorf("%w: it speaks version %s and the cluster writes version %d; take a newer program, at least the oldest of the other nodes'", ErrVersion, v, version)
	}
	return fmt.Errorf("%w: it speaks version %s and the cluster still writes version %d; take an older program, and have all nodes run it before this one", ErrVersion, v, version)
}

// checkVersion refuses this program if the cluster writes what it does not, as far as
// this node's replica of the cluster's state knows. Errors wrap ErrVersion.
func (n *Node) checkVersion() error {
	l, err := n.layout()
	if err != nil {
		return err
	}
	return n.opts.versions.check(l.version)
}

// Version is the version that the cluster writes, as far as this node knows.
func (n *Node) Version() (int, error) {
	l, err := n.layout()
	if err != nil || l.version == 0 {
		return n.opts.versions.Oldest, err
	}
	return l.version, nil
}

// common is the newest version that all members speak; 0 without any.
func (l *layout) common() int {
	newest := 0
	for i := range l.members {
		m := &l.members[i]
		if m.State != MemberLeft && (newest == 0 || m.Versions.Newest < newest) {
			newest = m.Versions.Newest
		}
	}
	return newest
}

// versionOp raises the cluster's version when all members can; nil: they cannot.
func (l *layout) versionOp() []storage.MetaOp {
	version := l.common()
	if version <= l.version {
		return nil
	}
	return []storage.MetaOp{l.writeVersion(version)}
}

func (l *layout) writeVersion(version int) storage.MetaOp {
	return storage.MetaOp{Table: tableSettings, Key: settingVersion, Row: binary.AppendUvarint(nil, uint64(version)), Expect: l.versionVersion}
}

// VersionStatus is what the nodes of a cluster speak.
type VersionStatus struct {
	Version int // that the cluster writes
	Members []Member
}

// ClusterVersion tells what the cluster writes, and what its nodes could. Errors:
// ErrAlone, those of reading the state.
func (n *Node) ClusterVersion(context.Context) (VersionStatus, error) {
	l, err := n.overview()
	if err != nil {
		return VersionStatus{}, err
	}
	return VersionStatus{l.version, l.members}, nil
}
