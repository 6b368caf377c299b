-- When workers died: a page that was alone at its worker's death is not to blame when others died about then.
CREATE TABLE deaths (
    process_id text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX deaths_lately ON deaths (at);
