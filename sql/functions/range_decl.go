package functions

import "github.com/stemedb/stemedb/sql/types"

// rangeRelateFuncs compare and relate ranges and multiranges.
func rangeRelateFuncs() []Func {
	return []Func{
		{OID: 3855, Name: "range_eq", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opEq)},
		{OID: 3856, Name: "range_ne", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opNe)},
		{
			OID: 3870, Name: "range_cmp", Args: oids{tAnyRange, tAnyRange}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Bind: func(args []types.OID, _ types.OID) RowFunc { return cmpSign(args[0]) },
		},
		{OID: 3871, Name: "range_lt", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opLt)},
		{OID: 3872, Name: "range_le", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opLe)},
		{OID: 3873, Name: "range_ge", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opGe)},
		{OID: 3874, Name: "range_gt", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opGt)},
		{OID: 4244, Name: "multirange_eq", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opEq)},
		{OID: 4245, Name: "multirange_ne", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opNe)},
		{
			OID: 4273, Name: "multirange_cmp", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tInt4, Kind: Scalar, Doc: "less-equal-greater",
			Bind: func(args []types.OID, _ types.OID) RowFunc { return cmpSign(args[0]) },
		},
		{OID: 4274, Name: "multirange_lt", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opLt)},
		{OID: 4275, Name: "multirange_le", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opLe)},
		{OID: 4276, Name: "multirange_ge", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opGe)},
		{OID: 4277, Name: "multirange_gt", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar, Bind: cmpBind(opGt)},
		{OID: 3857, Name: "range_overlaps", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Row: rowRangeOverlaps},
		{
			OID: 3858, Name: "range_contains_elem", Args: oids{tAnyRange, tAnyElement}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHasValue(false),
		},
		{OID: 3859, Name: "range_contains", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Row: rowRangeHas(false)},
		{
			OID: 3860, Name: "elem_contained_by_range", Args: oids{tAnyElement, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHasValue(true),
		},
		{OID: 3861, Name: "range_contained_by", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Row: rowRangeHas(true)},
		{OID: 3862, Name: "range_adjacent", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Row: rowRangeEnds(rangeAdjacent)},
		{OID: 3863, Name: "range_before", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Row: rowRangeEnds(rangeBefore)},
		{OID: 3864, Name: "range_after", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Row: rowRangeEnds(rangeAfter)},
		{OID: 3865, Name: "range_overleft", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Row: rowRangeEnds(rangeOverleft)},
		{OID: 3866, Name: "range_overright", Args: oids{tAnyRange, tAnyRange}, Ret: tBool, Kind: Scalar, Row: rowRangeEnds(rangeOverright)},
		{
			OID: 4246, Name: "range_overlaps_multirange", Args: oids{tAnyRange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeOverlaps,
		},
		{
			OID: 4247, Name: "multirange_overlaps_range", Args: oids{tAnyMultirange, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeOverlaps,
		},
		{
			OID: 4248, Name: "multirange_overlaps_multirange", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeOverlaps,
		},
		{
			OID: 4249, Name: "multirange_contains_elem", Args: oids{tAnyMultirange, tAnyElement}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHasValue(false),
		},
		{
			OID: 4250, Name: "multirange_contains_range", Args: oids{tAnyMultirange, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHas(false),
		},
		{
			OID: 4251, Name: "multirange_contains_multirange", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHas(false),
		},
		{
			OID: 4252, Name: "elem_contained_by_multirange", Args: oids{tAnyElement, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHasValue(true),
		},
		{
			OID: 4253, Name: "range_contained_by_multirange", Args: oids{tAnyRange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHas(true),
		},
		{
			OID: 4254, Name: "multirange_contained_by_multirange", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHas(true),
		},
		{
			OID: 4255, Name: "range_adjacent_multirange", Args: oids{tAnyRange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeAdjacent),
		},
		{
			OID: 4256, Name: "multirange_adjacent_multirange", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeAdjacent),
		},
		{
			OID: 4257, Name: "multirange_adjacent_range", Args: oids{tAnyMultirange, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeAdjacent),
		},
		{
			OID: 4258, Name: "range_before_multirange", Args: oids{tAnyRange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeBefore),
		},
		{
			OID: 4259, Name: "multirange_before_range", Args: oids{tAnyMultirange, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeBefore),
		},
		{
			OID: 4260, Name: "multirange_before_multirange", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeBefore),
		},
		{
			OID: 4261, Name: "range_after_multirange", Args: oids{tAnyRange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeAfter),
		},
		{
			OID: 4262, Name: "multirange_after_range", Args: oids{tAnyMultirange, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeAfter),
		},
		{
			OID: 4263, Name: "multirange_after_multirange", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeAfter),
		},
		{
			OID: 4264, Name: "range_overleft_multirange", Args: oids{tAnyRange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeOverleft),
		},
		{
			OID: 4265, Name: "multirange_overleft_range", Args: oids{tAnyMultirange, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeOverleft),
		},
		{
			OID: 4266, Name: "multirange_overleft_multirange", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeOverleft),
		},
		{
			OID: 4267, Name: "range_overright_multirange", Args: oids{tAnyRange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeOverright),
		},
		{
			OID: 4268, Name: "multirange_overright_range", Args: oids{tAnyMultirange, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeOverright),
		},
		{
			OID: 4269, Name: "multirange_overright_multirange", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeEnds(rangeOverright),
		},
		{
			OID: 4541, Name: "range_contains_multirange", Args: oids{tAnyRange, tAnyMultirange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHas(false),
		},
		{
			OID: 4542, Name: "multirange_contained_by_range", Args: oids{tAnyMultirange, tAnyRange}, Ret: tBool, Kind: Scalar,
			Row: rowRangeHas(true),
		},
	}
}

// rangeSetFuncs make ranges of ranges.
func rangeSetFuncs() []Func {
	return []Func{
		{
			OID: 1293, Name: "unnest", Args: oids{tAnyMultirange}, Ret: tAnyRange, RetSet: true, Kind: Scalar, Src: "multirange_unnest", Doc: "expand multirange to set of ranges",
			Set: setMultirangeUnnest,
		},
		{OID: 3867, Name: "range_union", Args: oids{tAnyRange, tAnyRange}, Ret: tAnyRange, Kind: Scalar, Row: rowRangeRange(rangeUnion)},
		{
			OID: 3868, Name: "range_intersect", Args: oids{tAnyRange, tAnyRange}, Ret: tAnyRange, Kind: Scalar,
			Row: rowRangeRange(rangeIntersect),
		},
		{OID: 3869, Name: "range_minus", Args: oids{tAnyRange, tAnyRange}, Ret: tAnyRange, Kind: Scalar, Row: rowRangeRange(rangeMinus)},
		{
			OID: 4057, Name: "range_merge", Args: oids{tAnyRange, tAnyRange}, Ret: tAnyRange, Kind: Scalar, Doc: "the smallest range which includes both of the given ranges",
			Row: rowRangeRange(rangeMerge),
		},
		{
			OID: 4228, Name: "range_merge", Args: oids{tAnyMultirange}, Ret: tAnyRange, Kind: Scalar, Src: "range_merge_from_multirange", Doc: "the smallest range which includes the whole multirange",
			Row: rowMultirangeHull,
		},
		{
			OID: 4270, Name: "multirange_union", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tAnyMultirange, Kind: Scalar,
			Row: rowMultirangeMultirange(multirangeUnion),
		},
		{
			OID: 4271, Name: "multirange_minus", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tAnyMultirange, Kind: Scalar,
			Row: rowMultirangeMultirange(multirangeMinus),
		},
		{
			OID: 4272, Name: "multirange_intersect", Args: oids{tAnyMultirange, tAnyMultirange}, Ret: tAnyMultirange, Kind: Scalar,
			Row: rowMultirangeMultirange(multirangeIntersect),
		},
		{
			OID: 4301, Name: "range_agg", Args: oids{tAnyRange}, Ret: tAnyMultirange, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "combine aggregate input into a multirange",
			Aggregate: aggRange(),
		},
		{
			OID: 4389, Name: "range_intersect_agg", Args: oids{tAnyMultirange}, Ret: tAnyMultirange, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "range aggregate by intersecting",
			Aggregate: aggIntersect(multirangeIntersectAny),
		},
		{
			OID: 4450, Name: "range_intersect_agg", Args: oids{tAnyRange}, Ret: tAnyRange, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "range aggregate by intersecting",
			Aggregate: aggIntersect(rangeIntersectAny),
		},
		{
			OID: 6227, Name: "range_agg", Args: oids{tAnyMultirange}, Ret: tAnyMultirange, Kind: Agg, NotStrict: true, Src: "aggregate_dummy", Doc: "combine aggregate input into a multirange",
			Aggregate: aggRange(),
		},
	}
}

// rangeOperators are the operators of ranges and multiranges.
func rangeOperators() []Operator {
	return []Operator{
		{2860, "=", tAnyMultirange, tAnyMultirange, tBool, 4244, 2860, 2861},
		{2861, "<>", tAnyMultirange, tAnyMultirange, tBool, 4245, 2861, 2860},
		{2862, "<", tAnyMultirange, tAnyMultirange, tBool, 4274, 2865, 2864},
		{2863, "<=", tAnyMultirange, tAnyMultirange, tBool, 4275, 2864, 2865},
		{2864, ">=", tAnyMultirange, tAnyMultirange, tBool, 4276, 2863, 2862},
		{2865, ">", tAnyMultirange, tAnyMultirange, tBool, 4277, 2862, 2863},
		{2866, "&&", tAnyRange, tAnyMultirange, tBool, 4246, 2867, 0},
		{2867, "&&", tAnyMultirange, tAnyRange, tBool, 4247, 2866, 0},
		{2868, "&&", tAnyMultirange, tAnyMultirange, tBool, 4248, 2868, 0},
		{2869, "@>", tAnyMultirange, tAnyElement, tBool, 4249, 2872, 0},
		{2870, "@>", tAnyMultirange, tAnyRange, tBool, 4250, 2873, 0},
		{2871, "@>", tAnyMultirange, tAnyMultirange, tBool, 4251, 2874, 0},
		{2872, "<@", tAnyElement, tAnyMultirange, tBool, 4252, 2869, 0},
		{2873, "<@", tAnyRange, tAnyMultirange, tBool, 4253, 2870, 0},
		{2874, "<@", tAnyMultirange, tAnyMultirange, tBool, 4254, 2871, 0},
		{2875, "&<", tAnyRange, tAnyMultirange, tBool, 4264, 0, 0},
		{2876, "&<", tAnyMultirange, tAnyRange, tBool, 4265, 0, 0},
		{2877, "&<", tAnyMultirange, tAnyMultirange, tBool, 4266, 0, 0},
		{3585, "&>", tAnyRange, tAnyMultirange, tBool, 4267, 0, 0},
		{3882, "=", tAnyRange, tAnyRange, tBool, 3855, 3882, 3883},
		{3883, "<>", tAnyRange, tAnyRange, tBool, 3856, 3883, 3882},
		{3884, "<", tAnyRange, tAnyRange, tBool, 3871, 3887, 3886},
		{3885, "<=", tAnyRange, tAnyRange, tBool, 3872, 3886, 3887},
		{3886, ">=", tAnyRange, tAnyRange, tBool, 3873, 3885, 3884},
		{3887, ">", tAnyRange, tAnyRange, tBool, 3874, 3884, 3885},
		{3888, "&&", tAnyRange, tAnyRange, tBool, 3857, 3888, 0},
		{3889, "@>", tAnyRange, tAnyElement, tBool, 3858, 3891, 0},
		{3890, "@>", tAnyRange, tAnyRange, tBool, 3859, 3892, 0},
		{3891, "<@", tAnyElement, tAnyRange, tBool, 3860, 3889, 0},
		{3892, "<@", tAnyRange, tAnyRange, tBool, 3861, 3890, 0},
		{3893, "<<", tAnyRange, tAnyRange, tBool, 3863, 3894, 0},
		{3894, ">>", tAnyRange, tAnyRange, tBool, 3864, 3893, 0},
		{3895, "&<", tAnyRange, tAnyRange, tBool, 3865, 0, 0},
		{3896, "&>", tAnyRange, tAnyRange, tBool, 3866, 0, 0},
		{3897, "-|-", tAnyRange, tAnyRange, tBool, 3862, 3897, 0},
		{3898, "+", tAnyRange, tAnyRange, tAnyRange, 3867, 3898, 0},
		{3899, "-", tAnyRange, tAnyRange, tAnyRange, 3869, 0, 0},
		{3900, "*", tAnyRange, tAnyRange, tAnyRange, 3868, 3900, 0},
		{4035, "&>", tAnyMultirange, tAnyRange, tBool, 4268, 0, 0},
		{4142, "&>", tAnyMultirange, tAnyMultirange, tBool, 4269, 0, 0},
		{4179, "-|-", tAnyRange, tAnyMultirange, tBool, 4255, 4180, 0},
		{4180, "-|-", tAnyMultirange, tAnyRange, tBool, 4257, 4179, 0},
		{4198, "-|-", tAnyMultirange, tAnyMultirange, tBool, 4256, 4198, 0},
		{4392, "+", tAnyMultirange, tAnyMultirange, tAnyMultirange, 4270, 4392, 0},
		{4393, "-", tAnyMultirange, tAnyMultirange, tAnyMultirange, 4271, 0, 0},
		{4394, "*", tAnyMultirange, tAnyMultirange, tAnyMultirange, 4272, 4394, 0},
		{4395, "<<", tAnyRange, tAnyMultirange, tBool, 4258, 4399, 0},
		{4396, "<<", tAnyMultirange, tAnyRange, tBool, 4259, 4398, 0},
		{4397, "<<", tAnyMultirange, tAnyMultirange, tBool, 4260, 4400, 0},
		{4398, ">>", tAnyRange, tAnyMultirange, tBool, 4261, 4396, 0},
		{4399, ">>", tAnyMultirange, tAnyRange, tBool, 4262, 4395, 0},
		{4400, ">>", tAnyMultirange, tAnyMultirange, tBool, 4263, 4397, 0},
		{4539, "@>", tAnyRange, tAnyMultirange, tBool, 4541, 4540, 0},
		{4540, "<@", tAnyMultirange, tAnyRange, tBool, 4542, 4539, 0},
	}
}
