-- The market-data tables as they were before normalisation.
--
-- A table that is already there is somebody's production table: it is adopted as it stands, without touching it (an
-- index built on it here would lock out its writers). Each block is one statement, so it is all or nothing even when
-- plain `psql -f` runs the file.

DO $$
BEGIN
    IF to_regclass('book_ticker_snapshots') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE TABLE book_ticker_snapshots (
        id BIGSERIAL PRIMARY KEY,
        exchange VARCHAR(20) NOT NULL,
        symbol_base VARCHAR(20) NOT NULL,
        symbol_quote VARCHAR(20) NOT NULL,
        bid_price NUMERIC(20,8) NOT NULL,
        bid_qty NUMERIC(20,8) NOT NULL,
        ask_price NUMERIC(20,8) NOT NULL,
        ask_qty NUMERIC(20,8) NOT NULL,
        timestamp TIMESTAMPTZ NOT NULL,
        created_at TIMESTAMPTZ DEFAULT NOW(),
        CONSTRAINT book_ticker_snapshots_positive_prices CHECK (bid_price > 0 AND ask_price > 0),
        CONSTRAINT book_ticker_snapshots_positive_quantities CHECK (bid_qty > 0 AND ask_qty > 0),
        CONSTRAINT book_ticker_snapshots_spread CHECK (ask_price >= bid_price)
    );
    CREATE INDEX idx_book_ticker_exchange_symbol
        ON book_ticker_snapshots (exchange, symbol_base, symbol_quote);
    CREATE INDEX idx_book_ticker_exchange_symbol_timestamp
        ON book_ticker_snapshots (exchange, symbol_base, symbol_quote, timestamp DESC);
    CREATE INDEX idx_book_ticker_timestamp ON book_ticker_snapshots (timestamp DESC);
    CREATE INDEX idx_book_ticker_created_at ON book_ticker_snapshots (created_at DESC);
    COMMENT ON TABLE book_ticker_snapshots IS 'Best bid and ask as observed; venue and pair spelled out in each row';
END
$$;

DO $$
BEGIN
    IF to_regclass('trade_snapshots') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE TABLE trade_snapshots (
        id BIGSERIAL PRIMARY KEY,
        exchange VARCHAR(20) NOT NULL,
        symbol_base VARCHAR(20) NOT NULL,
        symbol_quote VARCHAR(20) NOT NULL,
        price NUMERIC(20,8) NOT NULL,
        quantity NUMERIC(20,8) NOT NULL,
        side VARCHAR(10) NOT NULL,
        timestamp TIMESTAMPTZ NOT NULL,
        trade_id VARCHAR(100),
        quote_quantity NUMERIC(20,8),
        is_buyer BOOLEAN,
        is_maker BOOLEAN,
        created_at TIMESTAMPTZ DEFAULT NOW(),
        CONSTRAINT trade_snapshots_positive_price CHECK (price > 0),
        CONSTRAINT trade_snapshots_positive_quantity CHECK (quantity > 0),
        CONSTRAINT trade_snapshots_side CHECK (side IN ('buy', 'sell'))
    );
    CREATE INDEX idx_trade_exchange_symbol ON trade_snapshots (exchange, symbol_base, symbol_quote);
    CREATE INDEX idx_trade_exchange_symbol_timestamp
        ON trade_snapshots (exchange, symbol_base, symbol_quote, timestamp DESC);
    CREATE INDEX idx_trade_timestamp ON trade_snapshots (timestamp DESC);
    CREATE INDEX idx_trade_created_at ON trade_snapshots (created_at DESC);
    COMMENT ON TABLE trade_snapshots IS 'Trades as observed; venue and pair spelled out in each row';
END
$$;
