-- Undoes 003.

DROP VIEW IF EXISTS symbol_details;
DROP FUNCTION IF EXISTS get_symbol_id_by_string(text, text);
DROP FUNCTION IF EXISTS get_symbol_id(text, text, text);
DROP FUNCTION IF EXISTS get_exchange_id(text);
DROP TABLE IF EXISTS symbols;
DROP FUNCTION IF EXISTS symbols_set_updated_at();
