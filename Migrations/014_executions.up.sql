-- Orders as their venues executed them, and how their status went.
--
-- A row of order_executions is one execution of an order, or, without execution_id, what is known of the order while
-- there is none. So what an order has filled is the sum of its rows. Quantities are in units of the base asset (in
-- contracts where the symbol has a contract_size), prices in the quote asset. NUMERIC takes NaN and Infinity: each rule
-- has an upper end for that.

CREATE TABLE IF NOT EXISTS order_executions (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    symbol_id INTEGER NOT NULL REFERENCES symbols (id),
    order_id TEXT COLLATE "C" NOT NULL,
    client_order_id TEXT COLLATE "C",
    execution_id TEXT COLLATE "C",
    side SMALLINT NOT NULL,
    order_type SMALLINT NOT NULL,
    time_in_force SMALLINT NOT NULL DEFAULT 1,
    original_quantity NUMERIC NOT NULL,
    executed_quantity NUMERIC NOT NULL DEFAULT 0,
    remaining_quantity NUMERIC NOT NULL,
    order_price NUMERIC,
    execution_price NUMERIC,
    stop_price NUMERIC,
    iceberg_quantity NUMERIC,
    commission NUMERIC,
    commission_asset TEXT COLLATE "C",
    status SMALLINT NOT NULL,
    is_maker BOOLEAN,
    order_time TIMESTAMPTZ NOT NULL,
    execution_time TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT order_executions_unique UNIQUE NULLS NOT DISTINCT (symbol_id, order_id, execution_id),
    CONSTRAINT order_executions_ids CHECK (octet_length(order_id) BETWEEN 1 AND 100
        AND octet_length(client_order_id) BETWEEN 1 AND 100 AND octet_length(execution_id) BETWEEN 1 AND 100),
    CONSTRAINT order_executions_side CHECK (side BETWEEN 1 AND 2),
    CONSTRAINT order_executions_order_type CHECK (order_type BETWEEN 1 AND 7),
    CONSTRAINT order_executions_time_in_force CHECK (time_in_force BETWEEN 1 AND 4),
    CONSTRAINT order_executions_status CHECK (status = -1 OR status BETWEEN 1 AND 7),
    CONSTRAINT order_executions_quantities CHECK (original_quantity > 0 AND original_quantity < 'Infinity'
        AND executed_quantity BETWEEN 0 AND original_quantity
        AND remaining_quantity BETWEEN 0 AND original_quantity - executed_quantity),
    CONSTRAINT order_executions_prices
        CHECK (least(order_price, execution_price, stop_price) > 0
            AND greatest(order_price, execution_price, stop_price) < 'Infinity'),
    CONSTRAINT order_executions_iceberg CHECK (iceberg_quantity > 0 AND iceberg_quantity <= original_quantity),
    CONSTRAINT order_executions_commission CHECK (commission > '-Infinity' AND commission < 'Infinity'
        AND octet_length(commission_asset) BETWEEN 1 AND 25),
    CONSTRAINT order_executions_times CHECK (isfinite(order_time) AND isfinite(execution_time))
);

CREATE INDEX IF NOT EXISTS idx_order_executions_symbol_time ON order_executions (symbol_id, order_time DESC);
CREATE INDEX IF NOT EXISTS idx_order_executions_order ON order_executions (order_id);
CREATE INDEX IF NOT EXISTS idx_order_executions_client_order
    ON order_executions (client_order_id) WHERE client_order_id IS NOT NULL;
-- Few at any moment, whatever the table holds.
CREATE INDEX IF NOT EXISTS idx_order_executions_open ON order_executions (symbol_id, order_id) WHERE status IN (1, 3);
CREATE INDEX IF NOT EXISTS idx_order_executions_order_time ON order_executions USING brin (order_time);
CREATE INDEX IF NOT EXISTS idx_order_executions_execution_time
    ON order_executions (execution_time) WHERE execution_time IS NOT NULL;

COMMENT ON TABLE order_executions IS 'One row an execution, or an order that has none yet';
COMMENT ON COLUMN order_executions.order_id IS 'The venue''s id of the order';
COMMENT ON COLUMN order_executions.client_order_id IS 'The id that whoever ordered gave it';
COMMENT ON COLUMN order_executions.execution_id IS 'The venue''s id of this execution; NULL of an order that has none';
COMMENT ON COLUMN order_executions.side IS '1 buy, 2 sell';
COMMENT ON COLUMN order_executions.order_type IS
    '1 limit, 2 market, 3 limit maker, 4 immediate or cancel, 5 fill or kill, 6 stop limit, 7 stop market';
