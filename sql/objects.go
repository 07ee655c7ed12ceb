package sql

import (
	"context"
	"errors"
	"reflect"
	"sync"

	"github.com/stemedb/stemedb/sql/catalog"
	"github.com/stemedb/stemedb/sql/exec"
	"github.com/stemedb/stemedb/sql/plan"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// What statements make (views, comments) lives in state tables. All sessions
// share a layer of it, read anew when the state tables change; a transaction
// that changes objects has a layer of its own until its end. Plans carry the
// number of the layer that they were made under in their fingerprint.

// objectLayer is a layer with its number; the zero one has nothing in it.
type objectLayer struct {
	layer *catalog.Layer
	seq   uint64
}

// objectCache is the layer that sessions share.
type objectCache struct {
	mu      sync.Mutex
	objects *catalog.Objects
	version uint64 // of the state tables; 0: none were read yet
	local   uint64 // what the cluster's StateVersion was before
	shared  objectLayer
	seq     uint64 // of the newest layer
}

// current returns the shared layer if nothing that this node knows of has
// changed since.
func (c *objectCache) current(local uint64) (objectLayer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.shared, c.version != 0 && c.local == local
}

// refresh reads the state tables if they have changed: as all nodes have them, or as
// this one has.
func (c *objectCache) refresh(ctx context.Context, e *Engine, here bool) (objectLayer, error) {
	local := e.opt.Cluster.StateVersion()
	c.mu.Lock()
	known := c.version
	c.mu.Unlock()
	o, version, err := exec.LoadObjects(ctx, e.opt.Cluster, nil, known, here)
	if err != nil {
		return objectLayer{}, exec.Translate(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if o != nil && version >= c.version {
		if c.objects == nil || !reflect.DeepEqual(o, c.objects) {
			c.seq++
			c.shared = objectLayer{e.catalog.NewLayer(o), c.seq}
		}
		c.objects, c.version = o, version
	}
	if version > local { // what was read holds all the changes that were here before
		c.local = local
	}
	return c.shared, nil
}

// own makes a layer that no other session sees.
func (c *objectCache) own(e *Engine, o *catalog.Objects) objectLayer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	return objectLayer{e.catalog.NewLayer(o), c.seq}
}

// objectsPending reports whether the transaction has changed objects.
func (s *Session) objectsPending() bool {
	return s.txn.pending != nil && s.txn.pending.Touches(catalog.TableObjects, catalog.TableRemarks, catalog.TableRoles, catalog.TableRoleSettings,
		catalog.TableGrants, catalog.TableDefaultGrants, catalog.TableRoutines)
}

// seeObjects shows the session what statements made. Without anew it asks only
// this node, which may know of the last changes made elsewhere a little later.
func (s *Session) seeObjects(ctx context.Context, anew bool) error {
	if s.objectsPending() {
		o, _, err := exec.LoadObjects(ctx, s.eng.opt.Cluster, s.txn.pending, 0, false)
		if err != nil {
			return exec.Translate(err)
		}
		s.showObjects(s.eng.objects.own(s.eng, o))
		return nil
	}
	l, ok := s.eng.objects.current(s.eng.opt.Cluster.StateVersion())
	if !ok || anew {
		var err error
		if l, err = s.eng.objects.refresh(ctx, s.eng, !anew); err != nil {
			return err
		}
	}
	s.showObjects(l)
	return nil
}

// seeInTime is seeObjects as a part of planning, which statement_timeout bounds and a
// client can cancel.
func (s *Session) seeInTime(ctx context.Context, anew bool) error {
	done := s.watchPlanning(ctx)
	return done(s.seeObjects(s.running, anew))
}

func (s *Session) showObjects(l objectLayer) {
	if s.objects != l {
		s.objects = l
		s.names.SetMade(l.layer)
		s.identify()
	}
}

// bindSeeing binds and, where the outcome may depend on what statements on
// other nodes made a moment ago, makes sure of that first.
func (s *Session) bindSeeing(ctx context.Context, bind func() (*planned, error)) (*planned, error) {
	made, err := bind()
	switch {
	case err == nil && !usesMade(made.bound.Uses):
		return made, nil
	case err != nil && !missesName(err):
		return nil, err
	case s.objectsPending():
		return made, err
	}
	before := s.objects
	if seen := s.seeObjects(ctx, true); seen != nil {
		return nil, seen
	}
	if s.objects == before {
		return made, err
	}
	return bind()
}

// missesName reports whether an error says that there is no relation or function of a
// name.
func missesName(err error) bool {
	code := sqlerr.From(err).Code
	return code == sqlerr.UndefinedTable || code == sqlerr.UndefinedFunction
}

// usesMade reports whether one of the relations or functions was made by a statement.
func usesMade(uses []types.OID) bool {
	for _, oid := range uses {
		if oid >= catalog.OIDFirstMade && oid < catalog.OIDTempSchema {
			return true
		}
	}
	return false
}

// maxObjectTries bounds how often a change of objects is tried again when
// another came between.
const maxObjectTries = 20

// editObjects changes what statements made, in the transaction; a statement
// that is a transaction of its own is done again when another came between.
func (s *Session) editObjects(ctx context.Context, change func(e *exec.ObjectsEdit) error) error {
	s.ensure()
	if err := s.mayWrite("DDL"); err != nil {
		return err
	}
	alone := s.alone && s.txn.status == 'I' && !s.writing()
	for try := 1; ; try++ {
		err := s.editOnce(ctx, alone, change)
		clash := errors.Is(err, storage.ErrConflict) || errors.Is(err, storage.ErrExists)
		if !clash || !alone || try == maxObjectTries {
			if clash {
				return sqlerr.New(sqlerr.SerializationFailure, "could not serialize access due to concurrent update").Wrap(err)
			}
			return err
		}
	}
}

func (s *Session) editOnce(ctx context.Context, alone bool, change func(e *exec.ObjectsEdit) error) error {
	if !alone {
		s.writer() // so that there is a list of pending changes
	}
	e, err := exec.EditObjects(ctx, s.eng.opt.Cluster, s.txn.pending)
	if err != nil {
		return err
	}
	defer e.Close()
	if !s.objectsPending() { // what the change is checked against is what it is made to
		s.showObjects(s.eng.objects.own(s.eng, e.Objects))
	}
	if err := change(e); err != nil {
		return err
	}
	ops, err := e.Ops()
	if err != nil || len(ops) == 0 {
		return err
	}
	if alone {
		txn := s.eng.opt.Cluster.Begin()
		if err := txn.AddMeta(ops); err != nil {
			return errors.Join(err, txn.Rollback(ctx))
		}
		res, err := txn.Commit(context.WithoutCancel(ctx)) // what it came to must be known
		if err != nil {
			return err
		}
		s.fresh.committed = max(s.fresh.committed, res.RecordedAt)
		return s.seeObjects(ctx, true)
	}
	if err := s.txn.write.AddMeta(ops); err != nil {
		return err
	}
	s.txn.pending.Add(ops)
	return s.seeObjects(ctx, false)
}

// createView is CREATE VIEW.
func (s *Session) createView(ctx context.Context, p *Prepared, u *plan.CreateView) error {
	zone := s.settings.value("TimeZone")
	s.tempSchema()
	def, err := plan.DefineView(s.bindContext(), p.stmt.tree, u, zone)
	if err != nil {
		return err
	}
	if err := s.takeOver(def); err != nil {
		return err
	}
	if def.Told {
		n := sqlerr.New(sqlerr.SuccessfulCompletion, "view %q will be a temporary view", def.Rel.Name)
		n.Severity = "NOTICE"
		s.notice(n)
	}
	if err := s.mayMakeView(def); err != nil {
		return err
	}
	if def.Temp {
		if def.Replaces == nil {
			def.Rel.OID, def.Rel.View.Rule = s.temp.tables.NewOID(), s.temp.tables.NewOID()
			s.createOwn(def.Rel)
			return nil
		}
		return s.temp.tables.Redeclare(def.Rel)
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		// Once more, against the objects that the change is made to.
		def, err := plan.DefineView(s.bindContext(), p.stmt.tree, u, zone)
		if err != nil {
			return err
		}
		if err := s.takeOver(def); err != nil {
			return err
		}
		if def.Replaces == nil {
			def.Rel.OID, def.Rel.View.Rule = e.NewOID(), e.NewOID()
			if acl, said := s.defaultACL(def.Rel); said {
				key := catalog.CommentKey{Class: catalog.RelationClass, OID: def.Rel.OID}
				if err := e.PutGrant(key, acl, false); err != nil {
					return err
				}
			}
		}
		return e.Put(def.Rel)
	})
}

// takeOver gives a view its owner: who makes it, or the owner of the one that it
// replaces, which is for that one to do.
func (s *Session) takeOver(def *plan.ViewDefinition) error {
	if def.Replaces == nil {
		owner, err := s.roleByOID(s.who.current) // it may be gone
		def.Rel.Owner = owner.OID
		return err
	}
	def.Rel.Owner = def.Replaces.Owner
	return s.mustOwn(def.Replaces)
}

// rename is ALTER … RENAME.
func (s *Session) rename(ctx context.Context, p *Prepared, u *plan.Rename) error {
	rel, err := plan.FindRelation(s.bindContext(), p.stmt.tree, u.Relation, u.What)
	switch {
	case err != nil && u.IfExists && sqlerr.From(err).Code == sqlerr.UndefinedTable:
		s.skipping(err)
		return nil
	case err != nil:
		return err
	}
	if err := s.mustOwn(rel); err != nil {
		return err
	}
	if rel.View == nil {
		return s.renameTable(u, rel)
	}
	if rel.OID >= catalog.OIDTempSchema {
		if rel, err = plan.RenameView(s.bindContext(), rel, u); err != nil {
			return err
		}
		return s.temp.tables.Redeclare(rel)
	}
	return s.editObjects(ctx, func(e *exec.ObjectsEdit) error {
		rel, err := plan.FindRelation(s.bindContext(), p.stmt.tree, u.Relation, u.What)
		if err != nil {
			return err
		}
		if err := s.mustOwn(rel); err != nil {
			return err
		}
		if rel, err = plan.RenameView(s.bindContext(), rel, u); err != nil {
			return err
		}
		return e.Put(rel)
	})
}

// skipping is the notice of what IF EXISTS lets pass.
func (s *Session) skipping(err error) {
	n := sqlerr.New(sqlerr.SuccessfulCompletion, "%s, skipping", sqlerr.From(err).Message)
	n.Severity = "NOTICE"
	s.notice(n)
}
