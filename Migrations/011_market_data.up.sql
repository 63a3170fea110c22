-- Market data that name their symbol by its id, partitioned by time, beside the legacy tables that spell venue and pair
-- out; views and functions over them; and what `symbology partitions` and `symbology backfill` remember.
--
-- There is no partition yet, and never a DEFAULT one: with it a new partition is a whole scan, under a lock that stops
-- everybody, and "the newest" takes four times as long. `symbology partitions` makes them.

-- The rules of the legacy tables are one CHECK here, of few operators: PostgreSQL reads the text of each anew for every
-- INSERT, which of three took a fifth of what the mirror costs. An ask that is no less than a positive bid is positive.

-- Rows that come from a legacy table keep its id. Those that are written here by nobody's mirror take one from 2^52 on,
-- which no legacy table reaches and which a double still holds exactly: so both can be told apart.
CREATE SEQUENCE IF NOT EXISTS book_ticker_snapshots_v2_id_seq MINVALUE 4503599627370496;
CREATE SEQUENCE IF NOT EXISTS trade_snapshots_v2_id_seq MINVALUE 4503599627370496;

CREATE TABLE IF NOT EXISTS book_ticker_snapshots_v2 (
    id BIGINT NOT NULL DEFAULT nextval('book_ticker_snapshots_v2_id_seq'),
    symbol_id INTEGER NOT NULL REFERENCES symbols (id),
    bid_price NUMERIC NOT NULL,
    bid_qty NUMERIC NOT NULL,
    ask_price NUMERIC NOT NULL,
    ask_qty NUMERIC NOT NULL,
    "timestamp" TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    PRIMARY KEY (id, "timestamp"),
    CONSTRAINT book_ticker_v2_positive CHECK (least(bid_price, bid_qty, ask_qty) > '0' AND ask_price >= bid_price)
) PARTITION BY RANGE ("timestamp");

CREATE INDEX IF NOT EXISTS idx_book_ticker_v2_symbol_timestamp
    ON book_ticker_snapshots_v2 (symbol_id, "timestamp" DESC);
CREATE INDEX IF NOT EXISTS idx_book_ticker_v2_timestamp ON book_ticker_snapshots_v2 USING brin ("timestamp");

CREATE TABLE IF NOT EXISTS trade_snapshots_v2 (
    id BIGINT NOT NULL DEFAULT nextval('trade_snapshots_v2_id_seq'),
    symbol_id INTEGER NOT NULL REFERENCES symbols (id),
    price NUMERIC NOT NULL,
    quantity NUMERIC NOT NULL,
    side SMALLINT NOT NULL,
    "timestamp" TIMESTAMPTZ NOT NULL,
    trade_id TEXT,
    quote_quantity NUMERIC,
    is_buyer BOOLEAN,
    is_maker BOOLEAN,
    created_at TIMESTAMPTZ DEFAULT NOW(),
    PRIMARY KEY (id, "timestamp"),
    CONSTRAINT trade_v2_positive CHECK (least(price, quantity) > '0' AND side BETWEEN 1 AND 2)
) PARTITION BY RANGE ("timestamp");

CREATE INDEX IF NOT EXISTS idx_trade_v2_symbol_timestamp ON trade_snapshots_v2 (symbol_id, "timestamp" DESC);
CREATE INDEX IF NOT EXISTS idx_trade_v2_timestamp ON trade_snapshots_v2 USING brin ("timestamp");
CREATE INDEX IF NOT EXISTS idx_trade_v2_trade_id ON trade_snapshots_v2 (trade_id) WHERE trade_id IS NOT NULL;

ALTER SEQUENCE book_ticker_snapshots_v2_id_seq OWNED BY book_ticker_snapshots_v2.id;
ALTER SEQUENCE trade_snapshots_v2_id_seq OWNED BY trade_snapshots_v2.id;

COMMENT ON TABLE book_ticker_snapshots_v2 IS
    'Best bid and ask as observed, by symbol; partitioned by time. `symbology partitions` makes and drops partitions';
COMMENT ON TABLE trade_snapshots_v2 IS
    'Trades as observed, by symbol; partitioned by time. `symbology partitions` makes and drops partitions';
COMMENT ON COLUMN trade_snapshots_v2.side IS '1 buy, 2 sell';

-- One row each of the two tables: what feeds it, how it is partitioned.
CREATE TABLE IF NOT EXISTS market_data_sources (
    source TEXT PRIMARY KEY CHECK (source IN ('book_ticker', 'trade')),
    target REGCLASS NOT NULL UNIQUE,
    partition_width TEXT NOT NULL DEFAULT 'week' CHECK (partition_width IN ('week', 'month', 'quarter')),
    kept_from TIMESTAMPTZ,
    legacy REGCLASS,
    mirrored_at TIMESTAMPTZ,
    span TEXT
);

COMMENT ON TABLE market_data_sources IS 'The tables of market data by symbol, and what is mirrored into them';
COMMENT ON COLUMN market_data_sources.kept_from IS
    'What is older was detached for its age, and is not copied again; NULL keeps everything';
