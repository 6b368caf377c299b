-- name: lock_process
-- Every change begins here: process, then slices, then pages, then account, so that nothing deadlocks.
SELECT * FROM processes WHERE id = %(process_id)s FOR NO KEY UPDATE;

-- name: begin_slice
-- The lock, the fence, and what a slice needs to know. The functions stand in workers/db/functions.
SELECT * FROM begin_slice(%(process_id)s, %(slice_id)s, %(jar)s, %(collections)s::smallint[],
    %(keys)s::uuid[]);

-- name: has_claimable
-- Whether a slice would find something to do.
SELECT 1 AS yes FROM pages
WHERE process_id = %(process_id)s AND queue = %(queue)s AND state = 'queued' AND not_before <= now()
LIMIT 1;

-- name: insert_slice
-- Open a slice.
INSERT INTO slices (process_id, queue, worker) VALUES (%(process_id)s, %(queue)s, %(worker)s)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: start_process
-- The first slice starts the process, or starts it again; every slice uses up one hint.
UPDATE processes SET state = 'running', started_at = coalesce(started_at, now()),
    running_since = CASE state WHEN 'queued' THEN now() ELSE running_since END,
    hints = hints - CASE WHEN %(queue)s = 'base' AND hints > 0 THEN 1 ELSE 0 END,
    chrome_hints = chrome_hints - CASE WHEN %(queue)s = 'chrome' AND chrome_hints > 0 THEN 1 ELSE 0 END,
    starved = false
WHERE id = %(process_id)s;

-- name: use_hint
-- A message came for which there was nothing to do.
UPDATE processes SET
    hints = hints - CASE WHEN %(queue)s = 'base' AND hints > 0 THEN 1 ELSE 0 END,
    chrome_hints = chrome_hints - CASE WHEN %(queue)s = 'chrome' AND chrome_hints > 0 THEN 1 ELSE 0 END
WHERE id = %(process_id)s;

-- name: beat
-- The heartbeat: no row means that the slice is fenced off.
UPDATE slices SET heartbeat = now() WHERE id = %(slice_id)s RETURNING id;

-- name: mark_alone
-- Remember which page the slice tries alone: only then does its death count against it.
UPDATE slices SET page_id = %(page_id)s WHERE id = %(slice_id)s;

-- name: claim_pages
-- Give the next pages to a slice, hold their price and count their requests.
SELECT * FROM claim_pages(%(process_id)s, %(slice_id)s, %(account_id)s, %(queue)s, %(price)s, %(limit)s,
    %(lone)s);

-- name: open_pages
-- How many pages of the process are not over.
SELECT open_pages AS n FROM processes WHERE id = %(process_id)s;

-- name: admit_pages
-- robots.txt was asked and allows these pages, or they are asked for once more: now they count as requests.
WITH admitted AS (
    UPDATE pages SET admitted = true, counted = true
    WHERE id = ANY(%(ids)s) AND slice_id = %(slice_id)s AND (NOT counted OR %(again)s)
    RETURNING 1
)
UPDATE processes SET request_count = request_count + (SELECT count(*) FROM admitted)
WHERE id = %(process_id)s;

-- name: known_pages
-- Which of these pages are fetched or known already, and in which chain.
SELECT known_pages(%(process_id)s, %(collections)s::smallint[], %(keys)s::uuid[]) AS known;

-- name: insert_pages
-- New pages of those that the slice still holds.
SELECT insert_pages(%(process_id)s, %(slice_id)s, %(pages)s::json);

-- name: finish_pages
-- The outcome of pages, only of what this slice holds: counted and charged.
SELECT finish_pages(%(process_id)s, %(account_id)s, %(slice_id)s, %(outcomes)s::json);

-- name: keep_document
-- What a call asked for in place of records, if the slice still holds its page.
INSERT INTO documents (process_id, content_type, body)
SELECT %(process_id)s, %(content_type)s, %(body)s
FROM pages WHERE id = %(page_id)s AND slice_id = %(slice_id)s AND state = 'running'
ON CONFLICT (process_id) DO UPDATE SET content_type = excluded.content_type, body = excluded.body;

-- name: keep_look
-- What a look at a page found, if the slice still holds the page; of a page that is tried again the newer counts.
INSERT INTO looks (process_id, page_id, body)
SELECT %(process_id)s, id, %(body)s
FROM pages WHERE id = %(page_id)s AND slice_id = %(slice_id)s AND state = 'running'
ON CONFLICT (process_id, page_id) DO UPDATE SET body = excluded.body;

-- name: seen_results
-- Which of these search results other pages of the process gave already.
SELECT replace(k::text, '-', '') AS key FROM (
    SELECT unnest(identities) AS k FROM pages
    WHERE process_id = %(process_id)s AND records IS NOT NULL AND identities && %(wanted)s::uuid[]
        AND id <> ALL(%(ids)s)) given
WHERE k = ANY(%(wanted)s::uuid[]);

-- name: settle_page_copies
-- A page that the slice still holds has one kept copy, of its last try, or none. Others may still be in writing.
UPDATE objects SET state = CASE WHEN key = ANY(%(keys)s::text[]) THEN 'live' ELSE 'garbage' END
WHERE process_id = %(process_id)s AND (state = 'live' OR key = ANY(%(keys)s::text[])) AND page_id IN (
    SELECT id FROM pages WHERE id = ANY(%(ids)s) AND slice_id = %(slice_id)s AND state = 'running');

