-- name: probe_database
-- Whether our tables are there and can be read.
SELECT 1 AS yes FROM accounts LIMIT 1;
