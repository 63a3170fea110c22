-- The symbols: the table, what a row must satisfy, look-up functions, a view, and what was inferred about them.
--
-- A table that is there already, made by the plan's own SQL, is adopted in three steps, so that no reader and no writer
-- waits long: here, in one short transaction, types are widened (which rewrites nothing), columns added, and rules
-- written down as NOT VALID; 009 says of old rows what they are, builds the indexes and validates the rules while
-- everybody goes on writing; 010 drops the old unique constraints. What hinders is named before anything is changed.

CREATE OR REPLACE FUNCTION symbol_unified_name(
    base text, quote text, settle text, kind text, expires_at timestamptz, strike numeric, option_type text
) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN kind = 'spot' THEN base || '/' || quote
    WHEN kind IN ('perpetual', 'future', 'option') THEN base || '/' || quote || ':' || settle
        || CASE WHEN kind = 'perpetual' THEN '' ELSE '-'
            || lpad((extract(year FROM expires_at AT TIME ZONE 'UTC')::int % 100)::text, 2, '0')
            || lpad(extract(month FROM expires_at AT TIME ZONE 'UTC')::text, 2, '0')
            || lpad(extract(day FROM expires_at AT TIME ZONE 'UTC')::text, 2, '0') END
        || CASE WHEN kind = 'option' THEN '-' || trim_scale(strike)::text || '-'
            || CASE option_type WHEN 'call' THEN 'C' WHEN 'put' THEN 'P' END ELSE '' END
END;

COMMENT ON FUNCTION symbol_unified_name(text, text, text, text, timestamptz, numeric, text) IS
    'BASE/QUOTE of spot, BASE/QUOTE:SETTLE of a perpetual, then -YYMMDD of a future, then -STRIKE-C or -P of an '
    'option; NULL for what has none. Made to be compared, never taken apart';

-- What stands in the way of adoption: objects of others that depend on a column whose type changes, or on the view that
-- is made again, and whatever would make PostgreSQL build an index or check the whole table while nobody can read it.
DO $$
DECLARE
    home CONSTANT oid := to_regclass('symbols');
    details CONSTANT oid := to_regclass('symbol_details');
    changed smallint[];
    missing text;
    hindrances text;
