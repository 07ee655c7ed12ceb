package types

import (
	"encoding/binary"
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

func errShort() error {
	return sqlerr.New(sqlerr.ProtocolViolation, "insufficient data left in message")
}

func errTrailing() error {
	return sqlerr.New(sqlerr.InvalidBinaryRepresentation, "incorrect binary data format")
}

// ParseBinary reads a value's binary form, as the type's receive function
// does, and makes it fit typmod (-1: none). b may be reused afterwards. The
// memory taken is bounded by a small multiple of len(b).
func ParseBinary(t OID, typmod int32, b []byte) (Datum, error) {
	return parseBinary(t, typmod, b, 0)
}

func parseBinary(t OID, typmod int32, b []byte, depth int) (Datum, error) {
	if depth > maxNesting {
		return Datum{}, sqlerr.New(sqlerr.StatementTooComplex, "stack depth limit exceeded")
	}
	var d Datum
	var err error
	switch RepOf(t) {
	case RepInt:
		d.I, err = parseIntBinary(t, b)
	case RepFloat:
		d.F, err = parseFloatBinary(t, b)
	case RepText:
		d.S, err = parseStringBinary(t, b)
	default:
		d.A, err = parseAnyBinary(t, typmod, b, depth)
	}
	if err != nil {
		return Datum{}, err
	}
	if typmod >= 0 && !IsArray(t) {
		return ApplyTypmod(t, typmod, d, false)
	}
	return d, nil
}

// maxNesting bounds arrays and rows inside each other.
const maxNesting = 100

func parseIntBinary(t OID, b []byte) (int64, error) {
	w := intWidth(t)
	if len(b) < w {
		return 0, errShort()
	}
	if len(b) > w {
		return 0, errTrailing()
	}
	switch w {
	case 1:
		if t == OIDBool && b[0] != 0 {
			return 1, nil
		}
		return int64(b[0]), nil
	case 2:
		return int64(int16(binary.BigEndian.Uint16(b))), nil
	case 6:
		return int64(binary.BigEndian.Uint32(b))<<16 | int64(binary.BigEndian.Uint16(b[4:])), nil
	case 8:
		return checkInt64(t, int64(binary.BigEndian.Uint64(b)))
	}
	v := binary.BigEndian.Uint32(b)
	switch t {
	case OIDInt4:
		return int64(int32(v)), nil
	case OIDDate:
		d := int64(int32(v))
		if !dateInRange(d) && d != DateInfinity && d != DateNegInfinity {
			return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "date out of range")
		}
		return d, nil
	}
	return int64(v), nil
}

func checkInt64(t OID, v int64) (int64, error) {
	switch t {
	case OIDTime:
		if v < 0 || v > microsPerDay {
			return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "time out of range")
		}
	case OIDTimestamp, OIDTimestamptz:
		if v != math.MinInt64 && v != math.MaxInt64 && !timestampInRange(v) {
			return 0, sqlerr.New(sqlerr.DatetimeFieldOverflow, "timestamp out of range")
		}
	}
	return v, nil
}

func parseFloatBinary(t OID, b []byte) (float64, error) {
	w := 8
	if t == OIDFloat4 {
		w = 4
	}
	if len(b) < w {
		return 0, errShort()
	}
	if len(b) > w {
		return 0, errTrailing()
	}
	if w == 4 {
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b))), nil
	}
	return math.Float64frombits(binary.BigEndian.Uint64(b)), nil
}

func parseStringBinary(t OID, b []byte) (string, error) {
	switch t {
	case OIDBytea:
		return string(b), nil
	case OIDUUID:
		if len(b) < 16 {
			return "", errShort()
		}
		if len(b) > 16 {
			return "", errTrailing()
		}
		return string(b), nil
	case OIDPgSnapshot, OIDTxidSnapshot:
		return parseSnapshotBinary(b)
	case OIDJSONB, OIDJSONPath:
		if len(b) == 0 {
			return "", errShort()
		}
		if b[0] != 1 {
			return "", sqlerr.New(sqlerr.InternalError, "unsupported %s version number %d", FormatTypeBare(t), b[0])
		}
		if b = b[1:]; t == OIDJSONPath {
			return canonicalPath(string(b), nil)
		}
	case OIDName:
		if len(b) > 63 {
			return "", sqlerr.New(sqlerr.NameTooLong, "identifier too long").
				WithDetail("Identifier must be less than %d characters.", 64)
		}
	case OIDVoid:
		return "", nil
	}
	return parseStringText(t, string(b))
}

func parseAnyBinary(t OID, typmod int32, b []byte, depth int) (any, error) {
	switch t {
	case OIDNumeric:
		return parseNumericBinary(b)
	case OIDInterval, OIDTimetz:
		return parseTimeBinary(t, b)
	case OIDBit, OIDVarbit:
		return parseBitsBinary(b)
	case OIDInet, OIDCIDR:
		return parseInetBinary(t, b)
	case OIDTSVector:
		return parseTSVectorBinary(b)
	case OIDTSQuery:
		return parseTSQueryBinary(b)
	case OIDPoint, OIDLseg, OIDLine, OIDBox, OIDPath, OIDPolygon, OIDCircle:
		return parseGeoBinary(t, b)
	case OIDRecord:
		return parseRecordBinary(b, depth)
	}
	if e := ElemOf(t); e != 0 {
		a, err := parseArrayBinary(e, typmod, b, depth)
		if err == nil && (t == OIDInt2Vector || t == OIDOIDVector) {
			err = checkVector(t, a)
		}
		return a, err
	}
	if e := RangeSubtype(t); e != 0 && IsRange(t) {
		return parseRangeBinary(e, typmod, b, depth)
	} else if e != 0 {
		return parseMultirangeBinary(e, typmod, b, depth)
	}
	return nil, sqlerr.New(sqlerr.UndefinedFunction, "no binary input function available for type %s", FormatTypeBare(t))
}

