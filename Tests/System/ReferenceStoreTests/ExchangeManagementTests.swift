import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

extension ManagementError {
    var faults: [FieldFault]? { if case .invalid(let faults) = self { faults } else { nil } }
    var conflict: ReferenceConflict? { if case .conflict(let conflict) = self { conflict } else { nil } }
}

@Suite("Exchanges are managed")
struct ExchangeManagementTests {
    let database: TestSession
    let store: ReferenceManagement

    init() throws {
        database = try TestSession()
        store = ReferenceManagement(try database.connect())
    }

    private func faults(_ body: () throws -> Void) -> [FieldFault] {
        do {
            try body()
            return []
        } catch {
            let faults = (error as? ManagementError)?.faults
            if faults == nil { Issue.record("\(error)") }
            return faults ?? []
        }
    }

    private var lastValue: Int64 {
        get throws { try database.integer("SELECT pg_sequence_last_value('exchanges_id_seq'::regclass)") }
    }

    @Test("a new exchange has every column that was given")
    func insert() throws {
        defer { database.keep() }
        let fields: ExchangeFields = [
            .enumValue: .text("OKX_OPTIONS"), .marketType: .text("OPTIONS"), .name: .text("okx"),
            .displayName: .text("OKX Options"), .isActive: .flag(false), .baseURL: .text("https://okx.example"),
            .websocketURL: .text("wss://okx.example"), .rateLimitRequestsPerSecond: .integer(20),
            .precisionDefault: .integer(4),
        ]
        let added = try store.insertExchange(fields)
        #expect(added.exchange.id == 4)
        #expect(ExchangeFields(added.exchange) == fields)
        #expect(added.exchange.isOptions)
        #expect(added.exchange.rateLimitDelaySeconds == 0.05)
        #expect(try store.exchange(id: 4) == added)
        #expect(try store.exchangeId(code: "OKX_OPTIONS") == 4)
        #expect(try store.exchangeId(code: "okx") == nil)
    }

    @Test("all that is wrong is reported at once, and a refused row draws no identity value")
    func refusedInserts() throws {
        defer { database.keep() }
        let bad: ExchangeFields = [
            .enumValue: .text(""), .marketType: .text("SPOT"), .name: .text(String(repeating: "é", count: 26)),
            .displayName: .text(String(repeating: "x", count: 101)),
            .baseURL: .text(String(repeating: "u", count: 256)),
            .websocketURL: .text(String(repeating: "w", count: 256)),
            .rateLimitRequestsPerSecond: .integer(Int64(UInt32.max)), .precisionDefault: .integer(255),
        ]
        let found = faults { _ = try store.insertExchange(bad) }
        #expect(
            found.map(\.field) == [
                "name", "enum_value", "display_name", "base_url", "websocket_url", "rate_limit_requests_per_second",
                "precision_default",
            ])
        #expect(found[0].reason == .tooLong(byteCount: 52, byteCountMax: 50))
        #expect(found[1].reason == .empty)
        #expect(found[6].reason == .notInteger(0...254))

