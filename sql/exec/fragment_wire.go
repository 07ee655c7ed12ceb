package exec

import (
	"encoding/binary"
	"fmt"
	"time"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/plan/codec"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// fragmentVersion is that of requests and answers. The plan in them has its own.
const fragmentVersion = 1

// The kinds of records in an answer's frames. Each but the last two begins with the
// number of a unit.
const (
	recRows    = iota + 1 // uvarint rows, columns
	recGroups             // uvarint rows grouped, uvarint groups, columns of keys, states
	recDone               // the unit's end
	recProbed             // what was measured of the nodes, from the top
	recFailure            // the statement's error
)

// fragmentRequest asks a node for units of a fragment.
type fragmentRequest struct {
	plan    []byte
	types   []types.OID
	params  []types.Datum
	units   []unitWanted
	readAt  knowledge.Micros
	asOf    knowledge.Micros
	txnTime knowledge.Micros
	own     storage.TxnID
	pending []storage.MetaOp
	memory  int64
	probed  byte // 0: no, 1: rows, 2: time too
	fn      functions.Ctx
}

// unitWanted is a unit by its number among all of the scan's, and how many of its
// first rows were given before.
type unitWanted struct{ n, skip int }

// servedUnits are the units that a request names; byShard: all of the shards that have
// these numbers.
type servedUnits struct {
	list    []unitWanted
	byShard bool
}

// ofShards is the same for the sides of a join whose units are shards.
func (s *servedUnits) ofShards() *servedUnits { return &servedUnits{s.list, true} }

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func readText(r *batch.Reader) string { return string(r.Take(r.Length())) }

// encode returns the request's bytes. The error is codec.ErrStays.
func (q *fragmentRequest) encode() ([]byte, error) {
	b := append(make([]byte, 0, len(q.plan)+512), fragmentVersion)
	b = appendText(b, string(q.plan))
	b = binary.AppendUvarint(b, uint64(len(q.params)))
	for i, d := range q.params {
		b = binary.AppendUvarint(b, uint64(q.types[i]))
		var err error
		if b, err = batch.AppendDatum(b, q.types[i], d); err != nil {
			return nil, fmt.Errorf("%w: %w", codec.ErrStays, err)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(q.units)))
	for _, u := range q.units {
		b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(u.n)), uint64(u.skip))
	}
	for _, t := range []knowledge.Micros{q.readAt, q.asOf, q.txnTime} {
		b = binary.AppendVarint(b, int64(t))
	}
	b = append(b, q.own[:]...)
	b = binary.AppendUvarint(b, uint64(len(q.pending)))
	for i := range q.pending {
		op := &q.pending[i]
		b = binary.AppendUvarint(b, uint64(op.Table))
		b = appendText(appendText(b, string(op.Key)), string(op.Row))
		flag := byte(0)
		if op.Delete {
			flag = 1
		}
		b = binary.AppendUvarint(append(b, flag), op.Expect)
	}
	b = append(binary.AppendVarint(b, q.memory), q.probed)
	return q.appendFormat(b)
}

// appendFormat encodes what functions may know of the session.
func (q *fragmentRequest) appendFormat(b []byte) ([]byte, error) {
	f := &q.fn.Format
	for _, v := range []int{int(f.DateStyle), int(f.DateOrder), int(f.IntervalStyle), f.ExtraFloatDigits, int(f.ByteaOutput)} {
		b = binary.AppendVarint(b, int64(v))
	}
	for _, t := range []time.Time{f.Now, q.fn.TxnStart, q.fn.StmtStart} {
		raw, err := t.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("%w: a time: %w", codec.ErrStays, err)
		}
		b = appendText(b, string(raw))
	}
	name, east := "UTC", 0
	if f.Loc != nil {
		name = f.Loc.String()
		_, east = f.Now.In(f.Loc).Zone()
	}
	if loc, fixed := zoneByName(name, east, f.Now); f.Loc != nil && fixed && !sameFixed(loc, f.Loc) {
		return nil, fmt.Errorf("%w: time zone %s has no name", codec.ErrStays, name)
	}
	return binary.AppendVarint(appendText(b, name), int64(east)), nil
}

