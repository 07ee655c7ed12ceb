package types

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Snapshot is a value of pg_snapshot and txid_snapshot, whose datum is its
// text. All transactions below Xmin have ended, none from Xmax on has begun;
// those of Xip, ascending, run.
type Snapshot struct {
	Xmin, Xmax uint64
	Xip        []uint64
}

// ReadSnapshot reads a snapshot's text.
func ReadSnapshot(text string) (Snapshot, error) {
	bad := badSyntax("pg_snapshot", text)
	var s Snapshot
	rest := text
	if s.Xmin, rest = leadUint(rest); !strings.HasPrefix(rest, ":") {
		return s, bad
	}
	if s.Xmax, rest = leadUint(rest[1:]); !strings.HasPrefix(rest, ":") || !s.bounded() {
		return s, bad
	}
	for rest = rest[1:]; rest != ""; {
		var id uint64
		if id, rest = leadUint(rest); !s.add(id) {
			return s, bad
		}
		if strings.HasPrefix(rest, ",") {
			rest = rest[1:]
		} else if rest != "" {
			return s, bad
		}
	}
	return s, nil
}

// add takes the next running transaction; one that is given again counts once.
func (s *Snapshot) add(id uint64) bool {
	last := s.Xmin
	if n := len(s.Xip); n > 0 {
		last = s.Xip[n-1]
		if id == last {
			return true
		}
	}
	if id < last || id >= s.Xmax {
		return false
	}
	s.Xip = append(s.Xip, id)
	return true
}

// leadUint reads a transaction's number off the front of s as strtoull does: no
// digits are 0, a minus wraps around, what is too large is the largest.
func leadUint(s string) (v uint64, rest string) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	i := signedDigits(s)
	if i == 0 {
		return 0, s
	}
	v, err := strconv.ParseUint(strings.TrimLeft(s[:i], "+-"), 10, 64)
	if err == nil && s[0] == '-' {
		v = -v
	}
	return v, s[i:]
}

// bounded reports whether the bounds are in order and numbers of transactions:
// a number whose lower half is 0 is none.
func (s *Snapshot) bounded() bool {
	return uint32(s.Xmin) != 0 && uint32(s.Xmax) != 0 && s.Xmin <= s.Xmax
}

// String is the snapshot's text.
func (s Snapshot) String() string {
	b := strconv.AppendUint(nil, s.Xmin, 10)
	b = strconv.AppendUint(append(b, ':'), s.Xmax, 10)
	b = append(b, ':')
	for i, id := range s.Xip {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, id, 10)
	}
	return string(b)
}

// Sees reports whether what a transaction did is visible.
func (s Snapshot) Sees(id uint64) bool {
	if id < s.Xmin || id >= s.Xmax {
		return id < s.Xmin
	}
	_, running := slices.BinarySearch(s.Xip, id)
	return !running
}

func parseSnapshot(text string) (string, error) {
	s, err := ReadSnapshot(text)
	return s.String(), err
}

func appendSnapshotBinary(dst []byte, text string) []byte {
	s, err := ReadSnapshot(text)
	if err != nil { // the datum is always such a text
		return dst
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(s.Xip)))
	dst = binary.BigEndian.AppendUint64(dst, s.Xmin)
	dst = binary.BigEndian.AppendUint64(dst, s.Xmax)
	for _, id := range s.Xip {
		dst = binary.BigEndian.AppendUint64(dst, id)
	}
	return dst
}

func parseSnapshotBinary(b []byte) (string, error) {
	if len(b) < 20 {
		return "", errShort()
	}
	bad := sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid external pg_snapshot data")
	n := int32(binary.BigEndian.Uint32(b))
	s := Snapshot{Xmin: binary.BigEndian.Uint64(b[4:]), Xmax: binary.BigEndian.Uint64(b[12:])}
	if n < 0 || !s.bounded() {
		return "", bad
	}
	b = b[20:]
	if int64(len(b)) < int64(n)*8 {
		return "", errShort()
	}
	if int64(len(b)) > int64(n)*8 {
		return "", errTrailing()
	}
	for ; len(b) > 0; b = b[8:] {
		if !s.add(binary.BigEndian.Uint64(b)) {
			return "", bad
		}
	}
	return s.String(), nil
}
