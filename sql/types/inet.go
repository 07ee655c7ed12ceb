package types

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// Inet is a value of inet or cidr: an address and the length of its netmask.
type Inet = netip.Prefix

// appendInet prints the address; inet leaves out a netmask that covers it all.
func appendInet(dst []byte, t OID, v Inet) []byte {
	dst = appendAddr(dst, v.Addr())
	if t == OIDCIDR || v.Bits() != v.Addr().BitLen() {
		dst = strconv.AppendInt(append(dst, '/'), int64(v.Bits()), 10)
	}
	return dst
}

// appendAddr prints an address. The last four bytes of an IPv6 address after
// nothing but zeros print as an IPv4 address does.
func appendAddr(dst []byte, a netip.Addr) []byte {
	if a.Is6() {
		b := a.As16()
		if [12]byte(b[:12]) == [12]byte{} && b[12]|b[13] != 0 {
			return netip.AddrFrom4([4]byte(b[12:])).AppendTo(append(dst, "::"...))
		}
	}
	return a.AppendTo(dst)
}

// parseInet reads inet, and cidr, where the bits beyond the mask must be 0 and
// an IPv4 address may leave out trailing bytes.
func parseInet(t OID, s string) (Inet, error) {
	name := "inet"
	if t == OIDCIDR {
		name = "cidr"
	}
	addrText, maskText, hasMask := strings.Cut(s, "/")
	v4 := !strings.Contains(addrText, ":")
	if v4 && t == OIDCIDR {
		addrText = hexOctets(addrText)
	}
	octets := strings.Count(addrText, ".") + 1
	if v4 && octets < 4 && (t == OIDCIDR || hasMask) {
		addrText += strings.Repeat(".0", 4-octets)
	}
	if v4 {
		addrText = trimOctets(addrText)
	}
	addr, err := netip.ParseAddr(addrText)
	if err != nil || addr.Zone() != "" {
		return Inet{}, badSyntax(name, s)
	}
	bits := addr.BitLen()
	switch {
	case hasMask:
		n, err := strconv.ParseUint(maskText, 10, 16)
		if err != nil || int(n) > bits || !v4 && len(maskText) > 1 && maskText[0] == '0' {
			return Inet{}, badSyntax(name, s)
		}
		bits = int(n)
	case t == OIDCIDR && v4:
		bits = classfulBits(addr, octets)
	}
	p := netip.PrefixFrom(addr, bits)
	if t == OIDCIDR && p.Masked() != p {
		return Inet{}, sqlerr.New(sqlerr.InvalidTextRepresentation, "invalid cidr value: \"%s\"", s).
			WithDetail("Value has bits set to right of mask.")
	}
	return p, nil
}

// trimOctets takes leading zeros off an IPv4 address's bytes, which are decimal
// here.
func trimOctets(s string) string {
	parts := strings.Split(s, ".")
	for i, p := range parts {
		for len(p) > 1 && p[0] == '0' {
			p = p[1:]
		}
		parts[i] = p
	}
	return strings.Join(parts, ".")
}

// hexOctets turns the bytes of a network in hexadecimal, 0x0a0b, into decimal; a
// last digit alone is the upper half of its byte. Any other text it leaves as it
// is.
func hexOctets(s string) string {
	digits, ok := strings.CutPrefix(strings.ToLower(s), "0x")
	if !ok || digits == "" {
		return s
	}
	if len(digits)%2 != 0 {
		digits += "0"
	}
	raw, err := hex.DecodeString(digits)
	if err != nil {
		return s
	}
	parts := make([]string, len(raw))
	for i, b := range raw {
		parts[i] = strconv.Itoa(int(b))
	}
	return strings.Join(parts, ".")
}

// classfulBits guesses a network's mask as cidr does for IPv4 text without one:
// by the address's class, but no less than the octets given.
func classfulBits(addr netip.Addr, octets int) int {
	bits := 8
	switch first := addr.As4()[0]; {
	case first >= 240:
		bits = 32
	case first >= 224:
		bits = 8
	case first >= 192:
		bits = 24
	case first >= 128:
		bits = 16
	}
	if bits = max(bits, octets*8); bits == 8 && addr.As4()[0] == 224 {
		return 4 // all of multicast
	}
	return bits
}

// Address families of the binary form.
const (
	inetV4 = 2
	inetV6 = 3
)

// appendInetBinary appends family, bits, is-cidr, address length, address.
func appendInetBinary(dst []byte, t OID, v Inet) []byte {
	family, cidr := byte(inetV4), byte(0)
	if v.Addr().Is6() {
		family = inetV6
	}
	if t == OIDCIDR {
		cidr = 1
	}
	dst = append(dst, family, byte(v.Bits()), cidr, byte(v.Addr().BitLen()/8))
	if family == inetV4 {
		a := v.Addr().As4()
		return append(dst, a[:]...)
	}
	a := v.Addr().As16()
	return append(dst, a[:]...)
}

func parseInetBinary(t OID, b []byte) (Inet, error) {
	bad := func(what string) error {
		return sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid %s in external \"%s\" value", what, FormatTypeBare(t))
	}
	if len(b) < 4 {
		return Inet{}, errShort()
	}
	want := 4
	if b[0] == inetV6 {
		want = 16
	} else if b[0] != inetV4 {
		return Inet{}, bad("address family")
	}
	if int(b[1]) > want*8 {
		return Inet{}, bad("bits")
	}
	if int(b[3]) != want {
		return Inet{}, bad("length")
	}
	if len(b) != 4+want {
		return Inet{}, errShort()
	}
	addr, _ := netip.AddrFromSlice(b[4:])
	p := netip.PrefixFrom(addr, int(b[1]))
	if t == OIDCIDR && p.Masked() != p {
		return Inet{}, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid external \"cidr\" value").
			WithDetail("Value has bits set to right of mask.")
	}
	return p, nil
}

// compareInet orders by family, the network's bits, the mask's length, then
// the whole address.
func compareInet(a, b Inet) int {
	if c := cmp.Compare(a.Addr().BitLen(), b.Addr().BitLen()); c != 0 {
		return c
	}
	common := min(a.Bits(), b.Bits())
	na, nb := netip.PrefixFrom(a.Addr(), common).Masked().Addr(), netip.PrefixFrom(b.Addr(), common).Masked().Addr()
	if c := na.Compare(nb); c != 0 {
		return c
	}
	if c := cmp.Compare(a.Bits(), b.Bits()); c != 0 {
		return c
	}
	return a.Addr().Compare(b.Addr())
}

func hashInet(v Inet, h uint64) uint64 {
	a := v.Addr().As16()
	h = mix(h ^ binary.BigEndian.Uint64(a[:]))
	h = mix(h ^ binary.BigEndian.Uint64(a[8:]))
	return mix(h ^ uint64(v.Bits()))
}
