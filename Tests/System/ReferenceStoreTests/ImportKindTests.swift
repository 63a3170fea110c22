import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// An id never becomes another instrument: only a kind that nobody said may be corrected.
@Suite("Import: kinds that were said, and kinds that were assumed")
struct ImportKindTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    private let contracts =
        "exchange,base_asset,quote_asset,symbol_string,kind,settle_asset,payoff,expires_at,strike,option_type"
    /// What can stand behind one string, on a venue for futures.
    private let instruments = [
        "spot,,,,,", "perpetual,U,linear,,,", "perpetual,B,inverse,,,", "future,U,linear,2090-02-01T08:00:00Z,,",
        "option,U,,2090-02-01T08:00:00Z,2,put", "option,U,,2090-02-01T08:00:00Z,3,put",
        "option,U,,2090-02-01T08:00:00Z,2,call", "other,,,,,",
    ]

    private func list(_ instrument: String) -> String { "\(contracts)\nGATEIO_FUTURES,B,U,S,\(instrument)\n" }

    private func startAgain() throws { try database.run("DELETE FROM symbols") }

    @Test("each instrument that a list names, against each other one under the same string: refused; then a new id")
    func stated() throws {
        defer { database.keep() }
        for known in instruments {
            for other in instruments where other != known {
                try startAgain()
                try run(list(known))
                let before = try rows("symbols::text")
                let found = try faults(list(other))
                #expect(found.map(\.line) == [2], "\(known) to \(other)")
                #expect(found.first?.reason.contains("--deactivate-missing") == true, "\(found)")
                #expect(try rows("symbols::text") == before, "\(known) to \(other)")
                let result = try run(list(other), SymbolImportOptions(deactivatesMissing: true))
                #expect((result.insertedCount, result.updatedCount, result.goneCount) == (1, 0, 1), "\(other)")
            }
        }
    }

    @Test("a kind that nobody said is corrected under its id, once: then it was said", arguments: ["import", "plan"])
    func assumed(source: String) throws {
        defer { database.keep() }
        for told in instruments where !told.hasPrefix("spot") {
            try startAgain()
            if source == "plan" {
                try database.run(
                    """
                    INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (3, 'B', 'U', 'S')
                    """)
            } else {
                try run("\(header)\nGATEIO_FUTURES,B,U,S\n")
            }
            let result = try run(list(told))
            #expect((result.insertedCount, result.updatedCount) == (0, 1), "\(told)")
            #expect(try run(list(told)).updatedCount == 0)
            for other in instruments where other != told {
                #expect(try faults(list(other)).count == 1, "\(told) to \(other)")
            }
            // Nor does a list that is silent make it anything else.
            #expect(try run("\(header)\nGATEIO_FUTURES,B,U,S\n").updatedCount == 0)
        }
    }

    @Test("a spot symbol that was said to be one stays one where a list of a venue for futures says nothing")
    func silentOfSpot() throws {
        defer { database.keep() }
        try run(list("spot,,,,,"))
        let silent = try run("\(header)\nGATEIO_FUTURES,B,U,S\n")
        #expect((silent.updatedCount, silent.unchangedCount) == (0, 1))
        #expect(try rows("kind, is_kind_assumed") == "spot f")
    }

    @Test("a dry run shows that a kind is not assumed any more, and what a person says is not assumed")
    func told() throws {
        defer { database.keep() }
        try run("\(header)\nGATEIO_FUTURES,B,U,S\n")
        #expect(try rows("is_kind_assumed") == "t")
        var changes: [SymbolImportChange] = []
        let csv = Array(list("perpetual,U,linear,,,").utf8)
        let options = SymbolImportOptions(isDryRun: true)
        _ = try SymbolImport(database.connection).run(csv: csv, options, onChange: { changes.append($0) })
        #expect(changes.map(\.differences) == [[.init(field: "is_kind_assumed", old: "true", new: "false")]])
        let management = ReferenceManagement(database.connection)
        func add(_ string: String, _ fields: SymbolFields) throws {
            var fields = fields
            (fields[.exchange], fields[.symbolString]) = (.text("GATEIO_FUTURES"), .text(string))
            (fields[.baseAsset], fields[.quoteAsset]) = (.text(string), .text("U"))
            _ = try management.insertSymbol(fields)
        }
        try add("A", [:])
        try add("C", [.kind: .text("perpetual"), .settleAsset: .text("U")])
        _ = try management.updateSymbol(
            id: 2, [.kind: .text("future"), .expiresAt: .time(Timestamp("2090-02-01T08:00:00Z")!)])
        #expect(try rows("symbol_string, kind, is_kind_assumed") == "S perpetual t, A future f, C perpetual f")
        // Also where it is what was assumed.
        #expect(try management.updateSymbol(id: 1, [.kind: .text("perpetual")]).isChange)
        #expect(try rows("is_kind_assumed") == "f, f, f")
        #expect(try !management.updateSymbol(id: 1, [.kind: .text("perpetual")]).isChange)
    }

    @Test("a kind that was assumed is assumed again where an export is imported, and one that was said was said")
    func exported() throws {
        defer { database.keep() }
        let other = try TestSession()
        defer { other.keep() }
        try run("\(header)\nGATEIO_FUTURES,B,U,S\nGATEIO_SPOT,B,U,B_U\n")
        try run("\(contracts)\nGATEIO_FUTURES,B,U,T,perpetual,B,inverse,,,\n")
        try database.run(
            "INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string) VALUES (3, 'C', 'U', 'C')")
        var file: [UInt8] = []
        _ = try SymbolExport(database.connection).run { file += $0 }
        let before = try rows("symbols::text")
        #expect(try SymbolImport(database.connection).run(csv: file).updatedCount == 0)
        #expect(try rows("symbols::text") == before)
        _ = try SymbolImport(other.connection).run(csv: file)
        let kinds = """
            SELECT string_agg(concat_ws(' ', symbol_string, kind, settle_asset, payoff, is_kind_assumed), ', '
                              ORDER BY id) FROM symbols WHERE exchange_id = 3
            """
        #expect(try other.text(kinds) == "S perpetual U linear t, T perpetual B inverse f, C spot f")
        // A later list with kinds corrects the one that nobody said.
        let told = Array(list("future,U,linear,2090-02-01T08:00:00Z,,").utf8)
        #expect(try SymbolImport(other.connection).run(csv: told).updatedCount == 1)
    }

    @Test("where two instruments have one name, a message says by what they differ")
    func sameNames() throws {
        defer { database.keep() }
        try run(list("perpetual,U,linear,,,"))
        let reason = try faults(list("perpetual,U,inverse,,,")).first?.reason ?? ""
        #expect(
            reason.contains("belongs to B/U:U (payoff linear) (id 1)")
                && reason.contains("goes to B/U:U (payoff inverse);"), "\(reason)")
        try startAgain()
        try run(list("future,U,linear,2090-02-01T08:00:00Z,,"))
        let notices = try run(list("future,U,linear,2090-02-01T16:00:00Z,,")).notices.map(\.text)
        #expect(
            notices.first?.contains(
                "was B/U:U-900201 (expires_at 2090-02-01T08:00:00.000000Z), and is B/U:U-900201 "
                    + "(expires_at 2090-02-01T16:00:00.000000Z): the same symbol, with expires_at "
                    + "2090-02-01T16:00:00.000000Z instead of 2090-02-01T08:00:00.000000Z") == true, "\(notices)")
    }
}
