package exec

import (
	"bytes"
	"context"
	"fmt"

	"github.com/stemedb/stemedb/knowledge"
	"github.com/stemedb/stemedb/knowledge/lens"
	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
	"github.com/stemedb/stemedb/storage"
)

// The size of the blocks in which a ClaimWriter hands claims on.
const (
	writerRows  = types.BatchSize
	writerBytes = 256 << 10
)

// ClaimWriter turns rows into claims and adds them to a transaction: INSERT,
// COPY and import share it. It fills in defaults, validates, computes ids,
// checks privileges, looks revised claims up and encodes; per row it allocates
// nothing that lasts. It is used by one goroutine; Finish hands over the last
// block, Close frees what it holds and must always be called.
type ClaimWriter struct {
	// NullIsDefault makes NULL in a column that has a default mean "not
	// given", as import files need it. SQL's rule is an error.
	NullIsDefault bool
	// Keep is called for each claim with its encoded form, which is valid
	// during the call: RETURNING. nil: not wanted.
	Keep func(rec storage.ClaimRec) error

	// before is told of claims before they are added; nil: nobody asks.
	before func(ctx context.Context, recs []storage.ClaimRec) error

	env    *Env
	txn    Txn
	cols   []int
	policy *lens.Policy
	norm   knowledge.Normalizer
	opts   knowledge.NormalizeOptions
	a      knowledge.Assertion
	given  [claimColumns]bool
	ids    []knowledge.ID

	buf      []byte
	recs     []storage.ClaimRec
	revisers []reviser
	count    int64
}

// reviser is a claim of the current block that revises another.
type reviser struct {
	id, target knowledge.ID
	rec        int
	source     string
	may        bool
}

// NewClaimWriter returns a writer into txn. cols are the target columns of the
// rows that AddDatums will get (0-based, in the order of the relation's
// columns).
func NewClaimWriter(ctx context.Context, env *Env, txn Txn, cols []int) (*ClaimWriter, error) {
	var stmt statement
	stmt.begin(env, nil)
	defer stmt.end()
	policy, err := stmt.statePolicy(ctx)
	if err != nil {
		return nil, Translate(err)
	}
	return newClaimWriter(env, txn, cols, policy)
}

func newClaimWriter(env *Env, txn Txn, cols []int, policy *lens.Policy) (*ClaimWriter, error) {
	w := new(ClaimWriter)
	return w, w.begin(env, txn, cols, policy)
}

// begin makes a closed writer, or a new one, ready to write.
func (w *ClaimWriter) begin(env *Env, txn Txn, cols []int, policy *lens.Policy) error {
	w.env, w.txn, w.cols, w.policy = env, txn, cols, policy
	w.count = 0
	for _, c := range cols {
		if c < 0 || c >= claimColumns {
			return sqlerr.New(sqlerr.UndefinedColumn, "column %d of relation \"assertions\" does not exist", c+1)
		}
		if c == colValueNumber || c == colTier || c == colAgent || c == colRecordedAt {
			return sqlerr.New(sqlerr.GeneratedAlways, "cannot insert a non-DEFAULT value into column %q", claimColumnNames[c])
		}
	}
	w.opts.ClassOf, w.opts.KnownClass = policy.ClassOf, policy.HasClass
	return nil
}

// claimColumnNames are the names of the columns of assertions, in order.
var claimColumnNames = [claimColumns]string{
	"id", "concept_path", "predicate", "value", "value_type", "unit", "value_number", "source", "source_class", "tier",
	"confidence", "lifecycle", "epoch", "revises", "derived_from", "evidence", "valid_from", "valid_to", "asserted_at",
	"metadata", "agent", "recorded_at", "signer", "signature",
}

// Count returns the claims added.
func (w *ClaimWriter) Count() int64 { return w.count }

// AddDatums adds a row: the values of the writer's columns. Errors are
// *sqlerr.Error that name the column.
func (w *ClaimWriter) AddDatums(ctx context.Context, row []types.Datum) error {
	a := &w.a
	*a = knowledge.Assertion{}
	clear(w.given[:])
	for i, c := range w.cols {
		d := row[i]
		if d.Null {
			if err := w.null(c); err != nil {
				return err
			}
			continue
		}
		w.given[c] = true
		if err := w.field(a, c, d); err != nil {
			return Translate(err)
		}
	}
	for _, c := range [...]int{colConceptPath, colPredicate, colValue, colSource} {
		if !w.given[c] {
			return Translate(knowledge.MissingField(claimColumnNames[c]))
		}
	}
	if !w.given[colAssertedAt] {
		a.AssertedAt = w.env.TxnTime
	}
	w.opts.InferType, w.opts.DefaultLifecycle = !w.given[colValueType], !w.given[colLifecycle]
	return w.add(ctx, a)
}

