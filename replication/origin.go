package replication

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// origin is what a data directory is: drawn when it is made, it tells apart
// nodes that claim the same id. One that has joined a cluster never founds one,
// even if nothing of the cluster has come to it yet.
type origin struct {
	id     [16]byte
	joined bool
}

// instanceFile holds the id in hexadecimal and "founded" or "joined".
const instanceFile = "instance"

// openOrigin reads the file of a data directory, or makes it.
func openOrigin(dir string, joined bool) (origin, error) {
	name := filepath.Join(dir, instanceFile)
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return makeOrigin(dir, joined)
	}
	if err != nil {
		return origin{}, fmt.Errorf("read instance: %w", err)
	}
	word, how, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	id, err := hex.DecodeString(word)
	if err != nil || len(id) != 16 || how != "founded" && how != "joined" {
		return origin{}, fmt.Errorf("read instance: %s is damaged: %q", name, text)
	}
	return origin{id: [16]byte(id), joined: how == "joined"}, nil
}

func newOrigin(joined bool) (origin, error) {
	i := origin{joined: joined}
	if _, err := rand.Read(i.id[:]); err != nil {
		return i, fmt.Errorf("draw instance: %w", err)
	}
	return i, nil
}

// makeOrigin draws an id and writes the file.
func makeOrigin(dir string, joined bool) (origin, error) {
	i, err := newOrigin(joined)
	if err != nil {
		return i, err
	}
	how := "founded"
	if joined {
		how = "joined"
	}
	return i, writeSmall(dir, instanceFile, fmt.Sprintf("%x %s\n", i.id, how))
}

// writeSmall writes a file of a data directory so that a power cut leaves all of it or
// nothing.
func writeSmall(dir, file, text string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	name := filepath.Join(dir, file)
	f, err := os.OpenFile(name+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return errors.Join(d.Sync(), d.Close())
}
