-- What people read of the market data: the newest row of each symbol, names for ids, and the rows as the legacy tables
-- have them.

CREATE OR REPLACE FUNCTION get_exchange_name(of_symbol_id integer) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT e.enum_value FROM symbols s JOIN exchanges e ON e.id = s.exchange_id WHERE s.id = of_symbol_id);

COMMENT ON FUNCTION get_exchange_name(integer) IS 'Code of the venue that lists a symbol; NULL when unknown';

CREATE OR REPLACE FUNCTION get_symbol_info(of_symbol_id integer)
RETURNS TABLE (exchange text, symbol_base text, symbol_quote text, symbol_string text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT e.enum_value, s.base_asset, s.quote_asset, s.symbol_string
    FROM symbols s JOIN exchanges e ON e.id = s.exchange_id WHERE s.id = of_symbol_id;
END;

COMMENT ON FUNCTION get_symbol_info(integer) IS 'Venue, base and quote asset and the venue''s own string of a symbol';

-- Always current. What they cost is symbols times partitions: of each symbol the index of each partition is asked, the
-- newest first, until one has a row.
CREATE OR REPLACE VIEW latest_book_ticker_snapshots WITH (security_invoker = true) AS
SELECT newest.* FROM symbols s CROSS JOIN LATERAL (
    SELECT * FROM book_ticker_snapshots_v2 t WHERE t.symbol_id = s.id ORDER BY t."timestamp" DESC, t.id DESC LIMIT 1
) AS newest;

CREATE OR REPLACE VIEW latest_trade_snapshots WITH (security_invoker = true) AS
SELECT newest.* FROM symbols s CROSS JOIN LATERAL (
    SELECT * FROM trade_snapshots_v2 t WHERE t.symbol_id = s.id ORDER BY t."timestamp" DESC, t.id DESC LIMIT 1
) AS newest;

COMMENT ON VIEW latest_book_ticker_snapshots IS 'The newest best bid and ask of each symbol that has any';
COMMENT ON VIEW latest_trade_snapshots IS 'The newest trade of each symbol that has any';

-- The columns of the legacy tables, by name and in their order. Numbers keep all their digits.
CREATE OR REPLACE VIEW book_ticker_snapshots_legacy WITH (security_invoker = true) AS
SELECT t.id, e.enum_value AS exchange, s.base_asset AS symbol_base, s.quote_asset AS symbol_quote,
    t.bid_price, t.bid_qty, t.ask_price, t.ask_qty, t."timestamp", t.created_at
FROM book_ticker_snapshots_v2 t JOIN symbols s ON s.id = t.symbol_id JOIN exchanges e ON e.id = s.exchange_id;

CREATE OR REPLACE VIEW trade_snapshots_legacy WITH (security_invoker = true) AS
SELECT t.id, e.enum_value AS exchange, s.base_asset AS symbol_base, s.quote_asset AS symbol_quote,
    t.price, t.quantity, CASE t.side WHEN 1 THEN 'buy' WHEN 2 THEN 'sell' END::varchar(10) AS side, t."timestamp",
    t.trade_id, t.quote_quantity, t.is_buyer, t.is_maker, t.created_at
FROM trade_snapshots_v2 t JOIN symbols s ON s.id = t.symbol_id JOIN exchanges e ON e.id = s.exchange_id;

COMMENT ON VIEW book_ticker_snapshots_legacy IS 'book_ticker_snapshots_v2 with the columns of book_ticker_snapshots';
COMMENT ON VIEW trade_snapshots_legacy IS 'trade_snapshots_v2 with the columns of trade_snapshots';

-- Who manages reference data may read and write these, as programs that write market data by symbol do; partitions need
-- no grants. The legacy tables stay as they are: their writers need nothing here.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_manager') THEN
        GRANT SELECT, INSERT ON book_ticker_snapshots_v2, trade_snapshots_v2 TO symbology_manager;
        GRANT USAGE ON SEQUENCE book_ticker_snapshots_v2_id_seq, trade_snapshots_v2_id_seq TO symbology_manager;
        GRANT SELECT ON latest_book_ticker_snapshots, latest_trade_snapshots, book_ticker_snapshots_legacy,
            trade_snapshots_legacy, market_data_sources, market_data_partitions, market_data_queue,
            market_data_backfills TO symbology_manager;
    END IF;
END
$$;
