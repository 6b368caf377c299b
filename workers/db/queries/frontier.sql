-- name: lock_process
-- Every change begins here: process, then slices, then pages, then account, so that nothing deadlocks.
SELECT *, extract(epoch FROM now() - coalesce(running_since, now()))::float8 AS age
FROM processes WHERE id = %(process_id)s FOR NO KEY UPDATE;

-- name: lock_process_now
-- The same for the sweep, which passes over what somebody else holds.
SELECT * FROM processes WHERE id = %(process_id)s FOR NO KEY UPDATE SKIP LOCKED;

-- name: lock_for_turn
-- The same lock, for a turn; what the turn needs of the process is read by the next statement.
SELECT FROM processes WHERE id = %(process_id)s FOR NO KEY UPDATE;

-- name: turn_of_process
-- The fence, and what the turn needs to know. In a statement behind the lock: a canceler deletes slices
-- under that lock, and a statement sees what was committed before it began.
SELECT p.page_count, p.open_pages, p.error_code, p.chrome_hosts, p.results_key, p.log_key,
    CASE WHEN %(jar)s THEN p.cookies END AS cookies,
    extract(epoch FROM now() - coalesce(p.running_since, now()))::float8 AS age
FROM processes p JOIN slices s ON s.process_id = p.id
WHERE p.id = %(process_id)s AND s.id = %(slice_id)s;

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

-- name: mark_alone
-- Remember which page the slice tries alone: only then does its death count against it.
UPDATE slices SET page_id = %(page_id)s WHERE id = %(slice_id)s;

-- name: claim_pages
-- Give the next pages to a slice, upper collections first, so that the frontier grows early; lone: one
-- that was in two dead slices, to be tried alone. Their price is held, for as many as the account can pay
-- for, and their requests are counted, durably, before one leaves. One that was paid for or counted
-- already (it was answered before, it came back unsent) is not again. Also returns what was not payable.
WITH picked AS (
    SELECT id, collection, position, url, fetch_url, host, hops, resend, page_number,
        coalesce(chain, id) AS chain, attempts, admitted, counted, answered,
        next_key IS NOT NULL AS followed
    FROM pages
    WHERE process_id = %(process_id)s AND queue = %(queue)s AND state = 'queued'
        AND not_before <= now() AND (deaths >= 2) = %(lone)s
    ORDER BY collection, id LIMIT %(limit)s
    FOR NO KEY UPDATE SKIP LOCKED
),
wanted AS (
    SELECT count(*) AS n FROM picked WHERE NOT answered
),
account AS (
    SELECT id, CASE WHEN unlimited OR %(price)s = 0 THEN n
        ELSE greatest(0, least(n, (balance - reserved) / nullif(%(price)s, 0))) END AS payable
    FROM accounts, wanted WHERE id = %(account_id)s AND n > 0 FOR NO KEY UPDATE OF accounts
),
held AS (
    UPDATE accounts a SET reserved = a.reserved + s.payable * %(price)s
    FROM account s WHERE a.id = s.id AND s.payable > 0
),
affordable AS (
    SELECT id, admitted AND NOT counted AS fresh
    FROM (SELECT *, count(*) FILTER (WHERE NOT answered) OVER (ORDER BY collection, id) AS nth
          FROM picked) p
    WHERE answered OR nth <= (SELECT payable FROM account)
),
taken AS (
    UPDATE pages p SET state = 'running', slice_id = %(slice_id)s, attempts = p.attempts + 1,
        reserved = CASE WHEN p.answered THEN 0 ELSE %(price)s END, counted = p.counted OR p.admitted
    FROM affordable f WHERE p.id = f.id
),
requests AS (
    UPDATE processes SET request_count = request_count + f.n
    FROM (SELECT count(*) AS n FROM affordable WHERE fresh) f
    WHERE id = %(process_id)s AND f.n > 0
)
SELECT *, id IN (SELECT id FROM affordable) AS payable FROM picked ORDER BY collection, id;

-- name: open_pages
-- How many pages of the process are not over.
SELECT open_pages AS n FROM processes WHERE id = %(process_id)s;

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
-- Which of these pages are fetched or known already, and in which chain.
SELECT collection, replace(key::text, '-', '') AS key, coalesce(chain, id) AS chain FROM pages
WHERE process_id = %(process_id)s
    AND (collection, key) IN (SELECT * FROM unnest(%(collections)s::smallint[], %(keys)s::uuid[]));

-- name: insert_pages
-- New pages of those that the slice still holds, counted; one that is known keeps its row and takes the
-- place that comes first in the document.
WITH given AS (
    INSERT INTO pages AS p (process_id, collection, position, key, url, host, queue, admitted,
        page_number, chain)
    SELECT %(process_id)s, n.collection, n.position, n.key, n.url, n.host, n.queue, n.admitted,
        n.page_number, n.chain
    FROM json_to_recordset(%(pages)s::json) AS n (source bigint, collection smallint, position int[],
        key uuid, url text, host text, queue text, admitted boolean, page_number int, chain bigint)
    WHERE n.source = ANY (ARRAY(
        SELECT id FROM pages WHERE slice_id = %(slice_id)s AND state = 'running'))
    ON CONFLICT (process_id, collection, key) DO UPDATE SET position = excluded.position
        WHERE excluded.position < p.position AND p.page_number = excluded.page_number
    RETURNING (xmax = 0) AS inserted
)
UPDATE processes SET page_count = page_count + g.n, open_pages = open_pages + g.n
FROM (SELECT count(*) AS n FROM given WHERE inserted) g
WHERE id = %(process_id)s AND g.n > 0;

