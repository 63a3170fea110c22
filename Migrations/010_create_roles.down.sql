-- Undoes 010: takes back what was granted here. The roles stay: they belong to the cluster, not to this database.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['symbology_reader', 'symbology_manager'] LOOP
        CONTINUE WHEN NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name);
        EXECUTE format(
            'REVOKE ALL ON exchanges, symbols, symbol_aliases, reference_tombstones, reference_feed_state, '
            'reference_audit, symbol_inferences, symbol_details FROM %I', role_name);
        EXECUTE format('REVOKE ALL ON FUNCTION prune_reference_tombstones(interval) FROM %I', role_name);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', current_schema(), role_name);
    END LOOP;
END
$$;

ALTER FUNCTION prune_reference_tombstones(interval) SECURITY INVOKER;
