DROP VIEW IF EXISTS trade_snapshots_legacy;
DROP VIEW IF EXISTS book_ticker_snapshots_legacy;
DROP VIEW IF EXISTS latest_trade_snapshots;
DROP VIEW IF EXISTS latest_book_ticker_snapshots;
DROP FUNCTION IF EXISTS get_symbol_info(integer);
DROP FUNCTION IF EXISTS get_exchange_name(integer);
