-- Readers of the feed must be stopped first: they ask for what goes away here.

DO $$
DECLARE
    feed_trigger record;
BEGIN
    FOR feed_trigger IN
        SELECT tgrelid::regclass AS table_name, tgname FROM pg_trigger
        WHERE tgrelid IN (to_regclass('exchanges'), to_regclass('symbols')) AND tgname IN (
            'zz_reference_stamp', 'zz_reference_stamp_new', 'reference_changed', 'reference_truncating',
            'reference_truncated', 'reference_inserted', 'reference_updated', 'reference_deleted',
            'reference_replicated')
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', feed_trigger.tgname, feed_trigger.table_name);
    END LOOP;
END
$$;

-- What is changed from here on is recorded by nobody.
DELETE FROM reference_audit_state;
DROP TABLE IF EXISTS reference_feed_state;
DROP TABLE IF EXISTS reference_tombstones;
DROP FUNCTION IF EXISTS prune_reference_tombstones(interval, integer);
DROP FUNCTION IF EXISTS reference_truncating();
DROP FUNCTION IF EXISTS reference_truncated();
DROP FUNCTION IF EXISTS reference_symbols_changed();
DROP FUNCTION IF EXISTS reference_changed();
DROP FUNCTION IF EXISTS reference_stamp();
DROP FUNCTION IF EXISTS reference_ring();
DROP FUNCTION IF EXISTS reference_sweep_tombstones();

-- The indexes on the columns go with them.
ALTER TABLE symbols DROP COLUMN IF EXISTS changed_xid;
ALTER TABLE exchanges DROP COLUMN IF EXISTS changed_xid;
