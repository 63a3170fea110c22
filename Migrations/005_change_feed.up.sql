-- How readers learn, without gaps, what changed in exchanges and symbols.
--
-- A writer's transaction stamps every row it changes with its own transaction id, leaves a tombstone for every row it
-- deletes, and rings a doorbell. A reader remembers the whole pg_snapshot S of its previous refresh and reads the rows
-- and tombstones whose stamp S did not show:
--
--     changed_xid >= pg_snapshot_xmin(S) AND NOT pg_visible_in_snapshot(changed_xid, S)
--         AND changed_xid < pg_snapshot_xmax(pg_current_snapshot())
--
-- It applies tombstones first, then rows: a row that is there wins. A late committer is never missed, because its id
-- was still running in S. Timestamps and sequence values cannot do this: they are assigned before the commit.

-- The twelve files of development made other triggers, which would go on beside these and record everything twice.
DO $$
BEGIN
    IF to_regprocedure('reference_audit_row()') IS NOT NULL THEN
        RAISE EXCEPTION 'this schema was made by development''s migrations, which no release contains'
            USING HINT = 'save what is in its tables, then create the database anew';
    END IF;
END
$$;

-- Symbols first: whoever inserts one holds it, and then asks exchanges for the row that it refers to. The locks are
-- asked for as in 003.
DO $$
DECLARE
    lock_timeout CONSTANT text := current_setting('lock_timeout');
BEGIN
    PERFORM set_config('lock_timeout', '3s', true);
    LOCK TABLE symbols IN SHARE UPDATE EXCLUSIVE MODE;
    PERFORM set_config('lock_timeout', CASE lock_timeout WHEN '0' THEN '100ms' ELSE lock_timeout END, true);
    LOCK TABLE symbols IN ACCESS EXCLUSIVE MODE;
    LOCK TABLE exchanges IN ACCESS EXCLUSIVE MODE;
    PERFORM set_config('lock_timeout', lock_timeout, true);
END
$$;

-- '0' is a constant default, so neither table is rewritten; what is there already is older than any S.
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS changed_xid xid8 NOT NULL DEFAULT '0';
ALTER TABLE symbols ADD COLUMN IF NOT EXISTS changed_xid xid8 NOT NULL DEFAULT '0';

-- That of symbols comes in 009, which keeps nobody waiting.
CREATE INDEX IF NOT EXISTS idx_exchanges_changed_xid ON exchanges (changed_xid);

COMMENT ON COLUMN exchanges.changed_xid IS 'Transaction that changed the row last; set by trigger, not writable';
COMMENT ON COLUMN symbols.changed_xid IS
    'Transaction that changed the row last, but for last_seen and updated_at; set by trigger, not writable';

CREATE TABLE IF NOT EXISTS reference_tombstones (
    changed_xid xid8 NOT NULL,
    kind SMALLINT NOT NULL CHECK (kind BETWEEN 0 AND 3),
    id INTEGER NOT NULL,
    deleted_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (changed_xid, kind, id)
);

COMMENT ON TABLE reference_tombstones IS
    'Rows that went away. TRUNCATE names no rows: it leaves one of kind 0, and a reader that meets it loads everything';
COMMENT ON COLUMN reference_tombstones.kind IS '0 everything (id 0), 1 exchange, 2 symbol, 3 the set of aliases (id 0)';

CREATE TABLE IF NOT EXISTS reference_feed_state (
    singleton BOOLEAN PRIMARY KEY DEFAULT true CHECK (singleton),
    prune_horizon xid8 NOT NULL DEFAULT '0'
);
INSERT INTO reference_feed_state DEFAULT VALUES ON CONFLICT DO NOTHING;

COMMENT ON TABLE reference_feed_state IS 'One row: what the readers of the change feed must know besides the changes';
COMMENT ON COLUMN reference_feed_state.prune_horizon IS
    'Newest transaction whose tombstones may be gone; a reader whose S has pg_snapshot_xmin(S) <= prune_horizon '
    'loads everything. A value at or above the current pg_snapshot_xmax was restored from another cluster and is void';

