import Foundation
import PostgreSQL
import ReferenceData
import Scenarios
import TestSupport
import Testing

@testable import ReferenceStore

/// Six writers at once, in as many threads and sessions, and a reader that refreshes while they write: in the end it
/// must hold what the tables hold. Two readers with the watermarks known to be wrong read beside it and must be caught.
@Suite(.scenario(.lateCommitter, .kindsOfWrites)) struct RandomWritersTests {
    @Test(arguments: 0..<4)
    func afterQuietTheReaderHoldsTheTables(group: Int) throws {
        let generator = SeededGenerator()
        let database = try TestSession()
        defer { database.keep() }
        var world = try World(database, generator)
        for _ in 0..<80 { try world.run() }
        #expect(world.refreshCount > 80 && world.changedRunCount > 60, "\(generator)")
        #expect(world.tombstoneCanary.caughtCount > 0, "xmin alone was not caught; \(generator)")
        #expect(world.timeCanary.caughtCount > 0, "updated_at was not caught; \(generator)")
    }
}

/// A reader with a wrong idea of how far it has read.
private struct Canary {
    enum Rule { case xmin, updatedAt }
    let rule: Rule
    let connection: Connection
    var held: [UInt32: String] = [:]
    var mark = ""
    var caughtCount = 0

    init(_ rule: Rule, _ connection: Connection) throws {
        self.rule = rule
        self.connection = connection
        try load()
    }

    mutating func load() throws {
        held = try Self.table(connection)
        mark = try newMark()
    }

    private func newMark() throws -> String {
        let sql =
            switch rule {
            case .xmin: "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"
            case .updatedAt:
                "SELECT coalesce(greatest((SELECT max(updated_at) FROM symbols), "
                    + "(SELECT max(deleted_at) FROM reference_tombstones)), '-infinity')::text"
            }
        return try connection.query(Statement(name: "mark", sql: sql)).text(0, 0) ?? ""
    }

    /// Tombstones, then rows, of what the mark says is new.
    mutating func refresh() throws {
        let (rows, tombstones) =
            switch rule {
            case .xmin:
                (
                    "changed_xid >= $1::xid8 AND changed_xid < pg_snapshot_xmin(pg_current_snapshot())",
                    "changed_xid >= $1::xid8 AND changed_xid < pg_snapshot_xmin(pg_current_snapshot())"
                )
            case .updatedAt: ("updated_at > $1::timestamptz", "deleted_at > $1::timestamptz")
            }
        let result = try connection.query(
            Statement(
                name: "canary",
                sql: """
                    SELECT id, symbol_string || ' ' || precision_price FROM symbols WHERE \(rows)
                    UNION ALL SELECT id, NULL FROM reference_tombstones t WHERE \(tombstones)
                        AND NOT EXISTS (SELECT FROM symbols s WHERE s.id = t.id)
                    """), [.text(mark)])
        mark = try newMark()
        for row in 0..<result.rowCount {
            guard let id = try result.int32(row, 0) else { continue }
            if id == 0 { held = [:] } else { held[UInt32(id)] = try result.text(row, 1) }
        }
    }

    /// After quiet.
    mutating func compare() throws {
        try refresh()
        if held != (try Self.table(connection)) {
            caughtCount += 1
            try load()
        }
    }

    private static func table(_ connection: Connection) throws -> [UInt32: String] {
        let result = try connection.query(
            Statement(name: "table", sql: "SELECT id, symbol_string || ' ' || precision_price FROM symbols"))
        var table: [UInt32: String] = [:]
        for row in 0..<result.rowCount {
            table[UInt32(try result.int32(row, 0) ?? 0)] = try result.text(row, 1)
        }
        return table
    }
}

private struct World {
    static let writerCount = 6

    let writers: [Writer]
    let loader: ReferenceLoader
    let reader: Connection
    var generator: SeededGenerator
    var held: [UInt32: SymbolRecord] = [:]
    var watermark: Watermark
    var tombstoneCanary: Canary
    var timeCanary: Canary
    var refreshCount = 0
    var changedRunCount = 0

    init(_ database: TestSession, _ generator: SeededGenerator) throws {
        self.generator = generator
        // A writer that waits gives up soon: what matters is that they overlap.
        let settings = SessionSettings(lockTimeoutMilliseconds: 20)
        writers = try (0..<Self.writerCount).map { Writer(number: $0, try database.connect(settings)) }
        reader = try database.connect()
        try reader.executeScript("SET deadlock_timeout = '10ms'", name: "deadlocks")
        loader = ReferenceLoader(reader)
        let loaded = try loader.load()
        watermark = loaded.watermark
        tombstoneCanary = try Canary(.xmin, database.connect())
        timeCanary = try Canary(.updatedAt, database.connect())
    }

