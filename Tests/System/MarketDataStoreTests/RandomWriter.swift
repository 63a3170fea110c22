import PostgreSQL
import TestSupport

/// A writer of the legacy table that does whatever a writer may do, by its seed. One to a thread.
final class RandomWriter {
    private let connection: Connection
    private let number: Int
    private var generator: SeededGenerator
    private(set) var truncationCount = 0

    init(_ connection: Connection, number: Int, seed: UInt64) {
        self.connection = connection
        self.number = number
        generator = SeededGenerator(seed: seed &+ UInt64(number) &* 0x9E37_79B9)
    }

    /// One transaction. Every third is a single statement about a single row, which has no reason to fail at all; of
    /// the others, what a writer of their isolation level has to expect without the mirror too is no failure.
    /// - Parameter mayTruncate: after which there is little left to carry over.
    func write(mayTruncate: Bool) throws(PostgreSQLError) {
        if generator.chance(33) { return try writeOnce(rowCount: 1, mayTruncate: false) }
        let levels = ["READ COMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]
        let level = levels[Int.random(in: 0..<4, using: &generator)]
        do throws(PostgreSQLError) {
            try say("BEGIN ISOLATION LEVEL \(level)")
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                try writeOnce(rowCount: Int.random(in: 1...3, using: &generator), mayTruncate: mayTruncate)
            }
            try say(generator.chance(10) ? "ROLLBACK" : "COMMIT")
        } catch {
            guard error.isRetriable else { throw error }
            try say("ROLLBACK")
        }
    }

    private func writeOnce(rowCount: Int, mayTruncate: Bool) throws(PostgreSQLError) {
        let base = "B\(Int.random(in: 1...21, using: &generator))"
        let age = Int.random(in: 0..<30 * 86_400, using: &generator)
        let offset = Int.random(in: 0..<100, using: &generator)
        let some = "(SELECT id FROM book_ticker_snapshots ORDER BY id OFFSET \(offset) LIMIT \(rowCount))"
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<45:
            try say(
                """
                INSERT INTO book_ticker_snapshots
                       (exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty, timestamp)
                SELECT 'MEXC_SPOT', '\(base)', 'USDT', 1 + g, \(number + 1), 9, 3,
                       now() - interval '\(age) seconds' + g * interval '1 microsecond'
                  FROM generate_series(1, \(rowCount)) g
                """)
        case 45..<65:
            try say("UPDATE book_ticker_snapshots SET bid_price = bid_price + 0.001, bid_qty = 5 WHERE id IN \(some)")
        case 65..<75:
            let time = "now() - interval '\(age) seconds'"
            try say("UPDATE book_ticker_snapshots SET timestamp = \(time) WHERE id IN \(some)")
        case 75..<80: try say("UPDATE book_ticker_snapshots SET symbol_base = '\(base)' WHERE id IN \(some)")
        case 80..<99: try say("DELETE FROM book_ticker_snapshots WHERE id IN \(some)")
        default:
            guard mayTruncate, generator.chance(20) else { return }
            try say("TRUNCATE book_ticker_snapshots")
            truncationCount += 1
        }
    }

    private func say(_ sql: String) throws(PostgreSQLError) {
        try connection.query(Statement(name: "random writer", sql: sql))
    }
}