CREATE OR REPLACE FUNCTION prune_reference_tombstones(
    keep interval DEFAULT '1 day', batch_size integer DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    pruned_count bigint;
    pruned_xid_max xid8;
BEGIN
    -- One pruner at a time: the row lock orders the horizons.
    PERFORM FROM reference_feed_state FOR UPDATE;
    -- Below xmin every transaction is over, so no reader that starts from now on can need what is removed. At or above
    -- xmax no other transaction of this cluster can have written what is visible here: such rows were restored from
    -- another one, and would delete live symbols on the day the counter reaches them. This transaction's own id is
    -- there too, though, and what it deleted itself nobody has read yet.
    WITH pruned AS (
        DELETE FROM reference_tombstones WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM reference_tombstones
            WHERE (deleted_at < now() - keep AND changed_xid < pg_snapshot_xmin(pg_current_snapshot()))
                OR (changed_xid >= pg_snapshot_xmax(pg_current_snapshot()) AND changed_xid <> pg_current_xact_id())
            ORDER BY changed_xid LIMIT batch_size))
        RETURNING changed_xid
    )
    SELECT count(*), max(changed_xid) FILTER (WHERE changed_xid < pg_snapshot_xmin(pg_current_snapshot()))
    INTO pruned_count, pruned_xid_max
    FROM pruned;
    UPDATE reference_feed_state SET prune_horizon = pruned_xid_max
    WHERE pruned_xid_max IS NOT NULL
        AND (prune_horizon < pruned_xid_max
            OR (prune_horizon >= pg_snapshot_xmax(pg_current_snapshot()) AND prune_horizon <> pg_current_xact_id()));
    RETURN pruned_count;
END
$$;

COMMENT ON FUNCTION prune_reference_tombstones(interval, integer) IS
    'Removes tombstones older than the interval that every running transaction already sees, the oldest so many or all; '
    'returns how many';

-- Tombstones go away by themselves: whoever deletes symbols or writes aliases removes some of the oldest. This waits
-- for nobody: where somebody else sweeps, it leaves that to him.
CREATE OR REPLACE FUNCTION reference_sweep_tombstones() RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    swept_xid_max xid8;
BEGIN
    -- In a stricter isolation level the lock below could end the writer's transaction: that is not worth it.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RETURN;
    END IF;
    PERFORM FROM reference_tombstones
    WHERE changed_xid = (SELECT min(changed_xid) FROM reference_tombstones)
        AND deleted_at < now() - interval '1 day';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- The row lock orders the horizons, as in prune_reference_tombstones.
    PERFORM FROM reference_feed_state FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- The oldest come first in the key, so no more are looked at than are removed.
    WITH oldest AS (
        SELECT changed_xid, kind, id, deleted_at FROM reference_tombstones ORDER BY changed_xid LIMIT 256
    ), swept AS (
        DELETE FROM reference_tombstones t USING oldest o
        WHERE (t.changed_xid, t.kind, t.id) = (o.changed_xid, o.kind, o.id)
            AND o.deleted_at < now() - interval '1 day'
            AND t.changed_xid < pg_snapshot_xmin(pg_current_snapshot())
        RETURNING t.changed_xid
    )
    SELECT max(changed_xid) INTO swept_xid_max FROM swept;
    UPDATE reference_feed_state SET prune_horizon = swept_xid_max
    WHERE swept_xid_max IS NOT NULL
        AND (prune_horizon < swept_xid_max OR prune_horizon >= pg_snapshot_xmax(pg_current_snapshot()));
END
$$;

-- The payload is constant: equal ones fold into one notification per transaction, however many rows it changed, and
-- nobody need trust what it says. A transaction that must not ring (because it is to be PREPAREd) says
-- SET LOCAL symbology.doorbell = off, and readers find its changes by their next poll.
CREATE OR REPLACE FUNCTION reference_ring() RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF current_setting('symbology.doorbell', true) IS DISTINCT FROM 'off' THEN
        PERFORM pg_notify('symbology_reference', '');
    END IF;
END
$$;

