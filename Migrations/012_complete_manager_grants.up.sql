-- Migration 012: what symbology_manager lacked for two of its tasks.
--
-- An import that brings ids along moves the sequence behind them, so that it does not hand them out again; populate
-- reads the market data that spell venue and pair out. It writes neither of those tables.

DO $$
DECLARE
    name text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_manager') THEN
        RETURN;
    END IF;
    FOREACH name IN ARRAY ARRAY['exchanges', 'symbols'] LOOP
        -- A table that was adopted may number its rows otherwise.
        CONTINUE WHEN pg_get_serial_sequence(name, 'id') IS NULL;
        EXECUTE format(
            'GRANT USAGE, SELECT, UPDATE ON SEQUENCE %s TO symbology_manager', pg_get_serial_sequence(name, 'id'));
    END LOOP;
    FOREACH name IN ARRAY ARRAY['book_ticker_snapshots', 'trade_snapshots'] LOOP
        CONTINUE WHEN to_regclass(name) IS NULL;
        BEGIN
            EXECUTE format('GRANT SELECT ON %I TO symbology_manager', name);
        EXCEPTION WHEN insufficient_privilege THEN
            -- Somebody else's production table: its owner decides.
            RAISE WARNING 'symbology_manager cannot populate from %: have its owner run '
                '"GRANT SELECT ON % TO symbology_manager"', name, name;
        END;
    END LOOP;
END
$$;
