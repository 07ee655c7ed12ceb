package functions

import (
	"strings"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

// tsText collects the lexemes of a text, or of several in a row.
type tsText struct {
	cfg  *TSConfig
	pos  int
	list []types.Lexeme
}

func errTSWordLong(c *Ctx) {
	if c.Format.Notice != nil {
		e := sqlerr.New(sqlerr.ProgramLimitExceeded, "word is too long to be indexed").
			WithDetail("Words longer than %d characters are ignored.", types.MaxLexeme)
		e.Severity = "NOTICE"
		c.Format.Notice(e)
	}
}

// add adds a text's lexemes; stop words take positions and leave nothing.
func (t *tsText) add(c *Ctx, text string) error {
	p := tsScanner{s: text}
	for p.next() {
		if len(p.token) >= types.MaxLexeme {
			errTSWordLong(c)
			continue
		}
		d := t.cfg.Dict(p.kind)
		if d == nil {
			continue
		}
		t.pos++
		if w := d.lexeme(p.token); w != "" {
			t.list = append(t.list, types.Lexeme{Word: w, Pos: []types.TSPos{types.MakeTSPos(t.pos, 0)}})
		}
	}
	return p.err
}

func rowToTSVector(c *Ctx, a []datum) (datum, error) {
	cfg, a, err := c.tsConfigArg(a, 2)
	if err != nil {
		return null, err
	}
	return toTSVector(c, cfg, a[0].S)
}

func toTSVector(c *Ctx, cfg *TSConfig, text string) (datum, error) {
	t := tsText{cfg: cfg}
	if err := t.add(c, text); err != nil {
		return null, err
	}
	v, err := types.NewTSVector(t.list)
	return types.Any(v), err
}

// The kinds of JSON value that become part of a document.
const (
	tsJSONKey = 1 << iota
	tsJSONString
	tsJSONNumeric
	tsJSONBool
)

func tsJSONFlags(s string) (int, error) {
	l := openJSON(s)
	if l.kind == '{' {
		return 0, sqlerr.New(sqlerr.InvalidParameterValue, "wrong flag type, only arrays and scalars are allowed")
	}
	const hint = `Possible values are: "string", "numeric", "boolean", "key", and "all".`
	flags := 0
	for _, v := range l.vals {
		switch jsonKind(v) {
		case '[', '{':
			return 0, sqlerr.New(sqlerr.InternalError, "unexpected end of flag array")
		case '"':
		default:
			return 0, sqlerr.New(sqlerr.InvalidParameterValue, "flag array element is not a string").WithHint(hint)
		}
		switch name := jsonString(v); asciiLower(name) {
		case "all":
			flags |= tsJSONKey | tsJSONString | tsJSONNumeric | tsJSONBool
		case "key":
			flags |= tsJSONKey
		case "string":
			flags |= tsJSONString
		case "numeric":
			flags |= tsJSONNumeric
		case "boolean":
			flags |= tsJSONBool
		default:
			return 0, sqlerr.New(sqlerr.InvalidParameterValue, "wrong flag in flag array: \"%s\"", name).WithHint(hint)
		}
	}
	return flags, nil
}

// rowJSONToTSVector makes a document of a JSON value's strings, or of what the
// last of three arguments names.
func rowJSONToTSVector(flagged bool) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		flags, n := tsJSONString, 2
		if flagged {
			n = 3
		}
		cfg, a, err := c.tsConfigArg(a, n)
		if err == nil && flagged {
			flags, err = tsJSONFlags(a[1].S)
		}
		if err != nil {
			return null, err
		}
		t := tsText{cfg: cfg}
		if err := t.addJSON(c, a[0].S, flags); err != nil {
			return null, err
		}
		v, err := types.NewTSVector(t.list)
		return types.Any(v), err
	}
}

// addPart adds a text that no phrase goes across.
func (t *tsText) addPart(c *Ctx, s string) error {
	before := len(t.list)
	err := t.add(c, s)
	if len(t.list) > before {
		t.pos++
	}
	return err
}

