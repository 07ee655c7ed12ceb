package knowledge

import (
	"encoding/binary"
	"errors"
)

// InferValueType returns the type of a value that names none: number for a
// JSON number within numeric's range, boolean for exactly true or false, else
// text.
func InferValueType(value string) ValueType {
	if value == "" {
		return ValueText
	}
	switch c := value[0]; {
	case c == '-' || c >= '0' && c <= '9':
		if numberInRange(value) {
			return ValueNumber
		}
	case value == "true" || value == "false":
		return ValueBoolean
	}
	return ValueText
}

func numberInRange(text string) bool {
	var buf [64]byte // a longer number allocates; it is rare
	_, err := AppendNumber(buf[:0], text)
	return err == nil
}

// checkValue checks a value against its type and sets Number.
func (n *Normalizer) checkValue(a *Assertion) *FieldError {
	if err := checkText("value", a.Value, 0, MaxValue); err != nil {
		return err
	}
	a.Number = ""
	switch a.ValueType {
	case ValueNumber:
		return n.setNumber(a)
	case ValueBoolean:
		if a.Value != "true" && a.Value != "false" {
			return malformed("value", "%s is not a boolean: it must be true or false", quoteShort(a.Value))
		}
	case ValueReference:
		if err := checkPath("value", a.Value); err != nil {
			err.Hint = "A value of type reference is a concept path."
			return err
		}
	case ValueJSON:
		var err error
		if n.num, err = n.json.AppendKey(n.num[:0], a.Value); err != nil {
			return jsonFieldError("value", err)
		}
	}
	return nil
}

func (n *Normalizer) setNumber(a *Assertion) *FieldError {
	var err error
	n.num, err = AppendNumber(n.num[:0], a.Value)
	switch {
	case errors.Is(err, ErrNumberRange):
		return &FieldError{Field: "value", Kind: Malformed, Err: err,
			Message: "value " + quoteShort(a.Value) + " is out of range for type number",
			Hint:    "A number has at most 131072 digits before and 16383 after the decimal point."}
	case err != nil:
		return &FieldError{Field: "value", Kind: Unparsable, Err: err,
			Message: "value " + quoteShort(a.Value) + " is not a number",
			Hint:    "A value of type number is written as JSON writes numbers."}
	}
	if string(n.num) == a.Value { // one string less to keep
		a.Number = a.Value
	} else {
		a.Number = string(n.num)
	}
	return nil
}

// AppendValueKey appends bytes that are equal for two claims exactly when they
// have the same value (spec §2): type, unit and canonical value.
//
//	type(1)  unit: 00 | 01 uvarint(len) bytes  canonical value
//
// number is the canonical number; where it is empty and the type is number, it
// is computed. A value that its type cannot read counts as its exact text.
func (c *JSONCanon) AppendValueKey(dst []byte, t ValueType, unit Opt[string], value, number string) []byte {
	dst = append(dst, byte(t))
	if unit.Valid {
		dst = binary.AppendUvarint(append(dst, 1), uint64(len(unit.V)))
		dst = append(dst, unit.V...)
	} else {
		dst = append(dst, 0)
	}
	return c.AppendCanonicalValue(dst, t, value, number)
}

// AppendCanonicalValue appends the text by which values of one type and unit
// are compared: the canonical number, the JSON with sorted keys and canonical
// numbers, else the value itself.
func (c *JSONCanon) AppendCanonicalValue(dst []byte, t ValueType, value, number string) []byte {
	start := len(dst)
	switch t {
	case ValueNumber:
		if number != "" {
			return append(dst, number...)
		}
		if out, err := AppendNumber(dst, value); err == nil {
			return out
		}
	case ValueJSON:
		if out, err := c.AppendKey(dst, value); err == nil {
			return out
		}
	}
	return append(dst[:start], value...)
}
