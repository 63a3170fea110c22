-- The venues: the table, what a row must satisfy, and those in use.

-- A table that is there already is adopted. What is added to it is written down, for the down file.
DO $$
DECLARE
    missing text;
BEGIN
    IF to_regclass('exchanges') IS NULL
        OR EXISTS (
            SELECT FROM pg_constraint
            WHERE conrelid = to_regclass('exchanges') AND conname = 'exchanges_enum_value_servable')
    THEN
        RETURN;
    END IF;
    SELECT string_agg(format('%s: ALTER TABLE exchanges ADD COLUMN %1$I %s', name, type), E'\n' ORDER BY position)
    INTO missing FROM (VALUES
        (1, 'id', 'SMALLINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY'), (2, 'name', 'VARCHAR(50) UNIQUE NOT NULL'),
        (3, 'enum_value', 'VARCHAR(50) UNIQUE NOT NULL'), (4, 'display_name', 'VARCHAR(100) NOT NULL'),
        (5, 'market_type', 'VARCHAR(20) NOT NULL'), (6, 'is_active', 'BOOLEAN NOT NULL DEFAULT true'),
        (7, 'base_url', 'VARCHAR(255)'), (8, 'websocket_url', 'VARCHAR(255)'),
        (9, 'rate_limit_requests_per_second', 'INTEGER'), (10, 'precision_default', 'SMALLINT DEFAULT 8'),
        (11, 'created_at', 'TIMESTAMPTZ NOT NULL DEFAULT NOW()'),
        (12, 'updated_at', 'TIMESTAMPTZ NOT NULL DEFAULT NOW()')
    ) AS list (position, name, type)
    WHERE NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('exchanges') AND attname = name AND attnum > 0 AND NOT attisdropped);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'exchanges has not all columns that are taken over from it'
            USING ERRCODE = 'undefined_column', DETAIL = missing,
                HINT = 'Nothing was changed. Add them as shown, or rename what holds the same, and migrate again.';
    END IF;
    CREATE TABLE exchanges_adopted (undo TEXT NOT NULL);
    COMMENT ON TABLE exchanges_adopted IS
        'What 002_exchanges.down.sql runs to make exchanges what it was before it was adopted';
    INSERT INTO exchanges_adopted
    SELECT format('DROP INDEX IF EXISTS %I', name)
    FROM unnest(ARRAY['idx_exchanges_enum_value', 'idx_exchanges_active', 'idx_exchanges_market_type']) name
    WHERE to_regclass(name) IS NULL;
END
$$;

CREATE TABLE IF NOT EXISTS exchanges (
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

CREATE INDEX IF NOT EXISTS idx_exchanges_enum_value ON exchanges(enum_value);
CREATE INDEX IF NOT EXISTS idx_exchanges_active ON exchanges(is_active) WHERE is_active = true;
CREATE INDEX IF NOT EXISTS idx_exchanges_market_type ON exchanges(market_type);

-- What the wire cannot carry is stopped at the writer: texts longer than their field in bytes (VARCHAR counts
-- characters), empty keys and keys with characters that nobody sees (as in 003), infinite times. A table that was there
-- before is adopted: where one of its rows breaks a rule, the rule stays NOT VALID, binds every new version of a row,
-- and the server names the row it cannot serve.
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT 'exchanges_' || subject || '_servable' AS name, format($rule$
            octet_length(%1$I) BETWEEN 1 AND 50 AND %1$I NOT LIKE ' %%' AND %1$I NOT LIKE '%% ' AND %1$I !~
            '[\u0001-\u001F\u007F-\u00A0\u00AD\u061C\u1680\u180E\u2000-\u200F\u2028-\u202F'
            '\u205F-\u206F\u3000\uFEFF\uFFF9-\uFFFB]'
            $rule$, subject) AS condition
        FROM unnest(ARRAY['name', 'enum_value']) subject
        UNION ALL
        SELECT 'exchanges_' || subject || '_servable', condition
        FROM (VALUES
            ('id', 'id > 0'),
            ('display_name', 'octet_length(display_name) <= 100'),
            ('market_type', 'market_type IN (''SPOT'', ''FUTURES'', ''OPTIONS'')'),
            ('base_url', 'octet_length(base_url) <= 255'),
            ('websocket_url', 'octet_length(websocket_url) <= 255'),
            ('rate_limit', 'rate_limit_requests_per_second >= 0'),
            ('precision_default', 'precision_default BETWEEN 0 AND 254'),
            ('times', 'isfinite(created_at) AND isfinite(updated_at) '
                'AND greatest(created_at, updated_at) < ''294247-01-01 00:00+00''')
        ) AS list (subject, condition)
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_constraint WHERE conrelid = 'exchanges'::regclass AND conname = rule.name);
        EXECUTE format('ALTER TABLE exchanges ADD CONSTRAINT %I CHECK (%s) NOT VALID', rule.name, rule.condition);
        IF to_regclass('exchanges_adopted') IS NOT NULL THEN
            INSERT INTO exchanges_adopted
            VALUES (format('ALTER TABLE exchanges DROP CONSTRAINT IF EXISTS %I', rule.name));
        END IF;
        BEGIN
            EXECUTE format('ALTER TABLE exchanges VALIDATE CONSTRAINT %I', rule.name);
        EXCEPTION WHEN check_violation THEN
            RAISE WARNING 'rows of exchanges violate %; they cannot be served until they are corrected', rule.name;
        END;
    END LOOP;
END
$$;

-- A known venue is not attempted at all: ON CONFLICT alone would draw an identity value for each of them every time
-- the file runs, and a SMALLINT has only 32,767. ON CONFLICT remains for two sessions that run it at once.
INSERT INTO exchanges
    (name, enum_value, display_name, market_type, base_url, websocket_url, rate_limit_requests_per_second)
SELECT name, enum_value, display_name, market_type, base_url, websocket_url, rate_limit
FROM (VALUES
    (1, 'MEXC_SPOT', 'MEXC_SPOT', 'MEXC Spot Trading', 'SPOT',
        'https://api.mexc.com', 'wss://wbs.mexc.com/ws', 100),
    (2, 'GATEIO_SPOT', 'GATEIO_SPOT', 'Gate.io Spot Trading', 'SPOT',
        'https://api.gateio.ws', 'wss://api.gateio.ws/ws/v4/', 100),
    (3, 'GATEIO_FUTURES', 'GATEIO_FUTURES', 'Gate.io Futures Trading', 'FUTURES',
        'https://api.gateio.ws', 'wss://fx-ws.gateio.ws/v4/ws/', 100)
) AS venue (position, name, enum_value, display_name, market_type, base_url, websocket_url, rate_limit)
WHERE NOT EXISTS (
    SELECT FROM exchanges known WHERE known.enum_value = venue.enum_value OR known.name = venue.name)
ORDER BY position
ON CONFLICT DO NOTHING;

COMMENT ON TABLE exchanges IS 'Reference table for supported cryptocurrency exchanges with metadata and configuration';
COMMENT ON COLUMN exchanges.enum_value IS 'Maps to ExchangeEnum values in application code';
COMMENT ON COLUMN exchanges.market_type IS 'SPOT, FUTURES, or OPTIONS trading';
