package functions

import (
	"slices"
	"strings"

	"github.com/stemedb/stemedb/sql/types"
)

func rowFuncResult(c *Ctx, a []datum) (datum, error) {
	f, ok := c.catalog().Function(oidArg(a[0]))
	if !ok {
		return null, nil
	}
	if f.Made != nil {
		if s := f.Made.result(c.catalog()); s != "" {
			return types.Text(s), nil
		}
		return null, nil
	}
	s := types.FormatTypeBare(f.Ret)
	if f.RetSet {
		s = "SETOF " + s
	}
	return types.Text(s), nil
}

// rowFuncArgs lists a function's arguments as CREATE FUNCTION would; full adds
// defaults.
func rowFuncArgs(full bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		f, ok := c.catalog().Function(oidArg(a[0]))
		if !ok {
			return null, nil
		}
		if f.Made != nil {
			return types.Text(f.Made.arguments(c.catalog(), full)), nil
		}
		var parts []string
		for i, t := range f.Args {
			p := ""
			if f.Variadic && i == len(f.Args)-1 {
				p = "VARIADIC "
			}
			if i < len(f.ArgNames) && f.ArgNames[i] != "" {
				p += QuoteIdent(f.ArgNames[i]) + " "
			}
			p += types.FormatTypeBare(t)
			if k := i - (len(f.Args) - len(f.Defaults)); full && k >= 0 {
				p += " DEFAULT " + defaultText(c, t, f.Defaults[k])
			}
			parts = append(parts, p)
		}
		parts = f.orderedArgs(parts)
		for i, t := range f.OutTypes {
			parts = append(parts, "OUT "+QuoteIdent(f.OutNames[i])+" "+types.FormatTypeBare(t))
		}
		return types.Text(strings.Join(parts, ", ")), nil
	}
}

// orderedArgs puts ORDER BY between the direct arguments of an ordered-set aggregate
// and the others. One that takes any number of both shows the last for both.
func (f *Func) orderedArgs(parts []string) []string {
	if f.Aggregate == nil || f.Aggregate.Ordered == nil {
		return parts
	}
	direct := f.Aggregate.Direct
	if f.Aggregate.Hypothetical {
		direct = len(parts)
		parts = append(parts, parts[direct-1])
	}
	parts[direct] = "ORDER BY " + parts[direct]
	if direct == 0 {
		return parts
	}
	parts[direct-1] += " " + parts[direct]
	return slices.Delete(parts, direct, direct+1)
}

// defaultText prints a default as an expression.
func defaultText(c *Ctx, t types.OID, d datum) string {
	if d.Null {
		return "NULL::" + types.FormatTypeBare(t)
	}
	s, err := textOf(c, t, d)
	if err != nil {
		return "?"
	}
	switch t {
	case tBool:
		if d.I != 0 {
			return "true"
		}
		return "false"
	case tInt2, tInt4, tInt8:
		return s
	case tFloat8:
		if !strings.ContainsAny(s, ".e") {
			s += ".0"
		}
		return s
	}
	return QuoteLiteral(s) + "::" + types.FormatTypeBare(t)
}
