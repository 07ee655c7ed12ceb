package functions

import (
	"github.com/stemedb/stemedb/sql/types"
)

// jsonGetFuncs read JSON values.
func jsonGetFuncs() []Func {
	return []Func{
		{
			OID: 3947, Name: "json_object_field", Args: oids{tJSON, tText}, ArgNames: names{"from_json", "field_name"}, Ret: tJSON, Kind: Scalar,
			Row: rowJSONField(false),
		},
		{
			OID: 3478, Name: "jsonb_object_field", Args: oids{tJSONB, tText}, ArgNames: names{"from_json", "field_name"}, Ret: tJSONB, Kind: Scalar,
			Row: rowJSONField(false),
		},
		{
			OID: 3948, Name: "json_object_field_text", Args: oids{tJSON, tText}, ArgNames: names{"from_json", "field_name"}, Ret: tText, Kind: Scalar,
			Row: rowJSONField(true),
		},
		{
			OID: 3214, Name: "jsonb_object_field_text", Args: oids{tJSONB, tText}, ArgNames: names{"from_json", "field_name"}, Ret: tText, Kind: Scalar,
			Row: rowJSONField(true),
		},
		{
			OID: 3949, Name: "json_array_element", Args: oids{tJSON, tInt4}, ArgNames: names{"from_json", "element_index"}, Ret: tJSON, Kind: Scalar,
			Row: rowJSONElement(false, false),
		},
		{
			OID: 3215, Name: "jsonb_array_element", Args: oids{tJSONB, tInt4}, ArgNames: names{"from_json", "element_index"}, Ret: tJSONB, Kind: Scalar,
			Row: rowJSONElement(false, true),
		},
		{
			OID: 3950, Name: "json_array_element_text", Args: oids{tJSON, tInt4}, ArgNames: names{"from_json", "element_index"}, Ret: tText, Kind: Scalar,
			Row: rowJSONElement(true, false),
		},
		{
			OID: 3216, Name: "jsonb_array_element_text", Args: oids{tJSONB, tInt4}, ArgNames: names{"from_json", "element_index"}, Ret: tText, Kind: Scalar,
			Row: rowJSONElement(true, true),
		},
		{
			OID: 3951, Name: "json_extract_path", Args: oids{tJSON, tTextArray}, ArgNames: names{"from_json", "path_elems"}, Variadic: true, Ret: tJSON, Kind: Scalar, Doc: "get value from json with path elements",
			Row: rowJSONPath(false),
		},
		{
			OID: 3217, Name: "jsonb_extract_path", Args: oids{tJSONB, tTextArray}, ArgNames: names{"from_json", "path_elems"}, Variadic: true, Ret: tJSONB, Kind: Scalar, Doc: "get value from jsonb with path elements",
			Row: rowJSONPath(false),
		},
		{
			OID: 3953, Name: "json_extract_path_text", Args: oids{tJSON, tTextArray}, ArgNames: names{"from_json", "path_elems"}, Variadic: true, Ret: tText, Kind: Scalar, Doc: "get value from json as text with path elements",
			Row: rowJSONPath(true),
		},
		{
			OID: 3940, Name: "jsonb_extract_path_text", Args: oids{tJSONB, tTextArray}, ArgNames: names{"from_json", "path_elems"}, Variadic: true, Ret: tText, Kind: Scalar, Doc: "get value from jsonb as text with path elements",
			Row: rowJSONPath(true),
		},
		{
			OID: 3956, Name: "json_array_length", Args: oids{tJSON}, Ret: tInt4, Kind: Scalar, Doc: "length of json array",
			Row: rowJSONArrayLength,
		},
		{
			OID: 3207, Name: "jsonb_array_length", Args: oids{tJSONB}, Ret: tInt4, Kind: Scalar, Doc: "length of jsonb array",
			Row: rowJSONArrayLength,
		},
		{
			OID: 3968, Name: "json_typeof", Args: oids{tJSON}, Ret: tText, Kind: Scalar, Doc: "get the type of a json value",
			Row: rowJSONTypeof,
		},
		{
			OID: 3210, Name: "jsonb_typeof", Args: oids{tJSONB}, Ret: tText, Kind: Scalar, Doc: "get the type of a jsonb value",
			Row: rowJSONTypeof,
		},
		{
			OID: 3955, Name: "json_array_elements", Args: oids{tJSON}, ArgNames: names{"from_json"}, OutNames: names{"value"}, OutTypes: oids{tJSON}, Ret: tJSON, RetSet: true, Kind: Scalar, Doc: "key value pairs of a json object",
			Set: setJSONElements("json_array_elements", false),
		},
		{
			OID: 3969, Name: "json_array_elements_text", Args: oids{tJSON}, ArgNames: names{"from_json"}, OutNames: names{"value"}, OutTypes: oids{tText}, Ret: tText, RetSet: true, Kind: Scalar, Doc: "elements of json array",
			Set: setJSONElements("json_array_elements_text", true),
		},
		{
			OID: 3219, Name: "jsonb_array_elements", Args: oids{tJSONB}, ArgNames: names{"from_json"}, OutNames: names{"value"}, OutTypes: oids{tJSONB}, Ret: tJSONB, RetSet: true, Kind: Scalar, Doc: "elements of a jsonb array",
			Set: setJSONElements("jsonb_array_elements", false),
		},
		{
			OID: 3465, Name: "jsonb_array_elements_text", Args: oids{tJSONB}, ArgNames: names{"from_json"}, OutNames: names{"value"}, OutTypes: oids{tText}, Ret: tText, RetSet: true, Kind: Scalar, Doc: "elements of jsonb array",
			Set: setJSONElements("jsonb_array_elements_text", true),
		},
		{
			OID: 3958, Name: "json_each", Args: oids{tJSON}, ArgNames: names{"from_json"}, OutNames: names{"key", "value"}, OutTypes: oids{tText, tJSON}, Ret: tRecord, RetSet: true, Kind: Scalar, Doc: "key value pairs of a json object",
			Set: setJSONEach("json_each", false),
		},
		{
			OID: 3959, Name: "json_each_text", Args: oids{tJSON}, ArgNames: names{"from_json"}, OutNames: names{"key", "value"}, OutTypes: oids{tText, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Doc: "key value pairs of a json object",
			Set: setJSONEach("json_each_text", true),
		},
		{
			OID: 3208, Name: "jsonb_each", Args: oids{tJSONB}, ArgNames: names{"from_json"}, OutNames: names{"key", "value"}, OutTypes: oids{tText, tJSONB}, Ret: tRecord, RetSet: true, Kind: Scalar, Doc: "key value pairs of a jsonb object",
			Set: setJSONEach("jsonb_each", false),
		},
		{
			OID: 3932, Name: "jsonb_each_text", Args: oids{tJSONB}, ArgNames: names{"from_json"}, OutNames: names{"key", "value"}, OutTypes: oids{tText, tText}, Ret: tRecord, RetSet: true, Kind: Scalar, Doc: "key value pairs of a jsonb object",
			Set: setJSONEach("jsonb_each_text", true),
		},
		{
			OID: 3957, Name: "json_object_keys", Args: oids{tJSON}, Ret: tText, RetSet: true, Kind: Scalar, Doc: "get json object keys",
			Set: setJSONKeys("json_object_keys"),
		},
		{
			OID: 3931, Name: "jsonb_object_keys", Args: oids{tJSONB}, Ret: tText, RetSet: true, Kind: Scalar, Doc: "get jsonb object keys",
			Set: setJSONKeys("jsonb_object_keys"),
		},
		{
			OID: 4046, Name: "jsonb_contains", Args: oids{tJSONB, tJSONB}, Ret: tBool, Kind: Scalar,
			Row: func(_ *Ctx, a []datum) (datum, error) { return types.Bool(jsonContains(a[0].S, a[1].S, true)), nil },
		},
		{
			OID: 4050, Name: "jsonb_contained", Args: oids{tJSONB, tJSONB}, Ret: tBool, Kind: Scalar,
			Row: func(_ *Ctx, a []datum) (datum, error) { return types.Bool(jsonContains(a[1].S, a[0].S, true)), nil },
		},
		{
			OID: 4047, Name: "jsonb_exists", Args: oids{tJSONB, tText}, Ret: tBool, Kind: Scalar,
			Row: func(_ *Ctx, a []datum) (datum, error) {
				l := openJSON(a[0].S)
				return types.Bool(jsonExists(&l, a[1].S)), nil
			},
		},
		{OID: 4048, Name: "jsonb_exists_any", Args: oids{tJSONB, tTextArray}, Ret: tBool, Kind: Scalar, Row: rowJSONExists(false)},
		{OID: 4049, Name: "jsonb_exists_all", Args: oids{tJSONB, tTextArray}, Ret: tBool, Kind: Scalar, Row: rowJSONExists(true)},
		{
			OID: 3556, Name: "bool", Args: oids{tJSONB}, Ret: tBool, Kind: Scalar, Src: "jsonb_bool", Doc: "convert jsonb to boolean",
			Row: rowJSONCast(tBool),
		},
		{
			OID: 3450, Name: "int2", Args: oids{tJSONB}, Ret: tInt2, Kind: Scalar, Src: "jsonb_int2", Doc: "convert jsonb to int2",
			Row: rowJSONCast(tInt2),
		},
		{
			OID: 3451, Name: "int4", Args: oids{tJSONB}, Ret: tInt4, Kind: Scalar, Src: "jsonb_int4", Doc: "convert jsonb to int4",
			Row: rowJSONCast(tInt4),
		},
		{
			OID: 3452, Name: "int8", Args: oids{tJSONB}, Ret: tInt8, Kind: Scalar, Src: "jsonb_int8", Doc: "convert jsonb to int8",
			Row: rowJSONCast(tInt8),
		},
		{
			OID: 3453, Name: "float4", Args: oids{tJSONB}, Ret: tFloat4, Kind: Scalar, Src: "jsonb_float4", Doc: "convert jsonb to float4",
			Row: rowJSONCast(tFloat4),
		},
		{
			OID: 2580, Name: "float8", Args: oids{tJSONB}, Ret: tFloat8, Kind: Scalar, Src: "jsonb_float8", Doc: "convert jsonb to float8",
			Row: rowJSONCast(tFloat8),
		},
		{
			OID: 3449, Name: "numeric", Args: oids{tJSONB}, Ret: tNumeric, Kind: Scalar, Src: "jsonb_numeric", Doc: "convert jsonb to numeric",
			Row: rowJSONCast(tNumeric),
		},
	}
}

func jsonOperators() []Operator {
	return []Operator{
		{3962, "->", tJSON, tText, tJSON, 3947, 0, 0},
		{3963, "->>", tJSON, tText, tText, 3948, 0, 0},
		{3964, "->", tJSON, tInt4, tJSON, 3949, 0, 0},
		{3965, "->>", tJSON, tInt4, tText, 3950, 0, 0},
		{3966, "#>", tJSON, tTextArray, tJSON, 3951, 0, 0},
		{3967, "#>>", tJSON, tTextArray, tText, 3953, 0, 0},
		{3211, "->", tJSONB, tText, tJSONB, 3478, 0, 0},
		{3477, "->>", tJSONB, tText, tText, 3214, 0, 0},
		{3212, "->", tJSONB, tInt4, tJSONB, 3215, 0, 0},
		{3481, "->>", tJSONB, tInt4, tText, 3216, 0, 0},
		{3213, "#>", tJSONB, tTextArray, tJSONB, 3217, 0, 0},
		{3206, "#>>", tJSONB, tTextArray, tText, 3940, 0, 0},
		{3246, "@>", tJSONB, tJSONB, tBool, 4046, 3250, 0},
		{3247, "?", tJSONB, tText, tBool, 4047, 0, 0},
		{3248, "?|", tJSONB, tTextArray, tBool, 4048, 0, 0},
		{3249, "?&", tJSONB, tTextArray, tBool, 4049, 0, 0},
		{3250, "<@", tJSONB, tJSONB, tBool, 4050, 3246, 0},
		{3284, "||", tJSONB, tJSONB, tJSONB, 3301, 0, 0},
		{3285, "-", tJSONB, tText, tJSONB, 3302, 0, 0},
		{3398, "-", tJSONB, tTextArray, tJSONB, 3343, 0, 0},
		{3286, "-", tJSONB, tInt4, tJSONB, 3303, 0, 0},
		{3287, "#-", tJSONB, tTextArray, tJSONB, 3304, 0, 0},
	}
}
