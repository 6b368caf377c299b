-- What a run's file holds, column by column, and what is odd about it: counted with the file, and anew with each.
CREATE TABLE process_stats (
    process_id text PRIMARY KEY REFERENCES processes ON DELETE CASCADE,
    records bigint NOT NULL,
    left_out integer NOT NULL, -- columns that were not counted, for there are too many
    columns json NOT NULL
);
ALTER TABLE processes ADD COLUMN warnings json NOT NULL DEFAULT '[]';

-- What the reading of a page saw: of a few pages of each slice.
ALTER TABLE pages ADD COLUMN report json;
