-- Npgsql 6 to 9 and its EF Core provider: what they ask on connecting, for
-- GetSchema and GetColumnSchema, when a connection goes back to its pool, and
-- for scaffolding.

-- Connecting: first of the batch that loads types.
-- rows: 1
-- name: version
SELECT version();

-- Connecting: base types, ranges, multiranges, enums, domains, arrays of each.
-- rows: any order
-- name: types of pg_catalog with their elements
SELECT ns.nspname, t.oid, t.typname, t.typtype, t.typnotnull, t.elemtypoid
FROM (
  SELECT ty.oid, ty.typnamespace, ty.typname, ty.typtype, ty.typrelid, ty.typnotnull, ty.relkind,
    el.oid AS elemtypoid, el.typname AS elemtypname, elc.relkind AS elemrelkind,
    CASE WHEN elp.proname = 'array_recv' THEN 'a' ELSE el.typtype END AS elemtyptype
  FROM (
    SELECT ty.oid, typnamespace, typname, typrelid, typnotnull, relkind, typelem AS elemoid,
      CASE WHEN proc.proname = 'array_recv' THEN 'a' ELSE ty.typtype END AS typtype,
      CASE
        WHEN proc.proname = 'array_recv' THEN ty.typelem
        WHEN ty.typtype = 'r' THEN rngsubtype
        WHEN ty.typtype = 'm' THEN (SELECT rngtypid FROM pg_range WHERE rngmultitypid = ty.oid)
        WHEN ty.typtype = 'd' THEN ty.typbasetype
      END AS elemtypoid
    FROM pg_type AS ty
    LEFT JOIN pg_class AS cls ON cls.oid = ty.typrelid
    LEFT JOIN pg_proc AS proc ON proc.oid = ty.typreceive
    LEFT JOIN pg_range ON pg_range.rngtypid = ty.oid
  ) AS ty
  LEFT JOIN pg_type AS el ON el.oid = elemtypoid
  LEFT JOIN pg_class AS elc ON elc.oid = el.typrelid
  LEFT JOIN pg_proc AS elp ON elp.oid = el.typreceive
) AS t
JOIN pg_namespace AS ns ON ns.oid = typnamespace
WHERE ns.nspname = 'pg_catalog' AND (
  typtype IN ('b', 'r', 'm', 'e', 'd')
  OR (typtype = 'c' AND relkind = 'c')
  OR (typtype = 'p' AND typname IN ('record', 'void'))
  OR (typtype = 'a' AND (elemtyptype IN ('b', 'r', 'm', 'e', 'd')
    OR (elemtyptype = 'p' AND elemtypname IN ('record', 'void'))
    OR (elemtyptype = 'c' AND elemrelkind = 'c'))))
ORDER BY CASE
  WHEN typtype IN ('b', 'e', 'p') THEN 0
  WHEN typtype = 'r' THEN 1
  WHEN typtype = 'm' THEN 2
  WHEN typtype = 'c' THEN 3
  WHEN typtype = 'd' AND elemtyptype <> 'a' THEN 4
  WHEN typtype = 'a' THEN 5
  WHEN typtype = 'd' AND elemtyptype = 'a' THEN 6
END;

-- Connecting, with Load Table Composites.
-- name: row types of tables and their arrays
SELECT ns.nspname, ty.typname, ty.typtype, el.typname AS elemtypname, proc.proname
FROM pg_type ty
JOIN pg_namespace ns ON ns.oid = ty.typnamespace
LEFT JOIN pg_class cls ON cls.oid = ty.typrelid
LEFT JOIN pg_type el ON el.oid = ty.typelem AND ty.typelem <> 0
LEFT JOIN pg_class elc ON elc.oid = el.typrelid
LEFT JOIN pg_proc proc ON proc.oid = ty.typreceive
WHERE ns.nspname = 'public' AND coalesce(cls.relkind, elc.relkind) = 'r'
ORDER BY ty.typname;

-- Connecting: fields of composite types that stand by themselves.
-- name: fields of composite types
SELECT ty.oid, att.attname, att.atttypid
FROM pg_type AS ty
JOIN pg_namespace AS ns ON ns.oid = ty.typnamespace
JOIN pg_class AS cls ON cls.oid = ty.typrelid
JOIN pg_attribute AS att ON att.attrelid = ty.typrelid
WHERE ty.typtype = 'c' AND cls.relkind = 'c' AND attnum > 0 AND NOT attisdropped
ORDER BY ty.oid, att.attnum;

