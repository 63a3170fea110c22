-- Never throws recorded market data away: whoever means that empties the tables first.

DO $$
DECLARE
    is_occupied boolean;
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['book_ticker_snapshots', 'trade_snapshots'] LOOP
        CONTINUE WHEN to_regclass(name) IS NULL;
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_occupied;
        IF is_occupied THEN
            RAISE EXCEPTION 'table % holds market data and is not dropped', name
                USING HINT = 'Dump it (pg_dump -t), TRUNCATE it, then migrate down again.';
        END IF;
    END LOOP;
END
$$;

DROP TABLE IF EXISTS trade_snapshots;
DROP TABLE IF EXISTS book_ticker_snapshots;
