import Foundation
import Scenarios
import TestSupport
import Testing

/// Contracts by name, by pair and in lists, as a user asks for them.
@Suite("Command line: instruments")
struct InstrumentCommandTests {
    let system: RunningSystem
    private static let days = ["2099-03-27", "2099-06-26", "2099-09-25"]

    init() throws {
        system = try RunningSystem(isSeeded: false)
        try RunningSystem.mustSucceed(
            ["exchanges", "add", "OPT", "--market-type", "OPTIONS", "--database", system.database.conninfo])
        let file = system.folder.write("instruments.csv", Self.csv)
        try RunningSystem.mustSucceed(["import", file, "--database", system.database.conninfo])
        let isThere = try Deadline().poll { try system.rows("list", "OPT").count == 60 }
        #expect(isThere)
    }

    private static let csv: String = {
        var csv = """
            exchange,base_asset,quote_asset,symbol_string,kind,settle_asset,payoff,contract_size,expires_at,strike,\
            option_type,precision_price,precision_quote,tick_size,step_size,is_tiered
            MEXC_SPOT,BTC,USDT,BTCUSDT,spot,,,,,,,2,8,0.01,0.00001,false
            MEXC_SPOT,BRK/B,USD,BRKBUSD,spot,,,,,,,2,2,0.01,1,false
            GATEIO_FUTURES,BTC,USDT,BTC_USDT,perpetual,USDT,linear,0.0001,,,,1,4,0.1,1,false
            GATEIO_FUTURES,BTC,USDT,BTC_USDT_A,future,USDT,linear,0.0001,2099-03-27T08:00:00Z,,,1,4,0.1,1,false
            GATEIO_FUTURES,BTC,USDT,BTC_USDT_B,future,USDT,linear,0.0001,2099-03-27T16:00:00Z,,,1,4,0.1,1,false

            """
        for day in days {
            for strike in 1...10 {
                for type in ["call", "put"] {
                    let symbol = "BTC-\(day)-\(strike)-\(type)"
                    csv += "OPT,BTC,USD,\(symbol),option,BTC,inverse,1,\(day)T08:00:00Z,\(strike)000,\(type),"
                    csv += ",,0.0005,0.1,true\n"
                }
            }
        }
        return csv
    }()

    private func answers(_ arguments: String...) throws -> [[String: Any]] {
        try Program.run(["resolve"] + arguments + ["--format", "json", "--unix", system.unixPath]).lines.map(jsonObject)
    }

    private func ids(_ rows: [[String: Any]]) -> [Int?] { rows.map { $0["symbol_id"] as? Int } }

    @Test("a string, a unified name and a pair find the same symbol, in one command")
    func names() throws {
        let perpetual = try system.symbolId("GATEIO_FUTURES", "BTC_USDT")
        let found = try answers("GATEIO_FUTURES", "BTC_USDT", "BTC/USDT:USDT", "BTC/USDT", "NONE", "BTC_USDT_A")
        #expect(ids(found).prefix(3) == [perpetual, perpetual, perpetual])
        #expect(found.map { $0["status"] as? String } == ["ok", "ok", "ok", "unknown_symbol", "ok"])
        #expect(found.map { $0["symbol"] as? String }[1] == "BTC/USDT:USDT", "as it was asked")

        let option = try answers("OPT", "BTC/USD:BTC-990626-3000-P")
        #expect(try ids(option) == [system.symbolId("OPT", "BTC-2099-06-26-3-put")])
        #expect(option[0]["tiered"] as? Bool == true && option[0]["digits_derived"] as? Bool == true)
        #expect(option[0]["precision_price"] as? Int == 4, "the digits of the tick")
        let table = try system.ask("resolve", "MEXC_SPOT", "BTC/USDT").lines[0].split(separator: " ")
        #expect(table.count == 10 && table.last == "yes", "its base digits are derived: \(table)")
    }

