package types

// ChangesSign reports whether a binary coercion between two types reads the
// same four bytes with a sign on one side and without on the other: int4 and
// the types that are OIDs.
func ChangesSign(from, to OID) bool {
	return RepOf(from) == RepInt && RepOf(to) == RepInt && (from == OIDInt4) != (to == OIDInt4)
}

// Relabel gives four bytes their value in a type.
func Relabel(to OID, v int64) int64 {
	if to == OIDInt4 {
		return int64(int32(v))
	}
	return int64(uint32(v))
}
