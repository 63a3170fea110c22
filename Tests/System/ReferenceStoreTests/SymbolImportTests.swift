import PostgreSQL
import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

@Suite struct SymbolImportTests {
    let plain = """
        exchange,base_asset,quote_asset,symbol_string
        GATEIO_SPOT,BTC,USDT,BTC_USDT
        GATEIO_SPOT,ETH,USDT,ETH_USDT
        MEXC_SPOT,BTC,USDT,BTCUSDT

        """

    func run(_ database: TestSession, _ text: String, skipBad: Bool = false) throws -> SymbolImportResult {
        try SymbolImport(database.connection).run(
            csv: Array(text.utf8), SymbolImportOptions(skipsBad: skipBad))
    }

    func export(_ connection: Connection) throws -> String {
        var bytes: [UInt8] = []
        try SymbolExport(connection).run { bytes.append(contentsOf: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func faults(_ database: TestSession, _ text: String) throws -> [LineFault] {
        do {
            _ = try run(database, text)
            return []
        } catch let error as StoreError {
            guard case .badLines(let faults, _) = error else { throw error }
            return faults
        }
    }

    @Test func aSessionThatUsedTemporaryTablesImportsToo() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run("CREATE TEMPORARY TABLE used (id integer)")
        try database.run("INSERT INTO used VALUES (1)")
        #expect(try run(database, plain).insertedCount == 3)
        let stamped = "SELECT count(*) FROM symbols s JOIN reference_audit a ON a.transaction_id = s.changed_xid "
        #expect(try database.integer(stamped + "WHERE a.row_id = s.id AND a.table_name = 'symbols'") == 3)
    }

    @Test func secondImportChangesNothing() throws {
        let database = try TestSession()
        defer { database.keep() }
        let first = try run(database, plain)
        #expect((first.insertedCount, first.updatedCount, first.unchangedCount, first.skippedCount) == (3, 0, 0, 0))
        let sequence = try database.integer("SELECT last_value FROM symbols_id_seq")
        let before = try database.text("SELECT string_agg(s::text || xmin::text, ';' ORDER BY id) FROM symbols s")
        let second = try run(database, plain)
        #expect((second.insertedCount, second.updatedCount, second.unchangedCount) == (0, 0, 3))
        #expect(try database.integer("SELECT last_value FROM symbols_id_seq") == sequence)
        #expect(try database.text("SELECT string_agg(s::text || xmin::text, ';' ORDER BY id) FROM symbols s") == before)
        #expect(try database.text("SELECT string_agg(id::text, ',' ORDER BY id) FROM symbols") == "1,2,3")
    }

    @Test func insertsOnlyWhatIsMissingAndUpdatesOnlyWhatDiffers() throws {
        let database = try TestSession()
        defer { database.keep() }
        _ = try run(database, plain)
        let result = try run(
            database,
            """
            tick_size,symbol_string,quote_asset,base_asset,exchange,precision_price,is_active\r
            0.01,BTC_USDT,USDT,BTC,GATEIO_SPOT,2,\r
            ,ETH_USDT,USDT,ETH,GATEIO_SPOT,,\r
            "0.000010",SOL_USDT,USDT,SOL,GATEIO_SPOT,5,false\r

            """)
        #expect((result.insertedCount, result.updatedCount, result.unchangedCount) == (1, 1, 1))
        #expect(
            try database.text(
                """
                SELECT string_agg(format('%s %s %s %s', symbol_string, trim_scale(tick_size), precision_price,
                                         is_active),
                                  ', ' ORDER BY id) FROM symbols
                """) == "BTC_USDT 0.01 2 t, ETH_USDT   t, BTCUSDT   t, SOL_USDT 0.00001 5 f")
        #expect(try database.integer("SELECT last_value FROM symbols_id_seq") == 4)
    }

    @Test func emptyFieldOfAGivenNullableColumnIsNull() throws {
        let database = try TestSession()
        defer { database.keep() }
        let header = "exchange,base_asset,quote_asset,symbol_string,tick_size\n"
        _ = try run(database, header + "GATEIO_SPOT,BTC,USDT,BTC_USDT,0.5\n")
        #expect(try run(database, plain).updatedCount == 0)
        #expect(try database.text("SELECT trim_scale(tick_size)::text FROM symbols WHERE id = 1") == "0.5")
        #expect(try run(database, header + "GATEIO_SPOT,BTC,USDT,BTC_USDT,\n").updatedCount == 1)
        #expect(try database.text("SELECT tick_size::text FROM symbols WHERE id = 1") == "NULL")
    }

    @Test func allFaultsAreReportedAndNothingIsImported() throws {
        let database = try TestSession()
        defer { database.keep() }
        _ = try run(database, plain)
        let long = String(repeating: "é", count: 13)
        let text = """
            exchange,base_asset,quote_asset,symbol_string,tick_size,precision_price,min_order_size,max_order_size,id
            GATEIO_SPOT,GOOD,USDT,GOOD_USDT,,,,,
            NOWHERE,A,B,AB,,,,,
            GATEIO_SPOT,,USDT,X,,,,,
            GATEIO_SPOT,\(long),USDT,X,,,,,
            GATEIO_SPOT,SAME,SAME,X,,,,,
            GATEIO_SPOT,A,B,AB
            GATEIO_SPOT,A,B,A"B,,,,,
            GATEIO_SPOT,T1,B,T1,-1,,,,
            GATEIO_SPOT,T2,B,T2,NaN,,,,
            GATEIO_SPOT,T3,B,T3,0x1,,,,
            GATEIO_SPOT,T4,B,T4,1000000000000000000001,,,,
            GATEIO_SPOT,T5,B,T5,12345678901.23456789,,,,
            GATEIO_SPOT,P,B,P,,255,,,
            GATEIO_SPOT,M,B,M,,,2,1,
            GATEIO_SPOT,GOOD,USDT,GOOD2,,,,,
            GATEIO_SPOT,OTHER,USDT,GOOD_USDT,,,,,
            GATEIO_SPOT,NEW,USDT,BTC_USDT,,,,,
            GATEIO_SPOT,ETH,USDT,ETH_USDT,,,,,7
            GATEIO_SPOT,NEW2,USDT,NEW2_USDT,,,,,1
            """
        let found = try faults(database, text)
        #expect(found.map(\.line) == Array(3...20))
        func reason(_ line: Int) -> String { found.first { $0.line == line }?.reason ?? "" }
        #expect(reason(3) == "unknown exchange \"NOWHERE\"")
        #expect(reason(4) == "base_asset is empty")
        #expect(reason(5) == "base_asset has 26 bytes, at most 25 fit")
        #expect(reason(7) == "4 fields, the header has 9")
        #expect(reason(12).contains("22 significant digits"))
        #expect(reason(16) == "repeats GOOD/USDT of line 2")
        #expect(reason(17) == "repeats the symbol_string \"GOOD_USDT\" of line 2")
        #expect(
            reason(18)
                == "symbol_string \"BTC_USDT\" belongs to BTC/USDT (id 1), which the list has no more, and goes to "
                + "NEW/USDT; --deactivate-missing delists the one and gives the other a new id")
        #expect(reason(19).hasPrefix("ETH/USDT has the id 2 here, not 7"))
        #expect(reason(20).hasPrefix("id 1 belongs to BTC/USDT"))
        #expect(try database.integer("SELECT count(*) FROM symbols") == 3)

        let skipped = try run(database, text, skipBad: true)
        #expect((skipped.insertedCount, skipped.skippedCount) == (1, 18))
        #expect(skipped.faults == found)
        #expect(try database.integer("SELECT last_value FROM symbols_id_seq") == 4)
    }

