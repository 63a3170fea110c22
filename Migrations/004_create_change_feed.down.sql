-- Undoes 004. Readers of the feed must be stopped first: they ask for what goes away here.

DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT conrelid::regclass AS table_name, conname AS constraint_name
        FROM pg_constraint
        WHERE conrelid IN (to_regclass('exchanges'), to_regclass('symbols')) AND contype = 'c'
            AND conname LIKE '%\_servable'
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', rule.table_name, rule.constraint_name);
    END LOOP;
END
$$;

DROP TRIGGER IF EXISTS zz_reference_stamp ON exchanges;
DROP TRIGGER IF EXISTS reference_changed ON exchanges;
DROP TRIGGER IF EXISTS reference_updated ON exchanges;
DROP TRIGGER IF EXISTS reference_truncated ON exchanges;
DROP TRIGGER IF EXISTS zz_reference_stamp ON symbols;
DROP TRIGGER IF EXISTS reference_changed ON symbols;
DROP TRIGGER IF EXISTS reference_updated ON symbols;
DROP TRIGGER IF EXISTS reference_truncated ON symbols;

DROP TABLE IF EXISTS reference_feed_state;
DROP TABLE IF EXISTS reference_tombstones;
DROP FUNCTION IF EXISTS prune_reference_tombstones(interval);
DROP FUNCTION IF EXISTS reference_changed();
DROP FUNCTION IF EXISTS reference_stamp();

-- The indexes on the columns go with them.
ALTER TABLE symbols DROP COLUMN IF EXISTS changed_xid;
ALTER TABLE exchanges DROP COLUMN IF EXISTS changed_xid;
