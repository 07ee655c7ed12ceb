package storage

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/cespare/xxhash/v2"

	"github.com/stemedb/stemedb/knowledge"
)

// The fixed header of an encoded row, little-endian:
//
//	 0 format       u8     rowFormat, or markFormat for a mark
//	 1 lifecycle    u8
//	 2 value type   u8
//	 3 flags        u8     bit 0: may revise others' claims
//	 4 sum          u32    of everything but itself, recorded and ordinal
//	 8 recorded     i64    > 0: recorded at; < 0: minus the transaction's number
//	16 ordinal      u32    position among the claims of its transaction here
//	20 nulls        u32    bit i: field i of the variable part is present
//	24 asserted_at  i64
//	32 confidence   f64    NaN: not stated
//	40 fields, in the order of the constants below: uvarint length, bytes
const (
	rowFormat  = 1
	markFormat = 0x81

	offLifecycle  = 1
	offValueType  = 2
	offFlags      = 3
	offSum        = 4
	offRecorded   = 8
	offOrdinal    = 16
	offNulls      = 20
	offAsserted   = 24
	offConfidence = 32
	rowHeader     = 40
	markLen       = 24

	flagMayRevise = 1
)

// The variable fields: those that lenses read come first.
const (
	fieldClass = iota
	fieldSource
	fieldValue
	fieldNumber
	fieldUnit
	fieldEpoch
	fieldRevises
	fieldValidFrom
	fieldValidTo
	fieldAgent
	fieldDerivedFrom
	fieldEvidence
	fieldMetadata
	fieldSigner
	fieldSignature
	fieldCount
)

// Row is an encoded claim without its key. Its methods read single fields
// without decoding the others and return slices into the row. A row is checked
// where it enters (ClaimIter, DecodeClaim); on bytes that are no row, methods
// return zero values and never panic.
type Row []byte

// Check reports ErrCorrupt unless the header is a claim's.
func (r Row) Check() error {
	if len(r) < rowHeader || r[0] != rowFormat {
		return fmt.Errorf("row header: %w", ErrCorrupt)
	}
	return nil
}

// Recorded is the raw recorded field: a time if positive, minus the number of
// a transaction if negative. ClaimIter.RecordedAt gives the resolved time.
func (r Row) Recorded() int64 {
	if len(r) < markLen {
		return 0
	}
	return int64(binary.LittleEndian.Uint64(r[offRecorded:]))
}

// Ordinal is the claim's position among those of its transaction in its shard;
// (recorded time, shard, ordinal) orders all claims.
func (r Row) Ordinal() uint32 {
	if len(r) < markLen {
		return 0
	}
	return binary.LittleEndian.Uint32(r[offOrdinal:])
}

// AssertedAt says when the source said it.
func (r Row) AssertedAt() knowledge.Micros {
	if len(r) < rowHeader {
		return 0
	}
	return knowledge.Micros(binary.LittleEndian.Uint64(r[offAsserted:]))
}

// Confidence is the stated confidence, 0 to 1; false when not stated.
func (r Row) Confidence() (float64, bool) {
	if len(r) < rowHeader {
		return 0, false
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(r[offConfidence:]))
	if f != f {
		return 0, false
	}
	return f, true
}

// Lifecycle is the claim's editorial state.
func (r Row) Lifecycle() knowledge.Lifecycle {
	if len(r) < rowHeader {
		return 0
	}
	return knowledge.Lifecycle(r[offLifecycle])
}

// ValueType is the type of the claim's value.
func (r Row) ValueType() knowledge.ValueType {
	if len(r) < rowHeader {
		return 0
	}
	return knowledge.ValueType(r[offValueType])
}

// MayRevise is true when the writer was allowed to revise others' claims.
func (r Row) MayRevise() bool { return len(r) >= rowHeader && r[offFlags]&flagMayRevise != 0 }

func (r Row) nulls() uint32 { return binary.LittleEndian.Uint32(r[offNulls:]) }

// field walks to a variable field.
func (r Row) field(n int) ([]byte, bool) {
	if len(r) < rowHeader {
		return nil, false
	}
	nulls := r.nulls()
	if nulls&(1<<n) == 0 {
		return nil, false
	}
	rest := []byte(r[rowHeader:])
	for i := 0; ; i++ {
		if nulls&(1<<i) == 0 {
			continue
		}
		f, tail, ok := cutField(rest)
		if !ok {
			return nil, false
		}
		if i == n {
			return f, true
		}
		rest = tail
	}
}

// cutField cuts a length-prefixed field off the front of b.
func cutField(b []byte) (field, rest []byte, ok bool) {
	if len(b) > 0 && b[0] < 0x80 { // one length byte: nearly all
		n := int(b[0]) + 1
		if n > len(b) {
			return nil, nil, false
		}
		return b[1:n:n], b[n:], true
	}
	n, w := binary.Uvarint(b)
	if w <= 0 || n > uint64(len(b)-w) {
		return nil, nil, false
	}
	end := w + int(n)
	return b[w:end:end], b[end:], true
}

