-- name: lock_webhooks
-- An account's webhooks are counted and added to by one call at a time.
SELECT pg_advisory_xact_lock(hashtextextended(%(account_id)s, 1));

-- name: count_webhooks
-- How many webhooks the account has subscribed to.
SELECT count(*) AS n FROM webhooks WHERE account_id = %(account_id)s;

-- name: task_for_webhook
-- Whether the task is this account's; held against deletion, which takes its webhooks along.
SELECT id FROM tasks WHERE id = %(task_id)s AND account_id = %(account_id)s AND NOT deleted FOR SHARE;

-- name: insert_webhook
-- A webhook that is told of events beside the task's own.
INSERT INTO webhooks (id, account_id, task_id, url, headers, events)
VALUES (%(webhook_id)s, %(account_id)s, %(task_id)s, %(url)s, %(headers)s, %(events)s::text[])
RETURNING *;

-- name: list_webhooks
-- The newest first; before is the seq to go on below.
SELECT * FROM webhooks
WHERE account_id = %(account_id)s AND (%(before)s::bigint IS NULL OR seq < %(before)s)
ORDER BY seq DESC LIMIT %(limit)s;

-- name: delete_webhook
-- Nothing more is told to it.
DELETE FROM webhooks WHERE id = %(webhook_id)s AND account_id = %(account_id)s RETURNING id;
