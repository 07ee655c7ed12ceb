package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// pseudoIO declares the input and output functions of a pseudo-type. Of most
// there are no values to read or to show; arrays, ranges and enums of any type
// are shown as those of the type that they are of.
func pseudoIO(t *types.Type, add func(types.Fn, Func)) {
	in := oids{tCString}
	var inVolatility, outVolatility byte
	if strings.HasSuffix(t.Name, "range") || t.OID == tRecord {
		in, inVolatility = oids{tCString, tOID, tInt4}, 's'
	}
	accept, display := refuseValue("accept", t.Name), refuseValue("display", t.Name)
	output := Func{Args: oids{t.OID}, Ret: tCString, Row: display, Doc: "I/O"}
	send := Func{Args: oids{t.OID}, Ret: tBytea, Row: display, Doc: "I/O"}
	switch t.OID {
	case types.OIDVoid:
		accept = voidValue
		output.Row, send.Row = voidValue, voidValue
	case tRecord:
		accept = recordIn
	case types.OIDAnyArray, types.OIDAnyRange, types.OIDAnyMultirange, types.OIDAnyEnum,
		types.OIDAnyCompatibleArray, types.OIDAnyCompatibleRange, types.OIDAnyCompatibleMultirange:
		outVolatility = 's' // as that of some of the types
		output.Row, output.Bind = nil, ioOut
		send.Row, send.Bind = nil, ioSend
	}
	add(t.Input, Func{Args: in, Ret: t.OID, Row: accept, Doc: "I/O", NotStrict: RefusesNull(t), Volatility: inVolatility})
	output.Volatility, send.Volatility = outVolatility, outVolatility
	add(t.Output, output)
	add(t.Send, send)
}

// RefusesNull reports whether a type's input function refuses NULL too: that of
// pseudo-types whose values only functions of the server give.
func RefusesNull(t *types.Type) bool {
	return strings.HasSuffix(t.Name, "trigger") || strings.HasSuffix(t.Name, "_handler") || t.OID == types.OIDInternal
}

func refuseValue(what, name string) RowFunc {
	return func(*Ctx, []datum) (datum, error) {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "cannot %s a value of type %s", what, name)
	}
}

// voidValue is the value of type void, and its text.
func voidValue(*Ctx, []datum) (datum, error) { return types.Text(""), nil }

// recordIn reads a row of a type that has a name.
func recordIn(c *Ctx, a []datum) (datum, error) {
	if oidArg(a[1]) == tRecord {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "input of anonymous composite types is not implemented")
	}
	return types.ParseText(oidArg(a[1]), int32(a[2].I), a[0].S, &c.Format)
}
