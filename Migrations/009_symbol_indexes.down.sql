DROP INDEX IF EXISTS idx_symbols_changed_xid;
DROP INDEX IF EXISTS idx_symbols_due;
DROP INDEX IF EXISTS idx_symbols_active_string_prefix;
DROP INDEX IF EXISTS idx_symbols_pair;
DROP INDEX IF EXISTS idx_symbols_dead_string;
DROP INDEX IF EXISTS symbols_live_identity_unique;
DROP INDEX IF EXISTS symbols_live_string_unique;