func (t *tsText) addJSON(c *Ctx, s string, flags int) error {
	l := openJSON(s)
	for i, v := range l.vals {
		if l.kind == '{' && flags&tsJSONKey != 0 {
			if err := t.addPart(c, l.keys[i]); err != nil {
				return err
			}
		}
		var err error
		switch k := jsonKind(v); {
		case k == '{' || k == '[':
			err = t.addJSON(c, v, flags)
		case k == '"' && flags&tsJSONString != 0:
			err = t.addPart(c, jsonString(v))
		case k == '0' && flags&tsJSONNumeric != 0, (k == 't' || k == 'f') && flags&tsJSONBool != 0:
			err = t.addPart(c, v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tsOperand makes the part of a query that stands for a text: its lexemes
// joined by op, with stop words between them in their places.
func tsOperand(c *Ctx, cfg *TSConfig, op types.TSOp) types.TSOperand {
	return func(word string, weights byte, prefix bool) (*types.TSNode, error) {
		t := tsText{cfg: cfg}
		if err := t.add(c, word); err != nil {
			return nil, err
		}
		var root *types.TSNode
		join := func(n *types.TSNode) {
			if root == nil {
				root = n
				return
			}
			root = &types.TSNode{Op: op, Left: root, Right: n}
			if op == types.TSPhrase {
				root.Distance = 1
			}
		}
		pos := 0
		for _, l := range t.list {
			at := l.Pos[0].Pos()
			for ; pos > 0 && pos+1 < at; pos++ {
				join(types.TSStop())
			}
			pos = at
			join(&types.TSNode{Word: l.Word, Weights: weights, Prefix: prefix})
		}
		return root, nil
	}
}

func rowToTSQuery(mode types.TSMode, op types.TSOp) RowFunc {
	return func(c *Ctx, a []datum) (datum, error) {
		cfg, a, err := c.tsConfigArg(a, 2)
		if err != nil {
			return null, err
		}
		q, err := types.ParseTSQuery(a[0].S, mode, tsOperand(c, cfg, op), &c.Format)
		return types.Any(q), err
	}
}

func rowTSCurrent(c *Ctx, _ []datum) (datum, error) {
	cfg, err := c.currentTSConfig()
	if err != nil {
		return null, err
	}
	return types.Int(int64(cfg.OID)), nil
}

func rowTSLexize(_ *Ctx, a []datum) (datum, error) {
	d, err := tsDictByOID(oidArg(a[0]))
	if err != nil {
		return null, err
	}
	if w := d.lexeme(a[1].S); w != "" {
		return types.Any(types.NewArray(tText, []datum{types.Text(w)})), nil
	}
	return types.Any(&types.Array{Elem: tText}), nil
}

// checkTSParser finds the parser by OID or by name.
func (c *Ctx) checkTSParser(byName bool, d datum) error {
	switch {
	case !byName && oidArg(d) != DefaultTSParser:
		return sqlerr.New(sqlerr.InternalError, "cache lookup failed for text search parser %d", oidArg(d))
	case !byName:
		return nil
	case c.Format.Names != nil:
		_, err := c.Format.Names.ResolveReg(TSParsers, d.S)
		return err
	}
	if _, ok := TSObject(TSParsers, strings.TrimPrefix(d.S, "pg_catalog.")); !ok {
		return sqlerr.New(sqlerr.UndefinedObject, "text search parser \"%s\" does not exist", d.S)
	}
	return nil
}

func setTSTokenTypes(byName bool) SetFunc {
	return func(c *Ctx, a []datum) (SetIter, error) {
		if err := c.checkTSParser(byName, a[0]); err != nil {
			return nil, err
		}
		it := &rowsIter{}
		for i, t := range TSTokenTypes {
			it.rows = append(it.rows, []datum{types.Int(int64(i + 1)), types.Text(t.Alias), types.Text(t.Doc)})
		}
		return it, nil
	}
}

// tsTokens yields tokens as they are found.
type tsTokens struct {
	p   tsScanner
	row func(p *tsScanner) []datum
}

// Next returns the next row.
func (t *tsTokens) Next() ([]datum, bool, error) {
	if !t.p.next() {
		return nil, false, t.p.err
	}
	return t.row(&t.p), true, nil
}

func setTSParse(byName bool) SetFunc {
	return func(c *Ctx, a []datum) (SetIter, error) {
		if err := c.checkTSParser(byName, a[0]); err != nil {
			return nil, err
		}
		return &tsTokens{p: tsScanner{s: a[1].S}, row: func(p *tsScanner) []datum {
			return []datum{types.Int(int64(p.kind)), types.Text(p.token)}
		}}, nil
	}
}

func setTSDebug(c *Ctx, a []datum) (SetIter, error) {
	cfg, a, err := c.tsConfigArg(a, 2)
	if err != nil {
		return nil, err
	}
	return &tsTokens{p: tsScanner{s: a[0].S}, row: func(p *tsScanner) []datum {
		t := TSTokenTypes[p.kind-1]
		row := []datum{types.Text(t.Alias), types.Text(t.Doc), types.Text(p.token), types.Any(&types.Array{Elem: tRegdictionary}), null, null}
		if d := cfg.Dict(p.kind); d != nil {
			id := types.Int(int64(d.OID))
			row[3], row[4] = types.Any(types.NewArray(tRegdictionary, []datum{id})), id
			row[5], _ = rowTSLexize(c, []datum{id, types.Text(p.token)})
		}
		return row
	}}, nil
}
