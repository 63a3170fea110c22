-- Nothing is taken back yet: the plan's constraints come back with the plan's columns, in 003. But what the plan's
-- table could not hold is named here, before anything is undone.

DO $$
BEGIN
    IF to_regclass('symbols_adopted') IS NOT NULL THEN
        PERFORM symbols_adopted_losses();
    END IF;
END
$$;