-- Before a row of exchanges or symbols is written: its stamp, and updated_at. A row that an UPDATE leaves as it was but
-- for the times keeps both. "Everything but", so that a column added later counts as a change until somebody decides
-- otherwise. Under logical replication the row brings the origin's times, which stay, and the origin's stamp, which
-- does not, in neither branch.
--
-- It runs as the writer and under the writer's search_path: to change both for each row took longer than all the rest.
-- So it needs no rights, and says of each function and operator that the catalogue's is meant.
CREATE OR REPLACE FUNCTION reference_stamp() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    probe record;
BEGIN
    IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
        probe := NEW;
        probe.changed_xid := OLD.changed_xid;
        probe.updated_at := OLD.updated_at;
        IF TG_TABLE_NAME OPERATOR(pg_catalog.=) 'symbols' THEN
            -- Market data touches it all day long.
            probe.last_seen := OLD.last_seen;
        END IF;
        -- As IS NOT DISTINCT FROM, which would look for its operator in the search_path.
        IF pg_catalog.record_eq(probe, OLD) THEN
            NEW.changed_xid := OLD.changed_xid;
            RETURN NEW;
        END IF;
        IF pg_catalog.current_setting('session_replication_role') OPERATOR(pg_catalog.<>) 'replica' THEN
            NEW.updated_at := pg_catalog.now();
        END IF;
    END IF;
    NEW.changed_xid := pg_catalog.pg_current_xact_id();
    RETURN NEW;
END
$$;

-- After a row was written, one call a row: audit, tombstone, doorbell. Of exchanges and aliases, which are few, and of
-- whatever the worker of logical replication writes, because it fires no statement triggers. Of aliases one tombstone
-- tells of the whole transaction: a reader that meets it reads all of them again.
CREATE OR REPLACE FUNCTION reference_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    is_alias CONSTANT boolean := TG_TABLE_NAME = 'symbol_aliases';
    id_column CONSTANT text := CASE WHEN is_alias THEN 'symbol_id' ELSE 'id' END;
    unrecorded CONSTANT text[] := '{changed_xid,updated_at,last_seen}';
    old_row CONSTANT jsonb := to_jsonb(OLD) - 'changed_xid';
    new_row CONSTANT jsonb := to_jsonb(NEW) - 'changed_xid';
    old_id CONSTANT integer := old_row ->> id_column;
    new_id CONSTANT integer := new_row ->> id_column;
BEGIN
    IF TG_OP = 'UPDATE' AND old_row - unrecorded = new_row - unrecorded THEN
        RETURN NULL;
    END IF;
    IF old_id <> new_id AND NOT is_alias THEN
        -- Readers know rows by their ids: one id ended, another began.
        INSERT INTO reference_audit (table_name, row_id, action, old_row, new_row)
        VALUES (TG_TABLE_NAME, old_id, 'delete', old_row, NULL), (TG_TABLE_NAME, new_id, 'insert', NULL, new_row);
    ELSE
        INSERT INTO reference_audit (table_name, row_id, action, old_row, new_row)
        VALUES (TG_TABLE_NAME, coalesce(old_id, new_id), lower(TG_OP), old_row, new_row);
    END IF;
    IF is_alias THEN
        INSERT INTO reference_tombstones (changed_xid, kind, id)
        VALUES (pg_current_xact_id(), 3, 0) ON CONFLICT DO NOTHING;
    ELSIF TG_OP = 'DELETE' OR old_id <> new_id THEN
        INSERT INTO reference_tombstones (changed_xid, kind, id)
        VALUES (pg_current_xact_id(), CASE TG_TABLE_NAME WHEN 'exchanges' THEN 1 ELSE 2 END, old_id)
        ON CONFLICT DO NOTHING;
    END IF;
    PERFORM reference_ring();
    RETURN NULL;
END
$$;

-- The same for all rows of a statement at once, of symbols, which are many: an UPDATE of 50,000 takes half the time
-- that it takes row by row. PostgreSQL hands over transition tables for one event at a time, hence three triggers.
--
-- JSON is made in little more than half the time of rows without the stamp whose columns come in the order in which
-- JSON keeps its keys. That takes the names of the columns, and a plan for each statement: not worth it for a few rows.
-- Who writes is said once for all lines then, where the defaults would ask for each.
CREATE OR REPLACE FUNCTION reference_symbols_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    unrecorded CONSTANT text[] := '{updated_at,last_seen}';
    few CONSTANT bigint := 200;
    is_many boolean;
    line_count bigint := 0;
