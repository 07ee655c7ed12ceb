package transport

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// header is what a dialer says first: magic, version, kind, group, instance.
type header struct {
	kind     byte
	group    uint16
	instance Instance
}

// Instance names a node's data, for good: it is drawn with them. The zero one is that
// of a node that has none yet.
type Instance [16]byte

const (
	headerLen     = 8 + len(Instance{})
	headerVersion = 2
	// kindRaft is a stream on which raft speaks, kindCalls one of requests and
	// answers, kindStreams one of requests with many answers each (frame.go); the
	// group of both is zero.
	kindRaft    = 1
	kindCalls   = 2
	kindStreams = 3
)

var magic = [4]byte{'S', 'D', 'B', 'n'}

func (h header) write(w io.Writer) error {
	b := append(magic[:len(magic):len(magic)], headerVersion, h.kind)
	b = binary.BigEndian.AppendUint16(b, h.group)
	if _, err := w.Write(append(b, h.instance[:]...)); err != nil {
		return fmt.Errorf("send header: %w", err)
	}
	return nil
}

// refusal is the listener's answer: zero, or why there is no stream.
type refusal byte

const (
	granted refusal = iota
	noGroup
	noVersion
	noKind
	goneInstance
)

// Errors of Dial.
var (
	// ErrNoGroup: the node has no replica of the group, or not yet.
	ErrNoGroup = errors.New("the node has no such group")
	// ErrVersion: the node speaks another version.
	ErrVersion = errors.New("the node speaks another version")
	// ErrGone: the cluster has gone on without the data of this node.
	ErrGone = errors.New("the cluster has gone on without the data of this node")
)

func answer(w io.Writer, r refusal) error {
	if _, err := w.Write([]byte{byte(r)}); err != nil {
		return fmt.Errorf("send answer: %w", err)
	}
	return nil
}

func readAnswer(r io.Reader) error {
	var b [1]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return fmt.Errorf("read answer: %w", err)
	}
	switch refusal(b[0]) {
	case granted:
		return nil
	case noGroup:
		return ErrNoGroup
	case noVersion, noKind:
		return ErrVersion
	case goneInstance:
		return ErrGone
	}
	return fmt.Errorf("the node answers %#02x, which is none of this protocol", b[0])
}

// readHeader reads what the dialer wants, and tells it when that is of another
// version.
func readHeader(rw io.ReadWriter) (header, error) {
	var b [headerLen]byte
	// Another version may have a shorter header, and waits for the answer.
	if _, err := io.ReadFull(rw, b[:5]); err != nil {
		return header{}, fmt.Errorf("read header: %w", err)
	}
	switch {
	case [4]byte(b[:4]) != magic:
		return header{}, fmt.Errorf("read header: %q is no node of this cluster", b[:4])
	case b[4] != headerVersion:
		return header{}, errors.Join(fmt.Errorf("read header: version %d, this node speaks %d", b[4], headerVersion), answer(rw, noVersion))
	}
	if _, err := io.ReadFull(rw, b[5:]); err != nil {
		return header{}, fmt.Errorf("read header: %w", err)
	}
	h := header{kind: b[5], group: binary.BigEndian.Uint16(b[6:]), instance: Instance(b[8:])}
	if h.kind < kindRaft || h.kind > kindStreams {
		return header{}, errors.Join(fmt.Errorf("read header: kind %d is not known", h.kind), answer(rw, noKind))
	}
	return h, nil
}
