-- name: insert_task
-- A new task. Unlisted ones belong to calls that run once.
INSERT INTO tasks (id, account_id, name, description, webhook, webhook_headers, payload, exports,
    listed)
VALUES (%(task_id)s, %(account_id)s, %(name)s, %(description)s, %(webhook)s, %(webhook_headers)s,
    %(payload)s::json, %(exports)s::json, %(listed)s)
RETURNING *;

-- name: find_task
-- A task of this account; another's is as good as none.
SELECT * FROM tasks WHERE id = %(task_id)s AND account_id = %(account_id)s AND NOT deleted;

-- name: list_tasks
-- The newest first; before is the seq to go on below.
SELECT * FROM tasks
WHERE account_id = %(account_id)s AND listed
    AND (%(before)s::bigint IS NULL OR seq < %(before)s)
ORDER BY seq DESC LIMIT %(limit)s;

-- name: lock_task
-- Held while it is changed or deleted, so that two changes at once are two changes, and no run slips in.
SELECT * FROM tasks
WHERE id = %(task_id)s AND account_id = %(account_id)s AND NOT deleted FOR NO KEY UPDATE;

-- name: change_task
-- Null leaves a column as it is. Running processes have their own copy of the payload.
UPDATE tasks SET
    name = coalesce(%(name)s, name),
    description = coalesce(%(description)s, description),
    webhook = coalesce(%(webhook)s, webhook),
    webhook_headers = coalesce(%(webhook_headers)s, webhook_headers),
    payload = coalesce(%(payload)s::json, payload),
    exports = coalesce(%(exports)s::json, exports),
    updated_at = now()
WHERE id = %(task_id)s
RETURNING *;