BEGIN
    -- What an earlier run in this session left is nothing to go by.
    PERFORM set_config('symbology.symbol_details_grants', '', false);
    IF home IS NULL OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = home AND attname = 'kind') THEN
        RETURN;
    END IF;
    IF (SELECT relkind FROM pg_class WHERE oid = home) <> 'r' THEN
        RAISE EXCEPTION 'symbols is no plain table and cannot be adopted';
    END IF;
    SELECT string_agg(format('%s: ALTER TABLE symbols ADD COLUMN %1$I %s', name, type), E'\n' ORDER BY position)
    INTO missing FROM (VALUES
        (1, 'id', 'INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY'), (2, 'exchange_id', 'SMALLINT NOT NULL'),
        (3, 'base_asset', 'VARCHAR(25) NOT NULL'), (4, 'quote_asset', 'VARCHAR(25) NOT NULL'),
        (5, 'symbol_string', 'VARCHAR(50) NOT NULL'), (6, 'is_active', 'BOOLEAN NOT NULL DEFAULT true'),
        (7, 'precision_base', 'SMALLINT'), (8, 'precision_quote', 'SMALLINT'), (9, 'precision_price', 'SMALLINT'),
        (10, 'min_order_size', 'NUMERIC'), (11, 'max_order_size', 'NUMERIC'), (12, 'tick_size', 'NUMERIC'),
        (13, 'step_size', 'NUMERIC'), (14, 'created_at', 'TIMESTAMPTZ NOT NULL DEFAULT NOW()'),
        (15, 'updated_at', 'TIMESTAMPTZ NOT NULL DEFAULT NOW()'), (16, 'last_seen', 'TIMESTAMPTZ')
    ) AS list (position, name, type)
    WHERE NOT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = home AND attname = name AND attnum > 0 AND NOT attisdropped);
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'symbols has not all columns that are taken over from it'
            USING ERRCODE = 'undefined_column', DETAIL = missing,
                HINT = 'Nothing was changed. Add them as shown, or rename what holds the same, and migrate again.';
    END IF;
    SELECT coalesce(array_agg(attnum), '{}') INTO changed FROM pg_attribute
    WHERE attrelid = home AND format_type(atttypid, atttypmod) ~ '^(numeric|character varying)\('
        AND (attname IN ('min_order_size', 'max_order_size', 'tick_size', 'step_size', 'min_notional')
            OR attname IN ('base_asset', 'quote_asset') AND atttypmod - 4 < 25);
    WITH dependent AS (
        SELECT DISTINCT d.classid, d.objid, d.objsubid FROM pg_depend d
        WHERE (d.refclassid = 'pg_class'::regclass
                AND (d.refobjid = home AND d.refobjsubid = ANY (changed) OR d.refobjid = details)
                OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (
                    SELECT unnest(ARRAY[t.oid, t.typarray]) FROM pg_type t WHERE t.typrelid IN (home, details)))
            AND d.classid IN (
                'pg_rewrite'::regclass, 'pg_trigger'::regclass, 'pg_policy'::regclass, 'pg_proc'::regclass,
                'pg_publication_rel'::regclass, 'pg_class'::regclass, 'pg_attrdef'::regclass)
    ), hindrance AS (
        -- Views; rules; the columns that PostgreSQL calculates.
        SELECT CASE
                WHEN r.rulename = '_RETURN' THEN
                    format('%s %s: DROP %1$s %2$s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END,
                        r.ev_class::regclass)
                ELSE format('rule %I: DROP RULE %1$I ON %s', r.rulename, r.ev_class::regclass)
            END AS what
        FROM dependent d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_class c ON c.oid = r.ev_class
        WHERE r.ev_class IS DISTINCT FROM details OR r.rulename <> '_RETURN'
        UNION ALL
        SELECT format('generated column %I: ALTER TABLE symbols DROP COLUMN %1$I', a.attname)
        FROM pg_attribute a JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
        JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = home
            AND d.refobjsubid = ANY (changed)
            AND (d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
                OR d.classid = 'pg_class'::regclass AND d.objid = home AND d.objsubid = a.attnum)
        WHERE a.attrelid = home AND a.attgenerated <> ''
        UNION ALL
        SELECT format('trigger %I: DROP TRIGGER %1$I ON %s', t.tgname, t.tgrelid::regclass)
        FROM dependent d JOIN pg_trigger t ON t.oid = d.objid AND d.classid = 'pg_trigger'::regclass
        WHERE NOT t.tgisinternal AND (t.tgrelid = details OR t.tgattr::text <> '' OR t.tgqual IS NOT NULL)
        UNION ALL
        SELECT format('policy %I: DROP POLICY %1$I ON %s', p.polname, p.polrelid::regclass)
        FROM dependent d JOIN pg_policy p ON p.oid = d.objid AND d.classid = 'pg_policy'::regclass
        UNION ALL
        SELECT format('function %s: DROP FUNCTION %1$s', p.oid::regprocedure)
        FROM dependent d JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
        -- Ours is made again below. A function that takes or gives whole rows of symbols goes on working.
        WHERE p.oid IS DISTINCT FROM to_regprocedure('get_symbol_id(text, text, text)')
            AND EXISTS (
                SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid
                    AND (e.refobjid = home AND e.refobjsubid = ANY (changed) OR e.refobjid = details
                        OR e.refobjid IN (SELECT unnest(ARRAY[t.oid, t.typarray]) FROM pg_type t
                                          WHERE t.typrelid = details)))
        UNION ALL
        SELECT format('function %s, made otherwise than here: DROP FUNCTION %1$s', p.oid::regprocedure)
        FROM pg_proc p WHERE p.oid = to_regprocedure('get_symbol_id(text, text, text)')
            AND (p.prorettype <> 'integer'::regtype OR p.proretset OR p.pronargdefaults > 0
                OR p.proargnames IS DISTINCT FROM '{exchange_code,base,quote}')
        UNION ALL
        SELECT format('publication %I: ALTER PUBLICATION %1$I DROP TABLE symbols', p.pubname)
        FROM dependent d JOIN pg_publication_rel r ON r.oid = d.objid AND d.classid = 'pg_publication_rel'::regclass
        JOIN pg_publication p ON p.oid = r.prpubid
        UNION ALL
        SELECT format('foreign key %I: ALTER TABLE %s DROP CONSTRAINT %1$I', f.conname, f.conrelid::regclass)
        FROM pg_constraint f WHERE f.contype = 'f' AND f.confrelid = home
            AND f.confkey <> ARRAY[(SELECT attnum FROM pg_attribute WHERE attrelid = home AND attname = 'id')]
        UNION ALL
        -- A partial one, and one on an expression, would be built anew under the lock.
        SELECT format('index %s: DROP INDEX CONCURRENTLY %1$s', i.indexrelid::regclass)
        FROM pg_index i WHERE i.indrelid = home AND (i.indpred IS NOT NULL OR i.indexprs IS NOT NULL)
            AND i.indexrelid IS DISTINCT FROM to_regclass('idx_symbols_active_pair')
            AND (i.indkey::smallint[] && changed OR EXISTS (
                SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = i.indexrelid
                    AND e.refobjid = home AND e.refobjsubid = ANY (changed)))
        UNION ALL
        SELECT format('column %I of type %s: ALTER TABLE %s DROP COLUMN %1$I',
            a.attname, format_type(a.atttypid, NULL), a.attrelid::regclass)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm')
        WHERE NOT a.attisdropped AND a.atttypid IN (
            SELECT unnest(ARRAY[t.oid, t.typarray]) FROM pg_type t WHERE t.typrelid IN (home, details))
    )
    SELECT string_agg(DISTINCT what, E'\n' ORDER BY what) INTO hindrances FROM hindrance;
    IF hindrances IS NOT NULL THEN
        RAISE EXCEPTION 'symbols cannot be widened while other objects depend on its columns'
            USING ERRCODE = 'dependent_objects_still_exist', DETAIL = hindrances,
                HINT = 'Nothing was changed. Save their definitions (pg_dump --schema-only), drop them as shown, '
                    'migrate, and make them again.';
    END IF;
