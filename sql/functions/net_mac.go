package functions

import (
	"encoding/binary"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

const macMask = 1<<48 - 1

func rowMacNot(_ *Ctx, a []datum) (datum, error)  { return types.Int(^a[0].I & macMask), nil }
func rowMac8Not(_ *Ctx, a []datum) (datum, error) { return types.Int(^a[0].I), nil }

func macAnd(x, y int64) int64 { return x & y }
func macOr(x, y int64) int64  { return x | y }

// rowMacToMac8 puts ff:fe into the middle.
func rowMacToMac8(_ *Ctx, a []datum) (datum, error) {
	v := a[0].I
	return types.Int(v>>24<<40 | 0xfffe<<24 | v&0xffffff), nil
}

func rowMac8ToMac(_ *Ctx, a []datum) (datum, error) {
	v := a[0].I
	if v>>24&0xffff != 0xfffe {
		return null, sqlerr.New(sqlerr.NumericValueOutOfRange, "macaddr8 data out of range to convert to macaddr").
			WithHint("Only addresses that have FF and FE as values in the 4th and 5th bytes from the left, for example xx:xx:xx:ff:fe:xx:xx:xx, are eligible to be converted from macaddr8 to macaddr.")
	}
	return types.Int(int64(uint64(v)>>40<<24) | v&0xffffff), nil
}

// macTrunc keeps the manufacturer's part.
func macTrunc(v int64) int64  { return v &^ 0xffffff }
func mac8Trunc(v int64) int64 { return v &^ (1<<40 - 1) }

// mac8Local sets the bit that IPv6 wants in an interface's address.
func mac8Local(v int64) int64 { return v | 0x02<<56 }

func hashMac(d datum, seed uint64) uint64 {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(d.I))
	return hashBytes(b[2:], seed)
}

func hashMac8(d datum, seed uint64) uint64 {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(d.I))
	return hashBytes(b[:], seed)
}
