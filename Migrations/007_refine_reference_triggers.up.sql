-- Migration 007: an INSERT rings once, not once a row; updated_at of an exchange moves by itself, as that of a symbol.

-- One call a row would cost an import of 100,000 symbols a fifth of its time. Where rows come by logical replication
-- the row trigger goes on ringing: its worker fires no statement triggers.

CREATE OR REPLACE FUNCTION reference_inserted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    -- An INSERT that found nothing to insert is no change.
    IF current_setting('symbology.doorbell', true) IS DISTINCT FROM 'off' AND EXISTS (SELECT FROM new_rows) THEN
        PERFORM pg_notify('symbology_reference', '');
    END IF;
    RETURN NULL;
END
$$;

DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION reference_inserted() SET search_path = pg_catalog, %I, pg_temp', current_schema());
END
$$;
REVOKE ALL ON FUNCTION reference_inserted() FROM PUBLIC;

CREATE OR REPLACE TRIGGER reference_inserted AFTER INSERT ON exchanges
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('session_replication_role') <> 'replica') EXECUTE FUNCTION reference_inserted();
CREATE OR REPLACE TRIGGER reference_inserted AFTER INSERT ON symbols
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    WHEN (pg_catalog.current_setting('session_replication_role') <> 'replica') EXECUTE FUNCTION reference_inserted();
CREATE OR REPLACE TRIGGER reference_applied AFTER INSERT ON exchanges
    FOR EACH ROW WHEN (pg_catalog.current_setting('session_replication_role') = 'replica')
    EXECUTE FUNCTION reference_changed('exchange');
CREATE OR REPLACE TRIGGER reference_applied AFTER INSERT ON symbols
    FOR EACH ROW WHEN (pg_catalog.current_setting('session_replication_role') = 'replica')
    EXECUTE FUNCTION reference_changed('symbol');
CREATE OR REPLACE TRIGGER reference_changed AFTER DELETE ON exchanges
    FOR EACH ROW EXECUTE FUNCTION reference_changed('exchange');
CREATE OR REPLACE TRIGGER reference_changed AFTER DELETE ON symbols
    FOR EACH ROW EXECUTE FUNCTION reference_changed('symbol');

ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_inserted;
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_applied;
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_changed;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_inserted;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_applied;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_changed;

-- "Unchanged since" means the same for both tables, whoever wrote the UPDATE.
CREATE OR REPLACE FUNCTION exchanges_set_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    probe record := NEW;
BEGIN
    probe.updated_at := OLD.updated_at;
    IF probe IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON exchanges
    FOR EACH ROW EXECUTE FUNCTION exchanges_set_updated_at();
