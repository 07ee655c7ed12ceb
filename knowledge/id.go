package knowledge

import (
	"bytes"
	"encoding/hex"
)

// ParseID reads an id: 64 lower-case hexadecimal digits.
func ParseID(s string) (ID, error) { return parseIDField("id", s) }

func parseIDField(field, s string) (ID, error) {
	var id ID
	if len(s) != 2*len(id) || !lowerHex(s) {
		return ID{}, &FieldError{
			Field: field, Kind: Malformed,
			Message: field + " " + quoteShort(s) + " is not an id",
			Hint:    "An id is 64 lower-case hexadecimal digits.",
		}
	}
	for i := range id {
		id[i] = unhex(s[2*i])<<4 | unhex(s[2*i+1])
	}
	return id, nil
}

// String returns the id as lower-case hex.
func (id ID) String() string {
	var buf [64]byte
	return string(id.AppendHex(buf[:0]))
}

// AppendHex appends the id as lower-case hex.
func (id ID) AppendHex(dst []byte) []byte { return hex.AppendEncode(dst, id[:]) }

// IsZero reports whether the id is all zeros, which stands for "not given".
func (id ID) IsZero() bool { return id == ID{} }

// Compare orders ids by their bytes, which is the order of their hex text.
func (id ID) Compare(other ID) int { return bytes.Compare(id[:], other[:]) }

// MarshalText returns the id as lower-case hex.
func (id ID) MarshalText() ([]byte, error) { return id.AppendHex(nil), nil }

// UnmarshalText reads lower-case hex.
func (id *ID) UnmarshalText(text []byte) error {
	got, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = got
	return nil
}

func lowerHex(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c - 'a' + 10
}
