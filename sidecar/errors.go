package sidecar

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// errorBody is the form of every error.
type errorBody struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Hint    string `json:"hint"`
		Detail  string `json:"detail,omitempty"`
		Field   string `json:"field,omitempty"`
	} `json:"error"`
}

// requestError is a fault of the request that SQL never saw.
type requestError struct {
	status  int
	code    string
	message string
	hint    string
	field   string
	// retryAfter is when asking again may help; 0: nothing is said of it.
	retryAfter time.Duration
}

func (e *requestError) Error() string { return e.message }

func badRequest(field, message, hint string) error {
	return &requestError{status: http.StatusBadRequest, code: "bad_request", message: message, hint: hint, field: field}
}

func writeError(w http.ResponseWriter, err error) { writeStatus(w, statusOf(err), err) }

// statusOf makes an HTTP status from an error.
func statusOf(err error) int {
	var re *requestError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &re):
		return re.status
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, context.DeadlineExceeded) && !lacksLeader(err):
		return http.StatusGatewayTimeout
	}
	code := sqlerr.From(err).Code
	switch {
	case code == sqlerr.QueryCanceled:
		return http.StatusGatewayTimeout
	case code == sqlerr.InsufficientPrivilege:
		return http.StatusForbidden
	case strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57"):
		return http.StatusServiceUnavailable
	case strings.HasPrefix(code, "40"):
		return http.StatusConflict
	case strings.HasPrefix(code, "XX"), strings.HasPrefix(code, "58"):
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}

// lacksLeader reports whether a request waited for nodes that are gone: then it is not
// the query that takes long.
func lacksLeader(err error) bool {
	var e *sqlerr.Error
	return errors.As(err, &e) && e.Code == sqlerr.CannotConnectNow
}

func writeStatus(w http.ResponseWriter, status int, err error) {
	var body errorBody
	var re *requestError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &re):
		body.Error.Code, body.Error.Message, body.Error.Hint, body.Error.Field = re.code, re.message, re.hint, re.field
		if re.retryAfter > 0 {
			w.Header().Set("Retry-After", strconv.FormatInt(int64(math.Ceil(re.retryAfter.Seconds())), 10))
		}
	case errors.As(err, &tooLarge):
		body.Error.Code, body.Error.Message = "too_large", "the request body is larger than the endpoint takes"
		body.Error.Hint = "Send fewer claims a request."
	case errors.Is(err, context.DeadlineExceeded) && !lacksLeader(err):
		body.Error.Code, body.Error.Message = sqlerr.QueryCanceled, "the request took longer than it may"
		body.Error.Hint = "Narrow the query."
	default:
		e := sqlerr.From(err)
		body.Error.Code, body.Error.Message, body.Error.Hint = e.Code, e.Message, e.Hint
		body.Error.Detail, body.Error.Field = e.Detail, e.Column
	}
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the status is out; a gone client cannot be told
}

// jsonNotFound gives the router's own 404 and 405 the form of all errors.
func jsonNotFound(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		probe := &statusProbe{header: http.Header{}}
		h.ServeHTTP(probe, r)
		e := &requestError{status: http.StatusNotFound, code: "not_found", message: "there is nothing at " + r.URL.Path, hint: "See docs/http.md for the endpoints."}
		if probe.status == http.StatusMethodNotAllowed {
			allow := probe.header.Get("Allow")
			w.Header().Set("Allow", allow)
			e.status, e.code = probe.status, "method_not_allowed"
			e.message = r.URL.Path + " does not take " + r.Method
			e.hint = "Use " + allow + "."
		}
		writeError(w, e)
	})
}

// statusProbe learns the status that a handler would give.
type statusProbe struct {
	header http.Header
	status int
}

func (p *statusProbe) Header() http.Header         { return p.header }
func (p *statusProbe) Write(b []byte) (int, error) { return len(b), nil }
func (p *statusProbe) WriteHeader(status int)      { p.status = status }
