package catalog

import (
	"github.com/stemedb/stemedb/sql/functions"
	"github.com/stemedb/stemedb/sql/types"
)

// library is all functions and operators, those without code too, and how they are
// found. It is made when it is first asked for, shared and never changed.
type library struct {
	procs      []proc // by OID
	procOID    map[types.OID]*proc
	procName   map[string][]*proc
	codeless   map[string][]*functions.Func
	operators  []operator // by OID
	operOID    map[types.OID]*operator
	operName   map[string][]*operator
	codelessOp map[string][]*functions.Operator
}

func buildLibrary() *library {
	l := &library{procs: buildProcs(), operators: buildOperators(), codeless: map[string][]*functions.Func{}, codelessOp: map[string][]*functions.Operator{}}
	l.procOID, l.procName = make(map[types.OID]*proc, len(l.procs)), make(map[string][]*proc, len(l.procs))
	for i := range l.procs {
		p := &l.procs[i]
		l.procOID[p.OID] = p
		l.procName[p.Name] = append(l.procName[p.Name], p)
		if !p.HasCode() {
			l.codeless[p.Name] = append(l.codeless[p.Name], p.Func)
		}
	}
	l.operOID, l.operName = make(map[types.OID]*operator, len(l.operators)), map[string][]*operator{}
	for i := range l.operators {
		o := &l.operators[i]
		l.operOID[o.OID] = o
		l.operName[o.Name] = append(l.operName[o.Name], o)
		if !o.declared {
			l.codelessOp[o.Name] = append(l.codelessOp[o.Name], o.Operator)
		}
	}
	return l
}

func (c *Catalog) procByOID(oid types.OID) (*proc, bool) {
	p, ok := c.library().procOID[oid]
	return p, ok
}

// Function implements functions.Catalog. Those with code are found without what
// else there is being made.
func (c *Catalog) Function(oid types.OID) (*functions.Func, bool) {
	if f, ok := functions.ByOID(oid); ok {
		return f, true
	}
	p, ok := c.procByOID(oid)
	if !ok {
		return nil, false
	}
	return p.Func, true
}

// Codeless lists the functions of a name that PostgreSQL has and that have no code
// here, by OID: what a call means may be one of them.
func (c *Catalog) Codeless(name string) []*functions.Func { return c.library().codeless[name] }

// LeakProof reports whether a function tells nothing of its arguments but by its result.
func (c *Catalog) LeakProof(oid types.OID) bool {
	p, ok := c.procByOID(oid)
	return ok && p.leakproof
}

// CodelessOperators lists the operators of a name whose functions have no code.
func (c *Catalog) CodelessOperators(name string) []*functions.Operator {
	return c.library().codelessOp[name]
}