END
$$;

-- Adoption. What was there is written down in symbols_adopted, from which the down file makes it again.
DO $$
DECLARE
    home CONSTANT oid := to_regclass('symbols');
    details CONSTANT oid := to_regclass('symbol_details');
    finder CONSTANT regprocedure := to_regprocedure('get_symbol_id(text, text, text)');
    lock_timeout CONSTANT text := current_setting('lock_timeout');
    numbers CONSTANT text[] := '{min_order_size,max_order_size,tick_size,step_size,min_notional}';
    assets CONSTANT text[] := '{base_asset,quote_asset}';
    digits CONSTANT text[] := '{precision_base,precision_quote,precision_price}';
    hollow text;
    own_name text;
    grants text[];
    changes text[] := '{}';
    descriptions text[] := '{}';
    statement text;
    found record;
BEGIN
    IF home IS NULL OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = home AND attname = 'kind') THEN
        RETURN;
    END IF;
    -- The weaker lock stops no reader and no writer, and sends autovacuum away. Behind a request for the stronger one
    -- everybody queues, so it is given up soon, and asked for again by whoever runs this.
    PERFORM set_config('lock_timeout', '3s', true);
    LOCK TABLE symbols IN SHARE UPDATE EXCLUSIVE MODE;
    PERFORM set_config('lock_timeout', CASE lock_timeout WHEN '0' THEN '100ms' ELSE lock_timeout END, true);
    LOCK TABLE symbols IN ACCESS EXCLUSIVE MODE;

    CREATE TABLE symbols_adopted (
        sequence INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        stage SMALLINT NOT NULL,
        undo TEXT NOT NULL,
        loss TEXT,
        is_lost TEXT
    );
    COMMENT ON TABLE symbols_adopted IS
        'What 003_symbols.down.sql runs to make symbols what it was before it was adopted: first what goes (stage 1), '
        'then the columns (2), then what comes back (3). is_lost is a condition on rows of symbols that the table as '
        'it was cannot hold, and loss says why';

    CREATE FUNCTION symbols_adopted_losses() RETURNS void
    LANGUAGE plpgsql
    AS $losses$
    DECLARE
        probe record;
        row_count bigint;
        example text;
        losses text := '';
    BEGIN
        FOR probe IN SELECT loss, is_lost FROM symbols_adopted WHERE loss IS NOT NULL ORDER BY sequence LOOP
            EXECUTE 'SELECT count(*), min(id)::text FROM symbols WHERE ' || probe.is_lost INTO row_count, example;
            IF row_count > 0 THEN
                losses := losses || format(E'\n%s: %s rows, symbol %s first', probe.loss, row_count, example);
            END IF;
        END LOOP;
        IF losses <> '' THEN
            RAISE EXCEPTION 'the table as it was before it was adopted cannot hold what is in symbols now'
                USING DETAIL = ltrim(losses, E'\n'),
                    HINT = 'Nothing was changed. Save the rows (symbology export) and correct or delete them first.';
        END IF;
    END
    $losses$;
    COMMENT ON FUNCTION symbols_adopted_losses() IS
        'Raises with a line for each kind of thing that symbols as it was before it was adopted could not hold';

    -- Rules come first: a change of type would have PostgreSQL check them all while nobody can read. The plan's come
    -- back below in another form, somebody's own at once: one that is named like a rule of this schema by another name.
    FOR found IN
        SELECT *, conname ~ '^symbols_.*_(servable|positive|range|differ|complete)$' AS is_named_like_ours,
            definition ~ '^CHECK \(\(+base_asset\)?(::text)? <> \(?quote_asset\)?(::text)?\)+( NOT VALID)?$'
                OR definition ~ '^CHECK \(\(\w+ > \(0\)::numeric\)\)( NOT VALID)?$' AND columns && numbers
                OR definition ~ '^CHECK \(\(min_order_size <= max_order_size\)\)( NOT VALID)?$'
                OR is_lower_bound_of_digits AS is_of_plan
        FROM (
            SELECT c.conname, c.convalidated, pg_get_constraintdef(c.oid) AS definition,
                pg_get_expr(c.conbin, home) AS condition, obj_description(c.oid, 'pg_constraint') AS description,
                names.list AS columns,
                pg_get_constraintdef(c.oid) ~ ('^CHECK \(\(+precision_\w+ (> 0|>= 1)\)+'
                    '( AND \(+precision_\w+ (> 0|>= 1|<= 18)\)+)*( NOT VALID)?$') AS is_lower_bound_of_digits
            FROM pg_constraint c CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(a.attname::text), '{}') FROM pg_attribute a
                WHERE a.attrelid = home AND a.attnum = ANY (c.conkey)) names (list)
            WHERE c.conrelid = home AND c.contype = 'c') rule
        -- 009 validates whatever is NOT VALID.
        WHERE columns && (numbers || assets) OR is_lower_bound_of_digits OR NOT convalidated
            OR conname ~ '^symbols_.*_(servable|positive|range|differ|complete)$'
        ORDER BY conname
    LOOP
        EXECUTE format('ALTER TABLE symbols DROP CONSTRAINT %I', found.conname);
        INSERT INTO symbols_adopted (stage, undo, loss, is_lost) VALUES (
            3, format('ALTER TABLE symbols ADD CONSTRAINT %I %s', found.conname, found.definition),
            CASE WHEN found.convalidated THEN format('rule %I does not hold', found.conname) END,
            format('NOT (%s)', found.condition));
        IF found.description IS NOT NULL THEN
            INSERT INTO symbols_adopted (stage, undo) VALUES (
                3, format('COMMENT ON CONSTRAINT %I ON symbols IS %L', found.conname, found.description));
        END IF;
        CONTINUE WHEN found.is_of_plan;
        own_name := found.conname;
        IF found.is_named_like_ours THEN
            own_name := left(found.conname, 59) || '_own';
            RAISE WARNING 'rule % of symbols is named like one of this schema; it is called % from now on',
                found.conname, own_name;
        END IF;
        changes := changes || format('ADD CONSTRAINT %I %s NOT VALID', own_name,
            regexp_replace(found.definition, ' NOT VALID$', ''));
        descriptions := descriptions || format('COMMENT ON CONSTRAINT %I ON symbols IS %L', own_name,
            found.description);
        INSERT INTO symbols_adopted (stage, undo) VALUES (
            1, format('ALTER TABLE symbols DROP CONSTRAINT IF EXISTS %I', own_name));
    END LOOP;
    INSERT INTO symbols_adopted (stage, undo)
    SELECT 3, regexp_replace(pg_get_indexdef(to_regclass(name)), 'INDEX', 'INDEX IF NOT EXISTS')
    FROM unnest(ARRAY[
        'idx_symbols_active_pair', 'symbols_live_string_unique', 'symbols_live_identity_unique',
        'idx_symbols_dead_string', 'idx_symbols_pair', 'idx_symbols_active_string_prefix', 'idx_symbols_due',
        'idx_symbols_changed_xid']) name
    WHERE to_regclass(name) IS NOT NULL;
    DROP INDEX IF EXISTS idx_symbols_active_pair;

    -- Without a reference to any column the function keeps its grants and who calls it while its columns change, both
    -- now and on the way back.
    IF finder IS NULL THEN
        INSERT INTO symbols_adopted (stage, undo) VALUES (1, 'DROP FUNCTION IF EXISTS get_symbol_id(text, text, text)');
    ELSE
        hollow := regexp_replace(
            pg_get_functiondef(finder), '\n( LANGUAGE \w+)\n.*$', E'\n LANGUAGE sql RETURN NULL::integer');
        INSERT INTO symbols_adopted (stage, undo) VALUES
            (1, hollow),
            (3, pg_get_functiondef(finder)),
            (3, format('COMMENT ON FUNCTION %s IS %L', finder, obj_description(finder, 'pg_proc')));
        EXECUTE hollow;
    END IF;
    IF details IS NOT NULL THEN
        grants := ARRAY(
            SELECT format('ALTER VIEW symbol_details OWNER TO %I', pg_get_userbyid(relowner))
            FROM pg_class WHERE oid = details AND relowner <> current_user::regrole
            UNION ALL
            SELECT format('GRANT %s%s ON symbol_details TO %s%s', a.privilege_type,
                ' (' || quote_ident(columns.name) || ')',
                CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
            FROM pg_class c CROSS JOIN LATERAL (
                SELECT NULL::name, c.relacl
                UNION ALL
                SELECT attname, attacl FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0) columns (name, acl)
            CROSS JOIN LATERAL aclexplode(columns.acl) a
            WHERE c.oid = details AND a.grantee <> c.relowner);
        INSERT INTO symbols_adopted (stage, undo)
        SELECT 3, undo FROM (
            SELECT ARRAY[
                format('CREATE VIEW symbol_details %sAS %s',
                    'WITH (' || nullif(array_to_string(reloptions, ', '), '') || ') ', pg_get_viewdef(oid)),
                format('COMMENT ON VIEW symbol_details IS %L', obj_description(oid, 'pg_class'))]
                || ARRAY(
                    SELECT format('COMMENT ON COLUMN symbol_details.%I IS %L', attname, col_description(oid, attnum))
                    FROM pg_attribute WHERE attrelid = oid AND col_description(oid, attnum) IS NOT NULL)
                || grants
            FROM pg_class WHERE oid = details) AS list (undos) CROSS JOIN LATERAL unnest(undos) undo;
        DROP VIEW symbol_details;
        PERFORM set_config('symbology.symbol_details_grants', grants::text, false);
    END IF;

    INSERT INTO symbols_adopted (stage, undo)
    SELECT 3, format('COMMENT ON %s IS %L', part, description) FROM (
        SELECT 'TABLE symbols', obj_description(home, 'pg_class')
        UNION ALL
        SELECT format('COLUMN symbols.%I', attname), col_description(home, attnum) FROM pg_attribute
        WHERE attrelid = home AND attnum > 0 AND NOT attisdropped) AS list (part, description);
    FOR found IN
        SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
            pg_get_expr(f.adbin, f.adrelid) AS fallback
        FROM pg_attribute a LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
        WHERE a.attrelid = home AND a.attname = ANY (numbers || assets || digits)
        ORDER BY a.attnum
    LOOP
        IF found.name = ANY (digits) THEN
            changes := changes || format('ALTER %1$I DROP NOT NULL, ALTER %1$I DROP DEFAULT', found.name);
            IF found.fallback IS NOT NULL THEN
                INSERT INTO symbols_adopted (stage, undo) VALUES (
                    2, format('ALTER TABLE symbols ALTER %I SET DEFAULT %s', found.name, found.fallback));
            END IF;
            IF found.attnotnull THEN
                INSERT INTO symbols_adopted (stage, undo, loss, is_lost) VALUES (
                    2, format('ALTER TABLE symbols ALTER %I SET NOT NULL', found.name),
                    found.name || ' is not given', format('%I IS NULL', found.name));
            END IF;
        ELSIF found.type LIKE 'numeric(%' OR found.type ~ '^character varying\((\d|1\d|2[0-4])\)$' THEN
            changes := changes || format('ALTER %I TYPE %s', found.name,
                CASE WHEN found.type LIKE 'numeric(%' THEN 'numeric' ELSE 'varchar(25)' END);
            INSERT INTO symbols_adopted (stage, undo, loss, is_lost) VALUES (
                2, format('ALTER TABLE symbols ALTER %I TYPE %s', found.name, found.type),
                found.name || ' does not fit ' || found.type,
                CASE WHEN found.type LIKE 'numeric%' THEN
                    -- NaN fits everywhere.
                    format(
                        '%1$I <> ''NaN'' AND (%1$I <> round(%1$I, %3$s) OR abs(%1$I) >= 10::numeric ^ (%2$s - (%3$s)))',
                        found.name, substring(found.type FROM '\d+'), substring(found.type FROM ',(-?\d+)'))
                ELSE format('char_length(%I) > %s', found.name, substring(found.type FROM '\d+')) END);
        END IF;
    END LOOP;
    FOR found IN
        SELECT name, definition, is_lost FROM (VALUES
            -- As the plan's table held it, which is what a row without a kind says, or as 009 makes it.
            (1, 'kind', 'TEXT NOT NULL DEFAULT ''spot''', $lost$
                ROW(kind, payoff, settle_asset::text) IS DISTINCT FROM ROW('spot'::text, NULL::text, NULL::text)
                AND NOT EXISTS (
                    SELECT FROM exchanges e
                    WHERE e.id = exchange_id AND ROW(kind, payoff, settle_asset::text) IS NOT DISTINCT FROM
                        CASE e.market_type
                        WHEN 'FUTURES' THEN ROW('perpetual'::text, 'linear'::text, quote_asset::text)
                        WHEN 'OPTIONS' THEN ROW('other'::text, NULL::text, NULL::text) END)$lost$),
            (2, 'settle_asset', 'VARCHAR(25)', NULL), (3, 'payoff', 'TEXT', NULL),
            (4, 'contract_size', 'NUMERIC', 'contract_size IS NOT NULL'),
            (5, 'expires_at', 'TIMESTAMPTZ', 'expires_at IS NOT NULL'), (6, 'strike', 'NUMERIC', 'strike IS NOT NULL'),
            (7, 'option_type', 'TEXT', 'option_type IS NOT NULL'),
            (8, 'min_notional', 'NUMERIC', 'min_notional IS NOT NULL'),
            (9, 'is_tiered', 'BOOLEAN NOT NULL DEFAULT false', 'is_tiered'),
            (10, 'is_inferred', 'BOOLEAN NOT NULL DEFAULT false', 'is_inferred'),
            (11, 'is_last_good', 'BOOLEAN NOT NULL DEFAULT false', 'is_last_good'),
            (12, 'listed_at', 'TIMESTAMPTZ', 'listed_at IS NOT NULL'),
            (13, 'delists_at', 'TIMESTAMPTZ', 'delists_at IS NOT NULL'),
            (14, 'is_kind_assumed', 'BOOLEAN NOT NULL DEFAULT true', NULL)
        ) AS list (position, name, definition, is_lost)
        WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = home AND attname = name)
        ORDER BY position
    LOOP
        changes := changes || format('ADD COLUMN %I %s', found.name, found.definition);
        INSERT INTO symbols_adopted (stage, undo, loss, is_lost) VALUES (
            2, format('ALTER TABLE symbols DROP COLUMN %I', found.name),
            CASE WHEN found.name = 'kind' THEN 'the kind is not the one of its exchange'
                WHEN found.is_lost IS NOT NULL THEN 'there is no column for ' || found.name END, found.is_lost);
    END LOOP;
    EXECUTE 'ALTER TABLE symbols ' || array_to_string(changes, ', ');
    FOREACH statement IN ARRAY descriptions LOOP
        EXECUTE statement;
    END LOOP;
    IF to_regclass('symbol_inferences') IS NOT NULL THEN
        ALTER TABLE symbol_inferences ALTER base_asset TYPE VARCHAR(25), ALTER quote_asset TYPE VARCHAR(25);
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS symbols (
    id INTEGER PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    exchange_id SMALLINT NOT NULL REFERENCES exchanges (id),
    base_asset VARCHAR(25) NOT NULL,
    quote_asset VARCHAR(25) NOT NULL,
    symbol_string VARCHAR(50) NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT true,
    kind TEXT NOT NULL DEFAULT 'spot',
    settle_asset VARCHAR(25),
    payoff TEXT,
    contract_size NUMERIC,
    expires_at TIMESTAMPTZ,
    strike NUMERIC,
    option_type TEXT,
    precision_base SMALLINT,
    precision_quote SMALLINT,
    precision_price SMALLINT,
    min_order_size NUMERIC,
    max_order_size NUMERIC,
    tick_size NUMERIC,
    step_size NUMERIC,
    min_notional NUMERIC,
    is_tiered BOOLEAN NOT NULL DEFAULT false,
    is_inferred BOOLEAN NOT NULL DEFAULT false,
    is_last_good BOOLEAN NOT NULL DEFAULT false,
    is_kind_assumed BOOLEAN NOT NULL DEFAULT true,
    listed_at TIMESTAMPTZ,
    delists_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_seen TIMESTAMPTZ
);

