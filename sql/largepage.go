package sql

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// classLargeMetadata is the catalog whose rows are locked for their objects.
const classLargeMetadata types.OID = 2995

// largeChange is what the transaction has written of an object. Its own row is always
// among that, so that of two transactions that write an object at once one fails.
type largeChange struct {
	object largeCell
	pages  map[int32]*largeCell
}

// largeCell is a row in the versions that somebody may come back to, oldest first.
type largeCell struct {
	expect   uint64 // version of the stored row; 0: there is none
	versions []largeVersion
}

// largeVersion is an object's owner or a page's bytes.
type largeVersion struct {
	seq   uint64
	gone  bool
	owner types.OID
	data  []byte // with room for a page
}

// largeOverhead is what a version counts for beside its bytes.
const largeOverhead = 128

func (v *largeVersion) size() int { return cap(v.data) + largeOverhead }

// at returns the version of a state; nil: what is stored.
func (c *largeCell) at(seq uint64) *largeVersion {
	if c == nil {
		return nil
	}
	for i := len(c.versions) - 1; i >= 0; i-- {
		if c.versions[i].seq <= seq {
			return &c.versions[i]
		}
	}
	return nil
}

func (c *largeCell) top() *largeVersion { return c.at(newestLarge) }

// room refuses n bytes more.
func (o *largeObjects) room(n int) error {
	if o.bytes+n > largeWritten || o.rows >= largeRows {
		return sqlerr.New(sqlerr.ProgramLimitExceeded, "too much is written to large objects in a transaction").
			WithDetail("The limit is %d MB, and %d pages that are written or taken away.", largeWritten>>20, largeRows).
			WithHint("Write, or truncate, in several transactions.")
	}
	if o.stored != nil && o.stored.Bytes()+int64(o.bytes+n) > o.space {
		return sqlerr.New(sqlerr.DiskFull, "there is no space left for large objects").
			WithDetail("All that was ever written to them, and taken away since, takes %d MB at most.", o.space>>20)
	}
	return nil
}

// put writes a row under the present state's number.
func (o *largeObjects) put(c *largeCell, v largeVersion) error {
	if err := o.room(v.size()); err != nil {
		return err
	}
	v.seq, o.written = o.seq, true
	switch n := len(c.versions); {
	case n == 0:
		o.rows++
	case c.versions[n-1].seq == o.seq:
		o.drop(c, n-1)
	default: // nobody may come back to those before any more
		for i := n - 1; i >= max(n-2, 0); i-- {
			next := o.seq
			if i+1 < len(c.versions) {
				next = c.versions[i+1].seq
			}
			if !o.needed(c.versions[i].seq, next) {
				o.drop(c, i)
			}
		}
	}
	c.versions = append(c.versions, v)
	o.bytes += v.size()
	return nil
}

func (o *largeObjects) drop(c *largeCell, i int) {
	o.bytes -= c.versions[i].size()
	c.versions = slices.Delete(c.versions, i, i+1)
}

// needed reports whether somebody may come back to a state from one on and before
// another.
func (o *largeObjects) needed(from, before uint64) bool {
	if o.began >= from && o.began < before {
		return true
	}
	if i, _ := slices.BinarySearch(o.marks, from); i < len(o.marks) && o.marks[i] < before {
		return true
	}
	return slices.ContainsFunc(o.open, func(d *largeDescriptor) bool {
		return d != nil && !d.writes && d.view.seq >= from && d.view.seq < before
	})
}

// cut drops what was written after a state.
func (o *largeObjects) cut(c *largeCell, seq uint64) {
	had := len(c.versions) > 0
	for n := len(c.versions); n > 0 && c.versions[n-1].seq > seq; n = len(c.versions) {
		o.drop(c, n-1)
	}
	if had && len(c.versions) == 0 {
		o.rows--
	}
}

// change begins to write an object: it is locked for the transaction, and whoever had
// to wait reads anew.
func (o *largeObjects) change(ctx context.Context, oid types.OID) (*largeChange, error) {
	if c := o.changes[oid]; c != nil {
		return c, nil
	}
	key := binary.BigEndian.AppendUint32(nil, uint32(oid))
	_, waited, err := rowLocks{o.s}.LockRow(ctx, classLargeMetadata, key, false, false)
	if err != nil {
		return nil, err
	}
	if waited {
		o.stored = nil
	}
	l, err := o.read(ctx)
	if err != nil {
		return nil, err
	}
	owner, version, ok, err := l.Object(oid)
	if err != nil {
		return nil, err
	}
	c := &largeChange{object: largeCell{expect: version}, pages: map[int32]*largeCell{}}
	o.changes[oid] = c
	if ok {
		return c, o.put(&c.object, largeVersion{owner: owner})
	}
	return c, nil
}

