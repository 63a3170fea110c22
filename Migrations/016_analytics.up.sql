-- What follows from quotes and executions.

-- Pairs that one venue bids more for than another asks, by the newest quote of each venue, of the last five minutes. Of
-- a venue it is the symbol that the pair means there (get_symbol_id): spot, or the perpetual that is settled in the
-- quote asset. Fees, depth and contract sizes are the reader's to judge. A quote that is dated more than a minute ahead
-- counts for nothing: a venue whose clock is wrong does not rule, and the partitions to come are not looked into.
--
-- Symbols first, and of each one look into the index of the partition of now; which venues, only of pairs that cross.
-- Of two quotes of one moment either counts: to sort them by id as well took a third more time.
CREATE OR REPLACE VIEW arbitrage_opportunities WITH (security_invoker = true) AS
WITH quotes AS MATERIALIZED (
    SELECT s.base_asset, s.quote_asset, s.id AS symbol_id, e.enum_value AS exchange, q.bid_price, q.ask_price,
        q."timestamp"
    FROM exchanges e JOIN symbols s ON s.exchange_id = e.id
    CROSS JOIN LATERAL (
        SELECT t.bid_price, t.ask_price, t."timestamp" FROM book_ticker_snapshots_v2 t
        WHERE t.symbol_id = s.id AND t."timestamp" > now() - interval '5 minutes'
            AND t."timestamp" <= now() + interval '1 minute'
        ORDER BY t."timestamp" DESC LIMIT 1
    ) AS q
    WHERE e.is_active AND s.is_active AND (least(s.expires_at, s.delists_at) <= now()) IS NOT TRUE
        AND s.kind = CASE e.market_type WHEN 'SPOT' THEN 'spot' WHEN 'FUTURES' THEN 'perpetual' END
        AND (s.kind = 'spot' OR s.payoff = 'linear' AND s.settle_asset = s.quote_asset)
), crossing AS (
    SELECT base_asset, quote_asset, max(bid_price) AS highest_bid, min(ask_price) AS lowest_ask
    FROM quotes GROUP BY base_asset, quote_asset HAVING max(bid_price) > min(ask_price)
)
SELECT c.base_asset || '/' || c.quote_asset AS symbol_pair, c.base_asset::text, c.quote_asset::text, c.highest_bid,
    c.lowest_ask, c.highest_bid - c.lowest_ask AS spread_opportunity,
    (c.highest_bid - c.lowest_ask) * 100 / c.lowest_ask AS profit_percentage,
    count(*) AS exchange_count, array_agg(q.exchange::text ORDER BY q.exchange) AS exchanges,
    (array_agg(q.exchange::text ORDER BY q.ask_price, q.exchange))[1] AS buy_exchange,
    (array_agg(q.symbol_id ORDER BY q.ask_price, q.exchange))[1] AS buy_symbol_id,
    (array_agg(q.exchange::text ORDER BY q.bid_price DESC, q.exchange))[1] AS sell_exchange,
    (array_agg(q.symbol_id ORDER BY q.bid_price DESC, q.exchange))[1] AS sell_symbol_id,
    min(q."timestamp") AS oldest_quote_time
FROM crossing c JOIN quotes q USING (base_asset, quote_asset)
GROUP BY c.base_asset, c.quote_asset, c.highest_bid, c.lowest_ask;

COMMENT ON VIEW arbitrage_opportunities IS
    'Pairs whose highest bid is above the lowest ask of another venue, by quotes of the last five minutes';
COMMENT ON COLUMN arbitrage_opportunities.spread_opportunity IS 'Quote asset for one of the base; fees not deducted';
COMMENT ON COLUMN arbitrage_opportunities.profit_percentage IS 'Of the lowest ask; fees not deducted';
COMMENT ON COLUMN arbitrage_opportunities.exchange_count IS 'Venues with such a quote of the pair';
COMMENT ON COLUMN arbitrage_opportunities.buy_exchange IS 'Who asks the least';
COMMENT ON COLUMN arbitrage_opportunities.sell_exchange IS 'Who bids the most';

