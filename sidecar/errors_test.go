package sidecar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/sql/sqlerr"
)

// TestErrorForm holds the status and the JSON that each kind of error gets.
func TestErrorForm(t *testing.T) {
	column := sqlerr.New(sqlerr.CheckViolation, "no good").WithHint("try %d", 2).WithDetail("why")
	column.Column = "confidence"
	for _, c := range []struct {
		err    error
		status int
		body   string
	}{
		{badRequest("limit", "m", "h"), 400, `{"error":{"code":"bad_request","message":"m","hint":"h","field":"limit"}}`},
		{fmt.Errorf("read: %w", badRequest("", "m", "")), 400, `{"error":{"code":"bad_request","message":"m","hint":""}}`},
		{&http.MaxBytesError{Limit: 1}, 413, `{"error":{"code":"too_large","message":"the request body is larger than the endpoint takes","hint":"Send fewer claims a request."}}`},
		{context.DeadlineExceeded, 504, `{"error":{"code":"57014","message":"the request took longer than it may","hint":"Narrow the query."}}`},
		{sqlerr.New(sqlerr.CannotConnectNow, "m").Wrap(context.DeadlineExceeded), 503, `{"error":{"code":"57P03","message":"m","hint":""}}`},
		{column, 400, `{"error":{"code":"23514","message":"no good","hint":"try 2","detail":"why","field":"confidence"}}`},
		{sqlerr.New(sqlerr.QueryCanceled, "m"), 504, `{"error":{"code":"57014","message":"m","hint":""}}`},
		{sqlerr.New(sqlerr.InsufficientPrivilege, "<m>"), 403, `{"error":{"code":"42501","message":"<m>","hint":""}}`},
		{sqlerr.New(sqlerr.AdminShutdown, "m"), 503, `{"error":{"code":"57P01","message":"m","hint":""}}`},
		{sqlerr.New(sqlerr.SerializationFailure, "m"), 409, `{"error":{"code":"40001","message":"m","hint":""}}`},
		{sqlerr.New(sqlerr.InternalError, "m"), 500, `{"error":{"code":"XX000","message":"m","hint":""}}`},
	} {
		w := httptest.NewRecorder()
		writeError(w, c.err)
		if body := strings.TrimSpace(w.Body.String()); w.Code != c.status || body != c.body || w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v: %d %s", c.err, w.Code, body)
		}
	}
}

// TestInClaim: of a list, the message names the claim at fault, and the error
// that it is made from stays as it is.
func TestInClaim(t *testing.T) {
	bad := badRequest("source", "wrong", "h")
	if got := inClaim(bad, 0, 1); !errors.Is(got, bad) || got.Error() != "wrong" {
		t.Error(got)
	}
	if got := inClaim(bad, 2, 3); got.Error() != "claim 3: wrong" || bad.Error() != "wrong" || statusOf(got) != 400 {
		t.Error(got)
	}
	e := sqlerr.New(sqlerr.CheckViolation, "wrong")
	got := inClaim(e, 1, 3)
	if sqlerr.From(got).Message != "claim 2: wrong" || e.Message != "wrong" || sqlerr.From(got).Code != sqlerr.CheckViolation {
		t.Error(got)
	}
}

func TestInsertStatement(t *testing.T) {
	for _, c := range []struct{ claim, text, field string }{
		{`{"value":1.50,"concept_path":"a","unit":null}`, "INSERT INTO public.assertions (concept_path, value) VALUES ($1, $2) RETURNING id|[a 1.50]", ""},
		{`{}`, "INSERT INTO public.assertions DEFAULT VALUES RETURNING id|[]", ""},
		{`{"derived_from":["a","b\"c"],"metadata":{"k": 1}}`, `INSERT INTO public.assertions (derived_from, metadata) VALUES ($1, $2) RETURNING id|[{"a","b\"c"} {"k":1}]`, ""},
		{`{"tier":1}`, "", "tier"},
		{`{"source":["a"]}`, "", "source"},
		{`{"derived_from":[1]}`, "", "derived_from"},
	} {
		var claim map[string]json.RawMessage
		if err := json.Unmarshal([]byte(c.claim), &claim); err != nil {
			t.Fatal(err)
		}
		text, params, err := insertStatement(claim)
		var re *requestError
		if c.field != "" {
			if !errors.As(err, &re) || re.field != c.field {
				t.Errorf("%s: %v", c.claim, err)
			}
			continue
		}
		if got := fmt.Sprintf("%s|%v", text, params); err != nil || got != c.text {
			t.Errorf("%s: %s, %v", c.claim, got, err)
		}
	}
}

func TestDecodeClaims(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":1}`: "1", `[{"a":1},{"b":2}]`: "2", ` [ ] `: "there is no claim in the body", ``: "the body is empty or cut off",
		`{} {}`: "there is more than one JSON value in the body", `[1]`: "the body is a JSON number, not what it should be", `"x"`: "the body is a JSON string, not what it should be",
		`[` + strings.Repeat("{},", maxClaims) + `{}]`: "10001 claims are more than a request takes (10000)",
	} {
		claims, err := decodeClaims(httptest.NewRequest(http.MethodPost, "/v1/assert", strings.NewReader(body)))
		got := fmt.Sprint(len(claims))
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%.40s: %s", body, got)
		}
	}
}

// TestQuerySQL: names are quoted and values are parameters, whatever they hold.
func TestQuerySQL(t *testing.T) {
	q := queryRequest{}
	body := `{"concept_path":"a' --","lens":"x\" y","as_of":"now","predicate":"p","params":{"b":[1,"z"],"a\"":true}}`
	if err := decodeBody(httptest.NewRequest(http.MethodPost, "/v1/query", strings.NewReader(body)), &q); err != nil {
		t.Fatal(err)
	}
	text, params := q.sql()
	want := `SELECT * FROM public.assertions FOR SYSTEM_TIME AS OF ($2::timestamptz) USING LENS "x"" y"("a""" => $3, "b" => $4) WHERE concept_path = $1 AND predicate = $5`
	if got := fmt.Sprint(params); text != want || got != "[a' -- now true 1,z p]" {
		t.Errorf("%s\n%s", text, got)
	}
}

// TestRouter: paths and methods that are not served get the error form.
func TestRouter(t *testing.T) {
	s := New(Options{})
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodGet, "/nothing", 404, ""}, {http.MethodPost, "/health/live", 405, "GET, HEAD"}, {http.MethodGet, "/v1/assert", 405, "POST"},
		{http.MethodGet, "/debug/pprof/", 404, ""}, {http.MethodGet, "/v1/admin/indexes/status", 404, ""}, {http.MethodGet, "/health/live", 200, ""},
		{http.MethodGet, "/v1/skeptic?limit=x", 400, ""}, {http.MethodGet, "/v1/layered", 400, ""},
	} {
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		body, err := io.ReadAll(w.Body)
		if err != nil || w.Code != c.status || w.Header().Get("Allow") != c.allow || !json.Valid(body) {
			t.Errorf("%s %s: %d %s %s", c.method, c.path, w.Code, w.Header().Get("Allow"), body)
		}
	}
}
