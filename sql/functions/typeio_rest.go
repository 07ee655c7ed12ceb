package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// restOfTypeIO are the input, output and modifier functions that types name and
// no family declares. Their code is the types' own.
func restOfTypeIO(have map[types.OID]bool) []Func {
	var out []Func
	add := func(fn types.Fn, f Func) {
		if fn.OID == 0 || have[fn.OID] {
			return
		}
		have[fn.OID] = true
		f.OID, f.Name, f.Kind = fn.OID, fn.Name, Scalar
		if f.Volatility == 0 {
			f.Volatility = ioVolatility(fn.Name)
		}
		out = append(out, f)
	}
	for i := range types.All() {
		t := &types.All()[i]
		if t.Kind == 'p' && t.OID != tCString {
			pseudoIO(t, add)
			continue
		}
		if !ownIO(t) {
			continue
		}
		in := oids{tCString}
		if t.TypmodIn.OID != 0 {
			in = oids{tCString, tOID, tInt4}
		}
		add(t.Input, Func{Args: in, Ret: t.OID, Row: ioIn(t.OID), Doc: "I/O"})
		add(t.Output, Func{Args: oids{t.OID}, Ret: tCString, Bind: ioOut, Doc: "I/O"})
		add(t.Send, Func{Args: oids{t.OID}, Ret: tBytea, Bind: ioSend, Doc: "I/O"})
		add(t.TypmodIn, Func{Args: oids{types.OIDCStringArray}, Ret: tInt4, Row: typmodIn(t.OID), Doc: "I/O typmod"})
		add(t.TypmodOut, Func{Args: oids{tInt4}, Ret: tCString, Row: typmodOut(t.OID), Doc: "I/O typmod"})
	}
	return out
}

// ownIO reports whether a type has input and output functions for itself alone.
func ownIO(t *types.Type) bool {
	switch t.Kind {
	case 'r', 'm', 'c':
		return false
	}
	return !types.IsArray(t.OID) || t.Input.Name != "array_in"
}

// ioVolatility: what depends on settings or on the catalogs is stable, and the
// binary output of what is in no one encoding.
func ioVolatility(name string) byte {
	switch name {
	case "aclitemin", "aclitemout", "cash_in", "cash_out", "cstring_send", "pg_dependencies_send", "pg_mcv_list_send", "pg_ndistinct_send",
		"pg_node_tree_send", "brin_bloom_summary_send", "brin_minmax_multi_summary_send", "xml_in", "xml_send":
		return 's'
	}
	if strings.HasPrefix(name, "reg") && !strings.HasSuffix(name, "send") {
		return 's'
	}
	return 'i'
}

func typmodIn(t types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if len(a[0].A.(*types.Array).Dims) != 1 {
			return null, sqlerr.New(sqlerr.ArraySubscriptError, "typmod array must be one-dimensional")
		}
		var args []string
		for _, e := range a[0].A.(*types.Array).Elems {
			if e.Null {
				return null, sqlerr.New(sqlerr.NullValueNotAllowed, "typmod array must not contain nulls")
			}
			args = append(args, e.S)
		}
		n, err := types.TypmodIn(t, args)
		return types.Int(int64(n)), err
	}
}

func typmodOut(t types.OID) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		if a[0].I < 0 {
			switch t {
			case tTime, tTimestamp:
				return types.Text(" without time zone"), nil
			case tTimetz, tTimestamptz:
				return types.Text(" with time zone"), nil
			}
			return types.Text(""), nil
		}
		return types.Text(types.TypmodOut(t, int32(a[0].I))), nil
	}
}
