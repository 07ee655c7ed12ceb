package functions

import "github.com/stemedb/stemedb/sql/types"

func rowObjectAddress(c *Ctx, a []datum) (datum, error) {
	r := &addressReader{c: c, kind: a[0].S}
	if err := r.read(a[1], a[2]); err != nil {
		return null, err
	}
	at, err := r.find()
	if err != nil {
		return null, err
	}
	return recordOf(names{"classid", "objid", "objsubid"}, oids{tOID, tOID, tInt4}, types.Int(int64(at.class)), types.Int(int64(at.oid)), types.Int(int64(at.sub))), nil
}

func (c *Ctx) identifyArgs(a []datum) (object, error) {
	return c.identify(oidArg(a[0]), oidArg(a[1]), int32(a[2].I))
}

func rowIdentifyObject(c *Ctx, a []datum) (datum, error) {
	o, err := c.identifyArgs(a)
	if err != nil {
		return null, err
	}
	orNull := func(s string) datum { d, _ := maybe(s, s != ""); return d }
	return recordOf(names{"type", "schema", "name", "identity"}, oids{tText, tText, tText, tText}, types.Text(o.kind), orNull(o.schema), orNull(o.name), orNull(o.identity)), nil
}

func rowIdentifyAsAddress(c *Ctx, a []datum) (datum, error) {
	o, err := c.identifyArgs(a)
	if err != nil {
		return null, err
	}
	objects, args := null, null
	if o.identity != "" {
		objects, args = types.Any(newArray(tText, textDatums(o.names))), types.Any(newArray(tText, textDatums(o.args)))
	}
	return recordOf(names{"type", "object_names", "object_args"}, oids{tText, tTextArray, tTextArray}, types.Text(o.kind), objects, args), nil
}

func rowDescribeObject(c *Ctx, a []datum) (datum, error) {
	if a[0].I == 0 && a[1].I == 0 {
		return null, nil
	}
	o, err := c.identifyArgs(a)
	if err != nil {
		return null, err
	}
	return maybe(o.describe, o.identity != "")
}

// DescribeObject names an object as pg_describe_object does.
func DescribeObject(c *Ctx, class, oid types.OID, sub int32) (string, error) {
	d, err := rowDescribeObject(c, []datum{types.Int(int64(class)), types.Int(int64(oid)), types.Int(int64(sub))})
	return d.S, err
}

// objectFuncs name objects of all kinds.
func objectFuncs() []Func {
	return []Func{
		{
			OID: 3954, Name: "pg_get_object_address", Args: oids{tText, tTextArray, tTextArray}, ArgNames: names{"type", "object_names", "object_args"}, OutNames: names{"classid", "objid", "objsubid"}, OutTypes: oids{tOID, tOID, tInt4}, Ret: tRecord, Kind: Scalar, Volatility: 's', Doc: "get OID-based object address from name/args arrays",
			Row: rowObjectAddress,
		},
		{
			OID: 3839, Name: "pg_identify_object", Args: oids{tOID, tOID, tInt4}, ArgNames: names{"classid", "objid", "objsubid"}, OutNames: names{"type", "schema", "name", "identity"}, OutTypes: oids{tText, tText, tText, tText}, Ret: tRecord, Kind: Scalar, Volatility: 's', Doc: "get machine-parseable identification of SQL object",
			Row: rowIdentifyObject,
		},
		{
			OID: 3382, Name: "pg_identify_object_as_address", Args: oids{tOID, tOID, tInt4}, ArgNames: names{"classid", "objid", "objsubid"}, OutNames: names{"type", "object_names", "object_args"}, OutTypes: oids{tText, tTextArray, tTextArray}, Ret: tRecord, Kind: Scalar, Volatility: 's', Doc: "get identification of SQL object for pg_get_object_address()",
			Row: rowIdentifyAsAddress,
		},
		{
			OID: 3537, Name: "pg_describe_object", Args: oids{tOID, tOID, tInt4}, Ret: tText, Kind: Scalar, Volatility: 's', Doc: "get identification of SQL object",
			Row: rowDescribeObject,
		},
	}
}

// recordOf makes a row of the columns of a function with several results.
func recordOf(names names, ts oids, vals ...datum) datum {
	return types.Any(&types.Record{Types: ts, Names: names, Vals: vals})
}
