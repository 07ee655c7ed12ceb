package functions

// jsonMakeFuncs build JSON values.
func jsonMakeFuncs() []Func {
	return []Func{
		{
			OID: 3176, Name: "to_json", Args: oids{tAnyElement}, Ret: tJSON, Kind: Scalar, Volatility: 's', Doc: "map input to json",
			Bind: bindToJSON,
		},
		{
			OID: 3155, Name: "row_to_json", Args: oids{tRecord}, Ret: tJSON, Kind: Scalar, Volatility: 's', Doc: "map row to json",
			Bind: bindToJSON,
		},
		{
			OID: 3156, Name: "row_to_json", Args: oids{tRecord, tBool}, Ret: tJSON, Kind: Scalar, Volatility: 's', Src: "row_to_json_pretty", Doc: "map row to json with optional pretty printing",
			Bind: bindToJSON,
		},
		{
			OID: 3153, Name: "array_to_json", Args: oids{tAnyArray}, Ret: tJSON, Kind: Scalar, Volatility: 's', Doc: "map array to json",
			Bind: bindToJSON,
		},
		{
			OID: 3154, Name: "array_to_json", Args: oids{tAnyArray, tBool}, Ret: tJSON, Kind: Scalar, Volatility: 's', Src: "array_to_json_pretty", Doc: "map array to json with optional pretty printing",
			Bind: bindToJSON,
		},
		{
			OID: 3787, Name: "to_jsonb", Args: oids{tAnyElement}, Ret: tJSONB, Kind: Scalar, Volatility: 's', Doc: "map input to jsonb",
			Bind: bindToJSONB,
		},
		{
			OID: 3198, Name: "json_build_array", Args: oids{tAny}, Variadic: true, Ret: tJSON, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "build a json array from any inputs",
			Bind: bindJSONArray,
		},
		{
			OID: 3199, Name: "json_build_array", Ret: tJSON, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "json_build_array_noargs", Doc: "build an empty json array",
			Bind: bindJSONArray,
		},
		{
			OID: 3271, Name: "jsonb_build_array", Args: oids{tAny}, Variadic: true, Ret: tJSONB, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "build a jsonb array from any inputs",
			Bind: bindJSONBArray,
		},
		{
			OID: 3272, Name: "jsonb_build_array", Ret: tJSONB, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "jsonb_build_array_noargs", Doc: "build an empty jsonb array",
			Bind: bindJSONBArray,
		},
		{
			OID: 3200, Name: "json_build_object", Args: oids{tAny}, Variadic: true, Ret: tJSON, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "build a json object from pairwise key/value inputs",
			Bind: bindJSONObject,
		},
		{
			OID: 3201, Name: "json_build_object", Ret: tJSON, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "json_build_object_noargs", Doc: "build an empty json object",
			Bind: bindJSONObject,
		},
		{
			OID: 3273, Name: "jsonb_build_object", Args: oids{tAny}, Variadic: true, Ret: tJSONB, Kind: Scalar, NotStrict: true, Volatility: 's', Doc: "build a jsonb object from pairwise key/value inputs",
			Bind: bindJSONBObject,
		},
		{
			OID: 3274, Name: "jsonb_build_object", Ret: tJSONB, Kind: Scalar, NotStrict: true, Volatility: 's', Src: "jsonb_build_object_noargs", Doc: "build an empty jsonb object",
			Bind: bindJSONBObject,
		},
		{
			OID: 3202, Name: "json_object", Args: oids{tTextArray}, Ret: tJSON, Kind: Scalar, Doc: "map text array of key value pairs to json object",
			Row: rowJSONObject(false),
		},
		{
			OID: 3203, Name: "json_object", Args: oids{tTextArray, tTextArray}, Ret: tJSON, Kind: Scalar, Src: "json_object_two_arg", Doc: "map text arrays of keys and values to json object",
			Row: rowJSONObject(false),
		},
		{
			OID: 3263, Name: "jsonb_object", Args: oids{tTextArray}, Ret: tJSONB, Kind: Scalar, Doc: "map text array of key value pairs to jsonb object",
			Row: rowJSONObject(true),
		},
		{
			OID: 3264, Name: "jsonb_object", Args: oids{tTextArray, tTextArray}, Ret: tJSONB, Kind: Scalar, Src: "jsonb_object_two_arg", Doc: "map text array of key value pairs to jsonb object",
			Row: rowJSONObject(true),
		},
	}
}
