-- name: lock_process_now
-- The same for the sweep, which passes over what somebody else holds.
SELECT * FROM processes WHERE id = %(process_id)s FOR NO KEY UPDATE SKIP LOCKED;

-- name: other_slices
-- Whether somebody else is at work on the process, by queue.
SELECT queue, count(*) AS n FROM slices WHERE process_id = %(process_id)s GROUP BY queue;

-- name: next_claimable
-- In how many seconds there is something to claim, by queue; no row where nothing is queued.
SELECT queue, greatest(0, extract(epoch FROM min(not_before) - now()))::float8 AS wait
FROM (SELECT queue, greatest(not_before, now() - interval '1 hour') AS not_before FROM pages
      WHERE process_id = %(process_id)s AND state = 'queued' LIMIT 1000) q
GROUP BY queue;

-- name: task_for_run
-- The task to run, held against deletion while its process is made; runs don't wait for each other.
SELECT id, name, payload FROM tasks
WHERE id = %(task_id)s AND account_id = %(account_id)s AND NOT deleted FOR SHARE;

-- name: insert_process
-- A new process; no row when the first eight characters of the id, which name the file, are taken.
INSERT INTO processes (id, task_id, account_id, listed, payload, webhook, plan, page_count, open_pages, hints,
    chrome_hints, notes)
SELECT %(process_id)s, id, account_id, listed, payload, %(webhook)s, %(plan)s::json, 1, 1, %(hints)s,
    %(chrome_hints)s, %(notes)s::text[]
FROM tasks WHERE id = %(task_id)s
ON CONFLICT DO NOTHING
RETURNING *;

-- name: insert_start_page
-- The page at which a process begins.
INSERT INTO pages (process_id, collection, position, key, url, host, queue, admitted)
VALUES (%(process_id)s, 0, '{1}', %(key)s::uuid, %(url)s, %(host)s, %(queue)s, %(admitted)s);

-- name: keep_given_page
-- The page that a call brought along.
INSERT INTO given_pages (process_id, body) VALUES (%(process_id)s, %(body)s);

-- name: given_page
-- The page that the call of this process brought along, until its document is stored.
SELECT body FROM given_pages WHERE process_id = %(process_id)s;

-- name: find_idempotent
-- The process that this key started before, within a day, and the digest of what the call said then.
SELECT p.*, k.body AS asked FROM idempotency_keys k JOIN processes p ON p.id = k.process_id
WHERE k.task_id = %(task_id)s AND k.key = %(key)s AND k.created_at > now() - interval '24 hours';

-- name: save_idempotent
-- Take the key; no row when another call took it first.
INSERT INTO idempotency_keys AS k (task_id, key, body, process_id)
VALUES (%(task_id)s, %(key)s, %(body)s, %(process_id)s)
ON CONFLICT (task_id, key) DO UPDATE
    SET process_id = excluded.process_id, body = excluded.body, created_at = now()
    WHERE k.created_at <= now() - interval '24 hours'
RETURNING process_id;

-- name: stats_of
-- What the process' file holds, if its records were counted.
SELECT records, left_out, columns FROM process_stats WHERE process_id = %(process_id)s;

-- name: find_process
-- A process of this account.
SELECT * FROM processes
WHERE id = %(process_id)s AND account_id = %(account_id)s AND NOT deleted;

-- name: processes_of_account
-- The newest first, without those of single calls. The conditions are those of the indexes, word by word.
SELECT * FROM processes
WHERE account_id = %(account_id)s AND listed AND NOT deleted
    AND (%(status)s::text IS NULL OR CASE
        WHEN state IN ('queued', 'running', 'publishing') OR state = 'pending' AND publish_due THEN 'running'
        ELSE state END = %(status)s)
    AND (%(since)s::timestamptz IS NULL OR coalesce(finished_at, created_at) >= %(since)s)
    AND (%(before)s::bigint IS NULL OR seq < %(before)s)
ORDER BY seq DESC LIMIT %(limit)s;

-- name: processes_of_task
-- The newest first.
SELECT * FROM processes
WHERE task_id = %(task_id)s AND account_id = %(account_id)s AND NOT deleted
    AND (%(status)s::text IS NULL OR CASE
        WHEN state IN ('queued', 'running', 'publishing') OR state = 'pending' AND publish_due THEN 'running'
        ELSE state END = %(status)s)
    AND (%(since)s::timestamptz IS NULL OR coalesce(finished_at, created_at) >= %(since)s)
    AND (%(before)s::bigint IS NULL OR seq < %(before)s)
