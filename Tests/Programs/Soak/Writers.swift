import Glibc
import Platform
import PostgreSQL
import Synchronization
import TestSupport

/// Threads that change `symbols`, and now and then `exchanges`, at random, in transactions of one to four statements of
/// which some are rolled back.
final class Writers: Sendable {
    private struct State {
        var isStopping = false
        var committedCount = 0
        var failedCount = 0
    }

    private let state = Mutex(State())
    private let threads: Mutex<[SystemThread]> = Mutex([])

    var committedCount: Int { state.withLock { $0.committedCount } }
    private var isStopping: Bool { state.withLock { $0.isStopping } }

    init(_ plan: SoakPlan, conninfo: String) throws {
        let target = try ConnectionTarget(conninfo: conninfo)
        for number in 0..<plan.writerCount {
            let generator = SeededGenerator(seed: plan.seed &+ UInt64(number))
            threads.withLock { $0.append(SystemThread.started { self.run(plan, target, generator) }) }
        }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        for thread in threads.withLock({ $0 }) { thread.join() }
    }

    private func run(_ plan: SoakPlan, _ target: ConnectionTarget, _ seeded: SeededGenerator) {
        var generator = seeded
        // The pace of the changes, and no waiting for something.
        let pause = useconds_t(1_000_000 / max(1, plan.statementsPerSecond))
        while !isStopping {
            do {
                // Not a name of the server's sessions, which faults look for.
                let connection = try Connection(target, settings: SessionSettings(applicationName: "soak writer"))
                while !isStopping {
                    try transaction(connection, plan, &generator)
                    usleep(pause)
                }
            } catch {
                // A killed database or a broken session, which is what the soak is about: once more.
                state.withLock { $0.failedCount += 1 }
                usleep(100_000)
            }
        }
    }

    /// A statement that breaks a unique key ends its transaction, and that is all.
    private func transaction(
        _ connection: Connection, _ plan: SoakPlan, _ generator: inout SeededGenerator
    ) throws {
        let statements = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            statement(SoakKey.random(nameCount: plan.nameCount, using: &generator), &generator)
        }
        let isRolledBack = Int.random(in: 0..<10, using: &generator) == 0
        try connection.query(Statement(name: "begin", sql: "BEGIN"))
        do {
            for (statement, parameters) in statements { try connection.query(statement, parameters) }
        } catch {
            if error.isConnectionLost { throw error }
            try connection.query(Statement(name: "rollback", sql: "ROLLBACK"))
            return
        }
        try connection.query(Statement(name: "end", sql: isRolledBack ? "ROLLBACK" : "COMMIT"))
        if !isRolledBack { state.withLock { $0.committedCount += 1 } }
    }

    private func statement(_ key: SoakKey, _ generator: inout SeededGenerator) -> (Statement, [Parameter]) {
        let place: [Parameter] = [.text(key.exchangeCode), .text(key.base)]
        let precisions: [Parameter] = [
            .int16(.random(in: 1...18, using: &generator)), .int16(.random(in: 1...18, using: &generator)),
            .int16(.random(in: 1...18, using: &generator)),
        ]
        if Int.random(in: 0..<Self.statementsPerExchangeToggle, using: &generator) == 0 {
            return (Self.toggleExchange, [.text(key.exchangeCode)])
        }
        switch Int.random(in: 0..<11, using: &generator) {
        case 0...2:
            // No conflict clause that would burn identity values: what is there already is left alone.
            let milliseconds = Int32.random(in: 0..<Self.expiryMillisecondsMax, using: &generator)
            let expiry: Parameter = key.isFuture ? .int32(milliseconds) : .null
            return (Self.insert, place + [.text(key.symbolString)] + precisions + [expiry])
        case 3...6: return (Self.update, place + precisions)
        case 7: return (Self.toggle, place)
        case 8: return (Self.rename, place + [.text(key.symbolString)])
        case 9: return (Self.delist, place + [.int32(.random(in: 0..<Self.delistMillisecondsMax, using: &generator))])
        default: return (Self.delete, place)
        }
    }

    /// A third of all symbols changes its status with it, so it is rare.
    private static let statementsPerExchangeToggle = 500
    private static let toggleExchange = Statement(
        name: "toggle exchange", sql: "UPDATE exchanges SET is_active = NOT is_active WHERE enum_value = $1::text")

    private static let row =
        "exchange_id = (SELECT id FROM exchanges WHERE enum_value = $1::text) AND base_asset = $2::text"
    private static let insert = Statement(
        name: "insert",
        sql: """
            INSERT INTO symbols
                (exchange_id, base_asset, quote_asset, symbol_string, precision_price, precision_base, precision_quote,
                 kind, settle_asset, payoff, expires_at)
            SELECT e.id, $2::text, 'USDT', $3::text, $4::smallint, $5::smallint, $6::smallint,
                CASE WHEN $7::int IS NOT NULL THEN 'future' WHEN e.market_type = 'SPOT' THEN 'spot'
                     ELSE 'perpetual' END,
                CASE e.market_type WHEN 'SPOT' THEN NULL ELSE 'USDT' END,
                CASE e.market_type WHEN 'SPOT' THEN NULL ELSE 'linear' END,
                clock_timestamp() + $7 * interval '1 ms'
            FROM exchanges e
            WHERE e.enum_value = $1::text
              AND NOT EXISTS (SELECT 1 FROM symbols s WHERE s.exchange_id = e.id AND s.base_asset = $2::text)
            """)
    private static let update = Statement(
        name: "update",
        sql: """
            UPDATE symbols SET precision_price = $3::smallint, precision_base = $4::smallint,
                precision_quote = $5::smallint
            WHERE \(row)
            """)
    private static let toggle = Statement(
        name: "toggle", sql: "UPDATE symbols SET is_active = NOT is_active WHERE \(row)")
    private static let rename = Statement(
        name: "rename", sql: "UPDATE symbols SET symbol_string = $3::text WHERE \(row)")
    /// Announces a delisting, or calls it off; it comes to pass whether or not the database is there by then.
    private static let delist = Statement(
        name: "delist",
        sql: """
            UPDATE symbols
            SET delists_at = CASE WHEN delists_at IS NULL THEN clock_timestamp() + $3 * interval '1 ms' END
            WHERE \(row)
            """)
    /// Most come due within a fault that keeps the database away.
    private static let delistMillisecondsMax: Int32 = 6_000
    /// Futures come due all the while.
    private static let expiryMillisecondsMax: Int32 = 60_000
    private static let delete = Statement(name: "delete", sql: "DELETE FROM symbols WHERE \(row)")
}