-- How trading went in the last 24 hours, by symbol. What an order filled is the sum of its rows; its status is that of
-- the row written last, but for one that says that the order has ended.
CREATE OR REPLACE VIEW trading_performance_summary WITH (security_invoker = true) AS
WITH orders AS (
    SELECT o.symbol_id, o.order_id, max(o.original_quantity) AS original_quantity,
        sum(o.executed_quantity) AS executed_quantity, count(*) FILTER (WHERE o.executed_quantity > 0) AS executions,
        count(*) FILTER (WHERE o.executed_quantity > 0 AND o.is_maker) AS makers,
        sum(o.executed_quantity) FILTER (WHERE o.side = 1) AS bought,
        sum(o.executed_quantity) FILTER (WHERE o.side = 2) AS sold,
        sum(o.executed_quantity * o.execution_price) AS paid,
        (array_agg(o.status ORDER BY o.status IN (-1, 1, 3), o.id DESC))[1] AS status,
        min(o.execution_time) - min(o.order_time) AS waited, max(o.execution_time) AS last_execution_time
    FROM order_executions o WHERE o.order_time >= now() - interval '24 hours' GROUP BY o.symbol_id, o.order_id
)
SELECT e.enum_value::text AS exchange, s.base_asset || '/' || s.quote_asset AS symbol_pair, o.symbol_id,
    count(*) AS order_count, sum(o.executions)::bigint AS execution_count,
    count(*) FILTER (WHERE o.status = 2) AS filled_count, count(*) FILTER (WHERE o.status IN (4, 5)) AS cancelled_count,
    count(*) FILTER (WHERE o.status = 7) AS rejected_count, coalesce(sum(o.bought), 0) AS buy_quantity,
    coalesce(sum(o.sold), 0) AS sell_quantity,
    sum(o.paid) / nullif(sum(o.executed_quantity), 0) AS average_price,
    sum(o.executed_quantity) * 100 / sum(o.original_quantity) AS fill_percentage,
    sum(o.makers) * 100 / nullif(sum(o.executions), 0) AS maker_percentage,
    avg(extract(epoch FROM o.waited)) * 1000 AS average_wait_ms, max(o.last_execution_time) AS last_execution_time
FROM orders o JOIN symbols s ON s.id = o.symbol_id JOIN exchanges e ON e.id = s.exchange_id
GROUP BY e.enum_value, s.base_asset, s.quote_asset, o.symbol_id;

COMMENT ON VIEW trading_performance_summary IS 'Orders of the last 24 hours, by symbol';
COMMENT ON COLUMN trading_performance_summary.buy_quantity IS 'Executed; base asset, or contracts';
COMMENT ON COLUMN trading_performance_summary.sell_quantity IS 'Executed; base asset, or contracts';
COMMENT ON COLUMN trading_performance_summary.average_price IS 'Quote asset, weighed by quantity';
COMMENT ON COLUMN trading_performance_summary.fill_percentage IS 'Executed of what was ordered';
COMMENT ON COLUMN trading_performance_summary.maker_percentage IS 'Of the executions, those that rested in the book';
COMMENT ON COLUMN trading_performance_summary.average_wait_ms IS 'Milliseconds from the order to its first execution';

-- Executions by the hour, of 30 days: too many to be added up by each reader, so they are kept, and made anew by
-- refresh_trading_report(), which `symbology retain` calls, and which stops no reader.
CREATE MATERIALIZED VIEW IF NOT EXISTS hourly_trading_report AS
SELECT date_trunc('hour', o.execution_time, 'UTC') AS hour, o.symbol_id, o.side,
    coalesce(o.commission_asset, '') AS commission_asset, count(*) AS execution_count,
    count(*) FILTER (WHERE o.is_maker) AS maker_count, sum(o.executed_quantity) AS executed_quantity,
    sum(o.executed_quantity * o.execution_price) / nullif(sum(o.executed_quantity), 0) AS average_price,
    min(o.execution_price) AS lowest_price, max(o.execution_price) AS highest_price,
    coalesce(sum(o.commission), 0) AS commission
FROM order_executions o
WHERE o.execution_time >= date_trunc('hour', now() - interval '30 days', 'UTC') AND o.executed_quantity > 0
GROUP BY 1, 2, 3, 4;

-- REFRESH … CONCURRENTLY needs it.
CREATE UNIQUE INDEX IF NOT EXISTS hourly_trading_report_unique
    ON hourly_trading_report (hour, symbol_id, side, commission_asset);

COMMENT ON MATERIALIZED VIEW hourly_trading_report IS
    'Executions of 30 days by hour (UTC), symbol, side and asset of the commission, as of the last refresh';
COMMENT ON COLUMN hourly_trading_report.executed_quantity IS 'Base asset, or contracts';
COMMENT ON COLUMN hourly_trading_report.average_price IS 'Quote asset, weighed by quantity';
COMMENT ON COLUMN hourly_trading_report.commission IS 'In units of commission_asset; negative when paid to us';

CREATE OR REPLACE FUNCTION refresh_trading_report() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY hourly_trading_report;
END
$$;

COMMENT ON FUNCTION refresh_trading_report() IS 'Makes hourly_trading_report anew beside its readers';

DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION refresh_trading_report() SET search_path = pg_catalog, %I, pg_temp', current_schema());
    REVOKE ALL ON FUNCTION refresh_trading_report() FROM PUBLIC;
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_manager') THEN
        GRANT SELECT ON arbitrage_opportunities, trading_performance_summary, hourly_trading_report
            TO symbology_manager;
        GRANT EXECUTE ON FUNCTION refresh_trading_report() TO symbology_manager;
    END IF;
END
$$;
