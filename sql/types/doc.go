// Package types knows PostgreSQL's types: their catalog rows, how their values
// lie in memory, and their text and binary forms, to the letter of PostgreSQL
// 15. It also orders and hashes values.
//
// # Values
//
// A value is a Datum, or a row of a Vec; its type is known from the context,
// and the type's Rep says which field or slice holds it:
//
//	RepInt    bool, int2/4/8, "char" (0–255), oid, reg*, xid, cid,
//	          xid8 and pg_lsn (the bits of a uint64), tid (block<<16 | offset), macaddr and macaddr8 (their bytes),
//	          money (cents), date (days), time, timestamp, timestamptz (µs), since 2000-01-01
//	RepFloat  float4 (a float32's value), float8
//	RepText   text, varchar, bpchar (padded), name, unknown, bytea, json, jsonb
//	          (canonical text), uuid (16 bytes), xml, refcursor, …
//	RepAny    numeric *apd.Decimal, interval Interval, timetz TimeTZ,
//	          tsvector *TSVector, tsquery *TSQuery,
//	          arrays *Array, rows *Record, bit strings *Bits, inet and cidr Inet,
//	          ranges *Range, multiranges *Multirange (each names its subtype),
//	          Point, Lseg, Line, Box, Circle, *Path, *Polygon
//
// Numerics have Exponent = -(display scale); one above 0 counts as scale 0.
// What a Datum or a Vec's element points to never changes once it is stored.
//
// # Codecs
//
// AppendText and AppendBinary append to a buffer and allocate nothing else for
// the types of RepInt, RepFloat and RepText, and for numerics. ParseText keeps
// the string it is given where the type allows; ParseBinary copies. Both check
// what they read: no input makes them panic, and the memory they take is
// bounded by a small multiple of the input's length. Errors are *sqlerr.Error
// with PostgreSQL's SQLSTATE and words.
//
// What the text forms depend on is in Format: styles, time zone, transaction
// time, and a view of the catalog for reg* names. The package reads no clock
// and has no state of its own: every function is safe for concurrent use, and
// the zone database is the one embedded in the binary.
//
// Binary forms, big-endian:
//
//	numeric    int16 digits, int16 weight, uint16 sign, uint16 scale, digits of base 10,000
//	interval   int64 µs, int32 days, int32 months
//	timetz     int64 µs, int32 seconds west
//	array      int32 dimensions, int32 has-nulls, oid element, {int32 length, int32 lower bound}…, {int32 length, bytes}…
//	record     int32 columns, {oid, int32 length, bytes}…
//	bit        int32 bits, bytes
//	inet       byte family, byte mask, byte is-cidr, byte length, bytes
//	jsonb      byte 1, text
//	range      byte flags, {int32 length, bytes} for each finite bound
//	multirange int32 ranges, {int32 length, range}…
//	point, lseg, line, box, circle: their numbers as float8
//	path       byte is-closed, int32 points, {float8 x, float8 y}…
//	polygon    int32 points, {float8 x, float8 y}…
//
// # Order
//
// Compare follows each type's default btree class: NaN is the greatest number
// and equals itself, -0 equals 0, text is by code point, bpchar without blanks
// at its end, a range goes by its lower bound, then by its upper one (empty is
// the least), and NULL is greater than all. Hash agrees with it within a type.
//
// # Not yet here
//
// Enums and the internal types of statistics are declared in the catalog and have
// no values: 0A000.
package types
