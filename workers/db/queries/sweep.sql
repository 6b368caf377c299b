-- name: forget_absent
-- Who has not been seen for a day.
DELETE FROM presence WHERE seen_at < now() - interval '1 day';

-- name: all_slices
-- Every slice, and for how long it has been silent, by Postgres' clock.
SELECT s.id AS slice_id, s.process_id, p.account_id, s.queue, s.worker,
    extract(epoch FROM now() - s.heartbeat)::float8 AS silence
FROM slices s JOIN processes p ON p.id = s.process_id;

-- name: neglected
-- Processes that have something to do and nobody at it: every hint was used up (a page had to wait for
-- its next try), or the last one is old enough to be lost.
SELECT p.id, p.hints + p.chrome_hints = 0 AS unhinted,
    extract(epoch FROM now() - p.hinted_at)::float8 AS age FROM processes p
WHERE p.state IN ('queued', 'running') AND NOT p.deleted
    AND (p.hinted_at < now() - make_interval(secs => %(age)s) OR p.hints + p.chrome_hints = 0)
    AND NOT EXISTS (SELECT FROM slices s WHERE s.process_id = p.id)
    AND (p.open_pages <= 0 OR p.starved OR EXISTS (
        SELECT FROM pages g WHERE g.process_id = p.id AND g.state = 'queued' AND g.not_before <= now()))
ORDER BY p.hinted_at LIMIT 500;

-- name: queue_without_slice
-- Processes at work on one queue while pages of another wait without a hint on its way.
SELECT DISTINCT p.id, false AS unhinted,
    extract(epoch FROM now() - p.hinted_at)::float8 AS age FROM processes p CROSS JOIN (VALUES ('base'), ('chrome')) AS q (queue)
WHERE p.state = 'running' AND NOT p.deleted AND p.hinted_at < now() - make_interval(secs => %(age)s)
    AND EXISTS (SELECT FROM slices s WHERE s.process_id = p.id)
    AND NOT EXISTS (SELECT FROM slices s WHERE s.process_id = p.id AND s.queue = q.queue)
    AND EXISTS (SELECT FROM pages g WHERE g.process_id = p.id AND g.queue = q.queue
        AND g.state = 'queued' AND g.not_before <= now())
LIMIT 500;

-- name: forget_hints
-- Hints that nobody acted on are taken as lost.
UPDATE processes SET hints = 0, chrome_hints = 0 WHERE id = %(process_id)s;

-- name: unpublished
-- Processes of which a file is due and made by nobody: their own, or one in another format.
SELECT p.id, p.generation, false AS unhinted,
    extract(epoch FROM now() - p.hinted_at)::float8 AS age
FROM (SELECT id FROM processes WHERE publish_due AND publish_after <= now()
      UNION SELECT f.process_id FROM files f JOIN processes q ON q.id = f.process_id
      WHERE f.key IS NULL AND f.attempts < %(tries)s AND f.due_at <= now() AND q.pages_kept) due
JOIN processes p ON p.id = due.id
WHERE NOT p.deleted AND p.hinted_at < now() - make_interval(secs => %(age)s)
    AND NOT EXISTS (SELECT FROM slices s WHERE s.process_id = p.id AND s.queue = 'publish')
ORDER BY p.hinted_at LIMIT 500;

-- name: touch_hint
-- A hint is sent now.
UPDATE processes SET hinted_at = now() WHERE id = ANY(%(ids)s::text[]);

-- name: waiting_for_credits
-- Pending processes whose account can pay for one of their pages: others would hold the places of those for ever.
SELECT p.id FROM processes p JOIN accounts a ON a.id = p.account_id
WHERE p.state = 'pending' AND NOT p.publish_due AND NOT p.deleted
    AND (a.unlimited OR EXISTS (SELECT FROM (VALUES ('base', %(base)s::bigint), ('chrome', %(chrome)s::bigint)) AS q (queue, price)
        WHERE a.balance - a.reserved >= q.price AND EXISTS (SELECT FROM pages g
            WHERE g.process_id = p.id AND g.queue = q.queue AND g.state = 'queued')))
ORDER BY p.seq LIMIT 500;

-- name: collect_garbage
-- What no row names any more, and what was announced and never finished: from here on no row brings it back.
WITH found AS (
    SELECT key FROM objects o
    WHERE state = 'garbage' OR (state = 'writing' AND created_at < now() - interval '1 minute'
        AND NOT EXISTS (SELECT FROM slices s WHERE s.process_id = o.process_id AND s.queue = 'publish'))
    ORDER BY created_at LIMIT 500 FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM objects WHERE key IN (SELECT key FROM found) RETURNING key, state
)
INSERT INTO tombstones (key, again) SELECT key, state = 'writing' FROM gone
ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at, again = true;

-- name: spare_live
-- What was to be written once more, a day ago, and is still named.
DELETE FROM tombstones t WHERE due_at <= now() AND EXISTS (SELECT FROM objects o WHERE o.key = t.key);

-- name: due_tombstones
-- What storage shall hold no more.
SELECT key FROM tombstones WHERE due_at <= now() ORDER BY due_at LIMIT 500;