func (r Row) required(n int) []byte { f, _ := r.field(n); return f }

// Class is the claim's own source class, lower case.
func (r Row) Class() []byte { return r.required(fieldClass) }

// Source says who said it.
func (r Row) Source() []byte { return r.required(fieldSource) }

// Value is the claimed value, to the letter.
func (r Row) Value() []byte { return r.required(fieldValue) }

// Number is the value's canonical numeric text; nil unless ValueType is number.
func (r Row) Number() []byte { return r.required(fieldNumber) }

// Unit is the value's unit.
func (r Row) Unit() ([]byte, bool) { return r.field(fieldUnit) }

// Epoch is the paradigm that the claim belongs to.
func (r Row) Epoch() ([]byte, bool) { return r.field(fieldEpoch) }

// Revises is the 32-byte id of the claim that this one replaces.
func (r Row) Revises() ([]byte, bool) { return r.field(fieldRevises) }

// ValidFrom is the start of the time in which the claim holds.
func (r Row) ValidFrom() (knowledge.Micros, bool) { return r.micros(fieldValidFrom) }

// ValidTo is the (excluded) end of the time in which the claim holds.
func (r Row) ValidTo() (knowledge.Micros, bool) { return r.micros(fieldValidTo) }

// Agent is the role that wrote the claim.
func (r Row) Agent() []byte { return r.required(fieldAgent) }

// DerivedFrom is the claim's provenance: 32-byte ids, one after the other.
func (r Row) DerivedFrom() ([]byte, bool) { return r.field(fieldDerivedFrom) }

// Evidence is a URL or hash.
func (r Row) Evidence() ([]byte, bool) { return r.field(fieldEvidence) }

// Metadata is jsonb text.
func (r Row) Metadata() ([]byte, bool) { return r.field(fieldMetadata) }

// Signer is the Ed25519 public key, hex.
func (r Row) Signer() ([]byte, bool) { return r.field(fieldSigner) }

// Signature is the Ed25519 signature, hex.
func (r Row) Signature() ([]byte, bool) { return r.field(fieldSignature) }

func (r Row) micros(n int) (knowledge.Micros, bool) {
	f, ok := r.field(n)
	if !ok || len(f) != 8 {
		return 0, false
	}
	return knowledge.Micros(binary.LittleEndian.Uint64(f)), true
}

// RowFields are the variable fields of a row, as slices into it; those that
// may be NULL have a flag.
type RowFields struct {
	Class, Source, Value, Number, Unit           []byte
	Agent, Epoch, Revises, DerivedFrom, Evidence []byte // Revises: 32 bytes; DerivedFrom: 32 bytes an id
	Metadata, Signer, Signature                  []byte
	ValidFrom, ValidTo                           knowledge.Micros
	HasNumber, HasUnit, HasEpoch, HasRevises     bool
	HasDerivedFrom, HasEvidence, HasMetadata     bool
	HasSigner, HasSignature                      bool
	HasValidFrom, HasValidTo                     bool
}

// Fields walks the row once and sets every field of f. It fails with
// ErrCorrupt on bytes that are no row.
func (r Row) Fields(f *RowFields) error {
	if err := r.Check(); err != nil {
		return err
	}
	var v [fieldCount][]byte
	nulls, rest := r.nulls(), []byte(r[rowHeader:])
	for i := range v {
		if nulls&(1<<i) == 0 {
			continue
		}
		var ok bool
		if v[i], rest, ok = cutField(rest); !ok {
			return fmt.Errorf("row field %d: %w", i, ErrCorrupt)
		}
	}
	f.Class, f.Source, f.Value, f.Agent = v[fieldClass], v[fieldSource], v[fieldValue], v[fieldAgent]
	f.Number, f.HasNumber = v[fieldNumber], nulls&(1<<fieldNumber) != 0
	f.Unit, f.HasUnit = v[fieldUnit], nulls&(1<<fieldUnit) != 0
	f.Epoch, f.HasEpoch = v[fieldEpoch], nulls&(1<<fieldEpoch) != 0
	f.Revises, f.HasRevises = v[fieldRevises], nulls&(1<<fieldRevises) != 0
	f.DerivedFrom, f.HasDerivedFrom = v[fieldDerivedFrom], nulls&(1<<fieldDerivedFrom) != 0
	f.Evidence, f.HasEvidence = v[fieldEvidence], nulls&(1<<fieldEvidence) != 0
	f.Metadata, f.HasMetadata = v[fieldMetadata], nulls&(1<<fieldMetadata) != 0
	f.Signer, f.HasSigner = v[fieldSigner], nulls&(1<<fieldSigner) != 0
	f.Signature, f.HasSignature = v[fieldSignature], nulls&(1<<fieldSignature) != 0
	f.ValidFrom, f.HasValidFrom = fieldMicros(v[fieldValidFrom])
	f.ValidTo, f.HasValidTo = fieldMicros(v[fieldValidTo])
	return r.checkFields(f, nulls, rest)
}

