import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// A list that cannot be what its venue decided is held back before it reaches every engine.
@Suite("What holds an import back")
struct ImportGuardTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    private func jumps(_ text: String) throws -> [String] {
        do {
            try run(text)
            return []
        } catch StoreError.jumps(let jumps, _) {
            return jumps.map(\.reason)
        }
    }

    private func list(tick: String) -> String { "\(header),tick_size\nGATEIO_SPOT,A,U,A_U,\(tick)\n" }

    @Test("a list without the tick in between does not make a ten-fold change of it a first tick")
    func takenAwayInBetween() throws {
        defer { database.keep() }
        try run(list(tick: "0.01"))
        try run(list(tick: ""))
        #expect(try rows("tick_size IS NULL") == "t")
        #expect(try jumps(list(tick: "10")) == ["tick_size was 0.01 before it was taken away, and is now 10"])
        #expect(try rows("tick_size IS NULL") == "t")
        #expect(try jumps(list(tick: "0.02")) == [])
        // What was read off market data was no rule.
        _ = try database.run("UPDATE symbols SET is_inferred = true")
        _ = try database.run("UPDATE symbols SET tick_size = NULL")
        #expect(try jumps(list(tick: "0.05")) == [])
    }

    private func venue(_ range: ClosedRange<Int>) -> String {
        range.reduce(into: header + "\n") { $0 += "GATEIO_SPOT,A\($1),U,A\($1)_U\n" }
    }

    @Test("a piece of a list delists nobody: most symbols of a venue are missing")
    func pieceOfList() throws {
        defer { database.keep() }
        try run(venue(1...250))
        let whole = SymbolImportOptions(deactivatesMissing: true)
        let error = #expect(throws: StoreError.self) { try run(venue(1...124), whole) }
        guard case .massDelistings(let delistings)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(delistings == [MassDelisting(exchange: "GATEIO_SPOT", goneCount: 126, liveCount: 250)])
        let activeCount = "SELECT count(*)::text FROM symbols WHERE is_active"
        #expect(try database.text(activeCount) == "250")
        let planned = try run(
            venue(1...124), SymbolImportOptions(deactivatesMissing: true, isDryRun: true))
        #expect(planned.massDelistings == delistings && planned.goneCount == 126)
        // Half of them, and 99 of any number, are a venue's decision.
        #expect(try run(venue(1...125), whole).goneCount == 125)
        #expect(try run(venue(1...26), whole).goneCount == 99)
        try run(venue(1...250), whole)
        let forced = try run(venue(1...1), SymbolImportOptions(deactivatesMissing: true, allowsJumps: true))
        #expect(forced.goneCount == 249 && forced.massDelistings.map(\.goneCount) == [249])
        #expect(try database.text(activeCount) == "1")
    }
}
