-- In which order pages brought records that the results file holds, for whoever follows them: a page that is done
-- takes the next number of its process, whose row each commit locks, so that numbers are seen in their order. A
-- process that an older release began has none (arrivals is null), and its pages get none.
ALTER TABLE pages ADD COLUMN arrival bigint;
CREATE INDEX pages_arrived ON pages (process_id, arrival) WHERE arrival IS NOT NULL;
ALTER TABLE processes ADD COLUMN arrivals bigint;
ALTER TABLE processes ALTER COLUMN arrivals SET DEFAULT 0;

-- Whether its pages are all there, or retention has begun to remove them.
ALTER TABLE processes ADD COLUMN pages_kept boolean NOT NULL DEFAULT true;
UPDATE processes p SET pages_kept = false
WHERE state IN ('finished', 'canceled', 'failed') AND NOT publish_due AND page_count > 0
    AND NOT EXISTS (SELECT FROM pages g WHERE g.process_id = p.id);

-- The results of an ended process in a format that its payload did not ask for: asked for, then made by a worker. A
-- process that goes on has none any more. Null until it is made: key, size.
CREATE TABLE files (
    process_id text NOT NULL REFERENCES processes ON DELETE CASCADE,
    format text NOT NULL,
    key text,
    size bigint,
    content_type text,
    attempts integer NOT NULL DEFAULT 0,
    due_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (process_id, format)
);
CREATE INDEX files_unmade ON files (due_at) WHERE key IS NULL;
