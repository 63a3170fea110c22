import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import symbology

@Suite("Command line: import and export")
struct ImportCommandTests {
    let database: TestDatabase
    let connection: Connection
    let folder = TemporaryFolder()

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
    }

    private func write(_ text: String, _ name: String = "symbols.csv") -> String {
        folder.write(name, text)
    }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--database", database.conninfo])
    }

    private func rowText(_ sql: String) throws -> String? {
        try connection.query(Statement(name: "test", sql: sql)).text(0, 0)
    }

    private var stateOfTheTable: String? {
        get throws { try rowText("SELECT string_agg(s::text, ';' ORDER BY id) FROM symbols s") }
    }

    @Test("a second import changes nothing and burns no identity value")
    func secondImport() throws {
        let first = try run("import", Program.seedPath, "--format", "json")
        #expect(first.exitCode == 0, "\(first.error)")
        let inserted = try #require(try jsonObject(first.lines[0])["inserted"] as? Int)
        #expect(inserted >= 100)
        let before = try stateOfTheTable
        let sequence = "SELECT pg_sequence_last_value(pg_get_serial_sequence('symbols', 'id')::regclass)::text"
        #expect(try rowText(sequence) == String(inserted))

        let second = try run("import", Program.seedPath)
        #expect(second.output == "0 inserted, 0 updated, \(inserted) unchanged\n")
        #expect(try stateOfTheTable == before)
        #expect(try rowText(sequence) == String(inserted))
    }

    @Test("what export writes, import reads: into itself it changes nothing, into an empty database it gives the same")
    func roundTrip() throws {
        #expect(try run("import", Program.seedPath).exitCode == 0)
        let exported = try run("export")
        #expect(exported.exitCode == 0)
        #expect(exported.lines[0].hasPrefix("exchange,base_asset,quote_asset,symbol_string"))
        let path = write(exported.output)
        let again = try run("import", path, "--format", "json")
        #expect(try jsonObject(again.lines[0])["unchanged"] as? Int == exported.lines.count - 1, "\(again.error)")

        let other = try TestDatabase()
        try RunningSystem.mustSucceed(["import", path, "--database", other.conninfo])
        #expect(try Program.run("export", "--database", other.conninfo).output == exported.output)
    }

    @Test("bad lines are named by number and reason, and nothing is imported")
    func badLines() throws {
        let path = write(
            """
            exchange,base_asset,quote_asset,symbol_string,tick_size
            GATEIO_SPOT,AAA,USDT,AAA_USDT,0.1
            NO_SUCH,BBB,USDT,BBB_USDT,0.1
            GATEIO_SPOT,CCC,USDT,,0.1
            GATEIO_SPOT,DDD,USDT,DDD_USDT,-1
            GATEIO_SPOT,EEE,USDT
            GATEIO_SPOT,FFF,USDT,\(String(repeating: "F", count: 51)),0.1
            """)
        let result = try run("import", path)
        #expect(result.exitCode == 1)
        for number in 3...7 { #expect(result.error.contains("\(path):\(number): "), "line \(number): \(result.error)") }
        #expect(!result.error.contains("\(path):2: "))
        #expect(result.error.contains("nothing was imported"))
        #expect(try stateOfTheTable == nil)

        let skipped = try run("import", path, "--skip-bad")
        #expect(skipped.exitCode == 0)
        #expect(skipped.output == "1 inserted, 0 updated, 0 unchanged, 5 skipped\n")
        #expect(skipped.error.contains("\(path):3: skipped"))
    }

    @Test("what a file holds neither drives the terminal nor passes for a line of another")
    func controls() throws {
        let name = "symbols\u{1B}[31m.csv"
        let path = write(
            """
            exchange,base_asset,quote_asset,symbol_string,tick_size
            "NO_\u{1B}]0;title\u{07}SUCH\nsymbols.csv:99: forged",BBB,USDT,BBB_USDT,0.1
            GATEIO_SPOT,CCC,USDT,CCC_USDT,\u{9B}2J
            """, name)
        for arguments in [["import", path], ["import", path, "--skip-bad"]] {
            let result = try Program.run(arguments + ["--database", database.conninfo])
            #expect(result.error.contains(":2: ") || result.error.contains(":3: "), "\(result.error)")
            #expect(!result.error.unicodeScalars.contains { $0 != "\n" && Cell.isControl($0) }, "\(result.error)")
            #expect(!result.error.split(separator: "\n").contains { $0.contains("forged") && !$0.contains("SUCH") })
        }
        let header = try run("import", write("exchange,\u{1B}[2J\n", name))
        #expect(header.exitCode == 1 && !header.error.contains("\u{1B}"), "\(header.error)")
    }

    @Test("a file that is missing, empty or without the columns is refused in words")
    func unusableFiles() throws {
        let missing = try run("import", folder.path + "/missing.csv")
        #expect(missing.exitCode == 71)
        #expect(missing.error.contains("missing.csv"))
        #expect(try run("import", write("", "empty.csv")).exitCode == 1)
        let header = try run("import", write("exchange,base_asset\n", "header.csv"))
        #expect(header.exitCode == 1)
        #expect(header.error.contains("symbol_string") || header.error.contains("quote_asset"), "\(header.error)")
    }

    @Test("without the tables import says what to do")
    func notMigrated() throws {
        let bare = try TestDatabase(.empty)
        let result = try Program.run("import", Program.seedPath, "--database", bare.conninfo)
        #expect(result.exitCode == 78)
        #expect(result.error.contains("migrate up"), "\(result.error)")
    }

    @Test("a renamed pair can still be asked for by its former name, unless that is not wanted")
    func renames() throws {
        let header = "exchange,base_asset,quote_asset,symbol_string\n"
        #expect(try run("import", write(header + "MEXC_SPOT,A,USDT,A1\nMEXC_SPOT,B,USDT,B1\n")).exitCode == 0)
        let next = write(header + "MEXC_SPOT,A,USDT,A2\n", "next.csv")
        let refused = try run("import", next)
        #expect(refused.exitCode == 1 && refused.error.contains("\"A1\" (id 1)"), "\(refused.error)")
        let plan = try run("import", next, "--rename", "--dry-run")
        #expect(plan.output.contains("0 new, 1 changed (1 renamed), 0 unchanged"))
        let done = try run("import", next, "--rename", "--alias-for", "7", "--format", "json")
        #expect(try jsonObject(done.lines[0])["renamed"] as? Int == 1, "\(done.error)")
        let aliases = """
            SELECT string_agg(symbol_string || ' ' || ceil(extract(epoch FROM expires_at - now()) / 86400), ',')
              FROM symbol_aliases
            """
        #expect(try rowText(aliases) == "A1 7")
        #expect(
            try run("import", write(header + "MEXC_SPOT,B,USDT,B2\n", "b.csv"), "--rename", "--no-alias").exitCode == 0)
        #expect(try rowText(aliases) == "A1 7")
        #expect(try run("import", next, "--no-alias", "--alias-for", "7").exitCode == 64)
    }

    @Test("the manager's role can do what managers do, and the reader's is told what it cannot")
    func roles() throws {
        #expect(try run("import", Program.seedPath).exitCode == 0)
        let exported = try run("export")
        let other = try TestDatabase()
        let manager = try other.conninfo(as: "symbology_manager")
        // With ids: the sequence has to be moved behind them.
        let restored = try Program.run("import", write(exported.output), "--database", manager)
        #expect(restored.exitCode == 0, "\(restored.error)")
        let added = try Program.run(
            "symbols", "add", "MEXC_SPOT", "NEW", "--base-asset", "N", "--quote-asset", "Q", "--database", manager)
        #expect(added.exitCode == 0, "\(added.error)")
        try other.run(
            """
            INSERT INTO trade_snapshots (exchange, symbol_base, symbol_quote, price, quantity, side, timestamp)
            VALUES ('MEXC_SPOT', 'POP', 'USDT', 1, 1, 'buy', now())
            """)
        for command in [["populate"], ["validate", "--phase", "1"]] {
            let done = try Program.run(command + ["--database", manager])
            #expect(done.exitCode == 0, "\(command): \(done.output) \(done.error)")
        }

        let reader = try other.conninfo(as: "symbology_reader")
        #expect(try Program.run("export", "--database", reader).lines.count == exported.lines.count + 2)
        for command in [
            ["import", Program.seedPath, "--deactivate-missing"], ["symbols", "update", "1", "--precision-price", "3"],
            ["history", "symbol", "1"], ["migrate", "down"],
        ] {
            let refused = try Program.run(command + ["--database", reader])
            #expect(refused.exitCode == 78 && refused.error.contains("symbology_manager"), "\(refused.error)")
        }
    }

    private let header = "exchange,base_asset,quote_asset,symbol_string"

    @Test("every skipped line is named and written down; nothing imported ends with 1")
    func allBad() throws {
        let lines = (0..<440).map { "GATEIO_SPOT,A\($0),USDT,A\($0)_USDT,NaN" }
        let path = write("\(header),tick_size\n" + lines.joined(separator: "\n") + "\n")
        let rejects = folder.path + "/rejects.csv"
        let result = try run("import", path, "--skip-bad", "--rejects", rejects)
        #expect(result.exitCode == 1)
        for line in 2...441 { #expect(result.error.contains("\(path):\(line): "), "line \(line)") }
        #expect(result.error.contains("nothing was imported"))
        let written = try String(contentsOfFile: rejects, encoding: .utf8).split(separator: "\n")
        #expect(written.count == 441)
        #expect(written[1].hasPrefix("GATEIO_SPOT,A0,USDT,A0_USDT,NaN,"))
        #expect(try run("import", write("\(header)\n", "header.csv")).exitCode == 1)
    }

    @Test("standard input is read, parts of a list are taken, and what happened is counted")
    func standardInput() throws {
        let path = write(
            """
            \(header),kind,settle_asset,payoff,min_order_size
            GATEIO_FUTURES,BTC,USDT,BTC_USDT,perpetual,USDT,linear,0
            GATEIO_FUTURES,BTC,USDC,BTC_USDC,perpetual,USDC,linear,1
            GATEIO_FUTURES,BTC,USDT,BTC_SPOT,spot,,,1
            GATEIO_FUTURES,X,USDT,X_USDT,perpetual,USDT,linear,x

            """)
        let command =
            "cat '\(path)' | '\(Program.path)' import - --kinds perpetual --settle USDT --skip-bad --format json "
            + "--database '\(database.conninfo)'"
        let result = try RunningCommand.run("/bin/sh", ["-c", command], environment: Program.environment())
        #expect(result.exitCode == 0, "\(result.error)")
        let counts = try jsonObject(result.lines[0])
        let expected = [
            "inserted": 1, "updated": 0, "renamed": 0, "unchanged": 0, "skipped": 1, "left_out": 2, "zeros_as_none": 1,
            "reactivated": 0, "completed": 0, "still_delisted": 0, "expired": 0, "last_good": 0,
        ]
        for (key, count) in expected { #expect(counts[key] as? Int == count, "\(key)") }
        #expect(result.error.contains("-:5: skipped: "), "\(result.error)")
        for wrong in ["swap", "spot,,future", ""] {
            #expect(try run("import", path, "--kinds", wrong).exitCode == 64)
        }
        #expect(try run("import", path, "--settle", "USDT,").exitCode == 64)
        #expect(try run("import", path, "--from", "ccxt").exitCode == 64)
    }

    @Test("a tick that changes ten-fold holds the import back; what was delisted stays so until it is said")
    func holding() throws {
        let columns = "\(header),tick_size\n"
        #expect(try run("import", write(columns + "MEXC_SPOT,A,USDT,A,0.1\nMEXC_SPOT,B,USDT,B,1\n")).exitCode == 0)
        let jump = write(columns + "MEXC_SPOT,A,USDT,A,1\n", "jump.csv")
        let held = try run("import", jump)
        #expect(held.exitCode == 1 && held.error.contains("tick_size goes from 0.1 to 1"), "\(held.error)")
        #expect(held.error.contains("--allow-jumps"))
        let forced = try run("import", jump, "--allow-jumps", "--deactivate-missing", "--format", "json")
        #expect(try jsonObject(forced.lines[0])["deactivated"] as? Int == 1, "\(forced.error)")

        let again = write(columns + "MEXC_SPOT,A,USDT,A,1\nMEXC_SPOT,B,USDT,B,1\n", "again.csv")
        let reported = try run("import", again)
        #expect(reported.output == "0 inserted, 0 updated, 2 unchanged (1 delisted)\n")
        #expect(reported.error.contains("--deactivate-missing") && reported.error.contains("(id 2)"))
        #expect(try run("import", again, "--new-listing").output == "1 inserted, 0 updated, 1 unchanged\n")
        #expect(
            try rowText("SELECT string_agg(id || ' ' || is_active, ',' ORDER BY id) FROM symbols")
                == "1 true,2 false,3 true")
    }
}
