package functions

import (
	"math"

	"github.com/stemedb/stemedb/sql/sqlerr"
	"github.com/stemedb/stemedb/sql/types"
)

func rowTxnID(c *Ctx, _ []datum) (datum, error) { return types.Int(c.session().TxnID()), nil }

func rowTxnAssigned(c *Ctx, _ []datum) (datum, error) {
	id := c.session().TxnAssigned()
	return datum{I: id, Null: id == 0}, nil
}

func rowCurrentSnapshot(c *Ctx, _ []datum) (datum, error) {
	xmin, xmax, running := c.session().TxnSnapshot()
	s := types.Snapshot{Xmin: uint64(xmin), Xmax: uint64(xmax)}
	for _, id := range running {
		s.Xip = append(s.Xip, uint64(id))
	}
	return types.Text(s.String()), nil
}

func rowSnapshotBound(bound func(types.Snapshot) uint64) RowFunc {
	return func(_ *Ctx, a []datum) (datum, error) {
		s, err := types.ReadSnapshot(a[0].S)
		return types.Int(int64(bound(s))), err
	}
}

func snapshotXmin(s types.Snapshot) uint64 { return s.Xmin }
func snapshotXmax(s types.Snapshot) uint64 { return s.Xmax }

func setSnapshotRunning(_ *Ctx, a []datum) (SetIter, error) {
	s, err := types.ReadSnapshot(a[0].S)
	if err != nil {
		return nil, err
	}
	rows := make([][]datum, len(s.Xip))
	for i, id := range s.Xip {
		rows[i] = datums{types.Int(int64(id))}
	}
	return &rowsIter{rows}, nil
}

func rowSnapshotSees(_ *Ctx, a []datum) (datum, error) {
	s, err := types.ReadSnapshot(a[1].S)
	return types.Bool(s.Sees(uint64(a[0].I))), err
}

func rowTxnStatus(c *Ctx, a []datum) (datum, error) {
	status, future := c.session().TxnStatus(a[0].I)
	if future {
		return null, sqlerr.New(sqlerr.InvalidParameterValue, "transaction ID %d is in the future", uint64(a[0].I))
	}
	return maybe(status, status != "")
}

// rowXIDAge counts transactions back; those below 3 are infinitely old.
func rowXIDAge(c *Ctx, a []datum) (datum, error) {
	if a[0].I < 3 {
		return types.Int(math.MaxInt32), nil
	}
	now := c.session().TxnAssigned()
	if now == 0 {
		now = c.session().TxnNext()
	}
	return types.Int(int64(int32(uint32(now) - uint32(a[0].I)))), nil
}

// rowMultiXIDAge knows no row locked by several transactions: 1 is the next.
func rowMultiXIDAge(_ *Ctx, a []datum) (datum, error) {
	if a[0].I == 0 {
		return types.Int(math.MaxInt32), nil
	}
	return types.Int(int64(int32(1 - uint32(a[0].I)))), nil
}

// errCommitTimestamps: the times of commits are not kept, which is PostgreSQL's
// default too.
func errCommitTimestamps(*Ctx, []datum) (datum, error) {
	return null, sqlerr.New(sqlerr.ObjectNotInPrerequisite, "could not get commit timestamp data").
		WithHint("Make sure the configuration parameter \"track_commit_timestamp\" is set.")
}

