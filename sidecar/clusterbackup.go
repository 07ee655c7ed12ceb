package sidecar

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// Backups is what the pages about backups need of storage.
type Backups interface {
	// Cut takes the time of a new backup, and tells what there is to it.
	Cut(ctx context.Context) (any, error)
	// Part writes a part of a backup. Errors wrap ErrNoPart.
	Part(ctx context.Context, name, from, at string, w PartWriter) error
}

// PartWriter takes a part.
type PartWriter = io.Writer

// ErrNoPart is a part that there cannot be.
var ErrNoPart = errors.New("there is no such part")

// backupStall is how long a client may take to read what it was sent, and a node to
// have the next piece.
const backupStall = time.Minute

func (s *ClusterServer) backupCut(r *http.Request) (any, error) {
	return s.opt.Backups.Cut(r.Context())
}

// backupPart streams a part. It takes as long as it takes, unless nothing moves. An
// error after the first piece ends the connection: the part lacks its end then.
func (s *ClusterServer) backupPart(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	stop := context.AfterFunc(s.life, cancel) // a node that closes does not wait for it
	defer stop()
	p := &partResponse{w: w, c: http.NewResponseController(w), stalled: time.AfterFunc(backupStall, cancel)}
	defer p.stalled.Stop()
	q := r.URL.Query()
	err := s.opt.Backups.Part(ctx, r.PathValue("id"), q.Get("from"), q.Get("at"), p)
	if err == nil {
		return
	}
	if p.began {
		s.opt.Logger.Warn("a part of a backup was broken off", "part", r.PathValue("id"), "error", err)
		panic(http.ErrAbortHandler)
	}
	_, err = s.explained(func(*http.Request) (any, error) { return nil, err })(r)
	writeError(w, err)
}

// partResponse moves the deadlines of a response with every piece.
type partResponse struct {
	w       http.ResponseWriter
	c       *http.ResponseController
	stalled *time.Timer
	began   bool
}

// Write implements io.Writer.
func (p *partResponse) Write(b []byte) (int, error) {
	if !p.began {
		p.began = true
		p.w.Header().Set("Content-Type", "application/octet-stream")
	}
	if err := p.c.SetWriteDeadline(time.Now().Add(backupStall)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	n, err := p.w.Write(b)
	p.stalled.Reset(backupStall)
	return n, err
}
