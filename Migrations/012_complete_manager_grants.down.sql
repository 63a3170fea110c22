-- Undoes 012.

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
        EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM symbology_manager', pg_get_serial_sequence(name, 'id'));
    END LOOP;
    FOREACH name IN ARRAY ARRAY['book_ticker_snapshots', 'trade_snapshots'] LOOP
        CONTINUE WHEN to_regclass(name) IS NULL;
        BEGIN
            EXECUTE format('REVOKE SELECT ON %I FROM symbology_manager', name);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING 'symbology_manager may still read %: its owner granted it', name;
        END;
    END LOOP;
END
$$;