// AddAssertion adds a claim. inferType and defaultLifecycle say that value_type
// and lifecycle were not given; an AssertedAt of 0 is taken as given. Agent and
// MayRevise are set here. a is normalized in place and not kept.
func (w *ClaimWriter) AddAssertion(ctx context.Context, a *knowledge.Assertion, inferType, defaultLifecycle bool) error {
	w.opts.InferType, w.opts.DefaultLifecycle = inferType, defaultLifecycle
	return w.add(ctx, a)
}

// null takes a NULL for a column: an error where the column must be given.
func (w *ClaimWriter) null(c int) error {
	switch c {
	case colID, colValueType, colSourceClass, colLifecycle, colAssertedAt:
		if w.NullIsDefault {
			return nil
		}
	case colConceptPath, colPredicate, colValue, colSource:
	default:
		return nil
	}
	return Translate(knowledge.MissingField(claimColumnNames[c]))
}

// field sets a column that is not NULL.
func (w *ClaimWriter) field(a *knowledge.Assertion, c int, d types.Datum) (err error) {
	switch c {
	case colID:
		if !decodeID(&a.ID, d.S) {
			a.ID, err = knowledge.ParseID(d.S)
		}
	case colConceptPath:
		a.ConceptPath = d.S
	case colPredicate:
		a.Predicate = d.S
	case colValue:
		a.Value = d.S
	case colValueType:
		a.ValueType, err = knowledge.ParseValueType(d.S)
	case colUnit:
		a.Unit = knowledge.Some(d.S)
	case colSource:
		a.Source = d.S
	case colSourceClass:
		if a.SourceClass = d.S; d.S == "" {
			err = &knowledge.FieldError{Field: "source_class", Kind: knowledge.Malformed, Message: "source_class is empty"}
		}
	case colConfidence:
		a.Confidence = knowledge.Some(d.F)
	case colLifecycle:
		a.Lifecycle, err = knowledge.ParseLifecycle(d.S)
	case colEpoch:
		a.Epoch = knowledge.Some(d.S)
	case colRevises:
		a.Revises.Valid = true
		a.Revises.V, err = parseID("revises", d.S)
	case colDerivedFrom:
		err = w.derived(a, d)
	case colEvidence:
		a.Evidence = knowledge.Some(d.S)
	case colValidFrom:
		a.ValidFrom = knowledge.Some(knowledge.Micros(d.I))
	case colValidTo:
		a.ValidTo = knowledge.Some(knowledge.Micros(d.I))
	case colAssertedAt:
		a.AssertedAt = knowledge.Micros(d.I)
	case colMetadata:
		a.Metadata = knowledge.Some(d.S)
	case colSigner:
		a.Signer = knowledge.Some(d.S)
	case colSignature:
		a.Signature = knowledge.Some(d.S)
	}
	return err
}

// parseID reads an id of a column other than id.
func parseID(column, s string) (id knowledge.ID, err error) {
	if decodeID(&id, s) {
		return id, nil
	}
	id, err = knowledge.ParseID(s)
	if err != nil {
		return id, &knowledge.FieldError{Field: column, Kind: knowledge.Malformed,
			Message: column + " is not the id of a claim", Hint: "An id is 64 lower-case hexadecimal digits."}
	}
	return id, nil
}

// hexDigits gives a lower-case digit's value; what is no digit has high bits.
var hexDigits = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xF0
	}
	for i, c := range "0123456789abcdef" {
		t[c] = byte(i)
	}
	return t
}()

// decodeID reads an id of the right form without a branch a digit. When it
// reports false, id is undefined and knowledge.ParseID knows the reason.
func decodeID(id *knowledge.ID, s string) bool {
	if len(s) != 2*len(id) {
		return false
	}
	var bad byte
	for i := range id {
		hi, lo := hexDigits[s[2*i]], hexDigits[s[2*i+1]]
		id[i] = hi<<4 | lo
		bad |= hi | lo
	}
	return bad < 16
}

func (w *ClaimWriter) derived(a *knowledge.Assertion, d types.Datum) error {
	arr, ok := d.A.(*types.Array)
	if !ok {
		return fmt.Errorf("derived_from: array expected, found %T", d.A)
	}
	w.ids = w.ids[:0]
	for _, e := range arr.Elems {
		id, err := parseID("derived_from", e.S)
		if err != nil {
			return err
		}
		w.ids = append(w.ids, id)
	}
	a.HasDerivedFrom, a.DerivedFrom = true, w.ids
	return nil
}

