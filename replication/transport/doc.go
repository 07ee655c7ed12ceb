// Package transport connects the nodes of a cluster: one port a node, for all
// Raft groups.
//
// A connection begins with TLS 1.3, both ends with a certificate, and is closed
// before a byte of it is read by anything else unless the peer's certificate was
// signed by the cluster's CA for nodes, names the role node, and the same cluster
// (Identity). Then the dialer says which group it wants:
//
//	"SDBn" │ version 2 │ kind │ group (2 bytes, big-endian) │ instance of the data (16)
//
// and the listener answers with one byte, zero or why not (refusal). From then on
// a connection of kind 1 is that group's stream, on which raft speaks; one of kind
// 2 carries calls: requests of one node that the other answers, many at a time;
// one of kind 3 carries streams: requests that are answered by many frames each, as
// many as the caller has room for (frame.go).
//
// Invariants: a peer that has not proved who it is holds at most one of
// maxGreeting places, for at most the greeting's timeout; Close ends every
// connection, accepted or dialled; no goroutine outlives it; a stream that nobody
// reads holds no more than Window and a frame, and stops no other one.
//
// Mux is safe for concurrent use.
package transport