// LensFields sets those fields of f that a lens reads, and no others: class to
// valid_to. Like Fields it fails on bytes that are no row, as far as it looks.
func (r Row) LensFields(f *RowFields) error {
	if err := r.Check(); err != nil {
		return err
	}
	nulls, rest := r.nulls(), []byte(r[rowHeader:])
	const required = 1<<fieldClass | 1<<fieldSource | 1<<fieldValue
	ok := nulls&required == required
	if ok {
		f.Class, rest, ok = cutField(rest)
	}
	if ok {
		f.Source, rest, ok = cutField(rest)
	}
	if ok {
		f.Value, rest, ok = cutField(rest)
	}
	f.Number, f.Unit, f.Epoch, f.Revises = nil, nil, nil, nil
	if f.HasNumber = nulls&(1<<fieldNumber) != 0; f.HasNumber && ok {
		f.Number, rest, ok = cutField(rest)
	}
	const more = 1<<fieldUnit | 1<<fieldEpoch | 1<<fieldRevises | 1<<fieldValidFrom | 1<<fieldValidTo
	f.HasUnit, f.HasEpoch, f.HasRevises, f.HasValidFrom, f.HasValidTo = false, false, false, false, false
	if nulls&more != 0 && ok {
		ok = f.lensOptions(nulls, rest)
	}
	if !ok {
		return fmt.Errorf("row fields: %w", ErrCorrupt)
	}
	return nil
}

// lensOptions sets the fields of a lens that few rows have.
func (f *RowFields) lensOptions(nulls uint32, rest []byte) bool {
	var v [fieldValidTo + 1][]byte
	for i := fieldUnit; i <= fieldValidTo; i++ {
		if nulls&(1<<i) == 0 {
			continue
		}
		var ok bool
		if v[i], rest, ok = cutField(rest); !ok {
			return false
		}
	}
	f.Unit, f.HasUnit = v[fieldUnit], nulls&(1<<fieldUnit) != 0
	f.Epoch, f.HasEpoch = v[fieldEpoch], nulls&(1<<fieldEpoch) != 0
	f.Revises, f.HasRevises = v[fieldRevises], nulls&(1<<fieldRevises) != 0
	f.ValidFrom, f.HasValidFrom = fieldMicros(v[fieldValidFrom])
	f.ValidTo, f.HasValidTo = fieldMicros(v[fieldValidTo])
	return (!f.HasRevises || len(f.Revises) == 32) &&
		f.HasValidFrom == (nulls&(1<<fieldValidFrom) != 0) && f.HasValidTo == (nulls&(1<<fieldValidTo) != 0)
}

// checkFields refuses what the encoder never writes.
func (r Row) checkFields(f *RowFields, nulls uint32, rest []byte) error {
	const required = 1<<fieldClass | 1<<fieldSource | 1<<fieldValue | 1<<fieldAgent
	switch {
	case nulls&required != required, nulls >= 1<<fieldCount, len(rest) != 0,
		f.HasRevises && len(f.Revises) != 32,
		len(f.DerivedFrom)%32 != 0,
		f.HasValidFrom != (nulls&(1<<fieldValidFrom) != 0),
		f.HasValidTo != (nulls&(1<<fieldValidTo) != 0):
		return fmt.Errorf("row fields: %w", ErrCorrupt)
	}
	return nil
}

func fieldMicros(b []byte) (knowledge.Micros, bool) {
	if len(b) != 8 {
		return 0, false
	}
	return knowledge.Micros(binary.LittleEndian.Uint64(b)), true
}

// rowSum hashes everything that stays the same from encoding on: all but the
// sum itself, recorded and ordinal.
func rowSum(r []byte) uint32 {
	h := xxhash.Sum64(r[offNulls:])
	h ^= uint64(binary.LittleEndian.Uint32(r)) * 0x9E3779B97F4A7C15
	return uint32(h) ^ uint32(h>>32)
}

// storedSum is the sum in the header.
func storedSum(r []byte) uint32 { return binary.LittleEndian.Uint32(r[offSum:]) }

// stamp patches the recorded field and the ordinal.
func stamp(row []byte, recorded int64, ordinal uint32) {
	binary.LittleEndian.PutUint64(row[offRecorded:], uint64(recorded))
	binary.LittleEndian.PutUint32(row[offOrdinal:], ordinal)
}
