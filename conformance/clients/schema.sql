-- What a new node holds, as far as PostgreSQL can say it: the tables with their
-- keys, indexes, defaults and generated columns, and the schemas of lenses. The
-- comments and rows come from a node (see server_test.go).
CREATE TABLE source_classes (
  name text NOT NULL PRIMARY KEY,
  tier smallint NOT NULL,
  weight double precision NOT NULL,
  half_life double precision,
  default_confidence double precision NOT NULL);

CREATE TABLE sources (
  source text NOT NULL PRIMARY KEY,
  class text CONSTRAINT sources_class_fkey REFERENCES source_classes,
  status text DEFAULT 'active'::text NOT NULL,
  trust double precision,
  origin text,
  url text,
  title text,
  note text);

-- Ids of a node are SHA-256 of what is claimed; here it is enough that each is new.
CREATE FUNCTION stemedb_claim_id() RETURNS text LANGUAGE sql VOLATILE AS
  $$ SELECT encode(sha256(convert_to(gen_random_uuid()::text, 'UTF8')), 'hex') $$;
-- These two are told from the value and the source, which defaults cannot see:
-- classify does.
CREATE FUNCTION stemedb_value_type() RETURNS text LANGUAGE sql STABLE AS $$ SELECT NULL::text $$;
CREATE FUNCTION stemedb_source_class() RETURNS text LANGUAGE sql STABLE AS $$ SELECT NULL::text $$;
-- Generated columns take immutable functions only. These are evaluated once a statement.
CREATE FUNCTION stemedb_agent() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT current_user::text $$;
CREATE FUNCTION stemedb_commit_time() RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT clock_timestamp() $$;
CREATE FUNCTION tier_of(source_class text) RETURNS smallint LANGUAGE sql IMMUTABLE AS
  $$ SELECT c.tier FROM public.source_classes c WHERE c.name = source_class $$;

CREATE TABLE assertions (
  id text DEFAULT stemedb_claim_id() NOT NULL PRIMARY KEY,
  concept_path text NOT NULL,
  predicate text NOT NULL,
  value text NOT NULL,
  value_type text DEFAULT stemedb_value_type() NOT NULL,
  unit text,
  value_number numeric GENERATED ALWAYS AS (CASE WHEN value_type = 'number' THEN value::numeric ELSE NULL END) STORED,
  source text NOT NULL,
  source_class text DEFAULT stemedb_source_class() NOT NULL,
  tier smallint GENERATED ALWAYS AS (tier_of(source_class)) STORED,
  confidence double precision,
  lifecycle text DEFAULT 'approved'::text NOT NULL,
  epoch text,
  revises text,
  derived_from text[],
  evidence text,
  valid_from timestamp with time zone,
  valid_to timestamp with time zone,
  asserted_at timestamp with time zone DEFAULT now() NOT NULL,
  metadata jsonb,
  agent text GENERATED ALWAYS AS (stemedb_agent()) STORED NOT NULL,
  recorded_at timestamp with time zone GENERATED ALWAYS AS (stemedb_commit_time()) STORED NOT NULL,
  signer text,
  signature text);
CREATE INDEX assertions_concept_path_predicate_idx ON assertions (concept_path, predicate);
CREATE INDEX assertions_predicate_idx ON assertions (predicate);
CREATE INDEX assertions_source_idx ON assertions (source);
CREATE INDEX assertions_recorded_at_idx ON assertions (recorded_at);

CREATE FUNCTION classify() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.value_type := coalesce(NEW.value_type, CASE
    WHEN NEW.value ~ '^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$' THEN 'number'
    WHEN NEW.value IN ('true', 'false') THEN 'boolean'
    ELSE 'text' END);
  NEW.source_class := coalesce(NEW.source_class, (SELECT class FROM public.sources s WHERE s.source = NEW.source), 'community');
  RETURN NEW;
END $$;
CREATE TRIGGER classify BEFORE INSERT ON assertions FOR EACH ROW EXECUTE FUNCTION classify();

-- One claim of each pair, as the lens authority would choose where it need not
-- weigh anything but tiers and age.
CREATE VIEW resolved AS
  SELECT DISTINCT ON (concept_path, predicate) a.*,
    confidence AS effective_confidence, 1::double precision AS support, 0::double precision AS conflict_score,
    count(*) OVER pair AS candidates, 1::bigint AS distinct_values, 'unanimous'::text AS status,
    NULL::text AS decided_by, concept_path AS claimed_path
  FROM assertions a WINDOW pair AS (PARTITION BY concept_path, predicate)
  ORDER BY concept_path, predicate, tier, asserted_at DESC, id;

DO $$
DECLARE lens text;
BEGIN
  FOREACH lens IN ARRAY ARRAY['authority','confidence','consensus','layered','recency','skeptic','weighted'] LOOP
    EXECUTE format('CREATE SCHEMA %I', lens);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', lens);
    EXECUTE format('COMMENT ON SCHEMA %I IS %L', lens, 'the claims as the lens ' || lens || ' resolves them');
    EXECUTE format($view$
      CREATE VIEW %I.assertions AS
        SELECT id, concept_path, predicate, value, value_type, unit, value_number, source, source_class, tier, confidence, lifecycle,
          epoch, revises, derived_from, evidence, valid_from, valid_to, asserted_at, metadata, agent, recorded_at, signer, signature,
          %L::text AS lens, effective_confidence, support, conflict_score, candidates, distinct_values, status, decided_by, claimed_path
        FROM public.resolved$view$, lens, lens);
  END LOOP;
END $$;
