-- name: next_at_host
-- What waits for the place at this host that has just become free.
SELECT d.id FROM deliveries d JOIN processes p ON p.id = d.process_id AND NOT p.deleted
WHERE d.host = %(host)s AND d.state = 'waiting' AND d.next_attempt_at <= now()
    AND (d.leased_until IS NULL OR d.leased_until <= now())
    AND (SELECT count(*) FROM deliveries l
        WHERE l.host = d.host AND l.target = d.target AND l.leased_until > now())
        < CASE WHEN EXISTS (SELECT FROM slow_receivers s WHERE s.receiver = md5(d.target)::uuid)
            THEN 1 ELSE %(at_receiver)s END
ORDER BY d.next_attempt_at, d.id LIMIT 1;

-- name: lease_delivery
-- Whoever gets the row sends; nobody else does until the lease is over.
WITH asked AS (
    SELECT d.id, d.host, d.target, s.receiver IS NOT NULL AS slow
    FROM deliveries d LEFT JOIN slow_receivers s ON s.receiver = md5(d.target)::uuid AND d.kind = 'webhook'
    WHERE d.id = %(delivery_id)s
)
UPDATE deliveries d SET
    lease = %(lease)s, leased_until = now() + make_interval(secs => %(seconds)s), slow = q.slow
FROM asked q, accounts a, processes p
WHERE d.id = q.id AND a.id = d.account_id AND p.id = d.process_id AND NOT p.deleted
    AND d.state = 'waiting' AND d.next_attempt_at <= now()
    AND (d.leased_until IS NULL OR d.leased_until <= now())
    AND (SELECT count(*) FROM deliveries l WHERE l.host = q.host AND l.id <> q.id
        AND l.slow = q.slow AND l.leased_until > now()) < %(at_host)s
    AND (SELECT count(*) FROM deliveries l WHERE l.host = q.host AND l.target = q.target AND l.id <> q.id
        AND l.leased_until > now()) < CASE WHEN q.slow THEN 1 ELSE %(at_receiver)s END
    AND (SELECT count(*) FROM deliveries l
        WHERE l.account_id = d.account_id AND l.leased_until > now()) < %(of_account)s
RETURNING d.*, a.webhook_secret, d.webhook_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM webhooks w WHERE w.id = d.webhook_id) AS unsubscribed;

-- name: note_slow_receiver
-- The attempt ran into its timeout. Receivers that nothing was sent to for a day are forgotten.
WITH forgotten AS (DELETE FROM slow_receivers WHERE since < now() - interval '1 day')
INSERT INTO slow_receivers (receiver) VALUES (md5(%(target)s)::uuid)
ON CONFLICT (receiver) DO UPDATE SET since = now();

-- name: forget_slow_receiver
-- It answers again, or refuses at once.
DELETE FROM slow_receivers WHERE receiver = md5(%(target)s)::uuid;

-- name: drop_webhook
-- Its receiver wants no more of anything.
DELETE FROM webhooks WHERE id = %(webhook_id)s;

-- name: renew_lease
-- A long upload goes on; no row when somebody else has taken over.
UPDATE deliveries SET leased_until = now() + make_interval(secs => %(seconds)s)
WHERE id = %(delivery_id)s AND lease = %(lease)s RETURNING id;

-- name: keep_body
-- The body is kept before it is first sent, so that no crash lets another one follow.
UPDATE deliveries SET body = coalesce(body, %(body)s), snapshot = NULL
WHERE id = %(delivery_id)s AND lease = %(lease)s RETURNING body;

-- name: delivery_process
-- The process as it stands now.
SELECT * FROM processes WHERE id = %(process_id)s AND NOT deleted;

-- name: exports_of_event
-- How the exports of one event stand. A process that went on may end like this again: what belongs to one
-- end was inserted at one moment.
SELECT target, state, attempts FROM deliveries
WHERE process_id = %(process_id)s AND event = %(event)s AND created_at = %(created_at)s
    AND kind = 'export' ORDER BY id;

-- name: record_attempt
-- What became of an attempt, unless its lease was lost; the newest hundred are kept. One that failed while somebody
-- asked for another is followed by that one now, with the whole schedule ahead.
WITH leased AS (
    SELECT id, attempt_count <> %(counted)s AND %(state)s <> 'delivered' AS resent FROM deliveries
    WHERE id = %(delivery_id)s AND lease = %(lease)s FOR UPDATE
)
UPDATE deliveries d SET
    attempts = (CASE WHEN json_array_length(attempts) >= 100 THEN attempts::jsonb - 0
        ELSE attempts::jsonb END || %(attempt)s::jsonb)::json,
    attempt_count = CASE WHEN resent THEN 0 ELSE attempt_count + 1 END,
    state = CASE WHEN resent THEN 'waiting' ELSE %(state)s END, lease = NULL, leased_until = NULL,
    next_attempt_at = now() + make_interval(secs => CASE WHEN resent THEN 0 ELSE %(delay)s END)
FROM leased WHERE d.id = leased.id
RETURNING d.id, d.process_id, d.event, d.kind, d.host, d.state;

-- name: lock_for_note
-- The process before its deliveries: the order in which everybody locks.
SELECT id, log_key FROM processes WHERE id = %(process_id)s FOR NO KEY UPDATE;

-- name: note_process
-- A line for the process log.
UPDATE processes SET notes = array_append(notes, %(note)s) WHERE id = %(process_id)s;

-- name: expect_rewrite
-- An object will be written once more. If it is garbage by then, or its writer freezes, it has to go again.
INSERT INTO tombstones (key, due_at) VALUES (%(key)s, now() + interval '1 day')
ON CONFLICT (key) DO UPDATE SET due_at = excluded.due_at;

-- name: hold_long
-- The storage is waited for while a process is locked; it has ended, so that nobody waits for it.
SET LOCAL idle_in_transaction_session_timeout = '60s';

-- name: lock_log
-- The log file, unless it was replaced or goes.
SELECT log_key FROM processes WHERE id = %(process_id)s AND log_key = %(key)s AND NOT deleted
FOR NO KEY UPDATE;

-- name: release_webhooks
-- The webhook that tells how the exports went leaves once each of them was tried.
UPDATE deliveries w SET next_attempt_at = now()
WHERE w.process_id = %(process_id)s AND w.event = %(event)s AND w.created_at = %(created_at)s
    AND w.kind = 'webhook'
    AND w.state = 'waiting' AND w.attempt_count = 0 AND w.next_attempt_at > now()
    AND NOT EXISTS (SELECT FROM deliveries e WHERE e.process_id = w.process_id
        AND e.event = w.event AND e.created_at = w.created_at AND e.kind = 'export' AND e.state = 'waiting' AND e.attempt_count = 0)
RETURNING w.id;
