package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progressAfter is how long work runs before it shows a bar.
const progressAfter = 2 * time.Second

// progress shows a bar on a terminal once the work has taken a while.
type progress struct {
	bar   *progressbar.ProgressBar
	start time.Time
	max   int64
	text  string
	out   *os.File
	n     int64
}

func newProgress(limit int64, text string, out *os.File) *progress {
	return &progress{start: time.Now(), max: limit, text: text, out: out}
}

// set says how far the work is; limit may change.
func (p *progress) set(n, limit int64) {
	p.n, p.max = n, limit
	if p.bar == nil {
		if time.Since(p.start) < progressAfter || !term.IsTerminal(int(p.out.Fd())) {
			return
		}
		p.bar = progressbar.NewOptions64(limit, progressbar.OptionSetDescription(p.text), progressbar.OptionSetWriter(p.out),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionClearOnFinish(), progressbar.OptionFullWidth())
	}
	if limit > 0 {
		p.bar.ChangeMax64(limit)
	}
	_ = p.bar.Set64(n) // a bar that cannot be drawn is no reason to stop
}

// reader counts what is read from r.
func (p *progress) reader(r io.Reader) io.Reader { return &countedReader{r, p} }

func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish() // as above
	}
}

type countedReader struct {
	r io.Reader
	p *progress
}

func (c *countedReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.p.set(c.p.n+int64(n), c.p.max)
	return n, err
}
