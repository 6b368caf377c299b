-- name: add_metrics
-- What a worker counted since it last said so; sorted by the caller, so that two never wait in a ring.
INSERT INTO metrics AS m (name, labels, value) VALUES %s
ON CONFLICT (name, labels) DO UPDATE SET value = m.value + excluded.value;

-- name: all_metrics
-- Everything that workers counted.
SELECT name, labels, value FROM metrics ORDER BY name, labels;

-- name: metric_processes
-- Processes by their exact phase.
SELECT state, count(*)::float8 AS n FROM processes WHERE NOT deleted GROUP BY state;

-- name: metric_pages
-- Pages by how they ended, as the processes that are kept count them; and those still open.
SELECT coalesce(sum(response_count - empty_count), 0)::float8 AS ok,
    coalesce(sum(empty_count), 0)::float8 AS empty,
    coalesce(sum(blocked_count), 0)::float8 AS blocked,
    coalesce(sum(failed_count), 0)::float8 AS failed,
    coalesce(sum(open_pages) FILTER (WHERE state IN ('queued', 'running', 'pending')), 0)::float8 AS open
FROM processes WHERE NOT deleted;

-- name: metric_queue_ages
-- How long the oldest work has waited for somebody, in seconds; 0 when nothing waits.
SELECT 'crawl' AS queue, coalesce(max(extract(epoch FROM now() - p.hinted_at)), 0)::float8 AS age
FROM processes p
WHERE p.state IN ('queued', 'running') AND NOT p.deleted
    AND NOT EXISTS (SELECT 1 FROM slices s WHERE s.process_id = p.id)
UNION ALL
SELECT 'publish', coalesce(max(extract(epoch FROM now() - p.publish_after)), 0)::float8
FROM processes p
WHERE p.publish_due AND NOT p.deleted AND p.publish_after <= now()
    AND NOT EXISTS (SELECT 1 FROM slices s WHERE s.process_id = p.id AND s.queue = 'publish')
UNION ALL
SELECT 'deliver', coalesce(max(extract(epoch FROM now() - d.next_attempt_at)), 0)::float8
FROM deliveries d
WHERE d.state = 'waiting' AND d.next_attempt_at <= now()
    AND (d.leased_until IS NULL OR d.leased_until < now());

-- name: metric_slices
-- Slices that are open, and the age of the oldest heartbeat among them, in seconds.
SELECT queue, count(*)::float8 AS n, max(extract(epoch FROM now() - heartbeat))::float8 AS heartbeat
FROM slices GROUP BY queue;

-- name: metric_deliveries
-- Deliveries that should leave now.
SELECT count(*)::float8 AS due FROM deliveries WHERE state = 'waiting' AND next_attempt_at <= now();
