// Package catalog declares every object that SQL can name, and answers for
// them: relations, columns, indexes and keys of schema public, one schema for
// each lens, and pg_catalog and information_schema as virtual tables.
//
// # One declaration
//
// What a relation is stands in one place: a Relation. Binder, executor,
// pg_catalog, information_schema, \d and the documentation are all made from
// it, and cannot disagree. Functions, operators and casts are declared in
// sql/functions, types in sql/types; their catalogs are made from those
// tables.
//
// The virtual relations have the names, OIDs and columns of PostgreSQL 15, as
// virtual.txt lists them.
// A relation without a row maker is empty: there are no such objects here.
//
// PostgreSQL has functions and operators that nothing here computes: those that
// stand behind types, aggregates, indexes and text search, and whole features.
// Tools list them, and other catalogs name them. proc.txt and operator.txt have
// them as facts, and of those that sql/functions declares what a declaration does
// not say; both become one library, which pg_proc, pg_operator, their descriptions
// and reg* values are made from, and of which the binder asks for what has no
// code. aggregate.txt has pg_aggregate, opclass.txt the operator families, classes
// and their members. A test with a PostgreSQL 15 makes these files
// (FACTS_REWRITE=1 go test -tags psql ./sql/catalog) and holds the rows to its.
//
// # OIDs
//
// Built-ins carry PostgreSQL's numbers. Ours are a fixed table from 16384,
// equal on every node and after every restart: 16384 the database, 16400 on
// the relations of public, 16500 on their defaults (32 a relation), 16600 on
// the lenses' schemas, 16700 on their views, 16800 on indexes, 16900 on keys,
// 17000 on functions (functions.FirstOwnOID).
//
// # Rows
//
// Rows that follow from declarations are static: made when a table is first
// asked for, shared by all sessions, never changed. Sizes are patched into a
// copy of the row as it is read. What the running server knows (roles,
// settings, sessions) comes from Hooks and is made for every scan. A Finder
// looks static rows up by the value of one column through a hash table that is
// made on demand.
//
// # Concurrency
//
// A Catalog is immutable after New and SetHooks but for caches that fill once
// under their own locks. It is safe for concurrent use, and so is what
// ForSession returns, as far as the session's search path function is.
//
// # Imports
//
// sql/types, sql/functions and sql/sqlerr of this module. The binder, the
// executor and package sql import catalog.
package catalog
