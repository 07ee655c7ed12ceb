# Checks of ruby-pg. libpq, under it, reads where the server is from the PG… environment.
require 'pg'
require 'securerandom'
require 'timeout'
require 'bigdecimal'
require 'ipaddr'
require_relative 'tap'
include Tap

Thread.new { sleep 200; exit! 2 } # whatever waits longer is dead
puts "# ruby-pg #{PG::VERSION} (libpq #{PG.library_version})"

RUN = SecureRandom.hex(4)
OPTIONS = { connect_timeout: 10, application_name: 'ruby-pg', options: '-c statement_timeout=15s -c timezone=UTC' }.freeze
COLUMNS = %w[id concept_path predicate value value_type unit value_number source source_class tier confidence lifecycle epoch revises
             derived_from evidence valid_from valid_to asserted_at metadata agent recorded_at signer signature].freeze

def session(**more) = PG.connect(**OPTIONS, **more)

# on runs a check on a session that the check before cannot have spoilt.
def on(name)
  ok = check(name) do
    $conn = session if $conn.nil? || $conn.finished?
    Timeout.timeout(60) { yield $conn }
  end
  return if ok
  $conn&.finish rescue nil
  $conn = nil
end

def one(sql, *args) = $conn.exec_params(sql, args).getvalue(0, 0)

# Sessions.

on 'login with SCRAM over verified TLS' do |c|
  is c.ssl_in_use?, true
  like c.ssl_attribute('protocol'), /\ATLSv1\.[23]\z/
  is c.ssl_attribute('library'), 'OpenSSL'
  is [c.user, c.db, c.host, c.port], ['stemedb', 'stemedb', 'localhost', ENV['PGPORT'].to_i]
  is [c.connection_used_password, c.connection_needs_password], [true, false]
  is c.protocol_version, 3
  is c.server_version / 10_000, 15
end
on 'parameter statuses' do |c|
  is %w[server_encoding client_encoding is_superuser session_authorization DateStyle IntervalStyle TimeZone integer_datetimes standard_conforming_strings application_name in_hot_standby default_transaction_read_only].map { |n| c.parameter_status(n) },
     %w[UTF8 UTF8 on stemedb ISO,\ MDY postgres UTC on on ruby-pg off off]
  c.exec("SET TimeZone = 'Europe/Zurich'")
  is c.parameter_status('TimeZone'), 'Europe/Zurich'
  c.exec('RESET TimeZone')
  is c.parameter_status('TimeZone'), 'UTC'
end
on 'a wrong password is refused' do
  e = fails(PG::ConnectionBad) { session(password: 'wrong') }
  like e.message, /FATAL:  password authentication failed for user "stemedb"/
end
on 'a certificate of another name is refused' do
  e = fails(PG::ConnectionBad) { session(host: 'elsewhere.invalid', hostaddr: '127.0.0.1') }
  like e.message, /server certificate for .* does not match host name "elsewhere.invalid"/
end
on 'channel binding can be required' do
  c = session(channel_binding: 'require')
  is c.exec('SELECT 7').getvalue(0, 0), '7'
  c.finish
end
on 'without TLS it is refused' do
  e = fails(PG::ConnectionBad) { session(sslmode: 'disable') }
  like e.message, /FATAL:  .*no encryption/
end
on 'ping' do
  is PG::Connection.ping(connect_timeout: 5), PG::PQPING_OK
end
on 'reset makes a new session' do
  c = session
  pid = c.backend_pid
  c.exec('CREATE TEMP TABLE gone (a int)')
  c.reset
  is c.backend_pid == pid, false
  is c.exec("SELECT to_regclass('gone')").getvalue(0, 0), nil
  c.finish
  fails(PG::ConnectionBad) { c.exec('SELECT 1') }
end
on 'a session that was terminated' do |c|
  other = session
  is one('SELECT pg_terminate_backend($1)', other.backend_pid), 't'
  sleep 0.1
  fails(PG::Error) { other.exec('SELECT 1') }
  is other.status, PG::CONNECTION_BAD
  other.reset
  is other.exec('SELECT 1').getvalue(0, 0), '1'
  other.finish
end
on 'a connection made by steps' do
  c = PG::Connection.connect_start(OPTIONS)
  until (status = c.connect_poll) == PG::PGRES_POLLING_OK
    raise c.error_message if status == PG::PGRES_POLLING_FAILED
    status == PG::PGRES_POLLING_READING ? c.socket_io.wait_readable(5) : c.socket_io.wait_writable(5)
  end
  is c.status, PG::CONNECTION_OK
  is c.sync_exec('SELECT 1').getvalue(0, 0), '1'
  c.finish
end

# Queries and results.

%i[exec sync_exec async_exec].each do |how|
  on "several statements by #{how}" do |c|
    r = c.public_send(how, "SELECT 1 AS a; SELECT 2 AS b, 'x' AS c")
    is [r.fields, r.values], [%w[b c], [%w[2 x]]]
  end
end
on 'all results of several statements' do |c|
  c.send_query('SELECT 1; SELECT 2 WHERE false; SHOW server_encoding')
  got = []
  while (r = c.get_result)
    got << [r.cmd_status, r.values]
  end
  is got, [['SELECT 1', [['1']]], ['SELECT 0', []], ['SHOW', [['UTF8']]]]
end
on 'an empty query' do |c|
  is c.exec('').result_status, PG::PGRES_EMPTY_QUERY
  is c.exec_params('', []).result_status, PG::PGRES_EMPTY_QUERY
