-- What a turn asks several times a second, as functions: Postgres parses and plans a query of a function once
-- a connection, and these took as long to plan as to run. A function and not a prepared statement, because a
-- pool of connections may stand between. Every caller's process is locked by `begin_turn`; whoever else
-- changes pages locks it as well, so that pages need no locks of their own.
--
-- Rows are looked up by index, whatever the statistics say: a plan that is kept since a table was small must
-- serve when it is large.

-- Locks the turn's process and returns what a turn needs of it; no row once the slice is gone. The lock comes
-- in a statement of its own: a canceler deletes slices under it, and a statement sees what was committed before
-- it began. ``known``: which of these pages the frontier holds already, each with its chain.
CREATE FUNCTION begin_turn(a_process text, a_slice bigint, jar boolean, collections smallint[], keys uuid[])
RETURNS TABLE (page_count bigint, open_pages bigint, error_code text, chrome_hosts text[], results_key text,
    log_key text, cookies text[], age double precision, known json)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM processes WHERE id = a_process FOR NO KEY UPDATE;
    RETURN QUERY SELECT p.page_count, p.open_pages, p.error_code, p.chrome_hosts, p.results_key, p.log_key,
        CASE WHEN jar THEN p.cookies END,
        extract(epoch FROM now() - coalesce(p.running_since, now()))::float8,
        CASE WHEN cardinality(keys) > 0 THEN known_pages(a_process, collections, keys) END
    FROM processes p JOIN slices s ON s.process_id = p.id
    WHERE p.id = a_process AND s.id = a_slice;
END $$;

-- Which of these pages a process has: an array of [collection, key, chain].
CREATE FUNCTION known_pages(a_process text, collections smallint[], keys uuid[])
RETURNS json LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    RETURN (SELECT coalesce(json_agg(json_build_array(w.collection, replace(w.key::text, '-', ''), k.chain)), '[]')
        FROM unnest(collections, keys) AS w (collection, key)
        CROSS JOIN LATERAL (SELECT coalesce(p.chain, p.id) AS chain FROM pages p
            WHERE p.process_id = a_process AND p.collection = w.collection AND p.key = w.key LIMIT 1) k);
END $$;

-- Gives the next pages to a slice, upper collections first, so that the frontier grows early; lone: one that
-- was in two dead slices, to be tried alone. Their price is held, for as many as the account can pay for, and
-- their requests are counted, durably, before one leaves. One that was paid for or counted already (it was
-- answered before, it came back unsent) is not again. One row that is not payable says that none was.
CREATE FUNCTION claim_pages(a_process text, a_slice bigint, an_account text, a_queue text, a_price bigint,
    wanted integer, lone boolean)
RETURNS TABLE (payable boolean, id bigint, collection smallint, "position" integer[], url text, fetch_url text,
    host text, hops smallint, resend boolean, page_number integer, chain bigint, attempt smallint,
    admitted boolean, followed boolean)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    ids bigint[];
    unpaid bigint;
    paid bigint;
    fresh bigint;
BEGIN
    SELECT array_agg(p.id), count(*) FILTER (WHERE NOT p.answered),
            count(*) FILTER (WHERE p.admitted AND NOT p.counted) INTO ids, unpaid, fresh
    FROM (SELECT id, answered, admitted, counted FROM pages
        WHERE process_id = a_process AND queue = a_queue AND state = 'queued'
            AND not_before <= now() AND (deaths >= 2) = lone
        ORDER BY collection, id LIMIT wanted) p;
    IF ids IS NULL THEN
        RETURN;
    END IF;
    IF unpaid > 0 AND a_price > 0 THEN
        UPDATE accounts a SET reserved = a.reserved + a_price * s.payable
        FROM (SELECT id, CASE WHEN unlimited THEN unpaid
                ELSE greatest(0, least(unpaid, (balance - reserved) / a_price)) END AS payable
            FROM accounts WHERE id = an_account FOR NO KEY UPDATE) s
        WHERE a.id = s.id RETURNING s.payable INTO paid;
        IF coalesce(paid, 0) < unpaid THEN
            SELECT array_agg(p.id), count(*) FILTER (WHERE p.admitted AND NOT p.counted) INTO ids, fresh
            FROM (SELECT id, answered, admitted, counted,
                    count(*) FILTER (WHERE NOT answered) OVER (ORDER BY collection, id) AS nth
                FROM pages WHERE id = ANY(ids)) p
            WHERE p.answered OR p.nth <= coalesce(paid, 0);
        END IF;
    END IF;
    IF ids IS NULL THEN
        payable := false;
        RETURN NEXT;
        RETURN;
    END IF;
    IF fresh > 0 THEN
        UPDATE processes SET request_count = request_count + fresh WHERE id = a_process;
    END IF;
    RETURN QUERY WITH taken AS (
        UPDATE pages p SET state = 'running', slice_id = a_slice, attempts = p.attempts + 1,
            reserved = CASE WHEN p.answered THEN 0 ELSE a_price END, counted = p.counted OR p.admitted
        WHERE p.id = ANY(ids) AND p.state = 'queued'
        RETURNING p.*
    )
    SELECT true, t.id, t.collection, t.position, t.url, t.fetch_url, t.host, t.hops, t.resend, t.page_number,
        coalesce(t.chain, t.id), t.attempts, t.admitted, t.next_key IS NOT NULL
    FROM taken t ORDER BY t.collection, t.id;
