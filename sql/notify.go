package sql

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

const (
	// maxPayload and maxChannel bound a notification, in bytes, as PostgreSQL does.
	maxPayload = 7999
	maxChannel = 63
	// maxInbox bounds what waits for a session, in bytes: one that does not read for
	// so long is ended, since it must not miss any.
	maxInbox = 16 << 20
)

// Notification is what NOTIFY tells the sessions that listen to a channel.
type Notification struct {
	PID     int32 // of the session that sent it
	Channel string
	Payload string `json:",omitempty"`
}

func (n *Notification) bytes() int { return len(n.Channel) + len(n.Payload) }

// listeners are the sessions of this node that listen, by channel. Safe for
// concurrent use.
type listeners struct {
	mu       sync.Mutex
	channels map[string]map[*Session]struct{}
}

// change has a session listen to a channel, or no more. The caller holds the lock.
func (l *listeners) change(s *Session, channel string, listen bool) {
	if !listen {
		delete(l.channels[channel], s)
		if len(l.channels[channel]) == 0 {
			delete(l.channels, channel)
		}
		return
	}
	if l.channels == nil {
		l.channels = map[string]map[*Session]struct{}{}
	}
	if l.channels[channel] == nil {
		l.channels[channel] = map[*Session]struct{}{}
	}
	l.channels[channel][s] = struct{}{}
}

// deliver gives notifications to who listens, to all sessions in the same order.
func (l *listeners) deliver(sent []Notification) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range sent {
		for s := range l.channels[n.Channel] {
			s.inbox.put(s, n)
		}
	}
}

// inbox keeps notifications until the session's front end takes them. Safe for
// concurrent use.
type inbox struct {
	mu    sync.Mutex
	list  []Notification
	bytes int
}

func (b *inbox) put(s *Session, n Notification) {
	b.mu.Lock()
	full := b.bytes+n.bytes() > maxInbox
	if !full {
		b.list = append(b.list, n)
		b.bytes += n.bytes()
	}
	b.mu.Unlock()
	if full {
		s.eng.opt.Logger.Warn("a session that listens does not take its notifications and is ended", "pid", s.opt.PID, "bytes", maxInbox)
		s.Terminate()
	}
	if s.opt.Notified != nil {
		s.opt.Notified()
	}
}

// Notifications takes what has come since the last call. It is called between
// transactions.
func (s *Session) Notifications() []Notification {
	s.inbox.mu.Lock()
	defer s.inbox.mu.Unlock()
	list := s.inbox.list
	s.inbox.list, s.inbox.bytes = nil, 0
	return list
}

// notifyOp is LISTEN, UNLISTEN or NOTIFY, which take effect with the transaction's end.
type notifyOp struct {
	kind  plan.NotifyKind
	about Notification // an empty channel is every channel
}

// notifier is a session's part. Functions may notify beside the session's goroutine.
type notifier struct {
	mu        sync.Mutex
	ops       []notifyOp // of the transaction
	listening map[string]struct{}
}

// mark implements participant.
func (p *notifier) mark() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.ops)
}

// rollbackTo implements participant.
func (p *notifier) rollbackTo(mark int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ops = slices.Delete(p.ops, mark, len(p.ops))
}

func (p *notifier) add(op notifyOp) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ops = append(p.ops, op)
}

// notifyStatement carries out LISTEN, UNLISTEN and NOTIFY.
func (s *Session) notifyStatement(u *plan.Notify) error {
	s.ensure()
	if u.Kind == plan.NotifySend {
		return functionSession{s}.Notify(u.Channel, u.Payload)
	}
	s.notifier.add(notifyOp{kind: u.Kind, about: Notification{Channel: u.Channel}})
	return nil
}

// Notify implements functions.Notifier.
func (f functionSession) Notify(channel, payload string) error {
	switch {
	case channel == "":
		return sqlerr.New(sqlerr.InvalidParameterValue, "channel name cannot be empty")
	case len(channel) > maxChannel:
		return sqlerr.New(sqlerr.InvalidParameterValue, "channel name too long").WithHint("%d bytes are the most.", maxChannel)
	case len(payload) > maxPayload:
		return sqlerr.New(sqlerr.InvalidParameterValue, "payload string too long").WithHint("%d bytes are the most.", maxPayload)
	}
	f.s.notifier.add(notifyOp{kind: plan.NotifySend, about: Notification{f.s.opt.PID, channel, payload}})
	return nil
}

// ListeningChannels implements functions.Notifier.
func (f functionSession) ListeningChannels() []string {
	f.s.notifier.mu.Lock()
	defer f.s.notifier.mu.Unlock()
	return slices.Sorted(maps.Keys(f.s.notifier.listening))
}

// notifyEnd ends a transaction's part: what it has said takes effect, or is forgotten.
func (s *Session) notifyEnd(commit bool) {
	p := &s.notifier
	p.mu.Lock()
	ops := p.ops
	p.ops = nil
	p.mu.Unlock()
	if len(ops) == 0 || !commit {
		return
	}
	var sent []Notification
	said := map[Notification]struct{}{} // the same thing said twice is told once
	for _, op := range ops {
		if op.kind != plan.NotifySend {
			s.listen(op.about.Channel, op.kind == plan.NotifyListen)
			continue
		}
		if _, again := said[op.about]; !again {
			said[op.about] = struct{}{}
			sent = append(sent, op.about)
		}
	}
	s.eng.notify(sent)
}

// listen has a session listen to a channel, or no more; an empty channel is all that
// it listens to.
func (s *Session) listen(channel string, listen bool) {
	l, p := &s.eng.listeners, &s.notifier
	l.mu.Lock()
	defer l.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case channel == "":
		for channel := range p.listening {
			l.change(s, channel, false)
		}
		p.listening = nil
		return
	case listen && p.listening == nil:
		p.listening = map[string]struct{}{}
	}
	l.change(s, channel, listen)
	if listen {
		p.listening[channel] = struct{}{}
	} else {
		delete(p.listening, channel)
	}
}

// notify tells the sessions of all nodes.
func (e *Engine) notify(sent []Notification) {
	if len(sent) == 0 {
		return
	}
	e.listeners.deliver(sent)
	if e.opt.Announce == nil {
		return
	}
	message, err := json.Marshal(sent)
	if err == nil {
		err = e.opt.Announce(message)
	}
	if err != nil {
		e.opt.Logger.Warn("notifications do not reach other nodes", "count", len(sent), "error", err)
	}
}

// Announced takes what another node's engine gave to Options.Announce.
func (e *Engine) Announced(message []byte) error {
	var sent []Notification
	if err := json.Unmarshal(message, &sent); err != nil {
		return fmt.Errorf("read notifications of another node: %w", err)
	}
	e.listeners.deliver(sent)
	return nil
}
