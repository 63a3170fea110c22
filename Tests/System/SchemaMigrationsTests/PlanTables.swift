/// The tables as the plan's own SQL made them, with what people in production do to them.
enum PlanTables {
    /// `exchanges` word for word; `symbols` with unnamed rules where the plan names none, a rule of the DBA's own, and
    /// the helper function and view that the plan asks for.
    static let sql = """
        CREATE TABLE exchanges (
            id SMALLINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
            name VARCHAR(50) UNIQUE NOT NULL,
            enum_value VARCHAR(50) UNIQUE NOT NULL,
            display_name VARCHAR(100) NOT NULL,
            market_type VARCHAR(20) NOT NULL,
            is_active BOOLEAN NOT NULL DEFAULT true,
            base_url VARCHAR(255),
            websocket_url VARCHAR(255),
            rate_limit_requests_per_second INTEGER,
            precision_default SMALLINT DEFAULT 8,
            created_at TIMESTAMPTZ DEFAULT NOW() NOT NULL,
            updated_at TIMESTAMPTZ DEFAULT NOW() NOT NULL
        );
        CREATE INDEX idx_exchanges_enum_value ON exchanges(enum_value);
        INSERT INTO exchanges (name, enum_value, display_name, market_type) VALUES
        ('MEXC_SPOT', 'MEXC_SPOT', 'MEXC Spot Trading', 'SPOT'),
        ('GATEIO_SPOT', 'GATEIO_SPOT', 'Gate.io Spot Trading', 'SPOT'),
        ('GATEIO_FUTURES', 'GATEIO_FUTURES', 'Gate.io Futures Trading', 'FUTURES'),
        ('DERIBIT_OPTIONS', 'DERIBIT_OPTIONS', 'Deribit', 'OPTIONS');
        COMMENT ON TABLE exchanges IS
            'Reference table for supported cryptocurrency exchanges with metadata and configuration';
        COMMENT ON COLUMN exchanges.enum_value IS 'Maps to ExchangeEnum values in application code';
        COMMENT ON COLUMN exchanges.market_type IS 'SPOT, FUTURES, or OPTIONS trading';

        CREATE TABLE symbols (
            id INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
            exchange_id SMALLINT NOT NULL REFERENCES exchanges (id),
            base_asset VARCHAR(20) NOT NULL,
            quote_asset VARCHAR(20) NOT NULL,
            symbol_string VARCHAR(50) NOT NULL,
            is_active BOOLEAN NOT NULL DEFAULT true,
            precision_base SMALLINT NOT NULL DEFAULT 8 CHECK (precision_base BETWEEN 1 AND 18),
            precision_quote SMALLINT NOT NULL DEFAULT 8,
            precision_price SMALLINT NOT NULL DEFAULT 8 CHECK (precision_price > 0),
            min_order_size NUMERIC(20,8) CHECK (min_order_size > 0),
            max_order_size NUMERIC(20,8),
            tick_size NUMERIC(20,8) CHECK (tick_size > 0),
            step_size NUMERIC(20,8),
            created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
            updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
            last_seen TIMESTAMPTZ,
            UNIQUE (exchange_id, base_asset, quote_asset),
            CONSTRAINT one_string UNIQUE (exchange_id, symbol_string),
            CHECK (base_asset <> quote_asset),
            CHECK (min_order_size <= max_order_size),
            CONSTRAINT our_own_rule CHECK (tick_size < 1000000)
        );
        CREATE INDEX idx_symbols_active_pair ON symbols (base_asset, quote_asset) WHERE is_active;
        CREATE INDEX of_base ON symbols (base_asset);
        COMMENT ON COLUMN symbols.tick_size IS 'The tick';

        CREATE FUNCTION get_symbol_id(exchange_code text, base text, quote text) RETURNS integer
        LANGUAGE sql STABLE
        RETURN (SELECT s.id FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
                WHERE e.enum_value = exchange_code AND s.base_asset = base AND s.quote_asset = quote);
        CREATE VIEW symbol_details AS
        SELECT s.id AS symbol_id, e.enum_value AS exchange_code, s.base_asset, s.quote_asset, s.tick_size
        FROM symbols s JOIN exchanges e ON e.id = s.exchange_id;
        COMMENT ON VIEW symbol_details IS 'Ours';
        """

    /// `count` symbols of four venues of all three markets; each tenth is inactive.
    static func rows(_ count: Int) -> String {
        """
        INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, is_active, tick_size, step_size,
            min_order_size, max_order_size)
        SELECT 1 + g % 4, 'B' || g / 4, 'USDT', 'B' || g / 4 || '_USDT', g % 10 > 0, 0.00000001 * (1 + g % 9), 0.1,
            0.01, 999999999999 FROM generate_series(1, \(count)) g
        """
    }
}
