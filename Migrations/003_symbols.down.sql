-- What populate wrote into symbols goes with them. A table that was adopted is not dropped: it becomes again what it
-- was, by the statements that were written down then, unless it could not hold what it holds now. That rewrites it,
-- while nobody reads.

DROP TABLE IF EXISTS symbol_inferences;
DROP VIEW IF EXISTS symbol_details;
DROP FUNCTION IF EXISTS get_symbol_id(text, text, text);
DROP FUNCTION IF EXISTS get_exchange_id(text);
DROP FUNCTION IF EXISTS symbol_unified_name(text, text, text, text, timestamptz, numeric, text);

DO $$
DECLARE
    statement text;
BEGIN
    IF to_regclass('symbols_adopted') IS NULL THEN
        DROP TABLE IF EXISTS symbols;
        RETURN;
    END IF;
    LOCK TABLE symbols IN ACCESS EXCLUSIVE MODE;
    PERFORM symbols_adopted_losses();
    -- The rules of this schema, and with them those of others, which come back with the rest.
    FOR statement IN
        SELECT format('ALTER TABLE symbols DROP CONSTRAINT %I', c.conname) FROM pg_constraint c
        WHERE c.conrelid = 'symbols'::regclass AND c.contype = 'c' AND (
            c.conname ~ '^symbols_.*(_servable|_positive|_range|_differ|_complete)$'
            OR EXISTS (
                SELECT FROM symbols_adopted a
                WHERE a.undo LIKE format('ALTER TABLE symbols ADD CONSTRAINT %I CHECK%%', c.conname)))
    LOOP
        EXECUTE statement;
    END LOOP;
    FOR statement IN SELECT undo FROM symbols_adopted ORDER BY sequence LOOP
        EXECUTE statement;
    END LOOP;
    DROP TABLE symbols_adopted;
    DROP FUNCTION symbols_adopted_losses();
END
$$;
