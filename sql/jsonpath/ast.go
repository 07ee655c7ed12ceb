package jsonpath

import "math"

// Kind is what a node is.
type Kind uint8

// The kinds of node. What they hold besides Next is said of each.
const (
	Root      Kind = iota // $
	Current               // @
	Last                  // last
	Null                  // null
	True                  // true
	False                 // false
	Number                // Text: the number's canonical text
	String                // Text
	Variable              // Text: the name
	Key                   // .Text
	AnyKey                // .*
	AnyArray              // [*]
	Index                 // [Subs]
	AnyPath               // .**{From to To}
	Filter                // ?(Left)
	Or                    // Left || Right
	And                   // Left && Right
	Not                   // !(Left)
	IsUnknown             // (Left) is unknown
	Exists                // exists (Left)
	Equal                 // Left == Right, and so on
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
	StartsWith // Left starts with Right
	LikeRegex  // Left like_regex Text flag Flags
	Add        // Left + Right, and so on
	Sub
	Mul
	Div
	Mod
	Plus   // +Left, and so on
	Minus  // -Left
	Method // .Text(), of type, size, abs, floor, ceiling, double and keyvalue
	Datetime
)

// LastLevel is the level `last` of .**{…}.
const LastLevel = math.MaxUint32

// Node is a node of a path: a primary, an operator or an accessor. Next is the
// accessor that is applied to what the node gives.
type Node struct {
	Kind        Kind
	Flags       Flags
	Text        string // of Datetime: the template
	Left, Right *Node
	Next        *Node
	Subs        []Subscript
	From, To    uint32
	HasText     bool // Datetime: there is a template

	height int
}

// Subscript is one entry of [a, b to c]; To is nil when it is no range.
type Subscript struct{ From, To *Node }

// Path is a parsed path.
type Path struct {
	Strict bool
	Expr   *Node
}

// Flags are those of like_regex.
type Flags uint8

// The flags, in the order in which they are printed.
const (
	FoldCase  Flags = 1 << iota // i
	DotAll                      // s
	MultiLine                   // m
	Expanded                    // x
	Quote                       // q
)

const flagLetters = "ismxq"

// operators are the texts of the infix and prefix operators.
var operators = map[Kind]string{
	Or: "||", And: "&&", Equal: "==", NotEqual: "!=", Less: "<", LessEqual: "<=", Greater: ">", GreaterEqual: ">=",
	StartsWith: "starts with", Add: "+", Sub: "-", Mul: "*", Div: "/", Mod: "%", Plus: "+", Minus: "-",
}

// Operator returns the text of an infix or prefix operator.
func (k Kind) Operator() string { return operators[k] }

// priority orders the operators for the printer, which puts brackets around
// operands that do not bind tighter.
func (k Kind) priority() int {
	switch k {
	case Or:
		return 0
	case And:
		return 1
	case Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, StartsWith:
		return 2
	case Add, Sub:
		return 3
	case Mul, Div, Mod:
		return 4
	case Plus, Minus:
		return 5
	}
	return 6
}
