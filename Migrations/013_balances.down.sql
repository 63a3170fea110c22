-- What accounts held is lost with it; `symbology rollback --phase 4 --backup` dumps it first.

DROP VIEW IF EXISTS latest_account_balances;
DROP TABLE IF EXISTS balance_changes;
DROP TABLE IF EXISTS account_balances;
