-- Who changed what in the reference tables, and when. The triggers of 005 and 006 write it.
--
-- Every row that is inserted, changed or deleted leaves a line with its old and new content, written in the writer's
-- own transaction: what is rolled back was never there. An UPDATE of last_seen or updated_at alone leaves none. Lines
-- are never changed; whoever wants fewer deletes the old ones:
--
--     DELETE FROM reference_audit WHERE at < now() - interval '1 year';

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