COMMENT ON COLUMN order_executions.time_in_force IS
    '1 good till cancelled, 2 immediate or cancel, 3 fill or kill, 4 good till date';
COMMENT ON COLUMN order_executions.original_quantity IS 'Ordered; base asset, or contracts';
COMMENT ON COLUMN order_executions.executed_quantity IS 'By this execution alone; base asset, or contracts';
COMMENT ON COLUMN order_executions.remaining_quantity IS 'Of the order after this execution; base asset, or contracts';
COMMENT ON COLUMN order_executions.order_price IS 'Quote asset; NULL of an order at the market''s price';
COMMENT ON COLUMN order_executions.execution_price IS 'Quote asset; NULL while nothing is executed';
COMMENT ON COLUMN order_executions.stop_price IS 'Quote asset';
COMMENT ON COLUMN order_executions.iceberg_quantity IS 'What the book shows of it; base asset, or contracts';
COMMENT ON COLUMN order_executions.commission IS
    'For this execution, in units of commission_asset; negative when paid to us';
COMMENT ON COLUMN order_executions.status IS '-1 unknown, 1 new, 2 filled, 3 partially filled, 4 cancelled, '
    '5 partially cancelled, 6 expired, 7 rejected; of the order, after this execution';
COMMENT ON COLUMN order_executions.is_maker IS 'Whether it rested in the book; NULL when unknown';
COMMENT ON COLUMN order_executions.order_time IS 'When the venue took the order';
COMMENT ON COLUMN order_executions.execution_time IS 'When the venue executed it; NULL while nothing is executed';

CREATE TABLE IF NOT EXISTS order_status_history (
    id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    symbol_id INTEGER NOT NULL REFERENCES symbols (id),
    order_id TEXT COLLATE "C" NOT NULL,
    previous_status SMALLINT,
    new_status SMALLINT NOT NULL,
    original_quantity NUMERIC NOT NULL,
    filled_quantity NUMERIC NOT NULL DEFAULT 0,
    remaining_quantity NUMERIC NOT NULL,
    status_reason TEXT,
    status_time TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT order_status_history_order_id CHECK (octet_length(order_id) BETWEEN 1 AND 100),
    CONSTRAINT order_status_history_previous CHECK (previous_status = -1 OR previous_status BETWEEN 1 AND 7),
    CONSTRAINT order_status_history_new CHECK (new_status = -1 OR new_status BETWEEN 1 AND 7),
    CONSTRAINT order_status_history_quantities CHECK (original_quantity > 0 AND original_quantity < 'Infinity'
        AND least(filled_quantity, remaining_quantity) >= 0
        AND filled_quantity + remaining_quantity = original_quantity),
    CONSTRAINT order_status_history_time CHECK (isfinite(status_time))
);

CREATE INDEX IF NOT EXISTS idx_order_status_history_order
    ON order_status_history (symbol_id, order_id, status_time DESC);
CREATE INDEX IF NOT EXISTS idx_order_status_history_time ON order_status_history USING brin (status_time);

COMMENT ON TABLE order_status_history IS 'How the status of orders went; rows are only ever added';
COMMENT ON COLUMN order_status_history.previous_status IS 'As order_executions.status; NULL of the first';
COMMENT ON COLUMN order_status_history.new_status IS 'As order_executions.status';
COMMENT ON COLUMN order_status_history.original_quantity IS 'Ordered; base asset, or contracts';
COMMENT ON COLUMN order_status_history.filled_quantity IS
    'Of the whole order so far; with the remaining it is the original';
COMMENT ON COLUMN order_status_history.remaining_quantity IS 'Base asset, or contracts; also of what was cancelled';
COMMENT ON COLUMN order_status_history.status_reason IS 'In the venue''s words';
COMMENT ON COLUMN order_status_history.status_time IS 'When the venue says that it changed';

-- An order without executions is a row that its first execution, or its end, changes: hence UPDATE.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'symbology_manager') THEN
        GRANT SELECT, INSERT, UPDATE ON order_executions TO symbology_manager;
        GRANT SELECT, INSERT ON order_status_history TO symbology_manager;
    END IF;
END
$$;
