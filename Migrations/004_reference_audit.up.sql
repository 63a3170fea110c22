-- Who changed what in the reference tables, and when. The triggers of 005 and 006 write it, 007 reads the past from it.
--
-- Every row that is inserted, changed or deleted leaves a line with its old and new content, written in the writer's
-- own transaction: what is rolled back was never there. An UPDATE of last_seen or updated_at alone leaves none. Lines
-- are never changed; whoever wants fewer removes the old ones:
--
--     SELECT prune_reference_audit('1 year');

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
    -- One index is key and look-up at once; a second would cost an import a fifth of its time. Ids come first, which are
    -- compared faster than names.
    PRIMARY KEY (row_id, table_name, at, sequence)
);

COMMENT ON TABLE reference_audit IS 'One line per change of a reference row; written by trigger, only ever added to';
COMMENT ON COLUMN reference_audit.user_name IS
    'session_user: the role that logged in, whatever it became by SET ROLE or inside a function';
COMMENT ON COLUMN reference_audit.row_id IS
    'Id of the row, of an alias that of its symbol; 0 for TRUNCATE, behind a deletion of each row';
COMMENT ON COLUMN reference_audit.old_row IS 'The row before, without changed_xid; NULL for insert and truncate';
COMMENT ON COLUMN reference_audit.new_row IS 'The row after, without changed_xid; NULL for delete and truncate';

-- Lines come in the order of their time, so a summary of each range of pages finds those of the last hours among
-- millions, and costs an import nothing.
CREATE INDEX IF NOT EXISTS idx_reference_audit_at ON reference_audit USING brin (at) WITH (autosummarize = on);

CREATE TABLE IF NOT EXISTS reference_audit_state (
    singleton BOOLEAN PRIMARY KEY DEFAULT true CHECK (singleton),
    began_at TIMESTAMPTZ NOT NULL,
    pruned_to TIMESTAMPTZ
);

COMMENT ON TABLE reference_audit_state IS
    'One row while the triggers record: what is known lies between the later of the two moments and now';
COMMENT ON COLUMN reference_audit_state.began_at IS
    'When the triggers that record were made; what was before is unknown';
COMMENT ON COLUMN reference_audit_state.pruned_to IS
    'The end of the newest transaction of which lines were removed, by whomever; NULL when none were';

-- Whoever deletes lines, by prune_reference_audit or by hand: from now on nobody asks for a moment before them. A
-- transaction that is no longer whole is unknown up to its last line.
CREATE OR REPLACE FUNCTION reference_audit_pruned() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    horizon timestamptz;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        horizon := clock_timestamp();
    ELSE
        SELECT max(at) INTO horizon FROM old_rows;
        horizon := greatest(horizon, (
            SELECT max(a.at) FROM reference_audit a
            WHERE a.at >= horizon AND a.at < horizon + interval '1 day'
                AND a.transaction_id IN (
                    SELECT o.transaction_id FROM old_rows o WHERE o.at > horizon - interval '1 day')));
    END IF;
    UPDATE reference_audit_state SET pruned_to = horizon WHERE horizon > coalesce(pruned_to, '-infinity');
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION prune_reference_audit(keep interval, batch_size integer DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    pruned_count bigint;
BEGIN
    DELETE FROM reference_audit WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM reference_audit WHERE at < now() - keep LIMIT batch_size));
    GET DIAGNOSTICS pruned_count = ROW_COUNT;
    RETURN pruned_count;
END
$$;

COMMENT ON FUNCTION prune_reference_audit(interval, integer) IS
    'Removes lines older than the interval, so many or all, and with them the states before; returns how many';

-- As in 005.
DO $$
DECLARE
    signature regprocedure;
BEGIN
    FOREACH signature IN ARRAY ARRAY[
        'reference_audit_pruned()', 'prune_reference_audit(interval, integer)'
    ]::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;

CREATE OR REPLACE TRIGGER reference_pruned AFTER DELETE ON reference_audit
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION reference_audit_pruned();
CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON reference_audit
    FOR EACH STATEMENT EXECUTE FUNCTION reference_audit_pruned();
ALTER TABLE reference_audit ENABLE ALWAYS TRIGGER reference_pruned;
ALTER TABLE reference_audit ENABLE ALWAYS TRIGGER reference_truncated;
