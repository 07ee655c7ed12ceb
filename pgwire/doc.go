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
// anything is allocated for it: 64 KiB before login, 128 MiB after; a larger
// one is 54000 and ends the connection. Memory for a frame grows only as its
// bytes arrive, and is bounded for all connections together: a message for which
// there is none is passed over and answered with 53200. COPY data is passed on in
// pieces and never held whole.
//
// # Invariants
//
//   - No input makes the process fail. A body is decoded only when it was read
//     whole, and whatever the decoder makes of it, a panic included, is 08P01
//     and leaves the connection usable. Only what loses the frame boundary (a
//     length below 4, an unknown message type, a frame too large) ends the
//     connection. A panic below the protocol is logged with its stack and ends
//     that connection alone.
//   - After an error in the extended protocol everything up to the next Sync
//     is skipped, as PostgreSQL does.
//   - A transaction block that a client leaves idle for longer than its session
//     allows ends the session with 25P03. The limit is the read deadline of the
//     wait for the next message, so it costs no timer of its own.
//   - Output is gathered in one buffer and written at Sync, Flush, the end of a
//     simple query, an error, or when 64 KiB have gathered. A row is encoded
//     from its batch's columns straight into that buffer.
//
// # The library and what is our own
//
// Messages are pgproto3's, both ways: its Decode behind the guard (decode.go),
// its Encode into the connection's buffer (messages.go), its structs reused.
// Its Backend is not used: it reads whatever length a header claims and writes
// once a message. The guard adds what the library passes over: bytes behind
// Parse and Execute, the length in SASLInitialResponse, an empty name in a
// start-up packet; and NUL is cut from what it encodes.
//
// Our own, measured by BenchmarkLibrary on one core of a shared machine (the
// protocol's whole share of a prepared point query is 1,100 ns and allocates
// nothing):
//
//   - Bind: 60 ns and no allocation against 210 ns and 4 allocations, for one
//     parameter.
//   - Execute of the unnamed portal, five bytes: 18 ns and none against 75 ns
//     and one.
//   - DataRow: 480 ns against 610 ns a row of 24 columns; values go from the
//     batch's columns to the buffer without slices of each in between.
//   - CopyData: passed on in pieces, where the library wants a message whole.
//   - NegotiateProtocolVersion, which the library does not have.
//   - FunctionCall, which PostgreSQL reads in steps: which error is told depends on
//     how far it came.
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
