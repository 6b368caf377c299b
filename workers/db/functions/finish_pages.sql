-- The outcome of pages, only of what this slice holds; with it what they held is given back, and they are
-- counted and charged. What was charged goes into the ledger, where a page can have one row only: one that
-- was answered before it was tried again keeps what it cost, and its place in the chain of next pages. A page that
-- brought records of the results file takes the next number of its process, whose row the caller has locked since
-- before: whoever sees a number sees all below it. Within a commit numbers lie as far apart as the ids of its pages.
-- As JSON, because the parser and the planner take far longer over as many constants. With hash joins, for the
-- pages of a slice and the outcomes are both few, and each of one against each of the other is not.
CREATE OR REPLACE FUNCTION finish_pages(a_process text, an_account text, a_slice bigint, outcomes json)
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_mergejoin = off AS $$
DECLARE
    s record;
BEGIN
    WITH outcome AS (
        SELECT * FROM json_to_recordset(outcomes) AS o (id bigint, step text, verdict text,
            status smallint, size bigint, milliseconds int, records text, record_count int, counted int,
            next_key uuid, charged boolean, cost bigint, error text, delay float8, fetch_url text, host text,
            admitted boolean, identities uuid[], report json)
    ),
    held AS MATERIALIZED (
        SELECT id, reserved FROM pages WHERE slice_id = a_slice AND state = 'running'
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
            hops = CASE WHEN o.step IN ('hop', 'resend') THEN p.hops + 1
                WHEN o.step = 'done' THEN p.hops ELSE 0 END,
            resend = o.step = 'resend',
            fetch_url = CASE WHEN o.step IN ('hop', 'resend') THEN o.fetch_url END,
            host = coalesce(o.host, p.host),
            not_before = now() + make_interval(secs => o.delay),
            verdict = CASE o.step WHEN 'done' THEN o.verdict END,
            http_status = o.status, bytes = o.size, milliseconds = o.milliseconds,
            records = o.records, record_count = o.record_count, identities = o.identities, report = o.report,
            next_key = coalesce(o.next_key, p.next_key),
            cost = CASE WHEN p.answered THEN p.cost ELSE o.cost END, error = o.error,
            arrival = CASE WHEN o.counted > 0 THEN h.id + (SELECT arrivals + 1 - (SELECT min(id) FROM held)
                FROM processes WHERE id = a_process) END,
            done_at = CASE o.step WHEN 'done' THEN now() END
        FROM outcome o JOIN held h ON h.id = o.id
        WHERE p.id = h.id AND p.state = 'running' AND p.slice_id = a_slice
        RETURNING p.id, h.reserved, o.step = 'done' AS over, o.verdict, o.counted, o.charged,
            o.charged AND NOT p.answered AS fresh, o.cost, p.arrival
    ),
    charged AS (
        INSERT INTO ledger (account_id, process_id, page_id, amount, reason)
        SELECT an_account, a_process, id, -cost, 'page' FROM done WHERE fresh AND cost > 0
    )
    SELECT count(*) FILTER (WHERE over) AS over, count(*) FILTER (WHERE fresh) AS fresh,
        count(*) FILTER (WHERE over AND verdict = 'empty') AS empty,
        count(*) FILTER (WHERE over AND verdict = 'blocked') AS blocked,
        count(*) FILTER (WHERE over AND NOT charged AND verdict <> 'blocked') AS failed,
        coalesce(sum(counted) FILTER (WHERE over), 0) AS records,
        coalesce(sum(cost) FILTER (WHERE fresh), 0) AS cost, coalesce(sum(reserved), 0) AS reserved,
        max(arrival) AS arrival
    INTO s FROM done;
    UPDATE accounts a SET reserved = a.reserved - s.reserved, spent = a.spent + s.cost,
        balance = a.balance - CASE WHEN a.unlimited THEN 0 ELSE s.cost END
    WHERE a.id = an_account;
    UPDATE processes p SET
        arrivals = coalesce(s.arrival, p.arrivals),
        response_count = p.response_count + s.fresh,
        record_count = p.record_count + s.records,
        failed_count = p.failed_count + s.failed,
        empty_count = p.empty_count + s.empty,
        blocked_count = p.blocked_count + s.blocked,
        open_pages = p.open_pages - s.over,
        cost = p.cost + s.cost
    WHERE p.id = a_process;
END $$;
