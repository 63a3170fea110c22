/// The SQL of the mirror of one legacy table.
///
/// It must never raise, and never wait for what its writer would not wait for: see `Migrations/README.md`. Hence no
/// sub-select that could find two rows, everything that the target refuses asked beforehand in the same statement, and
/// no EXCEPTION block, which costs a transaction id each time.
struct MirrorStatements {
    let table: LegacyTable

    private var source: String { table.source.rawValue }
    private static let queueColumns =
        "source, reason, \"id\", \"timestamp\", \"exchange\", \"symbol_base\", \"symbol_quote\""
    private static let key = MarketDataSource.keyColumns.map { "n.\"\($0)\"" }.joined(separator: ", ")

    /// The attached partition for the time of a row, `p`. The catalogue is asked too: somebody may have detached it by
    /// hand, and a row without a partition would be the writer's error.
    static func partition(of row: String, _ source: String) -> String {
        """
        LEFT JOIN LATERAL (
            SELECT q.relation, q.ends_at FROM market_data_partitions q
            WHERE q.source = '\(source)' AND q.state = 'attached' AND q.starts_at <= \(row)."timestamp"
            ORDER BY q.starts_at DESC LIMIT 1
        ) p ON \(row)."timestamp" < p.ends_at
            AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = p.relation AND NOT i.inhdetachpending)
        """
    }

    /// Why a row cannot be copied, with `s` as what its names mean and `p` its partition; NULL when it can.
    static func reason(_ source: MarketDataSource, _ row: String) -> String {
        """
        CASE WHEN s.reason IS NOT NULL THEN s.reason WHEN p.relation IS NULL THEN 'no partition' \
        WHEN (\(source.isAcceptable(row))) IS NOT TRUE THEN 'refused' END
        """
    }

    /// Queues the keys of rows, each once, however many of the tables have it.
    private func queue(_ tables: String...) -> String {
        let keys = tables.map { "SELECT '\(source)', 'changed', \(Self.key) FROM \($0) n" }
        return "INSERT INTO market_data_queue (\(Self.queueColumns)) \(keys.joined(separator: " UNION "))"
    }

    /// Copies nearly every row: of a live symbol of its venue's one kind, of perpetuals the one that a pair prefers,
    /// which `symbols_live_identity_unique` has once, and of a time within the newest partitions. What it leaves out is
    /// asked again with all of `market_data_symbol`.
    ///
    /// FOR KEY SHARE: should the symbol be going away at this moment, the foreign key would wait for that, and raise.
    /// SKIP LOCKED: so nobody waits, and the row is queued. In a sub-select, or PostgreSQL would carry every row of the
    /// join along whole.
    private func copyUsual(_ condition: String = "true") -> String {
        """
        INSERT INTO \(table.source.targetName) (\(table.targetColumns))
                    SELECT s.id, \(table.values(of: "n"))
                    FROM new_rows n
                    JOIN exchanges e ON e.enum_value = n.exchange
                    CROSS JOIN LATERAL (
                        SELECT s.id FROM symbols s
                        WHERE s.exchange_id = e.id AND s.base_asset = n.symbol_base
                            AND s.quote_asset = n.symbol_quote AND s.is_active AND (s.delists_at <= now()) IS NOT TRUE
                            AND (e.market_type = 'SPOT' AND s.kind = 'spot'
                                OR e.market_type = 'FUTURES' AND s.kind = 'perpetual' AND s.payoff = 'linear'
                                    AND s.settle_asset = s.quote_asset)
                        FOR KEY SHARE SKIP LOCKED
                    ) s
                    WHERE \(source)_has_partition(n."timestamp") AND \(table.source.isAcceptable("n")) AND \(condition)
                    ON CONFLICT DO NOTHING
        """
    }

    /// Of a statement of one row. The id is never NULL; it is there so that PostgreSQL does not take the condition for
    /// one that it would ask before it begins, by one more node of the plan.
    private static let isOnlyRow = "EXISTS (SELECT FROM new_rows OFFSET 1) = (n.id IS NULL)"

