package functions

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/bits"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func md5Hex(s string) string {
	h := md5.Sum([]byte(s))
	return hex.EncodeToString(h[:])
}

func sha224(s string) string  { h := sha256.Sum224([]byte(s)); return string(h[:]) }
func sha256s(s string) string { h := sha256.Sum256([]byte(s)); return string(h[:]) }
func sha384(s string) string  { h := sha512.Sum384([]byte(s)); return string(h[:]) }
func sha512s(s string) string { h := sha512.Sum512([]byte(s)); return string(h[:]) }

func errEncoding(name string) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "unrecognized encoding: \"%s\"", name)
}

func rowEncode(_ *Ctx, a []datum) (datum, error) {
	switch strings.ToLower(a[1].S) {
	case "hex":
		return types.Text(hex.EncodeToString([]byte(a[0].S))), nil
	case "base64":
		s := base64.StdEncoding.EncodeToString([]byte(a[0].S))
		var b strings.Builder
		for len(s) > 76 { // RFC 2045's lines
			b.WriteString(s[:76])
			b.WriteByte('\n')
			s = s[76:]
		}
		b.WriteString(s)
		return types.Text(b.String()), nil
	case "escape":
		var b strings.Builder
		for i := range len(a[0].S) {
			switch ch := a[0].S[i]; {
			case ch == '\\':
				b.WriteString(`\\`)
			case ch == 0 || ch >= 0x80:
				fmt.Fprintf(&b, `\%03o`, ch)
			default:
				b.WriteByte(ch)
			}
		}
		return types.Text(b.String()), nil
	}
	return null, errEncoding(a[1].S)
}

func rowDecode(_ *Ctx, a []datum) (datum, error) {
	var s string
	var err error
	switch strings.ToLower(a[1].S) {
	case "hex":
		s, err = decodeHex(a[0].S)
	case "base64":
		s, err = decodeBase64(a[0].S)
	case "escape":
		s, err = decodeEscape(a[0].S)
	default:
		return null, errEncoding(a[1].S)
	}
	return types.Text(s), err
}

func decodeHex(s string) (string, error) {
	var b strings.Builder
	nibble, half := 0, false
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' {
			continue
		}
		v := strings.IndexRune("0123456789abcdef", r|0x20)
		if v < 0 || r < '0' {
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid hexadecimal digit: \"%s\"", string(r))
		}
		if half {
			b.WriteByte(byte(nibble<<4 | v))
		}
		nibble, half = v, !half
	}
	if half {
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid hexadecimal data: odd number of digits")
	}
	return b.String(), nil
}

func decodeBase64(s string) (string, error) {
	var clean strings.Builder
	for _, r := range s {
		switch {
		case r == ' ' || r == '\n' || r == '\t' || r == '\r':
		case r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '/' || r == '=':
			clean.WriteRune(r)
		default:
			return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid symbol \"%s\" found while decoding base64 sequence", string(r))
		}
	}
	b, err := base64.StdEncoding.DecodeString(clean.String())
	if err != nil {
		return "", sqlerr.New(sqlerr.InvalidParameterValue, "invalid base64 end sequence").
			WithHint("Input data is missing padding, is truncated, or is otherwise corrupted.")
	}
	return string(b), nil
}

func decodeEscape(s string) (string, error) {
	d, err := types.ParseText(tBytea, -1, s, nil)
	return d.S, err
}

func errIndex(i, hi int64) error {
	return sqlerr.New(sqlerr.ArraySubscriptError, "index %d out of valid range, 0..%d", i, hi)
}

func rowGetByte(_ *Ctx, a []datum) (datum, error) {
	if a[1].I < 0 || a[1].I >= int64(len(a[0].S)) {
		return null, errIndex(a[1].I, int64(len(a[0].S))-1)
	}
	return types.Int(int64(a[0].S[a[1].I])), nil
}

func rowSetByte(_ *Ctx, a []datum) (datum, error) {
	if a[1].I < 0 || a[1].I >= int64(len(a[0].S)) {
		return null, errIndex(a[1].I, int64(len(a[0].S))-1)
	}
	b := []byte(a[0].S)
	b[a[1].I] = byte(a[2].I)
	return types.Text(string(b)), nil
}

func rowGetBit(_ *Ctx, a []datum) (datum, error) {
	n := int64(len(a[0].S)) * 8
	if a[1].I < 0 || a[1].I >= n {
		return null, errIndex(a[1].I, n-1)
	}
	return types.Int(int64(a[0].S[a[1].I/8]>>(a[1].I%8)) & 1), nil
}

func rowSetBit(_ *Ctx, a []datum) (datum, error) {
	n := int64(len(a[0].S)) * 8
	if a[1].I < 0 || a[1].I >= n {
		return null, errIndex(a[1].I, n-1)
	}
	if a[2].I != 0 && a[2].I != 1 {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "new bit must be 0 or 1")
	}
	b := []byte(a[0].S)
	b[a[1].I/8] = b[a[1].I/8]&^(1<<(a[1].I%8)) | byte(a[2].I)<<(a[1].I%8)
	return types.Text(string(b)), nil
}

func bitCount(s string) int64 {
	n := 0
	for i := range len(s) {
		n += bits.OnesCount8(s[i])
	}
	return int64(n)
}

func rowNormalize(_ *Ctx, a []datum) (datum, error) {
	f, err := normForm(a)
	if err != nil {
		return null, err
	}
	return types.Text(f.String(a[0].S)), nil
}