-- What the wire cannot carry and lookups cannot tell apart is stopped at the writer. A key holds no blank at either end
-- and no control character, no-break space or character that shows as nothing: two that look the same are the same. A
-- number is more than 0 and exact in 18 significant digits with an exponent from -128 to 127; nearly all are settled by
-- the first comparison, which costs a tenth of the other. NaN and the infinities are greater than any bound here.
--
-- On a table with rows a rule binds every new version of a row at once, and the old ones when 009 has looked at them.
DO $$
DECLARE
    is_new CONSTANT boolean := NOT EXISTS (SELECT FROM symbols);
    rule record;
BEGIN
    FOR rule IN
        SELECT 'symbols_' || subject || '_servable' AS name, format($rule$
            octet_length(%1$I) BETWEEN 1 AND %2$s AND %1$I NOT LIKE ' %%' AND %1$I NOT LIKE '%% ' AND %1$I !~
            '[\u0001-\u001F\u007F-\u00A0\u00AD\u061C\u1680\u180E\u2000-\u200F\u2028-\u202F'
            '\u205F-\u206F\u3000\uFEFF\uFFF9-\uFFFB]'
            $rule$, subject, byte_count_max) AS condition
        FROM (VALUES ('base_asset', 25), ('quote_asset', 25), ('settle_asset', 25), ('symbol_string', 50)
        ) AS list (subject, byte_count_max)
        UNION ALL
        SELECT 'symbols_' || subject || '_positive', format('%I > 0', subject) FROM unnest(ARRAY[
            'contract_size', 'strike', 'min_order_size', 'max_order_size', 'tick_size', 'step_size', 'min_notional'
        ]) subject
        UNION ALL
        SELECT 'symbols_' || subject || '_servable', format($rule$
            scale(%1$I) <= 9 AND %1$I < 1e9 OR %1$I < 'Infinity' AND scale(trim_scale(%1$I)) <= 128
            AND octet_length(btrim(replace(trim_scale(%1$I)::text, '.', ''), '0')) <= 18
            AND octet_length(trim_scale(%1$I)::text) - octet_length(rtrim(trim_scale(%1$I)::text, '0')) <= 127
            $rule$, subject)
        FROM unnest(ARRAY[
            'contract_size', 'strike', 'min_order_size', 'max_order_size', 'tick_size', 'step_size', 'min_notional'
        ]) subject
        UNION ALL
        SELECT 'symbols_' || subject || '_range', format('%I BETWEEN 0 AND 254', subject)
        FROM unnest(ARRAY['precision_base', 'precision_quote', 'precision_price']) subject
        UNION ALL
        SELECT 'symbols_' || subject, condition FROM (VALUES
            ('id_servable', 'id > 0'),
            ('kind_servable', $rule$kind IN ('spot', 'perpetual', 'future', 'option', 'other')$rule$),
            ('payoff_servable', $rule$payoff IN ('linear', 'inverse', 'quanto')$rule$),
            ('option_type_servable', $rule$option_type IN ('call', 'put')$rule$),
            ('kind_complete', $rule$CASE kind
                WHEN 'spot' THEN
                    num_nonnulls(settle_asset, payoff, contract_size, expires_at, strike, option_type) = 0
                WHEN 'perpetual' THEN
                    settle_asset IS NOT NULL AND num_nonnulls(expires_at, strike, option_type) = 0
                WHEN 'future' THEN
                    num_nulls(settle_asset, expires_at) = 0 AND num_nonnulls(strike, option_type) = 0
                WHEN 'option' THEN num_nulls(settle_asset, expires_at, strike, option_type) = 0
                ELSE true END$rule$),
            ('assets_differ', $rule$base_asset <> quote_asset OR kind <> 'spot'$rule$),
            ('order_size_range', 'min_order_size <= max_order_size'),
            ('times_servable', 'isfinite(created_at) AND isfinite(updated_at) AND isfinite(last_seen) '
                'AND isfinite(expires_at) AND isfinite(listed_at) AND isfinite(delists_at) '
                -- The years that every text of a time can have: what export writes is what import reads.
                'AND greatest(created_at, updated_at, last_seen, expires_at, listed_at, delists_at) '
                '< ''10000-01-01 00:00+00'' '
                'AND least(created_at, updated_at, last_seen, expires_at, listed_at, delists_at) '
                '>= ''0001-01-01 00:00+00''')
        ) AS list (subject, condition)
    LOOP
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_constraint WHERE conrelid = 'symbols'::regclass AND conname = rule.name);
        EXECUTE format('ALTER TABLE symbols ADD CONSTRAINT %I CHECK (%s)%s',
            rule.name, rule.condition, CASE WHEN is_new THEN '' ELSE ' NOT VALID' END);
        IF to_regclass('symbols_adopted') IS NOT NULL THEN
            INSERT INTO symbols_adopted (stage, undo)
            VALUES (1, format('ALTER TABLE symbols DROP CONSTRAINT IF EXISTS %I', rule.name));
        END IF;
    END LOOP;
