-- name: record_presence
-- A worker pool or the clock is there.
INSERT INTO presence (name, kind, browser) VALUES (%(name)s, %(kind)s, %(browser)s)
ON CONFLICT (name) DO UPDATE SET seen_at = now(), browser = excluded.browser;

-- name: remove_presence
-- It ended in good order.
DELETE FROM presence WHERE name = %(name)s;

-- name: browser_present
-- Whether some pool can show pages in a browser.
SELECT 1 AS yes FROM presence WHERE browser AND seen_at > now() - interval '60 seconds' LIMIT 1;

-- name: claimable_since
-- For how long the oldest untouched process has waited for a worker of this queue, in seconds.
SELECT extract(epoch FROM now() - min(p.hinted_at))::float8 AS age FROM processes p
WHERE p.state IN ('queued', 'running') AND NOT p.deleted
    AND NOT EXISTS (SELECT FROM slices s WHERE s.process_id = p.id)
    AND EXISTS (SELECT FROM pages g WHERE g.process_id = p.id AND g.queue = %(queue)s
        AND g.state = 'queued' AND g.not_before <= now());
