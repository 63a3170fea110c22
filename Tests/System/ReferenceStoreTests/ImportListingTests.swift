import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// What counts as listed, and which of several symbols a line means.
@Suite("Import: whom a list delists")
struct ImportListingTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    @Test(
        "a line that breaks off behind its pair still lists it",
        arguments: ["0.1\"", "\"0.1", "\"0.1\"x", "0.1\r0.2"])
    func brokenLine(tick: String) throws {
        defer { database.keep() }
        try run("\(header),tick_size\nGATEIO_SPOT,A,USDT,A,0.1\nGATEIO_SPOT,B,USDT,B,0.1\nGATEIO_SPOT,C,USDT,C,0.1\n")
        let result = try run(
            "\(header),tick_size\nGATEIO_SPOT,B,USDT,B,0.1\nGATEIO_SPOT,A,USDT,A,\(tick)\n",
            SymbolImportOptions(skipsBad: true, deactivatesMissing: true))
        #expect(result.faults.map(\.line) == [3] && result.goneCount == 1)
        #expect(try rows("symbol_string, is_active, is_last_good") == "A t t, B t f, C f f")
    }

    @Test("two stray quotes delist nobody, and cost their own two lines", arguments: [0, 1, 2, 3])
    func strayQuotes(column: Int) throws {
        defer { database.keep() }
        var lines = (0...5).map { ["GATEIO_SPOT", "B\($0)", "U", "S\($0)"] }
        func list() -> String { ([header] + lines.map { $0.joined(separator: ",") }).joined(separator: "\n") + "\n" }
        try run(list())
        lines[1][column] = "\"" + lines[1][column]
        lines[4][column] += "\""
        let result = try run(list(), SymbolImportOptions(skipsBad: true, deactivatesMissing: true))
        #expect(result.faults.map(\.line) == [3, 6] && result.goneCount == 0 && result.unchangedCount == 4)
        #expect(
            try rows("symbol_string, is_active, is_last_good")
                == "S0 t f, S1 t t, S2 t f, S3 t f, S4 t t, S5 t f")
    }

    @Test(
        "a stray blank delists nobody, nor does a mistyped exchange",
        arguments: [
            "GATEIO_SPOT,B ,U,X", "GATEIO_SPOT,\u{A0}B,U\u{200B},X", "GATEIO_SPOT,,U,S ", " GATEIO_SPOT,B,U,S",
            "Gateio_Spot,B,U,S",
        ])
    func strayBlank(line: String) throws {
        defer { database.keep() }
        try run("\(header)\nGATEIO_SPOT,A,U,A\nGATEIO_SPOT,B,U,S\n")
        let options = SymbolImportOptions(skipsBad: true, deactivatesMissing: true)
        let result = try run("\(header)\nGATEIO_SPOT,A,U,A\n\(line)\n", options)
        #expect(result.faults.map(\.line) == [3] && result.goneCount == 0)
        #expect(try rows("base_asset, symbol_string, is_active, is_last_good") == "A A t f, B S t t")
    }

    @Test("rules that could not be read are marked until a list gives them")
    func lastGood() throws {
        defer { database.keep() }
        let symbol = "GATEIO_SPOT,B,U,S"
        func isMarked(_ columns: String, _ values: String) throws -> String {
            try run(
                "\(header)\(columns)\nGATEIO_SPOT,A,U,A\(String(repeating: ",", count: columns.count { $0 == "," }))\n"
                    + "\(symbol)\(values)\n", SymbolImportOptions(skipsBad: true))
            return try rows("is_last_good").suffix(1).description
        }
        #expect(try isMarked(",tick_size,min_notional,precision_price", ",0.01,5,2") == "f")
        #expect(try isMarked(",tick_size,min_notional", ",0.0x,5") == "t")
        #expect(try isMarked("", "") == "t", "nothing was said of the tick")
        #expect(try isMarked(",min_notional", ",6") == "t")
        #expect(try isMarked(",tick_size", ",0.02") == "t", "the notional may be the one that was bad")
        #expect(try isMarked(",tick_size,min_notional", ",0.01,5") == "f", "the tick tells the digits")
        #expect(try isMarked(",precision_price,min_notional", ",x,5") == "t")
        #expect(try isMarked(",precision_price,tick_size,min_notional", ",2,,5") == "f", "an empty field says none")
        #expect(try isMarked(",is_last_good", ",true") == "t" && isMarked(",is_last_good", ",false") == "f")
    }

    @Test("a dead twin with an id of its own leaves the living one alone", arguments: [true, false])
    func deadTwin(deadFirst: Bool) throws {
        defer { database.keep() }
        try run("\(header),id\nGATEIO_SPOT,A,USDT,A,9\n")
        let (dead, live) = ("GATEIO_SPOT,A,USDT,A,5,false\n", "GATEIO_SPOT,A,USDT,A,9,true\n")
        let result = try run("\(header),id,is_active\n" + (deadFirst ? dead + live : live + dead))
        #expect((result.insertedCount, result.unchangedCount) == (1, 1))
        #expect(try rows("id, symbol_string, is_active") == "5 A f, 9 A t")
    }

    @Test("a listing later than the delisting is a new id: not than the last change, and a past delists_at counts")
    func listedLater() throws {
        defer { database.keep() }
        try run("\(header)\nGATEIO_SPOT,A,U,A\nGATEIO_SPOT,B,U,B\n")
        func moment() throws -> String { try database.text("SELECT to_json(clock_timestamp()) #>> '{}'") }
        func newIds(_ asset: String, listed: String) throws -> Int {
            try run("\(header),listed_at\nGATEIO_SPOT,\(asset),U,\(asset),\(listed)\n").insertedCount
        }
        let before = try moment()
        try database.run("UPDATE symbols SET is_active = false WHERE id = 1")
        let between = try moment()
        try database.run("UPDATE symbols SET tick_size = 1 WHERE id = 1")
        #expect(try newIds("A", listed: before) == 0)
        #expect(try newIds("A", listed: between) == 1)
        for isActive in [true, false] {
            try database.run(
                """
                UPDATE symbols SET is_active = \(isActive), delists_at = '2021-01-03T08:00:00Z'
                 WHERE base_asset = 'B' AND delists_at IS NULL
                """)
            #expect(try newIds("B", listed: "2021-01-03T08:00:00Z") == 0)
            #expect(try newIds("B", listed: "2021-01-03T08:00:00.000001Z") == 1)
        }
    }

    @Test("a part of a list delists nothing of the other parts")
    func part() throws {
        defer { database.keep() }
        let contracts = "\(header),kind,settle_asset"
        try run("\(contracts)\nGATEIO_SPOT,A,USDT,A,spot,\nGATEIO_SPOT,B,USDT,B,spot,\n")
        try run("\(contracts)\nGATEIO_SPOT,A,USDT,A-P,perpetual,USDT\nGATEIO_SPOT,A,USDT,A-C,perpetual,USDC\n")
        func list(_ kinds: Set<InstrumentKind>?, _ assets: Set<String>?) throws -> Int {
            try run(
                "\(contracts)\nGATEIO_SPOT,A,USDT,A,spot,\nGATEIO_SPOT,A,USDT,A-P,perpetual,USDT\n",
                SymbolImportOptions(deactivatesMissing: true, kinds: kinds, settleAssets: assets)
            ).goneCount
        }
        #expect(try list([.perpetual], ["USDT"]) == 0)
        #expect(try list([.spot], nil) == 1)
        #expect(try rows("symbol_string, is_active") == "A t, B f, A-P t, A-C t")
        #expect(try list(nil, nil) == 1)
        #expect(try rows("symbol_string, is_active") == "A t, B f, A-P t, A-C f")
    }

    @Test("a string that two symbols lose at once is the alias of the living one")
    func lostTwice() throws {
        defer { database.keep() }
        try run("\(header),id,is_active\nGATEIO_SPOT,A,USDT,X,1,false\nGATEIO_SPOT,B,USDT,X,2,true\n")
        try run(
            "\(header)\nGATEIO_SPOT,A,USDT,A1\nGATEIO_SPOT,B,USDT,B1\n",
            SymbolImportOptions(deactivatesMissing: true, renames: true))
        #expect(try rows("id, symbol_string, is_active") == "1 A1 t, 2 B1 t")
        #expect(
            try database.text("SELECT string_agg(symbol_string || ' ' || symbol_id, ',') FROM symbol_aliases") == "X 2")
    }
}
