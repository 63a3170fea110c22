-- The reference tables as they were at a moment of the past.
--
--     SELECT * FROM reference_as_of(NULL::exchanges, '2026-11-28 12:00+00');
--     SELECT * FROM reference_as_of(NULL::symbols, '2026-11-28 12:00+00');
--     SELECT * FROM reference_as_of(NULL::symbol_aliases, '2026-11-28 12:00+00');
--
-- Today's tables with the audit undone backwards: of each row that a later transaction changed, what it was before the
-- first of them; all others as they are. In one REPEATABLE READ transaction the three tell of the same moment.
--
-- A transaction counts as later when any of its lines is: it is there as a whole or not at all. (Its last line is as
-- near to its commit as lines can tell.) A dump brings lines with the transaction ids of another cluster along, so
-- lines that lie more than a day apart are never taken for one transaction.
--
-- What is not recorded: last_seen, which is given where it is not later than the moment, else NULL; changed_xid, which
-- is 0 where the row was changed since. A column that was added since has its default. What was written while the
-- triggers were disabled looks as if it had always been so.

CREATE OR REPLACE FUNCTION reference_as_of(row_type anyelement, moment timestamptz) RETURNS SETOF anyelement
LANGUAGE plpgsql STABLE SECURITY DEFINER
AS $$
DECLARE
    relation CONSTANT regclass := (SELECT typrelid FROM pg_type WHERE oid = pg_typeof(row_type));
    relation_name CONSTANT text := (SELECT relname FROM pg_class WHERE oid = relation);
    has_names CONSTANT boolean := relation = 'symbol_aliases'::regclass;
    began_at timestamptz;
    pruned_to timestamptz;
    defaults text;
    columns text;
BEGIN
    IF relation IS NULL OR relation NOT IN ('exchanges'::regclass, 'symbols'::regclass, 'symbol_aliases'::regclass) THEN
        RAISE EXCEPTION 'of % no past is recorded', pg_typeof(row_type) USING ERRCODE = 'invalid_parameter_value';
    END IF;
    SELECT s.began_at, s.pruned_to INTO began_at, pruned_to FROM reference_audit_state s;
    IF began_at IS NULL THEN
        RAISE EXCEPTION 'no past is known: the triggers that record it are not there'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Run: symbology migrate up';
    ELSIF moment IS NULL OR moment > clock_timestamp() THEN
        RAISE EXCEPTION 'the state at % is not known yet', moment USING ERRCODE = 'invalid_parameter_value';
    ELSIF moment < began_at THEN
        RAISE EXCEPTION 'the state at % is not known: the audit began at %', moment, began_at
            USING ERRCODE = 'invalid_parameter_value';
    ELSIF moment < pruned_to THEN
        RAISE EXCEPTION 'the state at % is not known: the audit was pruned up to %', moment, pruned_to
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    -- What a line of before does not know has its default; of a number that is drawn there is none: reading draws none.
    SELECT
        -- Added to one another: a function takes 100 arguments.
        '''{}''::jsonb' || coalesce(string_agg(
            format(' || jsonb_build_object(%L, %s)', a.attname, pg_get_expr(d.adbin, d.adrelid)), '')
            FILTER (WHERE pg_get_expr(d.adbin, d.adrelid) NOT LIKE '%nextval(%'), ''),
        string_agg(
            CASE a.attname WHEN 'last_seen' THEN 'CASE WHEN r.last_seen <= $1 THEN r.last_seen END'
                ELSE format('r.%I', a.attname) END, ', ' ORDER BY a.attnum)
    INTO defaults, columns
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped;

    -- An alias is known by its name, which an UPDATE may change: then the new name was not there before. Of a symbol
    -- only the lines that are needed are read whole.
    RETURN QUERY EXECUTE format($query$
        WITH later AS NOT MATERIALIZED (
            SELECT * FROM reference_audit
            WHERE table_name = $2 AND action <> 'truncate' AND (at > $1 OR at > $1 - interval '1 day'
                AND transaction_id IN (
                    SELECT transaction_id FROM reference_audit WHERE at > $1 AND at <= $1 + interval '1 day'))
        ), undone AS MATERIALIZED (
            %1$s
        ), defaults AS MATERIALIZED (
            SELECT %2$s AS row
        )
        SELECT %3$s FROM undone u, defaults d, LATERAL jsonb_populate_record(NULL::%4$s, d.row || u.before) r
        WHERE u.before IS NOT NULL
        UNION ALL
        SELECT %3$s FROM %4$s r WHERE NOT EXISTS (SELECT FROM undone u WHERE u.key = %5$s)
        $query$,
        CASE WHEN has_names THEN $names$
            SELECT DISTINCT ON (key) key, before FROM (
                SELECT sequence, ARRAY[old_row ->> 'exchange_id', old_row ->> 'symbol_string'], old_row FROM later
                WHERE old_row IS NOT NULL
                UNION ALL
                SELECT sequence, ARRAY[new_row ->> 'exchange_id', new_row ->> 'symbol_string'], NULL FROM later
                WHERE new_row IS NOT NULL
                    AND (old_row ->> 'exchange_id', old_row ->> 'symbol_string')
                        IS DISTINCT FROM (new_row ->> 'exchange_id', new_row ->> 'symbol_string')
            ) AS line (sequence, key, before)
            ORDER BY key, sequence
            $names$
        ELSE $ids$
            SELECT a.row_id AS key, a.old_row AS before
            FROM (SELECT row_id, min(sequence) AS sequence FROM later GROUP BY row_id) first
            JOIN reference_audit a
                ON a.table_name = $2 AND a.row_id = first.row_id AND a.sequence = first.sequence
            $ids$
        END,
        defaults, columns, relation,
        CASE WHEN has_names THEN 'ARRAY[r.exchange_id::text, r.symbol_string::text]' ELSE 'r.id' END)
    USING moment, relation_name;
END
$$;

COMMENT ON FUNCTION reference_as_of(anyelement, timestamptz) IS
    'Rows of exchanges, symbols or symbol_aliases as they were at a moment: reference_as_of(NULL::symbols, moment). '
    'Raises invalid_parameter_value (22023) where the audit cannot tell';

-- As in 005.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION reference_as_of(anyelement, timestamptz) SET search_path = pg_catalog, %I, pg_temp',
        current_schema());
    REVOKE ALL ON FUNCTION reference_as_of(anyelement, timestamptz) FROM PUBLIC;
END
$$;
