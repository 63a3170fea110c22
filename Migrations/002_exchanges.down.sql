-- Fails while anything (symbols, for one) still refers to the table. One that was adopted stays, with its rows.

DO $$
DECLARE
    statement text;
BEGIN
    IF to_regclass('exchanges_adopted') IS NULL THEN
        DROP TABLE IF EXISTS exchanges;
        RETURN;
    END IF;
    FOR statement IN SELECT undo FROM exchanges_adopted LOOP
        EXECUTE statement;
    END LOOP;
    DROP TABLE exchanges_adopted;
END
$$;