END
$$;

COMMENT ON TABLE symbols IS
    'One row per instrument of one venue. Among active rows of a venue the symbol string is unique, and so is what the '
    'instrument is: base, quote, settle, kind, payoff, expires_at, strike, option_type. Inactive ones stay for ever';
COMMENT ON COLUMN symbols.symbol_string IS 'The venue''s own spelling, compared byte for byte: BTCUSDT, BTC_USDT';
COMMENT ON COLUMN symbols.is_active IS
    'False once delisted; the row stays, an id that was ever given out resolves. One whose expires_at or delists_at '
    'has passed counts as inactive whatever is said here';
COMMENT ON COLUMN symbols.kind IS
    'spot, perpetual, future, option, or other (spreads, indices, moves), which has no unified name';
COMMENT ON COLUMN symbols.settle_asset IS 'The asset that gains and losses are paid in; NULL for spot';
COMMENT ON COLUMN symbols.payoff IS
    'linear: settles in the quote asset; inverse: in the base asset; quanto: in a third one';
COMMENT ON COLUMN symbols.contract_size IS
    'What one contract stands for: in base assets for linear contracts and options, in quote assets for inverse '
    'perpetuals and futures, in settle assets for quanto contracts';
COMMENT ON COLUMN symbols.expires_at IS 'The moment of expiry, of futures and options';
COMMENT ON COLUMN symbols.strike IS 'Strike price of an option, in quote assets for one base asset';
COMMENT ON COLUMN symbols.option_type IS 'call or put';
COMMENT ON COLUMN symbols.precision_base IS
    'Digits behind the point of a quantity, 0 to 254; NULL: not given, read off step_size';
