package sql

import (
	"cmp"
	"context"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// Bounds of large objects. All versions of all pages stay in memory on every node, as
// those of all state tables do; and what a transaction writes is one entry of the log.
const (
	largeSpace   = 256 << 20 // bytes of all pages that were ever written
	largeWritten = 15 << 20  // bytes that a transaction may write
	largeRows    = 60000     // objects and pages that a transaction may write or take away
	largeOpen    = 10000     // descriptors of a session
)

// newestLarge is the present state of a transaction's large objects.
const newestLarge = math.MaxUint64

// largeObjects are the large objects as the session's transaction has them: what is
// stored, and over it what the transaction has written, which goes into the state
// tables at its commit: pages that are written in small pieces are stored once.
//
// States are numbered. What is written under the number of a state that a savepoint, a
// descriptor or the statement may come back to is a version of its own.
type largeObjects struct {
	s     *Session
	space int64 // bytes that all of them may take
	mu    sync.Mutex
	used  bool // something was asked in this transaction

	stored  *exec.LargeObjects // as the statement sees them; nil: not read yet
	changes map[types.OID]*largeChange
	seq     uint64 // of the present state
	written bool   // something was, under seq
	began   uint64 // the state that the statement found
	marks   []uint64
	bytes   int // of all versions
	rows    int // that have one
	open    []*largeDescriptor
}

// largeDescriptor is an open object. One that cannot write sees the object as it was
// when it was opened.
type largeDescriptor struct {
	oid    types.OID
	writes bool
	at     int64
	opened uint64
	view   largeView
}

// begin notes that a statement begins, which sees what is there now.
func (o *largeObjects) begin() {
	if !o.used {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stored, o.began = nil, o.observe()
}

// end ends the transaction.
func (o *largeObjects) end() {
	if !o.used {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.used, o.stored, o.changes, o.open = false, nil, nil, nil
	o.seq, o.began, o.marks, o.written, o.bytes, o.rows = 0, 0, nil, false, 0, 0
}

// lock lets one function in at a time.
func (o *largeObjects) lock() func() {
	o.mu.Lock()
	if !o.used {
		o.used, o.seq, o.changes = true, 1, map[types.OID]*largeChange{}
	}
	return o.mu.Unlock
}

// observe numbers the present state, to come back to.
func (o *largeObjects) observe() uint64 {
	if o.written {
		o.seq, o.written = o.seq+1, false
	}
	return max(o.seq, 1) - 1
}

func (o *largeObjects) mark() int {
	if !o.used {
		return 0
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	m := o.observe()
	if n := len(o.marks); n == 0 || o.marks[n-1] != m {
		o.marks = append(o.marks, m)
	}
	return int(m)
}

func (o *largeObjects) rollbackTo(mark int) {
	if !o.used {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	m := uint64(mark)
	for oid, c := range o.changes {
		o.cut(&c.object, m)
		for page, cell := range c.pages {
			if o.cut(cell, m); len(cell.versions) == 0 {
				delete(c.pages, page)
			}
		}
		if len(c.object.versions) == 0 {
			delete(o.changes, oid)
		}
	}
	for fd, d := range o.open {
		if d != nil && d.opened > m {
			o.open[fd] = nil
		}
	}
	i, _ := slices.BinarySearch(o.marks, m+1)
	o.marks = o.marks[:i]
	o.began = min(o.began, m)
}

// read returns what is stored, as the statement sees it.
func (o *largeObjects) read(ctx context.Context) (*exec.LargeObjects, error) {
	if o.stored != nil {
		return o.stored, nil
	}
	t := &o.s.txn
	l, err := exec.ReadLargeObjects(ctx, o.s.eng.opt.Cluster, storage.ReadOptions{At: cmp.Or(t.asOf, t.readAt)})
	if err != nil {
		return nil, exec.Translate(err)
	}
	if t.status == 'T' && t.repeatable && t.readAt == 0 && t.asOf == 0 {
		t.readAt = l.At()
	}
	o.stored = l
	return l, nil
}

// view is what there is, with what the transaction had written by a state.
func (o *largeObjects) view(ctx context.Context, seq uint64) (largeView, error) {
	l, err := o.read(ctx)
	return largeView{o: o, stored: l, seq: seq}, err
}

// object returns the owner of an object in the present state.
func (o *largeObjects) object(ctx context.Context, oid types.OID) (types.OID, error) {
	v, err := o.view(ctx, newestLarge)
	if err != nil {
		return 0, err
	}
	return v.object(oid)
}

func noLarge(oid types.OID) error {
	return sqlerr.New(sqlerr.UndefinedObject, "large object %d does not exist", oid)
}

// mayWrite refuses writing where nothing is written. READ ONLY is no such transaction
// to PostgreSQL 15, unless there is no present to write in.
func (o *largeObjects) mayWrite(what string) error {
	if t := &o.s.txn; t.readOnly && t.asOf == 0 {
		return nil
	}
	return o.s.mayWrite(what)
}

// create makes an object that belongs to the session's role; oid 0 takes any.
func (o *largeObjects) create(ctx context.Context, oid types.OID) (types.OID, error) {
	if oid == 0 {
		var err error
		if oid, err = o.free(ctx); err != nil {
			return 0, err
		}
	}
	c, err := o.change(ctx, oid)
	if err != nil {
		return 0, err
	}
	if v := c.object.top(); v != nil && !v.gone {
		e := sqlerr.New(sqlerr.UniqueViolation, "duplicate key value violates unique constraint \"pg_largeobject_metadata_oid_index\"").
			WithDetail("Key (oid)=(%d) already exists.", oid)
		e.Schema, e.Table, e.Constraint = "pg_catalog", "pg_largeobject_metadata", "pg_largeobject_metadata_oid_index"
		return 0, e
	}
	return oid, o.put(&c.object, largeVersion{owner: o.s.who.current})
}

// give makes a role the owner of an object.
func (o *largeObjects) give(ctx context.Context, oid, owner types.OID) error {
	c, err := o.changeExisting(ctx, oid)
	if err != nil {
		return err
	}
	return o.put(&c.object, largeVersion{owner: owner})
}

// free finds an OID that no object has, at random: what sessions of other nodes take
// at the same time is hardly the same.
func (o *largeObjects) free(ctx context.Context) (types.OID, error) {
	v, err := o.view(ctx, newestLarge)
	for err == nil {
		oid := catalog.OIDFirstMade + types.OID(rand.Int32N(math.MaxInt32-int32(catalog.OIDFirstMade)))
		var taken bool
		if taken, err = v.has(oid); err == nil && !taken {
			return oid, nil
		}
	}
	return 0, err
}

// unlink takes an object away, and what COMMENT and GRANT said of it.
func (o *largeObjects) unlink(ctx context.Context, oid types.OID) error {
	if err := o.owned(ctx, oid); err != nil {
		return err
	}
	c, err := o.changeExisting(ctx, oid)
	if err != nil {
		return err
	}
	if err := o.dropPages(ctx, c, oid, 0); err != nil {
		return err
	}
	if err := o.put(&c.object, largeVersion{gone: true}); err != nil {
		return err
	}
	for fd, d := range o.open {
		if d != nil && d.oid == oid {
			o.open[fd] = nil
		}
	}
	l, err := o.read(ctx)
	if err != nil {
		return err
	}
	said, stored, err := l.Said(oid)
	if err != nil {
		return err
	}
	var ops []storage.MetaOp
	for i, op := range said {
		own := o.s.txn.pending != nil && o.s.txn.pending.Writes(op)
		if own {
			op.Expect = storage.AnyVersion
		}
		if own || stored[i] {
			ops = append(ops, op)
		}
	}
	if len(ops) == 0 {
		return nil
	}
	if err := o.s.writer().AddMeta(ops); err != nil {
		return err
	}
	o.s.txn.pending.Add(ops)
	return nil
}

// flush hands what the transaction has written to its write side.
func (o *largeObjects) flush() error {
	if !o.used {
		return nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var ops []storage.MetaOp
	for _, oid := range slices.Sorted(maps.Keys(o.changes)) {
		c := o.changes[oid]
		top := c.object.top()
		if top == nil || top.gone && c.object.expect == 0 {
			continue // it was made and taken away
		}
		op, err := exec.LargeObjectOp(oid, top.owner, top.gone, c.object.expect)
		if err != nil {
			return err
		}
		ops = append(ops, op)
		for _, page := range slices.Sorted(maps.Keys(c.pages)) {
			cell := c.pages[page]
			if v := cell.top(); v != nil && !(v.gone && cell.expect == 0) {
				ops = append(ops, exec.LargePageOp(oid, page, v.data, v.gone, cell.expect))
			}
		}
	}
	if len(ops) == 0 {
		return nil
	}
	return o.s.writer().AddMeta(ops)
}

// descriptor finds an open descriptor.
func (o *largeObjects) descriptor(fd int32) (*largeDescriptor, error) {
	if fd < 0 || int(fd) >= len(o.open) || o.open[fd] == nil {
		return nil, sqlerr.New(sqlerr.UndefinedObject, "invalid large-object descriptor: %d", fd)
	}
	return o.open[fd], nil
}

// writable finds an open descriptor that can write.
func (o *largeObjects) writable(fd int32) (*largeDescriptor, error) {
	d, err := o.descriptor(fd)
	if err == nil && !d.writes {
		return nil, sqlerr.New(sqlerr.ObjectNotInPrerequisite, "large object descriptor %d was not opened for writing", fd)
	}
	return d, err
}

// see is what a descriptor sees.
func (o *largeObjects) see(ctx context.Context, d *largeDescriptor) (largeView, error) {
	if !d.writes {
		return d.view, nil
	}
	return o.view(ctx, newestLarge)
}

// openObject opens an object and returns the least number that is free.
func (o *largeObjects) openObject(ctx context.Context, oid types.OID, flags int32) (int32, error) {
	writes := flags&functions.LargeWrite != 0
	if !writes && flags&functions.LargeRead == 0 {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid flags for opening a large object: %d", flags)
	}
	d, err := o.find(ctx, oid, writes)
	if err != nil {
		return 0, err
	}
	fd := slices.Index(o.open, nil)
	if fd < 0 {
		if len(o.open) == largeOpen {
			return 0, sqlerr.New(sqlerr.ProgramLimitExceeded, "too many large objects are open").WithDetail("The limit is %d.", largeOpen)
		}
		fd = len(o.open)
		o.open = append(o.open, nil)
	}
	o.open[fd] = d
	d.opened, o.written = o.seq, true
	return int32(fd), nil
}

// find looks up an object, to be read as the statement sees it or to be written as it
// is now.
func (o *largeObjects) find(ctx context.Context, oid types.OID, writes bool) (*largeDescriptor, error) {
	d := &largeDescriptor{oid: oid, writes: writes}
	seq := o.began
	if writes {
		seq = newestLarge
	}
	var err error
	if d.view, err = o.view(ctx, seq); err != nil {
		return nil, err
	}
	owner, err := d.view.object(oid)
	if err != nil {
		return nil, err
	}
	return d, o.mayUse(oid, owner, writes)
}