END $$;

-- New pages of those that the slice still holds, counted; one that is known keeps its row and takes the place
-- that comes first in the document.
CREATE FUNCTION insert_pages(a_process text, a_slice bigint, given json)
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    fresh bigint;
BEGIN
    WITH made AS (
        INSERT INTO pages AS p (process_id, collection, position, key, url, host, queue, admitted,
            page_number, chain)
        SELECT a_process, n.collection, n.position, n.key, n.url, n.host, n.queue, n.admitted,
            n.page_number, n.chain
        FROM json_to_recordset(given) AS n (source bigint, collection smallint, position int[],
            key uuid, url text, host text, queue text, admitted boolean, page_number int, chain bigint)
        WHERE n.source = ANY (ARRAY(
            SELECT id FROM pages WHERE slice_id = a_slice AND state = 'running'))
        ON CONFLICT (process_id, collection, key) DO UPDATE SET position = excluded.position
            WHERE excluded.position < p.position AND p.page_number = excluded.page_number
        RETURNING (xmax = 0) AS inserted
    )
    SELECT count(*) FILTER (WHERE inserted) INTO fresh FROM made;
    IF fresh > 0 THEN
        UPDATE processes SET page_count = page_count + fresh, open_pages = open_pages + fresh
        WHERE id = a_process;
    END IF;
END $$;

-- The outcome of pages, only of what this slice holds; with it what they held is given back, and they are
-- counted and charged. What was charged goes into the ledger, where a page can have one row only: one that
-- was answered before it was tried again keeps what it cost, and its place in the chain of next pages.
-- As JSON, because the parser and the planner take far longer over as many constants. With hash joins, for the
-- pages of a slice and the outcomes are both few, and each of one against each of the other is not.
CREATE FUNCTION finish_pages(a_process text, an_account text, a_slice bigint, outcomes json)
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_mergejoin = off AS $$
DECLARE
    s record;
BEGIN
    WITH outcome AS (
        SELECT * FROM json_to_recordset(outcomes) AS o (id bigint, step text, verdict text,
            status smallint, size bigint, milliseconds int, records text, record_count int, counted int,
            next_key uuid, charged boolean, cost bigint, error text, delay float8, fetch_url text, host text,
            admitted boolean, identities uuid[])
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
            records = o.records, record_count = o.record_count, identities = o.identities,
            next_key = coalesce(o.next_key, p.next_key),
            cost = CASE WHEN p.answered THEN p.cost ELSE o.cost END, error = o.error,
            done_at = CASE o.step WHEN 'done' THEN now() END
        FROM outcome o JOIN held h ON h.id = o.id
        WHERE p.id = h.id AND p.state = 'running' AND p.slice_id = a_slice
        RETURNING p.id, h.reserved, o.step = 'done' AS over, o.verdict, o.counted, o.charged,
            o.charged AND NOT p.answered AS fresh, o.cost
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
        coalesce(sum(cost) FILTER (WHERE fresh), 0) AS cost, coalesce(sum(reserved), 0) AS reserved
    INTO s FROM done;
    UPDATE accounts a SET reserved = a.reserved - s.reserved, spent = a.spent + s.cost,
        balance = a.balance - CASE WHEN a.unlimited THEN 0 ELSE s.cost END
    WHERE a.id = an_account;
    UPDATE processes p SET
        response_count = p.response_count + s.fresh,
        record_count = p.record_count + s.records,
        failed_count = p.failed_count + s.failed,
        empty_count = p.empty_count + s.empty,
        blocked_count = p.blocked_count + s.blocked,
        open_pages = p.open_pages - s.over,
        cost = p.cost + s.cost
    WHERE p.id = a_process;
END $$;
