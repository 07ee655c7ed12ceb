package types

import (
	"bytes"
	"encoding/binary"
)

// RecodeBinary appends the binary form src of a value of type t to dst, with the
// texts in it as translate appends them: clients have texts in their own encoding in
// binary forms, too. A src that is no binary form of t is appended as it is from
// where that shows, for ParseBinary to name the fault. The errors are translate's.
func RecodeBinary(dst []byte, t OID, src []byte, translate func(dst, src []byte) ([]byte, error)) ([]byte, error) {
	r := recoder{dst: dst, src: src, translate: translate}
	r.value(t)
	if r.err != nil {
		return r.dst, r.err
	}
	return append(r.dst, r.src...), nil
}

// recoder appends what it takes off the front of src.
type recoder struct {
	dst, src  []byte
	translate func(dst, src []byte) ([]byte, error)
	broken    bool // src is not what it should be
	err       error
}

// copy takes n bytes as they are, and gives them; nil: there are not so many.
func (r *recoder) copy(n int) []byte {
	if r.broken || r.err != nil || n < 0 || n > len(r.src) {
		r.broken = true
		return nil
	}
	b := r.src[:n]
	r.dst, r.src = append(r.dst, b...), r.src[n:]
	return b
}

// number takes an unsigned number of n bytes, 4 or less.
func (r *recoder) number(n int) (v int) {
	for _, b := range r.copy(n) {
		v = v<<8 | int(b)
	}
	return v
}

// text translates n bytes.
func (r *recoder) text(n int) {
	if r.broken || r.err != nil || n > len(r.src) {
		r.broken = true
		return
	}
	if r.dst, r.err = r.translate(r.dst, r.src[:n]); r.err == nil {
		r.src = r.src[n:]
	}
}

// cstring translates a text that ends with a zero byte.
func (r *recoder) cstring() {
	r.text(max(bytes.IndexByte(r.src, 0), 0))
	r.copy(1)
}

// value takes all of src for a value of type t.
func (r *recoder) value(t OID) {
	switch {
	case t == OIDJSONB, t == OIDJSONPath:
		r.copy(1) // the version
		r.text(len(r.src))
	case t == OIDTSVector:
		r.vector()
	case t == OIDTSQuery:
		r.query()
	case t == OIDRecord:
		for range r.number(4) {
			field := OID(r.number(4))
			if r.item(field); r.broken || r.err != nil {
				return
			}
		}
	case t == OIDText, t == OIDVarchar, t == OIDBpchar, t == OIDName, t == OIDUnknown, t == OIDCString, t == OIDJSON, t == OIDXML:
		r.text(len(r.src))
	case IsArray(t):
		r.array()
	}
}

// array takes an array: the number of dimensions, flags, the element's type, the
// dimensions' lengths and bounds, the elements.
func (r *recoder) array() {
	dims := r.number(4)
	r.copy(4)
	elem, n := OID(r.number(4)), 1
	if dims == 0 || dims > maxDims {
		return
	}
	for range dims {
		n *= r.number(4)
		r.copy(4)
		if n > len(r.src)/4 { // each element has a length
			return
		}
	}
	for range n {
		if r.item(elem); r.broken || r.err != nil {
			return
		}
	}
}

// item takes a value with its length, which the translated one's replaces.
func (r *recoder) item(t OID) {
	at := len(r.dst)
	n := int(int32(r.number(4)))
	if n == -1 {
		return
	}
	if r.broken || r.err != nil || n < 0 || n > len(r.src) {
		r.broken = true
		return
	}
	out, err := RecodeBinary(r.dst, t, r.src[:n], r.translate)
	if r.err = err; err != nil {
		return
	}
	r.dst, r.src = out, r.src[n:]
	binary.BigEndian.PutUint32(r.dst[at:], uint32(len(r.dst)-at-4))
}

func (r *recoder) vector() {
	for range r.number(4) {
		r.cstring()
		if r.copy(2 * r.number(2)); r.broken || r.err != nil {
			return
		}
	}
}

func (r *recoder) query() {
	for range r.number(4) {
		if r.number(1) == int(tsKindWord) {
			r.copy(2) // weights, prefix
			r.cstring()
		} else if r.number(1) == int(TSPhrase) {
			r.copy(2) // the distance
		}
		if r.broken || r.err != nil {
			return
		}
	}
}
