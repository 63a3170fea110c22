-- Undoes 007: inserted rows ring one by one again, updated_at of exchanges is the writer's to set.

CREATE OR REPLACE TRIGGER reference_changed AFTER INSERT OR DELETE ON exchanges
    FOR EACH ROW EXECUTE FUNCTION reference_changed('exchange');
CREATE OR REPLACE TRIGGER reference_changed AFTER INSERT OR DELETE ON symbols
    FOR EACH ROW EXECUTE FUNCTION reference_changed('symbol');
ALTER TABLE exchanges ENABLE ALWAYS TRIGGER reference_changed;
ALTER TABLE symbols ENABLE ALWAYS TRIGGER reference_changed;

DROP TRIGGER IF EXISTS reference_inserted ON exchanges;
DROP TRIGGER IF EXISTS reference_inserted ON symbols;
DROP TRIGGER IF EXISTS reference_applied ON exchanges;
DROP TRIGGER IF EXISTS reference_applied ON symbols;
DROP FUNCTION IF EXISTS reference_inserted();

DROP TRIGGER IF EXISTS set_updated_at ON exchanges;
DROP FUNCTION IF EXISTS exchanges_set_updated_at();