end
on 'result metadata' do |c|
  r = c.exec("SELECT id, tier, confidence, derived_from, 1.5::numeric(10,2) AS n, 'x'::varchar(7) AS v, 1 AS i FROM assertions LIMIT 0")
  is r.fields, %w[id tier confidence derived_from n v i]
  is (0..6).map { |i| r.ftype(i) }, [25, 21, 701, 1009, 1700, 1043, 23]
  is (0..6).map { |i| r.fmod(i) }, [-1, -1, -1, -1, 655_366, 11, -1]
  is (0..6).map { |i| r.fsize(i) }, [-1, 2, 8, -1, -1, -1, 4]
  oid = one("SELECT 'assertions'::regclass::oid").to_i
  is (0..6).map { |i| [r.ftable(i), r.ftablecol(i)] }, [[oid, 1], [oid, 10], [oid, 11], [oid, 15], [0, 0], [0, 0], [0, 0]]
  is [r.ntuples, r.nfields, r.fnumber('n'), r.cmd_tuples], [0, 7, 4, 0]
end
on 'rows as hashes, arrays, columns and tuples' do |c|
  r = c.exec('SELECT name, tier, half_life FROM source_classes ORDER BY tier')
  is r.first, { 'name' => 'regulatory', 'tier' => '0', 'half_life' => nil }
  is r.column_values(0), %w[regulatory clinical observational expert community anecdotal]
  is r.field_values('half_life'), [nil, '730', '365', '180', '90', '30']
  is r.getisnull(0, 2), true
  is r.tuple(3)['tier'], '3'
  r = c.exec('SELECT name, tier, half_life FROM source_classes ORDER BY tier').field_names_as(:symbol)
  is r[1], { name: 'clinical', tier: '1', half_life: '730' }
  is r.map { |h| h[:tier] }.join, '012345'
  r.clear
  fails(PG::Error) { r.values }
end
on 'the statement keeps its command tag' do |c|
  c.exec('CREATE TEMP TABLE tags (a int)')
  is ['INSERT INTO tags SELECT generate_series(1, 3)', 'UPDATE tags SET a = 0 WHERE a > 1', 'DELETE FROM tags', 'DROP TABLE tags', 'BEGIN', 'ROLLBACK', "SET search_path = public", 'RESET search_path'].map { |q| c.exec(q).cmd_status },
     ['INSERT 0 3', 'UPDATE 2', 'DELETE 3', 'DROP TABLE', 'BEGIN', 'ROLLBACK', 'SET', 'RESET']
end

# Values both ways, by the coders for types.

ENCODE = [
  [PG::TextEncoder::Integer, PG::TextDecoder::Integer, 20, 'int8', [0, -9_223_372_036_854_775_808, 9_223_372_036_854_775_807]],
  [PG::BinaryEncoder::Int8, PG::BinaryDecoder::Integer, 20, 'int8', [0, -9_223_372_036_854_775_808, 9_223_372_036_854_775_807]],
  [PG::BinaryEncoder::Int4, PG::BinaryDecoder::Integer, 23, 'int4', [0, -2_147_483_648, 2_147_483_647]],
  [PG::BinaryEncoder::Int2, PG::BinaryDecoder::Integer, 21, 'int2', [0, -32_768, 32_767]],
  [PG::TextEncoder::Float, PG::TextDecoder::Float, 701, 'float8', [0.1, -1e300, Float::INFINITY, -Float::INFINITY, Float::NAN]],
  [PG::TextEncoder::Boolean, PG::TextDecoder::Boolean, 16, 'bool', [true, false]],
  [PG::BinaryEncoder::Boolean, PG::BinaryDecoder::Boolean, 16, 'bool', [true, false]],
  [PG::TextEncoder::Numeric, PG::TextDecoder::Numeric, 1700, 'numeric', [BigDecimal('123456789012345678901234567890.0000000001'), BigDecimal('NaN'), BigDecimal('-0.5'), BigDecimal('1e-30')]],
  [PG::TextEncoder::String, PG::TextDecoder::String, 25, 'text', ["Zürich 東京 🜚 '\"\\\n", '']],
  [PG::BinaryEncoder::String, PG::BinaryDecoder::String, 25, 'text', ["Zürich 東京 🜚 '\"\\\n", '']],
  [PG::TextEncoder::Bytea, PG::TextDecoder::Bytea, 17, 'bytea', [(0..255).to_a.pack('C*'), ''.b]],
  [PG::BinaryEncoder::Bytea, PG::BinaryDecoder::Bytea, 17, 'bytea', [(0..255).to_a.pack('C*'), ''.b]],
  [PG::TextEncoder::Date, PG::TextDecoder::Date, 1082, 'date', [Date.new(2024, 2, 29), Date.new(1, 1, 1), 'infinity']],
  [PG::TextEncoder::TimestampUtc, PG::TextDecoder::TimestampUtc, 1114, 'timestamp', [Time.utc(1999, 12, 31, 23, 59, 59.5r), 'infinity']],
  [PG::TextEncoder::TimestampWithTimeZone, PG::TextDecoder::TimestampWithTimeZone, 1184, 'timestamptz', [Time.utc(2024, 6, 1, 12, 0, 0.123456r), '-infinity']],
  [PG::TextEncoder::Inet, PG::TextDecoder::Inet, 869, 'inet', [IPAddr.new('192.168.7.0/24'), IPAddr.new('2001:db8::1')]],
  [PG::TextEncoder::JSON, PG::TextDecoder::JSON, 114, 'json', [{ 'a' => [1, nil, 'ü', true, 1.5] }, [], 'text']],
  [PG::TextEncoder::JSON, PG::TextDecoder::JSON, 3802, 'jsonb', [{ 'a' => [1, nil, 'ü', true, 1.5] }, []]],
].freeze
ENCODE.each do |encoder, decoder, oid, type, values|
  on "#{type} by #{encoder.to_s[4..]} and #{decoder.to_s[4..]}" do |c|
    enc, dec = encoder.new(oid: oid), decoder.new
    values.each do |v|
      r = c.exec_params('SELECT $1, $1 IS NULL', [v], dec.format, PG::TypeMapByColumn.new([enc]))
      is r.ftype(0), oid
      r.type_map = PG::TypeMapByColumn.new([dec, dec.format == 1 ? PG::BinaryDecoder::Boolean.new : PG::TextDecoder::Boolean.new])
      got, null = r.values[0]
      is got, v.is_a?(String) && v.end_with?('infinity') && !got.is_a?(String) ? (v[0] == '-' ? -Float::INFINITY : Float::INFINITY) : v
      is null, false
    end
    is c.exec_params('SELECT $1', [nil], dec.format, PG::TypeMapByColumn.new([enc])).getvalue(0, 0), nil
  end
