package functions

import (
	"context"
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Flags of lo_open.
const (
	LargeWrite int32 = 0x20000 // INV_WRITE, which lets read, too
	LargeRead  int32 = 0x40000 // INV_READ
)

// MaxLargeObject bounds a large object's size in bytes: 2,048 times the greatest int4.
const MaxLargeObject int64 = math.MaxInt32 * 2048

// LargeObjects is a Session with large objects. Descriptors end with their
// transaction.
type LargeObjects interface {
	// CreateLarge makes an object; oid 0 takes any.
	CreateLarge(ctx context.Context, oid types.OID) (types.OID, error)
	// UnlinkLarge takes an object away, with its comment.
	UnlinkLarge(ctx context.Context, oid types.OID) error
	OpenLarge(ctx context.Context, oid types.OID, flags int32) (fd int32, err error)
	CloseLarge(fd int32) error
	// ReadLarge reads n bytes at most from where the descriptor is.
	ReadLarge(ctx context.Context, fd, n int32) ([]byte, error)
	WriteLarge(ctx context.Context, fd int32, data string) error
	// SeekLarge moves a descriptor (whence as of lseek) and returns its place.
	SeekLarge(ctx context.Context, fd int32, offset int64, whence int32) (int64, error)
	TellLarge(fd int32) (int64, error)
	TruncateLarge(ctx context.Context, fd int32, size int64) error
	// GetLarge reads n bytes at most of an object; n -1 is all.
	GetLarge(ctx context.Context, oid types.OID, offset, n int64) ([]byte, error)
	PutLarge(ctx context.Context, oid types.OID, offset int64, data string) error
	// HasLarge reports whether there is an object.
	HasLarge(ctx context.Context, oid types.OID) (bool, error)
	// EachLarge lists the objects with their owners, EachLargePage the pages, of one
	// object if it is said.
	EachLarge(ctx context.Context, emit func(oid, owner types.OID) error) error
	EachLargePage(ctx context.Context, of *types.OID, emit func(oid types.OID, page int32, data []byte) error) error
}

// large returns the session's large objects, with a context to ask them.
func (c *Ctx) large() (LargeObjects, context.Context, error) {
	l, ok := c.session().(LargeObjects)
	if !ok {
		return nil, nil, sqlerr.New(sqlerr.FeatureNotSupported, "large objects need a session")
	}
	if c.Context == nil {
		return l, context.Background(), nil
	}
	return l, c.Context, nil
}

// EachLarge lists the large objects that the session sees; without one there are none.
func (c *Ctx) EachLarge(emit func(oid, owner types.OID) error) error {
	l, ctx, err := c.large()
	if err != nil {
		return nil //nolint:nilerr // as other catalogs have no rows without a session
	}
	return l.EachLarge(ctx, emit)
}

// EachLargePage lists the pages of large objects that the session sees; without one
// there are none.
func (c *Ctx) EachLargePage(of *types.OID, emit func(oid types.OID, page int32, data []byte) error) error {
	l, ctx, err := c.large()
	if err != nil {
		return nil //nolint:nilerr // as for EachLarge
	}
	return l.EachLargePage(ctx, of, emit)
}

// hasLarge reports whether there is a large object.
func (c *Ctx) hasLarge(oid types.OID) (bool, error) {
	l, ctx, err := c.large()
	if err != nil {
		return false, err
	}
	return l.HasLarge(ctx, oid)
}

// rowLarge is a function of the session's large objects.
func rowLarge(f func(ctx context.Context, l LargeObjects, a []datum) (datum, error)) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		l, ctx, err := c.large()
		if err != nil {
			return null, err
		}
		return f(ctx, l, a)
	}
}

func rowLoCreate(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	oid, err := l.CreateLarge(ctx, oidArg(a[0]))
	return types.Int(int64(oid)), err
}

// rowLoCreat makes an object of any OID; its argument, once a mode, means nothing.
func rowLoCreat(ctx context.Context, l LargeObjects, _ []datum) (datum, error) {
	oid, err := l.CreateLarge(ctx, 0)
	return types.Int(int64(oid)), err
}

func rowLoUnlink(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	return types.Int(1), l.UnlinkLarge(ctx, oidArg(a[0]))
}

func rowLoOpen(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	fd, err := l.OpenLarge(ctx, oidArg(a[0]), int32(a[1].I))
	return types.Int(int64(fd)), err
}

func rowLoClose(_ context.Context, l LargeObjects, a []datum) (datum, error) {
	return types.Int(0), l.CloseLarge(int32(a[0].I))
}

func rowLoRead(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	b, err := l.ReadLarge(ctx, int32(a[0].I), int32(max(a[1].I, 0)))
	return types.Text(string(b)), err
}

func rowLoWrite(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	return types.Int(int64(len(a[1].S))), l.WriteLarge(ctx, int32(a[0].I), a[1].S)
}

// rowLoSeek moves a descriptor; where it then is has to fit narrow.
func rowLoSeek(narrow bool) RowFunc {
	return rowLarge(func(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
		at, err := l.SeekLarge(ctx, int32(a[0].I), a[1].I, int32(a[2].I))
		if err == nil && narrow {
			err = fitsInt4("lo_lseek", at, a[0].I)
		}
		return types.Int(at), err
	})
}

func rowLoTell(narrow bool) RowFunc {
	return rowLarge(func(_ context.Context, l LargeObjects, a []datum) (datum, error) {
		at, err := l.TellLarge(int32(a[0].I))
		if err == nil && narrow {
			err = fitsInt4("lo_tell", at, a[0].I)
		}
		return types.Int(at), err
	})
}

func fitsInt4(name string, at, fd int64) error {
	if at <= math.MaxInt32 {
		return nil
	}
	return sqlerr.New(sqlerr.NumericValueOutOfRange, "%s result out of range for large-object descriptor %d", name, fd)
}

func rowLoTruncate(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	return types.Int(0), l.TruncateLarge(ctx, int32(a[0].I), a[1].I)
}

func rowLoFromBytea(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	oid, err := l.CreateLarge(ctx, oidArg(a[0]))
	if err == nil {
		err = l.PutLarge(ctx, oid, 0, a[1].S)
	}
	return types.Int(int64(oid)), err
}

func rowLoGet(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	b, err := l.GetLarge(ctx, oidArg(a[0]), 0, -1)
	return types.Text(string(b)), err
}

func rowLoGetFragment(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	if a[2].I < 0 {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "requested length cannot be negative")
	}
	b, err := l.GetLarge(ctx, oidArg(a[0]), a[1].I, a[2].I)
	return types.Text(string(b)), err
}

func rowLoPut(ctx context.Context, l LargeObjects, a []datum) (datum, error) {
	return types.Text(""), l.PutLarge(ctx, oidArg(a[0]), a[1].I, a[2].S)
}

// rowServerFile refuses what would read or write a file of the server.
func rowServerFile(name string) RowFunc {
	return func(*Ctx, []datum) (datum, error) {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "server-side %s() is not supported", name).
			WithDetail("A node reads and writes no files for its clients.").
			WithHint("Use the client-side %s() provided by libpq, or \\%s of psql.", name, name)
	}
}
