package codec

import (
	"fmt"
	"reflect"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

// decoder takes the bytes apart; what is wrong with them ends up in r.
type decoder struct {
	r     *batch.Reader
	depth int
}

// Decode returns the plan that Encode put into b, which is not to change any more.
// Errors: ErrVersion, ErrMalformed.
func Decode(b []byte) (plan.Node, error) {
	if len(b) < 1+len(Layout) || b[0] != Version || [8]byte(b[1:9]) != Layout {
		return nil, ErrVersion
	}
	var n plan.Node
	d := decoder{r: batch.NewReader(b[1+len(Layout):])}
	d.value(reflect.ValueOf(&n).Elem())
	if d.r.Bad() || d.r.Len() > 0 || n == nil {
		return nil, ErrMalformed
	}
	return n, nil
}

func (d *decoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(d.byte() == 1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		x := d.r.Varint()
		if v.OverflowInt(x) {
			d.r.Fail()
			return
		}
		v.SetInt(x)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		x := d.r.Uvarint()
		if v.OverflowUint(x) {
			d.r.Fail()
			return
		}
		v.SetUint(x)
	case reflect.String:
		n, ok := d.length()
		if !ok {
			d.r.Fail()
		}
		v.SetString(string(d.r.Take(n)))
	case reflect.Slice:
		n, ok := d.length()
		if !ok {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := 0; i < n && !d.r.Bad(); i++ {
			d.value(v.Index(i))
		}
	case reflect.Struct:
		d.fields(v)
	case reflect.Interface:
		d.tagged(v)
	default:
		panic(fmt.Sprintf("codec: a %s among what travels", v.Type()))
	}
}

func (d *decoder) byte() byte {
	b := d.r.Take(1)
	if len(b) == 0 {
		return 0
	}
	return b[0]
}

// length reads a length; ok is false for nil. A list's part takes a byte at least.
func (d *decoder) length() (n int, ok bool) {
	x := d.r.Uvarint()
	if x == 0 {
		return 0, false
	}
	if x-1 > uint64(d.r.Len()) {
		d.r.Fail()
		return 0, true
	}
	return int(x - 1), true
}

func (d *decoder) fields(v reflect.Value) {
	t := v.Type()
	switch t {
	case constType:
		c := v.Addr().Interface().(*plan.Const)
		d.value(v.FieldByName("OID"))
		d.value(v.FieldByName("Typmod"))
		c.Value = d.r.Datum(c.OID)
		return
	case datumType:
		v.Set(reflect.ValueOf(d.r.Datum(types.OIDBool)))
		return
	}
	for i := range t.NumField() {
		if !stays(t, t.Field(i).Name) {
			d.value(v.Field(i))
		}
	}
}

func (d *decoder) tagged(v reflect.Value) {
	tag := int(d.byte())
	if tag == 0 {
		return
	}
	if d.depth++; d.depth > maxDepth || tag >= len(kinds) {
		d.r.Fail()
		return
	}
	defer func() { d.depth-- }()
	p := reflect.New(kinds[tag])
	if !p.Type().Implements(v.Type()) {
		d.r.Fail()
		return
	}
	v.Set(p)
	d.fields(p.Elem())
}
