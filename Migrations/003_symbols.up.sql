-- The symbols: the table, what a row must satisfy, look-up functions, a view, and what was inferred about them.

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
    min_notional NUMERIC(20,8),
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
    CONSTRAINT symbols_min_notional_positive CHECK (min_notional > 0),
    CONSTRAINT symbols_order_size_range CHECK (min_order_size <= max_order_size)
);

-- As in 002; a number besides must not be NaN (which passes "> 0") nor have more than 18 significant digits.
DO $$
DECLARE
    rule record;
    number_condition CONSTANT text :=
        '%1$I NOT IN (''NaN'', ''Infinity'', ''-Infinity'') AND '
        'octet_length(btrim(replace(trim_scale(abs(%1$I))::text, ''.'', ''''), ''0'')) <= 18';
BEGIN
    FOR rule IN
        SELECT 'symbols_' || subject || '_servable' AS name, condition
        FROM (VALUES
            ('id', 'id > 0'),
            ('base_asset', 'base_asset <> '''' AND octet_length(base_asset) <= 20'),
            ('quote_asset', 'quote_asset <> '''' AND octet_length(quote_asset) <= 20'),
            ('symbol_string', 'symbol_string <> '''' AND octet_length(symbol_string) <= 50'),
            ('min_order_size', format(number_condition, 'min_order_size')),
            ('max_order_size', format(number_condition, 'max_order_size')),
            ('tick_size', format(number_condition, 'tick_size')),
            ('step_size', format(number_condition, 'step_size')),
            ('min_notional', format(number_condition, 'min_notional')),
            ('times', 'isfinite(created_at) AND isfinite(updated_at) AND isfinite(last_seen)')
        ) AS list (subject, condition)
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_constraint WHERE conrelid = 'symbols'::regclass AND conname = rule.name);
        EXECUTE format('ALTER TABLE symbols ADD CONSTRAINT %I CHECK (%s) NOT VALID', rule.name, rule.condition);
        BEGIN
            EXECUTE format('ALTER TABLE symbols VALIDATE CONSTRAINT %I', rule.name);
        EXCEPTION WHEN check_violation THEN
            RAISE WARNING 'rows of symbols violate %; they cannot be served until they are corrected', rule.name;
        END;
    END LOOP;
END
$$;

-- The unique constraints already serve the look-ups by (exchange, base, quote) and by (exchange, symbol string),
-- inactive symbols included; these serve the lists and searches, which mostly want active ones. There is no covering
-- index for the load: it reads the whole table anyway. No index holds last_seen or updated_at, so that an UPDATE of
-- those stays a heap-only update.
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
COMMENT ON COLUMN symbols.min_notional IS 'Smallest order in quote assets: price times quantity';
COMMENT ON COLUMN symbols.updated_at IS
    'Set by trigger when anything but last_seen changed; assigned before commit, so never a watermark';
COMMENT ON COLUMN symbols.last_seen IS 'When market data last mentioned the symbol; publishes nothing when touched';

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
    s.min_notional,
    s.created_at,
    s.updated_at,
    s.last_seen
FROM symbols s
JOIN exchanges e ON e.id = s.exchange_id;

COMMENT ON VIEW symbol_details IS 'Symbols with their venue, as people want to read them';

-- What was read off observed prices and quantities, beside what people set. `populate` fills precision, tick and step
-- of a symbol only while they are at the schema's defaults or still as it wrote them itself; by this table it knows its
-- own values. It refers to no row of symbols, so that symbols can be truncated and restored; a row without its symbol
-- does no harm.
CREATE TABLE IF NOT EXISTS symbol_inferences (
    exchange_id SMALLINT NOT NULL,
    base_asset VARCHAR(20) NOT NULL,
    quote_asset VARCHAR(20) NOT NULL,
    price_scale SMALLINT,
    quantity_scale SMALLINT,
    quote_scale SMALLINT,
    inferred_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (exchange_id, base_asset, quote_asset)
);

COMMENT ON TABLE symbol_inferences IS
    'What populate inferred for a symbol from observed market data: how it tells its own values from those of people';
COMMENT ON COLUMN symbol_inferences.price_scale IS
    'Most digits behind the point of any observed price, trailing zeros not counted; the tick is 10^-price_scale';
COMMENT ON COLUMN symbol_inferences.quantity_scale IS
    'The same of quantities; the step is 10^-quantity_scale';
COMMENT ON COLUMN symbol_inferences.quote_scale IS
    'The same of amounts in the quote asset; NULL where none was recorded';
