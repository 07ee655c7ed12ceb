package nemesis

import (
	"math/rand/v2"
	"syscall"
	"time"
)

// fault is a way to break a cluster. begin breaks it, and returns what mends it
// again, in the end as if nothing had been; nil: this cluster cannot be broken so.
type fault struct {
	kind  string
	begin func(c *cluster, r *rand.Rand) (mend func())
}

// faults are all of them. Each may come at any time, one after the other; a jump of
// a clock lasts over others.
var faults = []fault{
	{"kill", kill},
	{"kill all", killAll},
	{"restart", restart},
	{"stop", suspend},
	{"cut off", func(c *cluster, r *rand.Rand) func() { return isolate(c, r, cut, true, true) }},
	{"silence", func(c *cluster, r *rand.Rand) func() { return isolate(c, r, silent, true, true) }},
	{"deaf", func(c *cluster, r *rand.Rand) func() { return isolate(c, r, silent, true, false) }},
	{"mute", func(c *cluster, r *rand.Rand) func() { return isolate(c, r, silent, false, true) }},
	{"one way", oneWay},
	{"slow", slow},
	{"clock", jump},
	{"join", grow},
	{"leave", shrink},
	{"move", move},
	{"drain", drain},
}

// maxNodes is how far joins make a cluster grow.
const maxNodes = 5

// grow has one more node join, which gets a replica of every group while clients
// write; the members change.
func grow(c *cluster, _ *rand.Rand) func() {
	if len(c.members()) >= maxNodes {
		return nil
	}
	m := c.add()
	return func() { c.await(m) }
}

func (c *cluster) pick(r *rand.Rand) *member {
	all := c.members()
	return all[r.IntN(len(all))]
}

// kill ends a node as a power failure would, but for its disk's cache.
func kill(c *cluster, r *rand.Rand) func() {
	m := c.pick(r)
	m.node.Load().Kill(c.t)
	return func() {
		c.launch(m)
		c.await(m)
	}
}

func killAll(c *cluster, _ *rand.Rand) func() {
	for _, m := range c.members() {
		m.node.Load().Kill(c.t)
	}
	return func() {
		for _, m := range c.members() {
			c.launch(m)
		}
		for _, m := range c.members() {
			c.await(m)
		}
	}
}

// restart ends a node in order, as an upgrade does.
func restart(c *cluster, r *rand.Rand) func() {
	m := c.pick(r)
	c.halt(m)
	return func() {
		c.launch(m)
		c.await(m)
	}
}

// suspend has a node do nothing for a while, after which it goes on as if no time
// had passed.
func suspend(c *cluster, r *rand.Rand) func() {
	m := c.pick(r)
	m.signal(c.t, syscall.SIGSTOP)
	return func() { m.signal(c.t, syscall.SIGCONT) }
}

// isolate takes what a node hears, or what it says, or both.
func isolate(c *cluster, r *rand.Rand, how condition, hears, says bool) func() {
	m := c.pick(r)
	for _, other := range c.members() {
		if hears && other != m {
			c.net.link(other.name, m.name).set(how, 0)
		}
		if says && other != m {
			c.net.link(m.name, other.name).set(how, 0)
		}
	}
	return c.net.heal
}

// oneWay takes one direction between two nodes.
func oneWay(c *cluster, r *rand.Rand) func() {
	m := c.pick(r)
	other := c.pick(r)
	for other == m {
		other = c.pick(r)
	}
	c.net.link(m.name, other.name).set(silent, 0)
	return c.net.heal
}

// slow makes every byte between the nodes late.
func slow(c *cluster, r *rand.Rand) func() {
	for _, m := range c.members() {
		for _, other := range c.members() {
			if m != other {
				c.net.link(m.name, other.name).set(whole, time.Duration(r.IntN(40))*time.Millisecond)
			}
		}
	}
	return c.net.heal
}

// jump sets a node's clock to where it stays until the next jump.
func jump(c *cluster, r *rand.Rand) func() {
	far := []time.Duration{time.Second, time.Minute, time.Hour}[r.IntN(3)]
	c.pick(r).setClock(c.t, time.Duration(r.Int64N(int64(2*far)))-far)
	return func() {}
}
