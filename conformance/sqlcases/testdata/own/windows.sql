-- Windows over what a lens resolved, and over all claims.

SELECT concept_path, value, rank() OVER (ORDER BY value::numeric DESC), lag(concept_path) OVER (ORDER BY value::numeric DESC) FROM assertions USING LENS authority WHERE predicate = 'population' AND concept_path LIKE 'countries/a%' ORDER BY 3 LIMIT 5;

SELECT status, count(*), sum(count(*)) OVER (ORDER BY status) FROM assertions USING LENS recency GROUP BY status ORDER BY status;

SELECT concept_path, source, count(*) OVER (PARTITION BY concept_path), first_value(source) OVER (PARTITION BY concept_path ORDER BY asserted_at, source, id) FROM assertions WHERE predicate = 'capital' AND concept_path IN ('countries/ch', 'countries/nl') ORDER BY 1, 2, 4;