-- name: forget_tombstones
-- Gone from storage; with two clocks, the other one may have seen to it before.
WITH gone AS (
    DELETE FROM tombstones WHERE key = ANY(%(keys)s::text[]) AND due_at <= now() AND NOT again
)
UPDATE tombstones SET again = false, due_at = now() + interval '1 day'
WHERE key = ANY(%(keys)s::text[]) AND due_at <= now() AND again;

-- name: objects_in_writing
-- What somebody may still be writing.
SELECT key FROM objects WHERE state = 'writing';

-- name: deleted_processes
-- Processes of deleted tasks.
SELECT id FROM processes WHERE deleted ORDER BY seq LIMIT 50;

-- name: discard_objects
-- Their files go first. What is still being written goes a minute later.
UPDATE objects SET state = 'garbage' WHERE process_id = %(process_id)s AND state = 'live';

-- name: drop_pages
-- A piece of a process, small enough to hold nobody up.
DELETE FROM pages WHERE id IN (
    SELECT id FROM pages WHERE process_id = %(process_id)s AND state <> 'running' LIMIT 5000);

-- name: drop_process
-- The process itself; what little hangs on it goes with it.
DELETE FROM processes WHERE id = %(process_id)s AND deleted;

-- name: drop_tasks
-- Deleted tasks whose processes are gone.
DELETE FROM tasks t WHERE deleted AND NOT EXISTS (SELECT FROM processes p WHERE p.task_id = t.id);

-- name: expire_deaths
-- Deaths of workers speak for pages that die in the same half minute.
DELETE FROM deaths WHERE at < now() - interval '1 hour';

-- name: expire_keys
-- An idempotency key is remembered for a day.
DELETE FROM idempotency_keys WHERE created_at < now() - interval '24 hours';

-- name: expire_robots
-- Old answers.
DELETE FROM robots WHERE expires_at < now() - interval '1 day';

-- name: expire_pace
-- Hosts that nobody waits for.
DELETE FROM host_pace WHERE next_at < now() - interval '1 hour';

-- name: expire_proxy_faults
-- Proxies that rested long ago begin anew.
DELETE FROM proxy_faults WHERE rests_until < now() - interval '1 hour';

-- name: expire_pages
-- The ledger of pages, and what was kept of them, stay for KEEP_PAGES_DAYS after the end. The processes are locked, so that none of
-- them goes on meanwhile; whoever reads their records hears at once that they are no longer whole.
WITH old AS (
    SELECT id FROM processes p
    WHERE state IN ('finished', 'canceled', 'failed') AND NOT publish_due
        AND finished_at < now() - make_interval(secs => %(seconds)s)
        AND EXISTS (SELECT FROM pages g WHERE g.process_id = p.id)
    LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED
), told AS (
    UPDATE processes p SET pages_kept = false FROM old WHERE p.id = old.id AND p.pages_kept
), gone AS (
    DELETE FROM pages WHERE id IN (
        SELECT g.id FROM old JOIN pages g ON g.process_id = old.id LIMIT 5000)
    RETURNING id, process_id
)
UPDATE objects o SET state = 'garbage' FROM gone
WHERE o.process_id = gone.process_id AND o.page_id = gone.id;

-- name: expire_files
-- Results are kept for KEEP_FILES_DAYS after the end.
WITH old AS (
    SELECT id, results_key FROM processes
    WHERE results_key IS NOT NULL AND state IN ('finished', 'canceled', 'failed') AND NOT publish_due
        AND finished_at < now() - make_interval(secs => %(seconds)s)
    LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED
), cleared AS (
    UPDATE processes p SET results_key = NULL, results_size = NULL FROM old WHERE p.id = old.id
)
UPDATE objects SET state = 'garbage' WHERE key IN (SELECT results_key FROM old);

-- name: expire_other_files
-- In other formats for as long, from when they were made; one that nobody makes any more is forgotten.
WITH gone AS (
    DELETE FROM files WHERE due_at < now() - make_interval(secs => %(seconds)s) RETURNING key
)
UPDATE objects SET state = 'garbage' WHERE key IN (SELECT key FROM gone);

-- name: expire_logs
-- Logs are kept for KEEP_LOGS_DAYS after the end.
WITH old AS (
    SELECT id, log_key FROM processes
    WHERE log_key IS NOT NULL AND state IN ('finished', 'canceled', 'failed') AND NOT publish_due
        AND finished_at < now() - make_interval(secs => %(seconds)s)
    LIMIT 500 FOR NO KEY UPDATE SKIP LOCKED
), cleared AS (
    UPDATE processes p SET log_key = NULL FROM old WHERE p.id = old.id
)
UPDATE objects SET state = 'garbage' WHERE key IN (SELECT log_key FROM old);

-- name: still_silent
-- Whether a slice has not been heard of since it was found dead.
SELECT id FROM slices WHERE id = %(slice_id)s
    AND extract(epoch FROM now() - heartbeat)::float8 >= %(silence)s;
