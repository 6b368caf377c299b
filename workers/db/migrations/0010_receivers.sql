-- Headers that go with the webhooks of a task, encrypted; and receivers that let the last attempt run into its
-- timeout, so that they hold up no other receiver at their host. A receiver is known by the digest of its URL.
ALTER TABLE tasks ADD COLUMN webhook_headers text NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN slow boolean NOT NULL DEFAULT false;
CREATE TABLE slow_receivers (
    receiver uuid PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now()
);
