// Package functions is the library of built-in functions, operators, casts
// and aggregates, by family, under PostgreSQL 15's names, OIDs and wording of
// errors.
//
// # Layout
//
// A family is a group of files with one prefix: compare_, math_ and numeric_,
// text_, like and regex, time_ and tochar_, json_, array_, bits_, range_,
// agg_, window_, net_, geo_, sys_, and cluster_, whose functions are ours. Each declares its functions as a table of Func beside the code,
// and the operators over them as a table of Operator. tables.go lists the
// families and indexes them once; to add a family is to add its tables there.
//
// # Invariants
//
//   - OIDs, names, argument and result types, strictness and volatility are
//     those of pg_proc, pg_operator and pg_cast; testdata/catalog holds dumps
//     that a test compares with. Functions that PostgreSQL does not have lie in
//     pg_catalog too, from FirstOwnOID, as testdata/own.txt lists them.
//   - Code of a function that not every call may run (Restricted, Changes) is
//     reached through its guard only.
//   - Tables are immutable after they have been built.
//   - Row code gets no NULL when the function is strict, keeps no argument
//     slice, and mutates no argument: numerics and arrays are shared.
//   - A kernel (Func.Vec) takes columns or constants (columns of length 1) and
//     must not fail at rows that are NULL already.
//   - Patterns of LIKE and of regular expressions are compiled once per Ctx.
//     Regular expressions run on Go's engine, whose time is linear in the
//     text; those with what it cannot have (references back, looking around)
//     on one that goes back, within a bound.
//   - jsonb is canonical text; parts of it are canonical too, so that taking
//     one out is a slice.
//
// # Concurrency
//
// Tables may be read from anywhere. A Ctx, and a State of an aggregate,
// belong to one goroutine; Ctx.Clone makes one for another worker, and
// State.Merge joins partial aggregates.
package functions
