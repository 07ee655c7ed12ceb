package codec

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"

	"github.com/stemedb/stemedb/sql/batch"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/types"
)

var (
	// ErrStays says that a part of a plan may not travel.
	ErrStays = errors.New("this part of the plan stays where it is")
	// ErrVersion says that another version of the program made the bytes.
	ErrVersion = errors.New("the plan is of another version")
	// ErrMalformed says that nothing of the kind made the bytes.
	ErrMalformed = errors.New("malformed plan")
)

// maxDepth bounds how deep a plan is nested.
const maxDepth = 10_000

// Replace gives what travels in the place of an expression, mostly itself. An error
// ends the encoding.
type Replace func(plan.Expr) (plan.Expr, error)

// encoder builds the bytes.
type encoder struct {
	b       []byte
	replace Replace
	depth   int
}

// Encode returns the bytes of a plan. replace is asked for each expression before
// its parts; nil: all stay as they are. Errors wrap ErrStays, or are replace's.
func Encode(n plan.Node, replace Replace) ([]byte, error) {
	e := &encoder{b: append([]byte{Version}, Layout[:]...), replace: replace}
	if err := e.value(reflect.ValueOf(&n).Elem()); err != nil {
		return nil, err
	}
	return e.b, nil
}

// Travels reports, by Encode's errors, whether expressions may travel.
func Travels(xs []plan.Expr, replace Replace) error {
	e := &encoder{replace: replace}
	return e.value(reflect.ValueOf(&xs).Elem())
}

func (e *encoder) value(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			e.b = append(e.b, 1)
		} else {
			e.b = append(e.b, 0)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.b = binary.AppendVarint(e.b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.b = binary.AppendUvarint(e.b, v.Uint())
	case reflect.String:
		e.b = binary.AppendUvarint(e.b, uint64(v.Len())+1)
		e.b = append(e.b, v.String()...)
	case reflect.Slice:
		if v.IsNil() {
			e.b = append(e.b, 0)
			return nil
		}
		e.b = binary.AppendUvarint(e.b, uint64(v.Len())+1)
		for i := range v.Len() {
			if err := e.value(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		return e.fields(v)
	case reflect.Interface:
		return e.tagged(v)
	default:
		return fmt.Errorf("%w: a %s", ErrStays, v.Type())
	}
	return nil
}

func (e *encoder) fields(v reflect.Value) error {
	t := v.Type()
	switch t {
	case constType:
		return e.constant(v.Addr().Interface().(*plan.Const))
	case datumType: // BoolTest's
		return e.datum(types.OIDBool, v.Interface().(types.Datum))
	}
	for i := range t.NumField() {
		if stays(t, t.Field(i).Name) {
			continue
		}
		if err := e.value(v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

// tagged encodes a node or an expression.
func (e *encoder) tagged(v reflect.Value) error {
	if v.IsNil() {
		e.b = append(e.b, 0)
		return nil
	}
	x := v.Interface()
	if v.Type() == exprType && e.replace != nil {
		y, err := e.replace(x.(plan.Expr))
		if err != nil {
			return err
		}
		x = y
	}
	if s, ok := x.(*plan.Scan); ok && s.Temp {
		return fmt.Errorf("%w: temporary table %s", ErrStays, s.Name)
	}
	if j, ok := x.(*plan.Join); ok && !j.ByShard {
		return fmt.Errorf("%w: a join of rows of several shards", ErrStays)
	}
	if c, ok := x.(*plan.Call); ok && c.Made != nil {
		return fmt.Errorf("%w: function %s", ErrStays, c.Made.Name)
	}
	p := reflect.ValueOf(x)
	tag, ok := tagOf[p.Type().Elem()]
	if !ok {
		return fmt.Errorf("%w: %T", ErrStays, x)
	}
	if e.depth++; e.depth > maxDepth {
		return fmt.Errorf("%w: it is nested too deeply", ErrStays)
	}
	defer func() { e.depth-- }()
	e.b = append(e.b, tag)
	return e.fields(p.Elem())
}

func (e *encoder) constant(c *plan.Const) error {
	e.b = binary.AppendUvarint(e.b, uint64(c.OID))
	e.b = binary.AppendVarint(e.b, int64(c.Typmod))
	return e.datum(c.OID, c.Value)
}

func (e *encoder) datum(t types.OID, d types.Datum) error {
	b, err := batch.AppendDatum(e.b, t, d)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrStays, err)
	}
	e.b = b
	return nil
}
