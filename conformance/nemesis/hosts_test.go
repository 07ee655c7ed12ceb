package nemesis

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// hostPool has the loopback hosts of this test process. Every node that lives has
// one of its own, whatever its cluster. Safe for concurrent use.
type hostPool struct {
	mu   sync.Mutex
	free []string
}

// maxClusters is for how many clusters at once the hosts do, with room for those of
// nodes that have just gone.
const maxClusters = 24

// newHostPool has hosts that other test processes do not have, so that a node that is
// started again finds its port free.
func newHostPool(pid int) *hostPool {
	p := &hostPool{}
	for i := range 254 {
		p.free = append(p.free, fmt.Sprintf("127.%d.%d.%d", 64+pid>>8%128, pid%256, i+1))
	}
	return p
}

// take gives the host that has been free for the longest: connections of the node
// that had it last may still be about.
func (p *hostPool) take() (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) == 0 {
		return "", errors.New("no loopback host is left")
	}
	host := p.free[0]
	p.free = p.free[1:]
	return host, nil
}

// give takes back the host of a node that has ended for good.
func (p *hostPool) give(host string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, host)
}

var hosts = newHostPool(os.Getpid())

// TestHosts has clusters take hosts and give them back, beside each other: no two
// ever have the same, and there are as many in the end.
func TestHosts(t *testing.T) {
	p := newHostPool(0x1234)
	all := len(p.free)
	var mu sync.Mutex
	has := map[string]bool{}
	var wg sync.WaitGroup
	for range maxClusters {
		wg.Go(func() {
			for range 50 {
				var mine []string
				for range maxNodes + 1 {
					host, err := p.take()
					mu.Lock()
					if has[host] || err != nil {
						t.Errorf("%q is given to two: %v", host, err)
					}
					has[host] = true
					mu.Unlock()
					mine = append(mine, host)
				}
				for _, host := range mine {
					mu.Lock()
					delete(has, host)
					mu.Unlock()
					p.give(host)
				}
			}
		})
	}
	wg.Wait()
	if len(p.free) != all {
		t.Errorf("%d hosts of %d came back", len(p.free), all)
	}
	last, err := p.take()
	p.give(last)
	for range all - 1 {
		host, err := p.take()
		if host == last || err != nil {
			t.Fatalf("%q was used again while others had been free for longer: %v", host, err)
		}
	}
	if host, _ := p.take(); host != last || err != nil {
		t.Errorf("the last host is %q, not %s: %v", host, last, err)
	}
	if _, err := p.take(); err == nil {
		t.Error("a host was given that there is not")
	}
}
