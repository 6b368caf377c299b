-- name: lock_process
-- Every change begins here: process, then slices, then pages, then account, so that nothing deadlocks.
SELECT *, extract(epoch FROM now() - coalesce(running_since, now()))::float8 AS age
FROM processes WHERE id = %(process_id)s FOR NO KEY UPDATE;

-- name: lock_process_now
-- The same for the sweep, which passes over what somebody else holds.
SELECT * FROM processes WHERE id = %(process_id)s FOR NO KEY UPDATE SKIP LOCKED;

-- name: slice_lives
-- The fence: asked after the process is locked, for a canceler deletes slices under that lock.
SELECT id FROM slices WHERE id = %(slice_id)s;

-- name: has_claimable
-- Whether a turn would find something to do.
SELECT 1 AS yes FROM pages
WHERE process_id = %(process_id)s AND queue = %(queue)s AND state = 'queued' AND not_before <= now()
LIMIT 1;

-- name: insert_slice
-- Open a turn.
INSERT INTO slices (process_id, queue, worker) VALUES (%(process_id)s, %(queue)s, %(worker)s)
ON CONFLICT DO NOTHING
RETURNING id;

-- name: start_process
-- The first turn starts the process, or starts it again; every turn uses up one hint.
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

-- name: claimable_pages
-- The next pages to fetch: upper collections first, so that the frontier grows early.
SELECT id, collection, position, url, fetch_url, host, hops, resend, page_number,
    coalesce(chain, id) AS chain, attempts, admitted, counted, answered, next_key IS NOT NULL AS followed
FROM pages
WHERE process_id = %(process_id)s AND queue = %(queue)s AND state = 'queued' AND not_before <= now()
    AND deaths < 2
ORDER BY collection, id LIMIT %(limit)s
FOR NO KEY UPDATE SKIP LOCKED;

-- name: lone_page
-- A page that was in two dead slices is tried alone, when nothing else is left to do.
SELECT id, collection, position, url, fetch_url, host, hops, resend, page_number,
    coalesce(chain, id) AS chain, attempts, admitted, counted, answered, next_key IS NOT NULL AS followed
FROM pages
WHERE process_id = %(process_id)s AND queue = %(queue)s AND state = 'queued' AND not_before <= now()
    AND deaths >= 2
ORDER BY collection, id LIMIT 1
FOR NO KEY UPDATE SKIP LOCKED;

-- name: mark_alone
-- Remember which page the slice tries alone: only then does its death count against it.
UPDATE slices SET page_id = %(page_id)s WHERE id = %(slice_id)s;

-- name: reserve
-- Hold the price of as many of the wanted pages as the account can pay for; returns how many.
UPDATE accounts a SET reserved = a.reserved + s.payable * %(price)s
FROM (SELECT id, CASE WHEN unlimited OR %(price)s = 0 THEN %(wanted)s
          ELSE greatest(0, least(%(wanted)s, (balance - reserved) / nullif(%(price)s, 0))) END AS payable
      FROM accounts WHERE id = %(account_id)s FOR NO KEY UPDATE) s
WHERE a.id = s.id
RETURNING s.payable;

-- name: claim_pages
-- Give pages to a slice and count their requests, durably, before one leaves. One that was counted
-- already (it came back unsent) is not counted again.
WITH taken AS (
    UPDATE pages SET state = 'running', slice_id = %(slice_id)s, attempts = attempts + 1,
        reserved = CASE WHEN answered THEN 0 ELSE %(price)s END, counted = counted OR admitted
    WHERE id = ANY(%(ids)s)
)
UPDATE processes SET request_count = request_count + %(requests)s
WHERE id = %(process_id)s AND %(requests)s > 0;

-- name: admit_pages
-- robots.txt was asked and allows these pages: now they count as requests.
WITH admitted AS (
    UPDATE pages SET admitted = true, counted = true
    WHERE id = ANY(%(ids)s) AND slice_id = %(slice_id)s AND NOT counted
    RETURNING 1
)
UPDATE processes SET request_count = request_count + (SELECT count(*) FROM admitted)
WHERE id = %(process_id)s;

-- name: existing_keys
-- Which candidates for the next page are fetched or known already, and in which chain.
SELECT collection, replace(key::text, '-', '') AS key, coalesce(chain, id) AS chain FROM pages
WHERE process_id = %(process_id)s
    AND (collection, key) IN (SELECT * FROM unnest(%(collections)s::smallint[], %(keys)s::uuid[]));

-- name: insert_pages
-- New pages; one that is known keeps its row and takes the place that comes first in the document.
INSERT INTO pages AS p (process_id, collection, position, key, url, host, queue, admitted, page_number,
    chain)
SELECT %(process_id)s, n.* FROM json_to_recordset(%(pages)s::json) AS n (collection smallint,
    position int[], key uuid, url text, host text, queue text, admitted boolean, page_number int,
    chain bigint)