// changeExisting is change of an object that has to be there, also after a wait.
func (o *largeObjects) changeExisting(ctx context.Context, oid types.OID) (*largeChange, error) {
	c, err := o.change(ctx, oid)
	if err != nil {
		return nil, err
	}
	if v := c.object.top(); v == nil || v.gone {
		return nil, noLarge(oid)
	}
	return c, nil
}

// cell returns a page to be written, and its bytes so far; nil: there is none.
func (o *largeObjects) cell(ctx context.Context, c *largeChange, oid types.OID, page int32) (*largeCell, []byte, error) {
	if cell := c.pages[page]; cell != nil {
		if v := cell.top(); v.gone {
			return cell, nil, nil
		}
		return cell, cell.top().data, nil
	}
	l, err := o.read(ctx)
	if err != nil {
		return nil, nil, err
	}
	data, version, _, err := l.Page(oid, page)
	return &largeCell{expect: version}, data, err
}

// edit returns a page that may be changed in place, of size bytes at least.
func (o *largeObjects) edit(ctx context.Context, c *largeChange, oid types.OID, page int32, size int) (*largeVersion, error) {
	cell, data, err := o.cell(ctx, c, oid, page)
	if err != nil {
		return nil, err
	}
	v := cell.top()
	if v == nil || v.gone || v.seq != o.seq {
		fresh := append(make([]byte, 0, exec.LargePage), data...)
		if err := o.put(cell, largeVersion{data: fresh}); err != nil {
			return nil, err
		}
		c.pages[page] = cell
		v = cell.top()
	}
	if n := len(v.data); n < size {
		v.data = v.data[:size]
		clear(v.data[n:])
	}
	return v, nil
}

// write writes bytes into an object from a place on.
func (o *largeObjects) write(ctx context.Context, oid types.OID, at int64, data string) error {
	if int64(len(data)) > functions.MaxLargeObject-at {
		return sqlerr.New(sqlerr.InvalidParameterValue, "invalid large object write request size: %d", len(data))
	}
	if len(data) == 0 {
		return nil
	}
	c, err := o.changeExisting(ctx, oid)
	if err != nil {
		return err
	}
	for len(data) > 0 {
		off := int(at % exec.LargePage)
		n := min(exec.LargePage-off, len(data))
		v, err := o.edit(ctx, c, oid, int32(at/exec.LargePage), off+n)
		if err != nil {
			return err
		}
		copy(v.data[off:], data[:n])
		data, at = data[n:], at+int64(n)
	}
	return nil
}

// truncate cuts an object, or lengthens it, to a size.
func (o *largeObjects) truncate(ctx context.Context, oid types.OID, size int64) error {
	if size < 0 || size > functions.MaxLargeObject {
		return sqlerr.New(sqlerr.InvalidParameterValue, "invalid large object truncation target: %d", size)
	}
	c, err := o.changeExisting(ctx, oid)
	if err != nil {
		return err
	}
	page, off := size/exec.LargePage, int(size%exec.LargePage)
	if err := o.dropPages(ctx, c, oid, page+1); err != nil {
		return err
	}
	v, err := o.edit(ctx, c, oid, int32(page), off)
	if err == nil {
		v.data = v.data[:off]
	}
	return err
}

// dropPages takes the pages of an object away from one on.
func (o *largeObjects) dropPages(ctx context.Context, c *largeChange, oid types.OID, from int64) error {
	for page, cell := range c.pages {
		if int64(page) >= from && !cell.top().gone {
			if err := o.put(cell, largeVersion{gone: true}); err != nil {
				return err
			}
		}
	}
	l, err := o.read(ctx)
	if err != nil || from*exec.LargePage >= functions.MaxLargeObject {
		return err
	}
	return l.Pages(oid, int32(from), func(page int32, _ []byte, version uint64) error {
		if c.pages[page] != nil {
			return nil
		}
		cell := &largeCell{expect: version}
		if err := o.put(cell, largeVersion{gone: true}); err != nil {
			return err
		}
		c.pages[page] = cell
		return nil
	})
}
