-- Migration 011: former names go away by themselves once nobody can ask by them.
--
-- An alias is no longer served from the moment it expires; its row stays another day, so that clocks and readers that
-- lag behind do no harm. Then whoever adds an alias removes some of the oldest, and waits for nobody. Changes of aliases
-- leave tombstones too, so they sweep those as deletions of symbols do.

CREATE OR REPLACE FUNCTION reference_sweep_aliases() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    -- In a stricter isolation level a row that somebody else just changed could end the writer's transaction.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RETURN NULL;
    END IF;
    DELETE FROM symbol_aliases a USING (
        SELECT exchange_id, symbol_string FROM symbol_aliases
        WHERE expires_at < now() - interval '1 day'
        ORDER BY expires_at LIMIT 256 FOR UPDATE SKIP LOCKED
    ) gone
    WHERE a.exchange_id = gone.exchange_id AND a.symbol_string = gone.symbol_string;
    RETURN NULL;
END
$$;

DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION reference_sweep_aliases() SET search_path = pg_catalog, %I, pg_temp', current_schema());
    REVOKE ALL ON FUNCTION reference_sweep_aliases() FROM PUBLIC;
END
$$;

CREATE OR REPLACE TRIGGER reference_aliases_swept AFTER INSERT ON symbol_aliases
    FOR EACH STATEMENT EXECUTE FUNCTION reference_sweep_aliases();
-- Not after DELETE: each symbol that is deleted looks for its aliases by a statement of its own.
CREATE OR REPLACE TRIGGER reference_swept AFTER INSERT OR UPDATE ON symbol_aliases
    FOR EACH STATEMENT EXECUTE FUNCTION reference_sweep();
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_aliases_swept;
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_swept;

COMMENT ON TABLE symbol_aliases IS
    'Former names of symbols; one that is expired or taken by a live symbol is not served. It refers to symbols: '
    'TRUNCATE symbols needs CASCADE, and a publication that carries symbols must carry exchanges and symbol_aliases too';
COMMENT ON COLUMN symbol_aliases.expires_at IS
    'From this moment on the name is unknown again; a day later the row goes when an alias is added';