func parseTimeBinary(t OID, b []byte) (any, error) {
	want := 16
	if t == OIDTimetz {
		want = 12
	}
	if len(b) < want {
		return nil, errShort()
	}
	if len(b) > want {
		return nil, errTrailing()
	}
	micros := int64(binary.BigEndian.Uint64(b))
	second := int32(binary.BigEndian.Uint32(b[8:]))
	if t == OIDInterval {
		return Interval{Micros: micros, Days: second, Months: int32(binary.BigEndian.Uint32(b[12:]))}, nil
	}
	if micros < 0 || micros > microsPerDay {
		return nil, sqlerr.New(sqlerr.DatetimeFieldOverflow, "time out of range")
	}
	if second <= -maxZoneSeconds || second >= maxZoneSeconds {
		return nil, sqlerr.New("22009", "time zone displacement out of range")
	}
	return TimeTZ{Micros: micros, West: second}, nil
}

func parseBitsBinary(b []byte) (*Bits, error) {
	if len(b) < 4 {
		return nil, errShort()
	}
	n := int32(binary.BigEndian.Uint32(b))
	if n < 0 || n > math.MaxInt32-7 {
		return nil, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid length in external bit string")
	}
	b = b[4:]
	if want := (int(n) + 7) / 8; len(b) < want {
		return nil, errShort()
	} else if len(b) > want {
		return nil, errTrailing()
	}
	data := append([]byte(nil), b...)
	if rest := n % 8; rest != 0 {
		data[len(data)-1] &= 0xFF << (8 - rest)
	}
	return &Bits{N: n, Data: string(data)}, nil
}

// parseRecordBinary reads a row; the types it names are believed.
func parseRecordBinary(b []byte, depth int) (*Record, error) {
	if len(b) < 4 {
		return nil, errShort()
	}
	n := int(binary.BigEndian.Uint32(b))
	b = b[4:]
	if n > len(b)/8 {
		return nil, errShort()
	}
	r := &Record{Types: make([]OID, n), Vals: make([]Datum, n)}
	for i := range r.Vals {
		if len(b) < 4 {
			return nil, errShort()
		}
		r.Types[i] = OID(binary.BigEndian.Uint32(b))
		var err error
		if r.Vals[i], b, err = parseSized(r.Types[i], -1, b[4:], depth); err != nil {
			return nil, err
		}
	}
	if len(b) != 0 {
		return nil, errTrailing()
	}
	return r, nil
}

// parseSized reads a length word and the value behind it.
func parseSized(t OID, typmod int32, b []byte, depth int) (Datum, []byte, error) {
	if len(b) < 4 {
		return Datum{}, nil, errShort()
	}
	n := int32(binary.BigEndian.Uint32(b))
	b = b[4:]
	if n == -1 {
		return NullDatum, b, nil
	}
	if n < 0 || int(n) > len(b) {
		return Datum{}, nil, errShort()
	}
	d, err := parseBinary(t, typmod, b[:n], depth+1)
	return d, b[n:], err
}

func parseArrayBinary(elem OID, typmod int32, b []byte, depth int) (*Array, error) {
	if len(b) < 12 {
		return nil, errShort()
	}
	ndim := int32(binary.BigEndian.Uint32(b))
	flags := binary.BigEndian.Uint32(b[4:])
	got := OID(binary.BigEndian.Uint32(b[8:]))
	b = b[12:]
	switch {
	case ndim < 0:
		return nil, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid number of dimensions: %d", ndim)
	case ndim > maxDims:
		return nil, tooManyDims(int(ndim))
	case flags > 1:
		return nil, sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid array flags")
	case got != elem:
		return nil, sqlerr.New(sqlerr.DatatypeMismatch, "binary data has array element type %d (%s) instead of expected %d (%s)",
			got, FormatTypeBare(got), elem, FormatTypeBare(elem))
	}
	a := &Array{Elem: elem}
	count := int64(1)
	for range ndim {
		if len(b) < 8 {
			return nil, errShort()
		}
		n, lb := int32(binary.BigEndian.Uint32(b)), int32(binary.BigEndian.Uint32(b[4:]))
		b = b[8:]
		if err := checkDim(n, lb); err != nil {
			return nil, err
		}
		a.Dims, a.Lbound = append(a.Dims, n), append(a.Lbound, lb)
		if count *= int64(n); count > maxArraySize {
			return nil, arrayTooLarge()
		}
	}
	if ndim == 0 || count == 0 {
		return &Array{Elem: elem}, trailing(b)
	}
	if count > int64(len(b)/4) {
		return nil, errShort()
	}
	a.Elems = make([]Datum, count)
	var err error
	for i := range a.Elems {
		if a.Elems[i], b, err = parseSized(elem, typmod, b, depth); err != nil {
			return nil, err
		}
	}
	return a, trailing(b)
}

// checkVector holds int2vector and oidvector to their one shape.
func checkVector(t OID, a *Array) error {
	if len(a.Elems) == 0 {
		a.Dims, a.Lbound = []int32{0}, []int32{0}
	}
	bad := len(a.Dims) != 1 || a.Lbound[0] != 0
	for i := range a.Elems {
		bad = bad || a.Elems[i].Null
	}
	if bad {
		return sqlerr.New(sqlerr.InvalidBinaryRepresentation, "invalid %s data", FormatTypeBare(t))
	}
	return nil
}

func trailing(b []byte) error {
	if len(b) != 0 {
		return errTrailing()
	}
	return nil
}