-- name: finish_pages
-- The outcome of pages, only of what this slice holds; with it what they held is given back, and they are
-- counted and charged. What was charged goes into the ledger, where a page can have one row only: one that
-- was answered before it was tried again keeps what it cost, and its place in the chain of next pages.
-- As JSON, because the parser and the planner take far longer over as many constants.
WITH outcome AS (
    SELECT * FROM json_to_recordset(%(outcomes)s::json) AS o (id bigint, step text, verdict text,
        status smallint, size bigint, milliseconds int, records text, record_count int, counted int,
        next_key uuid, charged boolean, cost bigint, error text, delay float8, fetch_url text, host text,
        admitted boolean, identities uuid[])
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
    RETURNING p.id, h.reserved, o.step = 'done' AS over, o.verdict, o.counted, o.charged,
        o.charged AND NOT p.answered AS fresh, o.cost
),
charged AS (
    INSERT INTO ledger (account_id, process_id, page_id, amount, reason)
    SELECT %(account_id)s, %(process_id)s, id, -cost, 'page' FROM done WHERE fresh AND cost > 0
),
sums AS (
    SELECT count(*) FILTER (WHERE over) AS over, count(*) FILTER (WHERE fresh) AS fresh,
        count(*) FILTER (WHERE over AND verdict = 'empty') AS empty,
        count(*) FILTER (WHERE over AND verdict = 'blocked') AS blocked,
        count(*) FILTER (WHERE over AND NOT charged AND verdict <> 'blocked') AS failed,
        coalesce(sum(counted) FILTER (WHERE over), 0) AS records,
        coalesce(sum(cost) FILTER (WHERE fresh), 0) AS cost, coalesce(sum(reserved), 0) AS reserved
    FROM done
),
settled AS (
    UPDATE accounts a SET reserved = a.reserved - s.reserved, spent = a.spent + s.cost,
        balance = a.balance - CASE WHEN a.unlimited THEN 0 ELSE s.cost END
    FROM sums s WHERE a.id = %(account_id)s
)
UPDATE processes p SET
    response_count = p.response_count + s.fresh,
    record_count = p.record_count + s.records,
    failed_count = p.failed_count + s.failed,
    empty_count = p.empty_count + s.empty,
    blocked_count = p.blocked_count + s.blocked,
    open_pages = p.open_pages - s.over,
    cost = p.cost + s.cost
FROM sums s WHERE p.id = %(process_id)s;

-- name: keep_document
-- What a call asked for in place of records, if the slice still holds its page.
INSERT INTO documents (process_id, content_type, body)
SELECT %(process_id)s, %(content_type)s, %(body)s
FROM pages WHERE id = %(page_id)s AND slice_id = %(slice_id)s AND state = 'running'
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
-- A page that the slice still holds has one kept copy, of its last try, or none.
UPDATE objects SET state = CASE WHEN key = ANY(%(keys)s::text[]) THEN 'live' ELSE 'garbage' END
WHERE process_id = %(process_id)s AND page_id IN (
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
ON CONFLICT (host, proxy) DO UPDATE SET faults = excluded.faults, rests_until = excluded.rests_until
RETURNING faults;

-- name: forget_proxy_fault
-- It served the host again.
DELETE FROM proxy_faults WHERE proxy = %(proxy)s AND host = %(host)s RETURNING faults;

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

-- name: note_death
-- A worker died at work on the process; returns whether another process' worker did so lately, too. Then it
-- was hardly the page: a storm of kills, a machine that went down, a deployment that does not wait.
WITH noted AS (
    INSERT INTO deaths (process_id) VALUES (%(process_id)s)
)
SELECT EXISTS (SELECT FROM deaths WHERE process_id <> %(process_id)s
    AND at > now() - make_interval(secs => %(seconds)s)) AS shared;

-- name: orphan_pages
-- Pages of slices that died: whether their requests left is not known, so the next try counts anew.
UPDATE pages SET state = 'queued', slice_id = NULL, reserved = 0, attempts = attempts - 1,
    counted = false, deaths = deaths + %(died)s, not_before = '-infinity',
    lone_deaths = lone_deaths + CASE WHEN pages.id = %(alone)s THEN 1 ELSE 0 END
FROM (SELECT id, reserved AS held FROM pages
      WHERE slice_id = %(slice_id)s AND state = 'running' FOR NO KEY UPDATE) h
WHERE pages.id = h.id
RETURNING pages.id, pages.deaths, pages.lone_deaths, h.held;

-- name: poison_page
-- Given up: its workers died of it, as far as anybody can tell.
UPDATE pages SET state = 'done', verdict = 'poisoned', done_at = now(), error = %(error)s
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
