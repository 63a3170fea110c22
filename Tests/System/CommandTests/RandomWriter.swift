import Foundation
import PostgreSQL
import TestSupport

/// Changes symbols at random, in transactions of one to three steps, of which some are rolled back and some fail.
struct RandomWriter {
    let connection: Connection
    let exchangeIds: [Int]
    let firstId: Int
    let idCount: Int
    let nameCount: Int
    var random: SeededGenerator
    private(set) var commitCount = 0

    init(
        _ connection: Connection, exchangeIds: [Int], firstId: Int, idCount: Int, nameCount: Int,
        random: SeededGenerator
    ) {
        self.connection = connection
        self.exchangeIds = exchangeIds
        self.firstId = firstId
        self.idCount = idCount
        self.nameCount = nameCount
        self.random = random
    }

    /// One transaction. Names collide and rows are missing: then it fails, as those of real writers do.
    mutating func write() throws {
        let isRolledBack = Int.random(in: 0..<10, using: &random) == 0
        // In the order of ids, so that two writers never wait for each other.
        let ids = (0..<Int.random(in: 1...3, using: &random)).map { _ in Int.random(in: 0..<idCount, using: &random) }
        let steps = Set(ids).sorted().map { step(firstId + $0) }
        let script = "BEGIN; " + steps.joined(separator: "; ") + (isRolledBack ? "; ROLLBACK" : "; COMMIT")
        do throws(PostgreSQLError) {
            try connection.executeScript(script, name: "writer")
        } catch {
            // Names that are taken, writers that wait for each other.
            guard let state = error.sqlState, state.hasPrefix("23") || state.hasPrefix("40") else { throw error }
            return try connection.executeScript("ROLLBACK", name: "writer")
        }
        if !isRolledBack { commitCount += 1 }
    }

    private mutating func step(_ id: Int) -> String {
        let version = Int.random(in: 1..<1_000_000, using: &random)
        let name = "W\(Int.random(in: 0..<nameCount, using: &random))"
        let precisions = (0..<3).map { _ in Int.random(in: 1...18, using: &random) }
        let exchangeId = exchangeIds[id % exchangeIds.count]
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<7:
            return """
                INSERT INTO symbols (id, exchange_id, base_asset, quote_asset, symbol_string, precision_price,
                    precision_base, precision_quote, tick_size)
                OVERRIDING SYSTEM VALUE VALUES (\(id), \(exchangeId), '\(name)', 'USDT', '\(name)_USDT',
                    \(precisions[0]), \(precisions[1]), \(precisions[2]), \(version))
                ON CONFLICT (id) DO UPDATE SET tick_size = EXCLUDED.tick_size
                """
        case 7..<12:
            return """
                UPDATE symbols SET precision_price = \(precisions[0]), precision_base = \(precisions[1]),
                    precision_quote = \(precisions[2]), tick_size = \(version) WHERE id = \(id)
                """
        case 12..<14: return "UPDATE symbols SET is_active = NOT is_active WHERE id = \(id)"
        case 14..<16: return "DELETE FROM symbols WHERE id = \(id)"
        case 16..<18:
            return "UPDATE symbols SET symbol_string = '\(name)_USDT', base_asset = '\(name)' WHERE id = \(id)"
        case 18: return "UPDATE symbols SET last_seen = now() WHERE id = \(id)"
        default: return "UPDATE exchanges SET is_active = NOT is_active WHERE id = \(exchangeIds[1])"
        }
    }
}
