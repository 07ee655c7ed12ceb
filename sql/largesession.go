package sql

import (
	"context"

	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// The methods below make functionSession a functions.LargeObjects.
var _ functions.LargeObjects = functionSession{}

func (f functionSession) CreateLarge(ctx context.Context, oid types.OID) (types.OID, error) {
	o := &f.s.large
	defer o.lock()()
	if err := o.mayWrite("lo_create()"); err != nil {
		return 0, err
	}
	return o.create(ctx, oid)
}

func (f functionSession) UnlinkLarge(ctx context.Context, oid types.OID) error {
	o := &f.s.large
	defer o.lock()()
	if err := o.mayWrite("lo_unlink()"); err != nil {
		return err
	}
	return o.unlink(ctx, oid)
}

func (f functionSession) OpenLarge(ctx context.Context, oid types.OID, flags int32) (int32, error) {
	o := &f.s.large
	defer o.lock()()
	if flags&functions.LargeWrite != 0 {
		if err := o.mayWrite("lo_open(INV_WRITE)"); err != nil {
			return 0, err
		}
	}
	return o.openObject(ctx, oid, flags)
}

func (f functionSession) CloseLarge(fd int32) error {
	o := &f.s.large
	defer o.lock()()
	if _, err := o.descriptor(fd); err != nil {
		return err
	}
	o.open[fd] = nil
	return nil
}

func (f functionSession) ReadLarge(ctx context.Context, fd, n int32) ([]byte, error) {
	o := &f.s.large
	defer o.lock()()
	d, err := o.descriptor(fd)
	if err != nil {
		return nil, err
	}
	v, err := o.see(ctx, d)
	if err != nil {
		return nil, err
	}
	b, err := v.read(d.oid, d.at, int64(n))
	d.at += int64(len(b))
	return b, err
}

func (f functionSession) WriteLarge(ctx context.Context, fd int32, data string) error {
	o := &f.s.large
	defer o.lock()()
	d, err := o.writable(fd)
	if err != nil {
		return err
	}
	if err := o.write(ctx, d.oid, d.at, data); err != nil {
		return err
	}
	d.at += int64(len(data))
	return nil
}

func (f functionSession) SeekLarge(ctx context.Context, fd int32, offset int64, whence int32) (int64, error) {
	o := &f.s.large
	defer o.lock()()
	d, err := o.descriptor(fd)
	if err != nil {
		return 0, err
	}
	v, err := o.see(ctx, d)
	if err != nil {
		return 0, err
	}
	at, err := v.seek(d.oid, d.at, offset, whence)
	if err == nil {
		d.at = at
	}
	return at, err
}

func (f functionSession) TellLarge(fd int32) (int64, error) {
	o := &f.s.large
	defer o.lock()()
	d, err := o.descriptor(fd)
	if err != nil {
		return 0, err
	}
	return d.at, nil
}

func (f functionSession) TruncateLarge(ctx context.Context, fd int32, size int64) error {
	o := &f.s.large
	defer o.lock()()
	d, err := o.writable(fd)
	if err != nil {
		return err
	}
	return o.truncate(ctx, d.oid, size)
}

func (f functionSession) GetLarge(ctx context.Context, oid types.OID, offset, n int64) ([]byte, error) {
	o := &f.s.large
	defer o.lock()()
	d, err := o.find(ctx, oid, false)
	if err != nil {
		return nil, err
	}
	size, err := d.view.size(oid)
	if err != nil {
		return nil, err
	}
	left := max(size-offset, 0)
	if n >= 0 {
		left = min(left, n)
	}
	if left > maxLargeRead {
		return nil, errLargeRead
	}
	at, err := d.view.seek(oid, 0, offset, 0)
	if err != nil {
		return nil, err
	}
	return d.view.read(oid, at, left)
}

func (f functionSession) PutLarge(ctx context.Context, oid types.OID, offset int64, data string) error {
	o := &f.s.large
	defer o.lock()()
	if err := o.mayWrite("lo_put()"); err != nil {
		return err
	}
	d, err := o.find(ctx, oid, true)
	if err != nil {
		return err
	}
	at, err := d.view.seek(oid, 0, offset, 0)
	if err != nil {
		return err
	}
	return o.write(ctx, oid, at, data)
}

func (f functionSession) HasLarge(ctx context.Context, oid types.OID) (bool, error) {
	o := &f.s.large
	defer o.lock()()
	v, err := o.view(ctx, newestLarge)
	if err != nil {
		return false, err
	}
	return v.has(oid)
}

// EachLarge gives the objects that were there when the statement began. emit may ask
// for large objects itself.
func (f functionSession) EachLarge(ctx context.Context, emit func(oid, owner types.OID) error) error {
	type object struct{ oid, owner types.OID }
	var all []object
	err := f.began(ctx, func(v largeView) error {
		return v.objects(func(oid, owner types.OID) error {
			all = append(all, object{oid, owner})
			return nil
		})
	})
	for _, x := range all {
		if err == nil {
			err = emit(x.oid, x.owner)
		}
	}
	return err
}

// EachLargePage is EachLarge of the pages, for those who may read every object.
func (f functionSession) EachLargePage(ctx context.Context, of *types.OID, emit func(oid types.OID, page int32, data []byte) error) error {
	if !f.s.superuser() {
		return sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied for table pg_largeobject")
	}
	if of == nil {
		return f.EachLarge(ctx, func(oid, _ types.OID) error { return f.eachPage(ctx, oid, emit) })
	}
	return f.eachPage(ctx, *of, emit)
}

func (f functionSession) eachPage(ctx context.Context, oid types.OID, emit func(oid types.OID, page int32, data []byte) error) error {
	type row struct {
		page int32
		data []byte // of a state that is past: nobody changes it
	}
	var all []row
	err := f.began(ctx, func(v largeView) error {
		return v.pages(oid, func(page int32, data []byte) error {
			all = append(all, row{page, data})
			return nil
		})
	})
	for _, x := range all {
		if err == nil {
			err = emit(oid, x.page, x.data)
		}
	}
	return err
}

// began shows fn what there was when the statement began.
func (f functionSession) began(ctx context.Context, fn func(v largeView) error) error {
	o := &f.s.large
	defer o.lock()()
	v, err := o.view(ctx, o.began)
	if err != nil {
		return err
	}
	return fn(v)
}
