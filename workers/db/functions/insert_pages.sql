-- New pages of those that the slice still holds, counted; one that is known keeps its row and takes the place
-- that comes first in the document.
CREATE OR REPLACE FUNCTION insert_pages(a_process text, a_slice bigint, given json)
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    fresh bigint;
BEGIN
    WITH made AS (
        INSERT INTO pages AS p (process_id, collection, position, key, url, host, queue, admitted,
            page_number, chain)
        SELECT a_process, n.collection, n.position, n.key, n.url, n.host, n.queue, n.admitted,
            n.page_number, n.chain
        FROM json_to_recordset(given) AS n (source bigint, collection smallint, position int[],
            key uuid, url text, host text, queue text, admitted boolean, page_number int, chain bigint)
        WHERE n.source = ANY (ARRAY(
            SELECT id FROM pages WHERE slice_id = a_slice AND state = 'running'))
        ON CONFLICT (process_id, collection, key) DO UPDATE SET position = excluded.position
            WHERE excluded.position < p.position AND p.page_number = excluded.page_number
        RETURNING (xmax = 0) AS inserted
    )
    SELECT count(*) FILTER (WHERE inserted) INTO fresh FROM made;
    IF fresh > 0 THEN
        UPDATE processes SET page_count = page_count + fresh, open_pages = open_pages + fresh
        WHERE id = a_process;
    END IF;
END $$;