COMMENT ON COLUMN market_data_sources.legacy IS 'The table whose writes are mirrored; NULL while none is';
COMMENT ON COLUMN market_data_sources.span IS
    'What `…_has_partition` of this source returns, as `symbology` wrote it last';

INSERT INTO market_data_sources (source, target)
VALUES ('book_ticker', 'book_ticker_snapshots_v2'), ('trade', 'trade_snapshots_v2') ON CONFLICT DO NOTHING;

-- Every partition that `symbology` made or found, and how far the legacy rows of its time are in it. One that is being
-- built is no partition yet: it is filled and indexed aside, and attached at the end.
CREATE TABLE IF NOT EXISTS market_data_partitions (
    relation REGCLASS PRIMARY KEY,
    source TEXT NOT NULL REFERENCES market_data_sources (source),
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('building', 'attached', 'detached')),
    copied_to TIMESTAMPTZ NOT NULL,
    copied_count BIGINT NOT NULL DEFAULT 0,
    UNIQUE (source, starts_at, relation),
    CHECK (starts_at < ends_at AND copied_to BETWEEN starts_at AND ends_at)
);

COMMENT ON TABLE market_data_partitions IS 'Partitions of market data, those to come and those that were detached too';
COMMENT ON COLUMN market_data_partitions.copied_to IS 'Legacy rows before this time are copied';

-- Whether a time is within the newest partitions, of which none is missing. `symbology` writes both anew with each
-- partition that comes or goes. PostgreSQL puts the text into the mirror's statement and plans that anew when the text
-- or a partition changes, so that no writer looks partitions up: false only takes longer.
CREATE OR REPLACE FUNCTION book_ticker_has_partition(moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE RETURN false;
CREATE OR REPLACE FUNCTION trade_has_partition(moment timestamptz) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE RETURN false;
UPDATE market_data_sources SET span = 'false';

-- Rows of a legacy table that are to be copied anew, or could not be copied, by their whole key. A row without a key is
-- a TRUNCATE. Writers only add; `symbology backfill` takes away what it has done.
CREATE TABLE IF NOT EXISTS market_data_queue (
    queue_id BIGINT PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    source TEXT NOT NULL,
    reason TEXT NOT NULL,
    id BIGINT,
    "timestamp" TIMESTAMPTZ,
    exchange TEXT,
    symbol_base TEXT,
    symbol_quote TEXT,
    queued_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp()
);

COMMENT ON TABLE market_data_queue IS
    'Legacy rows that wait to be copied (anew), with the reason; `symbology backfill` empties it';

-- One row a run of `symbology backfill`; what `--status` shows.
CREATE TABLE IF NOT EXISTS market_data_backfills (
    source TEXT PRIMARY KEY REFERENCES market_data_sources (source),
    stage TEXT NOT NULL,
    process_id INTEGER NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    row_count BIGINT NOT NULL,
    row_count_expected BIGINT NOT NULL,
    rows_per_second DOUBLE PRECISION NOT NULL
);

COMMENT ON TABLE market_data_backfills IS 'How far `symbology backfill` is, of each table';

-- What a legacy row's names mean: the symbol of the one kind that the venue's market_type names, as get_symbol_id has
-- it, and the venue by its code, else by its name. Always one row: without an id where the pair is unknown or ambiguous.
-- A table function, so that PostgreSQL puts its query into the one that calls it.
CREATE OR REPLACE FUNCTION market_data_symbol(exchange_name text, base text, quote text)
RETURNS TABLE (symbol_id integer, reason text)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT found.id, CASE
        WHEN found.id IS NULL THEN CASE found.count WHEN 0 THEN 'unknown symbol' ELSE 'ambiguous symbol' END END
    FROM (
        SELECT count(*) AS count, coalesce(
            max(s.id) FILTER (WHERE s.is_live AND s.is_first),
            CASE count(*) FILTER (WHERE s.is_live)
                WHEN 0 THEN coalesce(max(s.id) FILTER (WHERE s.is_first), max(s.id))
                WHEN 1 THEN max(s.id) FILTER (WHERE s.is_live)
            END) AS id
        FROM (
            SELECT s.id, s.is_active AND (least(s.expires_at, s.delists_at) <= now()) IS NOT TRUE AS is_live,
                (s.payoff = 'linear' AND s.settle_asset = s.quote_asset) IS TRUE AS is_first
            FROM exchanges e
            JOIN symbols s ON s.exchange_id = e.id
            WHERE (e.enum_value = exchange_name OR e.name = exchange_name
                    AND NOT EXISTS (SELECT FROM exchanges o WHERE o.enum_value = exchange_name))
                AND s.base_asset = base AND s.quote_asset = quote
                AND s.kind = CASE e.market_type WHEN 'SPOT' THEN 'spot' WHEN 'FUTURES' THEN 'perpetual' END
        ) AS s
    ) AS found;
END;