    /// - Parameter schema: where the tables are, quoted.
    ///
    /// Rows of writers with one snapshot for all their statements are queued at once: what they do not see they cannot
    /// avoid, and it would be a serialization failure of theirs.
    func function(schema: String) -> String {
        let names = "market_data_symbol(n.exchange, n.symbol_base, n.symbol_quote) s"
        let target = table.source.targetName
        let isMissing = "NOT EXISTS (SELECT FROM \(target) t WHERE t.id = n.id AND t.\"timestamp\" = n.\"timestamp\")"
        return """
            CREATE OR REPLACE FUNCTION \(table.source.mirrorName)() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, \(schema), pg_temp
            AS $mirror$
            DECLARE
                row_count bigint;
                done_count bigint := 0;
                more_count bigint;
            BEGIN
                IF TG_OP = 'INSERT' AND current_setting('transaction_isolation') = 'read committed' THEN
                    \(copyUsual(Self.isOnlyRow));
                    IF FOUND THEN
                        RETURN NULL;
                    END IF;
                    row_count := (SELECT count(*) FROM new_rows);
                    IF row_count > 1 THEN
                        \(copyUsual());
                        GET DIAGNOSTICS done_count = ROW_COUNT;
                    END IF;
                    -- None is an upsert that updates.
                    IF done_count = row_count THEN
                        RETURN NULL;
                    END IF;
                    INSERT INTO \(target) (\(table.targetColumns))
                    SELECT k.id, \(table.values(of: "n"))
                    FROM new_rows n
                    CROSS JOIN LATERAL \(names)
                    CROSS JOIN LATERAL (
                        SELECT k.id FROM symbols k WHERE k.id = s.symbol_id FOR KEY SHARE SKIP LOCKED
                    ) k
                    \(Self.partition(of: "n", source))
                    WHERE p.relation IS NOT NULL AND \(table.source.isAcceptable("n")) AND \(isMissing)
                    ON CONFLICT DO NOTHING;
                    GET DIAGNOSTICS more_count = ROW_COUNT;
                    done_count := done_count + more_count;
                    INSERT INTO market_data_queue (\(Self.queueColumns))
                    SELECT '\(source)', coalesce(\(Self.reason(table.source, "n")), 'changed'), \(Self.key)
                    FROM new_rows n
                    CROSS JOIN LATERAL \(names)
                    \(Self.partition(of: "n", source))
                    WHERE \(isMissing);
                    GET DIAGNOSTICS more_count = ROW_COUNT;
                    IF done_count + more_count = row_count THEN
                        RETURN NULL;
                    END IF;
                    -- Some were there already, as other rows before them.
                END IF;
                IF TG_OP = 'TRUNCATE' THEN
                    INSERT INTO market_data_queue (source, reason) VALUES ('\(source)', 'truncated');
                    RETURN NULL;
                END IF;
                IF TG_OP = 'INSERT' THEN
                    \(queue("new_rows"));
                ELSIF TG_OP = 'UPDATE' THEN
                    \(queue("old_rows", "new_rows"));
                ELSE
                    \(queue("old_rows"));
                END IF;
                RETURN NULL;
            END
            $mirror$;
            REVOKE ALL ON FUNCTION \(table.source.mirrorName)() FROM PUBLIC
            """
    }

    private static let events = [
        ("inserted", "INSERT", "REFERENCING NEW TABLE AS new_rows "),
        ("updated", "UPDATE", "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "),
        ("deleted", "DELETE", "REFERENCING OLD TABLE AS old_rows "),
        ("truncated", "TRUNCATE", ""),
    ]

    static let triggerNames = events.map { "market_data_\($0.0)" }

    /// ALWAYS: a session that restores rows with `session_replication_role = replica` writes rows too.
    var triggers: String {
        Self.events.map { name, event, tables in
            """
            CREATE TRIGGER market_data_\(name) AFTER \(event) ON \(table.name)
                \(tables)FOR EACH STATEMENT EXECUTE FUNCTION \(table.source.mirrorName)();
            ALTER TABLE \(table.name) ENABLE ALWAYS TRIGGER market_data_\(name)
            """
        }.joined(separator: ";\n")
    }

    /// Fails where a value of the legacy table has no way into the target: the writers would find out.
    var probe: String {
        """
        EXPLAIN INSERT INTO \(table.source.targetName) (\(table.targetColumns))
        SELECT 0, \(table.values(of: "n")) FROM \(table.name) n WHERE \(table.source.isAcceptable("n"))
        """
    }

    /// Rows that are there already, of times for which there is no partition to come: nobody else would queue them.
    /// `$1` is where the last partition ends.
    var queueLaterRows: String {
        """
        INSERT INTO market_data_queue (\(Self.queueColumns))
        SELECT '\(source)', 'no partition', \(Self.key) FROM \(table.name) n WHERE n."timestamp" >= $1::timestamptz
        """
    }
}
