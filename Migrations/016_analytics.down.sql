DROP FUNCTION IF EXISTS refresh_trading_report();
DROP MATERIALIZED VIEW IF EXISTS hourly_trading_report;
DROP VIEW IF EXISTS trading_performance_summary;
DROP VIEW IF EXISTS arbitrage_opportunities;