-- Connecting, with Load Table Composites.
-- name: fields of a table's row type
SELECT ty.typname, att.attname, att.atttypid
FROM pg_type AS ty
JOIN pg_namespace AS ns ON ns.oid = ty.typnamespace
JOIN pg_class AS cls ON cls.oid = ty.typrelid
JOIN pg_attribute AS att ON att.attrelid = ty.typrelid
WHERE ty.typtype = 'c' AND ns.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  AND cls.relname = 'source_classes' AND attnum > 0 AND NOT attisdropped
ORDER BY ty.oid, att.attnum;

-- Connecting: labels of enums.
-- name: labels of enums
SELECT pg_type.oid, enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid ORDER BY oid, enumsortorder;

-- Connecting to several hosts: which is the primary.
-- name: recovery
SELECT pg_is_in_recovery();

-- Connecting to several hosts: which may be written to.
-- name: default_transaction_read_only
SHOW default_transaction_read_only;

-- GetSchema("Databases").
-- rows: any order
-- name: databases
SELECT d.datname AS database_name, u.usename AS owner, pg_catalog.pg_encoding_to_char(d.encoding) AS encoding
FROM pg_database d LEFT JOIN pg_user u ON d.datdba = u.usesysid WHERE d.datname = 'stemedb';

-- GetSchema("Schemata").
-- name: schemata
SELECT * FROM (
  SELECT current_database() AS catalog_name, nspname AS schema_name, r.rolname AS schema_owner
  FROM pg_catalog.pg_namespace LEFT JOIN pg_catalog.pg_roles r ON r.oid = nspowner
) tmp WHERE schema_name IN ('pg_catalog', 'information_schema', 'authority', 'consensus') ORDER BY schema_name;

-- GetSchema("Tables").
-- rows: any order
-- name: tables
SELECT table_catalog, table_schema, table_name, table_type
FROM information_schema.tables
WHERE table_type IN ('BASE TABLE', 'FOREIGN', 'FOREIGN TABLE')
  AND table_schema NOT IN ('pg_catalog', 'information_schema') AND table_schema !~ '^pg_temp';

-- GetSchema("Columns").
-- name: columns
SELECT table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, udt_name::regtype::text AS data_type,
  character_maximum_length, character_octet_length, numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision,
  character_set_catalog, character_set_schema, character_set_name, collation_catalog
FROM information_schema.columns
WHERE table_catalog = 'stemedb' AND table_schema = 'public' AND table_name IN ('sources', 'source_classes')
ORDER BY table_name, ordinal_position;

-- GetSchema("Columns") of a table with typmods.
-- name: columns with lengths and scales
SELECT column_name, ordinal_position, column_default, is_nullable, udt_name::regtype::text AS data_type, character_maximum_length,
  character_octet_length, numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision
FROM information_schema.columns WHERE table_name IN ('cat_dept', 'cat_emp') ORDER BY table_name, ordinal_position;

-- GetSchema("Views").
-- rows: any order
-- name: views
SELECT table_catalog, table_schema, table_name, check_option, is_updatable
FROM information_schema.views WHERE table_schema IN ('authority', 'consensus', 'layered');

-- GetSchema("MaterializedViews").
-- name: materialized views
SELECT current_database() AS table_catalog, schemaname AS table_schema, matviewname AS table_name, definition, matviewowner AS owner, hasindexes, ispopulated
FROM pg_catalog.pg_matviews;

-- GetSchema("Users").
-- name: users
SELECT usename AS user_name, usesysid AS user_sysid FROM pg_catalog.pg_user;

-- GetSchema("Indexes").
-- name: indexes
SELECT current_database() AS table_catalog, n.nspname AS table_schema, t.relname AS table_name, i.relname AS index_name, '' AS type_desc
FROM pg_catalog.pg_class i
JOIN pg_catalog.pg_index ix ON ix.indexrelid = i.oid
JOIN pg_catalog.pg_class t ON ix.indrelid = t.oid
LEFT JOIN pg_catalog.pg_user u ON u.usesysid = i.relowner
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = i.relnamespace
WHERE i.relkind = 'i' AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND pg_catalog.pg_table_is_visible(i.oid)
  AND t.relkind = 'r' AND n.nspname = 'public'
ORDER BY 3, 4;