// add validates and encodes one claim.
func (w *ClaimWriter) add(ctx context.Context, a *knowledge.Assertion) error {
	named := a.SourceClass != ""
	a.Agent = w.env.Role
	a.MayRevise = w.env.Revise || w.env.Superuser
	a.RecordedAt = knowledge.Infinity
	if err := w.norm.Normalize(a, &w.opts); err != nil {
		return Translate(err)
	}
	if named && !w.env.Superuser && !w.env.Classify {
		if err := w.checkClass(a); err != nil {
			return err
		}
	}
	var rec storage.ClaimRec
	rec, w.buf = storage.AppendClaim(w.buf, a)
	w.recs = append(w.recs, rec)
	w.count++
	if a.Revises.Valid {
		w.revisers = append(w.revisers, reviser{a.ID, a.Revises.V, len(w.recs) - 1, a.Source, a.MayRevise})
	}
	if w.Keep != nil {
		if err := w.Keep(rec); err != nil {
			return err
		}
	}
	if len(w.recs) >= writerRows || len(w.buf) >= writerBytes {
		return w.Finish(ctx)
	}
	return nil
}

// checkClass refuses a class better than the source would get by itself.
func (w *ClaimWriter) checkClass(a *knowledge.Assertion) error {
	own := w.policy.ClassOf(a.Source)
	if own == "" {
		own = knowledge.SchemeClass(a.Source)
	}
	given, _ := w.policy.Tier(a.SourceClass)
	if due, _ := w.policy.Tier(own); given >= due {
		return nil
	}
	e := sqlerr.New(sqlerr.InsufficientPrivilege, "permission denied to class source %q as %s", a.Source, a.SourceClass)
	e.Hint = "Its class is " + own + "; naming a better one needs the privilege CLASSIFY."
	return e.OnColumn("assertions", "source_class")
}

// Finish hands the claims gathered so far to the transaction.
func (w *ClaimWriter) Finish(ctx context.Context) error {
	if len(w.revisers) > 0 {
		if err := w.marks(ctx); err != nil {
			return err
		}
	}
	if len(w.recs) > 0 && w.before != nil {
		if err := w.before(ctx, w.recs); err != nil {
			return Translate(err)
		}
	}
	if len(w.recs) > 0 {
		if err := w.txn.AddClaims(ctx, w.recs); err != nil {
			return Translate(err)
		}
	}
	clear(w.recs)
	w.recs, w.buf, w.revisers = w.recs[:0], w.buf[:0], w.revisers[:0]
	return nil
}

// marks looks the revised claims of the block up and adds a mark beside each
// one of another pair that the reviser may replace.
func (w *ClaimWriter) marks(ctx context.Context) error {
	here := map[knowledge.ID]int{}
	for i := range w.recs {
		key := w.recs[i].Key
		here[knowledge.ID(key[len(key)-32:])] = i
	}
	var own storage.TxnID
	if w.txn.Dirty() {
		if err := w.txn.Flush(ctx); err != nil {
			return Translate(err)
		}
		own = w.txn.ID()
	}
	v, err := w.env.Cluster.Read(ctx, storage.ReadOptions{Own: own})
	if err != nil {
		return Translate(err)
	}
	defer v.Close()
	var ids []knowledge.ID
	for _, r := range w.revisers {
		if _, ok := here[r.target]; !ok {
			ids = append(ids, r.target)
		}
	}
	stored, err := claimsByID(ctx, w.env, v, ids)
	if err != nil {
		return Translate(err)
	}
	for _, r := range w.revisers {
		var target storage.Claim
		if i, ok := here[r.target]; ok {
			target = storage.Claim{Key: w.recs[i].Key, Row: storage.Row(w.recs[i].Row)}
		} else {
			c, ok := stored[r.target]
			if !ok {
				e := sqlerr.New(sqlerr.ForeignKeyViolation, "revises names an unknown claim")
				e = e.WithDetail("Key (revises)=(%s) is not present in table \"assertions\".", r.target)
				return e.OnColumn("assertions", "revises")
			}
			target = c
		}
		mine := w.recs[r.rec].Key
		samePair := bytes.Equal(mine[:len(mine)-32], target.Key[:len(target.Key)-32])
		if samePair || !r.may && string(target.Row.Source()) != r.source {
			continue
		}
		var rec storage.ClaimRec
		rec, w.buf = storage.AppendMark(w.buf, target.Key, r.id)
		w.recs = append(w.recs, rec)
	}
	return nil
}

// Close drops what was not handed over; it writes nothing. The memory of a
// block stays for the next use, that of a rare huge one does not.
func (w *ClaimWriter) Close() {
	buf, recs := w.buf[:0], w.recs[:0]
	clear(w.recs)
	if cap(buf) > 2*writerBytes {
		buf = nil
	}
	*w = ClaimWriter{buf: buf, recs: recs}
}
