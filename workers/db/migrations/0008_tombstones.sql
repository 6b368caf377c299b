-- Keys that storage shall hold no more, from a moment on; again: whoever was writing it may be frozen, not dead, and
-- finish it yet, so that it is removed once more a day later.
CREATE TABLE tombstones (
    key text PRIMARY KEY,
    due_at timestamptz NOT NULL DEFAULT now(),
    again boolean NOT NULL DEFAULT false
);
CREATE INDEX tombstones_due ON tombstones (due_at);
