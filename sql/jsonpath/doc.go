// Package jsonpath is the language of PostgreSQL's type jsonpath: it parses a
// path into a tree and prints the tree in the type's canonical form. What a
// path finds in a value is the business of sql/functions.
//
// # Invariants
//
//   - The language, the canonical form and the wording of errors are those of
//     PostgreSQL 15; a syntax error names the token at which no valid path can
//     begin any more.
//   - A canonical text parses to the tree that it was printed from.
//   - No text makes the parser panic. Trees are at most MaxDepth deep, where a
//     chain of accessors counts by its length; deeper ones are refused with
//     54001, so that whoever walks a tree may recurse.
//
// What a number and a regular expression are is not known here: Options brings
// it.
//
// # Concurrency
//
// A Path is never changed once parsed and may be shared.
package jsonpath
