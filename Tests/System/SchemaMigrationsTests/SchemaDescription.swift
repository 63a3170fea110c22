import PostgreSQL
import TestSupport

/// Everything a migration can make in the schema, as text: two databases, or two moments, can be compared by it.
func schema(_ database: TestDatabase, withLedger: Bool = true) throws -> String {
    let statement = Statement(
        name: "describe schema",
        sql: """
            SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
                SELECT 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                    || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || ' ' || a.attidentity::text
                    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
                    || coalesce(' -- ' || col_description(c.oid, a.attnum), '')
                FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
                WHERE c.relnamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'relation ' || relkind::text || ' ' || relname || ' ' || coalesce(reloptions::text, '')
                    || coalesce(' -- ' || obj_description(oid, 'pg_class'), '')
                FROM pg_class WHERE relnamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
                FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
                UNION ALL
                SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema()
                UNION ALL
                SELECT 'trigger ' || tgrelid::regclass || ' ' || tgenabled::text || ' ' || pg_get_triggerdef(oid)
                FROM pg_trigger WHERE NOT tgisinternal
                UNION ALL
                SELECT 'function ' || pg_get_functiondef(oid) || coalesce(proacl::text, '')
                    || coalesce(' -- ' || obj_description(oid, 'pg_proc'), '')
                FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prokind = 'f'
                UNION ALL
                SELECT 'view ' || viewname || definition FROM pg_views WHERE schemaname = current_schema()
            ) AS part(line) WHERE $1 OR line NOT LIKE '%symbology_migrations%'
            """)
    return try database.connect().query(statement, [.bool(withLedger)]).text(0, 0) ?? ""
}
