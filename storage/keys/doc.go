// Package keys is the key codec of the state store: pure functions between
// fields and bytes, with no I/O. Byte order of keys is the order in which rows
// are read, so every encoder here preserves order.
//
// Every key begins with its shard (2 bytes, big-endian) and its kind (1 byte):
//
//	shard 01                                  state: applied index, counters
//	shard 02 txnid(16)                        an open or settled transaction
//	shard 03 txnid(16)                        a coordinator's commit record
//	shard 04 index(8) txnid(16)               an outcome, by log index
//	shard 05 table(2) escaped-key recorded(8) a version of a state row
//	shard 06 recorded(8) index(8)             a change of the state tables
//	shard 10 path 00 predicate 00 id(32)      a claim
//	shard 11 path 00 predicate 00 id(32) reviser(32) [txnid(16)]   a mark
//	shard 12 path 00 predicate 00 id(32) txnid(16)                 an intent
//	shard 13 seq(8) ordinal(4)                part of a tagged transaction's row list
//	shard 20 gen id(32)                       index by id
//	shard 21 gen predicate 00 path 00 id(32)  index by predicate
//	shard 22 gen source 00 path 00 predicate 00 id(32)             index by source
//	shard 23 gen recorded(8) 00 ordinal(4) suffix                  index by recorded time: a row
//	shard 23 gen recorded(8) 01 seq(8)        … or a settled transaction
//
// "suffix" is path 00 predicate 00 id(32), the part of a claim's key that
// identifies it. Neither paths nor predicates nor sources hold a NUL byte, and
// NUL sorts before every other byte, so the bytes of a suffix order as the
// triple does. "gen" is the generation of an index: a rebuild writes another
// one beside it.
//
// All numbers are big-endian; recorded times are positive.
package keys
