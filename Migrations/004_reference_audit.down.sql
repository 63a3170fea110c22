-- The lines written so far go with it.

DROP TABLE IF EXISTS reference_audit;
DROP TABLE IF EXISTS reference_audit_state;
DROP FUNCTION IF EXISTS prune_reference_audit(interval, integer);
DROP FUNCTION IF EXISTS reference_audit_pruned();
