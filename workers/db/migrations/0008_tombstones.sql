-- Keys that were removed while they may still have been written: a worker that was frozen within an upload can finish it
-- long after its object was given up. They are removed once more.
CREATE TABLE tombstones (
    key text PRIMARY KEY,
    removed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tombstones_old ON tombstones (removed_at);
