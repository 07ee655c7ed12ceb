package claimfile

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ndjson reads one JSON object a line.
type ndjson struct {
	r    *bufio.Reader
	out  *Reader
	line int64
	raw  []byte
}

func (n *ndjson) read() (*Record, *Reject, error) {
	for {
		raw, err := n.cut()
		if errors.Is(err, errTooLong) {
			return nil, &Reject{Line: n.line, Reason: err.Error(), Raw: bytes.Clone(raw)}, nil
		}
		if err != nil {
			return nil, nil, err
		}
		if len(bytes.TrimSpace(raw)) == 0 {
			continue
		}
		if err := n.parse(raw); err != nil {
			return nil, &Reject{Line: n.line, Reason: err.Error(), Raw: bytes.Clone(raw)}, nil
		}
		return &n.out.rec, nil, nil
	}
}

func (n *ndjson) cut() ([]byte, error) {
	n.raw = n.raw[:0]
	tooLong := false
	for {
		part, err := n.r.ReadSlice('\n')
		if tooLong = tooLong || len(n.raw)+len(part) > maxRecord; !tooLong {
			n.raw = append(n.raw, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (!errors.Is(err, io.EOF) || len(n.raw) == 0) {
			return nil, err
		}
		n.line++
		if tooLong {
			return n.raw, errTooLong
		}
		return bytes.TrimRight(n.raw, "\r\n"), nil
	}
}

func (n *ndjson) parse(raw []byte) error {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return fmt.Errorf("the line is not a JSON object: %w", err)
	}
	rec := &n.out.rec
	rec.Line, rec.Raw = n.line, raw
	clear(rec.Fields)
	for name, value := range object {
		i, err := n.out.opt.target(name)
		if err != nil {
			return err
		}
		if i < 0 || string(value) == "null" {
			continue
		}
		text, err := FieldText(Columns[i], value)
		if err != nil {
			return err
		}
		if text != "" {
			rec.Fields[i] = Field{Text: text, Given: true}
		}
	}
	return nil
}