ORDER BY seq DESC LIMIT %(limit)s;

-- name: find_task_id
-- Whether the task is this account's.
SELECT id FROM tasks WHERE id = %(task_id)s AND account_id = %(account_id)s AND NOT deleted;

-- name: pages_of_process
-- The ledger of pages, in document order.
SELECT id, url, position, collection, queue, attempts, http_status, state, verdict, bytes, milliseconds,
    record_count, cost, error,
    (SELECT o.key FROM objects o WHERE o.process_id = pages.process_id AND o.page_id = pages.id
        AND o.state = 'live' LIMIT 1) AS page_copy_key
FROM pages
WHERE process_id = %(process_id)s
    AND (%(after)s::int[] IS NULL OR (position, id) > (%(after)s::int[], %(after_id)s::bigint))
    AND (%(verdict)s::text IS NULL OR coalesce(verdict, state) = %(verdict)s)
ORDER BY position, id LIMIT %(limit)s;

-- name: results_by_name
-- A results file of this account.
SELECT id, results_key, results_name FROM processes
WHERE account_id = %(account_id)s AND results_name = %(name)s AND results_key IS NOT NULL AND NOT deleted
    AND left(id, 8) = left(%(name)s, 8);

-- name: cancel_process
-- The receipt: from here on nothing that a slice does counts any more.
UPDATE processes SET state = 'canceled', cancel_requested_at = now(), finished_at = now(), missing = 0,
    starved = false, publish_due = true, publish_after = now(), publish_attempts = 0, hinted_at = now(),
    error_code = CASE WHEN error_code IN ('max_pages', 'max_runtime') THEN error_code END,
    error_message = CASE WHEN error_code IN ('max_pages', 'max_runtime') THEN error_message END
WHERE id = %(process_id)s RETURNING *;

-- name: hide_task
-- Gone for its owner at once; the sweep removes what is below it, piece by piece.
UPDATE tasks SET deleted = true, listed = false, exports = '[]', webhook = ''
WHERE id = %(task_id)s;

-- name: drop_webhooks_of_task
-- Nobody is told of it any more. After its processes, as whoever records an answer of 410 does.
DELETE FROM webhooks WHERE task_id = %(task_id)s;

-- name: hide_ended
-- Out of sight, all at once: nobody is at work for them, so that there is nothing to stop.
UPDATE processes p SET deleted = true
WHERE task_id = %(task_id)s AND state IN ('finished', 'canceled', 'failed') AND NOT publish_due
    AND NOT EXISTS (SELECT FROM slices s WHERE s.process_id = p.id);

-- name: live_processes
-- What must be stopped before the task goes, and whether messages of it may wait.
SELECT id, generation, state IN ('queued', 'running') AS hinted FROM processes
WHERE task_id = %(task_id)s AND NOT deleted ORDER BY id;

-- name: hide_process
-- Stopped and out of sight.
UPDATE processes SET deleted = true, publish_due = false,
    state = CASE WHEN state IN ('queued', 'running', 'publishing', 'pending') THEN 'canceled' ELSE state END
WHERE id = %(process_id)s;

-- name: note_hints
-- Messages are about to be sent: so many slices are on their way.
UPDATE processes SET hinted_at = now(), hints = hints + %(base)s, chrome_hints = chrome_hints + %(chrome)s
WHERE id = %(process_id)s;

-- name: start_publishing
-- Nothing is left to fetch: the file is next.
UPDATE processes SET state = 'publishing', publish_due = true, publish_after = now(),
    publish_attempts = 0, hinted_at = now(),
    error_code = coalesce(%(error_code)s, error_code),
    error_message = coalesce(%(error_message)s, error_message)
WHERE id = %(process_id)s;

-- name: start_page
-- How the first page ended: without it a process has failed.
SELECT verdict, error, http_status FROM pages
WHERE process_id = %(process_id)s AND collection = 0 AND position = '{1}';

-- name: queued_by_queue
-- The known work that is left, and whether some of it is paid for already.
SELECT queue, count(*) FILTER (WHERE NOT answered) AS n, bool_or(answered) AS paid FROM pages
WHERE process_id = %(process_id)s AND state = 'queued' GROUP BY queue;

-- name: clear_starved
-- There is money again.
UPDATE processes SET starved = false WHERE id = %(process_id)s;

-- name: suspend
-- Out of credits: a stop, not an end.
UPDATE processes SET state = 'pending', missing = %(missing)s, publish_due = true, publish_after = now(),
    publish_attempts = 0, hinted_at = now()
