package exec

import (
	"context"
	"encoding/binary"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// LargePage is the size of a large object's pages in bytes, PostgreSQL's LOBLKSIZE.
const LargePage = 2048

// LargeObjects are the large objects that are stored, as of one time. An object is a
// row of its owner; its bytes are pages, of which those that were never written are
// not there, and the last to be written ends the object. It stays valid, and is safe
// for concurrent use.
//
// The keys are the OID, and OID and page number, big-endian: an object's pages are
// neighbours, in order. A page's row is a byte of format and the bytes.
type LargeObjects struct {
	view    *storage.View
	objects storage.MetaRows
	pages   storage.MetaRows
}

// ReadLargeObjects reads the large objects as o says, which is about no shards.
func ReadLargeObjects(ctx context.Context, c Cluster, o storage.ReadOptions) (*LargeObjects, error) {
	o.Shards = []storage.ShardID{}
	v, err := c.Read(ctx, o)
	if err != nil {
		return nil, err
	}
	l := &LargeObjects{view: v, objects: v.Meta(catalog.TableLargeObjects), pages: v.Meta(catalog.TableLargePages)}
	if err := l.objects.Err(); err != nil {
		return nil, err
	}
	return l, l.pages.Err()
}

// At is the time that they are as of.
func (l *LargeObjects) At() knowledge.Micros { return l.view.At() }

// Bytes is the space that all pages take, whenever they were written: the state tables
// keep every version.
func (l *LargeObjects) Bytes() int64 { return l.pages.Bytes() + l.objects.Bytes() }

// Object returns an object's owner, and the version that a change of it expects.
func (l *LargeObjects) Object(oid types.OID) (owner types.OID, version uint64, ok bool, err error) {
	row, version, ok := l.objects.Get(largeObjectKey(oid))
	if !ok {
		return 0, 0, false, nil
	}
	owner, err = largeObjectOwner(row)
	return owner, version, true, err
}

// Page returns a page, and the version that a change of it expects.
func (l *LargeObjects) Page(oid types.OID, page int32) (data []byte, version uint64, ok bool, err error) {
	row, version, ok := l.pages.Get(largePageKey(oid, page))
	if !ok {
		return nil, 0, false, nil
	}
	data, err = largePageData(row)
	return data, version, true, err
}

// Objects lists the objects by OID, until fn fails.
func (l *LargeObjects) Objects(fn func(oid, owner types.OID) error) error {
	return l.objects.Scan(func(key, row []byte, _ uint64, _ knowledge.Micros) error {
		owner, err := largeObjectOwner(row)
		if err != nil {
			return err
		}
		return fn(types.OID(binary.BigEndian.Uint32(key)), owner)
	})
}

// Pages lists the pages of an object from one on, in order, until fn fails.
func (l *LargeObjects) Pages(oid types.OID, from int32, fn func(page int32, data []byte, version uint64) error) error {
	below := []byte(nil)
	if oid+1 != 0 {
		below = largeObjectKey(oid + 1)
	}
	return l.pages.Range(largePageKey(oid, from), below, func(key, row []byte, version uint64, _ knowledge.Micros) error {
		data, err := largePageData(row)
		if err != nil {
			return err
		}
		return fn(int32(binary.BigEndian.Uint32(key[4:])), data, version)
	})
}

// Said are the operations that take away what was said of an object, its comment and its
// list of privileges; stored reports which of them are stored.
func (l *LargeObjects) Said(oid types.OID) (ops []storage.MetaOp, stored []bool, err error) {
	k := catalog.CommentKey{Class: catalog.LargeObjectClass, OID: oid}
	grant, err := catalog.GrantRow(k, nil)
	if err != nil {
		return nil, nil, err
	}
	for _, of := range []struct {
		table uint16
		types []types.OID
		key   []int
		row   []types.Datum
	}{
		{catalog.TableRemarks, catalog.RemarkTypes, catalog.RemarkKey, catalog.RemarkRow(k, catalog.Remark{})},
		{catalog.TableGrants, catalog.GrantTypes, catalog.GrantKey, grant},
	} {
		key, err := EncodeKey(of.types, of.key, of.row)
		if err != nil {
			return nil, nil, err
		}
		_, version, ok := l.view.Meta(of.table).Get(key)
		ops, stored = append(ops, storage.MetaOp{Table: of.table, Key: key, Delete: true, Expect: version}), append(stored, ok)
	}
	return ops, stored, nil
}

// Writes reports whether the transaction has a change of the row that op changes.
func (p *Pending) Writes(op storage.MetaOp) bool {
	for _, x := range p.list() {
		if x.Table == op.Table && string(x.Key) == string(op.Key) {
			return true
		}
	}
	return false
}

// LargeObjectOp writes an object's row, whose stored version is expect, or takes it
// away.
func LargeObjectOp(oid, owner types.OID, gone bool, expect uint64) (storage.MetaOp, error) {
	op := storage.MetaOp{Table: catalog.TableLargeObjects, Key: largeObjectKey(oid), Delete: gone, Expect: expect}
	var err error
	if !gone {
		op.Row, err = EncodeRow(largeObjectTypes, []types.Datum{types.Int(int64(owner))})
	}
	return op, err
}

// LargePageOp writes a page, whose stored version is expect, or takes it away.
func LargePageOp(oid types.OID, page int32, data []byte, gone bool, expect uint64) storage.MetaOp {
	op := storage.MetaOp{Table: catalog.TableLargePages, Key: largePageKey(oid, page), Delete: gone, Expect: expect}
	if !gone {
		op.Row = append(append(make([]byte, 0, 1+len(data)), stateFormat), data...)
	}
	return op
}

// largeObjectTypes are the columns of an object's row: its owner.
var largeObjectTypes = []types.OID{types.OIDOID}

func largeObjectKey(oid types.OID) []byte { return binary.BigEndian.AppendUint32(nil, uint32(oid)) }

func largePageKey(oid types.OID, page int32) []byte {
	return binary.BigEndian.AppendUint32(largeObjectKey(oid), uint32(page))
}

func largeObjectOwner(row []byte) (types.OID, error) {
	ds, err := DecodeRow(largeObjectTypes, row)
	if err != nil {
		return 0, err
	}
	return types.OID(ds[0].I), nil
}

func largePageData(row []byte) ([]byte, error) {
	if len(row) == 0 || row[0] != stateFormat || len(row) > 1+LargePage {
		return nil, fmt.Errorf("decode page of a large object: %w", storage.ErrCorrupt)
	}
	return row[1:], nil
}
