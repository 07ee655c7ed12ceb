package plan

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v5"

	"github.com/stemedb/stemedb/sql/charset"
	"github.com/stemedb/stemedb/sql/parser"
	"github.com/stemedb/stemedb/sql/sqlerr"
)

// copyStmt reads COPY's parts and checks its options against each other as
// PostgreSQL's ProcessCopyOptions does.
func copyStmt(n *pg.CopyStmt, stmt *parser.Statement, inner func(*pg.Node) *parser.Statement) (Utility, error) {
	c := &Copy{From: n.IsFrom, Format: "text", Where: n.WhereClause}
	if n.IsProgram || n.Filename != "" {
		return nil, sqlerr.New(sqlerr.FeatureNotSupported, "COPY to or from a server's file or program is not supported").
			WithHint("Use COPY … FROM STDIN or TO STDOUT; psql's \\copy reads and writes the client's files.")
	}
	if n.Relation != nil {
		c.Schema, c.Table = n.Relation.Schemaname, n.Relation.Relname
	}
	if n.Query != nil {
		c.Query = inner(n.Query)
	}
	for _, a := range n.Attlist {
		c.Columns = append(c.Columns, a.GetString_().GetSval())
	}
	if err := eachOption(stmt, n.Options, c.option); err != nil {
		return nil, err
	}
	return c, c.check()
}

// eachOption takes the options of a statement, each of which may be there once.
func eachOption(stmt *parser.Statement, options []*pg.Node, take func(*pg.DefElem) error) error {
	seen := map[string]bool{}
	for _, o := range options {
		d := o.GetDefElem()
		if seen[d.Defname] {
			return sqlerr.New(sqlerr.SyntaxError, "conflicting or redundant options").At(stmt.Position(d.Location))
		}
		seen[d.Defname] = true
		if err := take(d); err != nil {
			return err
		}
	}
	return nil
}

func (c *Copy) option(d *pg.DefElem) error {
	v := constText(d.Arg)
	switch d.Defname {
	case "format":
		switch v {
		case "text", "csv", "binary":
			c.Format = v
		default:
			return sqlerr.New(sqlerr.InvalidParameterValue, "COPY format %q not recognized", v)
		}
	case "delimiter":
		c.Delimiter = &v
	case "null":
		c.Null = &v
	case "quote":
		c.Quote = &v
	case "escape":
		c.Escape = &v
	case "header":
		switch strings.ToLower(v) {
		case "match":
			c.Header = "match"
		case "", "on", "true", "1":
			c.Header = "true"
		case "off", "false", "0":
		default:
			return sqlerr.New(sqlerr.SyntaxError, `header requires a Boolean value or "match"`)
		}
	case "force_quote":
		c.ForceQuoteAll = d.Arg.GetAStar() != nil
		c.ForceQuote = nameList(d.Arg)
	case "force_not_null":
		c.ForceNotNull = nameList(d.Arg)
	case "force_null":
		c.ForceNull = nameList(d.Arg)
	case "encoding":
		if c.Encoding = charset.Name(v); c.Encoding == "" {
			return sqlerr.New(sqlerr.InvalidParameterValue, "argument to option \"encoding\" must be a valid encoding name")
		}
		if _, err := charset.NewCoder(c.Encoding); err != nil {
			return err
		}
	case "default":
		c.Default = &v
	case "freeze":
	default:
		return sqlerr.New(sqlerr.SyntaxError, "option %q not recognized", d.Defname)
	}
	return nil
}

func nameList(n *pg.Node) []string {
	var out []string
	for _, i := range n.GetList().GetItems() {
		out = append(out, i.GetString_().GetSval())
	}
	return out
}

func (c *Copy) check() error {
	csv := c.Format == "csv"
	switch {
	case c.Format == "binary" && c.Delimiter != nil:
		return sqlerr.New(sqlerr.SyntaxError, "cannot specify DELIMITER in BINARY mode")
	case c.Format == "binary" && c.Null != nil:
		return sqlerr.New(sqlerr.SyntaxError, "cannot specify NULL in BINARY mode")
	case c.Format == "binary" && c.Default != nil:
		return sqlerr.New(sqlerr.SyntaxError, "cannot specify DEFAULT in BINARY mode")
	case c.Format == "binary" && c.Header != "":
		return sqlerr.New(sqlerr.FeatureNotSupported, "cannot specify HEADER in BINARY mode")
	case c.Default != nil && (!c.From || *c.Default != c.nullText()):
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY DEFAULT can only be the NULL text of COPY FROM").
			WithHint("In CSV that is the empty text: (FORMAT csv, DEFAULT '').")
	case c.Delimiter != nil && len(*c.Delimiter) != 1:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY delimiter must be a single one-byte character")
	case c.Delimiter != nil && (*c.Delimiter == "\n" || *c.Delimiter == "\r"):
		return sqlerr.New(sqlerr.InvalidParameterValue, "COPY delimiter cannot be newline or carriage return")
	case c.Delimiter != nil && !csv && strings.Contains("\\.abcdefghijklmnopqrstuvwxyz0123456789", *c.Delimiter):
		return sqlerr.New(sqlerr.InvalidParameterValue, "COPY delimiter cannot be %q", *c.Delimiter)
	case c.Null != nil && strings.ContainsAny(*c.Null, "\r\n"):
		return sqlerr.New(sqlerr.InvalidParameterValue, "COPY null representation cannot use newline or carriage return")
	case !csv && c.Quote != nil:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY quote available only in CSV mode")
	case c.Quote != nil && len(*c.Quote) != 1:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY quote must be a single one-byte character")
	case !csv && c.Escape != nil:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY escape available only in CSV mode")
	case c.Escape != nil && len(*c.Escape) != 1:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY escape must be a single one-byte character")
	case (c.ForceQuote != nil || c.ForceQuoteAll) && !csv:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY force quote available only in CSV mode")
	case (c.ForceQuote != nil || c.ForceQuoteAll) && c.From:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY force quote only available using COPY TO")
	case c.ForceNotNull != nil && !csv:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY force not null available only in CSV mode")
	case c.ForceNotNull != nil && !c.From:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY force not null only available using COPY FROM")
	case c.ForceNull != nil && !csv:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY force null available only in CSV mode")
	case c.ForceNull != nil && !c.From:
		return sqlerr.New(sqlerr.FeatureNotSupported, "COPY force null only available using COPY FROM")
	case c.Header == "match" && !c.From:
		return sqlerr.New(sqlerr.FeatureNotSupported, "cannot use %q with HEADER in COPY TO", "match")
	}
	return nil
}

func (c *Copy) nullText() string {
	switch {
	case c.Null != nil:
		return *c.Null
	case c.Format == "csv":
		return ""
	}
	return "\\N"
}