-- GetSchema("IndexColumns").
-- name: columns of indexes
SELECT current_database() AS constraint_catalog, tab_sch.nspname AS constraint_schema, ixc.relname AS constraint_name,
  current_database() AS table_catalog, ix_sch.nspname AS table_schema, t.relname AS table_name, a.attname AS column_name,
  a.attnum AS ordinal_position, ix.indisunique AS is_unique, a.atttypid::regtype::text AS type_desc
FROM pg_class t
JOIN pg_index ix ON t.oid = ix.indrelid
JOIN pg_class ixc ON ix.indexrelid = ixc.oid
JOIN pg_attribute a ON t.oid = a.attrelid
JOIN pg_namespace tab_sch ON t.relnamespace = tab_sch.oid
JOIN pg_namespace ix_sch ON ixc.relnamespace = ix_sch.oid
WHERE a.attnum = ANY (ix.indkey) AND t.relkind = 'r' AND tab_sch.nspname = 'public'
ORDER BY 6, 3, 8;

-- GetSchema("Constraints"), with the decoding of contype.
-- name: constraints
SELECT current_database() AS "CONSTRAINT_CATALOG", con_sch.nspname AS "CONSTRAINT_SCHEMA", con.conname AS "CONSTRAINT_NAME",
  tab.relname AS "TABLE_NAME",
  CASE con.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'f' THEN 'FOREIGN KEY' WHEN 'u' THEN 'UNIQUE KEY' ELSE 'CHECK' END AS "CONSTRAINT_TYPE",
  con.condeferrable AS "IS_DEFERRABLE", con.condeferred AS "INITIALLY_DEFERRED"
FROM pg_catalog.pg_constraint con
INNER JOIN pg_catalog.pg_namespace con_sch ON con.connamespace = con_sch.oid
INNER JOIN pg_catalog.pg_class tab ON con.conrelid = tab.oid
INNER JOIN pg_catalog.pg_namespace tab_sch ON tab.relnamespace = tab_sch.oid
WHERE con.contype IN ('p', 'f', 'u', 'c') AND con_sch.nspname = 'public'
ORDER BY 3;

-- GetSchema("ConstraintColumns").
-- name: columns of constraints
SELECT tab.relname AS table_name, con.conname AS constraint_name, col.attname AS column_name, col.attnum AS ordinal_number
FROM pg_catalog.pg_constraint con
INNER JOIN pg_catalog.pg_class tab ON con.conrelid = tab.oid
INNER JOIN pg_catalog.pg_attribute col ON tab.oid = col.attrelid AND col.attnum = ANY (con.conkey)
WHERE tab.oid IN ('cat_dept'::regclass, 'cat_emp'::regclass) ORDER BY 1, 2, 4;

-- GetSchema("ReservedWords").
-- name: reserved words
SELECT upper(word) AS "ReservedWord" FROM pg_get_keywords() WHERE catcode IN ('R', 'T') ORDER BY 1;

-- GetColumnSchema of a reader: one lookup for each column of a result.
-- name: column schema of a result
SELECT nspname, relname, attname, ty.typname, attnum, atttypmod, attnotnull,
  pg_get_expr(def.adbin, def.adrelid) AS "default",
  CASE WHEN col.attidentity IN ('a', 'd') THEN TRUE ELSE FALSE END AS isidentity,
  CASE WHEN attgenerated = 's' THEN TRUE ELSE FALSE END AS isgenerated,
  CASE WHEN relkind IN ('r', 'p') OR pg_column_is_updatable(cls.oid, attnum, FALSE) THEN TRUE ELSE FALSE END AS isupdatable,
  EXISTS (SELECT * FROM pg_index WHERE indrelid = cls.oid AND indisprimary AND attnum = ANY (indkey)) AS isprimarykey,
  EXISTS (SELECT * FROM pg_index WHERE indrelid = cls.oid AND indisunique AND indnkeyatts = 1 AND attnum = indkey[0]) AS isunique
FROM pg_attribute AS col
JOIN pg_type AS ty ON ty.oid = col.atttypid
JOIN pg_class AS cls ON cls.oid = col.attrelid
JOIN pg_namespace AS ns ON ns.oid = cls.relnamespace
LEFT OUTER JOIN pg_attrdef AS def ON def.adrelid = cls.oid AND def.adnum = col.attnum
WHERE NOT atthasmissing AND col.attrelid = 'public.sources'::regclass AND attnum IN (1, 2, 3)
ORDER BY attnum;

