// Package regress runs PostgreSQL's own regression scripts on a node and on
// PostgreSQL 15, statement by statement, and counts where the answers are
// equal: `make regress`. fetch downloads the scripts, which are no part of this
// project, from Debian's source package.
//
// Only statements that read are run. One that PostgreSQL refuses for a missing
// table does not count: the tables of the scripts are not made.
package regress
