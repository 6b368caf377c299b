-- Gives the next pages to a slice, upper collections first, so that the frontier grows early; lone: one that
-- was in two dead slices, to be tried alone. Their price is held, for as many as the account can pay for, and
-- their requests are counted, durably, before one leaves. One that was paid for or counted already (it was
-- answered before, it came back unsent) is not again. One row that is not payable says that none was.
CREATE OR REPLACE FUNCTION claim_pages(a_process text, a_slice bigint, an_account text, a_queue text, a_price bigint,
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