func rowIsNormalized(_ *Ctx, a []datum) (datum, error) {
	f, err := normForm(a)
	if err != nil {
		return null, err
	}
	return types.Bool(f.IsNormalString(a[0].S)), nil
}

func normForm(a []datum) (norm.Form, error) {
	name := "NFC"
	if len(a) > 1 {
		name = a[1].S
	}
	switch strings.ToUpper(name) {
	case "NFC":
		return norm.NFC, nil
	case "NFD":
		return norm.NFD, nil
	case "NFKC":
		return norm.NFKC, nil
	case "NFKD":
		return norm.NFKD, nil
	}
	return 0, sqlerr.New(sqlerr.InvalidParameterValue, "invalid normalization form: %s", name)
}

func rowUUID(*Ctx, []datum) (datum, error) {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return null, sqlerr.New(sqlerr.InternalError, "could not generate random values").Wrap(err)
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return types.Text(string(b[:])), nil
}

// encodeFuncs are digests, encodings and single bits and bytes.
func encodeFuncs() []Func {
	return []Func{
		{OID: 2311, Name: "md5", Args: oids{tText}, Ret: tText, Kind: Scalar, Src: "md5_text", Doc: "MD5 hash", Row: rowText(md5Hex)},
		{OID: 2321, Name: "md5", Args: oids{tBytea}, Ret: tText, Kind: Scalar, Src: "md5_bytea", Doc: "MD5 hash", Row: rowText(md5Hex)},
		{
			OID: 3419, Name: "sha224", Args: oids{tBytea}, Ret: tBytea, Kind: Scalar, Src: "sha224_bytea", Doc: "SHA-224 hash",
			Row: rowText(sha224),
		},
		{
			OID: 3420, Name: "sha256", Args: oids{tBytea}, Ret: tBytea, Kind: Scalar, Src: "sha256_bytea", Doc: "SHA-256 hash",
			Row: rowText(sha256s),
		},
		{
			OID: 3421, Name: "sha384", Args: oids{tBytea}, Ret: tBytea, Kind: Scalar, Src: "sha384_bytea", Doc: "SHA-384 hash",
			Row: rowText(sha384),
		},
		{
			OID: 3422, Name: "sha512", Args: oids{tBytea}, Ret: tBytea, Kind: Scalar, Src: "sha512_bytea", Doc: "SHA-512 hash",
			Row: rowText(sha512s),
		},
		{
			OID: 1946, Name: "encode", Args: oids{tBytea, tText}, Ret: tText, Kind: Scalar, Src: "binary_encode", Doc: "convert bytea value into some ascii-only text string",
			Row: rowEncode,
		},
		{
			OID: 1947, Name: "decode", Args: oids{tText, tText}, Ret: tBytea, Kind: Scalar, Src: "binary_decode", Doc: "convert ascii-encoded text string into bytea value",
			Row: rowDecode,
		},
		{
			OID: 2089, Name: "to_hex", Args: oids{tInt4}, Ret: tText, Kind: Scalar, Src: "to_hex32", Doc: "convert int4 number to hex",
			Row: func(_ *Ctx, a []datum) (datum, error) {
				return types.Text(strconv.FormatUint(uint64(uint32(a[0].I)), 16)), nil
			},
		},
		{
			OID: 2090, Name: "to_hex", Args: oids{tInt8}, Ret: tText, Kind: Scalar, Src: "to_hex64", Doc: "convert int8 number to hex",
			Row: func(_ *Ctx, a []datum) (datum, error) { return types.Text(strconv.FormatUint(uint64(a[0].I), 16)), nil },
		},
		{
			OID: 721, Name: "get_byte", Args: oids{tBytea, tInt4}, Ret: tInt4, Kind: Scalar, Src: "byteaGetByte", Doc: "get byte",
			Row: rowGetByte,
		},
		{
			OID: 722, Name: "set_byte", Args: oids{tBytea, tInt4, tInt4}, Ret: tBytea, Kind: Scalar, Src: "byteaSetByte", Doc: "set byte",
			Row: rowSetByte,
		},
		{
			OID: 723, Name: "get_bit", Args: oids{tBytea, tInt8}, Ret: tInt4, Kind: Scalar, Src: "byteaGetBit", Doc: "get bit",
			Row: rowGetBit,
		},
		{
			OID: 724, Name: "set_bit", Args: oids{tBytea, tInt8, tInt4}, Ret: tBytea, Kind: Scalar, Src: "byteaSetBit", Doc: "set bit",
			Row: rowSetBit,
		},
		{
			OID: 6163, Name: "bit_count", Args: oids{tBytea}, Ret: tInt8, Kind: Scalar, Src: "bytea_bit_count", Doc: "number of set bits",
			Row: rowTextInt(bitCount),
		},
		{
			OID: 4350, Name: "normalize", Args: oids{tText, tText}, Defaults: datums{types.Text("NFC")}, Ret: tText, Kind: Scalar, Src: "unicode_normalize_func", Doc: "Unicode normalization",
			Row: rowNormalize,
		},
		{
			OID: 4351, Name: "is_normalized", Args: oids{tText, tText}, Defaults: datums{types.Text("NFC")}, Ret: tBool, Kind: Scalar, Src: "unicode_is_normalized", Doc: "check Unicode normalization",
			Row: rowIsNormalized,
		},
		{OID: 3432, Name: "gen_random_uuid", Ret: tUUID, Kind: Scalar, Volatility: 'v', Doc: "generate random UUID", Row: rowUUID},
	}
}
