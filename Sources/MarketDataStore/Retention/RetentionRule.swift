import PostgreSQL

/// What is removed for its age: one thing, of one table.
public enum RetentionRule: String, Sendable, CaseIterable {
    case audit
    case tombstones
    case mirrorQueue = "mirror_queue"
    case quarantine
    case systemMetrics = "system_metrics"
    case healthChecks = "health_checks"
    case accountBalances = "account_balances"
    case balanceChanges = "balance_changes"
    case orderExecutions = "order_executions"
    case orderStatusHistory = "order_status_history"

    /// Days that it is kept where nobody says otherwise; nil for ever.
    public var defaultDays: Int? {
        switch self {
        case .tombstones: 1
        case .mirrorQueue: 7
        case .quarantine: nil
        case .systemMetrics, .healthChecks: 30
        case .audit, .accountBalances, .balanceChanges, .orderExecutions, .orderStatusHistory: 730
        }
    }

    /// Where the rows are.
    public var table: String {
        switch self {
        case .audit: "reference_audit"
        case .tombstones: "reference_tombstones"
        case .mirrorQueue, .quarantine: "market_data_queue"
        default: rawValue
        }
    }

    /// The rows `t` of the table that are older than `$1` days and may go.
    private var isExpired: String {
        switch self {
        case .audit: isOlder("at")
        // As `prune_reference_tombstones` has it: neither what a running transaction may need, nor what another cluster
        // wrote and this one can never have.
        case .tombstones:
            """
            (\(isOlder("deleted_at")) AND changed_xid < pg_snapshot_xmin(pg_current_snapshot())
                OR changed_xid >= pg_snapshot_xmax(pg_current_snapshot()))
            """
        // What is mirrored is emptied by `backfill`, and must not be forgotten; of what no longer is, nobody does.
        case .mirrorQueue:
            """
            \(isOlder("queued_at")) AND NOT EXISTS (
                SELECT FROM market_data_sources s WHERE s.source = t.source AND s.legacy IS NOT NULL)
            """
        case .quarantine:
            "\(isOlder("queued_at")) AND reason IN ('unknown symbol', 'ambiguous symbol', 'no partition', 'refused')"
        case .systemMetrics: isOlder("metric_time")
        case .healthChecks: isOlder("check_time")
        // The newest is what the account holds, however old.
        case .accountBalances:
            """
            \(isOlder("snapshot_time")) AND EXISTS (
                SELECT FROM account_balances n
                 WHERE n.exchange_id = t.exchange_id AND n.account_type = t.account_type AND n.asset = t.asset
                   AND n.snapshot_time > t.snapshot_time)
            """
        case .balanceChanges: isOlder("change_time")
        // An order that rests in the book is no history yet: one of which no row says that it ended, or of which
        // something happened lately.
        case .orderExecutions:
            """
            \(isOlder("order_time")) AND NOT EXISTS (
                SELECT FROM order_executions n
                 WHERE n.symbol_id = t.symbol_id AND n.order_id = t.order_id
                   AND NOT \(isOlder("coalesce(n.execution_time, n.order_time)")))
            AND EXISTS (
                SELECT FROM order_executions n
                 WHERE n.symbol_id = t.symbol_id AND n.order_id = t.order_id AND n.status NOT IN (1, 3))
            """
        case .orderStatusHistory: isOlder("status_time")
        }
    }

    /// What goes first: what says that an order ended is needed until its other rows are gone.
    private var order: String { self == .orderExecutions ? "ORDER BY status NOT IN (1, 3)" : "" }

    private func isOlder(_ column: String) -> String { "\(column) < now() - $1 * interval '1 day'" }

    /// How many there are.
    var count: Statement {
        Statement(name: "count \(rawValue)", sql: "SELECT count(*) FROM \(table) t WHERE \(isExpired)")
    }

    /// Removes `$2` of them at most, and says how many. The audit and the tombstones have functions for it, which also
    /// write down what is no longer known.
    var remove: Statement {
        let sql =
            switch self {
            case .audit, .tombstones: "SELECT prune_\(table)($1 * interval '1 day', $2)"
            default:
                """
                WITH gone AS (
                    DELETE FROM \(table) WHERE ctid = ANY (ARRAY(
                        SELECT ctid FROM \(table) t WHERE \(isExpired) \(order) LIMIT $2))
                    RETURNING 1
                )
                SELECT count(*) FROM gone
                """
            }
        return Statement(name: "remove \(rawValue)", sql: sql)
    }
}
