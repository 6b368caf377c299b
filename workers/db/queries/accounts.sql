-- name: insert_account
-- A new account; no row when the name is taken.
INSERT INTO accounts (id, name, balance, unlimited, webhook_secret)
VALUES (%(account_id)s, %(name)s, %(balance)s, %(unlimited)s, %(webhook_secret)s)
ON CONFLICT (name) DO NOTHING
RETURNING id;

-- name: list_accounts
-- Every account, oldest first, for its operator.
SELECT a.id, a.name, a.balance, a.reserved, a.spent, a.unlimited, a.disabled, a.created_at,
    ARRAY(SELECT k.prefix FROM api_keys k WHERE k.account_id = a.id AND NOT k.disabled
        ORDER BY k.created_at, k.prefix) AS keys
FROM accounts a ORDER BY a.created_at, a.id;

-- name: find_account
-- An account by its id or, failing that, by its name.
SELECT id, name, disabled FROM accounts WHERE id = %(account)s OR name = %(account)s
ORDER BY id = %(account)s DESC LIMIT 1;

-- name: disable_account
-- Its keys stop working at once; what it stored stays.
UPDATE accounts SET disabled = true WHERE id = %(account_id)s;

-- name: pay_in
-- Raise the balance; the ledger row that proves it is inserted in the same transaction.
UPDATE accounts SET balance = balance + %(amount)s WHERE id = %(account_id)s
RETURNING balance, reserved, spent, unlimited;

-- name: insert_payment
-- What was paid in, and why.
INSERT INTO ledger (account_id, amount, reason) VALUES (%(account_id)s, %(amount)s, %(reason)s);

-- name: account_credits
-- What an account has, holds and has spent, in thousandths of a credit.
SELECT balance, reserved, spent, unlimited FROM accounts WHERE id = %(account_id)s;

-- name: account_holder
-- Whose account it is, and what is on it in thousandths of a credit.
SELECT id, name, balance FROM accounts WHERE id = %(account_id)s;

-- name: insert_key
-- A key is kept as its hash; no row when this very key is known already.
INSERT INTO api_keys (prefix, hash, account_id, scopes)
VALUES (%(prefix)s, %(hash)s, %(account_id)s, %(scopes)s::text[])
ON CONFLICT (hash) DO NOTHING
RETURNING prefix;

-- name: revoke_key
-- The key stops working at once and stays known, so that nothing brings it back.
UPDATE api_keys SET disabled = true WHERE prefix = %(prefix)s RETURNING prefix;

-- name: account_of_key
-- Whose key this is, if it still opens anything.
SELECT k.account_id, k.scopes, k.prefix FROM api_keys k JOIN accounts a ON a.id = k.account_id
WHERE k.hash = %(hash)s AND NOT k.disabled AND NOT a.disabled;

-- name: webhook_secret_of_account
-- What the account's webhooks are signed with.
SELECT webhook_secret FROM accounts WHERE id = %(account_id)s;