    @Test func invalidUTF8AndNULAreBadLines() throws {
        let database = try TestSession()
        defer { database.keep() }
        var bytes = Array("exchange,base_asset,quote_asset,symbol_string\nGATEIO_SPOT,A".utf8)
        bytes += [0xFF] + Array(",B,AB\nGATEIO_SPOT,A".utf8) + [0] + Array(",B,AB\n".utf8)
        let error = #expect(throws: StoreError.self) { try SymbolImport(database.connection).run(csv: bytes) }
        guard case .badLines(let faults, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(faults.map(\.line) == [2, 3])
        #expect(faults[0].reason == "base_asset is not valid UTF-8")
    }

    @Test func minAboveTheMaxThatTheTableHolds() throws {
        let database = try TestSession()
        defer { database.keep() }
        let header = "exchange,base_asset,quote_asset,symbol_string,"
        _ = try run(database, header + "max_order_size\nGATEIO_SPOT,BTC,USDT,BTC_USDT,5\n")
        let found = try faults(database, header + "min_order_size\nGATEIO_SPOT,BTC,USDT,BTC_USDT,6\n")
        #expect(found == [LineFault(line: 2, reason: "min_order_size would be above max_order_size")])
    }

    @Test(arguments: [
        ("", "the file is empty"), ("exchange,base_asset,quote_asset\n", "\"symbol_string\" is missing"),
        ("exchange,base_asset,quote_asset,symbol_string,colour\n", "unknown column \"colour\""),
        ("exchange,base_asset,quote_asset,symbol_string,exchange\n", "stands twice"),
        ("\"exchange\n", "not closed"),
    ])
    func unusableFile(text: String, reason: String) throws {
        let database = try TestSession()
        defer { database.keep() }
        let error = #expect(throws: StoreError.self) { try run(database, text) }
        guard case .unusableFile(let message)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(message.contains(reason), "\(message)")
    }

    @Test func allFaultsAreNamed() throws {
        let database = try TestSession()
        defer { database.keep() }
        let lines = (0..<500).map { "NOWHERE,A\($0),B,A\($0)B" } + (0..<500).map { "GATEIO_SPOT,,B,\($0)" }
        let error = #expect(throws: StoreError.self) {
            try run(database, "exchange,base_asset,quote_asset,symbol_string\n" + lines.joined(separator: "\n"))
        }
        guard case .badLines(let faults, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(faults.map(\.line) == Array(2...1_001))
    }

    @Test func exportRoundTripsExactly() throws {
        let source = try TestSession()
        defer { source.keep() }
        var generator = SeededGenerator()
        try source.run(
            """
            INSERT INTO symbols (exchange_id, base_asset, quote_asset, symbol_string, is_active, precision_price,
                                 min_order_size, max_order_size, tick_size, step_size, created_at, last_seen)
            SELECT 1 + g % 3, 'B' || g, 'é,"' || g % 7, E'x,y"' || g, g % 5 <> 0, 1 + g % 18,
                   CASE WHEN g % 3 = 0 THEN g / 1e8 END, CASE WHEN g % 4 = 0 THEN g * 1000000.5 END, 0.00001 * g, NULL,
                   now() - g * interval '1.000001 s', CASE WHEN g % 2 = 0 THEN now() END
              FROM generate_series(1, 500) g
            """)
        try source.run("DELETE FROM symbols WHERE id % 7 = 0")
        _ = try source.run(
            "UPDATE symbols SET tick_size = 7 WHERE id % 11 = $1", [.int32(Int32.random(in: 0..<11, using: &generator))]
        )
        let exported = try export(source.connection)
        #expect(exported.hasPrefix("exchange,base_asset,quote_asset,symbol_string,id,is_active,"))

        let same = try run(source, exported)
        #expect((same.insertedCount, same.updatedCount) == (0, 0))

        let target = try TestSession()
        defer { target.keep() }
        let result = try run(target, exported)
        #expect(result.insertedCount == 429)
        #expect(try export(target.connection) == exported, "\(generator)")
        // A number is the same whatever zeros end it.
        let columns = SymbolColumn.allCases.map { $0.rules.kind == .decimal ? "trim_scale(\($0.name))" : $0.name }
            .joined(separator: ", ")
        let all = "SELECT md5(string_agg(t::text, ';' ORDER BY id)) FROM (SELECT \(columns) FROM symbols) t"
        #expect(try target.text(all) == source.text(all))
        // The next symbol gets an id that the file did not bring.
        _ = try run(target, plain)
        #expect(try target.integer("SELECT min(id) FROM symbols WHERE base_asset = 'BTC'") > 498)
    }

    @Test func concurrentImportsDoNotRace() async throws {
        let database = try TestSession()
        defer { database.keep() }
        let text =
            "exchange,base_asset,quote_asset,symbol_string\n"
            + (0..<2_000).map { "GATEIO_SPOT,A\($0),USDT,A\($0)_USDT" }.joined(separator: "\n")
        let conninfo = database.conninfo
        let results = try await withThrowingTaskGroup(of: SymbolImportResult.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let connection = try Connection(
                        ConnectionTarget(conninfo: conninfo), settings: SessionSettings(lockTimeoutMilliseconds: 30_000)
                    )
                    return try SymbolImport(connection).run(csv: Array(text.utf8))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.map(\.insertedCount).sorted() == [0, 0, 0, 2_000])
        #expect(results.map(\.unchangedCount).sorted() == [0, 2_000, 2_000, 2_000])
        #expect(try database.integer("SELECT last_value FROM symbols_id_seq") == 2_000)
    }

    @Test func unmigratedDatabaseIsNamed() throws {
        let database = try TestSession()
        defer { database.keep() }
        try database.run("DROP TABLE symbols CASCADE")
        let error = #expect(throws: StoreError.self) { try run(database, plain) }
        #expect(error?.description.contains("symbology migrate up") == true)
    }
}
