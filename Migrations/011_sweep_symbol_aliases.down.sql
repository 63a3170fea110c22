-- Undoes 011: expired aliases stay until somebody deletes them.

DROP TRIGGER IF EXISTS reference_aliases_swept ON symbol_aliases;
DROP TRIGGER IF EXISTS reference_swept ON symbol_aliases;
DROP FUNCTION IF EXISTS reference_sweep_aliases();

COMMENT ON TABLE symbol_aliases IS 'Former names of symbols; one that is expired or taken by a live symbol is not served';
COMMENT ON COLUMN symbol_aliases.expires_at IS 'From this moment on the name is unknown again; the row may stay';