    /// One run: all writers to their ends, refreshes in between, quiet, comparison.
    mutating func run() throws {
        let before = held
        let done = DispatchGroup()
        for writer in writers {
            let seed = generator.next()
            done.enter()
            Thread.detachNewThread {
                writer.run(seed: seed)
                done.leave()
            }
        }
        repeat {
            try refresh()
            try tombstoneCanary.refresh()
            try timeCanary.refresh()
        } while done.wait(timeout: .now() + .microseconds(200)) == .timedOut
        for writer in writers { if let failure = writer.failure { throw failure } }
        try refresh()
        let truth = try loader.load().content.symbols
        let isEqual =
            truth.count == held.count
            && truth.allSatisfy { held[$0.id]?.isSameDefinition(as: $0) == true }
        #expect(isEqual, "\(generator): \(held.keys.sorted()) and \(truth.map(\.id).sorted())")
        if held != before { changedRunCount += 1 }
        try tombstoneCanary.compare()
        try timeCanary.compare()
    }

    private mutating func refresh() throws {
        refreshCount += 1
        switch try loader.changes(since: watermark) {
        case .changes(let delta, let newWatermark):
            watermark = newWatermark
            for id in delta.deletedSymbolIds { held[id] = nil }
            for record in delta.symbols { held[record.id] = record }
        case .expired:
            let loaded = try loader.load()
            watermark = loaded.watermark
            held = Dictionary(uniqueKeysWithValues: loaded.content.symbols.map { ($0.id, $0) })
        }
    }
}

/// One session that writes at random. Used by one thread at a time.
private final class Writer: @unchecked Sendable {
    private let number: Int
    private let connection: Connection
    private var generator = SeededGenerator(seed: 0)
    private var nextName = 0
    private(set) var failure: (any Error)?

    init(number: Int, _ connection: Connection) {
        self.number = number
        self.connection = connection
    }

    func run(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        for _ in 0..<4 { transact() }
    }

    private func transact() {
        do {
            try execute("BEGIN")
            for _ in 0..<Int.random(in: 1...4, using: &generator) { try execute(change()) }
            switch Int.random(in: 0..<20, using: &generator) {
            case 0: try execute("ROLLBACK")
            default: try execute("COMMIT")
            }
        } catch let error as PostgreSQLError where error.kind == .server && !error.isConnectionLost {
            // Lock timeouts, deadlocks, unique violations: the writer gives up.
            try? execute("ROLLBACK")
        } catch {
            failure = error
        }
    }

    private func execute(_ sql: String) throws { try connection.executeScript(sql, name: "write") }

    private func change() -> String {
        nextName += 1
        let name = "\(number)x\(nextName)"
        let id = Int.random(in: 1...12, using: &generator)
        let other = Int.random(in: 1...12, using: &generator)
        let columns = "exchange_id, base_asset, quote_asset, symbol_string, precision_price"
        let values = "1 + \(id) % 3, 'B\(name)', 'Q', 'S\(name)', 8"
        switch Int.random(in: 0..<100, using: &generator) {
        case ..<30:
            return "INSERT INTO symbols (id, \(columns)) OVERRIDING SYSTEM VALUE VALUES (\(id), \(values)) "
                + "ON CONFLICT (id) DO UPDATE SET precision_price = 1 + (symbols.precision_price % 18)"
        case ..<50: return "UPDATE symbols SET precision_price = 1 + (precision_price % 18) WHERE id = \(id)"
        case ..<65: return "DELETE FROM symbols WHERE id = \(id)"
        case ..<75:
            return "DELETE FROM symbols WHERE id = \(id); "
                + "INSERT INTO symbols (id, \(columns)) OVERRIDING SYSTEM VALUE VALUES (\(id), \(values))"
        case ..<83: return "UPDATE symbols SET symbol_string = 'K\(name)' WHERE id = \(id)"
        case ..<88:
            return "UPDATE symbols SET symbol_string = 'T' WHERE id = \(id); "
                + "UPDATE symbols SET symbol_string = 'U\(name)' WHERE id = \(other)"
        case ..<93:
            return "SAVEPOINT s; DELETE FROM symbols WHERE id = \(id); ROLLBACK TO s; "
                + "UPDATE symbols SET is_active = NOT is_active WHERE id = \(other)"
        case ..<96: return "UPDATE symbols SET last_seen = clock_timestamp() WHERE id = \(id)"
        case ..<97: return "TRUNCATE symbols CASCADE"
        default: return "SELECT pg_sleep(0.002)"
        }
    }
}
