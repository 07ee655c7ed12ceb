package claimfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// FieldError says why a column's JSON value cannot be its text.
type FieldError struct {
	Column  string
	Message string
	Hint    string // may be empty
}

func (e *FieldError) Error() string { return e.Message }

// FieldText turns a column's JSON value into the text that SQL takes for it:
// strings lose their quotes, numbers and booleans stay as written, value and
// metadata may be objects and lists, derived_from is a list of ids. The JSON
// must be valid, and not null. Errors are of type *FieldError.
func FieldText(column string, value json.RawMessage) (string, error) {
	value = bytes.TrimSpace(value)
	switch {
	case column == "metadata":
		return compact(value), nil
	case column == "derived_from" && value[0] != '"':
		var ids []string
		if err := json.Unmarshal(value, &ids); err != nil {
			return "", &FieldError{column, "derived_from is not a list of ids", "Send a JSON array of strings."}
		}
		return arrayText(ids), nil
	case value[0] == '"':
		var s string
		if err := json.Unmarshal(value, &s); err != nil {
			return "", &FieldError{column, fmt.Sprintf("%s is not a JSON string: %v", column, err), ""}
		}
		return s, nil
	case value[0] == '{' || value[0] == '[':
		if column != "value" {
			return "", &FieldError{column, column + " is a JSON object or list, and should be a string", ""}
		}
		return compact(value), nil
	}
	return string(value), nil
}

// compact returns JSON without blanks, so that the same value has the same
// text whoever sends it.
func compact(raw json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return b.String()
}

// arrayText writes a text[] as PostgreSQL reads it.
func arrayText(elems []string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, e := range elems {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('"')
		for k := range len(e) {
			if e[k] == '"' || e[k] == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(e[k])
		}
		b.WriteByte('"')
	}
	b.WriteByte('}')
	return b.String()
}
