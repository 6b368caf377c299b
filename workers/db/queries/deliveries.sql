-- name: targets_of_task
-- Where the events of a task's processes go.
SELECT webhook, webhook_headers, exports FROM tasks WHERE id = %(task_id)s;

-- name: subscribers
-- Who subscribed to an event of the task, or of every task: single calls are nobody's business but their caller's.
SELECT w.id, w.url, w.headers FROM webhooks w JOIN tasks t ON t.id = %(task_id)s AND t.account_id = w.account_id
WHERE %(event)s = ANY (w.events) AND (w.task_id = t.id OR w.task_id IS NULL AND t.listed)
ORDER BY w.seq;

-- name: use_webhook
-- The run's own webhook is told once.
UPDATE processes SET webhook = '' WHERE id = %(process_id)s;

-- name: insert_delivery
-- One message to one receiver; its id is the same at every attempt.
INSERT INTO deliveries
    (id, process_id, account_id, kind, event, target, host, options, webhook_id, snapshot, next_attempt_at)
VALUES (%(delivery_id)s, %(process_id)s, %(account_id)s, %(kind)s, %(event)s, %(target)s, %(host)s,
    %(options)s, %(webhook_id)s, %(snapshot)s, now() + make_interval(secs => %(delay)s));

-- name: due_deliveries
-- What should leave now, in turn by account: no more for one host than may be at it at once, no more for one
-- receiver than its share. Slow receivers have places of their own, one each.
SELECT r.id FROM (
    SELECT q.*, row_number() OVER (PARTITION BY q.host, q.slow ORDER BY q.next_attempt_at, q.id) AS place_at_host
    FROM (
        SELECT d.id, d.host, d.target, d.next_attempt_at, s.receiver IS NOT NULL AS slow,
            row_number() OVER (PARTITION BY d.target ORDER BY d.next_attempt_at, d.id) AS place_at_receiver,
            row_number() OVER (PARTITION BY d.account_id ORDER BY d.next_attempt_at, d.id) AS place_of_account
        FROM deliveries d JOIN processes p ON p.id = d.process_id AND NOT p.deleted
            LEFT JOIN slow_receivers s ON s.receiver = md5(d.target)::uuid AND d.kind = 'webhook'
        WHERE d.state = 'waiting' AND d.next_attempt_at <= now()
            AND (d.leased_until IS NULL OR d.leased_until <= now())
    ) q
    WHERE q.place_at_receiver + (SELECT count(*) FROM deliveries l
        WHERE l.host = q.host AND l.target = q.target AND l.leased_until > now())
        <= CASE WHEN q.slow THEN 1 ELSE %(at_receiver)s END
) r
WHERE r.place_at_host + (SELECT count(*) FROM deliveries l
    WHERE l.host = r.host AND l.slow = r.slow AND l.leased_until > now()) <= %(at_host)s
ORDER BY r.place_at_host, r.place_of_account, r.next_attempt_at LIMIT %(limit)s;

-- name: deliveries_of
-- A process' deliveries, oldest first.
SELECT id, process_id, kind, event, target, webhook_id, state, attempts, next_attempt_at, created_at
FROM deliveries WHERE process_id = %(process_id)s ORDER BY created_at, id;

-- name: process_of_account
-- Whether the process is this account's.
SELECT id FROM processes
WHERE id = %(process_id)s AND account_id = %(account_id)s AND NOT deleted;

-- name: resend_delivery
-- Once more, now, with the whole schedule ahead of it; an attempt that runs is left alone. `waits`: nothing was
-- done, for it is to leave at once already.
WITH asked AS (
    SELECT d.id, d.state = 'waiting' AND d.attempt_count = 0 AND d.next_attempt_at <= now() AS waits
    FROM deliveries d JOIN processes p ON p.id = d.process_id AND NOT p.deleted
    WHERE d.id = %(delivery_id)s AND d.account_id = %(account_id)s FOR NO KEY UPDATE OF d
)
UPDATE deliveries d SET state = 'waiting', attempt_count = 0,
    next_attempt_at = CASE WHEN q.waits THEN d.next_attempt_at ELSE now() END
FROM asked q WHERE d.id = q.id
RETURNING d.id, d.process_id, d.kind, d.event, d.target, d.webhook_id, d.state, d.attempts, d.next_attempt_at,
    d.created_at, q.waits;
