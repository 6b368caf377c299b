-- Everything a process needs. Amounts are thousandths of a credit; times are timestamptz.

CREATE TABLE accounts (
    id text PRIMARY KEY,
    name text NOT NULL UNIQUE,
    balance bigint NOT NULL DEFAULT 0 CHECK (balance >= 0),
    reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    spent bigint NOT NULL DEFAULT 0,
    unlimited boolean NOT NULL DEFAULT false,
    disabled boolean NOT NULL DEFAULT false,
    webhook_secret text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (unlimited OR reserved <= balance)
);

CREATE TABLE api_keys (
    prefix text PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    scopes text[] NOT NULL DEFAULT '{read,run,admin}',
    disabled boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tasks (
    id text PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    name text NOT NULL DEFAULT '',
    description text NOT NULL DEFAULT '',
    webhook text NOT NULL DEFAULT '',
    payload json NOT NULL,
    exports json NOT NULL DEFAULT '[]',
    listed boolean NOT NULL DEFAULT true,
    deleted boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tasks_of_account ON tasks (account_id, seq DESC) WHERE listed;

-- A process: one run of a task. state is the exact phase; status, as the API words it, follows from it.
CREATE TABLE processes (
    id text PRIMARY KEY,
    seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    task_id text NOT NULL REFERENCES tasks ON DELETE CASCADE,
    account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    payload json NOT NULL,
    deleted boolean NOT NULL DEFAULT false,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN
        ('queued', 'running', 'publishing', 'pending', 'finished', 'canceled', 'failed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    finished_at timestamptz,
    cancel_requested_at timestamptz,
    hinted_at timestamptz NOT NULL DEFAULT now(),
    hints integer NOT NULL DEFAULT 0,
    chrome_hints integer NOT NULL DEFAULT 0,
    generation integer NOT NULL DEFAULT 0,
    starved boolean NOT NULL DEFAULT false,
    request_count bigint NOT NULL DEFAULT 0,
    response_count bigint NOT NULL DEFAULT 0,
    record_count bigint NOT NULL DEFAULT 0,
    failed_count bigint NOT NULL DEFAULT 0,
    empty_count bigint NOT NULL DEFAULT 0,
    blocked_count bigint NOT NULL DEFAULT 0,
    page_count bigint NOT NULL DEFAULT 0,
    open_pages bigint NOT NULL DEFAULT 0,
    cost bigint NOT NULL DEFAULT 0,
    missing bigint NOT NULL DEFAULT 0,
    error_code text,
    error_message text,
    notes text[] NOT NULL DEFAULT '{}',
    cookies text[] NOT NULL DEFAULT '{}',
    chrome_hosts text[] NOT NULL DEFAULT '{}',
    publish_due boolean NOT NULL DEFAULT false,
    publish_after timestamptz NOT NULL DEFAULT now(),
    publish_attempts int NOT NULL DEFAULT 0,
    results_name text,
    results_key text,
    results_size bigint,
    log_key text,
    CHECK (response_count <= request_count)
);
CREATE INDEX processes_of_task ON processes (task_id, seq DESC);
CREATE UNIQUE INDEX processes_results_name ON processes (account_id, left(id, 8));
CREATE INDEX processes_open ON processes (state)
    WHERE state IN ('queued', 'running', 'publishing', 'pending') OR publish_due OR deleted;

-- A turn at a process, and the fence: whoever's row is gone may commit nothing.
CREATE TABLE slices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    process_id text NOT NULL REFERENCES processes ON DELETE CASCADE,
    queue text NOT NULL,
    worker text NOT NULL,
    page_id bigint, -- the page that is tried alone
    started_at timestamptz NOT NULL DEFAULT now(),
    heartbeat timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX slices_of_process ON slices (process_id);
CREATE UNIQUE INDEX slices_one_publisher ON slices (process_id) WHERE queue = 'publish';

-- The frontier and the ledger of pages. position sorts as the document does.
CREATE TABLE pages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    process_id text NOT NULL REFERENCES processes ON DELETE CASCADE,
    collection smallint NOT NULL,
    position integer[] NOT NULL,
    key uuid NOT NULL,
    url text NOT NULL,
    fetch_url text,
    hops smallint NOT NULL DEFAULT 0,
    host text NOT NULL,
    queue text NOT NULL DEFAULT 'base',
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done')),
    page_number integer NOT NULL DEFAULT 1,
    chain bigint,
    admitted boolean NOT NULL DEFAULT false,
    counted boolean NOT NULL DEFAULT false,
    attempts smallint NOT NULL DEFAULT 0,
    not_before timestamptz NOT NULL DEFAULT '-infinity',
    slice_id bigint,
    reserved bigint NOT NULL DEFAULT 0,
    deaths smallint NOT NULL DEFAULT 0,
    lone_deaths smallint NOT NULL DEFAULT 0,
    verdict text,
    http_status smallint,
    bytes bigint NOT NULL DEFAULT 0,
    milliseconds integer NOT NULL DEFAULT 0,
    record_count integer NOT NULL DEFAULT 0,
    records text,
    next_key uuid,
    cost bigint NOT NULL DEFAULT 0,
    error text,
    done_at timestamptz
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
CREATE UNIQUE INDEX pages_once ON pages (process_id, collection, key);
CREATE INDEX pages_queued ON pages (process_id, queue, collection, id) WHERE state = 'queued';
CREATE INDEX pages_running ON pages (slice_id) WHERE state = 'running';
CREATE INDEX pages_in_order ON pages (process_id, position);

-- What was paid in (positive) and spent (negative). A page is charged once.
CREATE TABLE ledger (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    process_id text,
    page_id bigint UNIQUE,
    amount bigint NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ledger_of_process ON ledger (process_id) WHERE process_id IS NOT NULL;

-- Politeness over the whole pool: slots that slices hold at a host, and when its next request may leave.
CREATE TABLE host_slots (
    host text NOT NULL,
    slice_id bigint NOT NULL REFERENCES slices ON DELETE CASCADE,
    slots integer NOT NULL,
    PRIMARY KEY (host, slice_id)
);
CREATE INDEX host_slots_of_slice ON host_slots (slice_id);
CREATE TABLE host_pace (
    host text PRIMARY KEY,
    next_at timestamptz NOT NULL
);
CREATE TABLE robots (
    origin text PRIMARY KEY,
    status smallint NOT NULL,
    body text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE TABLE deliveries (
    id text PRIMARY KEY,
    process_id text NOT NULL REFERENCES processes ON DELETE CASCADE,
    account_id text NOT NULL REFERENCES accounts ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('webhook', 'export')),
    event text NOT NULL,
    target text NOT NULL,
    host text NOT NULL DEFAULT '', -- what a slow receiver may hold up: nothing but itself
    options text NOT NULL DEFAULT '', -- an export's target as the task held it, encrypted
    snapshot text, -- the process as it was at the event, until the body is made of it
    body text, -- made once: every attempt sends the same bytes
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts json NOT NULL DEFAULT '[]',
    attempt_count integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT now(),
    leased_until timestamptz,
    lease text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX deliveries_of_process ON deliveries (process_id, id);
CREATE INDEX deliveries_leased ON deliveries (host) WHERE leased_until IS NOT NULL;

CREATE TABLE idempotency_keys (
    task_id text NOT NULL REFERENCES tasks ON DELETE CASCADE,
    key text NOT NULL,
    process_id text NOT NULL REFERENCES processes ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, key)
);

-- Every object in storage: named here before it is written, and until it is gone.
CREATE TABLE objects (
    key text PRIMARY KEY,
    process_id text,
    state text NOT NULL CHECK (state IN ('writing', 'live', 'garbage')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX objects_not_live ON objects (created_at) WHERE state <> 'live';

-- What workers counted, for /metrics: Prometheus samples that only grow. Chosen over per-machine files
-- because a worker may live on any machine and for seconds.
CREATE TABLE metrics (
    name text NOT NULL,
    labels text NOT NULL DEFAULT '',
    value double precision NOT NULL DEFAULT 0,
    PRIMARY KEY (name, labels)
);

-- Grants a slice slots at a host so that the whole pool stays within its limit. A holder keeps what is in
-- flight, and sinks to its fair share as soon as others hold or wait (a row of 0 slots is a wait).
CREATE FUNCTION take_slots(a_slice bigint, a_host text, wanted integer, flying integer, allowed integer)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    taken integer;
    holders integer;
    granted integer;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(a_host, 0));
    SELECT coalesce(sum(slots), 0), count(*) INTO taken, holders
        FROM host_slots WHERE host = a_host AND slice_id <> a_slice;
    granted := greatest(flying, least(wanted, allowed - taken,
        ceil(allowed::numeric / (holders + 1))::integer));
    IF wanted = 0 AND flying = 0 THEN
        DELETE FROM host_slots WHERE host = a_host AND slice_id = a_slice;
        RETURN 0;
    END IF;
    INSERT INTO host_slots (host, slice_id, slots)
        SELECT a_host, id, granted FROM slices WHERE id = a_slice
        ON CONFLICT (host, slice_id) DO UPDATE SET slots = excluded.slots;
    RETURN granted;
END $$;

-- Takes the next moment at which a request may leave for a host, if it comes within the horizon (seconds):
-- returns how long to wait for it, or null.
CREATE FUNCTION take_moment(a_host text, delay double precision, horizon double precision)
RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    moment timestamptz;
BEGIN
    INSERT INTO host_pace AS p (host, next_at)
        VALUES (a_host, clock_timestamp() + make_interval(secs => delay))
        ON CONFLICT (host) DO UPDATE
            SET next_at = greatest(p.next_at, clock_timestamp()) + make_interval(secs => delay)
            WHERE p.next_at <= clock_timestamp() + make_interval(secs => horizon)
        RETURNING next_at - make_interval(secs => delay) INTO moment;
    IF moment IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN greatest(0, extract(epoch FROM moment - clock_timestamp()));
END $$;

-- Who is there: each worker pool and the clock say so every few seconds.
CREATE TABLE presence (
    name text PRIMARY KEY,
    kind text NOT NULL,
    browser boolean NOT NULL DEFAULT false,
    seen_at timestamptz NOT NULL DEFAULT now()
);
