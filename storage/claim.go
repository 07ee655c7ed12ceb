package storage

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage/keys"
)

// ClaimRec is a claim, or a mark, as it travels through the Raft log into the
// store. Key is path NUL predicate NUL id (of a mark: and the reviser's id);
// Row is the encoded value whose recorded field apply fills in.
type ClaimRec struct{ Key, Row []byte }

// Size is the record's length in bytes.
func (r ClaimRec) Size() int { return len(r.Key) + len(r.Row) }

// IsMark reports whether the record is a mark.
func (r ClaimRec) IsMark() bool { return len(r.Row) > 0 && r.Row[0] == markFormat }

// Path is the concept path in the key, which decides the shard; nil when the
// key is malformed.
func (r ClaimRec) Path() []byte {
	path, _, _, err := keys.SplitPair(r.Key)
	if err != nil {
		return nil
	}
	return path
}

// Check reports ErrCorrupt for a record that apply would refuse: call it on
// what comes from outside before it is proposed.
func (r ClaimRec) Check() error {
	if r.IsMark() {
		if _, _, txn, err := keys.SplitMark(r.Key); err != nil || len(txn) != 0 || len(r.Row) != markLen {
			return fmt.Errorf("check mark: %w", ErrCorrupt)
		}
		return nil
	}
	if _, _, _, err := keys.SplitSuffix(r.Key); err != nil {
		return fmt.Errorf("check claim key: %w", ErrCorrupt)
	}
	var f RowFields
	if err := Row(r.Row).Fields(&f); err != nil {
		return fmt.Errorf("check claim: %w", err)
	}
	if storedSum(r.Row) != rowSum(r.Row) {
		return fmt.Errorf("check claim sum: %w", ErrCorrupt)
	}
	return nil
}

// AppendClaim appends the key and row of a to buf, which grows if it must, and
// returns them as rec with the whole buffer as rest. Earlier records made in
// the same buffer stay valid. a must be normalized; its ID is stored as is.
func AppendClaim(buf []byte, a *knowledge.Assertion) (rec ClaimRec, rest []byte) {
	start := len(buf)
	buf = keys.AppendSuffix(buf, a.ConceptPath, a.Predicate, (*[32]byte)(&a.ID))
	mid := len(buf)
	buf = appendRow(buf, a)
	return ClaimRec{Key: buf[start:mid:mid], Row: buf[mid:len(buf):len(buf)]}, buf
}

// AppendMark appends a mark: the claim at target (its ClaimRec.Key) is revised
// by a claim of another pair, whose writer was allowed to. The record belongs
// to the target's shard.
func AppendMark(buf, target []byte, reviser knowledge.ID) (rec ClaimRec, rest []byte) {
	start := len(buf)
	buf = append(buf, target...)
	buf = append(buf, reviser[:]...)
	mid := len(buf)
	buf = append(buf, markFormat)
	for len(buf) < mid+markLen {
		buf = append(buf, 0)
	}
	return ClaimRec{Key: buf[start:mid:mid], Row: buf[mid:len(buf):len(buf)]}, buf
}

func appendRow(buf []byte, a *knowledge.Assertion) []byte {
	start := len(buf)
	var head [rowHeader]byte
	head[0], head[offLifecycle], head[offValueType] = rowFormat, byte(a.Lifecycle), byte(a.ValueType)
	if a.MayRevise {
		head[offFlags] |= flagMayRevise
	}
	confidence := math.NaN()
	if a.Confidence.Valid {
		confidence = a.Confidence.V
	}
	binary.LittleEndian.PutUint64(head[offAsserted:], uint64(a.AssertedAt))
	binary.LittleEndian.PutUint64(head[offConfidence:], math.Float64bits(confidence))
	buf = append(buf, head[:]...)
	var nulls uint32
	buf = appendField(buf, &nulls, fieldClass, a.SourceClass, true)
	buf = appendField(buf, &nulls, fieldSource, a.Source, true)
	buf = appendField(buf, &nulls, fieldValue, a.Value, true)
	buf = appendField(buf, &nulls, fieldNumber, a.Number, a.Number != "")
	buf = appendField(buf, &nulls, fieldUnit, a.Unit.V, a.Unit.Valid)
	buf = appendField(buf, &nulls, fieldEpoch, a.Epoch.V, a.Epoch.Valid)
	if a.Revises.Valid {
		nulls |= 1 << fieldRevises
		buf = append(append(buf, 32), a.Revises.V[:]...)
	}
	buf = appendMicros(buf, &nulls, fieldValidFrom, a.ValidFrom)
	buf = appendMicros(buf, &nulls, fieldValidTo, a.ValidTo)
	buf = appendField(buf, &nulls, fieldAgent, a.Agent, true)
	if a.HasDerivedFrom {
		nulls |= 1 << fieldDerivedFrom
		buf = binary.AppendUvarint(buf, uint64(32*len(a.DerivedFrom)))
		for i := range a.DerivedFrom {
			buf = append(buf, a.DerivedFrom[i][:]...)
		}
	}
	buf = appendField(buf, &nulls, fieldEvidence, a.Evidence.V, a.Evidence.Valid)
	buf = appendField(buf, &nulls, fieldMetadata, a.Metadata.V, a.Metadata.Valid)
	buf = appendField(buf, &nulls, fieldSigner, a.Signer.V, a.Signer.Valid)
	buf = appendField(buf, &nulls, fieldSignature, a.Signature.V, a.Signature.Valid)
	row := buf[start:]
	binary.LittleEndian.PutUint32(row[offNulls:], nulls)
	binary.LittleEndian.PutUint32(row[offSum:], rowSum(row))
	return buf
}

