// Package plpgsql compiles and runs PL/pgSQL, PostgreSQL's procedural language.
//
// Compile makes a Function of a body: its own grammar is read here, token by token
// (sql/parser splits the text), and what of it is SQL is parsed at once, so that
// mistakes of syntax show before anything runs. The parser that comes with pg_query
// does not serve: it knows no records, and gives neither positions nor SQLSTATEs.
//
// Call runs a Function over a Host, which is a session. Expressions and statements
// are planned when they are first reached, with the variables as parameters, and the
// plans are kept with the Function: it belongs to one session.
package plpgsql
