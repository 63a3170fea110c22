-- What populate wrote into symbols goes with them.

DROP TABLE IF EXISTS symbol_inferences;
DROP VIEW IF EXISTS symbol_details;
DROP FUNCTION IF EXISTS get_symbol_id_by_string(text, text);
DROP FUNCTION IF EXISTS get_symbol_id(text, text, text);
DROP FUNCTION IF EXISTS get_exchange_id(text);
DROP TABLE IF EXISTS symbols;
