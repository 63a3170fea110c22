-- Takes back what was granted. The roles stay: they belong to the cluster, not to this database.

DO $$
DECLARE
    role_name text;
    name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['symbology_reader', 'symbology_manager'] LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name);
        EXECUTE format(
            'REVOKE ALL ON exchanges, symbols, symbol_aliases, reference_tombstones, reference_feed_state, '
            'reference_audit, reference_audit_state, symbol_inferences, symbol_details FROM %I', role_name);
        EXECUTE format(
            'REVOKE ALL ON FUNCTION prune_reference_tombstones(interval, integer), '
            'reference_as_of(anyelement, timestamptz) FROM %I', role_name);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', current_schema(), role_name);
        CONTINUE WHEN role_name <> 'symbology_manager';
        FOREACH name IN ARRAY ARRAY['exchanges', 'symbols'] LOOP
            CONTINUE WHEN pg_get_serial_sequence(name, 'id') IS NULL;
            EXECUTE format('REVOKE ALL ON SEQUENCE %s FROM %I', pg_get_serial_sequence(name, 'id'), role_name);
        END LOOP;
        FOREACH name IN ARRAY ARRAY['book_ticker_snapshots', 'trade_snapshots'] LOOP
            CONTINUE WHEN to_regclass(name) IS NULL;
            BEGIN
                EXECUTE format('REVOKE SELECT ON %I FROM %I', name, role_name);
            EXCEPTION WHEN insufficient_privilege THEN
                RAISE WARNING '% may still read %: its owner granted it', role_name, name;
            END;
        END LOOP;
    END LOOP;
END
$$;
