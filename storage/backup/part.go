package backup

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/cespare/xxhash/v2"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/storage"
)

// Kind is what a part holds.
type Kind uint8

// The kinds of parts. Numbers are on disk.
const (
	KindClaims Kind = 1
	KindState  Kind = 2
)

var partMagic = []byte("STEMEBK1")

const (
	partHeader = 27
	partBuffer = 256 << 10
	maxItem    = 64 << 20
)

// ErrDamaged is a part that is not what was written: cut off, changed, or another's.
var ErrDamaged = errors.New("the backup is damaged")

// Header says what a part holds: what was recorded after From, up to To.
type Header struct {
	Kind     Kind
	Shard    storage.ShardID
	From, To knowledge.Micros
}

// partWriter writes a part.
type partWriter struct {
	w     io.Writer
	buf   []byte
	hash  *xxhash.Digest
	count uint64
}

func newPartWriter(w io.Writer, h Header) *partWriter {
	p := &partWriter{w: w, hash: xxhash.New(), buf: make([]byte, 0, partBuffer+partBuffer/4)}
	p.buf = append(append(p.buf, partMagic...), byte(h.Kind))
	p.buf = binary.BigEndian.AppendUint16(p.buf, uint16(h.Shard))
	p.buf = binary.BigEndian.AppendUint64(p.buf, uint64(h.From))
	p.buf = binary.BigEndian.AppendUint64(p.buf, uint64(h.To))
	return p
}

func (p *partWriter) add(key, value []byte) error {
	p.buf = append(binary.AppendUvarint(p.buf, uint64(len(key))+1), key...)
	p.buf = append(binary.AppendUvarint(p.buf, uint64(len(value))), value...)
	if p.count++; len(p.buf) < partBuffer {
		return nil
	}
	return p.flush()
}

func (p *partWriter) flush() error {
	_, _ = p.hash.Write(p.buf) // cannot fail
	_, err := p.w.Write(p.buf)
	p.buf = p.buf[:0]
	return err
}

func (p *partWriter) end() error {
	p.buf = binary.BigEndian.AppendUint64(append(p.buf, 0), p.count)
	if err := p.flush(); err != nil {
		return err
	}
	_, err := p.w.Write(binary.BigEndian.AppendUint64(nil, p.hash.Sum64()))
	return err
}

// PartReader reads a part, and checks it as it goes.
type PartReader struct {
	Header
	r     *bufio.Reader
	hash  *xxhash.Digest
	buf   []byte
	key   []byte
	count uint64
	err   error // io.EOF: the end was there, and all is whole
}

// ReadPart begins to read a part. Errors: ErrDamaged, the reader's.
func ReadPart(r io.Reader) (*PartReader, error) {
	p := &PartReader{r: bufio.NewReaderSize(r, partBuffer), hash: xxhash.New()}
	b, err := p.take(nil, partHeader)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(b[:8], partMagic) {
		return nil, fmt.Errorf("%w: it begins with %q", ErrDamaged, b[:8])
	}
	p.Kind, p.Shard = Kind(b[8]), storage.ShardID(binary.BigEndian.Uint16(b[9:]))
	p.From, p.To = knowledge.Micros(binary.BigEndian.Uint64(b[11:])), knowledge.Micros(binary.BigEndian.Uint64(b[19:]))
	if p.Kind != KindClaims && p.Kind != KindState {
		return nil, fmt.Errorf("%w: kind %d", ErrDamaged, p.Kind)
	}
	return p, nil
}

// Count is the number of records that were read.
func (p *PartReader) Count() uint64 { return p.count }

// Next reads a record, valid until the next call. Errors: io.EOF after the last one,
// when all of the part was there; ErrDamaged; the reader's.
func (p *PartReader) Next() (key, value []byte, err error) {
	if p.err == nil {
		key, value, p.err = p.next()
	}
	return key, value, p.err
}

func (p *PartReader) next() (key, value []byte, err error) {
	n, err := p.length()
	if err != nil {
		return nil, nil, err
	}
	if n == 0 {
		return nil, nil, p.end()
	}
	if p.key, err = p.take(p.key, n-1); err != nil {
		return nil, nil, err
	}
	if n, err = p.length(); err != nil {
		return nil, nil, err
	}
	if p.buf, err = p.take(p.buf, n); err != nil {
		return nil, nil, err
	}
	p.count++
	return p.key, p.buf, nil
}

func (p *PartReader) end() error {
	b, err := p.take(nil, 8)
	if err != nil {
		return err
	}
	count, sum := binary.BigEndian.Uint64(b), p.hash.Sum64()
	if b, err = p.take(nil, 8); err != nil {
		return err
	}
	if count != p.count || binary.BigEndian.Uint64(b) != sum {
		return fmt.Errorf("%w: the checksum at its end does not match", ErrDamaged)
	}
	if _, err := p.r.ReadByte(); !errors.Is(err, io.EOF) {
		return errors.Join(fmt.Errorf("%w: something follows its end", ErrDamaged), err)
	}
	return io.EOF
}

// take reads n bytes, in pieces: a length that is damaged must not take memory that
// the part does not have.
func (p *PartReader) take(buf []byte, n int) ([]byte, error) {
	buf = buf[:0]
	for n > 0 {
		k := min(n, partBuffer)
		at := len(buf)
		if cap(buf)-at < k {
			buf = append(make([]byte, 0, 2*at+k), buf...)
		}
		buf = buf[:at+k]
		if _, err := io.ReadFull(p.r, buf[at:]); err != nil {
			return nil, cutOff(err)
		}
		n -= k
	}
	_, _ = p.hash.Write(buf) // cannot fail
	return buf, nil
}

// cutOff tells an end that comes too soon from a failure to read.
func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends too soon", ErrDamaged)
	}
	return err
}

// ReadByte lets binary.ReadUvarint sum what it reads.
func (p *PartReader) ReadByte() (byte, error) {
	c, err := p.r.ReadByte()
	if err == nil {
		_, _ = p.hash.Write([]byte{c}) // cannot fail
	}
	return c, err
}

func (p *PartReader) length() (int, error) {
	n, err := binary.ReadUvarint(p)
	switch {
	case err != nil:
		return 0, cutOff(err)
	case n > maxItem:
		return 0, fmt.Errorf("%w: a length of %d bytes", ErrDamaged, n)
	}
	return int(n), nil
}

// The key of a state record.
const stateKeyHead = 8 + 2 + 1

func appendStateKey(b []byte, c *storage.StateChange) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(c.Recorded))
	b = binary.BigEndian.AppendUint16(b, c.Table)
	flags := byte(0)
	if c.Delete {
		flags = 1
	}
	return append(append(b, flags), c.Key...)
}

// splitStateKey reads a state record; the change shares its bytes.
func splitStateKey(key, row []byte) (c storage.StateChange, err error) {
	if len(key) < stateKeyHead || key[10] > 1 {
		return c, fmt.Errorf("%w: a state record of %d bytes", ErrDamaged, len(key))
	}
	c.Recorded, c.Table = knowledge.Micros(binary.BigEndian.Uint64(key)), binary.BigEndian.Uint16(key[8:])
	c.Delete, c.Key, c.Row, c.Expect = key[10] == 1, key[stateKeyHead:], row, storage.AnyVersion
	return c, nil
}
