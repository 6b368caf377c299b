-- Which of these pages a process has: an array of [collection, key, chain].
CREATE OR REPLACE FUNCTION known_pages(a_process text, collections smallint[], keys uuid[])
RETURNS json LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN (SELECT coalesce(json_agg(json_build_array(w.collection, replace(w.key::text, '-', ''), k.chain)), '[]')
        FROM unnest(collections, keys) AS w (collection, key)
        CROSS JOIN LATERAL (SELECT coalesce(p.chain, p.id) AS chain FROM pages p
            WHERE p.process_id = a_process AND p.collection = w.collection AND p.key = w.key LIMIT 1) k);
END $$;
