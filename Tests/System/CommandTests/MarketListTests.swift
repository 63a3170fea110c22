import Foundation
import TestSupport
import Testing

@testable import symbology

@Suite("Command line: lists of markets from ccxt, and back")
struct MarketListTests {
    /// Markets of every kind: most are OKX's and Binance's of 2022, some of a far future.
    private static let markets = Program.root.appending(path: "Tests/System/CommandTests/ccxt_markets.json").path
    private static let comparison = Program.root.appending(path: "Tests/Programs/Lists/compare.py").path
    private static let schema = Program.root.appending(path: "Protocol/symbology.sbe.xml").path

    let system: RunningSystem
    let folder = TemporaryFolder()

    init() throws {
        system = try RunningSystem(isSeeded: false)
        try run(
            "exchanges", "add", "VENUE", "--name", "Venue", "--display-name", "Venue", "--market-type", "FUTURES")
    }

    @discardableResult
    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        let result = try Program.run(arguments + ["--database", system.database.conninfo])
        #expect(result.exitCode == 0, "\(arguments): \(result.error)")
        return result
    }

    private func importMarkets(_ path: String = markets, _ more: String...) throws -> [String: Any] {
        let arguments = ["import", "--from", "ccxt", "--exchange", "VENUE", path, "--format", "json"] + more
        let result = try Program.run(arguments + ["--database", system.database.conninfo])
        #expect(result.exitCode == 0, "\(result.error)")
        return try jsonObject(result.lines.first ?? "{}")
    }

    /// Every row as the server answers it, compared with the file by Python.
    private func comparison(with list: String) -> TestSupport.Program {
        let nothing = folder.write("nothing.csv", "symbol_string,reject_reason\n")
        return TestSupport.Program.run([
            "env", "PYTHONDONTWRITEBYTECODE=1", "python3", Self.comparison, Self.schema, system.unixPath, "VENUE", list,
            nothing,
        ])
    }

    @Test("every market is served exactly, by its string and by its unified symbol, to a client that shares no code")
    func servedExactly() throws {
        #expect(try importMarkets()["inserted"] as? Int == 12)
        let done = comparison(with: Self.markets)
        #expect(done.status == 0, "\(done.output)")
        #expect(done.output.contains("12 rows, 12 served (9 by name too), 0 left out"), "\(done.output)")

        // The comparison can fail: one digit, one millisecond, one name.
        let text = try String(contentsOfFile: Self.markets, encoding: .utf8)
        for (digit, other) in [("1e-12", "1e-13"), ("1653033600000", "1653033600001"), ("BTC-220520", "BTC-220521")] {
            #expect(text.contains(digit))
            let changed = comparison(with: folder.write("changed.json", text.replacing(digit, with: other)))
            #expect(changed.status == 1, "\(digit): \(changed.output)")
        }
    }

    @Test("what export --to ccxt writes, import --from ccxt reads without a change, and so does CSV for every kind")
    func roundTrips() throws {
        #expect(try importMarkets()["inserted"] as? Int == 12)
        let exported = try run("export", "--to", "ccxt", "--exchange", "VENUE")
        #expect(exported.error.contains("without baseId, quoteId, settleId, fees"), "\(exported.error)")
        #expect(exported.error.contains("and delists_at, is_tiered and is_inferred, which"), "\(exported.error)")
        let again = try importMarkets(folder.write("exported.json", exported.output))
        // What has expired is written as inactive.
        #expect(again["inserted"] as? Int == 0 && again["unchanged"] as? Int == 12, "\(again)")

        let csv = try run("export", "--exchange", "VENUE").output
        #expect(csv.split(separator: "\n").count == 13)
        let path = folder.write("exported.csv", csv)
        let same = try run("import", path, "--format", "json")
        #expect(try jsonObject(same.lines[0])["unchanged"] as? Int == 12, "\(same.output)")
        try system.execute("DELETE FROM symbols")
        try run("import", path)
        #expect(try run("export", "--exchange", "VENUE").output == csv)
        #expect(try Program.run("export", "--to", "ccxt").exitCode == 64)
        let unknown = try Program.run("export", "--exchange", "NONE", "--database", system.database.conninfo)
        #expect(unknown.exitCode == 1 && unknown.error.contains("NONE"))
    }

    /// The line that `import --help` gives for cron, with a file in place of the venue.
    private func documentedLine(reading file: String) throws -> String {
        let help = try Program.run(["import", "--help"], environment: ["COLUMNS": "1000"]).output
        let line = try #require(help.split(separator: "\n").first { $0.contains("python3 -c ") })
        let venue = "ccxt.okx().load_markets()"
        #expect(line.contains(venue) && line.contains("--exchange OKX"))
        return line.replacing("import ccxt, json", with: "import json").replacing(
            venue, with: "json.load(open(\"\(file)\"))"
        )
        .replacing("| symbology ", with: "| '\(Program.path)' ").replacing("--exchange OKX", with: "--exchange VENUE")
            + " --database '\(system.database.conninfo)'"
    }

    @Test("ccxt's own Python piped in, as the documented line for cron has it; a pipe that breaks changes nothing")
    func standardInput() throws {
        func pipe(_ file: String) throws -> RunningCommand.Finished {
            try RunningCommand.run(
                "/bin/sh", ["-c", documentedLine(reading: file)], environment: Program.environment())
        }
        let piped = try pipe(Self.markets)
        #expect(piped.exitCode == 0 && piped.output.hasPrefix("12 inserted"), "\(piped.output) \(piped.error)")
        let served = comparison(with: Self.markets)
        #expect(served.status == 0, "\(served.output)")
        let broken = try pipe(folder.path + "/missing.json")
        #expect(broken.exitCode == 1 && broken.error.contains("the file ends"), "\(broken.error)")
        #expect(try system.integer("SELECT count(*) FROM symbols WHERE symbol_string = 'BTC-USDT' AND is_active") == 1)
    }

    @Test("rejected markets are written as CSV, which is imported once it is mended")
    func rejects() throws {
        let text = try String(contentsOfFile: Self.markets, encoding: .utf8)
        let spoilt = folder.write("spoilt.json", text.replacing("1e-12", with: "1e999"))
        let rejects = folder.path + "/rejects.csv"
        let first = try importMarkets(spoilt, "--skip-bad", "--rejects", rejects)
        #expect(first["inserted"] as? Int == 11 && first["skipped"] as? Int == 1, "\(first)")
        let written = try String(contentsOfFile: rejects, encoding: .utf8)
        #expect(written.contains(",BABYDOGE,USDT,") && written.contains(",\"tick_size"), "\(written)")
        try run("import", folder.write("mended.csv", written.replacing("1e999", with: "1e-12")))
        let done = comparison(with: Self.markets)
        #expect(done.status == 0, "\(done.output)")
    }

    @Test("two kinds under one string are refused with the way out: each part of the list into an exchange of its own")
    func parts() throws {
        try run("exchanges", "add", "SPOT", "--name", "Spot", "--display-name", "Spot", "--market-type", "SPOT")
        func market(_ members: String) -> String {
            #"{"id": "BTCUSDT", "base": "BTC", "quote": "USDT", "precision": {"price": 0.1}, \#(members)}"#
        }
        let markets = [
            market(#""symbol": "BTC/USDT", "type": "spot""#),
            market(#""symbol": "BTC/USDT:USDT", "type": "swap", "settle": "USDT", "linear": true"#),
        ]
        let list = folder.write("list.json", "[\(markets.joined(separator: ", "))]")
        let refused = try Program.run(
            "import", "--from", "ccxt", "--exchange", "VENUE", list, "--database", system.database.conninfo)
        let hint = "give each part of the list an exchange of its own, by --kinds or --settle"
        #expect(refused.exitCode == 1 && refused.error.contains(hint), "\(refused.error)")
        for (exchange, part) in [
            ("VENUE", ["--kinds", "perpetual", "--settle", "USDT"]), ("SPOT", ["--kinds", "spot"]),
        ] {
            let done = try Program.run(
                ["import", "--from", "ccxt", "--exchange", exchange, list, "--format", "json", "--database"]
                    + [system.database.conninfo] + part)
            let counts = try jsonObject(done.lines.first ?? "{}")
            #expect(counts["inserted"] as? Int == 1 && counts["left_out"] as? Int == 1, "\(counts) \(done.error)")
        }
        let both = """
            SELECT count(*) FROM symbols s JOIN exchanges e ON e.id = s.exchange_id
             WHERE s.symbol_string = 'BTCUSDT' AND (enum_value, kind) IN (('VENUE', 'perpetual'), ('SPOT', 'spot'))
            """
        #expect(try system.integer(both) == 2)
    }

    @Test(
        "ccxt itself makes the same markets of the export as of the list; its own list is imported without a change",
        .enabled("\(CCXTLibrary.whyNot)") { CCXTLibrary.isInstalled }, .timeLimit(.minutes(5)))
    func realLibrary() throws {
        _ = try importMarkets()
        let path = folder.write("exported.json", try run("export", "--to", "ccxt", "--exchange", "VENUE").output)
        let compared = CCXTLibrary.run("compare", Self.markets, path)
        #expect(compared.status == 0 && compared.output == "12 markets\n", "\(compared.output)")

        let own = folder.path + "/own.json"
        let written = CCXTLibrary.run("write", Self.markets, own)
        #expect(written.status == 0, "\(written.output)")
        let again = try importMarkets(own)
        #expect(again["inserted"] as? Int == 0 && again["updated"] as? Int == 0, "\(again)")

        // The comparison can fail.
        let other = try String(contentsOfFile: path, encoding: .utf8).replacing("22000.5", with: "22000.25")
        #expect(CCXTLibrary.run("compare", Self.markets, folder.write("other.json", other)).status == 1)
    }
}
