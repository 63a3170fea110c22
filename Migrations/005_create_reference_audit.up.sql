-- Migration 005: who changed what in the reference tables, and when.
--
-- Every row that is inserted, changed or deleted leaves a line with its old and new content, written in the writer's
-- own transaction: what is rolled back was never there. Touching only last_seen or updated_at leaves none. Lines are
-- never changed; whoever wants fewer deletes the old ones: DELETE FROM reference_audit WHERE at < now() - interval '…'.

CREATE TABLE IF NOT EXISTS reference_audit (
    sequence BIGINT GENERATED ALWAYS AS IDENTITY,
    at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    user_name TEXT NOT NULL DEFAULT session_user,
    application_name TEXT NOT NULL DEFAULT current_setting('application_name'),
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    table_name TEXT COLLATE "C" NOT NULL,
    row_id INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('insert', 'update', 'delete', 'truncate')),
    old_row JSONB,
    new_row JSONB,
    -- One index is key and look-up at once; a second would cost an import a fifth of its time.
    PRIMARY KEY (table_name, row_id, at, sequence)
);

COMMENT ON TABLE reference_audit IS 'One line per change of a reference row; written by trigger, only ever added to';
COMMENT ON COLUMN reference_audit.user_name IS
    'session_user: the role that logged in, whatever it became by SET ROLE or inside a function';
COMMENT ON COLUMN reference_audit.row_id IS
    'Id of the row, of an alias that of its symbol; 0 for TRUNCATE, which names no rows';
COMMENT ON COLUMN reference_audit.old_row IS 'The row before, without changed_xid; NULL for insert and truncate';
COMMENT ON COLUMN reference_audit.new_row IS 'The row after, without changed_xid; NULL for delete and truncate';

-- Runs for each row of an UPDATE or DELETE, and of an INSERT under logical replication, whose worker fires no statement
-- triggers. The first argument names the column with the row's id.
CREATE OR REPLACE FUNCTION reference_audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    old_row jsonb;
    new_row jsonb;
    id_column CONSTANT text := TG_ARGV[0];
    untold CONSTANT text[] := '{changed_xid,updated_at,last_seen}';
BEGIN
    IF TG_OP <> 'INSERT' THEN
        old_row := to_jsonb(OLD);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        new_row := to_jsonb(NEW);
    END IF;
    -- A new stamp says that more than a time changed; within one transaction the stamp stays.
    IF TG_OP = 'UPDATE' AND old_row -> 'changed_xid' IS NOT DISTINCT FROM new_row -> 'changed_xid'
        AND old_row - untold = new_row - untold
    THEN
        RETURN NULL;
    END IF;
    INSERT INTO reference_audit (table_name, row_id, action, old_row, new_row)
    VALUES (
        TG_TABLE_NAME, (coalesce(old_row, new_row) ->> id_column)::integer, lower(TG_OP), old_row - 'changed_xid',
        new_row - 'changed_xid');
    RETURN NULL;
END
$$;

-- An INSERT of 100,000 rows is one call, not 100,000.
CREATE OR REPLACE FUNCTION reference_audit_statement() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO reference_audit (table_name, row_id, action) VALUES (TG_TABLE_NAME, 0, 'truncate');
    ELSE
        INSERT INTO reference_audit (table_name, row_id, action, new_row)
        SELECT TG_TABLE_NAME, (line.new_row ->> TG_ARGV[0])::integer, 'insert', line.new_row
        -- OFFSET 0 keeps the planner from making each row's JSON twice.
        FROM (SELECT to_jsonb(r) - 'changed_xid' AS new_row FROM new_rows r OFFSET 0) line;
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY['reference_audit_row()', 'reference_audit_statement()'] LOOP
        EXECUTE format(
            'ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;

-- A row that this transaction did not stamp was only touched; the function need not even be called.
DO $$
DECLARE
    audited text;
BEGIN
    FOREACH audited IN ARRAY ARRAY['exchanges', 'symbols'] LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER reference_audit_inserted AFTER INSERT ON %I '
            'REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT '
            'WHEN (pg_catalog.current_setting(''session_replication_role'') <> ''replica'') '
            'EXECUTE FUNCTION reference_audit_statement(''id'')', audited);
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER reference_audit_applied AFTER INSERT ON %I FOR EACH ROW '
            'WHEN (pg_catalog.current_setting(''session_replication_role'') = ''replica'') '
            'EXECUTE FUNCTION reference_audit_row(''id'')', audited);
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER reference_audit_updated AFTER UPDATE ON %I FOR EACH ROW '
            'WHEN (NEW.changed_xid = pg_catalog.pg_current_xact_id()) '
            'EXECUTE FUNCTION reference_audit_row(''id'')', audited);
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER reference_audit_deleted AFTER DELETE ON %I FOR EACH ROW '
            'EXECUTE FUNCTION reference_audit_row(''id'')', audited);
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER reference_audit_truncated AFTER TRUNCATE ON %I FOR EACH STATEMENT '
            'EXECUTE FUNCTION reference_audit_statement(''id'')', audited);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER reference_audit_inserted', audited);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER reference_audit_applied', audited);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER reference_audit_updated', audited);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER reference_audit_deleted', audited);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER reference_audit_truncated', audited);
    END LOOP;
END
$$;
