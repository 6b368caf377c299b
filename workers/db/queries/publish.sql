-- name: count_page_copies
-- How many pages of the process are kept already.
SELECT count(*) AS n FROM objects
WHERE process_id = %(process_id)s AND page_id IS NOT NULL AND state <> 'garbage';

-- name: announce_page_copy
-- Named before it is written, as every object.
INSERT INTO objects (key, process_id, page_id, state)
VALUES (%(key)s, %(process_id)s, %(page_id)s, 'writing');

-- name: publishable
-- Whether the process waits for its file.
SELECT *, publish_after <= now() AS ripe FROM processes
WHERE id = %(process_id)s AND publish_due AND NOT deleted FOR NO KEY UPDATE;

-- name: name_results
-- The file's name is given once and stays, also when a partial file is replaced.
UPDATE processes SET results_name = coalesce(results_name, %(name)s),
    publish_attempts = publish_attempts + 1
WHERE id = %(process_id)s RETURNING results_name, publish_attempts;

-- name: announce_object
-- Named before it is written, so that no crash leaves an object that nobody knows.
INSERT INTO objects (key, process_id, state) VALUES (%(key)s, %(process_id)s, 'writing');

-- name: finish_process
-- The end: the files are there. A canceled or pending process keeps its state.
UPDATE processes SET
    state = CASE WHEN state <> 'publishing' THEN state WHEN %(failed)s THEN 'failed' ELSE 'finished' END,
    finished_at = CASE WHEN state = 'publishing' THEN now() ELSE finished_at END,
    results_key = %(results_key)s, results_size = %(results_size)s, results_type = %(results_type)s,
    log_key = %(log_key)s,
    error_code = coalesce(%(error_code)s, error_code),
    error_message = coalesce(%(error_message)s, error_message),
    warnings = %(warnings)s::json, publish_due = false
WHERE id = %(process_id)s RETURNING *;

-- name: keep_stats
-- What the file holds. Those of an earlier file go.
INSERT INTO process_stats (process_id, records, left_out, columns)
VALUES (%(process_id)s, %(records)s, %(left_out)s, %(columns)s::json)
ON CONFLICT (process_id) DO UPDATE SET records = excluded.records, left_out = excluded.left_out,
    columns = excluded.columns;

-- name: drop_stats
-- There is no file whose records were counted.
DELETE FROM process_stats WHERE process_id = %(process_id)s;

-- name: document_type
-- Of what kind the process' document is; no row where there is none (any more).
SELECT content_type FROM documents WHERE process_id = %(process_id)s;

-- name: document
-- The page as it was fetched or shown.
SELECT content_type, body FROM documents WHERE process_id = %(process_id)s;

-- name: looks
-- All pages of a process that looks at a few, in document order, with what was found on each.
SELECT p.id, p.url, p.position, p.collection, p.queue, p.http_status, p.verdict, p.bytes, p.milliseconds,
    p.record_count, p.error,
    (SELECT l.body FROM looks l WHERE l.process_id = p.process_id AND l.page_id = p.id) AS body
FROM pages p WHERE p.process_id = %(process_id)s ORDER BY p.position, p.id LIMIT 100;

-- name: drop_document
-- The results file holds it now, and all that it was made of. What is made of looks has to be made again once a
-- process that stopped for want of credits goes on.
WITH over AS (SELECT id FROM processes WHERE id = %(process_id)s AND state <> 'pending'),
seen AS (DELETE FROM looks USING over WHERE process_id = over.id),
given AS (DELETE FROM given_pages USING over WHERE process_id = over.id)
DELETE FROM documents WHERE process_id = %(process_id)s;

-- name: set_objects
-- Objects change hands with the row that names them.
UPDATE objects SET state = %(state)s WHERE key = ANY(%(keys)s::text[]);

-- name: postpone_publish
-- The storage did not take the file: once more, later.
UPDATE processes SET publish_after = now() + make_interval(secs => %(delay)s), hinted_at = now()
WHERE id = %(process_id)s;