        let taken = faults { _ = try store.insertExchange(ExchangeFields(.mexcSpot)) }
        #expect(taken.map(\.reason) == [.taken(byId: 1), .taken(byId: 1)])
        #expect(try lastValue == 3)
        #expect(try store.insertExchange([.enumValue: .text("NEXT"), .marketType: .text("SPOT")]).exchange.id == 4)
    }

    @Test("what these rules refuse, the table refuses too")
    func rulesAreTheTables() throws {
        defer { database.keep() }
        let long = "repeat('x', 300)"
        for (column, value) in [
            ("name", "''"), ("enum_value", "''"), ("name", "repeat('é', 26)"), ("display_name", long),
            ("base_url", long), ("websocket_url", long), ("market_type", "'MARGIN'"),
            ("rate_limit_requests_per_second", "-1"), ("precision_default", "255"),
        ] {
            #expect(throws: PostgreSQLError.self, "\(column)") {
                try database.run("UPDATE exchanges SET \(column) = \(value) WHERE id = 1")
            }
        }
    }

    @Test("an update changes what it names, clears what it is told to, and writes nothing that is so already")
    func update() throws {
        defer { database.keep() }
        let edit: ExchangeFields = [
            .displayName: .text("Gate"), .baseURL: .null, .rateLimitRequestsPerSecond: .integer(50),
        ]
        let change = try store.updateExchange(id: 2, edit)
        #expect(change.isChange)
        #expect(change.before.exchange.displayName == "Gate.io Spot Trading")
        #expect(change.after.exchange.displayName == "Gate")
        #expect(change.after.exchange.baseURL == nil)
        #expect(change.after.exchange.rateLimitRequestsPerSecond == 50)
        #expect(change.after.exchange.websocketURL == change.before.exchange.websocketURL)
        #expect(change.after.exchange.updatedAt > change.before.exchange.updatedAt)
        #expect(change.after.version != change.before.version)

        let same = try store.updateExchange(id: 2, edit)
        #expect(!same.isChange)
        #expect(same.after == change.after)
        #expect(try store.history(.exchange, id: 2, limit: 9).count == 1)
        #expect(try lastValue == 3)

        var taken: ExchangeFields = [.enumValue: .text("MEXC_SPOT"), .precisionDefault: .integer(255)]
        #expect(faults { _ = try store.updateExchange(id: 2, taken) }.map(\.field) == ["precision_default"])
        taken[.precisionDefault] = nil
        #expect(faults { _ = try store.updateExchange(id: 2, taken) }.map(\.reason) == [.taken(byId: 1)])
        #expect(throws: ManagementError.self) { try store.updateExchange(id: 99, edit) }
    }

    @Test("activate and deactivate say what they did")
    func switching() throws {
        defer { database.keep() }
        #expect(try !store.updateExchange(id: 3, [.isActive: .flag(false)]).after.exchange.isActive)
        #expect(try !store.updateExchange(id: 3, [.isActive: .flag(false)]).isChange)
        #expect(try store.updateExchange(id: 3, [.isActive: .flag(true)]).after.exchange.isActive)
    }

    @Test("an update of a version that is no more is refused, and says who changed what")
    func lostRace() throws {
        defer { database.keep() }
        let seen = try store.exchange(id: 1)
        try database.run("SET application_name = 'somebody else'")
        try database.run("UPDATE exchanges SET display_name = 'theirs' WHERE id = 1")
        let edit: ExchangeFields = [.displayName: .text("ours")]
        for condition in [UpdateCondition.version(seen.version), .unchangedSince(seen.exchange.updatedAt)] {
            let error = #expect(throws: ManagementError.self) {
                try store.updateExchange(id: 1, edit, if: condition)
            }
            let conflict = try #require(error?.conflict)
            #expect(conflict.lastChange?.applicationName == "somebody else")
            #expect(conflict.lastChange?.changedFields == ["display_name"])
            #expect(conflict.description.contains("exchange 1 was changed by postgres (somebody else)"))
        }
        let current = try store.exchange(id: 1)
        #expect(current.exchange.displayName == "theirs")
        #expect(try store.updateExchange(id: 1, edit, if: .version(current.version)).isChange)
        let moment = try store.exchange(id: 1).exchange.updatedAt
        #expect(try store.updateExchange(id: 1, [.isActive: .flag(false)], if: .unchangedSince(moment)).isChange)
    }

    @Test("ensuring adds the known venues that are missing, draws a value for no other, and leaves the rest alone")
    func ensure() throws {
        defer { database.keep() }
        let first = try store.ensureVenues()
        #expect(first.isEmpty)
        #expect(try lastValue == 3)

        try database.run("UPDATE exchanges SET display_name = 'kept' WHERE id = 1")
        try database.run("DELETE FROM exchanges WHERE id > 1")
        let second = try store.ensureVenues()
        #expect(second.map(\.exchange.venue) == [.gateioSpot, .gateioFutures])
        #expect(second.map(\.exchange.id) == [4, 5])
        #expect(try store.exchange(id: 1).exchange.displayName == "kept")
        #expect(ExchangeFields(second[1].exchange) == ExchangeFields(.gateioFutures))
    }

    @Test("of four that ensure at once one inserts, and no value is lost")
    func ensureAtOnce() async throws {
        defer { database.keep() }
        try database.run("DELETE FROM exchanges WHERE id = 3")
        let conninfo = database.conninfo
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let settings = SessionSettings(lockTimeoutMilliseconds: 30_000)
                    let connection = try Connection(ConnectionTarget(conninfo: conninfo), settings: settings)
                    return try ReferenceManagement(connection).ensureVenues().count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.sorted() == [0, 0, 0, 1])
        #expect(try lastValue == 4)
    }

    @Test("statistics count by state and market type, and list all")
    func statistics() throws {
        defer { database.keep() }
        _ = try store.insertExchange([.enumValue: .text("DERIBIT"), .marketType: .text("OPTIONS")])
        let change = try store.updateExchange(id: 2, [.isActive: .flag(false)])
        let statistics = try store.exchangeStatistics()
        #expect((statistics.totalCount, statistics.activeCount) == (4, 3))
        #expect((statistics.spotCount, statistics.futuresCount, statistics.optionsCount) == (2, 1, 1))
        #expect(statistics.lastUpdate == change.after.exchange.updatedAt)
        #expect(statistics.list.map(\.exchange.id) == [1, 2, 3, 4])
        let coverage = VenueCode.coverage(of: statistics.list.map(\.exchange.code))
        #expect(coverage.unknown == ["DERIBIT"])
        #expect(coverage.missing.isEmpty)
    }
}