-- GetColumnSchema of generated and identity columns.
-- name: column schema of generated columns
SELECT attname, attidentity, attgenerated, pg_get_expr(adbin, adrelid) AS default_value, pg_column_is_updatable(attrelid, attnum, false)
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = 'cat_emp'::regclass AND attnum > 0 ORDER BY attnum;

-- EF Core scaffolding: relations with their comments.
-- name: scaffolding: relations
SELECT nspname, relname, relkind, description
FROM pg_class AS cls
JOIN pg_namespace AS ns ON ns.oid = cls.relnamespace
LEFT OUTER JOIN pg_description AS des ON des.objoid = cls.oid AND des.objsubid = 0
WHERE cls.relkind IN ('r', 'v', 'm', 'f') AND ns.nspname NOT IN ('pg_catalog', 'information_schema')
  AND cls.relname <> '__EFMigrationsHistory'
  AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = (SELECT oid FROM pg_class WHERE relname = 'pg_class') AND objid = cls.oid AND deptype IN ('e', 'x'))
  AND (cls.relkind = 'r' OR cls.relname = 'pg_tables') AND ns.nspname !~ '^pg_temp'
ORDER BY 1, 2;

-- EF Core scaffolding: columns, their types' spellings, identity options, collations.
-- name: scaffolding: columns
SELECT cls.relname, attname, description, attisdropped, attidentity, attgenerated, attcompression, attnotnull, atthasdef,
  format_type(ty.oid, atttypmod) AS formatted_typname, base.typname AS basetypname, ty.typtype, el.typtype AS elemtyptype,
  CASE WHEN pg_proc.proname = 'array_recv' THEN 'a' ELSE ty.typtype END AS kind,
  CASE WHEN attgenerated = 's' THEN pg_get_expr(adbin, adrelid) END AS generated_expr,
  CASE WHEN atthasdef AND attgenerated = '' THEN pg_get_expr(adbin, adrelid) END AS default_expr,
  CASE WHEN attcollation <> ty.typcollation THEN collname END AS collname,
  seqstart, seqincrement, seqcycle, seqcache, seqmin, seqmax
FROM pg_class AS cls
JOIN pg_namespace AS ns ON ns.oid = cls.relnamespace
LEFT JOIN pg_attribute AS attr ON attrelid = cls.oid
LEFT JOIN pg_type AS ty ON attr.atttypid = ty.oid
LEFT JOIN pg_proc ON pg_proc.oid = ty.typreceive
LEFT JOIN pg_type AS el ON el.oid = ty.typelem
LEFT JOIN pg_type AS base ON base.oid = ty.typbasetype
LEFT JOIN pg_description AS des ON des.objoid = cls.oid AND des.objsubid = attnum
LEFT JOIN pg_attrdef ON adrelid = cls.oid AND adnum = attr.attnum
LEFT JOIN pg_collation AS coll ON coll.oid = attr.attcollation
LEFT JOIN pg_depend AS dep ON dep.refobjid = cls.oid AND dep.refobjsubid = attr.attnum AND dep.deptype = 'i' AND dep.classid = 'pg_class'::regclass
LEFT JOIN pg_sequence AS seq ON seq.seqrelid = dep.objid
WHERE cls.oid IN ('cat_emp'::regclass, 'cat_dept'::regclass) AND attnum > 0
ORDER BY cls.relname, attnum;

-- EF Core scaffolding: indexes with access methods, operator classes, options.
-- name: scaffolding: indexes
SELECT cls.relname AS cls_relname, ixc.relname AS idx_relname, indisunique, indnkeyatts, indkey, amname, indclass, indoption,
  CASE WHEN indexprs IS NULL THEN NULL ELSE pg_get_expr(indexprs, cls.oid) END AS exprs,
  CASE WHEN indpred IS NULL THEN NULL ELSE pg_get_expr(indpred, cls.oid) END AS pred,
  (SELECT array_agg(coll ORDER BY ord) FROM unnest(indcollation) WITH ORDINALITY AS c (coll, ord)) AS collations
FROM pg_class AS cls
JOIN pg_namespace AS ns ON ns.oid = cls.relnamespace
JOIN pg_index AS idx ON indrelid = cls.oid
JOIN pg_class AS ixc ON ixc.oid = indexrelid
JOIN pg_am AS am ON am.oid = ixc.relam
WHERE cls.relkind = 'r' AND (ns.nspname = 'public' OR cls.oid IN ('cat_dept'::regclass, 'cat_emp'::regclass))
  AND NOT indisprimary AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = ixc.oid)
