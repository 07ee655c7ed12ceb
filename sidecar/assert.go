package sidecar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/stemedb/stemedb/claimfile"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// maxClaims bounds the claims of one request.
const maxClaims = 10000

// assertResponse is the answer of POST /v1/assert. IDs are in the order of the
// request.
type assertResponse struct {
	IDs   []string `json:"ids"`
	Count int      `json:"count"`
}

// assert writes one claim or a list of them, all or none.
func (s *Server) assert(r *http.Request) (any, error) {
	claims, err := decodeClaims(r)
	if err != nil {
		return nil, err
	}
	h, err := s.pool.get(r.Context())
	if err != nil {
		return nil, err
	}
	defer s.pool.put(h)
	ids, err := h.insert(r.Context(), claims)
	if syncErr := h.Sync(r.Context()); err == nil {
		err = syncErr
	}
	if err != nil {
		return nil, err
	}
	return assertResponse{IDs: ids, Count: len(ids)}, nil
}

func decodeClaims(r *http.Request) ([]map[string]json.RawMessage, error) {
	dec := json.NewDecoder(r.Body)
	var raw json.RawMessage
	if err := dec.Decode(&raw); err != nil {
		return nil, bodyError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, badRequest("", "there is more than one JSON value in the body", "Send one claim, or a list of claims.")
	}
	var list []map[string]json.RawMessage
	if raw[0] == '[' {
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, bodyError(err)
		}
	} else {
		var one map[string]json.RawMessage
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, bodyError(err)
		}
		list = append(list, one)
	}
	switch {
	case len(list) == 0:
		return nil, badRequest("", "there is no claim in the body", "Send one claim, or a list of claims.")
	case len(list) > maxClaims:
		return nil, badRequest("", fmt.Sprintf("%d claims are more than a request takes (%d)", len(list), maxClaims), "Send several requests, or use COPY.")
	}
	return list, nil
}

// insert writes the claims in the session's implicit transaction.
func (h *httpSession) insert(ctx context.Context, claims []map[string]json.RawMessage) ([]string, error) {
	ids := make([]string, 0, len(claims))
	for i, claim := range claims {
		text, params, err := insertStatement(claim)
		if err == nil {
			var res *result
			if res, err = h.exec(ctx, text, params, 0); err == nil {
				var id string
				if err = json.Unmarshal(res.rows[0].values[0], &id); err == nil {
					ids = append(ids, id)
				}
			}
		}
		if err != nil {
			h.Fail()
			return nil, inClaim(err, i, len(claims))
		}
	}
	return ids, nil
}

// inClaim says which claim of a list is at fault.
func inClaim(err error, i, n int) error {
	if n == 1 {
		return err
	}
	var re *requestError
	if errors.As(err, &re) {
		c := *re
		c.message = fmt.Sprintf("claim %d: %s", i+1, re.message)
		return &c
	}
	e := *sqlerr.From(err)
	e.Message = fmt.Sprintf("claim %d: %s", i+1, e.Message)
	return &e
}

func insertStatement(claim map[string]json.RawMessage) (string, []any, error) {
	var columns, marks []string
	var params []any
	for _, name := range claimfile.Columns {
		raw, ok := claim[name]
		if !ok || string(raw) == "null" {
			continue
		}
		v, err := claimfile.FieldText(name, raw)
		var bad *claimfile.FieldError
		if errors.As(err, &bad) {
			return "", nil, badRequest(bad.Column, bad.Message, bad.Hint)
		}
		if err != nil {
			return "", nil, err
		}
		params = append(params, v)
		columns = append(columns, name)
		marks = append(marks, "$"+strconv.Itoa(len(params)))
	}
	for name := range claim {
		if !slices.Contains(claimfile.Columns, name) {
			return "", nil, badRequest(name, fmt.Sprintf("a claim has no field %q that may be written", name), "Fields are "+strings.Join(claimfile.Columns, ", ")+".")
		}
	}
	if len(columns) == 0 {
		return "INSERT INTO public.assertions DEFAULT VALUES RETURNING id", nil, nil
	}
	return "INSERT INTO public.assertions (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ") RETURNING id", params, nil
}
