-- Search results are given once: what each page's records are told apart by, one entry a record.
ALTER TABLE pages ADD COLUMN identities uuid[];

-- An object may be a page that was kept for diagnosis, and goes when its page does.
ALTER TABLE objects ADD COLUMN page_id bigint;
CREATE INDEX objects_kept ON objects (process_id, page_id) WHERE page_id IS NOT NULL;

-- Which proxy serves which host badly, for all workers: the proxy as a keyed digest, since its URL is secret.
CREATE TABLE proxy_faults (
    proxy uuid NOT NULL,
    host text NOT NULL,
    faults integer NOT NULL,
    rests_until timestamptz NOT NULL,
    PRIMARY KEY (host, proxy)
);