WHERE id = %(process_id)s;

-- name: resume
-- A stopped process goes on, with so many pages that were given up before. Its hints of old may have been
-- revoked, so the new ones have ids of their own. A limit is still told of while something is cut off.
UPDATE processes p SET state = 'queued', finished_at = NULL, cancel_requested_at = NULL,
    missing = 0, starved = false, publish_due = false, hinted_at = now(), hints = 0, chrome_hints = 0,
    generation = generation + 1,
    open_pages = open_pages + %(pages)s, failed_count = failed_count - %(failed)s,
    empty_count = empty_count - %(empty)s, blocked_count = blocked_count - %(blocked)s,
    error_code = CASE WHEN k.cut THEN error_code END,
    error_message = CASE WHEN k.cut THEN error_message END,
    notes = notes || %(notes)s::text[], warnings = '[]'
FROM (SELECT id AS process_id, error_code = 'max_pages' OR (error_code = 'max_runtime' AND EXISTS (
          SELECT FROM pages g WHERE g.process_id = processes.id AND g.verdict = 'truncated')) AS cut
      FROM processes WHERE id = %(process_id)s) k
WHERE p.id = k.process_id;

-- name: discard_files
-- Its records change: whoever wants them in another format asks again.
WITH gone AS (
    DELETE FROM files WHERE process_id = %(process_id)s RETURNING key
)
UPDATE objects SET state = 'garbage' WHERE key IN (SELECT key FROM gone);

-- name: count_pages
-- How many rows of pages a process has: fewer than it counted once retention has begun to remove them.
SELECT count(*) AS n FROM pages WHERE process_id = %(process_id)s;

-- name: count_verdicts
-- How the pages of a process ended.
SELECT verdict, count(*) AS n FROM pages
WHERE process_id = %(process_id)s AND verdict IS NOT NULL GROUP BY verdict ORDER BY verdict;

-- name: redirected_pages
-- Pages of these verdicts that were last asked for elsewhere than at their own URL.
SELECT id, url FROM pages
WHERE process_id = %(process_id)s AND verdict = ANY(%(verdicts)s::text[]) AND hops > 0;

-- name: forbidden_sites
-- Where pages are that robots.txt forbade.
SELECT DISTINCT substring(url FROM '^https?://[^/?#]+') AS site FROM pages
WHERE process_id = %(process_id)s AND verdict = 'robots';

-- name: forget_robots
-- Whoever comes next asks these sites again.
DELETE FROM robots WHERE origin = ANY(%(origins)s::text[]);

-- name: reopen_pages
-- Pages that ended like this are fetched again, as if they had never been tried. One that was answered
-- stays counted and charged; one that ended its workers is tried alone from the beginning,
-- with no more deaths to its name than a page has that is given up the usual way: two among others, three alone.
WITH given_up AS (
    SELECT id, verdict FROM pages
    WHERE process_id = %(process_id)s AND state = 'done' AND verdict = ANY(%(verdicts)s::text[])
    FOR NO KEY UPDATE
), moved AS (
    SELECT * FROM json_to_recordset(%(hosts)s::json) AS m (id bigint, host text)
), again AS (
    UPDATE pages p SET state = 'queued', verdict = NULL, done_at = NULL, not_before = '-infinity',
        answered = p.answered OR g.verdict IN ('ok', 'empty'),
        admitted = p.collection = ANY(%(admitted)s::smallint[]), counted = false, attempts = 0,
        hops = 0, resend = false, fetch_url = NULL,
        host = coalesce((SELECT m.host FROM moved m WHERE m.id = p.id), p.host),
        deaths = CASE g.verdict WHEN 'poisoned' THEN least(p.deaths, 5) ELSE 0 END, lone_deaths = 0,
        http_status = NULL, bytes = 0, milliseconds = 0, records = NULL, record_count = 0, error = NULL
    FROM given_up g WHERE p.id = g.id
    RETURNING g.verdict
)
SELECT count(*) AS pages,
    count(*) FILTER (WHERE verdict = 'empty') AS empty,
    count(*) FILTER (WHERE verdict = 'blocked') AS blocked,
    count(*) FILTER (WHERE verdict NOT IN ('empty', 'blocked', 'truncated')) AS failed
FROM again;

-- name: account_available
-- What an account can spend now.
SELECT balance - reserved AS available, unlimited FROM accounts WHERE id = %(account_id)s;
