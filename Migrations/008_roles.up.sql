-- The two roles that need no more than they do.
--
--     symbology_reader    what the server runs as: reads the reference tables and LISTENs, and cannot write
--     symbology_manager   what manages reference data: reads and writes its rows, and cannot change the schema
--
-- Neither can log in: grant them to those who do, for example
--
--     CREATE ROLE symbology_server LOGIN IN ROLE symbology_reader;
--
-- Roles belong to the whole cluster. They are made where they are missing, and never dropped: another database may use
-- them. A migrator who may not create roles is told which statements to have run, and the rest is done.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['symbology_reader', 'symbology_manager'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = role_name);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        EXCEPTION
            -- Two databases of one cluster may be migrated at once.
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE WARNING 'role % cannot be created by %; have an administrator run "CREATE ROLE % NOLOGIN", '
                    'then this migration down and up again', role_name, current_user, role_name;
        END;
    END LOOP;
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_reader') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO symbology_reader', current_schema());
        GRANT SELECT ON exchanges, symbols, symbol_aliases, reference_tombstones, reference_feed_state
            TO symbology_reader;
        GRANT EXECUTE ON FUNCTION reference_as_of(anyelement, timestamptz) TO symbology_reader;
    END IF;
END
$$;

-- An import that brings ids along moves the sequence behind them, so that it does not hand them out again; populate
-- reads the market data that spell venue and pair out.
DO $$
DECLARE
    name text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_manager') THEN
        RETURN;
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO symbology_manager', current_schema());
    GRANT SELECT ON exchanges, symbols, symbol_aliases, reference_tombstones, reference_feed_state,
        reference_audit, reference_audit_state, symbol_inferences, symbol_details TO symbology_manager;
    GRANT INSERT, UPDATE, DELETE ON exchanges, symbols, symbol_aliases, symbol_inferences TO symbology_manager;
    GRANT EXECUTE ON FUNCTION prune_reference_tombstones(interval, integer), reference_as_of(anyelement, timestamptz)
        TO symbology_manager;
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
