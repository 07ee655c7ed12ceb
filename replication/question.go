package replication

import (
	"context"
	"slices"

	"github.com/hashicorp/raft"
)

// question is a round of asking voters, at first no more of them than it takes.
type question struct {
	group   *Group
	request []byte
	others  []raft.ServerAddress // who has not been asked
	asked   int                  // who has, and has not answered
	answers chan answer
}

// answer is a voter's, or why there is none.
type answer struct {
	testimony
	addr raft.ServerAddress
	err  error
}

// question is to be put to voters, first of all to who answered last.
func (g *Group) question(others []raft.ServerAddress, request []byte) *question {
	if last := g.witnessed.Load(); last != nil {
		if i := slices.Index(others, *last); i > 0 {
			others[0], others[i] = others[i], others[0]
		}
	}
	return &question{group: g, request: request, others: others, answers: make(chan answer, len(others))}
}

// ask asks so many of those who were not asked.
func (q *question) ask(ctx context.Context, count int) {
	count = min(count, len(q.others))
	for _, addr := range q.others[:count] {
		go func() {
			a, err := q.group.node.askVoter(ctx, addr, q.request)
			q.answers <- answer{testimony: a, addr: addr, err: err}
		}()
	}
	q.others, q.asked = q.others[count:], q.asked+count
}
