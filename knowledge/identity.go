package knowledge

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
)

// idDomain separates claim ids from every other use of SHA-256; the version is
// part of it, so that a later encoding can never collide with this one.
const idDomain = "stemedb:claim:v1\x00"

// Hasher computes ids with one reused buffer, for loads of many claims. The
// zero value is ready; one goroutine at a time.
type Hasher struct{ buf []byte }

// ID returns the id of a claim by its content (spec §1.1). a must be
// normalised: DerivedFrom sorted, Metadata canonical.
func (h *Hasher) ID(a *Assertion) ID {
	h.buf = AppendIdentity(h.buf[:0], a)
	id := ID(sha256.Sum256(h.buf))
	// A rare huge claim should not pin its megabytes.
	if cap(h.buf) > 1<<20 {
		h.buf = nil
	}
	return id
}

// ComputeID returns the id of a normalised claim by its content (spec §1.1).
func (a *Assertion) ComputeID() ID {
	var buf [1024]byte
	return sha256.Sum256(AppendIdentity(buf[:0], a))
}

// AppendIdentity appends the bytes that a claim's id is the SHA-256 of
// (spec §1.1).
func AppendIdentity(dst []byte, a *Assertion) []byte {
	dst = append(dst, idDomain...)
	dst = appendText(dst, a.ConceptPath)
	dst = appendText(dst, a.Predicate)
	dst = appendText(dst, a.Value)
	dst = appendText(dst, a.ValueType.String())
	dst = appendOptText(dst, a.Unit)
	dst = appendText(dst, a.Source)
	dst = appendText(dst, a.SourceClass)
	dst = appendOptFloat(dst, a.Confidence)
	dst = appendText(dst, a.Lifecycle.String())
	dst = appendOptText(dst, a.Epoch)
	dst = appendOptID(dst, a.Revises)
	dst = appendIDs(dst, a.DerivedFrom, a.HasDerivedFrom)
	dst = appendOptText(dst, a.Evidence)
	dst = appendOptTime(dst, a.ValidFrom)
	dst = appendOptTime(dst, a.ValidTo)
	dst = appendOptTime(dst, Some(a.AssertedAt))
	return appendOptText(dst, a.Metadata)
}

func appendText(dst []byte, s string) []byte {
	dst = append(dst, 1)
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendOptText(dst []byte, s Opt[string]) []byte {
	if !s.Valid {
		return append(dst, 0)
	}
	return appendText(dst, s.V)
}

func appendOptFloat(dst []byte, f Opt[float64]) []byte {
	if !f.Valid {
		return append(dst, 0)
	}
	v := f.V
	if v == 0 {
		v = 0 // -0 and 0 are one number
	}
	return binary.BigEndian.AppendUint64(append(dst, 1, 8), math.Float64bits(v))
}

func appendOptTime(dst []byte, m Opt[Micros]) []byte {
	if !m.Valid {
		return append(dst, 0)
	}
	return binary.BigEndian.AppendUint64(append(dst, 1, 8), uint64(m.V))
}

func appendOptID(dst []byte, id Opt[ID]) []byte {
	if !id.Valid {
		return append(dst, 0)
	}
	return id.V.AppendHex(append(dst, 1, 64))
}

func appendIDs(dst []byte, ids []ID, valid bool) []byte {
	if !valid {
		return append(dst, 0)
	}
	size := 0
	if len(ids) > 0 {
		size = 65*len(ids) - 1
	}
	dst = binary.AppendUvarint(append(dst, 1), uint64(size))
	for i := range ids {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = ids[i].AppendHex(dst)
	}
	return dst
}
