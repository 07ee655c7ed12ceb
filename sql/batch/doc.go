// Package batch puts columns and values into bytes that lose nothing: for temporary
// files, and for what nodes send one another.
//
//	column  null byte (0: none; 1: a bitmap of rows bits follows) | values
//	values  int, float   8 bytes each, little-endian
//	        text         a uvarint length each, then all bytes
//	        any          a tagged value each (value.go)
//
// How many rows a column has, and of what type it is, is for who reads it to know.
//
// Its functions are safe for concurrent use; a Reader is one goroutine's.
package batch

import "errors"

// ErrValue says that a value has no form in bytes.
var ErrValue = errors.New("value has no form outside of memory")
