-- Migration 004: how readers learn, without gaps, what changed in exchanges and symbols.
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

-- '0' is a constant default, so neither table is rewritten; what is there already is older than any S.
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS changed_xid xid8 NOT NULL DEFAULT '0';
ALTER TABLE symbols ADD COLUMN IF NOT EXISTS changed_xid xid8 NOT NULL DEFAULT '0';

CREATE INDEX IF NOT EXISTS idx_exchanges_changed_xid ON exchanges (changed_xid);
CREATE INDEX IF NOT EXISTS idx_symbols_changed_xid ON symbols (changed_xid);

COMMENT ON COLUMN exchanges.changed_xid IS 'Transaction that changed the row last; set by trigger, not writable';
COMMENT ON COLUMN symbols.changed_xid IS
    'Transaction that changed the row last, but for last_seen and updated_at; set by trigger, not writable';

CREATE TABLE IF NOT EXISTS reference_tombstones (
    changed_xid xid8 NOT NULL,
    kind SMALLINT NOT NULL CHECK (kind BETWEEN 0 AND 2),
    id INTEGER NOT NULL,
    deleted_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (changed_xid, kind, id)
);

COMMENT ON TABLE reference_tombstones IS
    'Rows that went away. TRUNCATE names no rows: it leaves one of kind 0, and a reader that meets it loads everything';
COMMENT ON COLUMN reference_tombstones.kind IS '0 everything (id 0), 1 exchange, 2 symbol';

CREATE TABLE IF NOT EXISTS reference_feed_state (
    singleton BOOLEAN PRIMARY KEY DEFAULT true CHECK (singleton),
    prune_horizon xid8 NOT NULL DEFAULT '0'
);
INSERT INTO reference_feed_state DEFAULT VALUES ON CONFLICT DO NOTHING;

COMMENT ON TABLE reference_feed_state IS 'One row: what the readers of the change feed must know besides the changes';
COMMENT ON COLUMN reference_feed_state.prune_horizon IS
    'Newest transaction whose tombstones may be gone; a reader whose S has pg_snapshot_xmin(S) <= prune_horizon '
    'loads everything. A value at or above the current pg_snapshot_xmax was restored from another cluster and is void';

-- Runs last of the BEFORE triggers (they run in the order of their names), so that it sees the row as it will be.
-- Under logical replication the row brings the origin's stamp along: it is overwritten too, in both branches.
CREATE OR REPLACE FUNCTION reference_stamp() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    probe record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- "Everything but", so that a column added later counts as a change until somebody decides otherwise.
        probe := NEW;
        probe.changed_xid := OLD.changed_xid;
        probe.updated_at := OLD.updated_at;
        IF TG_ARGV[0] = 'symbol' THEN
            probe.last_seen := OLD.last_seen;
        END IF;
        IF probe IS NOT DISTINCT FROM OLD THEN
            NEW.changed_xid := OLD.changed_xid;
            RETURN NEW;
        END IF;
    END IF;
    NEW.changed_xid := pg_current_xact_id();
    RETURN NEW;
END
$$;

-- The payload is constant: equal ones fold into one notification per transaction, however many rows it changed, and
-- nobody is tempted to parse it. A transaction that rang cannot be PREPAREd; one that must be says
-- SET LOCAL symbology.doorbell = off, and readers find its changes by their next poll.
CREATE OR REPLACE FUNCTION reference_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        IF TG_ARGV[0] = 'tombstone' THEN
            -- The memory of deletions is gone; nobody may go on from an S before this moment.
            UPDATE reference_feed_state SET prune_horizon = pg_current_xact_id();
        ELSE
            INSERT INTO reference_tombstones (changed_xid, kind, id)
            VALUES (pg_current_xact_id(), 0, 0) ON CONFLICT DO NOTHING;
        END IF;
    ELSIF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.id IS DISTINCT FROM NEW.id) THEN
        INSERT INTO reference_tombstones (changed_xid, kind, id)
        VALUES (pg_current_xact_id(), CASE TG_ARGV[0] WHEN 'exchange' THEN 1 ELSE 2 END, OLD.id)
        ON CONFLICT DO NOTHING;
    END IF;
    IF current_setting('symbology.doorbell', true) IS DISTINCT FROM 'off' THEN
        PERFORM pg_notify('symbology_reference', '');
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION prune_reference_tombstones(keep interval DEFAULT '1 day') RETURNS bigint
LANGUAGE plpgsql
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
        DELETE FROM reference_tombstones
        WHERE (deleted_at < now() - keep AND changed_xid < pg_snapshot_xmin(pg_current_snapshot()))
            OR (changed_xid >= pg_snapshot_xmax(pg_current_snapshot()) AND changed_xid <> pg_current_xact_id())
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

COMMENT ON FUNCTION prune_reference_tombstones(interval) IS
    'Removes tombstones older than the interval that every running transaction already sees; returns how many';

-- Logical replication applies rows with an empty search_path, so the functions bring their own: the catalogue first,
-- then the schema they live in, temporary tables last (else any session could put its own table in the way). They run
-- as their owner, so only the owner may hang them onto tables: anybody else's could write tombstones of live symbols.
DO $$
DECLARE
    signature text;
