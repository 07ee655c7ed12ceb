package functions

// intFuncs are the arithmetic of integers.
func intFuncs() []Func {
	return []Func{
		{
			OID: 176, Name: "int2pl", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar,
			Row: rowIntOp(&width2, intAdd), Vec: vecIntAdd(&width2),
		},
		{
			OID: 180, Name: "int2mi", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar,
			Row: rowIntOp(&width2, intSub), Vec: vecIntSub(&width2),
		},
		{
			OID: 152, Name: "int2mul", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar,
			Row: rowIntOp(&width2, intMul), Vec: vecIntMul(&width2),
		},
		{OID: 153, Name: "int2div", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar, Row: rowIntDiv(&width2)},
		{
			OID: 177, Name: "int4pl", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intAdd), Vec: vecIntAdd(&width4),
		},
		{
			OID: 181, Name: "int4mi", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intSub), Vec: vecIntSub(&width4),
		},
		{
			OID: 141, Name: "int4mul", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intMul), Vec: vecIntMul(&width4),
		},
		{OID: 154, Name: "int4div", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Row: rowIntDiv(&width4)},
		{
			OID: 463, Name: "int8pl", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intAdd), Vec: vecIntAdd(&width8),
		},
		{
			OID: 464, Name: "int8mi", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intSub), Vec: vecIntSub(&width8),
		},
		{
			OID: 465, Name: "int8mul", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intMul), Vec: vecIntMul(&width8),
		},
		{OID: 466, Name: "int8div", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntDiv(&width8)},
		{
			OID: 178, Name: "int24pl", Args: oids{tInt2, tInt4}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intAdd), Vec: vecIntAdd(&width4),
		},
		{
			OID: 182, Name: "int24mi", Args: oids{tInt2, tInt4}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intSub), Vec: vecIntSub(&width4),
		},
		{
			OID: 170, Name: "int24mul", Args: oids{tInt2, tInt4}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intMul), Vec: vecIntMul(&width4),
		},
		{OID: 172, Name: "int24div", Args: oids{tInt2, tInt4}, Ret: tInt4, Kind: Scalar, Row: rowIntDiv(&width4)},
		{
			OID: 179, Name: "int42pl", Args: oids{tInt4, tInt2}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intAdd), Vec: vecIntAdd(&width4),
		},
		{
			OID: 183, Name: "int42mi", Args: oids{tInt4, tInt2}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intSub), Vec: vecIntSub(&width4),
		},
		{
			OID: 171, Name: "int42mul", Args: oids{tInt4, tInt2}, Ret: tInt4, Kind: Scalar,
			Row: rowIntOp(&width4, intMul), Vec: vecIntMul(&width4),
		},
		{OID: 173, Name: "int42div", Args: oids{tInt4, tInt2}, Ret: tInt4, Kind: Scalar, Row: rowIntDiv(&width4)},
		{
			OID: 1274, Name: "int84pl", Args: oids{tInt8, tInt4}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intAdd), Vec: vecIntAdd(&width8),
		},
		{
			OID: 1275, Name: "int84mi", Args: oids{tInt8, tInt4}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intSub), Vec: vecIntSub(&width8),
		},
		{
			OID: 1276, Name: "int84mul", Args: oids{tInt8, tInt4}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intMul), Vec: vecIntMul(&width8),
		},
		{OID: 1277, Name: "int84div", Args: oids{tInt8, tInt4}, Ret: tInt8, Kind: Scalar, Row: rowIntDiv(&width8)},
		{
			OID: 1278, Name: "int48pl", Args: oids{tInt4, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intAdd), Vec: vecIntAdd(&width8),
		},
		{
			OID: 1279, Name: "int48mi", Args: oids{tInt4, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intSub), Vec: vecIntSub(&width8),
		},
		{
			OID: 1280, Name: "int48mul", Args: oids{tInt4, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intMul), Vec: vecIntMul(&width8),
		},
		{OID: 1281, Name: "int48div", Args: oids{tInt4, tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntDiv(&width8)},
		{
			OID: 837, Name: "int82pl", Args: oids{tInt8, tInt2}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intAdd), Vec: vecIntAdd(&width8),
		},
		{
			OID: 838, Name: "int82mi", Args: oids{tInt8, tInt2}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intSub), Vec: vecIntSub(&width8),
		},
		{
			OID: 839, Name: "int82mul", Args: oids{tInt8, tInt2}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intMul), Vec: vecIntMul(&width8),
		},
		{OID: 840, Name: "int82div", Args: oids{tInt8, tInt2}, Ret: tInt8, Kind: Scalar, Row: rowIntDiv(&width8)},
		{
			OID: 841, Name: "int28pl", Args: oids{tInt2, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intAdd), Vec: vecIntAdd(&width8),
		},
		{
			OID: 942, Name: "int28mi", Args: oids{tInt2, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intSub), Vec: vecIntSub(&width8),
		},
		{
			OID: 943, Name: "int28mul", Args: oids{tInt2, tInt8}, Ret: tInt8, Kind: Scalar,
			Row: rowIntOp(&width8, intMul), Vec: vecIntMul(&width8),
		},
		{OID: 948, Name: "int28div", Args: oids{tInt2, tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntDiv(&width8)},
		{OID: 213, Name: "int2um", Args: oids{tInt2}, Ret: tInt2, Kind: Scalar, Row: rowIntNeg(&width2)},
		{OID: 1253, Name: "int2abs", Args: oids{tInt2}, Ret: tInt2, Kind: Scalar, Row: rowIntAbs(&width2)},
		{
			OID: 1398, Name: "abs", Args: oids{tInt2}, Ret: tInt2, Kind: Scalar, Src: "int2abs", Doc: "absolute value",
			Row: rowIntAbs(&width2),
		},
		{OID: 1892, Name: "int2and", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar, Row: rowIntInt(intAnd)},
		{OID: 1893, Name: "int2or", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar, Row: rowIntInt(intOr)},
		{OID: 1894, Name: "int2xor", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar, Row: rowIntInt(intXor)},
		{OID: 770, Name: "int2larger", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar, Doc: "larger of two", Row: rowIntInt(intMax)},
		{
			OID: 771, Name: "int2smaller", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar, Doc: "smaller of two",
			Row: rowIntInt(intMin),
		},
		{OID: 1895, Name: "int2not", Args: oids{tInt2}, Ret: tInt2, Kind: Scalar, Row: rowInt(intNot)},
		{OID: 1896, Name: "int2shl", Args: oids{tInt2, tInt4}, Ret: tInt2, Kind: Scalar, Row: rowShl(16)},
		{OID: 1897, Name: "int2shr", Args: oids{tInt2, tInt4}, Ret: tInt2, Kind: Scalar, Row: rowShr(16)},
		{OID: 212, Name: "int4um", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Row: rowIntNeg(&width4)},
		{OID: 1251, Name: "int4abs", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Row: rowIntAbs(&width4)},
		{
			OID: 1397, Name: "abs", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Src: "int4abs", Doc: "absolute value",
			Row: rowIntAbs(&width4),
		},
		{OID: 1898, Name: "int4and", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Row: rowIntInt(intAnd)},
		{OID: 1899, Name: "int4or", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Row: rowIntInt(intOr)},
		{OID: 1900, Name: "int4xor", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Row: rowIntInt(intXor)},
		{OID: 768, Name: "int4larger", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Doc: "larger of two", Row: rowIntInt(intMax)},
		{
			OID: 769, Name: "int4smaller", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Doc: "smaller of two",
			Row: rowIntInt(intMin),
		},
		{OID: 1901, Name: "int4not", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Row: rowInt(intNot)},
		{OID: 1902, Name: "int4shl", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Row: rowShl(32)},
		{OID: 1903, Name: "int4shr", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Row: rowShr(32)},
		{OID: 462, Name: "int8um", Args: oids{tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntNeg(&width8)},
		{OID: 1230, Name: "int8abs", Args: oids{tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntAbs(&width8)},
		{
			OID: 1396, Name: "abs", Args: oids{tInt8}, Ret: tInt8, Kind: Scalar, Src: "int8abs", Doc: "absolute value",
			Row: rowIntAbs(&width8),
		},
		{OID: 1904, Name: "int8and", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntInt(intAnd)},
		{OID: 1905, Name: "int8or", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntInt(intOr)},
		{OID: 1906, Name: "int8xor", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntInt(intXor)},
		{
			OID: 1236, Name: "int8larger", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "larger of two",
			Row: rowIntInt(intMax),
		},
		{
			OID: 1237, Name: "int8smaller", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Doc: "smaller of two",
			Row: rowIntInt(intMin),
		},
		{OID: 1907, Name: "int8not", Args: oids{tInt8}, Ret: tInt8, Kind: Scalar, Row: rowInt(intNot)},
		{OID: 1908, Name: "int8shl", Args: oids{tInt8, tInt4}, Ret: tInt8, Kind: Scalar, Row: rowShl(64)},
		{OID: 1909, Name: "int8shr", Args: oids{tInt8, tInt4}, Ret: tInt8, Kind: Scalar, Row: rowShr(64)},
		{OID: 155, Name: "int2mod", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar, Row: rowIntMod},
		{OID: 156, Name: "int4mod", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Row: rowIntMod},
		{OID: 945, Name: "int8mod", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Row: rowIntMod},
		{OID: 940, Name: "mod", Args: oids{tInt2, tInt2}, Ret: tInt2, Kind: Scalar, Src: "int2mod", Doc: "modulus", Row: rowIntMod},
		{OID: 941, Name: "mod", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Src: "int4mod", Doc: "modulus", Row: rowIntMod},
		{OID: 947, Name: "mod", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Src: "int8mod", Doc: "modulus", Row: rowIntMod},
		{OID: 1911, Name: "int2up", Args: oids{tInt2}, Ret: tInt2, Kind: Scalar, Row: same},
		{OID: 1912, Name: "int4up", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Row: same},
		{OID: 1910, Name: "int8up", Args: oids{tInt8}, Ret: tInt8, Kind: Scalar, Row: same},
		{
			OID: 766, Name: "int4inc", Args: oids{tInt4}, Ret: tInt4, Kind: Scalar, Doc: "increment",
			Row: rowIntErr(func(a int64) (int64, error) {
				if a == width4.hi {
					return 0, width4.err()
				}
				return a + 1, nil
			}),
		},
		{
			OID: 1219, Name: "int8inc", Args: oids{tInt8}, Ret: tInt8, Kind: Scalar, Doc: "increment",
			Row: rowIntErr(func(a int64) (int64, error) {
				if a == width8.hi {
					return 0, width8.err()
				}
				return a + 1, nil
			}),
		},
		{
			OID: 5044, Name: "gcd", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Src: "int4gcd", Doc: "greatest common divisor",
			Row: rowIntGCD(&width4),
		},
		{
			OID: 5045, Name: "gcd", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Src: "int8gcd", Doc: "greatest common divisor",
			Row: rowIntGCD(&width8),
		},
		{
			OID: 5046, Name: "lcm", Args: oids{tInt4, tInt4}, Ret: tInt4, Kind: Scalar, Src: "int4lcm", Doc: "least common multiple",
			Row: rowIntLCM(&width4),
		},
		{
			OID: 5047, Name: "lcm", Args: oids{tInt8, tInt8}, Ret: tInt8, Kind: Scalar, Src: "int8lcm", Doc: "least common multiple",
			Row: rowIntLCM(&width8),
		},
		{
			OID: 1376, Name: "factorial", Args: oids{tInt8}, Ret: tNumeric, Kind: Scalar, Src: "numeric_fac", Doc: "factorial",
			Row: rowFactorial,
		},
	}
}

func intOperators() []Operator {
	return []Operator{
		{439, "%", tInt8, tInt8, tInt8, 945, 0, 0},
		{473, "@", 0, tInt8, tInt8, 1230, 0, 0},
		{484, "-", 0, tInt8, tInt8, 462, 0, 0},
		{514, "*", tInt4, tInt4, tInt4, 141, 514, 0},
		{526, "*", tInt2, tInt2, tInt2, 152, 526, 0},
		{527, "/", tInt2, tInt2, tInt2, 153, 0, 0},
		{528, "/", tInt4, tInt4, tInt4, 154, 0, 0},
		{529, "%", tInt2, tInt2, tInt2, 155, 0, 0},
		{530, "%", tInt4, tInt4, tInt4, 156, 0, 0},
		{544, "*", tInt2, tInt4, tInt4, 170, 545, 0},
		{545, "*", tInt4, tInt2, tInt4, 171, 544, 0},
		{546, "/", tInt2, tInt4, tInt4, 172, 0, 0},
		{547, "/", tInt4, tInt2, tInt4, 173, 0, 0},
		{550, "+", tInt2, tInt2, tInt2, 176, 550, 0},
		{551, "+", tInt4, tInt4, tInt4, 177, 551, 0},
		{552, "+", tInt2, tInt4, tInt4, 178, 553, 0},
		{553, "+", tInt4, tInt2, tInt4, 179, 552, 0},
		{554, "-", tInt2, tInt2, tInt2, 180, 0, 0},
		{555, "-", tInt4, tInt4, tInt4, 181, 0, 0},
		{556, "-", tInt2, tInt4, tInt4, 182, 0, 0},
		{557, "-", tInt4, tInt2, tInt4, 183, 0, 0},
		{558, "-", 0, tInt4, tInt4, 212, 0, 0},
		{559, "-", 0, tInt2, tInt2, 213, 0, 0},
		{682, "@", 0, tInt2, tInt2, 1253, 0, 0},
		{684, "+", tInt8, tInt8, tInt8, 463, 684, 0},
		{685, "-", tInt8, tInt8, tInt8, 464, 0, 0},
		{686, "*", tInt8, tInt8, tInt8, 465, 686, 0},
		{687, "/", tInt8, tInt8, tInt8, 466, 0, 0},
		{688, "+", tInt8, tInt4, tInt8, 1274, 692, 0},
		{689, "-", tInt8, tInt4, tInt8, 1275, 0, 0},
		{690, "*", tInt8, tInt4, tInt8, 1276, 694, 0},
		{691, "/", tInt8, tInt4, tInt8, 1277, 0, 0},
		{692, "+", tInt4, tInt8, tInt8, 1278, 688, 0},
		{693, "-", tInt4, tInt8, tInt8, 1279, 0, 0},
		{694, "*", tInt4, tInt8, tInt8, 1280, 690, 0},
		{695, "/", tInt4, tInt8, tInt8, 1281, 0, 0},
		{818, "+", tInt8, tInt2, tInt8, 837, 822, 0},
		{819, "-", tInt8, tInt2, tInt8, 838, 0, 0},
		{820, "*", tInt8, tInt2, tInt8, 839, 824, 0},
		{821, "/", tInt8, tInt2, tInt8, 840, 0, 0},
		{822, "+", tInt2, tInt8, tInt8, 841, 818, 0},
		{823, "-", tInt2, tInt8, tInt8, 942, 0, 0},
		{824, "*", tInt2, tInt8, tInt8, 943, 820, 0},
		{825, "/", tInt2, tInt8, tInt8, 948, 0, 0},
		{773, "@", 0, tInt4, tInt4, 1251, 0, 0},
		{1874, "&", tInt2, tInt2, tInt2, 1892, 1874, 0},
		{1875, "|", tInt2, tInt2, tInt2, 1893, 1875, 0},
		{1876, "#", tInt2, tInt2, tInt2, 1894, 1876, 0},
		{1877, "~", 0, tInt2, tInt2, 1895, 0, 0},
		{1878, "<<", tInt2, tInt4, tInt2, 1896, 0, 0},
		{1879, ">>", tInt2, tInt4, tInt2, 1897, 0, 0},
		{1880, "&", tInt4, tInt4, tInt4, 1898, 1880, 0},
		{1881, "|", tInt4, tInt4, tInt4, 1899, 1881, 0},
		{1882, "#", tInt4, tInt4, tInt4, 1900, 1882, 0},
		{1883, "~", 0, tInt4, tInt4, 1901, 0, 0},
		{1884, "<<", tInt4, tInt4, tInt4, 1902, 0, 0},
		{1885, ">>", tInt4, tInt4, tInt4, 1903, 0, 0},
		{1886, "&", tInt8, tInt8, tInt8, 1904, 1886, 0},
		{1887, "|", tInt8, tInt8, tInt8, 1905, 1887, 0},
		{1888, "#", tInt8, tInt8, tInt8, 1906, 1888, 0},
		{1889, "~", 0, tInt8, tInt8, 1907, 0, 0},
		{1890, "<<", tInt8, tInt4, tInt8, 1908, 0, 0},
		{1891, ">>", tInt8, tInt4, tInt8, 1909, 0, 0},
		{1916, "+", 0, tInt8, tInt8, 1910, 0, 0},
		{1917, "+", 0, tInt2, tInt2, 1911, 0, 0},
		{1918, "+", 0, tInt4, tInt4, 1912, 0, 0},
	}
}
