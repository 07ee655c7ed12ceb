package nemesis

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	// moveEvery is how often a shard moves, whatever else happens to its cluster.
	moveEvery = 15 * time.Second
	// moveWithin bounds how long a move may have to be tried: faults end before.
	moveWithin = time.Minute
	// moveWait is how long one try may take until another shard is tried.
	moveWait = 10 * time.Second
)

// keepMoving has a shard move to another node every moveEvery until the stop that is
// returned, and complains of a move that does not come about.
func (c *cluster) keepMoving(seed uint64) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	r := rand.New(rand.NewPCG(seed, 1<<32))
	go func() {
		defer close(done)
		tick := time.NewTicker(moveEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := c.moveSome(ctx, r); err == nil {
				c.moved.Add(1)
			} else if ctx.Err() == nil {
				c.complain(err)
				return
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// moveSome moves shards until one has moved.
func (c *cluster) moveSome(ctx context.Context, r *rand.Rand) error {
	ctx, stop := context.WithTimeout(ctx, moveWithin)
	defer stop()
	for {
		err := c.moveOne(ctx, r)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no shard could be moved for %s; last: %w", moveWithin, err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// The states of a move.
const (
	running  = "RUNNING"
	complete = "COMPLETE"
)

// placed is where a shard is.
type placed struct {
	Leader string `json:"leader"`
	Status string `json:"rebalance_status"`
	Move   struct {
		To    string `json:"to"`
		Error string `json:"error"`
	} `json:"move"`
}

// moveOne moves a shard that is drawn to a node that does not lead it, and waits until
// it is there.
func (c *cluster) moveOne(ctx context.Context, r *rand.Rand) error {
	ctx, stop := context.WithTimeout(ctx, moveWait)
	defer stop()
	asked, to, shard := c.pick(r), c.pick(r), fmt.Sprint(r.IntN(8))
	var is placed
	if err := asked.page(ctx, http.MethodGet, "/cluster/shards/"+shard, nil, &is); err != nil {
		return err
	}
	if is.Leader == to.name {
		return fmt.Errorf("%s leads shard %s already", to.name, shard)
	}
	body := map[string]string{"shard_id": shard, "target_node": to.name, "reason": "by schedule"}
	if err := asked.page(ctx, http.MethodPost, "/admin/shards/rebalance", body, &is); err != nil {
		return err
	}
	for is.Status == running || is.Move.To != to.name { // or the node does not know yet
		select {
		case <-ctx.Done():
			return fmt.Errorf("shard %s is still on its way to %s: %w", shard, to.name, ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
		if err := c.pick(r).page(ctx, http.MethodGet, "/cluster/shards/"+shard, nil, &is); err != nil {
			is.Status = running // the node may be dead; another one knows
		}
	}
	if is.Status != complete {
		return fmt.Errorf("the move of shard %s to %s is %s: %s", shard, to.name, is.Status, is.Move.Error)
	}
	return nil
}

// page asks a node for one of its cluster's pages.
func (m *member) page(ctx context.Context, method, path string, body, into any) error {
	ctx, stop := context.WithTimeout(ctx, 3*time.Second)
	defer stop()
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, m.node.Load().Cluster(path), bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, answer)
	}
	return json.Unmarshal(answer, into)
}
