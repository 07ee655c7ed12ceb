// Package spill keeps batches of rows in temporary files: what operators hold
// beyond a statement's memory budget. A File is read once, from the start;
// Frames at any row, also while they grow.
//
// A file is a sequence of frames, one a batch:
//
//	frame   uvarint length | uvarint rows | column … (package batch)
//
// # Invariants
//
//   - A file has no name from its creation on, so that nothing is left behind
//     by whatever ends the process; Open empties the directory all the same.
//   - The bytes of all files of a Space together stay below its limit; what
//     would exceed it is ErrLimit.
//   - Strings read back are immutable for ever, as a batch's are: each frame is
//     read into memory of its own.
//
// # Concurrency
//
// A Space may be used from anywhere, a File and a Reader by one goroutine at a
// time.
package spill
