import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// What an import takes, and what is worth a look all the same.
@Suite("Import: what is worth a look")
struct ImportNoticeTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    private let contracts = "exchange,base_asset,quote_asset,symbol_string,kind,settle_asset,payoff,expires_at"

    /// BTC/USDT contracts of GATEIO_FUTURES, of their strings and what stands behind.
    private func list(_ lines: String...) -> String {
        lines.reduce(into: "\(contracts)\n") { $0 += "GATEIO_FUTURES,BTC,USDT,\($1)\n" }
    }

    private func notices(
        _ text: String, _ options: SymbolImportOptions = SymbolImportOptions()
    ) throws -> [String] {
        try run(text, options).notices.map(\.description)
    }

    @Test(
        "a payoff that contradicts its settle asset is told, and no other",
        arguments: ["linear", "inverse", "quanto", ""], ["BTC", "USDT", "USDC"])
    func payoffs(payoff: String, settle: String) throws {
        defer { database.keep() }
        let contradictory = [["linear", "BTC"], ["inverse", "USDT"], ["quanto", "BTC"], ["quanto", "USDT"]]
        let place = settle == "BTC" ? "base" : "quote"
        let expected =
            contradictory.contains([payoff, settle])
            ? ["line 2: payoff \(payoff) contradicts settle_asset \(settle), the \(place) asset"] : []
        for kind in ["perpetual,\(settle),\(payoff),", "future,\(settle),\(payoff),2090-01-01T08:00:00Z"] {
            #expect(try notices(list("\(kind.prefix(3)),\(kind)")) == expected, "\(kind)")
        }
        // Of what is the same as ever it was told when it came.
        #expect(try notices(list("per,perpetual,\(settle),\(payoff),")) == [])
        // Where base and quote are one there is nothing to tell them by.
        #expect(
            try notices("\(contracts)\nGATEIO_FUTURES,\(settle),\(settle),X,perpetual,\(settle),\(payoff),\n") == [])
    }

    @Test("who makes a name ambiguous is told whose it is, once: beside the table, and within a list")
    func ambiguousNames() throws {
        defer { database.keep() }
        let first = "F1,future,USDT,linear,2090-01-05T08:00:00Z"
        let second = "F2,future,USDT,linear,2090-01-05T16:00:00Z"
        let later = "F3,future,USDT,linear,2090-01-06T16:00:00Z"
        #expect(try notices(list(first, later)) == [])
        let ambiguous = "BTC/USDT:USDT-900105 is ambiguous from now on, of \"F1\" (id 1) and \"F2\" (a new id)"
        #expect(try notices(list(second), SymbolImportOptions(isDryRun: true)) == ["line 2: \(ambiguous)"])
        // Whoever goes bears no name any more.
        let whole = SymbolImportOptions(deactivatesMissing: true, isDryRun: true)
        #expect(try notices(list(second), whole) == [])
        #expect(try notices(list(first, second), whole) == ["line 3: \(ambiguous)"])
        let part = SymbolImportOptions(deactivatesMissing: true, kinds: [.perpetual], isDryRun: true)
        #expect(try notices(list("P,perpetual,USDT,linear,"), part) == [])
        #expect(try notices(list(second)) == ["line 2: \(ambiguous)"])
        #expect(try notices(list(first, second, later)) == [])
        // One that is listed again.
        try database.run("UPDATE symbols SET is_active = false WHERE symbol_string = 'F2'")
        let again = try notices(list(second), SymbolImportOptions(deactivatesMissing: false, listsAnew: true))
        #expect(again == ["line 2: \(ambiguous)"])

        try database.run("DELETE FROM symbols")
        let pair = try notices(list("A,perpetual,USDT,linear,", "B,perpetual,USDT,inverse,", second))
        #expect(
            pair == [
                "line 2: BTC/USDT:USDT is ambiguous from now on, of \"A\" (a new id) and \"B\" (a new id)",
                "line 3: payoff inverse contradicts settle_asset USDT, the quote asset",
            ])
        // An option by its strike and its type; spot symbols of one name are one.
        let options = (1...2).flatMap { strike in
            ["call", "put"].map { "O\(strike)\($0),option,USDT,,2090-01-05T08:00:00Z,\(strike),\($0)" }
        }
        let columns = "\(contracts),strike,option_type\n"
        let chain = options.reduce(into: columns) { $0 += "GATEIO_FUTURES,BTC,USDT,\($1)\n" }
        #expect(try notices(chain) == [])
        #expect(try notices("\(header)\nMEXC_SPOT,BTC,USDT,BTCUSDT\n") == [])
    }

    @Test("numbers that a list takes away are told, each symbol once")
    func lostNumbers() throws {
        defer { database.keep() }
        let columns = "tick_size,step_size,precision_price"
        try run("\(header),\(columns)\nMEXC_SPOT,A,U,A,0.01,1,2\nMEXC_SPOT,B,U,B,0.01,,\n")
        // A list without the columns takes nothing away.
        #expect(try notices("\(header)\nMEXC_SPOT,A,U,A\nMEXC_SPOT,B,U,B\n") == [])
        let silent = "\(header),\(columns)\nMEXC_SPOT,A,U,A,,,\nMEXC_SPOT,B,U,B,,,\n"
        #expect(
            try notices(silent) == [
                "line 2: A/U (id 1) loses tick_size (0.01), step_size (1), precision_price (2)",
                "line 3: B/U (id 2) loses tick_size (0.01)",
            ])
        #expect(try notices(silent) == [])
    }

    @Test("of a symbol of which a list says something else it is told what is replaced; more is said where nothing is")
    func replacedValues() throws {
        defer { database.keep() }
        try run(list("P,perpetual,BTC,inverse,"))
        let replaced = try notices(list("P,perpetual,USDT,inverse,"))
        #expect(
            replaced.first
                == "line 2: \"P\" (id 1) was BTC/USDT:BTC, and is BTC/USDT:USDT: the same symbol, with settle_asset "
                + "USDT instead of BTC")
        #expect(replaced.dropFirst().first?.contains("payoff inverse contradicts settle_asset USDT") == true)
        try run("\(header)\nGATEIO_FUTURES,ETH,USDT,E\n")
        let more = "\(contracts)\nGATEIO_FUTURES,ETH,USDT,E,future,USDT,linear,2090-01-05T08:00:00Z\n"
        #expect(
            try notices(more).first?.hasSuffix("the same symbol, with kind future instead of perpetual") == true)
        try run(list("Q,perpetual,USDC,,"))
        #expect(
            try notices(list("Q,perpetual,USDC,linear,")) == [
                "line 2: \"Q\" (id 3) was BTC/USDT:USDC (payoff not given), and is BTC/USDT:USDC (payoff linear): "
                    + "the same symbol, of which more is said"
            ])
    }

    @Test("what is inactive because its time is past is counted, whatever the list says")
    func past() throws {
        defer { database.keep() }
        let active = "\(contracts),is_active\n"
        let old = "GATEIO_FUTURES,BTC,USDT,OLD,future,USDT,linear,2020-01-03T08:00:00Z,true\n"
        let live = "GATEIO_FUTURES,BTC,USDT,F,future,USDT,linear,2090-01-03T08:00:00Z,true\n"
        let planned = try run(active + old + live, SymbolImportOptions(isDryRun: true))
        #expect((planned.insertedCount, planned.pastCount) == (2, 1))
        let first = try run(active + old + live)
        #expect((first.insertedCount, first.pastCount) == (2, 1))
        #expect(try rows("is_active") == "f, t")
        #expect(try run(active + old + live).pastCount == 0)
        try database.run("UPDATE symbols SET expires_at = NULL, kind = 'perpetual' WHERE symbol_string = 'F'")
        let ended = try run("\(header),delists_at\nGATEIO_FUTURES,BTC,USDT,F,2021-01-03T08:00:00Z\n")
        #expect((ended.updatedCount, ended.pastCount) == (1, 1))
    }

    @Test("what a past delists_at keeps inactive and a list lists all the same is told, until somebody clears it")
    func pastDelisting() throws {
        defer { database.keep() }
        try run("\(header),delists_at\nMEXC_SPOT,A,U,A,2090-01-01T00:00:00Z\nMEXC_SPOT,B,U,B,\n")
        try database.run("UPDATE symbols SET delists_at = '2021-01-03T08:00:00Z' WHERE id = 1")
        let told =
            "line 2: A/U (id 1) is listed and stays inactive: its delists_at, 2021-01-03T08:00:00.000000Z, is past; "
            + "symbols update 1 --delists-at \"\" --is-active true ends that"
        let silent = "\(header)\nMEXC_SPOT,A,U,A\nMEXC_SPOT,B,U,B\n"
        let whole = SymbolImportOptions(deactivatesMissing: true)
        func list(active: Bool) -> String { "\(header),is_active\nMEXC_SPOT,A,U,A,\(active)\n" }
        #expect(try notices(list(active: true), SymbolImportOptions(isDryRun: true)) == [told])
        for options in [SymbolImportOptions(), whole] { #expect(try notices(silent, options) == [told]) }
        for _ in 1...2 { #expect(try notices(list(active: true)) == [told]) }
        // Who says that it is over, by a flag or by the time, need not be told.
        #expect(try notices(list(active: false)) == [])
        #expect(try notices("\(header),delists_at\nMEXC_SPOT,A,U,A,2022-01-01T00:00:00Z\n") == [])
        try database.run("UPDATE symbols SET delists_at = NULL WHERE id = 1")
        let again = try run(silent, whole)
        #expect(again.notices == [] && again.reactivatedCount == 1)
        // An expiry is for good.
        try database.run(
            """
            UPDATE symbols SET kind = 'future', settle_asset = 'U', expires_at = '2020-01-01Z',
                   delists_at = '2020-01-01Z' WHERE id = 1
            """)
        #expect(try notices(list(active: true)) == [])
    }

    @Test("who has expired and is listed without a word of it is told, and --new-listing makes it a new id")
    func expiredAndListed() throws {
        defer { database.keep() }
        try run(list("XBT,future,USDT,linear,2090-01-05T08:00:00Z"))
        try database.run("UPDATE symbols SET expires_at = '2021-01-05T08:00:00Z'")
        let silent = "\(header)\nGATEIO_FUTURES,BTC,USDT,XBT\n"
        let told =
            "line 2: BTC/USDT:USDT-210105 (id 1) is listed and stays inactive: it expired at "
            + "2021-01-05T08:00:00.000000Z; "
        for _ in 1...2 { #expect(try notices(silent) == [told + "--new-listing makes it a new id"]) }
        let futures = "\(header),kind\nGATEIO_FUTURES,BTC,USDT,XBT,future\n"
        #expect(try notices(futures) == [told + "a column expires_at tells which contract it is"])
        // Who says that it is over need not be told.
        #expect(try notices(list("XBT,future,USDT,linear,2021-01-05T08:00:00Z")) == [])
        let anew = try run(silent, SymbolImportOptions(listsAnew: true))
        #expect(anew.insertedCount == 1 && anew.updatedCount == 0 && anew.notices == [])
        #expect(try rows("id, kind, is_active") == "1 future f, 2 perpetual t")
        #expect(try run(silent, SymbolImportOptions(listsAnew: true)).unchangedCount == 1)
    }

    @Test("whose time is past is named, and so is a listing after the end")
    func times() throws {
        defer { database.keep() }
        let past = list("F,future,USDT,linear,2021-01-05T08:00:00Z")
        let told = "BTC/USDT:USDT-210105 (a new id) is inactive: its expires_at, 2021-01-05T08:00:00.000000Z, is past"
        #expect(try notices(past) == ["line 2: \(told)"])
        #expect(try notices(past) == [])
        let late = "\(header),listed_at,delists_at\nMEXC_SPOT,A,U,A,2090-01-02T00:00:00Z,2090-01-01T00:00:00Z\n"
        #expect(
            try notices(late) == [
                "line 2: listed_at 2090-01-02T00:00:00.000000Z is after delists_at 2090-01-01T00:00:00.000000Z"
            ])
        #expect(try notices(late) == [])
    }
}
