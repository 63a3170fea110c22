-- Orders and executions are lost with it; `symbology rollback --phase 4 --backup` dumps them first.

DROP TABLE IF EXISTS order_status_history;
DROP TABLE IF EXISTS order_executions;
