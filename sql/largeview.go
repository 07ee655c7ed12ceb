package sql

import (
	"cmp"
	"errors"
	"slices"

	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// largeView is what is stored, and over it what a transaction had written by a state.
type largeView struct {
	o      *largeObjects
	stored *exec.LargeObjects
	seq    uint64
}

// object returns an object's owner.
func (v largeView) object(oid types.OID) (types.OID, error) {
	if c := v.o.changes[oid]; c != nil {
		if own := c.object.at(v.seq); own != nil {
			if own.gone {
				return 0, noLarge(oid)
			}
			return own.owner, nil
		}
	}
	owner, _, ok, err := v.stored.Object(oid)
	if err == nil && !ok {
		err = noLarge(oid)
	}
	return owner, err
}

// page returns the bytes of a page; none: there is no such page, or it is empty.
func (v largeView) page(oid types.OID, page int32) ([]byte, error) {
	if c := v.o.changes[oid]; c != nil {
		if own := c.pages[page].at(v.seq); own != nil {
			return own.data, nil
		}
	}
	data, _, _, err := v.stored.Page(oid, page)
	return data, err
}

// size is the size of an object: its last page tells.
func (v largeView) size(oid types.OID) (int64, error) {
	size := int64(0)
	err := v.pages(oid, func(page int32, data []byte) error {
		size = int64(page)*exec.LargePage + int64(len(data))
		return nil
	})
	return size, err
}

// overlay gives a transaction's own keys in their places among those that are stored.
type overlay[K cmp.Ordered] struct {
	own  []K // in order
	emit func(K) error
}

// before gives the own keys up to a stored one, and reports whether that is among them.
func (o *overlay[K]) before(stored K) (own bool, err error) {
	for len(o.own) > 0 && o.own[0] <= stored && err == nil {
		own = o.own[0] == stored
		err = o.next()
	}
	return own, err
}

// rest gives those that are left.
func (o *overlay[K]) rest() (err error) {
	for len(o.own) > 0 && err == nil {
		err = o.next()
	}
	return err
}

func (o *overlay[K]) next() error {
	k := o.own[0]
	o.own = o.own[1:]
	return o.emit(k)
}

// pages lists the pages of an object in order.
func (v largeView) pages(oid types.OID, emit func(page int32, data []byte) error) error {
	own := overlay[int32]{emit: func(page int32) error {
		if x := v.o.changes[oid].pages[page].at(v.seq); !x.gone {
			return emit(page, x.data)
		}
		return nil
	}}
	if c := v.o.changes[oid]; c != nil {
		for page, cell := range c.pages {
			if cell.at(v.seq) != nil {
				own.own = append(own.own, page)
			}
		}
		slices.Sort(own.own)
	}
	err := v.stored.Pages(oid, 0, func(page int32, data []byte, _ uint64) error {
		if mine, err := own.before(page); mine || err != nil {
			return err
		}
		return emit(page, data)
	})
	if err != nil {
		return err
	}
	return own.rest()
}

// objects lists all objects by OID.
func (v largeView) objects(emit func(oid, owner types.OID) error) error {
	own := overlay[types.OID]{emit: func(oid types.OID) error {
		if x := v.o.changes[oid].object.at(v.seq); !x.gone {
			return emit(oid, x.owner)
		}
		return nil
	}}
	for oid, c := range v.o.changes {
		if c.object.at(v.seq) != nil {
			own.own = append(own.own, oid)
		}
	}
	slices.Sort(own.own)
	err := v.stored.Objects(func(oid, owner types.OID) error {
		if mine, err := own.before(oid); mine || err != nil {
			return err
		}
		return emit(oid, owner)
	})
	if err != nil {
		return err
	}
	return own.rest()
}

// errLargeRead is a read of more than a value can hold.
var errLargeRead = sqlerr.New(sqlerr.InvalidParameterValue, "large object read request is too large")

// maxLargeRead bounds a read in bytes, as PostgreSQL's limit of an allocation does.
const maxLargeRead = 1<<30 - 5

// read reads n bytes at most from a place on. What was never written is zeros.
func (v largeView) read(oid types.OID, at, n int64) ([]byte, error) {
	var out []byte
	size := int64(-1) // asked for where a page does not say that there is more
	for n > 0 && at < functions.MaxLargeObject {
		page, off := at/exec.LargePage, at%exec.LargePage
		data, err := v.page(oid, int32(page))
		if err != nil {
			return nil, err
		}
		end := int64(exec.LargePage)
		if len(data) < exec.LargePage {
			if size < 0 {
				if size, err = v.size(oid); err != nil {
					return nil, err
				}
			}
			if end = min(end, size-page*exec.LargePage); end <= off {
				break
			}
		}
		end = min(end, off+n)
		if int64(len(out))+end-off > maxLargeRead {
			return nil, errLargeRead
		}
		if have := int64(len(data)); off < have {
			out = append(out, data[off:min(end, have)]...)
		}
		if zeros := end - max(off, int64(len(data))); zeros > 0 {
			out = append(out, make([]byte, zeros)...)
		}
		at, n = at+end-off, n-(end-off)
	}
	return out, nil
}

// seek is where a place is: from the beginning, from another place, or from the end.
func (v largeView) seek(oid types.OID, from, offset int64, whence int32) (int64, error) {
	target := offset
	switch whence {
	case 0:
	case 1:
		target += from
	case 2:
		size, err := v.size(oid)
		if err != nil {
			return 0, err
		}
		target += size
	default:
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid whence setting: %d", whence)
	}
	if target < 0 || target > functions.MaxLargeObject {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid large object seek target: %d", target)
	}
	return target, nil
}

// has reports whether there is an object.
func (v largeView) has(oid types.OID) (bool, error) {
	_, err := v.object(oid)
	var e *sqlerr.Error
	if errors.As(err, &e) && e.Code == sqlerr.UndefinedObject {
		return false, nil
	}
	return err == nil, err
}
