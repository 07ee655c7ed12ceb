package sidecar

import (
	"context"
	"net/http"
	"time"
)

// status is an answer with a status of its own.
type status struct {
	code int
	body any
}

// accepted is the answer to what has begun and is not done (202).
type accepted struct{ body any }

// endpoint bounds a handler's body and time, and writes what it returns.
func endpoint(timeout time.Duration, limit int64, h func(*http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, stop := context.WithTimeout(r.Context(), timeout)
		defer stop()
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		out, err := h(r.WithContext(ctx))
		if err != nil {
			writeError(w, err)
			return
		}
		switch out := out.(type) {
		case status:
			writeJSON(w, out.code, out.body)
		case accepted:
			writeJSON(w, http.StatusAccepted, out.body)
		default:
			writeJSON(w, http.StatusOK, out)
		}
	})
}

// sameOrigin refuses what another site's page has a browser send here: a
// listener on loopback is within every local browser's reach.
func sameOrigin(h http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, &requestError{
			status: http.StatusForbidden, code: "cross_origin", message: "the request comes from a page of another site",
			hint: "Send it from a program, or from a page of this address.",
		})
	}))
	return guard.Handler(h)
}
