-- Migration 003: the symbols reference table, its helper functions and its detail view.

CREATE TABLE IF NOT EXISTS symbols (
    id INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    exchange_id SMALLINT NOT NULL REFERENCES exchanges (id),
    base_asset VARCHAR(20) NOT NULL,
    quote_asset VARCHAR(20) NOT NULL,
    symbol_string VARCHAR(50) NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT true,
    precision_base SMALLINT NOT NULL DEFAULT 8,
    precision_quote SMALLINT NOT NULL DEFAULT 8,
    precision_price SMALLINT NOT NULL DEFAULT 8,
    min_order_size NUMERIC(20,8),
    max_order_size NUMERIC(20,8),
    tick_size NUMERIC(20,8),
    step_size NUMERIC(20,8),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_seen TIMESTAMPTZ,
    CONSTRAINT symbols_exchange_pair_unique UNIQUE (exchange_id, base_asset, quote_asset),
    CONSTRAINT symbols_exchange_string_unique UNIQUE (exchange_id, symbol_string),
    CONSTRAINT symbols_assets_differ CHECK (base_asset <> quote_asset),
    CONSTRAINT symbols_precision_base_range CHECK (precision_base BETWEEN 1 AND 18),
    CONSTRAINT symbols_precision_quote_range CHECK (precision_quote BETWEEN 1 AND 18),
    CONSTRAINT symbols_precision_price_range CHECK (precision_price BETWEEN 1 AND 18),
    CONSTRAINT symbols_min_order_size_positive CHECK (min_order_size > 0),
    CONSTRAINT symbols_max_order_size_positive CHECK (max_order_size > 0),
    CONSTRAINT symbols_tick_size_positive CHECK (tick_size > 0),
    CONSTRAINT symbols_step_size_positive CHECK (step_size > 0),
    CONSTRAINT symbols_order_size_range CHECK (min_order_size <= max_order_size)
);

-- The unique constraints already serve the look-ups by (exchange, base, quote) and by (exchange, symbol string),
-- inactive symbols included; these serve the lists and searches, which mostly want active ones. There is no covering
-- index for the load: it reads the whole table anyway. None holds last_seen or updated_at, so that touching those
-- stays a heap-only update.
CREATE INDEX IF NOT EXISTS idx_symbols_active_exchange ON symbols (exchange_id, id) WHERE is_active;
CREATE INDEX IF NOT EXISTS idx_symbols_active_pair ON symbols (base_asset, quote_asset) WHERE is_active;
CREATE INDEX IF NOT EXISTS idx_symbols_active_string_prefix
    ON symbols (upper(symbol_string) text_pattern_ops) WHERE is_active;

COMMENT ON TABLE symbols IS
    'One row per tradable symbol of one venue. UNIQUE (exchange_id, base_asset, quote_asset) comes from the plan: it '
    'cannot hold dated futures or option strikes, where one venue lists one pair many times';
COMMENT ON COLUMN symbols.symbol_string IS 'The venue''s own spelling, compared byte for byte: BTCUSDT, BTC_USDT';
COMMENT ON COLUMN symbols.is_active IS 'False once delisted; the row stays, an id that was ever given out resolves';
COMMENT ON COLUMN symbols.tick_size IS 'Smallest price step';
COMMENT ON COLUMN symbols.step_size IS 'Smallest quantity step';
COMMENT ON COLUMN symbols.updated_at IS
    'Set by trigger when anything but last_seen changed; assigned before commit, so never a watermark';
COMMENT ON COLUMN symbols.last_seen IS 'When market data last mentioned the symbol; publishes nothing when touched';

CREATE OR REPLACE FUNCTION symbols_set_updated_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    probe record := NEW;
BEGIN
    -- Market data touches last_seen all day long; that is no change of the definition.
    probe.last_seen := OLD.last_seen;
    probe.updated_at := OLD.updated_at;
    IF probe IS DISTINCT FROM OLD THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER set_updated_at BEFORE UPDATE ON symbols
    FOR EACH ROW EXECUTE FUNCTION symbols_set_updated_at();

-- The bodies are bound to the tables when the functions are made, whatever search_path the caller has.
CREATE OR REPLACE FUNCTION get_exchange_id(exchange_code text) RETURNS smallint
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT e.id FROM exchanges e WHERE e.enum_value = exchange_code);

CREATE OR REPLACE FUNCTION get_symbol_id(exchange_code text, base text, quote text) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT s.id FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
    WHERE e.enum_value = exchange_code AND s.base_asset = base AND s.quote_asset = quote);

CREATE OR REPLACE FUNCTION get_symbol_id_by_string(exchange_code text, venue_string text) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT s.id FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
    WHERE e.enum_value = exchange_code AND s.symbol_string = venue_string);

COMMENT ON FUNCTION get_exchange_id(text) IS 'Id of a venue by its code, NULL when unknown; inactive ones included';
COMMENT ON FUNCTION get_symbol_id(text, text, text) IS
    'Id of a symbol by venue code, base and quote asset, NULL when unknown; inactive ones included';
COMMENT ON FUNCTION get_symbol_id_by_string(text, text) IS
    'Id of a symbol by venue code and the venue''s own spelling, NULL when unknown; inactive ones included';

CREATE OR REPLACE VIEW symbol_details WITH (security_invoker = true) AS
SELECT
    s.id AS symbol_id,
    s.symbol_string,
    s.base_asset,
    s.quote_asset,
    s.exchange_id,
    e.enum_value AS exchange_code,
    e.display_name AS exchange_display_name,
    e.market_type,
    s.is_active,
    e.is_active AS exchange_is_active,
    s.is_active AND e.is_active AS is_tradable,
    s.precision_base,
    s.precision_quote,
    s.precision_price,
    s.min_order_size,
    s.max_order_size,
    s.tick_size,
    s.step_size,
    s.created_at,
    s.updated_at,
    s.last_seen
FROM symbols s
JOIN exchanges e ON e.id = s.exchange_id;

COMMENT ON VIEW symbol_details IS 'Symbols with their venue, as people want to read them';