COMMENT ON COLUMN symbols.precision_quote IS 'Digits behind the point of an amount in quote assets; NULL: not given';
COMMENT ON COLUMN symbols.precision_price IS
    'Digits behind the point of a price, 0 to 254; NULL: not given, read off tick_size';
COMMENT ON COLUMN symbols.min_order_size IS
    'Smallest order: base assets of spot, contracts of what has a contract_size';
COMMENT ON COLUMN symbols.max_order_size IS 'Largest order, in the unit of min_order_size';
COMMENT ON COLUMN symbols.tick_size IS 'Smallest price step, in quote assets; the smallest of all where is_tiered';
COMMENT ON COLUMN symbols.step_size IS 'Smallest quantity step, in the unit of min_order_size';
COMMENT ON COLUMN symbols.min_notional IS 'Smallest order in quote assets: price times quantity';
COMMENT ON COLUMN symbols.is_tiered IS 'The venue''s tick depends on the price';
COMMENT ON COLUMN symbols.is_inferred IS 'Digits, tick or step were read off market data; nobody stated them';
COMMENT ON COLUMN symbols.is_last_good IS
    'The venue lists rules for it that could not be imported; these are the last that could';
COMMENT ON COLUMN symbols.is_kind_assumed IS
    'Nobody said the kind: it is what the exchange trades, and a list that says another one may correct it under the '
    'same id. Whoever writes a kind with SQL writes false here; import and symbols add do';
