package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// Format is the version of the layout that this program writes and reads.
const Format = 1

const (
	manifestName = "manifest.json"
	maxManifest  = 16 << 20
)

// Manifest is what manifest.json says.
type Manifest struct {
	Format  int              `json:"format"`
	Cluster string           `json:"cluster_id"`
	At      knowledge.Micros `json:"at"` // µs since 2000-01-01 UTC
	AsOf    string           `json:"as_of"`
	From    knowledge.Micros `json:"from"` // 0: all that was recorded up to At
	// Base is the directory of the backup up to From, beside this one.
	Base    string    `json:"base,omitempty"`
	Shards  int       `json:"shards"`
	Program string    `json:"program"`
	Made    time.Time `json:"made"`
	Parts   []File    `json:"parts"`
	// Sum is the SHA-256 of the file as it would be with an empty one.
	Sum string `json:"sha256"`
}

// File is a part in a directory.
type File struct {
	Name    string          `json:"name"`
	Kind    Kind            `json:"kind"`
	Shard   storage.ShardID `json:"shard"`
	Records uint64          `json:"records"` // claims and marks, or versions of state rows
	Bytes   int64           `json:"bytes"`
	SHA256  string          `json:"sha256"`
}

// Records is the number of records of all parts.
func (m *Manifest) Records() (n uint64) {
	for i := range m.Parts {
		n += m.Parts[i].Records
	}
	return n
}

// Bytes is the length of all parts.
func (m *Manifest) Bytes() (n int64) {
	for i := range m.Parts {
		n += m.Parts[i].Bytes
	}
	return n
}

// What is wrong with a directory.
var (
	// ErrNoBackup is a directory without a manifest: none, or one that was not finished.
	ErrNoBackup = errors.New("the directory holds no backup")
	// ErrNewer is a backup of a later program.
	ErrNewer = errors.New("the backup is of a newer format")
	// ErrNotEmpty is a directory that holds something where it must not.
	ErrNotEmpty = errors.New("the directory is not empty")
)

func timeText(m knowledge.Micros) string {
	return m.Time().UTC().Format("2006-01-02 15:04:05.000000-07")
}

// partName is a part's file.
func partName(kind Kind, shard storage.ShardID) string {
	if kind == KindState {
		return "state.part"
	}
	return fmt.Sprintf("shard-%04d.part", shard)
}

var sha256Text = regexp.MustCompile(`^[0-9a-f]{64}$`)

// readManifest reads and checks a directory's manifest. Errors: ErrNoBackup, ErrNewer,
// ErrDamaged; those of reading.
func readManifest(dir string) (m Manifest, err error) {
	name := filepath.Join(dir, manifestName)
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%w: %s is missing in %s, which is written when all else is there", ErrNoBackup, manifestName, dir)
	}
	if err != nil {
		return m, fmt.Errorf("read the backup: %w", err)
	}
	if info.Size() > maxManifest {
		return m, fmt.Errorf("%w: %s has %d bytes", ErrDamaged, name, info.Size())
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return m, fmt.Errorf("read the backup: %w", err)
	}
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &head); err != nil || head.Format < 1 {
		return m, errors.Join(fmt.Errorf("%w: %s is not a manifest", ErrDamaged, name), err)
	}
	if head.Format > Format {
		return m, fmt.Errorf("%w: %d, and this program reads up to %d", ErrNewer, head.Format, Format)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%w: %s: %w", ErrDamaged, name, err)
	}
	if same, err := m.encode(); err != nil || !bytes.Equal(same, text) {
		return m, errors.Join(fmt.Errorf("%w: %s has been changed", ErrDamaged, name), err)
	}
	if what := m.wrong(); what != "" {
		return m, fmt.Errorf("%w: %s: %s", ErrDamaged, name, what)
	}
	return m, nil
}

// encode is the manifest as the file has it, with its sum.
func (m *Manifest) encode() ([]byte, error) {
	c := *m
	c.Sum = ""
	text, err := json.MarshalIndent(&c, "", "  ")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	c.Sum = hex.EncodeToString(sum[:])
	text, err = json.MarshalIndent(&c, "", "  ")
	return append(text, '\n'), err
}

// wrong says what no writer would have written.
func (m *Manifest) wrong() string {
	switch {
	case m.Shards < 1 || m.Shards > storage.MaxShards:
		return fmt.Sprintf("%d shards", m.Shards)
	case m.At <= 0 || !m.At.Finite() || m.AsOf != timeText(m.At):
		return fmt.Sprintf("times %d and %s", m.At, m.AsOf)
	case m.From != 0 || m.Base != "":
		return "it is of what came after another backup, which this program does not restore"
	case len(m.Parts) != m.Shards+1:
		return fmt.Sprintf("%d parts of %d shards", len(m.Parts), m.Shards)
	}
	for i := range m.Parts {
		f := &m.Parts[i]
		kind, shard := KindClaims, storage.ShardID(i)
		if i == m.Shards {
			kind, shard = KindState, storage.MetaShard
		}
		if f.Kind != kind || f.Shard != shard || f.Name != partName(kind, shard) || f.Bytes < 0 || !sha256Text.MatchString(f.SHA256) {
			return fmt.Sprintf("part %d is %s", i, f.Name)
		}
	}
	return ""
}