BEGIN
    FOREACH signature IN ARRAY ARRAY[
        'reference_stamp()', 'reference_changed()', 'prune_reference_tombstones(interval)'
    ] LOOP
        EXECUTE format(
            'ALTER FUNCTION %s SET search_path = pg_catalog, %I, pg_temp', signature, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', signature);
    END LOOP;
END
$$;

-- Row triggers, not statement triggers: the apply worker of logical replication fires only these for UPDATE and DELETE.
CREATE OR REPLACE TRIGGER zz_reference_stamp BEFORE INSERT OR UPDATE ON exchanges
    FOR EACH ROW EXECUTE FUNCTION reference_stamp('exchange');
CREATE OR REPLACE TRIGGER zz_reference_stamp BEFORE INSERT OR UPDATE ON symbols
    FOR EACH ROW EXECUTE FUNCTION reference_stamp('symbol');

CREATE OR REPLACE TRIGGER reference_changed AFTER INSERT OR DELETE ON exchanges
    FOR EACH ROW EXECUTE FUNCTION reference_changed('exchange');
CREATE OR REPLACE TRIGGER reference_changed AFTER INSERT OR DELETE ON symbols
    FOR EACH ROW EXECUTE FUNCTION reference_changed('symbol');

-- A row that this transaction stamped before has rung already.
CREATE OR REPLACE TRIGGER reference_updated AFTER UPDATE ON exchanges
    FOR EACH ROW WHEN (OLD.changed_xid <> NEW.changed_xid OR OLD.id <> NEW.id)
    EXECUTE FUNCTION reference_changed('exchange');
CREATE OR REPLACE TRIGGER reference_updated AFTER UPDATE ON symbols
    FOR EACH ROW WHEN (OLD.changed_xid <> NEW.changed_xid OR OLD.id <> NEW.id)
    EXECUTE FUNCTION reference_changed('symbol');

CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON exchanges
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed('exchange');
CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON symbols
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed('symbol');
CREATE OR REPLACE TRIGGER reference_truncated AFTER TRUNCATE ON reference_tombstones
    FOR EACH STATEMENT EXECUTE FUNCTION reference_changed('tombstone');

-- ALWAYS: also for rows that replication applies, and under session_replication_role = replica.
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER zz_reference_stamp;
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_changed;
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_updated;
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_truncated;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER zz_reference_stamp;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_changed;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_updated;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_truncated;
ALTER TABLE reference_tombstones ENABLE ALWAYS TRIGGER reference_truncated;

-- What the wire cannot carry is stopped at the writer: texts longer than their field in bytes (VARCHAR counts
-- characters), empty keys, NaN (it passes "> 0"), more than 18 significant digits, infinite times. A row that is there
-- already does not stop the migration: the constraint then stays NOT VALID, holds for every new version of a row, and
-- the server names the row it cannot serve.
DO $$
DECLARE
    rule record;
    number_rule CONSTANT text :=
        '%1$I NOT IN (''NaN'', ''Infinity'', ''-Infinity'') AND '
        'octet_length(btrim(replace(trim_scale(abs(%1$I))::text, ''.'', ''''), ''0'')) <= 18';
BEGIN
    FOR rule IN
        SELECT table_name, table_name || '_' || rule_name || '_servable' AS constraint_name, expression
        FROM (VALUES
            ('exchanges', 'id', 'id > 0'),
            ('exchanges', 'name', 'name <> '''' AND octet_length(name) <= 50'),
            ('exchanges', 'enum_value', 'enum_value <> '''' AND octet_length(enum_value) <= 50'),
            ('exchanges', 'display_name', 'octet_length(display_name) <= 100'),
            ('exchanges', 'market_type', 'market_type IN (''SPOT'', ''FUTURES'', ''OPTIONS'')'),
            ('exchanges', 'base_url', 'octet_length(base_url) <= 255'),
            ('exchanges', 'websocket_url', 'octet_length(websocket_url) <= 255'),
            ('exchanges', 'rate_limit', 'rate_limit_requests_per_second >= 0'),
            ('exchanges', 'precision_default', 'precision_default BETWEEN 0 AND 18'),
            ('exchanges', 'times', 'isfinite(created_at) AND isfinite(updated_at)'),
            ('symbols', 'id', 'id > 0'),
            ('symbols', 'base_asset', 'base_asset <> '''' AND octet_length(base_asset) <= 20'),
            ('symbols', 'quote_asset', 'quote_asset <> '''' AND octet_length(quote_asset) <= 20'),
            ('symbols', 'symbol_string', 'symbol_string <> '''' AND octet_length(symbol_string) <= 50'),
            ('symbols', 'min_order_size', format(number_rule, 'min_order_size')),
            ('symbols', 'max_order_size', format(number_rule, 'max_order_size')),
            ('symbols', 'tick_size', format(number_rule, 'tick_size')),
            ('symbols', 'step_size', format(number_rule, 'step_size')),
            ('symbols', 'times', 'isfinite(created_at) AND isfinite(updated_at) AND isfinite(last_seen)')
        ) AS list (table_name, rule_name, expression)
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = to_regclass(rule.table_name) AND conname = rule.constraint_name);
        EXECUTE format(
            'ALTER TABLE %I ADD CONSTRAINT %I CHECK (%s) NOT VALID',
            rule.table_name, rule.constraint_name, rule.expression);
        BEGIN
            EXECUTE format('ALTER TABLE %I VALIDATE CONSTRAINT %I', rule.table_name, rule.constraint_name);
        EXCEPTION WHEN check_violation THEN
            RAISE WARNING 'rows of % violate %; they cannot be served until they are corrected',
                rule.table_name, rule.constraint_name;
        END;
    END LOOP;
END
$$;
