package drivers

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stemedb/stemedb/conformance/testnode"
)

// call makes a request and decodes the JSON answer.
func call(t *testing.T, method, url, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s %s: %v in %s", method, url, err, raw)
	}
	return resp.StatusCode, out
}

func TestHTTP(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	status, out := call(t, "POST", n.HTTP("/v1/assert"), `[
	  {"concept_path":"http/1","predicate":"p","value":"a","source":"fda:1","asserted_at":"2026-01-01T00:00:00Z","metadata":{"k":[1,2]}},
	  {"concept_path":"http/1","predicate":"p","value":7,"source":"blog:2","confidence":0.5,"asserted_at":"2026-02-01T00:00:00Z"}]`)
	if status != 200 || len(out["ids"].([]any)) != 2 {
		t.Fatalf("assert: %d %v", status, out)
	}
	for lens, want := range map[string]string{"authority": "a", "recency": "7"} {
		status, out = call(t, "POST", n.HTTP("/v1/query"), fmt.Sprintf(`{"concept_path":"http/1","lens":%q}`, lens))
		rows, _ := out["rows"].([]any)
		if status != 200 || len(rows) != 1 || rows[0].(map[string]any)["value"] != want || out["lens"] != lens || out["truncated"] != false {
			t.Errorf("%s: %d %v", lens, status, out)
		}
		var viaSQL string
		if err := n.Connect(t).QueryRow(context.Background(), "SELECT value FROM "+lens+".assertions WHERE concept_path = 'http/1'").Scan(&viaSQL); err != nil || viaSQL != want {
			t.Errorf("SQL says %q, %v", viaSQL, err)
		}
	}
	status, out = call(t, "POST", n.HTTP("/v1/query"), `{"concept_path":"http/1","limit":1}`)
	if status != 200 || out["truncated"] != true || len(out["rows"].([]any)) != 1 {
		t.Errorf("limit 1: %d %v", status, out)
	}
	status, out = call(t, "GET", n.HTTP("/v1/skeptic?concept_path=http/1"), "")
	if status != 200 || len(out["rows"].([]any)) != 2 {
		t.Errorf("skeptic: %d %v", status, out)
	}
	status, out = call(t, "GET", n.HTTP("/v1/layered?concept_path=http/1&min_confidence=0.4"), "")
	if status != 200 || len(out["rows"].([]any)) != 2 {
		t.Errorf("layered: %d %v", status, out)
	}
}

// TestHTTPErrors: each bad request gets the error form, names the field, and
// leaves the server as it was.
func TestHTTPErrors(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	cases := []struct {
		method, path, body string
		status             int
		code, field        string
	}{
		{"POST", "/v1/query", `{"lens":"authority"}`, 400, "bad_request", "concept_path"},
		{"POST", "/v1/query", `{"concept_path":1}`, 400, "bad_request", "concept_path"},
		{"POST", "/v1/query", `{"concept_path":"a","nonsense":1}`, 400, "bad_request", "nonsense"},
		{"POST", "/v1/query", `{"concept_path":"a"`, 400, "bad_request", ""},
		{"POST", "/v1/query", ``, 400, "bad_request", ""},
		{"POST", "/v1/query", `{"concept_path":"a"} {}`, 400, "bad_request", ""},
		{"POST", "/v1/query", `{"concept_path":"a","limit":100000}`, 400, "bad_request", "limit"},
		{"POST", "/v1/query", `{"concept_path":"a","lens":"best"}`, 400, "42704", ""},
		{"POST", "/v1/query", `{"concept_path":"a","as_of":"yesteryear"}`, 400, "22007", ""},
		{"POST", "/v1/query", `{"concept_path":"a","as_of":"2999-01-01"}`, 400, "22023", ""},
		{"POST", "/v1/assert", `{"concept_path":"a","predicate":"p","value":"v"}`, 400, "23502", "source"},
		{"POST", "/v1/assert", `{"concept_path":"/a","predicate":"p","value":"v","source":"s"}`, 400, "23514", "concept_path"},
		{"POST", "/v1/assert", `{"concept_path":"a","predicate":"p","value":"v","source":"s","tier":1}`, 400, "bad_request", "tier"},
		{"POST", "/v1/assert", `{"concept_path":"a","predicate":"p","value":"v","source":"s","confidence":2}`, 400, "23514", "confidence"},
		{"POST", "/v1/assert", `[]`, 400, "bad_request", ""},
		{"GET", "/v1/query", ``, 405, "method_not_allowed", ""},
		{"GET", "/nothing", ``, 404, "not_found", ""},
		{"POST", "/v1/query", `{"concept_path":"` + strings.Repeat("a", 2<<20) + `"}`, 413, "too_large", ""},
	}
	for _, c := range cases {
		status, out := call(t, c.method, n.HTTP(c.path), c.body)
		e, _ := out["error"].(map[string]any)
		field, _ := e["field"].(string)
		if status != c.status || e["code"] != c.code || field != c.field || e["message"] == "" {
			t.Errorf("%s %s %.60s: %d %v", c.method, c.path, c.body, status, out)
		}
	}
	if status, out := call(t, "GET", n.HTTP("/health/ready"), ""); status != 200 {
		t.Errorf("afterwards: %d %v", status, out)
	}
}

// TestMetrics: the runbook's names with exactly their labels.
func TestMetrics(t *testing.T) {
	n := testnode.Start(t, t.TempDir())
	for range 20 {
		call(t, "POST", n.HTTP("/v1/query"), `{"concept_path":"test/performance","lens":"recency"}`)
	}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, n.HTTP("/metrics"), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`stemedb_query_latency_seconds{quantile="0.99"} `, `stemedb_query_total{node="node1"} `, "stemedb_query_timeout_total ",
		`concept_path_query_rate{concept_path="test/performance"} `, "stemedb_cache_size_bytes 6.7108864e+07", "stemedb_index_", "process_resident_memory_bytes ",
		`replication_lag_seconds{node="node1"} 0`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
}
