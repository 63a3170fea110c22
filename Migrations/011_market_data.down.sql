-- The mirror is taken off the legacy tables, which stay as they are, and everything of this schema's market data goes:
-- the partitions that were detached too. Rows that only these tables hold are lost; `symbology rollback --phase 2
-- --backup` dumps them first.

DO $$
DECLARE
    part record;
    name text;
BEGIN
    IF to_regclass('market_data_sources') IS NOT NULL THEN
        FOR part IN SELECT legacy FROM market_data_sources WHERE legacy IS NOT NULL LOOP
            FOREACH name IN ARRAY ARRAY['inserted', 'updated', 'deleted', 'truncated'] LOOP
                EXECUTE format('DROP TRIGGER IF EXISTS %I ON %s', 'market_data_' || name, part.legacy);
            END LOOP;
        END LOOP;
    END IF;
    IF to_regclass('market_data_partitions') IS NOT NULL THEN
        FOR part IN SELECT relation FROM market_data_partitions p
            WHERE state <> 'attached' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = p.relation)
        LOOP
            EXECUTE format('DROP TABLE %s', part.relation);
        END LOOP;
    END IF;
END
$$;

DROP FUNCTION IF EXISTS book_ticker_mirror();
DROP FUNCTION IF EXISTS trade_mirror();
DROP FUNCTION IF EXISTS book_ticker_has_partition(timestamptz);
DROP FUNCTION IF EXISTS trade_has_partition(timestamptz);
DROP FUNCTION IF EXISTS market_data_symbol(text, text, text);
DROP TABLE IF EXISTS market_data_backfills;
DROP TABLE IF EXISTS market_data_queue;
DROP TABLE IF EXISTS market_data_partitions;
DROP TABLE IF EXISTS market_data_sources;
DROP TABLE IF EXISTS trade_snapshots_v2;
DROP TABLE IF EXISTS book_ticker_snapshots_v2;
