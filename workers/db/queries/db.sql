-- name: async_commit
-- Nothing that must outlive a crash is written in this transaction.
SET LOCAL synchronous_commit = off;

-- name: long_statement
-- Reading on in a process of many pages may take longer than a call, and may wait for what is
-- done with what was read; it locks nothing.
SET LOCAL statement_timeout = 0;
SET LOCAL idle_in_transaction_session_timeout = '10min';