end
on 'plain parameters: hashes with type and format' do |c|
  r = c.exec_params('SELECT $1, $2, $3, $4', [{ value: [77].pack('N'), type: 23, format: 1 }, { value: '{1,NULL,3}', type: 1007 }, { value: "\x00\xff".b, type: 17, format: 1 }, 'x'])
  is r.values, [['77', '{1,NULL,3}', '\x00ff', 'x']]
  is (0..3).map { |i| r.ftype(i) }, [23, 1007, 17, 25]
end
on 'arrays, nested arrays and composite values' do |c|
  ints = PG::TextEncoder::Array.new(oid: 1007, elements_type: PG::TextEncoder::Integer.new)
  texts = PG::TextEncoder::Array.new(oid: 1009, elements_type: PG::TextEncoder::String.new)
  r = c.exec_params('SELECT $1, $2, $1[2][1], array_length($2, 1)', [[[1, 2], [3, nil]], ['a,b', 'q"\\', 'NULL', nil, '']], 0, PG::TypeMapByColumn.new([ints, texts]))
  r.type_map = PG::TypeMapByColumn.new([PG::TextDecoder::Array.new(elements_type: PG::TextDecoder::Integer.new), PG::TextDecoder::Array.new, PG::TextDecoder::Integer.new, PG::TextDecoder::Integer.new])
  is r.values, [[[[1, 2], [3, nil]], ['a,b', 'q"\\', 'NULL', nil, ''], 3, 5]]
  r = c.exec(%q{SELECT ROW(1, 'a "b"', NULL, '')})
  r.type_map = PG::TypeMapByColumn.new([PG::TextDecoder::Record.new])
  is r.getvalue(0, 0), ['1', 'a "b"', nil, '']