func appendField(buf []byte, nulls *uint32, n int, s string, present bool) []byte {
	if !present {
		return buf
	}
	*nulls |= 1 << n
	buf = binary.AppendUvarint(buf, uint64(len(s)))
	return append(buf, s...)
}

func appendMicros(buf []byte, nulls *uint32, n int, t knowledge.Opt[knowledge.Micros]) []byte {
	if !t.Valid {
		return buf
	}
	*nulls |= 1 << n
	return binary.LittleEndian.AppendUint64(append(buf, 8), uint64(t.V))
}

// DecodeClaim decodes a claim's key and row into a, which it overwrites. Key
// and row may be reused afterwards. RecordedAt is the stored time, or Infinity
// while the row is tagged by a transaction (ClaimIter.RecordedAt knows more).
// It fails with ErrCorrupt, also when the row's checksum does not match.
func DecodeClaim(key, row []byte, a *knowledge.Assertion) error {
	if len(row) < rowHeader || storedSum(row) != rowSum(row) {
		return fmt.Errorf("decode claim: %w", ErrCorrupt)
	}
	// One copy holds every string; strings are immutable, so it may be shared.
	buf := make([]byte, 0, len(key)+len(row))
	buf = append(append(buf, key...), row...)
	key, row = buf[:len(key)], buf[len(key):]
	path, predicate, id, err := keys.SplitSuffix(key)
	if err != nil {
		return fmt.Errorf("decode claim key: %w: %w", ErrCorrupt, err)
	}
	var f RowFields
	r := Row(row)
	if err := r.Fields(&f); err != nil {
		return fmt.Errorf("decode claim: %w", err)
	}
	*a = knowledge.Assertion{
		ID: knowledge.ID(id), ConceptPath: str(path), Predicate: str(predicate),
		Value: str(f.Value), ValueType: r.ValueType(), Number: str(f.Number),
		Unit: optStr(f.Unit, f.HasUnit), Source: str(f.Source), SourceClass: str(f.Class),
		Lifecycle: r.Lifecycle(), Epoch: optStr(f.Epoch, f.HasEpoch),
		HasDerivedFrom: f.HasDerivedFrom, Evidence: optStr(f.Evidence, f.HasEvidence),
		ValidFrom:  knowledge.Opt[knowledge.Micros]{V: f.ValidFrom, Valid: f.HasValidFrom},
		ValidTo:    knowledge.Opt[knowledge.Micros]{V: f.ValidTo, Valid: f.HasValidTo},
		AssertedAt: r.AssertedAt(), Metadata: optStr(f.Metadata, f.HasMetadata),
		Signer: optStr(f.Signer, f.HasSigner), Signature: optStr(f.Signature, f.HasSignature),
		Agent: str(f.Agent), RecordedAt: knowledge.Micros(r.Recorded()), MayRevise: r.MayRevise(),
	}
	a.Confidence.V, a.Confidence.Valid = r.Confidence()
	if f.HasRevises {
		a.Revises = knowledge.Some(knowledge.ID(f.Revises))
	}
	for d := f.DerivedFrom; len(d) >= 32; d = d[32:] {
		a.DerivedFrom = append(a.DerivedFrom, knowledge.ID(d))
	}
	if a.RecordedAt <= 0 {
		a.RecordedAt = knowledge.Infinity
	}
	return nil
}

// str views bytes that are never written again as a string.
func str(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func optStr(b []byte, ok bool) knowledge.Opt[string] {
	return knowledge.Opt[string]{V: str(b), Valid: ok}
}
