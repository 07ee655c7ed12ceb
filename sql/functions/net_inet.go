package functions

import (
	"encoding/binary"
	"math"
	"math/bits"
	"net/netip"
	"strconv"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func inetArg(d datum) types.Inet { return d.A.(types.Inet) }

// inetNum is an address as a number of 32 or 128 bits.
type inetNum struct {
	hi, lo uint64
	v4     bool
}

func inetNumOf(a netip.Addr) inetNum {
	if a.Is4() {
		b := a.As4()
		return inetNum{lo: uint64(binary.BigEndian.Uint32(b[:])), v4: true}
	}
	b := a.As16()
	return inetNum{hi: binary.BigEndian.Uint64(b[:]), lo: binary.BigEndian.Uint64(b[8:])}
}

func (n inetNum) addr() netip.Addr {
	if n.v4 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(n.lo))
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], n.hi)
	binary.BigEndian.PutUint64(b[8:], n.lo)
	return netip.AddrFrom16(b)
}

// hostBits are the bits beyond a netmask of so many.
func hostBits(a netip.Addr, mask int) inetNum {
	free := a.BitLen() - mask
	n := inetNum{v4: a.Is4()}
	if free > 64 {
		n.hi = 1<<(free-64) - 1
	}
	n.lo = 1<<min(free, 64) - 1 // shifted by 64 it is all ones
	return n
}

func inetDatum(n inetNum, mask int) datum { return types.Any(netip.PrefixFrom(n.addr(), mask)) }

func rowNetFamily(_ *Ctx, a []datum) (datum, error) {
	if inetArg(a[0]).Addr().Is4() {
		return types.Int(4), nil
	}
	return types.Int(6), nil
}

func rowNetMasklen(_ *Ctx, a []datum) (datum, error) {
	return types.Int(int64(inetArg(a[0]).Bits())), nil
}

// addrText prints an address without its mask.
func addrText(c *Ctx, p types.Inet) (string, error) {
	return textOf(c, tInet, types.Any(netip.PrefixFrom(p.Addr(), p.Addr().BitLen())))
}

func rowNetHost(c *Ctx, a []datum) (datum, error) {
	s, err := addrText(c, inetArg(a[0]))
	return types.Text(s), err
}

func rowNetShow(c *Ctx, a []datum) (datum, error) {
	s, err := addrText(c, inetArg(a[0]))
	return types.Text(s + "/" + strconv.Itoa(inetArg(a[0]).Bits())), err
}

func rowInetAbbrev(c *Ctx, a []datum) (datum, error) {
	s, err := textOf(c, tInet, a[0])
	return types.Text(s), err
}

// rowCidrAbbrev leaves out what the mask leaves no room for.
func rowCidrAbbrev(_ *Ctx, a []datum) (datum, error) {
	p := inetArg(a[0])
	var b []byte
	if p.Addr().Is4() {
		octets := p.Addr().As4()
		for i := 0; i < max((p.Bits()+7)/8, 1); i++ {
			if i > 0 {
				b = append(b, '.')
			}
			b = strconv.AppendUint(b, uint64(octets[i]), 10)
		}
	} else {
		b = appendShortV6(b, p)
	}
	return types.Text(string(strconv.AppendInt(append(b, '/'), int64(p.Bits()), 10))), nil
}

// appendShortV6 prints the words of an IPv6 network that its mask covers, two
// at least, with a run of zeros as ::. As in PostgreSQL a run that is not the
// longest so far counts on at the next zero.
func appendShortV6(b []byte, p types.Inet) []byte {
	if p.Bits() == 0 {
		return append(b, "::"...)
	}
	all := p.Addr().As16()
	n := max((p.Bits()+15)/16, 2)
	word := func(i int) uint16 { return binary.BigEndian.Uint16(all[2*i:]) }
	start, length, from, run := 0, 0, 0, 0
	for i := range n {
		switch {
		case word(i) == 0 && run == 0:
			from, run = i, 1
		case word(i) == 0:
			run++
		case run > length:
			start, length, run = from, run, 0
		}
	}
	if run > length {
		start, length = from, run
	}
	v4 := length != n && start == 0 && (length == 6 || length == 5 && word(5) == 0xffff || length == 7 && all[14] != 0 && all[15] != 1)
	for i := range n {
		switch {
		case i >= start && i < start+length:
			if i == start {
				b = append(b, ':')
			}
			if i == n-1 {
				b = append(b, ':')
			}
		case v4 && i > 5:
			sep := byte('.')
			if i == 6 {
				sep = ':'
			}
			b = strconv.AppendUint(append(b, sep), uint64(all[2*i]), 10)
			if i != 7 || p.Bits() > 120 {
				b = strconv.AppendUint(append(b, '.'), uint64(all[2*i+1]), 10)
			}
		default:
			if i > 0 {
				b = append(b, ':')
			}
			b = strconv.AppendUint(b, uint64(word(i)), 16)
		}
	}
	return b
}

func rowNetNetwork(_ *Ctx, a []datum) (datum, error) { return types.Any(inetArg(a[0]).Masked()), nil }

func rowNetBroadcast(_ *Ctx, a []datum) (datum, error) {
	p := inetArg(a[0])
	n, h := inetNumOf(p.Addr()), hostBits(p.Addr(), p.Bits())
	n.hi, n.lo = n.hi|h.hi, n.lo|h.lo
	return inetDatum(n, p.Bits()), nil
}

func rowNetHostmask(_ *Ctx, a []datum) (datum, error) {
	p := inetArg(a[0])
	return inetDatum(hostBits(p.Addr(), p.Bits()), p.Addr().BitLen()), nil
}