BEGIN
    IF TG_OP IN ('INSERT', 'DELETE') THEN
        IF TG_OP = 'INSERT' THEN
            is_many := EXISTS (SELECT FROM new_rows OFFSET few);
        ELSE
            is_many := EXISTS (SELECT FROM old_rows OFFSET few);
        END IF;
        IF is_many THEN
            EXECUTE (
                SELECT format(
                    'INSERT INTO reference_audit '
                    '(table_name, row_id, action, user_name, application_name, transaction_id, %I) '
                    'SELECT $1, line.id, $2, $3, $4, $5, to_jsonb(line) FROM (SELECT %s FROM %I t) line',
                    CASE TG_OP WHEN 'INSERT' THEN 'new_row' ELSE 'old_row' END,
                    string_agg(format('t.%I', attname), ', ' ORDER BY octet_length(attname::text), attname),
                    CASE TG_OP WHEN 'INSERT' THEN 'new_rows' ELSE 'old_rows' END)
                FROM pg_attribute
                WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped AND attname <> 'changed_xid')
            USING TG_TABLE_NAME, lower(TG_OP), session_user, current_setting('application_name'), pg_current_xact_id();
        ELSIF TG_OP = 'INSERT' THEN
            INSERT INTO reference_audit (table_name, row_id, action, new_row)
            SELECT TG_TABLE_NAME, n.id, 'insert', to_jsonb(n) - 'changed_xid' FROM new_rows n;
        ELSE
            INSERT INTO reference_audit (table_name, row_id, action, old_row)
            SELECT TG_TABLE_NAME, o.id, 'delete', to_jsonb(o) - 'changed_xid' FROM old_rows o;
        END IF;
        GET DIAGNOSTICS line_count = ROW_COUNT;
        IF TG_OP = 'DELETE' THEN
            INSERT INTO reference_tombstones (changed_xid, kind, id)
            SELECT pg_current_xact_id(), 2, o.id FROM old_rows o ON CONFLICT DO NOTHING;
            PERFORM reference_sweep_tombstones();
        END IF;
    ELSIF EXISTS (SELECT FROM new_rows WHERE changed_xid = pg_current_xact_id_if_assigned()) THEN
        -- OFFSET 0 keeps the planner from making each row's JSON twice. A FULL JOIN, also because it is never planned
        -- as a nested loop, whatever the first call's number of rows was.
        WITH written AS (
            INSERT INTO reference_audit (table_name, row_id, action, old_row, new_row)
            SELECT TG_TABLE_NAME, id,
                CASE WHEN new_row IS NULL THEN 'delete' WHEN old_row IS NULL THEN 'insert' ELSE 'update' END,
                old_row, new_row
            FROM (
                SELECT id, o.changed_xid <> n.changed_xid AS is_stamped,
                    to_jsonb(o) - 'changed_xid' AS old_row, to_jsonb(n) - 'changed_xid' AS new_row
                FROM old_rows o FULL JOIN new_rows n USING (id)
                -- What this transaction did not stamp was only touched.
                WHERE n.changed_xid IS NULL OR n.changed_xid = pg_current_xact_id()
                OFFSET 0
            ) line
            WHERE is_stamped OR (old_row - unrecorded) IS DISTINCT FROM (new_row - unrecorded)
            RETURNING row_id, action
        ), gone AS (
            INSERT INTO reference_tombstones (changed_xid, kind, id)
            SELECT pg_current_xact_id(), 2, row_id FROM written WHERE action = 'delete' ON CONFLICT DO NOTHING
        )
        SELECT count(*) INTO line_count FROM written;
    END IF;
    IF line_count > 0 THEN
        PERFORM reference_ring();
    END IF;
    RETURN NULL;
END
$$;

-- TRUNCATE names no rows, so they are named before they go: else nobody could tell later what there was.
CREATE OR REPLACE FUNCTION reference_truncating() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO reference_audit (table_name, row_id, action, old_row) '
        'SELECT $1, %I, ''delete'', to_jsonb(t) - ''changed_xid'' FROM %s t',
        CASE TG_TABLE_NAME WHEN 'symbol_aliases' THEN 'symbol_id' ELSE 'id' END, TG_RELID::regclass)
    USING TG_TABLE_NAME;
    RETURN NULL;
END
$$;

-- TRUNCATE names no rows: readers load everything. Where the tombstones themselves are gone, so is the memory of
-- deletions, and nobody may go on from an S before this moment.
CREATE OR REPLACE FUNCTION reference_truncated() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    IF TG_TABLE_NAME = 'reference_tombstones' THEN
        UPDATE reference_feed_state SET prune_horizon = pg_current_xact_id();
    ELSE
        INSERT INTO reference_tombstones (changed_xid, kind, id)
        VALUES (pg_current_xact_id(), 0, 0) ON CONFLICT DO NOTHING;
        INSERT INTO reference_audit (table_name, row_id, action) VALUES (TG_TABLE_NAME, 0, 'truncate');
    END IF;
    PERFORM reference_ring();
    RETURN NULL;