ON CONFLICT (process_id, collection, key) DO UPDATE SET position = excluded.position
    WHERE excluded.position < p.position AND p.page_number = excluded.page_number
RETURNING (xmax = 0) AS inserted;

-- name: finish_pages
-- The outcome of pages; only what this slice holds. Returns what each had reserved. What was charged
-- goes into the ledger, where a page can have one row only: one that was answered before it was tried
-- again keeps what it cost, and its place in the chain of next pages.
-- As JSON, because the parser and the planner take far longer over as many constants.
WITH outcome AS (
    SELECT * FROM json_to_recordset(%(outcomes)s::json) AS o (id bigint, step text, verdict text,
        status smallint, size bigint, milliseconds int, records text, record_count int, next_key uuid,
        cost bigint, error text, delay float8, fetch_url text, host text, admitted boolean,
        identities uuid[])
),
held AS (
    SELECT p.id, p.reserved FROM pages p JOIN outcome o ON o.id = p.id FOR NO KEY UPDATE OF p
),
done AS (
    UPDATE pages p SET
        state = CASE o.step WHEN 'done' THEN 'done' ELSE 'queued' END,
        slice_id = NULL,
        reserved = 0,
        queue = CASE o.step WHEN 'chrome' THEN 'chrome' ELSE p.queue END,
        counted = o.step = 'done',
        admitted = o.admitted,
        attempts = p.attempts - CASE WHEN o.step IN ('hop', 'resend', 'chrome') THEN 1 ELSE 0 END,
        hops = CASE WHEN o.step IN ('hop', 'resend') THEN p.hops + 1 WHEN o.step = 'done' THEN p.hops ELSE 0 END,
        resend = o.step = 'resend',
        fetch_url = CASE WHEN o.step IN ('hop', 'resend') THEN o.fetch_url END,
        host = coalesce(o.host, p.host),
        not_before = now() + make_interval(secs => o.delay),
        verdict = CASE o.step WHEN 'done' THEN o.verdict END,
        http_status = o.status, bytes = o.size, milliseconds = o.milliseconds,
        records = o.records, record_count = o.record_count, identities = o.identities,
        next_key = coalesce(o.next_key, p.next_key),
        cost = CASE WHEN p.answered THEN p.cost ELSE o.cost END, error = o.error,
        done_at = CASE o.step WHEN 'done' THEN now() END
    FROM outcome o JOIN held h ON h.id = o.id
    WHERE p.id = o.id AND p.state = 'running' AND p.slice_id = %(slice_id)s
    RETURNING p.id, h.reserved, p.process_id, p.cost, p.answered
),
charged AS (
    INSERT INTO ledger (account_id, process_id, page_id, amount, reason)
    SELECT r.account_id, r.id, done.id, -done.cost, 'page'
    FROM done JOIN processes r ON r.id = done.process_id WHERE done.cost > 0 AND NOT done.answered
)
SELECT id, reserved, answered FROM done;

-- name: keep_document
-- What a call asked for in place of records.
INSERT INTO documents (process_id, content_type, body)
VALUES (%(process_id)s, %(content_type)s, %(body)s)
ON CONFLICT (process_id) DO UPDATE SET content_type = excluded.content_type, body = excluded.body;

-- name: seen_results
-- Which of these search results other pages of the process gave already.
SELECT replace(k::text, '-', '') AS key FROM (
    SELECT unnest(identities) AS k FROM pages
    WHERE process_id = %(process_id)s AND records IS NOT NULL AND identities && %(wanted)s::uuid[]
        AND id <> ALL(%(ids)s)) given
WHERE k = ANY(%(wanted)s::uuid[]);

-- name: room_for_kept
-- How many pages of the process are kept already.
SELECT count(*) AS n FROM objects
WHERE process_id = %(process_id)s AND page_id IS NOT NULL AND state <> 'garbage';

-- name: announce_kept
-- Named before it is written, as every object.
INSERT INTO objects (key, process_id, page_id, state)
VALUES (%(key)s, %(process_id)s, %(page_id)s, 'writing');

-- name: settle_kept
-- A page has one kept copy, of its last try, or none.
UPDATE objects SET state = CASE WHEN key = ANY(%(keys)s::text[]) THEN 'live' ELSE 'garbage' END
WHERE process_id = %(process_id)s AND page_id = ANY(%(ids)s);

-- name: proxy_faults
-- Which proxies rest for a host, and for how many seconds yet.
SELECT replace(proxy::text, '-', '') AS proxy, faults,
    extract(epoch FROM rests_until - now())::float8 AS seconds
FROM proxy_faults WHERE host = %(host)s;

