-- An account's processes in one list, newest first; what single calls made stays out of it. A status is looked for as
-- the API words it, so that each question of the list has an index of its own. The planner needs statistics to see
-- that (of a partial index it uses none), and no index over all accounts' processes, which looks as good and is not.
ALTER TABLE processes ADD COLUMN listed boolean NOT NULL DEFAULT true;
UPDATE processes p SET listed = false FROM tasks t WHERE t.id = p.task_id AND NOT t.listed;
CREATE INDEX processes_of_account ON processes (account_id, seq DESC) WHERE listed AND NOT deleted;
CREATE INDEX processes_by_status ON processes (account_id, (CASE
    WHEN state IN ('queued', 'running', 'publishing') OR state = 'pending' AND publish_due THEN 'running'
    ELSE state END), seq DESC) WHERE listed AND NOT deleted;
CREATE INDEX processes_since ON processes (account_id, (coalesce(finished_at, created_at)))
    WHERE listed AND NOT deleted;
CREATE STATISTICS processes_status ON (CASE
    WHEN state IN ('queued', 'running', 'publishing') OR state = 'pending' AND publish_due THEN 'running'
    ELSE state END) FROM processes;
CREATE STATISTICS processes_moment ON (coalesce(finished_at, created_at)) FROM processes;
ALTER TABLE processes DROP CONSTRAINT processes_seq_key; -- an identity is unlike all others by itself

-- Who else is to be told of the ends of an account's processes: of one task's, or of every listed task's.
CREATE TABLE webhooks (
    id text PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    task_id text REFERENCES tasks ON DELETE CASCADE,
    url text NOT NULL,
    headers text NOT NULL DEFAULT '', -- encrypted
    events text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX webhooks_of_account ON webhooks (account_id, seq DESC);
CREATE INDEX webhooks_of_task ON webhooks (task_id) WHERE task_id IS NOT NULL;

-- Which of them a delivery is for; none for the webhook of a task or of a run.
ALTER TABLE deliveries ADD COLUMN webhook_id text;

-- A run's own webhook, until it was told, and the digest of what the call that started the run said.
ALTER TABLE processes ADD COLUMN webhook text NOT NULL DEFAULT '';
ALTER TABLE idempotency_keys ADD COLUMN body text NOT NULL DEFAULT '';
