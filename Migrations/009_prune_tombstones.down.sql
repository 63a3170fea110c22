-- Undoes 009. prune_reference_tombstones() still removes tombstones when somebody calls it.

DROP TRIGGER IF EXISTS reference_swept ON exchanges;
DROP TRIGGER IF EXISTS reference_swept ON symbols;
DROP FUNCTION IF EXISTS reference_sweep();