// zoneByName finds a session's zone; one that no list has is a fixed one.
func zoneByName(name string, east int, now time.Time) (loc *time.Location, fixed bool) {
	if _, loc, err := types.LoadZone(name); err == nil {
		if _, off := now.In(loc).Zone(); off == east {
			return loc, false
		}
	}
	return time.FixedZone(name, east), true
}

// sameFixed reports whether a zone is the fixed one too, all through the year.
func sameFixed(fixed, loc *time.Location) bool {
	for _, at := range []int64{0, 15_000_000, 1_700_000_000, 1_715_000_000} {
		x, dx := time.Unix(at, 0).In(fixed).Zone()
		y, dy := time.Unix(at, 0).In(loc).Zone()
		if x != y || dx != dy {
			return false
		}
	}
	return true
}

var errRequest = sqlerr.New(sqlerr.FeatureNotSupported, "the request of another node is of another version, or none").
	WithHint("All nodes of a cluster run the same version of stemedb, except while it is being upgraded.")

// decodeFragment reads a request. The error is errRequest.
func decodeFragment(b []byte) (*fragmentRequest, error) {
	if len(b) == 0 || b[0] != fragmentVersion {
		return nil, errRequest
	}
	r := batch.NewReader(b[1:])
	q := &fragmentRequest{plan: r.Take(r.Length())}
	for range r.Length() {
		t := types.OID(r.Uvarint())
		q.types, q.params = append(q.types, t), append(q.params, r.Datum(t))
	}
	for range r.Length() {
		q.units = append(q.units, unitWanted{int(r.Uvarint()), int(r.Uvarint())})
	}
	for _, t := range []*knowledge.Micros{&q.readAt, &q.asOf, &q.txnTime} {
		*t = knowledge.Micros(r.Varint())
	}
	copy(q.own[:], r.Take(len(q.own)))
	for range r.Length() {
		op := storage.MetaOp{Table: uint16(r.Uvarint()), Key: r.Take(r.Length()), Row: r.Take(r.Length())}
		flag := r.Take(1)
		op.Delete, op.Expect = len(flag) == 1 && flag[0] == 1, r.Uvarint()
		q.pending = append(q.pending, op)
	}
	q.memory = r.Varint()
	if p := r.Take(1); len(p) == 1 {
		q.probed = p[0]
	}
	q.readFormat(r)
	if r.Bad() || r.Len() > 0 {
		return nil, errRequest
	}
	return q, nil
}

func (q *fragmentRequest) readFormat(r *batch.Reader) {
	f := &q.fn.Format
	f.DateStyle, f.DateOrder = types.DateStyle(r.Varint()), types.DateOrder(r.Varint())
	f.IntervalStyle, f.ExtraFloatDigits = types.IntervalStyle(r.Varint()), int(r.Varint())
	f.ByteaOutput = types.ByteaOutput(r.Varint())
	for _, t := range []*time.Time{&f.Now, &q.fn.TxnStart, &q.fn.StmtStart} {
		if t.UnmarshalBinary(r.Take(r.Length())) != nil {
			r.Fail()
			return
		}
	}
	name := readText(r)
	f.Loc, _ = zoneByName(name, int(r.Varint()), f.Now)
	f.Regex = functions.CheckPathRegex
}

// appendFailure encodes a statement's error.
func appendFailure(b []byte, e *sqlerr.Error) []byte {
	b = append(b, recFailure)
	for _, s := range []string{e.Code, e.Message, e.Detail, e.Hint, e.Where, e.Schema, e.Table, e.Column, e.DataType, e.Constraint} {
		b = appendText(b, s)
	}
	return binary.AppendUvarint(b, uint64(e.Position))
}

func readFailure(r *batch.Reader) *sqlerr.Error {
	e := &sqlerr.Error{}
	for _, s := range []*string{&e.Code, &e.Message, &e.Detail, &e.Hint, &e.Where, &e.Schema, &e.Table, &e.Column, &e.DataType, &e.Constraint} {
		*s = readText(r)
	}
	e.Position = int(r.Uvarint())
	return e
}