ORDER BY 1, 2;

-- EF Core scaffolding: constraints.
-- name: scaffolding: constraints
SELECT cls.relname, con.conname, contype, conkey, conindid::regclass, target_sch.nspname AS fr_nspname, target.relname AS fr_relname, confkey, confdeltype
FROM pg_class AS cls
JOIN pg_namespace AS ns ON ns.oid = cls.relnamespace
JOIN pg_constraint AS con ON con.conrelid = cls.oid
LEFT OUTER JOIN pg_class AS target ON target.oid = con.confrelid
LEFT OUTER JOIN pg_namespace AS target_sch ON target_sch.oid = target.relnamespace
WHERE cls.relkind = 'r' AND con.contype IN ('p', 'f', 'u') AND (ns.nspname = 'public' OR cls.oid IN ('cat_dept'::regclass, 'cat_emp'::regclass))
ORDER BY 1, 2;

-- EF Core scaffolding: sequences that no column owns.
-- name: scaffolding: sequences
SELECT sequence_name, seq.data_type, start_value::bigint, minimum_value::bigint, maximum_value::bigint, increment::bigint,
  CASE WHEN cycle_option = 'YES' THEN TRUE ELSE FALSE END AS is_cyclic,
  owner_sch.nspname AS owner_schema, owner_rel.relname AS owner_table, attname AS owner_column
FROM information_schema.sequences AS seq
JOIN pg_namespace AS seq_sch ON seq_sch.nspname = sequence_schema
JOIN pg_class AS seq_rel ON seq_rel.relnamespace = seq_sch.oid AND seq_rel.relname = sequence_name AND seq_rel.relkind = 'S'
LEFT OUTER JOIN pg_depend AS dep ON dep.objid = seq_rel.oid AND deptype = 'a'
LEFT OUTER JOIN pg_class AS owner_rel ON owner_rel.oid = dep.refobjid
LEFT OUTER JOIN pg_namespace AS owner_sch ON owner_sch.oid = owner_rel.relnamespace
LEFT OUTER JOIN pg_attribute AS att ON attrelid = dep.refobjid AND attnum = dep.refobjsubid
WHERE owner_rel.oid IS NULL AND pg_table_is_visible(seq_rel.oid) AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.objid = seq_rel.oid AND i.deptype = 'i')
ORDER BY 1;

-- EF Core scaffolding: a sequence with the column that owns it.
-- name: scaffolding: a serial column's sequence
SELECT seq_rel.relname, owner_rel.relname AS owner_table, attname AS owner_column, deptype
FROM pg_class seq_rel
JOIN pg_depend AS dep ON dep.objid = seq_rel.oid AND dep.classid = 'pg_class'::regclass AND dep.refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
JOIN pg_class AS owner_rel ON owner_rel.oid = dep.refobjid
JOIN pg_attribute AS att ON attrelid = dep.refobjid AND attnum = dep.refobjsubid
WHERE seq_rel.relkind = 'S' AND pg_table_is_visible(seq_rel.oid) ORDER BY 1;

-- EF Core scaffolding: enums and their labels in order.
-- name: scaffolding: enums
SELECT nspname, typname, array_agg(enumlabel ORDER BY enumsortorder) AS labels
FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid JOIN pg_namespace ON pg_namespace.oid = pg_type.typnamespace
GROUP BY nspname, typname;

-- EF Core scaffolding: extensions but for plpgsql.
-- name: scaffolding: extensions
SELECT ns.nspname, extname, extversion FROM pg_extension JOIN pg_namespace ns ON ns.oid = extnamespace WHERE extname <> 'plpgsql';

-- EF Core scaffolding: the database's collation.
-- name: scaffolding: collation of the database
SELECT datcollate, datctype, datlocprovider, datcollate = datctype AS same FROM pg_database WHERE datname = current_database() AND datlocprovider = 'c';

-- A connection goes back to the pool: without DISCARD ALL, where statements are prepared.
-- name: reset: cursors
CLOSE ALL;

-- name: reset: role
SET SESSION AUTHORIZATION DEFAULT;

-- name: reset: settings
RESET ALL;

-- name: reset: advisory locks
SELECT pg_advisory_unlock_all();

-- name: reset: sequences
DISCARD SEQUENCES;

-- name: reset: temporary tables
DISCARD TEMP;

-- name: reset: all
DISCARD ALL;
