package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/stemedb/stemedb/storage"
)

// Writer puts a backup into a directory.
type Writer struct {
	dir string
	m   Manifest
}

// NewWriter begins a backup in a directory, which is made if there is none and must be
// empty. Errors: ErrNotEmpty; those of making it.
func NewWriter(dir string, cut Cut, program string) (*Writer, error) {
	if _, err := EmptyDir(dir); err != nil {
		return nil, err
	}
	m := Manifest{Format: Format, Cluster: cut.Cluster, At: cut.At, AsOf: cut.AsOf, Shards: cut.Shards, Program: program, Made: time.Now().UTC().Truncate(time.Second)}
	return &Writer{dir: dir, m: m}, nil
}

// EmptyDir makes a directory unless there is an empty one. Errors: ErrNotEmpty.
func EmptyDir(dir string) (made bool, err error) {
	list, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return false, fmt.Errorf("make %s: %w", dir, err)
		}
		return true, nil
	case err != nil:
		return false, fmt.Errorf("look into %s: %w", dir, err)
	case len(list) > 0:
		return false, fmt.Errorf("%w: %s holds %s", ErrNotEmpty, dir, list[0].Name())
	}
	return false, nil
}

// Requests are the parts that make up the backup, in their order.
func (w *Writer) Requests() []Request {
	out := make([]Request, 0, w.m.Shards+1)
	for i := range w.m.Shards {
		out = append(out, Request{Kind: KindClaims, Shard: storage.ShardID(i), To: w.m.At})
	}
	return append(out, Request{Kind: KindState, Shard: storage.MetaShard, To: w.m.At})
}

// Name is the part's name for ParseRequest.
func (q *Request) Name() string {
	if q.Kind == KindState {
		return "state"
	}
	return fmt.Sprint(uint16(q.Shard))
}

// Part writes the next part, which it reads to its end and checks. progress is told of
// records. After an error the same part may be tried again. Errors: ErrDamaged; those of
// r and of writing.
func (w *Writer) Part(ctx context.Context, q Request, r io.Reader, progress func(records uint64)) error {
	f, sum, err := w.copyPart(ctx, q, r, progress)
	if err != nil {
		return err
	}
	f.SHA256 = hex.EncodeToString(sum)
	w.m.Parts = append(w.m.Parts, f)
	return nil
}

func (w *Writer) copyPart(ctx context.Context, q Request, r io.Reader, progress func(uint64)) (f File, sum []byte, err error) {
	f = File{Name: partName(q.Kind, q.Shard), Kind: q.Kind, Shard: q.Shard}
	out, err := os.OpenFile(filepath.Join(w.dir, f.Name), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return f, nil, fmt.Errorf("write the backup: %w", err)
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	hash := sha256.New()
	n := &counted{}
	p, err := ReadPart(io.TeeReader(r, io.MultiWriter(out, hash, n)))
	if err != nil {
		return f, nil, err
	}
	if p.Header != Header(q) {
		return f, nil, fmt.Errorf("%w: another part came than was asked for", ErrDamaged)
	}
	if err := readAll(ctx, p, progress); err != nil {
		return f, nil, err
	}
	f.Records, f.Bytes = p.Count(), n.bytes
	if err := out.Sync(); err != nil {
		return f, nil, fmt.Errorf("write the backup: %w", err)
	}
	return f, hash.Sum(nil), nil
}

// progressEvery is after how many records progress is told.
const progressEvery = 4096

// readAll reads a part to its end.
func readAll(ctx context.Context, p *PartReader, progress func(uint64)) error {
	for {
		_, _, err := p.Next()
		if n := p.Count(); err != nil || n%progressEvery == 0 {
			if progress != nil {
				progress(n)
			}
			if err == nil {
				err = ctx.Err()
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

type counted struct{ bytes int64 }

func (c *counted) Write(b []byte) (int, error) {
	c.bytes += int64(len(b))
	return len(b), nil
}

// Finish writes the manifest, after which the backup is one.
func (w *Writer) Finish() (Manifest, error) {
	if len(w.m.Parts) != w.m.Shards+1 {
		return w.m, fmt.Errorf("finish the backup: %d parts of %d shards", len(w.m.Parts), w.m.Shards)
	}
	text, err := w.m.encode()
	if err != nil {
		return w.m, err
	}
	if err := writeSynced(w.dir, manifestName, text); err != nil {
		return w.m, fmt.Errorf("finish the backup: %w", err)
	}
	return w.m, nil
}

// writeSynced writes a file wholly or not at all, also if the power fails.
func writeSynced(dir, name string, text []byte) error {
	path := filepath.Join(dir, name)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return SyncDir(dir)
}

// SyncDir makes the names in a directory durable.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
