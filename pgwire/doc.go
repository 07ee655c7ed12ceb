// Package pgwire serves the PostgreSQL wire protocol, version 3.0.
//
// A Server accepts connections, negotiates TLS, authenticates, and drives one
// Session of an Engine per connection. It decodes messages, keeps the named
// statements and portals of the extended protocol, encodes rows, and runs the
// COPY sub-protocol. It knows nothing of SQL: the Engine interfaces are what
// it needs, and adapter.go binds them to package sql.
//
// # Frames
//
//	start-up:  length int32 (itself included) | code int32 | body
//	then:      type byte | length int32 (itself included) | body
//
// Integers are big-endian. A frame's claimed length is checked before
// anything is allocated for it: 64 KiB before login, 16 MiB after; a larger
// one is 54000 and ends the connection. Memory for a frame grows only as its
// bytes arrive. COPY data is passed on in pieces and never held whole.
//
// # Invariants
//
//   - No input makes the process fail. Messages are decoded by a cursor that
//     cannot run over; every malformed body is 08P01 and leaves the
//     connection usable, because its frame was read whole. Only what loses the
//     frame boundary (a length below 4, an unknown message type, a frame too
//     large) ends the connection. A panic below the protocol is logged with its
//     stack and ends that connection alone.
//   - After an error in the extended protocol everything up to the next Sync
//     is skipped, as PostgreSQL does.
//   - Output is gathered in one buffer and written at Sync, Flush, the end of a
//     simple query, an error, or when 64 KiB have gathered. A row is encoded
//     from its batch's columns straight into that buffer.
//
// pgproto3's decoder is not used to serve: it allocates for every message,
// and any client can make it panic or allocate what a header claims. The tests
// speak to the server through its client half.
//
// # Concurrency
//
// One goroutine owns a connection from accept to close: it alone reads, writes
// and calls the Session (except Session.Cancel). Others reach a connection
// only through atomics, by Session.Cancel, and by moving its read deadline to
// the past, which wakes it. One more goroutine a server, the watcher, looks for
// clients that went away while their statement runs, by peeking at the socket
// without taking bytes from it. Serve and Shutdown account for every
// goroutine.
//
// # Memory
//
// An idle connection holds an 8 KiB read and a 4 KiB write buffer. Larger
// write buffers are lent from a pool while a result is being sent.
package pgwire
