package pgwire

import "time"

// watch looks, every CheckInterval, at the connections whose statement has run
// since the last look, and cancels those whose client has gone; it also ends the
// sessions that were asked to end by another, as soon as it hears of that.
// Connections that answer quickly are never touched and pay nothing but a counter.
func (s *Server) watch() {
	tick := time.NewTicker(s.opts.CheckInterval)
	defer tick.Stop()
	var busy []*conn
	for {
		select {
		case <-s.stopWatch:
			return
		case <-s.look:
			s.conns.each(endTerminated)
			continue
		case <-tick.C:
		}
		busy = busy[:0]
		s.conns.each(func(c *conn) {
			if c.session == nil {
				return // the login deadline watches over it
			}
			endTerminated(c) // who was asked while it logged in
			a := c.activity.Load()
			if a&1 == 1 && a == c.lastActivity {
				busy = append(busy, c)
			}
			c.lastActivity = a
		})
		for _, c := range busy {
			if c.peek().gone {
				s.metrics.lost.Inc()
				c.log.Info("client went away while its statement was running")
				c.lose()
			}
		}
		clear(busy)
	}
}

// endTerminated ends a connection whose session was asked to end.
func endTerminated(c *conn) {
	if c.session != nil && c.session.Terminated() {
		c.end(endNow)
	}
}

// lookNow has the watcher look for sessions that were asked to end.
func (s *Server) lookNow() {
	select {
	case s.look <- struct{}{}:
	default: // it is going to look
	}
}
