// Package lens resolves contradicting claims: given the claims of one concept
// and predicate it says which one wins under a lens, and how contested that is
// (spec §2). It is pure: no clock, no I/O, no randomness that a result could
// show; the same claims give the same rows in any order, on any machine.
//
// # Use
//
//	kind, err := lens.ParseKind("authority")
//	params := lens.NewParams(kind)
//	err = params.Set("min_confidence", 0.5)
//	r := lens.NewResolver(policy, &params, lens.Query{At: t, RecordedBy: lens.Bounded}, need)
//	rows := r.Resolve(candidates) // once per pair; rows live until the next call
//
// The caller hands over every claim of the pair that the query may read: those
// recorded by its time. Conditions of the lens (validity, lifecycle, …) are
// the resolver's. A claim that a FILTER drops still revises what it revises:
// pass it with Excluded set, at least where it has Revises.
//
// # How a pair is resolved
//
//	admit    candidate rules, class and effective confidence of each claim
//	dedupe   one id is one claim
//	revise   claims that another one of the pair replaces
//	latest   each source's latest statement
//	group    claims of one value, one source, one voice (hash tables when many)
//	support  s(v), in integers of 1e-12
//	merge    values within the tolerance, then support again
//	pick     a chain of keys per lens: order.go
//
// A pair of one candidate takes none of the steps from group on, and a query
// that asks for no support (Need) skips them for recency, confidence and
// authority.
//
// # Decisions where the spec leaves room
//
//   - A class that the table lacks counts below every known tier (UnknownTier),
//     with weight and default confidence 0 and no decay.
//   - Voices go by name: a source that carries the very name that others
//     share as their origin is one voice with them. A voice with claims of
//     several classes for one value speaks once, in the tier of its largest
//     weight × e (of equals the better tier).
//   - The next better tier is that of the class table, whether or not it has
//     candidates; of several classes in a tier the largest weight counts.
//   - weight × e rounds half up to 1e-12, W·M/W(tier) rounds down.
//   - The age that decay uses is never negative.
//   - A tolerance is the decimal number that its float8 prints as; it joins
//     numbers of one unit, exactly.
//
// # Concurrency
//
// A Policy is immutable and shared. A Resolver owns scratch memory and belongs
// to one goroutine; it allocates nothing per pair once warm, but for JSON
// values that differ in text and for tolerances.
package lens
