-- Migration 009: tombstones go away by themselves.
--
-- Whoever deletes sweeps a little: each DELETE statement removes some of the oldest tombstones that are older than a
-- day and that every running transaction sees. It waits for nobody: where somebody else sweeps, it leaves that to him.
-- (The worker of logical replication fires no statement triggers: on a subscriber, and after a transaction that deleted
-- very much, prune_reference_tombstones() does the same at once.)

CREATE OR REPLACE FUNCTION reference_sweep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
DECLARE
    swept_xid_max xid8;
BEGIN
    -- In a stricter isolation level the lock below could end the writer's transaction: that is not worth it.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RETURN NULL;
    END IF;
    PERFORM FROM reference_tombstones
    WHERE changed_xid = (SELECT min(changed_xid) FROM reference_tombstones)
        AND deleted_at < now() - interval '1 day';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- The row lock orders the horizons, as in prune_reference_tombstones.
    PERFORM FROM reference_feed_state FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN NULL;
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
    RETURN NULL;
END
$$;

DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION reference_sweep() SET search_path = pg_catalog, %I, pg_temp', current_schema());
    REVOKE ALL ON FUNCTION reference_sweep() FROM PUBLIC;
END
$$;

CREATE OR REPLACE TRIGGER reference_swept AFTER DELETE ON exchanges
    FOR EACH STATEMENT EXECUTE FUNCTION reference_sweep();
CREATE OR REPLACE TRIGGER reference_swept AFTER DELETE ON symbols
    FOR EACH STATEMENT EXECUTE FUNCTION reference_sweep();

ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_swept;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_swept;
