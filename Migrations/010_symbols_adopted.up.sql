-- The last step of adoption: the plan's unique constraints, which bind the dead as well and allow a venue one
-- instrument a pair, give way to the unique indexes of 009. Of a table that was made here nothing is changed.

DO $$
DECLARE
    lock_timeout CONSTANT text := current_setting('lock_timeout');
    old_rule record;
BEGIN
    IF to_regclass('symbols_adopted') IS NULL THEN
        RETURN;
    END IF;
    PERFORM FROM pg_index WHERE indisvalid
        AND indexrelid IN (to_regclass('symbols_live_string_unique'), to_regclass('symbols_live_identity_unique'))
    HAVING count(*) = 2;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the unique indexes that take over are not there' USING HINT = 'Run 009_symbol_indexes.up.sql.';
    END IF;
    -- As in 003.
    PERFORM set_config('lock_timeout', '3s', true);
    LOCK TABLE symbols IN SHARE UPDATE EXCLUSIVE MODE;
    PERFORM set_config('lock_timeout', CASE lock_timeout WHEN '0' THEN '100ms' ELSE lock_timeout END, true);
    FOR old_rule IN
        SELECT c.conname, pg_get_constraintdef(c.oid) AS definition, columns.list AS columns
        FROM pg_constraint c CROSS JOIN LATERAL (
            SELECT string_agg(a.attname, ', ' ORDER BY a.attname) FROM pg_attribute a
            WHERE a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)) columns (list)
        WHERE c.conrelid = 'symbols'::regclass AND c.contype = 'u'
            AND columns.list IN ('base_asset, exchange_id, quote_asset', 'exchange_id, symbol_string')
    LOOP
        EXECUTE format('ALTER TABLE symbols DROP CONSTRAINT %I', old_rule.conname);
        INSERT INTO symbols_adopted (stage, undo, loss, is_lost) VALUES (
            3, format('ALTER TABLE symbols ADD CONSTRAINT %I %s', old_rule.conname, old_rule.definition),
            'more than one row has the same ' || old_rule.columns,
            format('id IN (SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY %s) FROM symbols) t WHERE count > 1)',
                old_rule.columns));
    END LOOP;
END
$$;
