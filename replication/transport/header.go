package transport

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// header is what a dialer says first.
type header struct {
	kind  byte
	group uint16
}

const (
	headerLen     = 8
	headerVersion = 1
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
	if _, err := w.Write(binary.BigEndian.AppendUint16(b, h.group)); err != nil {
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
)

// Errors of Dial.
var (
	// ErrNoGroup: the node has no replica of the group, or not yet.
	ErrNoGroup = errors.New("the node has no such group")
	// ErrVersion: the node speaks another version.
	ErrVersion = errors.New("the node speaks another version")
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
	}
	return fmt.Errorf("the node answers %#02x, which is none of this protocol", b[0])
}

// readHeader reads what the dialer wants, and tells it when that is of another
// version.
func readHeader(rw io.ReadWriter) (header, error) {
	var b [headerLen]byte
	if _, err := io.ReadFull(rw, b[:]); err != nil {
		return header{}, fmt.Errorf("read header: %w", err)
	}
	h := header{kind: b[5], group: binary.BigEndian.Uint16(b[6:])}
	switch {
	case [4]byte(b[:4]) != magic:
		return header{}, fmt.Errorf("read header: %q is no node of this cluster", b[:4])
	case b[4] != headerVersion:
		return header{}, errors.Join(fmt.Errorf("read header: version %d, this node speaks %d", b[4], headerVersion), answer(rw, noVersion))
	case h.kind < kindRaft || h.kind > kindStreams:
		return header{}, errors.Join(fmt.Errorf("read header: kind %d is not known", h.kind), answer(rw, noKind))
	}
	return h, nil
}
