import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

/// What real lists and public reports found.
@Suite("Import: faults of real lists")
struct ImportFaultTests: ImportSuite {
    let database: TestSession

    init() throws { database = try TestSession() }

    private let contractHeader =
        "exchange,base_asset,quote_asset,symbol_string,kind,settle_asset,payoff,expires_at,strike,option_type"

    @Test("1: January's id does not become February's")
    func rolledString() throws {
        defer { database.keep() }
        try run("\(header)\nGATEIO_FUTURES,BTC,USD,BTC-30JAN26\n")
        let found = try faults("\(header)\nGATEIO_FUTURES,BTC,USD,BTC-27FEB26\n")
        #expect(found.map(\.line) == [2])
        #expect(found[0].reason.contains("\"BTC-30JAN26\" (id 1)") && found[0].reason.contains("\"BTC-27FEB26\""))
        #expect(try rows("id, symbol_string") == "1 BTC-30JAN26")
    }

    @Test("3: what is listed again is active again")
    func listedAgain() throws {
        defer { database.keep() }
        let (both, one) = ("GATEIO_SPOT,A,USDT,A\nGATEIO_SPOT,B,USDT,B\n", "GATEIO_SPOT,A,USDT,A\n")
        let options = SymbolImportOptions(deactivatesMissing: true)
        try run("\(header)\n\(both)")
        #expect(try run("\(header)\n\(one)", options).goneCount == 1)
        let again = try run("\(header)\n\(both)", options)
        #expect((again.reactivatedCount, again.updatedCount, again.insertedCount) == (1, 1, 0))
        #expect(try rows("id, symbol_string, is_active") == "1 A t, 2 B t")
    }

