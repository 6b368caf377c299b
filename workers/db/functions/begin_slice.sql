-- Locks the slice's process and returns what a slice needs of it; no row once the slice is gone. The lock comes
-- in a statement of its own: a canceler deletes slices under it, and a statement sees what was committed before
-- it began. ``known``: which of these pages the frontier holds already, each with its chain.
CREATE OR REPLACE FUNCTION begin_slice(a_process text, a_slice bigint, jar boolean, collections smallint[], keys uuid[])
RETURNS TABLE (page_count bigint, open_pages bigint, error_code text, chrome_hosts text[], results_key text,
    log_key text, cookies text[], age double precision, known json)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM processes WHERE id = a_process FOR NO KEY UPDATE;
    RETURN QUERY SELECT p.page_count, p.open_pages, p.error_code, p.chrome_hosts, p.results_key, p.log_key,
        CASE WHEN jar THEN p.cookies END,
        extract(epoch FROM now() - coalesce(p.running_since, now()))::float8,
        CASE WHEN cardinality(keys) > 0 THEN known_pages(a_process, collections, keys) END
    FROM processes p JOIN slices s ON s.process_id = p.id
    WHERE p.id = a_process AND s.id = a_slice;
END $$;
