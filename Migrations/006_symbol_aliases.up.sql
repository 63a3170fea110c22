-- Names that a symbol had before it was renamed, for as long as engines may still ask by them.
--
-- A live symbol always beats an alias: venues reuse names. An alias is found by its exact key and by nothing else. From
-- the moment it expires it is no longer served; its row stays another day, so that clocks and readers that lag behind
-- do no harm.

CREATE TABLE IF NOT EXISTS symbol_aliases (
    exchange_id SMALLINT NOT NULL REFERENCES exchanges (id),
    symbol_string VARCHAR(50) NOT NULL,
    symbol_id INTEGER NOT NULL REFERENCES symbols (id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    expires_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (exchange_id, symbol_string),
    -- As in 003.
    CONSTRAINT symbol_aliases_symbol_string_servable CHECK (
        octet_length(symbol_string) BETWEEN 1 AND 50 AND symbol_string NOT LIKE ' %' AND symbol_string NOT LIKE '% '
        AND symbol_string !~
        '[\u0001-\u001F\u007F-\u00A0\u00AD\u061C\u1680\u180E\u2000-\u200F\u2028-\u202F'
        '\u205F-\u206F\u3000\uFEFF\uFFF9-\uFFFB]'
    ),
    CONSTRAINT symbol_aliases_times_servable CHECK (isfinite(created_at) AND isfinite(expires_at)),
    CONSTRAINT symbol_aliases_expires_later CHECK (expires_at >= created_at)
);

-- For the foreign key's cascade and a symbol's history; for readers that look what expired since they last looked.
CREATE INDEX IF NOT EXISTS idx_symbol_aliases_symbol_id ON symbol_aliases (symbol_id);
CREATE INDEX IF NOT EXISTS idx_symbol_aliases_expires_at ON symbol_aliases (expires_at);

COMMENT ON TABLE symbol_aliases IS
    'Former names of symbols; one that is expired or taken by a live symbol is not served. It refers to symbols: '
    'TRUNCATE symbols needs CASCADE, and a publication that carries symbols must carry exchanges and '
    'symbol_aliases too';
COMMENT ON COLUMN symbol_aliases.symbol_string IS 'The former spelling, compared byte for byte';
COMMENT ON COLUMN symbol_aliases.expires_at IS
    'From this moment on the name is unknown again; a day later the row goes when an alias is added';

-- The living symbol of that name, else the living one whose former name it is, else the dead one that died last.
CREATE OR REPLACE FUNCTION get_symbol_id_by_string(exchange_code text, venue_string text) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(
        (SELECT s.id FROM symbols s
            WHERE s.exchange_id = e.id AND s.symbol_string = venue_string AND s.is_active
                AND (least(s.expires_at, s.delists_at) <= now()) IS NOT TRUE),
        (SELECT s.id FROM symbol_aliases a JOIN symbols s ON s.id = a.symbol_id
            WHERE a.exchange_id = e.id AND a.symbol_string = venue_string AND a.expires_at > now() AND s.is_active
                AND (least(s.expires_at, s.delists_at) <= now()) IS NOT TRUE),
        greatest(
            (SELECT s.id FROM symbols s
                WHERE s.exchange_id = e.id AND s.symbol_string = venue_string AND s.is_active),
            (SELECT max(s.id) FROM symbols s
                WHERE s.exchange_id = e.id AND s.symbol_string = venue_string AND NOT s.is_active)))
    FROM exchanges e WHERE e.enum_value = exchange_code);

COMMENT ON FUNCTION get_symbol_id_by_string(text, text) IS
    'Id by venue code and the venue''s own spelling: of the living symbol, else of the living one that bore the name '
    'before, else of the one that died last; NULL when unknown';

-- Whoever adds an alias removes some of the oldest that expired more than a day ago, and waits for nobody. Changes of
-- aliases leave tombstones, so they sweep those too.
CREATE OR REPLACE FUNCTION reference_sweep_aliases() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    -- In a stricter isolation level a row that somebody else just changed could end the writer's transaction.
    IF TG_OP = 'INSERT' AND current_setting('transaction_isolation') = 'read committed' THEN
        DELETE FROM symbol_aliases a USING (
            SELECT exchange_id, symbol_string FROM symbol_aliases
            WHERE expires_at < now() - interval '1 day'
            ORDER BY expires_at LIMIT 256 FOR UPDATE SKIP LOCKED
        ) gone
        WHERE a.exchange_id = gone.exchange_id AND a.symbol_string = gone.symbol_string;
    END IF;
    PERFORM reference_sweep_tombstones();
    RETURN NULL;
END
$$;

-- As in 005.
DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION reference_sweep_aliases() SET search_path = pg_catalog, %I, pg_temp', current_schema());
    REVOKE ALL ON FUNCTION reference_sweep_aliases() FROM PUBLIC;
END
$$;

CREATE OR REPLACE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON symbol_aliases
    FOR EACH ROW EXECUTE FUNCTION reference_changed();
-- Not after DELETE: each symbol that is deleted looks for its aliases by a statement of its own.
CREATE OR REPLACE TRIGGER reference_swept AFTER INSERT OR UPDATE ON symbol_aliases
    FOR EACH STATEMENT EXECUTE FUNCTION reference_sweep_aliases();
CREATE OR REPLACE TRIGGER reference_truncating BEFORE TRUNCATE ON symbol_aliases
    FOR EACH STATEMENT EXECUTE FUNCTION reference_truncating();
CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON symbol_aliases
    FOR EACH STATEMENT EXECUTE FUNCTION reference_truncated();

ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_changed;
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_truncating;
ALTER TABLE symbol_aliases ENABLE ALWAYS TRIGGER reference_truncated;
