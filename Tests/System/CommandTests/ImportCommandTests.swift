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
        #expect(try run("import", next, "--dry-run").output.contains("0 new, 1 changed (1 renamed), 0 unchanged"))
        let done = try run("import", next, "--alias-for", "7", "--format", "json")
        #expect(try jsonObject(done.lines[0])["renamed"] as? Int == 1, "\(done.error)")
        let aliases = """
            SELECT string_agg(symbol_string || ' ' || ceil(extract(epoch FROM expires_at - now()) / 86400), ',')
              FROM symbol_aliases
            """
        #expect(try rowText(aliases) == "A1 7")
        #expect(try run("import", write(header + "MEXC_SPOT,B,USDT,B2\n", "b.csv"), "--no-alias").exitCode == 0)
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
}