// snapshotFuncs number transactions and tell which of them are seen.
func snapshotFuncs() []Func {
	return []Func{
		{
			OID: 5059, Name: "pg_current_xact_id", Ret: tXID8, Kind: Scalar, Volatility: 's', Doc: "get current transaction ID",
			Row: rowTxnID,
		},
		{
			OID: 2943, Name: "txid_current", Ret: tInt8, Kind: Scalar, Volatility: 's', Src: "pg_current_xact_id", Doc: "get current transaction ID",
			Row: rowTxnID,
		},
		{
			OID: 5060, Name: "pg_current_xact_id_if_assigned", Ret: tXID8, Kind: Scalar, Volatility: 's', Doc: "get current transaction ID",
			Row: rowTxnAssigned,
		},
		{
			OID: 3348, Name: "txid_current_if_assigned", Ret: tInt8, Kind: Scalar, Volatility: 's', Src: "pg_current_xact_id_if_assigned", Doc: "get current transaction ID",
			Row: rowTxnAssigned,
		},
		{
			OID: 5061, Name: "pg_current_snapshot", Ret: tPgSnapshot, Kind: Scalar, Volatility: 's', Doc: "get current snapshot",
			Row: rowCurrentSnapshot,
		},
		{
			OID: 2944, Name: "txid_current_snapshot", Ret: tTxidSnapshot, Kind: Scalar, Volatility: 's', Src: "pg_current_snapshot", Doc: "get current snapshot",
			Row: rowCurrentSnapshot,
		},
		{
			OID: 5064, Name: "pg_snapshot_xip", Args: oids{tPgSnapshot}, Ret: tXID8, RetSet: true, Kind: Scalar, Doc: "get set of in-progress transactions in snapshot",
			Set: setSnapshotRunning,
		},
		{
			OID: 2947, Name: "txid_snapshot_xip", Args: oids{tTxidSnapshot}, Ret: tInt8, RetSet: true, Kind: Scalar, Src: "pg_snapshot_xip", Doc: "get set of in-progress txids in snapshot",
			Set: setSnapshotRunning,
		},
		{
			OID: 5063, Name: "pg_snapshot_xmax", Args: oids{tPgSnapshot}, Ret: tXID8, Kind: Scalar, Doc: "get xmax of snapshot",
			Row: rowSnapshotBound(snapshotXmax),
		},
		{
			OID: 2946, Name: "txid_snapshot_xmax", Args: oids{tTxidSnapshot}, Ret: tInt8, Kind: Scalar, Src: "pg_snapshot_xmax", Doc: "get xmax of snapshot",
			Row: rowSnapshotBound(snapshotXmax),
		},
		{
			OID: 5062, Name: "pg_snapshot_xmin", Args: oids{tPgSnapshot}, Ret: tXID8, Kind: Scalar, Doc: "get xmin of snapshot",
			Row: rowSnapshotBound(snapshotXmin),
		},
		{
			OID: 2945, Name: "txid_snapshot_xmin", Args: oids{tTxidSnapshot}, Ret: tInt8, Kind: Scalar, Src: "pg_snapshot_xmin", Doc: "get xmin of snapshot",
			Row: rowSnapshotBound(snapshotXmin),
		},
		{
			OID: 5065, Name: "pg_visible_in_snapshot", Args: oids{tXID8, tPgSnapshot}, Ret: tBool, Kind: Scalar, Doc: "is xid8 visible in snapshot?",
			Row: rowSnapshotSees,
		},
		{
			OID: 2948, Name: "txid_visible_in_snapshot", Args: oids{tInt8, tTxidSnapshot}, Ret: tBool, Kind: Scalar, Src: "pg_visible_in_snapshot", Doc: "is txid visible in snapshot?",
			Row: rowSnapshotSees,
		},
		{
			OID: 5066, Name: "pg_xact_status", Args: oids{tXID8}, Ret: tText, Kind: Scalar, Volatility: 'v', Doc: "commit status of transaction",
			Row: rowTxnStatus,
		},
		{
			OID: 3360, Name: "txid_status", Args: oids{tInt8}, Ret: tText, Kind: Scalar, Volatility: 'v', Src: "pg_xact_status", Doc: "commit status of transaction",
			Row: rowTxnStatus,
		},
		{
			OID: 3581, Name: "pg_xact_commit_timestamp", Args: oids{tXID}, Ret: tTimestamptz, Kind: Scalar, Volatility: 'v', Doc: "get commit timestamp of a transaction",
			Row: errCommitTimestamps,
		},
		{
			OID: 3939, Name: "mxid_age", Args: oids{tXID}, Ret: tInt4, Kind: Scalar, Volatility: 's', Doc: "age of a multi-transaction ID, in multi-transactions before current multi-transaction",
			Row: rowMultiXIDAge,
		},
		{
			OID: 1181, Name: "age", Args: oids{tXID}, Ret: tInt4, Kind: Scalar, Volatility: 's', Src: "xid_age", Doc: "age of a transaction ID, in transactions before current transaction",
			Row: rowXIDAge,
		},
	}
}
