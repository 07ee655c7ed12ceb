// Package knowledge is the domain: what a claim is, which ones are valid, when
// two say the same, and what identifies one. It knows nothing of SQL, storage
// or the network and imports the standard library only.
//
// # Invariants
//
//   - A claim that Normalize accepted satisfies every rule of spec §1: lengths,
//     UTF-8 without NUL, known words, finite asserted_at, a value that its type
//     can read, metadata in canonical form, and an ID that is the SHA-256 of
//     its content. Nothing downstream checks again.
//   - Nothing here reads a clock, a random source or the environment: the same
//     claim has the same ID, Number and value key on every machine.
//   - Errors about a claim are *FieldError: they name the column at fault.
//
// # Identity, byte for byte
//
//	"stemedb:claim:v1" 00
//	concept_path predicate value value_type unit source source_class
//	confidence lifecycle epoch revises derived_from evidence valid_from
//	valid_to asserted_at metadata
//
// where each field is
//
//	00                            NULL
//	01 uvarint(len) bytes         present
//
// Text is its UTF-8 bytes, a float8 is 8 bytes big-endian (-0 as 0), a time is
// 8 bytes big-endian, µs since 2000-01-01 UTC. docs/claims.md says it at
// length and testdata/vectors.json holds test vectors.
//
// # Canonical numbers
//
// A number's canonical text is
//
//	0   or   [-] digits e exponent
//
// with digits free of leading and trailing zeros and the exponent in decimal
// without "+": the value is digits × 10^exponent, as an integer. 1, 1.0 and
// 1e0 are all "1e0", -12.50 is "-125e-1". One value has one text, so that
// equality is equality of bytes; the text is itself a JSON number.
//
// # Concurrency
//
// Functions are safe for concurrent use. Hasher, JSONCanon and Normalizer own
// scratch memory: one goroutine each.
package knowledge
