package parser

import pg "github.com/pganalyze/pg_query_go/v5"

// RoutineBody returns the SQL-standard body of a CREATE FUNCTION as it was written: from
// BEGIN ATOMIC or RETURN on.
func (s *Statement) RoutineBody() string {
	toks, depth := tokens(s.Text), 0
	for i, t := range toks {
		switch {
		case isSelf(s.Text, t, '('):
			depth++
		case isSelf(s.Text, t, ')'):
			depth--
		case depth > 0:
		case isWord(s.Text, t, "return"), isWord(s.Text, t, "begin") && i+1 < len(toks) && isWord(s.Text, toks[i+1], "atomic"):
			return s.Text[t.pos:]
		}
	}
	return ""
}

// Inner is a statement that stands within another one, whose text and positions it has.
func (s *Statement) Inner(tree *pg.Node) *Statement {
	in := *s
	in.Tree, in.Kind = tree, kindOf(tree)
	return &in
}

// AtomicBody parses a SQL-standard body, as RoutineBody returned it, into its statements.
// RETURN is the SELECT that it stands for.
func AtomicBody(body string) ([]Statement, error) {
	const head = "CREATE FUNCTION f() RETURNS void "
	stmts, err := Parse(head + body)
	if err != nil {
		return nil, err
	}
	whole := &stmts[0]
	return whole.bodyStatements(whole.Tree.GetCreateFunctionStmt().GetSqlBody()), nil
}

// BodyStatements are the statements of the SQL-standard body of a CREATE FUNCTION.
func (s *Statement) BodyStatements() []Statement {
	return s.bodyStatements(s.Tree.GetCreateFunctionStmt().GetSqlBody())
}

func (s *Statement) bodyStatements(n *pg.Node) []Statement {
	if r := n.GetReturnStmt(); r != nil {
		target := &pg.Node{Node: &pg.Node_ResTarget{ResTarget: &pg.ResTarget{Val: r.Returnval, Location: -1}}}
		sel := &pg.SelectStmt{TargetList: []*pg.Node{target}, LimitOption: pg.LimitOption_LIMIT_OPTION_DEFAULT, Op: pg.SetOperation_SETOP_NONE}
		return []Statement{*s.Inner(&pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: sel}})}
	}
	var out []Statement
	for _, part := range n.GetList().GetItems() {
		if list := part.GetList(); list != nil {
			for _, x := range list.Items {
				if x.GetNode() != nil {
					out = append(out, *s.Inner(x))
				}
			}
			continue
		}
		out = append(out, *s.Inner(part))
	}
	return out
}
