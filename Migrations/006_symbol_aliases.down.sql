-- Former names are unknown from here on.

DROP FUNCTION IF EXISTS get_symbol_id_by_string(text, text);
DROP TABLE IF EXISTS symbol_aliases;
DROP FUNCTION IF EXISTS reference_sweep_aliases();

-- A change of aliases that nobody has read yet becomes one of everything.
INSERT INTO reference_tombstones (changed_xid, kind, id, deleted_at)
SELECT changed_xid, 0, 0, deleted_at FROM reference_tombstones WHERE kind = 3 ON CONFLICT DO NOTHING;
DELETE FROM reference_tombstones WHERE kind = 3;
