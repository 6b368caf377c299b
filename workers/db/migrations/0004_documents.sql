-- A page as one piece (its content, a PDF, an image), where a call asked for that and not for records: it
-- waits here, committed together with its page, until the results file that is made of it is named.
CREATE TABLE documents (
    process_id text PRIMARY KEY REFERENCES processes ON DELETE CASCADE,
    content_type text NOT NULL,
    body bytea NOT NULL
);
ALTER TABLE documents ALTER COLUMN body SET STORAGE EXTERNAL; -- images and PDFs are packed already

ALTER TABLE processes ADD COLUMN results_type text; -- the content type of the results file
