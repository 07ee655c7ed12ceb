package types

import "github.com/stemedb/stemedb/sql/jsonpath"

// ParseJSONPath reads a path. f may be nil; then patterns of like_regex are
// not checked.
func ParseJSONPath(s string, f *Format) (*jsonpath.Path, error) {
	o := jsonpath.Options{Number: canonicalNumber}
	if f != nil {
		o.Regex = f.Regex
	}
	return jsonpath.Parse(s, o)
}

func canonicalNumber(text string) (string, error) {
	d, err := ParseNumeric(text)
	if err != nil {
		return "", err
	}
	return string(AppendNumeric(nil, d)), nil
}

// canonicalPath returns jsonpath's canonical text, in which values lie.
func canonicalPath(s string, f *Format) (string, error) {
	if err := checkText(s); err != nil {
		return "", err
	}
	p, err := ParseJSONPath(s, f)
	if err != nil {
		return "", err
	}
	return p.String(), nil
}
