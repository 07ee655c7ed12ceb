package functions

import "github.com/stemedb/stemedb/sql/types"

// InfoSchema is the schema of the functions that PostgreSQL keeps there for its
// information_schema, and that tools call.
const InfoSchema = "information_schema"

// infoSchemaFuncs are those. PostgreSQL has one _pg_expandarray, of any array; here
// each kind of the catalogs' arrays has its own, since results have fixed types.
func infoSchemaFuncs() []Func {
	var out []Func
	for i, of := range []struct{ array, elem types.OID }{
		{types.OIDInt2Vector, tInt2}, {types.OIDOIDVector, tOID}, {types.OIDInt2Array, tInt2}, {tInt4Array, tInt4}, {types.OIDOIDArray, tOID}, {tTextArray, tText},
	} {
		out = append(out, Func{
			OID: 13208 + types.OID(i)*100, Name: "_pg_expandarray", Schema: InfoSchema, Args: oids{of.array}, OutNames: names{"x", "n"}, OutTypes: oids{of.elem, tInt4},
			Ret: tRecord, RetSet: true, Kind: Scalar, Volatility: 'i', Cost: 100, Doc: "elements of an array with their numbers", Set: setExpandArray,
		})
	}
	return out
}

func setExpandArray(_ *Ctx, a []datum) (SetIter, error) {
	var rows [][]datum
	for i, e := range arr(a[0]).Elems {
		rows = append(rows, []datum{e, types.Int(int64(i + 1))})
	}
	return &rowsIter{rows}, nil
}
