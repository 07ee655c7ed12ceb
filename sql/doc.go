// Package sql is the engine's front door: all that pgwire and sidecar may call.
// An Engine makes Sessions; a Session parses, prepares and binds; a Portal
// executes.
//
// A front end drives a session from one goroutine:
//
//	stmts, err := s.Parse(text)
//	p, err := s.Prepare(ctx, stmts[0], paramTypes)
//	portal, err := s.Bind(ctx, p, params)
//	res, err := portal.Execute(ctx, maxRows, sink) // again while res.Suspended
//	portal.Close()
//	err = s.Sync(ctx)                              // ends an implicit transaction
//
// Any error leaves the session usable; in an explicit transaction block it
// moves to status 'E', outside of one the implicit transaction is rolled back
// at Sync. Errors are *sqlerr.Error. Only Cancel and Terminate may be called
// from another goroutine.
//
// Plans are cached by everything that they depend on (text, parameter types,
// settings); results never are.
package sql
