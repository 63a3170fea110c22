-- Migration 006: names that a symbol had before it was renamed, for as long as engines may still ask by them.
--
-- A live symbol always beats an alias: venues reuse names. An alias is found by its exact key and by nothing else.

CREATE TABLE IF NOT EXISTS symbol_aliases (
    exchange_id SMALLINT NOT NULL REFERENCES exchanges (id),
    symbol_string VARCHAR(50) NOT NULL,
    symbol_id INTEGER NOT NULL REFERENCES symbols (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (exchange_id, symbol_string),
    CONSTRAINT symbol_aliases_symbol_string_servable CHECK (symbol_string <> '' AND octet_length(symbol_string) <= 50),
    CONSTRAINT symbol_aliases_times_servable CHECK (isfinite(created_at) AND isfinite(expires_at)),
    CONSTRAINT symbol_aliases_expires_later CHECK (expires_at >= created_at)
);

-- For the foreign key's cascade and a symbol's history; for readers that look what expired since they last looked.
CREATE INDEX IF NOT EXISTS idx_symbol_aliases_symbol_id ON symbol_aliases (symbol_id);
CREATE INDEX IF NOT EXISTS idx_symbol_aliases_expires_at ON symbol_aliases (expires_at);

COMMENT ON TABLE symbol_aliases IS 'Former names of symbols; one that is expired or taken by a live symbol is not served';
COMMENT ON COLUMN symbol_aliases.symbol_string IS 'The former spelling, compared byte for byte';
COMMENT ON COLUMN symbol_aliases.expires_at IS 'From this moment on the name is unknown again; the row may stay';

-- A change of aliases leaves one tombstone of kind 3 for the whole transaction: a reader that meets it reads the whole
-- set again, so that nothing need be said about single rows. TRUNCATE names no rows: kind 0, as for the other tables.
ALTER TABLE reference_tombstones DROP CONSTRAINT IF EXISTS reference_tombstones_kind_check;
ALTER TABLE reference_tombstones ADD CONSTRAINT reference_tombstones_kind_check CHECK (kind BETWEEN 0 AND 3);

COMMENT ON COLUMN reference_tombstones.kind IS '0 everything (id 0), 1 exchange, 2 symbol, 3 the set of aliases (id 0)';

CREATE OR REPLACE FUNCTION reference_aliases_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    INSERT INTO reference_tombstones (changed_xid, kind, id)
    VALUES (pg_current_xact_id(), CASE TG_OP WHEN 'TRUNCATE' THEN 0 ELSE 3 END, 0)
    ON CONFLICT DO NOTHING;
    IF current_setting('symbology.doorbell', true) IS DISTINCT FROM 'off' THEN
        PERFORM pg_notify('symbology_reference', '');
    END IF;
    RETURN NULL;
END
$$;

DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION reference_aliases_changed() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END
$$;
REVOKE ALL ON FUNCTION reference_aliases_changed() FROM PUBLIC;

CREATE OR REPLACE TRIGGER reference_changed AFTER INSERT OR DELETE ON symbol_aliases
    FOR EACH ROW EXECUTE FUNCTION reference_aliases_changed();
CREATE OR REPLACE TRIGGER reference_updated AFTER UPDATE ON symbol_aliases
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION reference_aliases_changed();
CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON symbol_aliases
    FOR EACH STATEMENT EXECUTE FUNCTION reference_aliases_changed();

-- Few rows at a time: the row trigger does for all of them.
CREATE OR REPLACE TRIGGER reference_audit_changed AFTER INSERT OR DELETE ON symbol_aliases
    FOR EACH ROW EXECUTE FUNCTION reference_audit_row('symbol_id');
CREATE OR REPLACE TRIGGER reference_audit_updated AFTER UPDATE ON symbol_aliases
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION reference_audit_row('symbol_id');
CREATE OR REPLACE TRIGGER reference_audit_truncated AFTER TRUNCATE ON symbol_aliases
    FOR EACH STATEMENT EXECUTE FUNCTION reference_audit_statement('symbol_id');

ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_changed;
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_updated;
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_truncated;
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_audit_changed;
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_audit_updated;
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_audit_truncated;