end
on 'types that have no coder' do |c|
  { 'interval' => '1 year 2 mons -3 days +04:05:06.789', 'uuid' => '00112233-4455-6677-8899-aabbccddeeff', 'int4range' => '[1,10)', 'tstzrange' => '["2024-01-01 00:00:00+00",)', 'int8multirange' => '{[1,3),[5,8)}',
    'time' => '23:59:59.999999', 'timetz' => '12:30:00+02', 'macaddr' => '08:00:2b:01:02:03', 'bit(4)' => '1010', 'money' => '$1,234.56', 'xml' => '<a/>', 'tsvector' => "'cat':2 'fat':1", 'regclass' => 'pg_class', 'numeric(8,3)' => '-0.500' }.each do |type, text|
    is one("SELECT $1::#{type}", text), text, type
    is one("SELECT $1::#{type}[]", [text].then { |a| PG::TextEncoder::Array.new.encode(a) }), PG::TextEncoder::Array.new.encode([text]), "#{type}[]" unless type =~ /[(]/
  end
end
on 'BasicTypeMapForResults, which loads pg_type' do |c|
  r = c.exec(%q{SELECT 1::int2, 2::int8, 1.50::numeric, 0.5::float4, true, 'x'::text, 'y'::varchar(3), '\x00ff'::bytea, '2024-02-29'::date, '2024-02-29 01:02:03'::timestamp, '2024-02-29 01:02:03+00'::timestamptz,
    '{1,2}'::int[], '{{a},{b}}'::text[], '{"a": [1]}'::json, '{0.5,NULL}'::float8[], '10.0.0.0/8'::cidr, '{2024-01-01}'::date[], 5::oid})
  r.type_map = PG::BasicTypeMapForResults.new(c)
  is r.values[0], [1, 2, BigDecimal('1.5'), 0.5, true, 'x', 'y', "\x00\xff".b, Date.new(2024, 2, 29), Time.new(2024, 2, 29, 1, 2, 3), Time.utc(2024, 2, 29, 1, 2, 3), [1, 2], [['a'], ['b']], { 'a' => [1] }, [0.5, nil],
                   IPAddr.new('10.0.0.0/8'), [Date.new(2024, 1, 1)], 5]
end
on 'BasicTypeMapForResults in the binary format' do |c|
  r = c.exec_params(%q{SELECT 1::int2, 2::int8, 0.5::float4, 1e300::float8, true, 'x'::text, '\x00ff'::bytea, 7::oid}, [], 1)
  r.type_map = PG::BasicTypeMapForResults.new(c)
  is r.values[0], [1, 2, 0.5, 1e300, true, 'x', "\x00\xff".b, 7]
end
on 'BasicTypeMapForQueries and BasicTypeMapBasedOnResult' do |c|
  queries = PG::BasicTypeMapForQueries.new(c)
  r = c.exec_params('SELECT $1::int8, $2::float8, $3, $4, $5::numeric, $6', [1, 0.5, true, [1, 2], BigDecimal('1.25'), [[0.5, 1.5]]], 0, queries)
  r.type_map = PG::BasicTypeMapForResults.new(c)
  is r.values[0], [1, 0.5, true, [1, 2], BigDecimal('1.25'), [[0.5, 1.5]]]
  is (0..5).map { |i| r.ftype(i) }, [20, 701, 16, 1016, 1700, 1022]
  c.exec('CREATE TEMP TABLE mapped (a int, b text, c float8[], d bytea, e jsonb)')
  based = PG::BasicTypeMapBasedOnResult.new(c).build_column_map(c.exec('SELECT * FROM mapped LIMIT 0'))
  c.exec_params('INSERT INTO mapped VALUES ($1, $2, $3, $4, $5)', [5, 'x', [0.5, 2.0], '\x27ff', {}], 0, based)
  is c.exec('SELECT * FROM mapped').values, [['5', 'x', '{0.5,2}', '\x27ff', '{}']]
  c.exec('DROP TABLE mapped')
end
on 'the registry of coders for every type of pg_type' do |c|
  # what the client would find for oids: from names of the server's pg_type
  regi = PG::BasicTypeRegistry::CoderMapsBundle.new(c)
  types = regi.typenames_by_oid
  is [16, 17, 20, 21, 23, 25, 114, 600, 700, 701, 869, 1009, 1043, 1082, 1114, 1184, 1186, 1700, 2950, 3802, 3904].map { |o| types[o] },
     %w[bool bytea int8 int2 int4 text json point float4 float8 inet _text varchar date timestamp timestamptz interval numeric uuid jsonb int4range]
end
on '8 MB of text and of bytes' do |c|
  text = 'aü' * (8 * 1024 * 1024 / 3)
  r = c.exec_params('SELECT $1::text, length($1)', [text])
  is [r.getvalue(0, 0) == text, r.getvalue(0, 1)], [true, text.size.to_s]
  bytes = Random.new(1).bytes(8 * 1024 * 1024)
  r = c.exec_params('SELECT $1, octet_length($1)', [{ value: bytes, type: 17, format: 1 }], 1)
  is [r.getvalue(0, 0) == bytes, r.getvalue(0, 1).unpack1('N')], [true, bytes.size]
end
on '1,600 columns' do |c|
  r = c.exec_params("SELECT #{(1..1600).map { |i| "$#{i}::int AS c#{i}" }.join(', ')}", (1..1600).to_a)
  is [r.nfields, r.fname(1599), r.values[0].map(&:to_i)], [1600, 'c1600', (1..1600).to_a]
end
on '65,535 parameters' do |c|
  is c.exec_params("SELECT count(*) FROM unnest(ARRAY[#{(1..65_535).map { |i| "$#{i}" }.join(',')}]::text[])", ['x'] * 65_535).getvalue(0, 0), '65535'
end

# Prepared statements.

on 'prepare, describe_prepared and exec_prepared' do |c|
  c.prepare('claims', 'SELECT concept_path, value_number, derived_from FROM assertions WHERE predicate = $1 AND tier < $2 AND concept_path LIKE $3 LIMIT 0')
  d = c.describe_prepared('claims')
  is [d.nparams, (0..2).map { |i| d.paramtype(i) }], [3, [25, 21, 25]]
  is [d.fields, (0..2).map { |i| d.ftype(i) }], [%w[concept_path value_number derived_from], [25, 1700, 1009]]
  is c.exec_prepared('claims', ['capital', 3, '%']).values, []
  c.exec('DEALLOCATE claims')
  e = fails(PG::InvalidSqlStatementName) { c.exec_prepared('claims', [1]) }
  like e.message, /prepared statement "claims" does not exist/
end
on 'parameter types that are told or inferred' do |c|
  c.prepare('t', 'INSERT INTO sources (source, trust) VALUES ($1, $2)')
  d = c.describe_prepared('t')
  is [d.paramtype(0), d.paramtype(1), d.nfields], [25, 701, 0]
  c.prepare('u', 'SELECT $1 + 1, $2', [20, 1114])
  d = c.describe_prepared('u')
  is [d.paramtype(0), d.paramtype(1), d.ftype(0), d.ftype(1)], [20, 1114, 20, 1114]
  fails(PG::DuplicatePstatement) { c.prepare('u', 'SELECT 1') }
  fails(PG::IndeterminateDatatype) { c.prepare('w', 'SELECT $2::int') }
  is c.exec("SELECT name, parameter_types::text FROM pg_prepared_statements ORDER BY 1").values, [['t', '{text,"double precision"}'], ['u', '{bigint,"timestamp without time zone"}']]
  c.exec('DEALLOCATE ALL')
end
on 'describe_portal' do |c|
  c.transaction do
    c.exec('DECLARE p CURSOR FOR SELECT source, tier FROM assertions')
    d = c.describe_portal('p')
    is [d.fields, d.ftype(1)], [%w[source tier], 21]
  end
  fails(PG::InvalidCursorName) { c.describe_portal('p') }
end
on 'single-row mode and all claims' do |c|
  c.send_query_params("SELECT id, value FROM assertions WHERE concept_path LIKE $1", ['countries/%'])
  c.set_single_row_mode
  ids = {}
  c.get_result.stream_each { |row| ids[row['id']] = true }
  is c.get_result, nil
  is ids.size, 10_402
end
on 'single-row mode with an error in the middle' do |c|
  c.send_query('SELECT 1 / (3 - g) FROM generate_series(1, 5) AS g')
  c.set_single_row_mode
  got = []
  e = fails(PG::DivisionByZero) { c.get_result.check.values.then { |rows| got.concat(rows) } while true }
  is [got, e.result.error_field(PG::PG_DIAG_SQLSTATE)], [[['0'], ['1']], '22012']
  c.discard_results
end
on 'a cursor by pages' do |c|
  c.transaction do
    c.exec("DECLARE pages SCROLL CURSOR FOR SELECT id FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id")
    ids = []
    loop do
      page = c.exec('FETCH 3000 FROM pages')
      break if page.ntuples.zero?
      ids.concat(page.column_values(0))
    end
    is [ids.size, ids.sort == ids, ids.uniq.size], [10_402, true, 10_402]
    is c.exec('FETCH FIRST FROM pages').getvalue(0, 0), ids[0]
    is c.exec('FETCH ABSOLUTE -1 FROM pages').getvalue(0, 0), ids[-1]
    is c.exec('FETCH BACKWARD 3 FROM pages').column_values(0), ids[-4..-2].reverse
  end
end

# Errors.

on 'error fields' do |c|
  e = fails(PG::UndefinedColumn) { c.exec_params('SELECT conceptpath FROM assertions WHERE tier = $1', [1]) }
  r = e.result
  is [PG::PG_DIAG_SEVERITY, PG::PG_DIAG_SEVERITY_NONLOCALIZED, PG::PG_DIAG_SQLSTATE, PG::PG_DIAG_MESSAGE_PRIMARY, PG::PG_DIAG_MESSAGE_DETAIL, PG::PG_DIAG_MESSAGE_HINT, PG::PG_DIAG_STATEMENT_POSITION].map { |f| r.error_field(f) },
     ['ERROR', 'ERROR', '42703', 'column "conceptpath" does not exist', nil, 'Perhaps you meant to reference the column "assertions.concept_path".', '8']
  e = fails(PG::UniqueViolation) { c.exec("INSERT INTO sources (source) VALUES ('countryjs')") }
  is [PG::PG_DIAG_MESSAGE_DETAIL, PG::PG_DIAG_SCHEMA_NAME, PG::PG_DIAG_TABLE_NAME, PG::PG_DIAG_CONSTRAINT_NAME].map { |f| e.result.error_field(f) },
     ['Key (source)=(countryjs) already exists.', 'public', 'sources', 'sources_pkey']
  e = fails(PG::NotNullViolation) { c.exec('INSERT INTO sources (source) VALUES (NULL)') }
  is [e.result.error_field(PG::PG_DIAG_COLUMN_NAME), e.result.error_field(PG::PG_DIAG_TABLE_NAME)], %w[source sources]
end
on 'the detail of a missing value is its row' do |c|
  e = fails(PG::NotNullViolation) { c.exec('INSERT INTO sources (source) VALUES (NULL)') }
  like e.result.error_field(PG::PG_DIAG_MESSAGE_DETAIL), /\AFailing row contains \(null, null, active, null, null, null, null, null\)\.\z/
end
on 'classes of errors' do |c|
  { 'SELEC 1' => PG::SyntaxError, 'TABLE nowhere' => PG::UndefinedTable, 'SELECT nothing(1)' => PG::UndefinedFunction, "SELECT 'x'::int" => PG::InvalidTextRepresentation, 'SELECT 2147483648::int' => PG::NumericValueOutOfRange,
    "SELECT '2023-02-30'::date" => PG::DatetimeFieldOverflow, "SELECT 'x'::date" => PG::InvalidDatetimeFormat, 'SELECT source, count(*) FROM sources' => PG::GroupingError, 'SELECT source FROM sources a, sources b' => PG::AmbiguousColumn,
    'SELECT (SELECT 1 UNION SELECT 2)' => PG::CardinalityViolation, 'SELECT 1::nothing' => PG::UndefinedObject, 'SELECT 1 WHERE 5' => PG::DatatypeMismatch, 'SAVEPOINT x' => PG::NoActiveSqlTransaction, 'CREATE VIEW nowhere.v AS SELECT 1' => PG::InvalidSchemaName,
    "SELECT '{1'::int[]" => PG::InvalidTextRepresentation, "SELECT '{'::json" => PG::InvalidTextRepresentation, "SELECT 'a' ~ '('" => PG::InvalidRegularExpression, "SET statement_timeout = 'x'" => PG::InvalidParameterValue,
    'SET nothing_here = 1' => PG::UndefinedObject, 'INSERT INTO sources (source, source) VALUES (1, 2)' => PG::DuplicateColumn, 'SELECT sqrt(-1)' => PG::InvalidArgumentForPowerFunction, "SELECT substring('a', 1, -1)" => PG::SubstringError }.each do |sql, type|
    c.exec(sql)
    raise Different, "expected #{type} of #{sql}\ngot no error"
  rescue PG::Error => e
    is e.class, type, sql
  end
end
on 'verbosity and context of errors' do |c|
  is c.set_error_verbosity(PG::PQERRORS_VERBOSE), PG::PQERRORS_DEFAULT
  e = fails(PG::DivisionByZero) { c.exec('SELECT 1/0') }
  like e.message, /\AERROR:  22012: division by zero/
  c.set_error_verbosity(PG::PQERRORS_TERSE)
  is fails(PG::UndefinedColumn) { c.exec('SELECT nothing') }.message, "ERROR:  column \"nothing\" does not exist at character 8\n"
  c.set_error_verbosity(PG::PQERRORS_DEFAULT)
end
on 'notices' do |c|
  got = []
  c.set_notice_receiver { |r| got << [r.error_field(PG::PG_DIAG_SEVERITY), r.error_field(PG::PG_DIAG_SQLSTATE), r.error_field(PG::PG_DIAG_MESSAGE_PRIMARY)] }
  c.exec('DROP TABLE IF EXISTS nothing_here')
  c.exec('COMMIT')
  c.exec('CREATE TEMP TABLE twice (a int); CREATE TEMP TABLE IF NOT EXISTS twice (a int); DROP TABLE twice')
  c.set_notice_receiver
  is got, [['NOTICE', '00000', 'table "nothing_here" does not exist, skipping'], ['WARNING', '25P01', 'there is no transaction in progress'], ['NOTICE', '42P07', 'relation "twice" already exists, skipping']]
end

# Transactions.

on 'transaction commits, rolls back and tells its status' do |c|
  name = "ruby-pg-#{RUN}"
  is c.transaction_status, PG::PQTRANS_IDLE
  got = c.transaction do |t|
    t.exec_params('INSERT INTO sources (source) VALUES ($1)', [name])
    is t.transaction_status, PG::PQTRANS_INTRANS
    'result'
  end
  is got, 'result'
  is one('SELECT count(*) FROM sources WHERE source = $1', name), '1'
  fails(PG::DivisionByZero) do
    c.transaction do |t|
      t.exec_params('DELETE FROM sources WHERE source = $1', [name])
      t.exec('SELECT 1/0')
    end
  end
  is c.transaction_status, PG::PQTRANS_IDLE
  is c.exec_params('DELETE FROM sources WHERE source = $1', [name]).cmd_tuples, 1
  c.exec('BEGIN')
  c.exec('SELEC') rescue PG::SyntaxError
  is c.transaction_status, PG::PQTRANS_INERROR
  fails(PG::InFailedSqlTransaction) { c.exec('SELECT 1') }
  is c.exec('COMMIT').cmd_status, 'ROLLBACK'
end
on 'savepoints' do |c|
  c.transaction do
    c.exec('CREATE TEMP TABLE points (a int) ON COMMIT DROP; INSERT INTO points VALUES (1); SAVEPOINT a; INSERT INTO points VALUES (2); SAVEPOINT b; INSERT INTO points VALUES (3)')
    c.exec('ROLLBACK TO b')
    is c.exec('SELECT sum(a) FROM points').getvalue(0, 0), '3'
    c.exec('SELECT 1/0') rescue PG::DivisionByZero
    c.exec('ROLLBACK TO a')
    is c.exec('SELECT sum(a) FROM points').getvalue(0, 0), '1'
    is fails(PG::Error) { c.exec('RELEASE b') }.result.error_field(PG::PG_DIAG_SQLSTATE), '3B001'
    c.exec('ROLLBACK TO a; RELEASE a')
  end
end
on 'a read-only transaction refuses to write' do |c|
  c.exec('BEGIN READ ONLY')
  fails(PG::ReadOnlySqlTransaction) { c.exec("DELETE FROM sources WHERE source = ''") }
  c.exec('ROLLBACK')
end
on 'default_transaction_read_only is reported' do |c|
  c.exec('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')
  is c.parameter_status('default_transaction_read_only'), 'on'
  c.exec('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE')
end
on 'a serializable, read-only, deferrable transaction' do |c|
  c.exec('BEGIN ISOLATION LEVEL SERIALIZABLE, READ ONLY, DEFERRABLE')
  is c.exec('SHOW transaction_isolation').getvalue(0, 0), 'serializable'
  is c.exec('SHOW transaction_deferrable').getvalue(0, 0), 'on'
  c.exec('ROLLBACK')
end

# COPY.

on 'copy_data in and out with row coders' do |c|
  c.exec('CREATE TEMP TABLE copied (a int, b text, c bool)')
  c.copy_data('COPY copied FROM STDIN', PG::TextEncoder::CopyRow.new(type_map: PG::TypeMapByColumn.new([PG::TextEncoder::Integer.new, nil, PG::TextEncoder::Boolean.new]))) do
    c.put_copy_data [1, "tab\tnew\nline\\ ü", true]
    c.put_copy_data [2, nil, false]
  end
  rows = []
  is c.copy_data('COPY (SELECT * FROM copied ORDER BY a) TO STDOUT', PG::TextDecoder::CopyRow.new(type_map: PG::TypeMapByColumn.new([PG::TextDecoder::Integer.new, nil, PG::TextDecoder::Boolean.new]))) {
    while (row = c.get_copy_data)
      rows << row
    end
  }.cmd_status, 'COPY 2'
  is rows, [[1, "tab\tnew\nline\\ ü", true], [2, nil, false]]
end
on 'copy_data in the binary format' do |c|
  c.exec('CREATE TEMP TABLE binary_rows (a int, b text, c bytea)')
  rows = [[[-5].pack('l>'), 'ü'.b, "\x00\xff".b], [nil, nil, nil], [[7].pack('l>'), ''.b, ''.b]]
  data = "PGCOPY\n\xff\r\n\0".b + [0, 0].pack('NN') + rows.map { |r| [3].pack('n') + r.map { |v| v ? [v.bytesize].pack('N') + v : "\xff\xff\xff\xff".b }.join }.join + "\xff\xff".b
  is c.copy_data('COPY binary_rows FROM STDIN (FORMAT binary)') { c.put_copy_data(data) }.cmd_tuples, 3
  is c.exec('SELECT * FROM binary_rows').values, [['-5', 'ü', '\x00ff'], [nil, nil, nil], ['7', '', '\x']]
  got = ''.b
  c.copy_data('COPY binary_rows TO STDOUT (FORMAT binary)') do
    while (piece = c.get_copy_data)
      got << piece
    end
  end
  is got, data
end
on 'copy_data as CSV of all claims' do |c|
  lines = 0
  first = nil
  c.copy_data("COPY (SELECT id, concept_path, value FROM assertions WHERE concept_path LIKE 'countries/%') TO STDOUT (FORMAT csv, HEADER)") do
    while (line = c.get_copy_data)
      first ||= line
      lines += 1
    end
  end
  is [first, lines], ["id,concept_path,value\n", 10_403]
end
on 'an error in the block ends a COPY in, and one of the server, too' do |c|
  c.exec('CREATE TEMP TABLE unwritten (a int)')
  fails(RuntimeError) { c.copy_data('COPY unwritten FROM STDIN') { c.put_copy_data("1\n"); raise 'stop' } }
  e = fails(PG::InvalidTextRepresentation) { c.copy_data('COPY unwritten FROM STDIN') { c.put_copy_data("1\nx\n") } }
  is e.result.error_field(PG::PG_DIAG_CONTEXT), 'COPY unwritten, line 2, column a: "x"'
  is one('SELECT count(*) FROM unwritten'), '0'
  e = fails(PG::BadCopyFileFormat) { c.copy_data('COPY unwritten FROM STDIN') { c.put_copy_data("1\t2\n") } }
  like e.message, /extra data after last expected column/
end
on 'claims are copied in' do |c|
  path = "clients/ruby-pg/#{RUN}"
  is c.copy_data('COPY assertions (concept_path, predicate, value, source) FROM STDIN', PG::TextEncoder::CopyRow.new) { 3.times { |i| c.put_copy_data [path, "p#{i}", "#{i}.5", 'country-js'] } }.cmd_status, 'COPY 3'
  is c.exec_params('SELECT predicate, value_number, source_class, tier, agent, length(id) FROM assertions WHERE concept_path = $1 ORDER BY predicate', [path]).values, (0..2).map { |i| ["p#{i}", "#{i}.5", 'community', '4', 'stemedb', '64'] }
end

# Notifications, cancelling, pipelines.

on 'wait_for_notify' do |c|
  other = session
  c.exec("LISTEN ch_#{RUN}")
  other.exec("NOTIFY ch_#{RUN}, 'päyload'")
  got = nil
  is c.wait_for_notify(5) { |*args| got = args }, "ch_#{RUN}"
  is got, ["ch_#{RUN}", other.backend_pid, 'päyload']
  is c.wait_for_notify(0.1), nil
  c.exec("NOTIFY ch_#{RUN}")
  is c.notifies, { relname: "ch_#{RUN}", be_pid: c.backend_pid, extra: '' }
  other.transaction { other.exec("NOTIFY ch_#{RUN}, 'a'; NOTIFY ch_#{RUN}, 'a'; NOTIFY ch_#{RUN}, 'b'") }
  two = 2.times.map { c.wait_for_notify(5) { |_, _, extra| got = extra }; got }
  is two, %w[a b]
  c.exec('UNLISTEN *')
  other.exec("NOTIFY ch_#{RUN}")
  is c.wait_for_notify(0.2), nil
  other.finish
end
on 'cancel' do |c|
  c.send_query('SELECT pg_sleep(10)')
  sleep 0.1
  is c.cancel, nil
  start = Time.now
  e = fails(PG::QueryCanceled) { c.get_last_result }
  like e.message, /canceling statement due to user request/
  is Time.now - start < 5, true
  is one('SELECT 1'), '1'
end
on 'statement_timeout, and a Ruby timeout that leaves the session usable' do |c|
  c.transaction do
    c.exec("SET LOCAL statement_timeout = '100ms'")
    e = fails(PG::QueryCanceled) { c.exec('SELECT pg_sleep(10)') }
    like e.message, /statement timeout/
    c.exec('ROLLBACK; BEGIN')
  end
  fails(Timeout::Error) { Timeout.timeout(0.2) { c.exec('SELECT pg_sleep(1)') } }
  is one('SELECT 2'), '2'
end
on 'a pipeline' do |c|
  c.enter_pipeline_mode
  is c.pipeline_status, PG::PQ_PIPELINE_ON
  c.send_query_params('SELECT $1::int', [1])
  c.send_prepare('piped', 'SELECT $1::int + 1')
  c.send_query_prepared('piped', [2])
  c.pipeline_sync
  got = []
  4.times do
    r = c.get_result
    got << (r.result_status == PG::PGRES_PIPELINE_SYNC ? :sync : r.values)
    c.get_result unless got[-1] == :sync
  end
  c.exit_pipeline_mode
  is got, [[['1']], [], [['3']], :sync]
  c.exec('DEALLOCATE piped')
end
on 'an error in a pipeline aborts it up to the sync' do |c|
  c.exec('CREATE TEMP TABLE lines (a int)')
  c.enter_pipeline_mode
  c.send_query_params('INSERT INTO lines VALUES (1)', [])
  c.send_query_params('SELECT 1/$1', [0])
  c.send_query_params('INSERT INTO lines VALUES (2)', [])
  c.pipeline_sync
  c.send_query_params('INSERT INTO lines VALUES (3)', [])
  c.pipeline_sync
  got = []
  while got.count(:sync) < 2
    begin
      r = c.sync_get_result or next
      got << { PG::PGRES_PIPELINE_SYNC => :sync, PG::PGRES_PIPELINE_ABORTED => :aborted, PG::PGRES_COMMAND_OK => r.cmd_status }.fetch(r.result_status) { r.check }
    rescue PG::Error => e
      got << e.class
    end
  end
  c.exit_pipeline_mode
  is got, ['INSERT 0 1', PG::DivisionByZero, :aborted, :sync, 'INSERT 0 1', :sync]
  is c.exec('SELECT a FROM lines').values, [['3']]
end
on 'send_flush_request in a pipeline' do |c|
  c.enter_pipeline_mode
  c.send_query_params('SELECT 5', [])
  c.send_flush_request
  c.flush
  is c.get_result.values, [['5']]
  c.get_result
  c.pipeline_sync
  is c.get_result.result_status, PG::PGRES_PIPELINE_SYNC
  c.exit_pipeline_mode
end

# The rest of the surface.

on 'quoting comes back as it was' do |c|
  ["it's", 'back\\slash', "new\nline", 'ünï'].each do |t|
    is c.exec("SELECT #{c.escape_literal(t)}, '#{c.escape_string(t)}'").values, [[t, t]]
  end
  is c.exec("SELECT 1 AS #{c.quote_ident('Odd "name"')}").fields, ['Odd "name"']
  is PG::Connection.unescape_bytea(c.exec("SELECT '#{c.escape_bytea("\x00'\\\xff".b)}'::bytea").getvalue(0, 0)), "\x00'\\\xff".b
end
on 'encodings of the client' do |c|
  is c.internal_encoding, Encoding::UTF_8
  c.set_client_encoding('LATIN1')
  r = c.exec_params('SELECT $1::text, length($1)', ["\xfc".dup.force_encoding('ISO-8859-1')])
  is [r.getvalue(0, 0).encoding, r.getvalue(0, 0).bytes, r.getvalue(0, 1)], [Encoding::ISO_8859_1, [0xfc], '1']
  c.set_client_encoding('UTF8')
  is one("SELECT 'ü'"), 'ü'
end
on 'RETURNING, and ON CONFLICT DO NOTHING' do |c|
  name = "ruby-pg-#{RUN}-r"
  is c.exec_params("INSERT INTO sources (source, trust) VALUES ($1, 0.5) RETURNING *", [name]).first, { 'source' => name, 'class' => nil, 'status' => 'active', 'trust' => '0.5', 'origin' => nil, 'url' => nil, 'title' => nil, 'note' => nil }
  is c.exec_params('INSERT INTO sources (source) VALUES ($1) ON CONFLICT (source) DO NOTHING', [name]).cmd_status, 'INSERT 0 0'
  is c.exec_params("UPDATE sources SET trust = trust * 2, note = DEFAULT WHERE source = $1 RETURNING trust", [name]).values, [['1']]
  is c.exec_params('DELETE FROM sources WHERE source = $1', [name]).cmd_tuples, 1
end
on 'ON CONFLICT DO UPDATE of a temporary table' do |c|
  c.exec('CREATE TEMP TABLE counters (k text PRIMARY KEY, n int NOT NULL DEFAULT 1)')
  2.times { c.exec("INSERT INTO counters AS c (k) VALUES ('a') ON CONFLICT (k) DO UPDATE SET n = c.n + EXCLUDED.n") }
  is c.exec('SELECT k, n FROM counters').values, [%w[a 2]]
end
on 'advisory locks' do |c|
  other = session
  key = SecureRandom.random_number(2**31)
  is one('SELECT pg_try_advisory_lock($1)', key), 't'
  is other.exec_params('SELECT pg_try_advisory_lock($1)', [key]).getvalue(0, 0), 'f'
  is one('SELECT pg_advisory_unlock($1)', key), 't'
  is other.exec_params('SELECT pg_try_advisory_lock($1)', [key]).getvalue(0, 0), 't'
  other.finish
end
on 'ten threads with a session each' do
  got = (1..10).map { |i| Thread.new { s = session; v = s.exec_params('SELECT $1::int, pg_backend_pid()', [i]).values[0]; s.finish; v } }.map(&:value)
  is [got.map { |v| v[0].to_i }, got.map { |v| v[1] }.uniq.size], [(1..10).to_a, 10]
end
on 'large objects' do |c|
  c.transaction do
    oid = c.lo_creat
    fd = c.lo_open(oid, PG::INV_READ | PG::INV_WRITE)
    c.lo_write(fd, 'hello')
    c.lo_lseek(fd, 1, PG::SEEK_SET)
    is c.lo_read(fd, 10), 'ello'
    c.lo_close(fd)
    c.lo_unlink(oid)
  end
end

$conn&.exec_params('DELETE FROM sources WHERE source LIKE $1', ["ruby-pg-#{RUN}%"]) rescue nil
$conn&.finish
finish
