-- What populate wrote into symbols goes with them. A table that was adopted is not dropped: it becomes again what it
-- was, by the statements that were written down then, unless it could not hold what it holds now. That rewrites it,
-- while nobody reads.

DROP TABLE IF EXISTS symbol_inferences;
DROP VIEW IF EXISTS symbol_details;

DO $$
DECLARE
    statement text;
BEGIN
    -- Somebody's own is not ours to drop.
    IF obj_description(to_regprocedure('get_exchange_id(text)'), 'pg_proc') LIKE 'Id of a venue by its code, %' THEN
        DROP FUNCTION get_exchange_id(text);
    END IF;
    IF to_regclass('symbols_adopted') IS NULL THEN
        DROP FUNCTION IF EXISTS get_symbol_id(text, text, text);
        DROP TABLE IF EXISTS symbols;
        RETURN;
    END IF;
    LOCK TABLE symbols IN ACCESS EXCLUSIVE MODE;
    PERFORM symbols_adopted_losses();
    FOR statement IN SELECT undo FROM symbols_adopted ORDER BY stage, sequence LOOP
        EXECUTE statement;
    END LOOP;
    DROP TABLE symbols_adopted;
    DROP FUNCTION symbols_adopted_losses();
END
$$;

DROP FUNCTION IF EXISTS symbol_unified_name(text, text, text, text, timestamptz, numeric, text);