END
$$;

-- Logical replication applies rows with an empty search_path, so the functions bring their own: the catalogue first,
-- then the schema they live in, temporary tables last (else any session could put its own table in the way); but for
-- the stamp, which needs none. They run as their owner, so only the owner may hang them onto tables: anybody else's
-- could write tombstones of live symbols.
DO $$
DECLARE
    signature regprocedure;
BEGIN
    FOREACH signature IN ARRAY ARRAY[
        'reference_changed()', 'reference_symbols_changed()', 'reference_truncating()', 'reference_truncated()',
        'reference_ring()', 'reference_sweep_tombstones()',
        'prune_reference_tombstones(interval, integer)'
    ]::regprocedure[] LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION reference_stamp() FROM PUBLIC;

-- zz: BEFORE triggers run in the order of their names, and this one must see the row as it will be.
CREATE OR REPLACE TRIGGER zz_reference_stamp BEFORE INSERT OR UPDATE ON exchanges
    FOR EACH ROW EXECUTE FUNCTION reference_stamp();
CREATE OR REPLACE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON exchanges
    FOR EACH ROW EXECUTE FUNCTION reference_changed();
CREATE OR REPLACE TRIGGER reference_truncating BEFORE TRUNCATE ON exchanges
    FOR EACH STATEMENT EXECUTE FUNCTION reference_truncating();
CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON exchanges
    FOR EACH STATEMENT EXECUTE FUNCTION reference_truncated();

-- An import writes the stamp into its new rows by itself: looking at it takes a tenth of what the call takes.
CREATE OR REPLACE TRIGGER zz_reference_stamp BEFORE UPDATE ON symbols
    FOR EACH ROW EXECUTE FUNCTION reference_stamp();
CREATE OR REPLACE TRIGGER zz_reference_stamp_new BEFORE INSERT ON symbols
    FOR EACH ROW WHEN (NEW.changed_xid IS DISTINCT FROM pg_catalog.pg_current_xact_id())
    EXECUTE FUNCTION reference_stamp();
-- Each looks at the session too: ENABLE TRIGGER USER, with which a restore ends, makes all of them fire everywhere, and
-- a change must not be recorded twice.
CREATE OR REPLACE TRIGGER reference_inserted AFTER INSERT ON symbols
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT WHEN (pg_catalog.current_setting('session_replication_role') <> 'replica')
    EXECUTE FUNCTION reference_symbols_changed();
CREATE OR REPLACE TRIGGER reference_updated AFTER UPDATE ON symbols
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT WHEN (pg_catalog.current_setting('session_replication_role') <> 'replica')
    EXECUTE FUNCTION reference_symbols_changed();
CREATE OR REPLACE TRIGGER reference_deleted AFTER DELETE ON symbols
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT WHEN (pg_catalog.current_setting('session_replication_role') <> 'replica')
    EXECUTE FUNCTION reference_symbols_changed();
CREATE OR REPLACE TRIGGER reference_replicated AFTER INSERT OR UPDATE OR DELETE ON symbols
    FOR EACH ROW WHEN (pg_catalog.current_setting('session_replication_role') = 'replica')
    EXECUTE FUNCTION reference_changed();
CREATE OR REPLACE TRIGGER reference_truncating BEFORE TRUNCATE ON symbols
    FOR EACH STATEMENT EXECUTE FUNCTION reference_truncating();
CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON symbols
    FOR EACH STATEMENT EXECUTE FUNCTION reference_truncated();

CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON reference_tombstones
    FOR EACH STATEMENT EXECUTE FUNCTION reference_truncated();

-- ALWAYS: also where session_replication_role is replica, as for the worker of logical replication. REPLICA: only
-- there; the three statement triggers, which are neither, fire only elsewhere.
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER zz_reference_stamp;
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_changed;
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_truncating;
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_truncated;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER zz_reference_stamp;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER zz_reference_stamp_new;
ALTER TABLE symbols ENABLE REPLICA TRIGGER reference_replicated;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_truncating;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_truncated;
ALTER TABLE reference_tombstones ENABLE ALWAYS TRIGGER reference_truncated;

-- The locks that the triggers took are held until they are committed: nothing has been written unrecorded since now.
INSERT INTO reference_audit_state (began_at) VALUES (clock_timestamp()) ON CONFLICT DO NOTHING;
