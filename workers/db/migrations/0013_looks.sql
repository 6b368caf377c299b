-- What a single call that looks at pages found on each of them: committed together with its page, kept until the
-- document that is made of all of it is stored.
CREATE TABLE looks (
    process_id text NOT NULL REFERENCES processes ON DELETE CASCADE,
    page_id bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (process_id, page_id)
);

-- The page that such a call brought along, in place of one that would have to be fetched.
CREATE TABLE given_pages (
    process_id text PRIMARY KEY REFERENCES processes ON DELETE CASCADE,
    body bytea NOT NULL
);