-- name: top_pages
-- The next pages of the top collection in document order, as they stream into the file: as many as hold
-- about 4 MB of records, one at least.
SELECT id, collection, position, records, replace(next_key::text, '-', '') AS next_key FROM (
    SELECT *, sum(octet_length(records)) OVER (ORDER BY position, id) - octet_length(records) AS before
    FROM (SELECT id, collection, position, records, next_key FROM pages
          WHERE process_id = %(process_id)s AND collection = 0 AND state = 'done' AND records IS NOT NULL
              AND (position, id) > (%(position)s::int[], %(id)s)
          ORDER BY position, id LIMIT %(pages)s) following
) counted
WHERE before < 4000000 ORDER BY position, id;

-- name: arrived_pages
-- The next pages that brought records of the file, in the order in which they did; as many as top_pages gives.
SELECT id, collection, arrival, records FROM (
    SELECT *, sum(octet_length(records)) OVER (ORDER BY arrival) - octet_length(records) AS before
    FROM (SELECT id, collection, arrival, records FROM pages
          WHERE process_id = %(process_id)s AND arrival > %(arrival)s AND records IS NOT NULL
          ORDER BY arrival LIMIT %(pages)s) following
) counted
WHERE before < 4000000 ORDER BY arrival;

-- name: pages_by_id
-- Pages that hold records.
SELECT id, collection, records FROM pages
WHERE id = ANY(%(ids)s) AND process_id = %(process_id)s AND records IS NOT NULL;

-- name: pages_by_key
-- Details pages that records point to, each looked up by itself: with statistics that are a minute old the
-- planner may think it cheaper to read all pages of the process. Those that are over, or all that there are; with
-- their records, or without.
SELECT p.id, p.collection, replace(p.key::text, '-', '') AS key, p.state,
    CASE WHEN %(bare)s THEN NULL ELSE p.records END AS records, replace(p.next_key::text, '-', '') AS next_key
FROM unnest(%(keys)s::uuid[]) AS w (key) CROSS JOIN LATERAL (
    SELECT * FROM pages
    WHERE process_id = %(process_id)s AND collection = %(collection)s AND key = w.key
        AND (state = 'done' OR %(unfinished)s)
    LIMIT 1) p;

-- name: log_pages
-- The next pages that are over, in document order, for the log.
SELECT id, collection, position, page_number, done_at, url, attempts, http_status, verdict, record_count,
    milliseconds, queue, error, report
FROM pages
WHERE process_id = %(process_id)s AND state = 'done' AND (position, id) > (%(position)s::int[], %(id)s)
ORDER BY position, id LIMIT 1000;

-- name: find_file
-- The results in another format: there, or wanted.
SELECT format, key, size, content_type, attempts FROM files
WHERE process_id = %(process_id)s AND format = %(output)s;

-- name: insert_file
-- Somebody wants it.
INSERT INTO files (process_id, format) VALUES (%(process_id)s, %(output)s) ON CONFLICT DO NOTHING;

-- name: due_file
-- A file that is wanted and not there.
SELECT format FROM files
WHERE process_id = %(process_id)s AND key IS NULL AND attempts < %(tries)s AND due_at <= now()
ORDER BY due_at LIMIT 1;

-- name: try_file
-- A try begins; should it come to nothing, the next one is due later.
UPDATE files SET attempts = attempts + 1,
    due_at = now() + make_interval(secs => least(%(longest)s, 2 ^ attempts))
WHERE process_id = %(process_id)s AND format = %(output)s;

-- name: name_file
-- It is there, made of all the pages: none was removed before the end.
UPDATE files SET key = %(key)s, size = %(size)s, content_type = %(content_type)s, due_at = now()
WHERE process_id = %(process_id)s AND format = %(output)s
    AND EXISTS (SELECT FROM processes WHERE id = %(process_id)s AND pages_kept);