-- name: proxy_faults
-- Which proxies rest for a host, and for how many seconds yet.
SELECT replace(proxy::text, '-', '') AS proxy, faults,
    extract(epoch FROM rests_until - now())::float8 AS seconds
FROM proxy_faults WHERE host = %(host)s;

-- name: save_proxy_fault
-- A proxy did not serve a host: everybody passes over it for a while.
INSERT INTO proxy_faults (proxy, host, faults, rests_until)
VALUES (%(proxy)s, %(host)s, %(faults)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (host, proxy) DO UPDATE SET faults = excluded.faults, rests_until = excluded.rests_until;

-- name: forget_proxy_fault
-- It served the host again.
DELETE FROM proxy_faults WHERE proxy = %(proxy)s AND host = %(host)s;

-- name: learn
-- What the process learnt on the way, beside its pages; a note is kept once, though many slices may make it.
UPDATE processes SET
    cookies = coalesce(%(cookies)s::text[], cookies),
    chrome_hosts = chrome_hosts || coalesce(%(chrome_hosts)s::text[], '{}'),
    error_code = coalesce(error_code, %(error_code)s),
    error_message = coalesce(error_message, %(error_message)s),
    notes = notes || ARRAY(SELECT note FROM unnest(%(notes)s::text[]) note WHERE note <> ALL(notes))
WHERE id = %(process_id)s;

-- name: settle
-- What was held is given back; what was earned is taken. An unlimited account's balance stays as it is.
UPDATE accounts SET reserved = reserved - %(released)s, spent = spent + %(cost)s,
    balance = balance - CASE WHEN unlimited THEN 0 ELSE %(cost)s END
WHERE id = %(account_id)s;

-- name: release_pages
-- Pages of a slice that ended go back. The request that was counted for one stays counted once, unless it may have
-- left (recount): then the next try counts anew.
UPDATE pages SET state = 'queued', slice_id = NULL, reserved = 0, attempts = attempts - 1,
    counted = counted AND NOT %(recount)s, not_before = '-infinity', deaths = deaths + %(died)s,
    lone_deaths = lone_deaths + CASE WHEN pages.id = %(guilty)s THEN 1 ELSE 0 END
FROM (SELECT id, reserved AS held FROM pages
      WHERE slice_id = %(slice_id)s AND state = 'running' FOR NO KEY UPDATE) h
WHERE pages.id = h.id
RETURNING pages.id, pages.deaths, pages.lone_deaths, h.held;

-- name: note_death
-- A worker died at work on the process; returns whether another process' worker did so lately, too. Then it
-- was hardly the page: a storm of kills, a machine that went down, a deployment that does not wait.
WITH noted AS (
    INSERT INTO deaths (process_id) VALUES (%(process_id)s)
)
SELECT EXISTS (SELECT FROM deaths WHERE process_id <> %(process_id)s
    AND at > now() - make_interval(secs => %(seconds)s)) AS shared;

-- name: poison_page
-- Given up: its workers died of it, as far as anybody can tell.
UPDATE pages SET state = 'done', verdict = 'poisoned', done_at = now(), error = %(error)s
WHERE id = %(page_id)s;

-- name: delete_slice
-- The end of a slice.
DELETE FROM slices WHERE id = %(slice_id)s RETURNING id, page_id;

-- name: truncate_frontier
-- The process ran out of time: what is still queued is not fetched any more.
WITH ended AS (
    UPDATE pages SET state = 'done', verdict = 'truncated', done_at = now(), error = %(error)s
    WHERE process_id = %(process_id)s AND state = 'queued'
    RETURNING 1
)
UPDATE processes SET open_pages = open_pages - (SELECT count(*) FROM ended),
    error_code = coalesce(error_code, 'max_runtime'), error_message = coalesce(error_message, %(error)s),
    notes = notes || %(error)s::text
WHERE id = %(process_id)s;

-- name: take_slots
-- How many requests this slice may have in flight at each host.
SELECT host, take_slots(%(slice_id)s, host, wanted, flying, %(allowed)s) AS slots
FROM unnest(%(hosts)s::text[], %(wanted)s::int[], %(flying)s::int[]) AS w (host, wanted, flying)
ORDER BY host;

-- name: take_moment
-- When the next request may leave for a host, as seconds to wait; null beyond the horizon.
SELECT take_moment(%(host)s, %(delay)s, %(horizon)s) AS wait;

-- name: find_robots
-- What a site's robots.txt said when it was last asked.
SELECT status, body, extract(epoch FROM expires_at - now())::float8 AS seconds FROM robots
WHERE origin = %(origin)s AND expires_at > now();

-- name: save_robots
-- Keep it for everybody.
INSERT INTO robots (origin, status, body, expires_at)
VALUES (%(origin)s, %(status)s, %(body)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (origin) DO UPDATE SET status = excluded.status, body = excluded.body,
    expires_at = excluded.expires_at;

-- name: mark_starved
-- The account could not pay for another page; whoever finds nobody at work suspends the process.
UPDATE processes SET starved = true WHERE id = %(process_id)s;

-- name: count_poisoned
-- A page given up by the sweep.
UPDATE processes SET failed_count = failed_count + 1, open_pages = open_pages - 1
WHERE id = %(process_id)s;

-- name: slices_of_process
-- Everybody at work on the process.
SELECT s.id AS slice_id, s.process_id, p.account_id, s.queue FROM slices s JOIN processes p ON p.id = s.process_id
WHERE s.process_id = %(process_id)s;
