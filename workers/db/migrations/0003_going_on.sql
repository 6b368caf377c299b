-- Since when a process has been at work without a stop: what MAX_RUNTIME counts from.
ALTER TABLE processes ADD COLUMN running_since timestamptz;
UPDATE processes SET running_since = started_at;

-- The page was answered, counted and charged before it was tried again: neither happens twice.
ALTER TABLE pages ADD COLUMN answered boolean NOT NULL DEFAULT false;