    @Test("a name of two live symbols is ambiguous: no id, and the command that lists them")
    func ambiguous() throws {
        let result = try system.ask("resolve", "GATEIO_FUTURES", "BTC/USDT:USDT-990327", "--format", "json")
        #expect(result.exitCode == 1)
        let answer = try jsonObject(try #require(result.lines.first))
        #expect(answer["status"] as? String == "ambiguous" && answer["symbol_id"] is NSNull)
        let hint = try #require(result.error.firstMatch(of: /symbology (contracts .+)/)).output.1
        let listed = try Program.run(
            hint.split(separator: " ").map(String.init) + ["--kinds", "future", "--unix", system.unixPath])
        #expect(listed.lines.count == 2 && listed.output.contains("BTC_USDT_B"), "\(listed)")
    }

    @Test("a pair names no option, and what cannot be a name is told so")
    func answersThatAreNo() throws {
        let pair = try system.ask("resolve", "OPT", "BTC/USD")
        #expect(pair.exitCode == 1 && pair.output.contains("unknown_symbol"))
        #expect(pair.error.contains("symbology find BTC/USD"), "\(pair.error)")
        let name = "\(String(repeating: "A", count: 20))/USDT:USDT-990327-\(String(repeating: "1", count: 20))-C"
        let long = try system.ask("resolve", "OPT", name)
        #expect(long.exitCode == 1 && long.output.contains("malformed"))
        #expect(long.error.contains("\(name.utf8.count) bytes, the most is 50"), "\(long.error)")
        for arguments in [["contracts"], ["contracts", "OPT", "BTC/USD", "more"], ["contracts", "BTC"]] {
            #expect(try Program.run(arguments + ["--unix", system.unixPath]).exitCode == 64, "\(arguments)")
        }
        #expect(try system.ask("contracts", "OPT", "BTC/USD", "--kinds", "swap").error.contains("no kind"))
        #expect(try system.ask("contracts", "OPT", "BTC/USD", "--expires-from", "May").error.contains("no time"))
        #expect(try system.ask("contracts", "NONE", "BTC/USD").error.contains("no exchange NONE"))
        #expect(try system.ask("contracts", "MEXC_SPOT", "BTC/USDT").exitCode == 1, "spot is no contract")
    }

    @Test("who looks for the pair of a contract's name is told what finds it")
    func nameAsPair() throws {
        let found = try system.ask("find", "BTC/USDT:USDT")
        #expect(found.exitCode == 1 && found.error.contains("which is the name of a contract"), "\(found.error)")
        for hint in ["resolve EXCHANGE BTC/USDT:USDT", "contracts BTC/USDT"] {
            #expect(found.error.contains("\"symbology \(hint)\""), "\(found.error)")
        }
        #expect(try system.ask("contracts", "BTC/USDT").exitCode == 0)
    }

    @Test("assets that hold a / are said by name, or one by one", .scenario(.hardToSay))
    func slashes() throws {
        let id = try system.symbolId("MEXC_SPOT", "BRKBUSD")
        #expect(try ids(answers("MEXC_SPOT", "BRK/B/USD")) == [id])
        #expect(try ids(answers("MEXC_SPOT", "--base", "BRK/B", "--quote", "USD")) == [id])
        #expect(try ids(system.rows("find", "--base", "BRK/B", "--quote", "USD")) == [id])
        let refused = try system.ask("find", "BRK/B/USD")
        #expect(refused.exitCode == 64 && refused.error.contains("--base and --quote"), "\(refused.error)")
        #expect(try system.ask("search", String(repeating: "x", count: 47)).error.contains("47 bytes, the most is 46"))
    }

    @Test("the chain: in order, by kind, by expiry, in pages; the same over TCP", .scenario(.optionsVanish))
    func chain() throws {
        let all = try system.rows("contracts", "OPT", "BTC/USD")
        #expect(all.count == 60)
        let order = Self.days.flatMap { day in
            (1...10).flatMap { strike in ["call", "put"].map { "BTC-\(day)-\(strike)-\($0)" } }
        }
        #expect(all.map { $0["symbol"] as? String ?? "" } == order)
        #expect(try ids(system.rows("contracts", "BTC/USD", "--kinds", "option", overTCP: true)) == ids(all))
        #expect(try ids(system.rows("find", "BTC/USD", "--kinds", "option,future")) == ids(all))

        let june = ["--expires-from", "2099-06-01", "--expires-to", "2099-09-25T08:00:00Z"]
        let some = try Program.run(["contracts", "OPT", "BTC/USD", "--unix", system.unixPath] + june)
        #expect(some.lines.count == 20, "the end does not belong to it")
        let there = ["--expires-from", "2099-06-01T05:30+05:30", "--expires-to", "2099-09-25 04:00:00.000-0400"]
        let same = try Program.run(["contracts", "OPT", "BTC/USD", "--unix", system.unixPath] + there)
        #expect(same.output == some.output)
        #expect(try system.ask("contracts", "OPT", "BTC/USD", "--expires-to", "now").exitCode == 1)

        var paged: [Int?] = []
        while paged.count < 60 {
            let after = paged.last.flatMap { $0 } ?? 0
            let page = try system.ask(
                "contracts", "OPT", "BTC/USD", "--limit", "7", "--after", String(after), "--format", "json")
            paged += ids(try page.lines.map(jsonObject))
            let next = try #require(paged.last.flatMap { $0 })
            #expect(page.error.contains("--after \(next)") == (paged.count < 60), "\(page.error)")
        }
        #expect(paged == ids(all))
    }

    @Test("lists say what a contract is; tables have its columns where a row has some")
    func columns() throws {
        let option = try #require(try system.rows("contracts", "OPT", "BTC/USD", "--limit", "1").first)
        let expected: [String: String] = [
            "name": "BTC/USD:BTC-990327-1000-C", "kind": "option", "settle_asset": "BTC", "payoff": "inverse",
            "contract_size": "1", "expires_at": "2099-03-27T08:00:00.000000Z", "strike": "1000",
            "option_type": "call", "tick_size": "0.0005", "status": "ok",
        ]
        for (key, value) in expected { #expect(option[key] as? String == value, "\(key)") }
        #expect(option["precision_quote"] is NSNull, "nobody knows it")
        #expect(option["tiered"] as? Bool == true && option["digits_derived"] as? Bool == true)

        let spot = try #require(try system.rows("find", "BTC/USDT", "--kinds", "spot").first)
        #expect(spot["name"] as? String == "BTC/USDT" && spot["kind"] as? String == "spot")
        for key in ["settle_asset", "payoff", "contract_size", "expires_at", "strike", "option_type", "delists_at"] {
            #expect(spot[key] is NSNull, "\(key)")
        }

        let table = try system.ask("find", "BTC/USDT", "--kinds", "spot").lines[0]
        #expect(!table.contains("BTC/USDT") && !table.contains("spot"), "\(table)")
        let contracts = try system.ask("contracts", "OPT", "BTC/USD", "--limit", "1").lines[0]
        #expect(contracts.contains("BTC/USD:BTC-990327-1000-C") && contracts.contains(" - "), "\(contracts)")
        let id = try system.symbolId("MEXC_SPOT", "BTCUSDT")
        #expect(try !system.ask("symbol", String(id)).output.contains("strike"))
        let tsv = try system.ask("list", "MEXC_SPOT", "--format", "tsv").lines
        #expect(tsv[0].contains("\tstrike") && Set(tsv.map { $0.count { $0 == "\t" } }).count == 1)
    }

    @Test("where no server answers, the database knows names and pairs too")
    func fallback() throws {
        let names = ["BTC/USDT:USDT", "BTC/USDT", "BTC/USDT:USDT-990327"]
        let result = try Program.run(
            ["resolve", "GATEIO_FUTURES"] + names + [
                "--database", system.database.conninfo, "--unix", system.folder.path("none"), "--format", "json",
            ])
        let answers = try result.lines.map(jsonObject)
        #expect(answers.map { $0["status"] as? String } == ["ok", "ok", "ambiguous"], "\(result.error)")
        #expect(answers.allSatisfy { $0["source"] as? String == "database" })
        #expect(try ids(answers)[0] == system.symbolId("GATEIO_FUTURES", "BTC_USDT"))
    }
}