func rowNetNetmask(_ *Ctx, a []datum) (datum, error) {
	p := inetArg(a[0])
	h := hostBits(p.Addr(), p.Bits())
	h.hi, h.lo = ^h.hi, ^h.lo
	return inetDatum(h, p.Addr().BitLen()), nil
}

// rowSetMasklen changes the mask; of cidr also the bits that it no longer
// covers.
func rowSetMasklen(cidr bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		p, n := inetArg(a[0]), a[1].I
		if n == -1 {
			n = int64(p.Addr().BitLen())
		}
		if n < 0 || n > int64(p.Addr().BitLen()) {
			return null, sqlerr.New(sqlerr.InvalidParameterValue, "invalid mask length: %d", n)
		}
		if p = netip.PrefixFrom(p.Addr(), int(n)); cidr {
			p = p.Masked()
		}
		return types.Any(p), nil
	}
}

func sameFamily(x, y types.Inet) bool { return x.Addr().Is4() == y.Addr().Is4() }

func rowNetSameFamily(_ *Ctx, a []datum) (datum, error) {
	return types.Bool(sameFamily(inetArg(a[0]), inetArg(a[1]))), nil
}

// commonBits counts the leading bits that two addresses of a family share.
func commonBits(x, y netip.Addr) int {
	p, q := inetNumOf(x), inetNumOf(y)
	if x.Is4() {
		return bits.LeadingZeros32(uint32(p.lo ^ q.lo))
	}
	if d := p.hi ^ q.hi; d != 0 {
		return bits.LeadingZeros64(d)
	}
	return 64 + bits.LeadingZeros64(p.lo^q.lo)
}

func rowNetMerge(_ *Ctx, a []datum) (datum, error) {
	x, y := inetArg(a[0]), inetArg(a[1])
	if !sameFamily(x, y) {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "cannot merge addresses from different families")
	}
	mask := min(x.Bits(), y.Bits(), commonBits(x.Addr(), y.Addr()))
	return types.Any(netip.PrefixFrom(x.Addr(), mask).Masked()), nil
}

// rowNetWithin compares networks of a family that overlap by their masks.
func rowNetWithin(ok func(x, y int) bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x, y := inetArg(a[0]), inetArg(a[1])
		return types.Bool(sameFamily(x, y) && ok(x.Bits(), y.Bits()) &&
			commonBits(x.Addr(), y.Addr()) >= min(x.Bits(), y.Bits())), nil
	}
}

func rowNetBitwise(word string, f func(x, y uint64) uint64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		x, y := inetArg(a[0]), inetArg(a[1])
		if !sameFamily(x, y) {
			return null, sqlerr.New(sqlerr.InvalidParameterValue, "cannot %s inet values of different sizes", word)
		}
		p, q := inetNumOf(x.Addr()), inetNumOf(y.Addr())
		p.hi, p.lo = f(p.hi, q.hi), f(p.lo, q.lo)
		return inetDatum(p, max(x.Bits(), y.Bits())), nil
	}
}

func netAnd(x, y uint64) uint64 { return x & y }
func netOr(x, y uint64) uint64  { return x | y }

func rowNetNot(_ *Ctx, a []datum) (datum, error) {
	p := inetArg(a[0])
	n := inetNumOf(p.Addr())
	n.hi, n.lo = ^n.hi, ^n.lo
	return inetDatum(n, p.Bits()), nil
}

func errNetRange() error { return sqlerr.New(sqlerr.NumericValueOutOfRange, "result is out of range") }

func inetAdd(p types.Inet, v int64) (datum, error) {
	n := inetNumOf(p.Addr())
	abs := uint64(v)
	if v < 0 {
		abs = -abs
	}
	var out uint64
	if v < 0 {
		n.lo, out = bits.Sub64(n.lo, abs, 0)
		n.hi, out = bits.Sub64(n.hi, 0, out)
	} else {
		n.lo, out = bits.Add64(n.lo, abs, 0)
		n.hi, out = bits.Add64(n.hi, 0, out)
	}
	if out != 0 || n.v4 && (n.hi != 0 || n.lo > math.MaxUint32) {
		return null, errNetRange()
	}
	return inetDatum(n, p.Bits()), nil
}

func rowNetAdd(_ *Ctx, a []datum) (datum, error)     { return inetAdd(inetArg(a[0]), a[1].I) }
func rowNetAddFlip(_ *Ctx, a []datum) (datum, error) { return inetAdd(inetArg(a[1]), a[0].I) }
func rowNetSub(_ *Ctx, a []datum) (datum, error)     { return inetAdd(inetArg(a[0]), -a[1].I) }

func rowNetDistance(_ *Ctx, a []datum) (datum, error) {
	x, y := inetArg(a[0]), inetArg(a[1])
	if !sameFamily(x, y) {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "cannot subtract inet values of different sizes")
	}
	p, q := inetNumOf(x.Addr()), inetNumOf(y.Addr())
	lo, borrow := bits.Sub64(p.lo, q.lo, 0)
	hi, _ := bits.Sub64(p.hi, q.hi, borrow)
	if int64(hi) != int64(lo)>>63 {
		return null, errNetRange()
	}
	return types.Int(int64(lo)), nil
}

// rowNetPick gives the greater or the smaller of two.
func rowNetPick(greater bool) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if c := types.Compare(tInet, a[0], a[1]); greater && c > 0 || !greater && c < 0 {
			return a[0], nil
		}
		return a[1], nil
	}
}

// hashNet hashes the family, the mask and the address.
func hashNet(d datum, seed uint64) uint64 {
	b, _ := types.AppendBinaryDatum(nil, tInet, d)
	return hashBytes(string(append(b[:2:2], b[4:]...)), seed)
}
