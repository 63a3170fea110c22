-- Undoes 006. Former names are unknown from here on.

DROP TABLE IF EXISTS symbol_aliases;
DROP FUNCTION IF EXISTS reference_aliases_changed();

-- A change of aliases that nobody has read yet becomes one of everything.
INSERT INTO reference_tombstones (changed_xid, kind, id, deleted_at)
SELECT changed_xid, 0, 0, deleted_at FROM reference_tombstones WHERE kind = 3 ON CONFLICT DO NOTHING;
DELETE FROM reference_tombstones WHERE kind = 3;
ALTER TABLE reference_tombstones DROP CONSTRAINT IF EXISTS reference_tombstones_kind_check;
ALTER TABLE reference_tombstones ADD CONSTRAINT reference_tombstones_kind_check CHECK (kind BETWEEN 0 AND 2);

COMMENT ON COLUMN reference_tombstones.kind IS '0 everything (id 0), 1 exchange, 2 symbol';