-- name: save_proxy_fault
-- A proxy did not serve a host: everybody passes over it for a while.
INSERT INTO proxy_faults (proxy, host, faults, rests_until)
VALUES (%(proxy)s, %(host)s, %(faults)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (host, proxy) DO UPDATE SET faults = excluded.faults, rests_until = excluded.rests_until
RETURNING faults;

-- name: forget_proxy_fault
-- It served the host again.
DELETE FROM proxy_faults WHERE proxy = %(proxy)s AND host = %(host)s RETURNING faults;

-- name: count_outcomes
-- The process counters and the account, together with the pages they count.
WITH settled AS (
    UPDATE accounts SET reserved = reserved - %(released)s, spent = spent + %(cost)s,
        balance = balance - CASE WHEN unlimited THEN 0 ELSE %(cost)s END
    WHERE id = %(account_id)s
)
UPDATE processes SET
    response_count = response_count + %(responses)s,
    record_count = record_count + %(records)s,
    failed_count = failed_count + %(failed)s,
    empty_count = empty_count + %(empty)s,
    blocked_count = blocked_count + %(blocked)s,
    page_count = page_count + %(inserted)s,
    open_pages = open_pages + %(inserted)s - %(done)s,
    cost = cost + %(cost)s
WHERE id = %(process_id)s;

-- name: learn
-- What the process learnt on the way, beside its pages.
UPDATE processes SET
    cookies = coalesce(%(cookies)s::text[], cookies),
    chrome_hosts = chrome_hosts || coalesce(%(chrome_hosts)s::text[], '{}'),
    error_code = coalesce(error_code, %(error_code)s),
    error_message = coalesce(error_message, %(error_message)s),
    notes = notes || coalesce(%(notes)s::text[], '{}')
WHERE id = %(process_id)s;

-- name: settle
-- What was held is given back; what was earned is taken. An unlimited account's balance stays as it is.
UPDATE accounts SET reserved = reserved - %(released)s, spent = spent + %(cost)s,
    balance = balance - CASE WHEN unlimited THEN 0 ELSE %(cost)s END
WHERE id = %(account_id)s;

-- name: release_pages
-- Pages of a slice go back unsent. The request that was counted for them stays counted once.
UPDATE pages SET state = 'queued', slice_id = NULL, reserved = 0, attempts = attempts - 1
FROM (SELECT id, reserved AS held FROM pages
      WHERE slice_id = %(slice_id)s AND state = 'running' FOR NO KEY UPDATE) h
WHERE pages.id = h.id
RETURNING h.held;

-- name: orphan_pages
-- Pages of slices that died: whether their requests left is not known, so the next try counts anew.
UPDATE pages SET state = 'queued', slice_id = NULL, reserved = 0, attempts = attempts - 1,
    counted = false, deaths = deaths + %(died)s, not_before = '-infinity',
    lone_deaths = lone_deaths + CASE WHEN pages.id = %(alone)s THEN 1 ELSE 0 END
FROM (SELECT id, reserved AS held FROM pages
      WHERE slice_id = %(slice_id)s AND state = 'running' FOR NO KEY UPDATE) h
WHERE pages.id = h.id
RETURNING pages.id, pages.lone_deaths, h.held;

-- name: poison_page
-- Given up: it killed its worker three times while it was alone.
UPDATE pages SET state = 'done', verdict = 'poisoned', done_at = now(),
    error = 'The page ended its worker three times while nothing else was in flight.'
WHERE id = %(page_id)s;

-- name: delete_slice
-- The end of a turn.
DELETE FROM slices WHERE id = %(slice_id)s RETURNING id, page_id;

-- name: other_slices
-- Whether somebody else is at work on the process, by queue.
SELECT queue, count(*) AS n FROM slices WHERE process_id = %(process_id)s GROUP BY queue;

-- name: next_claimable
-- In how many seconds there is something to claim, by queue; no row where nothing is queued.
SELECT queue, greatest(0, extract(epoch FROM min(not_before) - now()))::float8 AS wait
FROM (SELECT queue, greatest(not_before, now() - interval '1 hour') AS not_before FROM pages
      WHERE process_id = %(process_id)s AND state = 'queued' LIMIT 1000) q
GROUP BY queue;

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

-- name: relax
-- Nothing that must outlive a crash is written in this transaction.
SET LOCAL synchronous_commit = off;

-- name: find_robots
-- What a site's robots.txt said when it was last asked.
SELECT status, body, extract(epoch FROM expires_at - now())::float8 AS seconds FROM robots
WHERE origin = %(origin)s AND expires_at > now();

-- name: save_robots
-- Keep it for everybody.
INSERT INTO robots (origin, status, body, expires_at)
VALUES (%(origin)s, %(status)s, %(body)s, now() + make_interval(secs => %(seconds)s))
ON CONFLICT (origin) DO UPDATE SET status = excluded.status, body = excluded.body,
    expires_at = excluded.expires_at
RETURNING origin;

-- name: mark_starved
-- The account could not pay for another page; whoever finds nobody at work suspends the process.
UPDATE processes SET starved = true WHERE id = %(process_id)s;

-- name: count_poisoned
-- A page given up by the sweep.
UPDATE processes SET failed_count = failed_count + 1, open_pages = open_pages - 1
WHERE id = %(process_id)s;
