-- The indexes of symbols, built while everybody reads and writes; and what an adopted table still needs.
--
-- no transaction
--
-- Its statements are committed one by one and may all run again. Nothing here stops a reader or a writer: what is
-- waited for is the end of transactions that are older. An index whose building was broken off is left INVALID: it is
-- put aside by a new name, dropped, and built again.

-- Until the rule about kinds is validated the rows are as the plan's table held them, which had no column for it. A row
-- that somebody holds is left for the next round, so that this never waits and never deadlocks; what cannot be written
-- at all, because it breaks a rule that is new, is named by the rule's validation below.
DO $$
DECLARE
    batch integer[];
    refused integer[] := '{}';
    last_id integer;
    row_count bigint;
    round_count bigint := 0;
    limit_seconds CONSTANT double precision := extract(epoch FROM current_setting('lock_timeout')::interval);
BEGIN
    LOOP
        EXIT WHEN NOT EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = 'symbols'::regclass AND conname = 'symbols_kind_servable' AND NOT convalidated);
        last_id := 0;
        row_count := 0;
        LOOP
            SELECT array_agg(id ORDER BY id) INTO batch FROM (
                SELECT s.id FROM symbols s
                WHERE s.id > last_id AND s.kind = 'spot' AND s.id <> ALL (refused)
                    AND s.exchange_id = ANY (ARRAY(
                        SELECT id FROM exchanges WHERE market_type IN ('FUTURES', 'OPTIONS')))
                ORDER BY s.id LIMIT 1000 FOR NO KEY UPDATE SKIP LOCKED
            ) AS next;
            EXIT WHEN batch IS NULL;
            last_id := batch[array_upper(batch, 1)];
            row_count := row_count + array_length(batch, 1);
            BEGIN
                UPDATE symbols s SET
                    kind = CASE e.market_type WHEN 'FUTURES' THEN 'perpetual' ELSE 'other' END,
                    payoff = CASE e.market_type WHEN 'FUTURES' THEN 'linear' END,
                    settle_asset = CASE e.market_type WHEN 'FUTURES' THEN s.quote_asset END
                FROM exchanges e WHERE e.id = s.exchange_id AND s.id = ANY (batch);
            EXCEPTION WHEN check_violation THEN
                FOREACH last_id IN ARRAY batch LOOP
                    BEGIN
                        UPDATE symbols s SET
                            kind = CASE e.market_type WHEN 'FUTURES' THEN 'perpetual' ELSE 'other' END,
                            payoff = CASE e.market_type WHEN 'FUTURES' THEN 'linear' END,
                            settle_asset = CASE e.market_type WHEN 'FUTURES' THEN s.quote_asset END
                        FROM exchanges e WHERE e.id = s.exchange_id AND s.id = last_id;
                    EXCEPTION WHEN check_violation THEN
                        refused := refused || last_id;
                        RAISE WARNING 'symbol % stays a spot symbol: %', last_id, SQLERRM;
                    END;
                END LOOP;
            END;
            COMMIT;
        END LOOP;
        -- Nothing found is not the end while somebody holds a row.
        EXIT WHEN row_count = 0 AND NOT EXISTS (
            SELECT FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
            WHERE s.kind = 'spot' AND e.market_type IN ('FUTURES', 'OPTIONS') AND s.id <> ALL (refused));
        COMMIT;
        -- Passing over a row that somebody holds waits for no lock, so the limit for locks is kept here.
        round_count := CASE row_count WHEN 0 THEN round_count + 1 ELSE 0 END;
        IF limit_seconds > 0 AND round_count * 0.1 > limit_seconds THEN
            RAISE EXCEPTION 'symbols of derivative venues are held by another session'
                USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.1);
    END LOOP;
END
$$;

DO $$
DECLARE
    broken record;
BEGIN
    FOR broken IN
        SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = 'symbols'::regclass AND NOT i.indisvalid AND c.relname IN (
            'symbols_live_string_unique', 'symbols_live_identity_unique', 'idx_symbols_dead_string', 'idx_symbols_due',
            'idx_symbols_pair', 'idx_symbols_active_string_prefix', 'idx_symbols_changed_xid')
    LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', broken.name, broken.name || '_broken');
    END LOOP;
END
$$;

-- A string, and an instrument, belong to one living symbol of a venue; the dead share theirs with whoever comes.
-- Partial indexes, not EXCLUDE: that deadlocks concurrent writers, and serves no ON CONFLICT.
DROP INDEX CONCURRENTLY IF EXISTS symbols_live_string_unique_broken;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS symbols_live_string_unique
    ON symbols (exchange_id, symbol_string) WHERE is_active;
DROP INDEX CONCURRENTLY IF EXISTS symbols_live_identity_unique_broken;
-- What tells most contracts of a pair apart comes first: whoever writes one compares it column by column.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS symbols_live_identity_unique
    ON symbols (
        exchange_id, base_asset, quote_asset, strike, expires_at, option_type, settle_asset, kind, payoff)
    NULLS NOT DISTINCT WHERE is_active AND kind <> 'other';

-- For the dead who bear a string; for whatever lists a pair, dead or alive; for searches, which mostly want the living.
-- The living of a venue are listed by the index of their strings. There is no covering index for the load: it reads the
-- whole table anyway. No index holds last_seen or updated_at, so that an UPDATE of those stays a heap-only update.
DROP INDEX CONCURRENTLY IF EXISTS idx_symbols_dead_string_broken;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_symbols_dead_string
    ON symbols (exchange_id, symbol_string) WHERE NOT is_active;
DROP INDEX CONCURRENTLY IF EXISTS idx_symbols_pair_broken;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_symbols_pair ON symbols (base_asset, quote_asset, exchange_id, kind);
DROP INDEX CONCURRENTLY IF EXISTS idx_symbols_active_string_prefix_broken;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_symbols_active_string_prefix
    ON symbols (upper(symbol_string) text_pattern_ops) WHERE is_active;
-- Who asks for what comes due next says "least(expires_at, delists_at) > …", which implies the second condition.
DROP INDEX CONCURRENTLY IF EXISTS idx_symbols_due_broken;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_symbols_due
    ON symbols (least(expires_at, delists_at)) WHERE is_active AND least(expires_at, delists_at) IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS idx_symbols_changed_xid_broken;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_symbols_changed_xid ON symbols (changed_xid);

-- All rules in one reading of the table; where a row breaks one of them, one by one, and the rule stays NOT VALID: it
-- binds every new version of a row, and the server names the row it cannot serve.
DO $$
DECLARE
    names text[];
    name text;
BEGIN
    SELECT array_agg(conname ORDER BY conname) INTO names FROM pg_constraint
    WHERE conrelid = 'symbols'::regclass AND contype = 'c' AND NOT convalidated;
    IF names IS NULL THEN
        RETURN;
    END IF;
    BEGIN
        EXECUTE 'ALTER TABLE symbols '
            || (SELECT string_agg(format('VALIDATE CONSTRAINT %I', rule), ', ') FROM unnest(names) rule);
    EXCEPTION WHEN check_violation THEN
        FOREACH name IN ARRAY names LOOP
            BEGIN
                EXECUTE format('ALTER TABLE symbols VALIDATE CONSTRAINT %I', name);
            EXCEPTION WHEN check_violation THEN
                RAISE WARNING 'rows of symbols violate %; they cannot be served until they are corrected', name;
            END;
        END LOOP;
    END;
END
$$;
