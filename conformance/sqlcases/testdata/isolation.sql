-- Isolation levels as SHOW tells them.

BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE;
SHOW transaction_isolation;
COMMIT;
SHOW transaction_isolation;
BEGIN ISOLATION LEVEL READ UNCOMMITTED;
SHOW transaction_isolation;
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
SHOW transaction_isolation;
COMMIT AND CHAIN;
SHOW transaction_isolation;
ROLLBACK;
SET default_transaction_isolation = 'repeatable read';
SHOW transaction_isolation;
BEGIN;
SHOW transaction_isolation;
COMMIT;
RESET default_transaction_isolation;
SELECT current_setting('transaction_isolation');