COMMENT ON COLUMN symbols.listed_at IS 'When trading began or begins, as the venue announces it';
COMMENT ON COLUMN symbols.delists_at IS 'When trading ends, as the venue announces it';
COMMENT ON COLUMN symbols.updated_at IS
    'Set by trigger when anything but last_seen changed; assigned before commit, so never a watermark';
COMMENT ON COLUMN symbols.last_seen IS 'When market data last mentioned the symbol; publishes nothing when touched';

-- The bodies are bound to the tables when the functions are made, whatever search_path the caller has. Somebody's own
-- get_exchange_id stays as it is; the down file knows ours by its comment.
DO $$
BEGIN
    IF to_regprocedure('get_exchange_id(text)') IS NULL THEN
        CREATE FUNCTION get_exchange_id(exchange_code text) RETURNS smallint
        LANGUAGE sql STABLE PARALLEL SAFE
        RETURN (SELECT e.id FROM exchanges e WHERE e.enum_value = exchange_code);
        COMMENT ON FUNCTION get_exchange_id(text) IS
            'Id of a venue by its code, NULL when unknown; inactive ones included';
    END IF;
END
$$;

-- The one kind that the exchange's market_type names. Of perpetuals the linear one that settles in the quote asset
-- comes before others, among the living and else among the dead.
CREATE OR REPLACE FUNCTION get_symbol_id(exchange_code text, base text, quote text) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT coalesce(
        max(id) FILTER (WHERE is_live AND is_first),
        CASE count(*) FILTER (WHERE is_live)
            WHEN 0 THEN coalesce(max(id) FILTER (WHERE is_first), max(id))
            WHEN 1 THEN max(id) FILTER (WHERE is_live)
        END)
    FROM (
        SELECT s.id, s.is_active AND (least(s.expires_at, s.delists_at) <= now()) IS NOT TRUE AS is_live,
            (s.payoff = 'linear' AND s.settle_asset = s.quote_asset) IS TRUE AS is_first
        FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
        WHERE e.enum_value = exchange_code AND s.base_asset = base AND s.quote_asset = quote
            AND s.kind = CASE e.market_type WHEN 'SPOT' THEN 'spot' WHEN 'FUTURES' THEN 'perpetual' END
    ) AS of_kind);

