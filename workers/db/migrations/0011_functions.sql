-- Which text each function has (workers/db/functions): it is applied again when the text of a release differs. What
-- stood in migrations before stays there for programs of the last release; `begin_turn` is `begin_slice` now.
CREATE TABLE functions (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
