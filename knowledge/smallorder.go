package knowledge

import "crypto/ed25519"

// smallOrder lists the y-coordinates, as they are encoded, of the points of
// order 1, 2, 4 and 8 on Ed25519's curve, and the encodings that reduce to
// them. A signature "by" such a key can be made by anybody, for any message:
// verification multiplies the key, and that wipes it out.
var smallOrder = [][ed25519.PublicKeySize]byte{
	{},  // y = 0, order 4
	{1}, // y = 1, order 1
	{ // order 8
		0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
	},
	{ // order 8
		0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
	},
	nearP(0xec), // p-1, order 2
	nearP(0xed), // p, that is 0
	nearP(0xee), // p+1, that is 1
}

// nearP encodes a number close to p = 2^255 - 19 by its lowest byte.
func nearP(low byte) (b [ed25519.PublicKeySize]byte) {
	for i := range b {
		b[i] = 0xff
	}
	b[0], b[31] = low, 0x7f
	return b
}

// hasSmallOrder reports whether a public key is one of those points; the sign
// bit does not matter.
func hasSmallOrder(key [ed25519.PublicKeySize]byte) bool {
	key[31] &= 0x7f
	for _, bad := range smallOrder {
		if key == bad {
			return true
		}
	}
	return false
}
