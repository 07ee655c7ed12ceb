package functions

import (
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// Notifier is a Session that NOTIFY goes out from.
type Notifier interface {
	// Notify sends a notification with the transaction's end. It is called from any
	// goroutine. Errors: the channel or the payload is not allowed.
	Notify(channel, payload string) error
	// ListeningChannels are those that the session listens to, sorted.
	ListeningChannels() []string
}

func rowNotify(c *Ctx, a []datum) (datum, error) {
	n, ok := c.session().(Notifier)
	if !ok {
		return null, sqlerr.New(sqlerr.FeatureNotSupported, "notifications need a session")
	}
	return types.Text(""), n.Notify(a[0].S, a[1].S) // NULL is no text
}

func setListeningChannels(c *Ctx, _ []datum) (SetIter, error) {
	n, ok := c.session().(Notifier)
	if !ok {
		return setNothing(c, nil)
	}
	var rows [][]datum
	for _, d := range textDatums(n.ListeningChannels()) {
		rows = append(rows, []datum{d})
	}
	return &rowsIter{rows}, nil
}
