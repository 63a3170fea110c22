-- Undoes 005. The lines written so far go with it.

DO $$
DECLARE
    audited text;
    trigger_name text;
BEGIN
    FOREACH audited IN ARRAY ARRAY['exchanges', 'symbols'] LOOP
        FOREACH trigger_name IN ARRAY ARRAY['inserted', 'applied', 'updated', 'deleted', 'truncated'] LOOP
            EXECUTE format('DROP TRIGGER IF EXISTS %I ON %I', 'reference_audit_' || trigger_name, audited);
        END LOOP;
    END LOOP;
END
$$;

DROP FUNCTION IF EXISTS reference_audit_row();
DROP FUNCTION IF EXISTS reference_audit_statement();
DROP TABLE IF EXISTS reference_audit;
