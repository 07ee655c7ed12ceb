package sidecar

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
)

const (
	defaultRows = 1000
	maxRows     = 10000
)

// queryRequest is the body of POST /v1/query.
type queryRequest struct {
	ConceptPath *string        `json:"concept_path"`
	Predicate   *string        `json:"predicate"`
	Lens        *string        `json:"lens"`
	AsOf        *string        `json:"as_of"`
	Limit       *int           `json:"limit"`
	Params      map[string]any `json:"params"`
}

// queryResponse is the answer of /v1/query, /v1/skeptic and /v1/layered.
type queryResponse struct {
	Lens      *string      `json:"lens"`
	AsOf      *string      `json:"as_of"`
	Rows      []orderedRow `json:"rows"`
	Truncated bool         `json:"truncated"`
	Notices   []string     `json:"notices,omitempty"`
}

func (s *Server) query(r *http.Request) (any, error) {
	var q queryRequest
	if err := decodeBody(r, &q); err != nil {
		return nil, err
	}
	return s.answer(r, &q)
}

// lensRows serves GET /v1/skeptic and /v1/layered: the same query with the
// lens named by the path and the rest in the URL.
func (s *Server) lensRows(lens string) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		q := queryRequest{Lens: &lens, Params: map[string]any{}}
		for name, values := range r.URL.Query() {
			v := values[len(values)-1]
			switch name {
			case "concept_path":
				q.ConceptPath = &v
			case "predicate":
				q.Predicate = &v
			case "as_of":
				q.AsOf = &v
			case "limit":
				n, err := strconv.Atoi(v)
				if err != nil {
					return nil, badRequest("limit", "limit is not a whole number", "Give a number from 1 to 10000.")
				}
				q.Limit = &n
			default:
				q.Params[name] = v // a parameter of the lens; SQL knows which there are
			}
		}
		return s.answer(r, &q)
	}
}

func (s *Server) answer(r *http.Request, q *queryRequest) (any, error) {
	limit, err := q.check()
	if err != nil {
		return nil, err
	}
	text, params := q.sql()
	res, err := s.pool.run(r.Context(), text, params, limit)
	if err != nil {
		return nil, err
	}
	rows := res.rows
	if rows == nil {
		rows = []orderedRow{}
	}
	return queryResponse{Lens: q.Lens, AsOf: q.AsOf, Rows: rows, Truncated: res.more, Notices: res.notices}, nil
}

func (q *queryRequest) check() (limit int, err error) {
	switch {
	case q.ConceptPath == nil || *q.ConceptPath == "":
		return 0, badRequest("concept_path", "concept_path is missing", `Name the concept, as in {"concept_path":"drugs/semaglutide","lens":"authority"}.`)
	case q.Lens == nil && len(q.Params) > 0:
		names := make([]string, 0, len(q.Params))
		for n := range q.Params {
			names = append(names, n)
		}
		sort.Strings(names)
		return 0, badRequest(names[0], "params need a lens", "Name one: recency, confidence, authority, consensus, weighted, skeptic, layered.")
	}
	limit = defaultRows
	if q.Limit != nil {
		limit = *q.Limit
	}
	if limit < 1 || limit > maxRows {
		return 0, badRequest("limit", fmt.Sprintf("limit %d is out of range", limit), "Give a number from 1 to 10000.")
	}
	return limit, nil
}

// sql is the request as a statement; values are parameters, never text.
func (q *queryRequest) sql() (string, []any) {
	var b strings.Builder
	params := []any{*q.ConceptPath}
	arg := func(v any) string {
		params = append(params, v)
		return "$" + strconv.Itoa(len(params))
	}
	b.WriteString("SELECT * FROM public.assertions")
	if q.AsOf != nil {
		b.WriteString(" FOR SYSTEM_TIME AS OF (" + arg(*q.AsOf) + "::timestamptz)")
	}
	if q.Lens != nil {
		b.WriteString(" USING LENS " + quote(*q.Lens))
		names := make([]string, 0, len(q.Params))
		for n := range q.Params {
			names = append(names, n)
		}
		slices.Sort(names)
		for i, n := range names {
			b.WriteString(map[bool]string{true: "(", false: ", "}[i == 0] + quote(n) + " => " + arg(paramText(q.Params[n])))
		}
		if len(names) > 0 {
			b.WriteString(")")
		}
	}
	b.WriteString(" WHERE concept_path = $1")
	if q.Predicate != nil {
		b.WriteString(" AND predicate = " + arg(*q.Predicate))
	}
	if q.Lens == nil {
		b.WriteString(" ORDER BY predicate, asserted_at DESC, id")
	}
	return b.String(), params
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// paramText writes a JSON value as SQL text: lists comma-separated.
func paramText(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = fmt.Sprint(e)
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(v)
}

// decodeBody reads a JSON object strictly: one value, no unknown field.
func decodeBody(r *http.Request, into any) error {
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return bodyError(err, fieldNames(into)...)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badRequest("", "there is more than one JSON value in the body", "Send one.")
	}
	return nil
}

// fieldNames are the fields of the JSON object that a pointer to a struct takes.
func fieldNames(into any) []string {
	t := reflect.TypeOf(into).Elem()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("json")
	}
	return names
}

// bodyError says where a body is wrong; fields are those that it may have.
func bodyError(err error, fields ...string) error {
	var tooLarge *http.MaxBytesError
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.As(err, &kind):
		return badRequest(kind.Field, fmt.Sprintf("%s is a JSON %s, not what it should be", orBody(kind.Field), kind.Value), "It takes "+kindName(kind.Type)+".")
	case errors.As(err, &syntax):
		return badRequest("", fmt.Sprintf("the body is not JSON: %v at byte %d", syntax, syntax.Offset), "")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return badRequest("", "the body is empty or cut off", "Send a JSON object.")
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name := strings.Trim(field, `"`)
		return badRequest(name, "there is no field "+field, "Fields are "+strings.Join(fields, ", ")+".")
	}
	return badRequest("", err.Error(), "")
}

func orBody(field string) string {
	if field == "" {
		return "the body"
	}
	return field
}

// kindName says what JSON a field of a Go type takes.
func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int:
		return "a whole number"
	case reflect.Bool:
		return "true or false"
	case reflect.Map, reflect.Struct:
		return "a JSON object"
	}
	return "a string"
}
