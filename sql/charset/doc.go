// Package charset translates texts between PostgreSQL's encodings, under its names
// and with its tables: those of golang.org/x/text, and what PostgreSQL has otherwise.
//
// A text is taken apart into characters as PostgreSQL does, and each is translated
// through Unicode. The server's own encoding is UTF8; a client's may be any of which
// there are tables (Coder).
package charset
