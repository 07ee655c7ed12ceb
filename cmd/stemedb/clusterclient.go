package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

const (
	defaultClusterAddr = "127.0.0.1:18181"
	// clusterCall bounds one request of a tool; the node's own bound is shorter.
	clusterCall = 30 * time.Second
	// clusterAnswer bounds what a tool reads of an answer, in bytes.
	clusterAnswer = 16 << 20
	// clusterTries is how often a tool asks again after 429.
	clusterTries = 10
)

// clusterClient asks a node about its cluster, by its cluster listener.
type clusterClient struct {
	Addr string // host:port, or the URL of a proxy
	JSON bool
}

func (c *clusterClient) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.Addr, "cluster-addr", defaultClusterAddr, "cluster listener of any node, as host:port, or the URL of a proxy before it")
	cmd.Flags().BoolVar(&c.JSON, "json", false, "print JSON, for scripts")
}

// clusterError is a node's answer that is an error.
type clusterError struct {
	status  int
	retry   time.Duration
	code    string
	message string
	hint    string
}

func (e *clusterError) Error() string {
	if e.hint == "" {
		return e.message
	}
	return e.message + " (" + e.hint + ")"
}

// passing tells whether the same request may succeed a moment later.
func passing(err error) bool {
	var e *clusterError
	if !errors.As(err, &e) {
		return false
	}
	return e.status == http.StatusServiceUnavailable || e.status == http.StatusGatewayTimeout
}

// get decodes a page into out, which takes 503 with a body of its form too.
func (c *clusterClient) get(ctx context.Context, path string, out any) error {
	return c.call(ctx, http.MethodGet, path, nil, out)
}

func (c *clusterClient) post(ctx context.Context, path string, body, out any) error {
	for try := 0; ; try++ {
		err := c.call(ctx, http.MethodPost, path, body, out)
		var e *clusterError
		if !errors.As(err, &e) || e.status != http.StatusTooManyRequests || try == clusterTries {
			return err
		}
		if err := sleep(ctx, max(e.retry, 100*time.Millisecond)); err != nil {
			return err
		}
	}
}

func (c *clusterClient) call(ctx context.Context, method, path string, body, out any) error {
	ctx, stop := context.WithTimeout(ctx, clusterCall)
	defer stop()
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, c.url(path), bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("--cluster-addr %s: %w", c.Addr, err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("ask the node (is it started, and is --cluster-addr %s its cluster listener?): %w", c.Addr, err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, clusterAnswer))
	if err != nil {
		return fmt.Errorf("read the node's answer: %w", err)
	}
	if e := asError(resp, answer); e != nil {
		return e
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return fmt.Errorf("%s does not answer as a cluster listener does: %w", c.url(path), err)
	}
	return nil
}

func (c *clusterClient) url(path string) string {
	if strings.Contains(c.Addr, "://") {
		return strings.TrimRight(c.Addr, "/") + path
	}
	return "http://" + c.Addr + path
}

// asError is the error that an answer holds, or nil.
func asError(resp *http.Response, answer []byte) error {
	var body struct {
		Error *struct{ Code, Message, Hint string }
	}
	err := json.Unmarshal(answer, &body)
	if err == nil && body.Error != nil {
		e := &clusterError{status: resp.StatusCode, code: body.Error.Code, message: body.Error.Message, hint: body.Error.Hint}
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
			e.retry = time.Duration(s) * time.Second
		}
		return e
	}
	if resp.StatusCode >= http.StatusBadRequest && (err != nil || resp.StatusCode != http.StatusServiceUnavailable) {
		return &clusterError{status: resp.StatusCode, message: fmt.Sprintf("%s answered %s", resp.Request.URL, resp.Status)}
	}
	return nil
}

// sleep waits d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
