// Package oracle starts private PostgreSQL 15 servers and compares what two
// servers answer to one text. The benchmark and the tests that hold a node
// against PostgreSQL share it.
//
// The programs are those of Debian's package postgresql-15 (.ci/tools installs
// it). A server listens on a free port of 127.0.0.1, keeps its files below the
// directory that the caller gives, trusts everybody and collates as C.UTF-8
// does. Nothing of it outlives the process that started it.
package oracle