    @Test("4, 5, 9: no digits are invented, none at all are taken, and 0 is no minimum")
    func digits() throws {
        defer { database.keep() }
        let result = try run(
            """
            \(header),precision_base,tick_size,step_size,min_order_size,max_order_size,min_notional
            GATEIO_SPOT,A,USDT,A,0,0.01,1,0,0,0.00
            GATEIO_SPOT,B,USDT,B,,0,0,0.5,,
            """)
        #expect(result.zeroCount == 5)
        #expect(
            try rows(
                "symbol_string, coalesce(precision_base::text, '-'), coalesce(precision_price::text, '-'), tick_size")
                == "A 0 - 0.01, B - -")
        #expect(try rows("min_order_size, max_order_size, min_notional, step_size") == "1, 0.5")
    }

    @Test("8: a delisted symbol's string goes to a new coin, and two strings change places, in one file")
    func finalState() throws {
        defer { database.keep() }
        try run(
            "\(header),is_active\nGATEIO_SPOT,P1,USDT,X-1,\nGATEIO_SPOT,P2,USDT,X-2,\nGATEIO_SPOT,OLD,USDT,Z,false\n")
        let result = try run(
            "\(header)\nGATEIO_SPOT,P1,USDT,X-2\nGATEIO_SPOT,P2,USDT,X-1\nGATEIO_SPOT,NEW,USDT,Z\n")
        #expect((result.updatedCount, result.renamedCount, result.insertedCount) == (2, 2, 1))
        #expect(try rows("id, base_asset, symbol_string, is_active") == "1 P1 X-2 t, 2 P2 X-1 t, 3 OLD Z f, 4 NEW Z t")
        // Who bears a name is not asked for by an alias.
        #expect(try database.integer("SELECT count(*) FROM symbol_aliases") == 0)
    }

    @Test("11: numbers as venues write them are exact")
    func numbers() throws {
        defer { database.keep() }
        try run(
            """
            \(header),tick_size
            GATEIO_SPOT,A,USDT,A,1E-8
            GATEIO_SPOT,B,USDT,B,5e-05
            GATEIO_SPOT,C,USDT,C,.5
            GATEIO_SPOT,D,USDT,D,+0.1
            GATEIO_SPOT,E,USDT,E,0.0000000000001
            """)
        #expect(try rows("tick_size") == "0.00000001, 0.00005, 0.5, 0.1, 0.0000000000001")
        #expect(
            try faults(
                """
                \(header),tick_size
                GATEIO_SPOT,F,USDT,F,"1,000"
                GATEIO_SPOT,G,USDT,G,"0,01"
                GATEIO_SPOT,H,USDT,H,NaN
                GATEIO_SPOT,I,USDT,I,0x1
                """
            ).map(\.line) == [2, 3, 4, 5])
    }

    @Test(
        "12: two names that look the same are refused by name", arguments: [" SOL", "SOL\u{200B}", "SO\u{A0}L", "SOL "])
    func hiddenCharacters(name: String) throws {
        defer { database.keep() }
        let found = try faults("\(header)\nGATEIO_SPOT,\(name),USDT,SOL_USDT\nGATEIO_SPOT,SOL,USDT,\(name)_USDT\n")
        #expect(found.first?.line == 2)
        #expect(found.first?.reason.contains("base_asset") == true)
    }

    @Test("13: a coin that takes another one's name is noticed")
    func luna() throws {
        defer { database.keep() }
        let columns = "\(header),tick_size,listed_at"
        try run("\(columns)\nGATEIO_SPOT,LUNA,USDT,LUNA_USDT,0.01,2020-01-01T00:00:00Z\n")
        let list = """
            \(columns)
            GATEIO_SPOT,LUNC,USDT,LUNC_USDT,0.0000001,2020-01-01T00:00:00Z
            GATEIO_SPOT,LUNA,USDT,LUNA_USDT,0.0001,2022-05-28T00:00:00Z
            """
        let error = #expect(throws: StoreError.self) { try run(list) }
        guard case .jumps(let jumps, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(jumps == [LineFault(line: 3, reason: "tick_size goes from 0.01 to 0.0001")])
        #expect(try rows("id, base_asset") == "1 LUNA")
        let forced = try run(list, SymbolImportOptions(allowsJumps: true))
        #expect(forced.notices.map(\.line) == [3, 3])
        #expect(forced.notices.contains { $0.text.contains("2020-01-01") && $0.text.contains("2022-05-28") })
    }

    @Test("15: rules that contradict each other are reported, and taken all the same")
    func contradictions() throws {
        defer { database.keep() }
        let list = """
            \(header),precision_price,tick_size,step_size,min_order_size
            GATEIO_SPOT,A,USDT,A,2,0.00001,,
            GATEIO_SPOT,B,USDT,B,,,1,0.5
            GATEIO_SPOT,C,USDT,C,5,0.00001,0.5,1
            """
        let result = try run(list)
        #expect(result.insertedCount == 3)
        #expect(
            result.notices == [
                LineNotice(line: 2, text: "precision_price 2 contradicts tick_size 0.00001"),
                LineNotice(line: 3, text: "min_order_size 0.5 is no multiple of step_size 1"),
            ])
        #expect(try run(list).notices.isEmpty)
    }

    @Test("options that share a pair all have ids of their own")
    func chain() throws {
        defer { database.keep() }
        var list = contractHeader + "\n"
        for strike in 1...350 {
            for (letter, name) in [("C", "call"), ("P", "put")] {
                list +=
                    "GATEIO_FUTURES,BTC,USDT,BTC-\(strike)-\(letter),option,USDT,linear,"
                    + "2090-01-05T08:00:00Z,\(strike)000,\(name)\n"
            }
        }
        #expect(try run(list).insertedCount == 700)
        #expect(try run(list, SymbolImportOptions(deactivatesMissing: true)).unchangedCount == 700)
    }

    @Test("a future does not overwrite the perpetual of its pair")
    func futureBesidePerpetual() throws {
        defer { database.keep() }
        try run("\(contractHeader)\nGATEIO_FUTURES,BTC,USDT,BTC-PERP,perpetual,USDT,linear,,,\n")
        try run("\(contractHeader)\nGATEIO_FUTURES,BTC,USDT,BTC-0105,future,USDT,linear,2090-01-05T08:00:00Z,,\n")
        #expect(try rows("id, symbol_string, kind") == "1 BTC-PERP perpetual, 2 BTC-0105 future")
    }

    @Test("a list that knows no kinds says nothing of them")
    func listWithoutKinds() throws {
        defer { database.keep() }
        try run("\(contractHeader)\nGATEIO_FUTURES,BTC,USDT,BTC-0105,future,USDT,linear,2090-01-05T08:00:00Z,,\n")
        let result = try run("\(header),tick_size\nGATEIO_FUTURES,BTC,USDT,BTC-0105,0.1\n")
        #expect((result.updatedCount, result.insertedCount) == (1, 0))
        #expect(try rows("kind, settle_asset, tick_size") == "future USDT 0.1")
    }

    @Test("one duplicate does not stop a venue; parts of a list are taken by kind and settle asset")
    func parts() throws {
        defer { database.keep() }
        let duplicate = "\(header)\nGATEIO_SPOT,A,USDT,A\nGATEIO_SPOT,A,USDT,A2\nGATEIO_SPOT,B,USDT,B\n"
        #expect(try run(duplicate, SymbolImportOptions(skipsBad: true)).insertedCount == 2)

        let list = """
            \(contractHeader)
            GATEIO_FUTURES,BTC,USDT,BTCUSDT,spot,,,,,
            GATEIO_FUTURES,BTC,USDT,BTCUSDT,perpetual,USDT,linear,,,
            GATEIO_FUTURES,BTC,USD,BTCUSD,perpetual,BTC,inverse,,,
            """
        let found = try faults(list)
        #expect(found.map(\.line) == [2, 3])
        #expect(found.allSatisfy { $0.reason.contains("--kinds") && $0.reason.contains("--settle") })
        #expect(try faults(list, SymbolImportOptions(skipsBad: true)).isEmpty)
        #expect(try database.integer("SELECT count(*) FROM symbols WHERE exchange_id = 3") == 1)
        let part = try run(list, SymbolImportOptions(kinds: [.perpetual], settleAssets: ["USDT"]))
        #expect((part.insertedCount, part.leftOutCount) == (1, 2))
    }

    @Test("a delisting that is announced is kept, and what was inferred gives way to what is said")
    func announced() throws {
        defer { database.keep() }
        try run("\(header),delists_at,tick_size,is_inferred\nGATEIO_SPOT,A,USDT,A,2090-01-05T00:00:00Z,0.001,true\n")
        #expect(try rows("delists_at AT TIME ZONE 'UTC', is_active, is_inferred") == "2090-01-05 00:00:00 t t")
        // A tick that was inferred is no rule that could jump.
        try run("\(header),tick_size\nGATEIO_SPOT,A,USDT,A,0.25\n")
        #expect(try rows("tick_size, is_inferred") == "0.25 f")
    }

    @Test("a string that goes to another one needs what it takes, whatever the order of lines")
    func chainOfRefusals() throws {
        defer { database.keep() }
        let count = 2_000
        var list = "\(header),tick_size\n"
        for index in 0..<count { list += "GATEIO_SPOT,A\(index),USDT,S\(index),\n" }
        try run(list)
        var ring = "\(header),tick_size\n"
        for index in 0..<count {
            ring += "GATEIO_SPOT,A\(index),USDT,S\((index + 1) % count),\(index == 777 ? "x" : "")\n"
        }
        let found = try faults(ring, SymbolImportOptions(skipsBad: true))
        #expect(found.count == count)
        let moving = SymbolImportOptions(allowsJumps: true)
        #expect(try run(ring.replacing(",x\n", with: ",\n"), moving).renamedCount == count)
        #expect(
            try database.integer(
                "SELECT count(*) FROM symbols WHERE is_active AND substr(base_asset, 2) <> substr(symbol_string, 2)")
                == Int64(count))
    }

    @Test("imports that meet each other wait, and none is a deadlock")
    func concurrentRings() async throws {
        let count = 200
        var generator = SeededGenerator()
        var list = "\(header)\n"
        for index in 0..<count { list += "GATEIO_SPOT,A\(index),USDT,S\(index)\n" }
        try run(list)
        let conninfo = database.conninfo
        let rings = (1...8).map { shift in
            (0..<count).shuffled(using: &generator).reduce(into: "\(header)\n") { ring, index in
                ring += "GATEIO_SPOT,A\(index),USDT,S\((index + shift * 7) % count)\n"
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for ring in rings {
                group.addTask {
                    let connection = try Connection(
                        ConnectionTarget(conninfo: conninfo),
                        settings: SessionSettings(lockTimeoutMilliseconds: 60_000))
                    // Each ring gives all of the venue other strings, which is asked about otherwise.
                    let options = SymbolImportOptions(allowsJumps: true)
                    for _ in 0..<3 { _ = try SymbolImport(connection).run(csv: Array(ring.utf8), options) }
                }
            }
            try await group.waitForAll()
        }
        #expect(
            try database.integer("SELECT count(DISTINCT symbol_string) FROM symbols WHERE is_active") == Int64(count))
        database.keep()
    }
}