COMMENT ON FUNCTION get_symbol_id(text, text, text) IS
    'Id of the spot symbol of a SPOT venue, of the perpetual of a FUTURES venue, by venue code, base and quote asset; '
    'of several the living one, else the one that died last. NULL when unknown, and when more than one is left';

CREATE OR REPLACE VIEW symbol_details WITH (security_invoker = true) AS
SELECT
    s.id AS symbol_id,
    s.symbol_string,
    symbol_unified_name(
        s.base_asset, s.quote_asset, s.settle_asset, s.kind, s.expires_at, s.strike, s.option_type) AS unified_name,
    s.base_asset,
    s.quote_asset,
    s.exchange_id,
    e.enum_value AS exchange_code,
    e.display_name AS exchange_display_name,
    e.market_type,
    s.is_active,
    e.is_active AS exchange_is_active,
    s.is_active AND e.is_active AND (least(s.expires_at, s.delists_at) <= now()) IS NOT TRUE AS is_tradable,
    s.kind,
    s.settle_asset,
    s.payoff,
    s.contract_size,
    s.expires_at,
    s.strike,
    s.option_type,
    s.precision_base,
    s.precision_quote,
    s.precision_price,
    s.min_order_size,
    s.max_order_size,
    s.tick_size,
    s.step_size,
    s.min_notional,
    s.is_tiered,
    s.is_inferred,
    s.is_last_good,
    s.listed_at,
    s.delists_at,
    s.created_at,
    s.updated_at,
    s.last_seen
FROM symbols s
JOIN exchanges e ON e.id = s.exchange_id;

COMMENT ON VIEW symbol_details IS 'Symbols with their venue, as people want to read them';

DO $$
DECLARE
    grants CONSTANT text := current_setting('symbology.symbol_details_grants', true);
    statement text;
BEGIN
    FOREACH statement IN ARRAY coalesce(nullif(grants, ''), '{}')::text[] LOOP
        BEGIN
            EXECUTE statement;
        EXCEPTION WHEN undefined_column THEN
            -- One of the view as it was, which comes back with it.
            RAISE WARNING 'not done, there is no such column now: %', statement;
        END;
    END LOOP;
    PERFORM set_config('symbology.symbol_details_grants', '', false);
END
$$;

-- What was read off observed prices and quantities, beside what people set. `populate` fills precision, tick and step
-- of a symbol only while they are not given or still as it wrote them itself; by this table it knows its own values. It
-- refers to no row of symbols, so that symbols can be truncated and restored; a row without its symbol does no harm.
CREATE TABLE IF NOT EXISTS symbol_inferences (
    exchange_id SMALLINT NOT NULL,
    base_asset VARCHAR(25) NOT NULL,
    quote_asset VARCHAR(25) NOT NULL,
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
