-- Migration 008: what was read off observed prices and quantities, beside what people set.
--
-- `populate` fills precision, tick and step of a symbol only while they are at the schema's defaults or still as it
-- wrote them itself. This table is how it knows the latter: a value that differs was set by hand and is left alone.
--
-- It refers to no row of symbols, so that symbols can be truncated and restored as before; a row without its symbol
-- says nothing wrong, only what was observed once.

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

-- Whoever manages reference data may populate too.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_manager') THEN
        GRANT SELECT, INSERT, UPDATE ON symbol_inferences TO symbology_manager;
    END IF;
END
$$;
