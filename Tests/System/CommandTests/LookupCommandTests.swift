import Foundation
import PostgreSQL
import SymbologyClient
import TestSupport
import Testing

@testable import symbology

/// What a user asks a running system, compared with what the database says.
@Suite("Command line: lookups")
struct LookupCommandTests {
    let system: RunningSystem

    init() throws { system = try RunningSystem() }

    private struct Row {
        let id: Int
        let exchange: String
        let exchangeId: Int
        let symbol: String
        let pair: String
    }

    private func table() throws -> [Row] {
        let statement = Statement(
            name: "all symbols",
            sql: """
                SELECT s.id, e.enum_value::text, e.id::int4, s.symbol_string::text, s.base_asset || '/' || s.quote_asset
                  FROM symbols s JOIN exchanges e ON e.id = s.exchange_id ORDER BY s.id
                """)
        let result = try system.connection.query(statement)
        return try (0..<result.rowCount).map { row in
            Row(
                id: Int(try #require(try result.int32(row, 0))), exchange: try #require(try result.text(row, 1)),
                exchangeId: Int(try #require(try result.int32(row, 2))), symbol: try #require(try result.text(row, 3)),
                pair: try #require(try result.text(row, 4)))
        }
    }

    /// The parser of arguments alone took longer than a test may.
    @Test("20,000 names on one command line, with options between them")
    func manyNames() throws {
        let rows = try table().filter { $0.exchange == "GATEIO_SPOT" }
        let asked = (0..<20_000).map { rows[$0 % rows.count] }
        let names = asked.map(\.symbol)
        let result = try Program.run(
            ["resolve", "--format", "json", "GATEIO_SPOT"] + names[..<9_000] + ["--unix", system.unixPath]
                + names[9_000...])
        #expect(result.exitCode == 0, "\(result.error)")
        let answers = try result.lines.map(jsonObject)
        #expect(answers.map { $0["symbol_id"] as? Int } == asked.map(\.id))
        #expect(answers.map { $0["symbol"] as? String } == names)
    }

    @Test("names put together as one argument come apart as they were")
    func bundledNames() {
        for arguments in [
            [], ["resolve"], ["resolve", "X", ""], ["resolve", "X", "A", "", "B", ""],
            ["resolve", "--tcp", "P", "X", "A", "B", "-h", "--", "-A", "B", "C", "D"],
            ["resolve", "X"] + (0..<1_000).map { "\u{301}\($0)" },
        ] {
            let bundled = BundledNames.bundle(arguments)
            #expect(bundled.count <= 12 && BundledNames.unbundle(bundled) == arguments)
        }
    }

    @Test("every symbol, by string and by pair, in a batch, over the Unix socket and TCP", arguments: [false, true])
    func batches(overTCP: Bool) throws {
        let rows = try table()
        #expect(rows.count >= 100)
        for (exchange, listed) in Dictionary(grouping: rows, by: \.exchange) {
            for names in [listed.map(\.symbol), listed.map(\.pair)] {
                let place = overTCP ? ["--tcp", system.tcpAddress] : ["--unix", system.unixPath]
                let result = try Program.run(["resolve", exchange] + names + ["--format", "json"] + place)
                #expect(result.exitCode == 0, "\(result.error)")
                let answers = try result.lines.map(jsonObject)
                #expect(answers.map { $0["symbol_id"] as? Int } == listed.map(\.id))
                #expect(answers.allSatisfy { $0["exchange_id"] as? Int == listed[0].exchangeId })
                #expect(answers.allSatisfy { $0["status"] as? String == "ok" })
                #expect(Set(answers.compactMap { $0["generation"] as? Int }).count == 1)
            }
        }
    }

    @Test("one by one, the line of a table has the promised columns in the promised order")
    func oneLine() throws {
        for (exchange, symbol) in [
            ("MEXC_SPOT", "BTCUSDT"), ("GATEIO_SPOT", "BTC_USDT"), ("GATEIO_FUTURES", "BTC_USDT"),
        ] {
            let id = try system.symbolId(exchange, symbol)
            for result in [
                try system.ask("resolve", exchange, symbol), try system.askOverTCP("resolve", exchange, symbol),
            ] {
                #expect(result.exitCode == 0)
                #expect(result.lines.count == 1)
                let fields = result.lines[0].split(separator: " ").map(String.init)
                #expect(Array(fields.prefix(3)) == [exchange, symbol, String(id)])
                #expect(Int(fields[3]) != nil)
                #expect(fields[4] == "ok")
                #expect(Int(fields[5]).map { $0 > 0 } == true)
            }
        }
    }

    @Test("an unknown symbol or exchange, an empty and an over-long key are 1, with a line and a reason each")
    func answersThatAreNo() throws {
        let long = String(repeating: "x", count: 51)
        let unknown = try system.ask("resolve", "GATEIO_SPOT", "BTC_USDT", "NO_SUCH", "", long, "--format", "json")
        #expect(unknown.exitCode == 1)
        let statuses = try unknown.lines.map { try jsonObject($0)["status"] as? String }
        #expect(statuses == ["ok", "unknown_symbol", "malformed", "malformed"])
        for reason in ["NO_SUCH", "empty", "51 bytes"] { #expect(unknown.error.contains(reason), "\(unknown.error)") }

        let exchange = try system.ask("resolve", "NO_SUCH", "BTC_USDT", "--format", "json")
        #expect(exchange.exitCode == 1)
        #expect(try jsonObject(exchange.lines[0])["status"] as? String == "unknown_exchange")
        // What is wrong with all of them is said once.
        let many = try Program.run(["resolve", "NO_SUCH", "--unix", system.unixPath] + (1...500).map { "S\($0)_Q" })
        #expect(many.exitCode == 1 && many.lines.count == 500)
        #expect(many.error.split(separator: "\n").count == 1 && many.error.contains("(500 names)"), "\(many.error)")
        for arguments in [
            ["symbol", "4294967295"], ["symbol", "0"], ["exchange", "NO_SUCH"], ["exchange", "999"],
            ["list", "NO_SUCH"],
            ["assets", "NO_SUCH"], ["stale", "NO_SUCH", "--days", "1"], ["find", "NO/SUCH"],
            ["search", "NOSUCHSYMBOL"], ["search", "B", "--exchange", "NO_SUCH"],
            ["exchange", ""],
        ] {
            let result = try Program.run(arguments + ["--unix", system.unixPath])
            #expect(result.exitCode == 1, "\(arguments): \(result.error)")
            #expect(result.output.isEmpty)
            #expect(!result.error.isEmpty)
        }
    }

    @Test("what is too long is named, with what would be right")
    func tooLong() throws {
        let code = String(repeating: "x", count: 51)
        for arguments in [
            ["list", code], ["assets", code], ["stale", code, "--days", "1"], ["search", "B", "--exchange", code],
            ["exchange", code], ["list", ""],
        ] {
            let result = try Program.run(arguments + ["--unix", system.unixPath])
            #expect(result.exitCode == 1, "\(arguments): \(result.error)")
            #expect(result.error.contains("1 to 50 bytes") && result.error.contains("symbology exchange"))
        }
        let exchange = try system.ask("resolve", code, "BTC_USDT")
        #expect(
            exchange.exitCode == 1 && exchange.error.contains("\"\(code)\" cannot be an exchange"), "\(exchange.error)")
        let pair = "\(String(repeating: "y", count: 26))/USDT"
        let asset = try system.ask("resolve", "GATEIO_SPOT", pair)
        #expect(asset.exitCode == 1 && asset.error.contains("\"\(pair)\" cannot be a pair"), "\(asset.error)")
        #expect(asset.error.contains("1 to 25 bytes") && !asset.error.contains("the most is"), "\(asset.error)")
        // What is as long as it may be is looked for.
        #expect(try system.ask("search", String(repeating: "x", count: 46)).error.contains("no symbol, base or quote"))
    }

    @Test("keys match byte for byte; search alone folds case")
    func letterCase() throws {
        #expect(try system.ask("resolve", "GATEIO_SPOT", "btc_usdt").exitCode == 1)
        #expect(try system.ask("search", "btc_us").exitCode == 0)
    }

    @Test("symbol: the whole record, decimals as strings and exact")
    func symbolRecord() throws {
        let id = try system.symbolId("MEXC_SPOT", "BTCUSDT")
        let record = try #require(try system.rows("symbol", String(id)).first)
        #expect(record["symbol_id"] as? Int == id)
        #expect(record["exchange"] as? String == "MEXC_SPOT")
        #expect(record["base_asset"] as? String == "BTC")
        #expect(record["quote_asset"] as? String == "USDT")
        #expect(record["tick_size"] as? String == "0.01")
        #expect(record["min_order_size"] as? String == "0.00001")
        #expect(record["max_order_size"] as? String == "100")
        #expect(record["precision_price"] as? Int == 2)
        #expect(record["is_active"] as? Bool == true)
        #expect((record["created_at"] as? String)?.hasSuffix("Z") == true)
        #expect(record["last_seen"] is NSNull)
        let table = try system.ask("symbol", String(id))
        #expect(table.lines.contains { $0.hasPrefix("tick_size") && $0.hasSuffix("0.01") })
    }

    @Test("exchange: by code, by id, and all of them")
    func exchanges() throws {
        let all = try system.rows("exchange")
        #expect(all.compactMap { $0["exchange"] as? String } == ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"])
        let byCode = try #require(try system.rows("exchange", "GATEIO_FUTURES").first)
        #expect(byCode["market_type"] as? String == "FUTURES")
        let id = try #require(byCode["exchange_id"] as? Int)
        #expect(try system.rows("exchange", String(id)).first?["exchange"] as? String == "GATEIO_FUTURES")
    }

    @Test("list: all, one venue, a limit, in the order of ids")
    func list() throws {
        let rows = try table()
        #expect(try system.rows("list").compactMap { $0["symbol_id"] as? Int } == rows.map(\.id))
        #expect(try system.rows("list", overTCP: true).count == rows.count)
        let gate = rows.filter { $0.exchange == "GATEIO_SPOT" }
        #expect(try system.rows("list", "GATEIO_SPOT").compactMap { $0["symbol_id"] as? Int } == gate.map(\.id))
        #expect(try system.rows("list", "GATEIO_SPOT", "--limit", "7").count == 7)
        #expect(try system.ask("list", "GATEIO_SPOT", "--limit", "7").error.contains("--limit shows more than 7"))
        #expect(try system.ask("list").lines.count == rows.count, "piped, a table has no header to count")
        try system.execute("UPDATE symbols SET is_active = false WHERE id = \(rows[0].id)")
        let isGone = try Deadline().poll { try system.rows("list", "--active").count == rows.count - 1 }
        #expect(isGone)
        #expect(try system.rows("list", "--active-only").count == rows.count - 1)
    }

    @Test("find names every venue that lists the pair; search ranks exact before prefix")
    func discovery() throws {
        let found = try system.rows("find", "BTC/USDT")
        #expect(found.compactMap { $0["exchange"] as? String } == ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"])
        #expect(found.compactMap { $0["symbol"] as? String } == ["BTCUSDT", "BTC_USDT", "BTC_USDT"])
        let searched = try system.rows("search", "BT", "--limit", "5")
        #expect(searched.count == 5 || searched.allSatisfy { ($0["base_asset"] as? String)?.hasPrefix("BT") == true })
        let inside = try system.rows("search", "TC_US", "--substring", "--exchange", "GATEIO_SPOT")
        #expect(inside.contains { $0["symbol"] as? String == "BTC_USDT" })
    }

    @Test("pairs, assets and stale say what the tables say, in every format")
    func tables() throws {
        let rows = try table()
        let venues = Dictionary(grouping: rows, by: \.pair).filter { $0.value.count >= 2 }
        let pairs = try system.rows("pairs")
        #expect(!venues.isEmpty && pairs.count == venues.count)
        for pair in pairs {
            let listed = try #require(venues[pair["pair"] as? String ?? ""]).sorted { $0.exchangeId < $1.exchangeId }
            #expect(pair["exchanges"] as? [String] == listed.map(\.exchange))
            #expect(pair["symbol_ids"] as? [Int] == listed.map(\.id))
            #expect(pair["symbols"] as? [String] == listed.map(\.symbol))
            #expect(pair["venue_count"] as? Int == listed.count)
        }
        #expect(try system.rows("pairs", "--min-venues", "1", overTCP: true).count == Set(rows.map(\.pair)).count)
        let tsv = try system.ask("pairs", "--limit", "1", "--format", "tsv")
        #expect(tsv.lines.count == 2 && tsv.lines[1].contains("MEXC_SPOT,") && tsv.error.contains("--limit"))

        let gate = rows.filter { $0.exchange == "GATEIO_SPOT" }
        let assets = try system.rows("assets", "GATEIO_SPOT")
        let names = gate.flatMap { $0.pair.split(separator: "/").map(String.init) }
        #expect(Set(assets.compactMap { $0["asset"] as? String }) == Set(names))
        for asset in assets {
            #expect(asset["symbol_count"] as? Int == names.count { $0 == asset["asset"] as? String })
        }
        #expect(try system.ask("assets", "GATEIO_SPOT").lines.count == assets.count)

        #expect(try system.rows("stale", "--days", "1").isEmpty, "what was just imported was never seen, but is new")
        #expect(try system.rows("stale", "--days", "0").count == rows.count)
        #expect(try system.rows("stale", "GATEIO_SPOT", "--days", "0", "--active").count == gate.count)
    }

    @Test("search by mode, active ones only")
    func searchModes() throws {
        let inside = try system.rows("search", "tc_us", "--mode", "substring", "--active", "--limit", "100")
        #expect(inside.contains { $0["symbol"] as? String == "BTC_USDT" })
        #expect(inside.allSatisfy { ($0["symbol"] as? String)?.contains("TC_US") == true })
        #expect(try system.rows("search", "BTC", "--mode", "prefix").first?["base_asset"] as? String == "BTC")
    }

    @Test("tsv has a header line and tabs")
    func tsv() throws {
        let result = try system.ask("resolve", "GATEIO_SPOT", "BTC_USDT", "NO_SUCH", "--format", "tsv")
        #expect(result.lines.count == 3)
        let header = result.lines[0].split(separator: "\t", omittingEmptySubsequences: false)
        #expect(header.prefix(6) == ["exchange", "symbol", "symbol_id", "exchange_id", "status", "generation"])
        for line in result.lines {
            #expect(line.split(separator: "\t", omittingEmptySubsequences: false).count == header.count)
        }
    }

    @Test("no colour where nobody looks")
    func noColour() throws {
        let result = try system.ask("find", "BTC/USDT")
        #expect(!result.output.contains("\u{1B}"))
    }

    @Test("status counts what the tables hold")
    func status() throws {
        let status = try #require(try system.rows("status").first)
        #expect(status["is_loaded"] as? Bool == true)
        #expect(status["database_connected"] as? Bool == true)
        #expect(status["exchange_count"] as? Int == 3)
        #expect(status["symbol_count"] as? Int == (try table()).count)
        #expect(status["refused_row_count"] as? Int == 0)
        for key in [
            "generation", "epoch", "age_milliseconds", "client_count", "lookup_count", "miss_count",
            "inactive_count", "unknown_symbol_count", "unknown_exchange_count", "not_loaded_count",
            "refused_lookup_count", "refresh_row_count", "refresh_microseconds",
        ] {
            #expect(status[key] as? Int != nil, "\(key) in \(status)")
        }
    }
}
