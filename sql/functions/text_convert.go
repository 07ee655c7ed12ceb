package functions

import (
	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func rowEncodingToChar(_ *Ctx, a []datum) (datum, error) {
	return types.Text(charset.ByNumber(a[0].I)), nil
}

func rowCharToEncoding(_ *Ctx, a []datum) (datum, error) {
	return types.Int(int64(charset.Number(a[0].S))), nil
}

// rowConvert is convert: from and to are the encodings' arguments, or the
// server's encoding when they are 0.
func rowConvert(from, to int) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		src, dst := "UTF8", "UTF8"
		if from > 0 {
			if src = charset.Name(a[from].S); src == "" {
				return null, errEncodingName("source", a[from].S)
			}
		}
		if to > 0 {
			if dst = charset.Name(a[to].S); dst == "" {
				return null, errEncodingName("destination", a[to].S)
			}
		}
		s, err := charset.Convert(a[0].S, src, dst)
		return types.Text(s), err
	}
}

func errEncodingName(which, name string) error {
	return sqlerr.New(sqlerr.InvalidParameterValue, "invalid %s encoding name \"%s\"", which, name)
}

func rowEncodedLength(_ *Ctx, a []datum) (datum, error) {
	name := charset.Name(a[1].S)
	if name == "" {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "invalid encoding name \"%s\"", a[1].S)
	}
	n := 0
	err := charset.Each(name, a[0].S, func(string) error { n++; return nil })
	return types.Int(int64(n)), err
}

func rowEncodingMax(_ *Ctx, a []datum) (datum, error) {
	name := charset.ByNumber(a[0].I)
	if name == "" {
		return null, nil
	}
	return types.Int(int64(charset.MaxLen(name))), nil
}
