-- name: doctor_server
-- Which Postgres this is, and what its clock says.
SELECT current_setting('server_version_num')::int AS version,
    extract(epoch FROM clock_timestamp())::float8 AS now,
    to_regclass('migrations') IS NOT NULL AS migrated;

-- name: doctor_migrations
-- What has been applied.
SELECT name FROM migrations;

-- name: doctor_functions
-- Which text each of our functions has.
SELECT name, checksum FROM functions;

-- name: doctor_keys
-- How many keys open something.
SELECT count(*) AS n FROM api_keys k JOIN accounts a ON a.id = k.account_id
WHERE NOT k.disabled AND NOT a.disabled;

-- name: present
-- Who was seen lately.
SELECT name, kind, browser, extract(epoch FROM now() - seen_at)::float8 AS age FROM presence
WHERE seen_at > now() - interval '1 day' ORDER BY kind, name;
