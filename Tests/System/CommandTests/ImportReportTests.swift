import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import symbology

@Suite("Command line: what an import says of lines, and the file of bad ones")
struct ImportReportTests {
    private static let header = "exchange,base_asset,quote_asset,symbol_string"

    let database: TestDatabase
    let folder = TemporaryFolder()

    init() throws { database = try TestDatabase() }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--database", database.conninfo])
    }

    private func shell(_ command: String) throws -> RunningCommand.Finished {
        try RunningCommand.run(
            "/bin/sh", ["-c", command, Program.path, database.conninfo], environment: Program.environment())
    }

    private func count(_ sql: String) throws -> Int64? {
        try database.connect().query(.init(name: "test", sql: sql)).int64(0, 0)
    }

    /// A and B with ticks of 0.1.
    private func addSymbols() throws {
        let list = "\(Self.header),tick_size\nMEXC_SPOT,A,USDT,A,0.1\nMEXC_SPOT,B,USDT,B,0.1\n"
        #expect(try run("import", folder.write("first.csv", list)).exitCode == 0)
    }

    @Test("what holds an import back is in the file of rejects, beside the bad lines, and the file is named")
    func jumps() throws {
        try addSymbols()
        let list = "\(Self.header),tick_size\nMEXC_SPOT,A,USDT,A,x\nMEXC_SPOT,B,USDT,B,1\nMEXC_SPOT,C,USDT,C,1\n"
        let (path, rejects) = (folder.write("list.csv", list), folder.path("rejects.csv"))
        let held = try run("import", path, "--skip-bad", "--rejects", rejects)
        #expect(held.exitCode == 1 && held.error.contains("in 1 line a tick"), "\(held.error)")
        #expect(held.error.contains("\(path):3: tick_size goes from 0.1 to 1"), "\(held.error)")
        #expect(held.error.contains("besides, 1 bad line:\n  \(path):2: tick_size \"x\""), "\(held.error)")
        #expect(held.error.contains("\(rejects): 2 lines with their reasons"), "\(held.error)")
        let written = try #require(readFile(rejects)).split(separator: "\n")
        #expect(written.count == 3 && written[1].hasPrefix("MEXC_SPOT,A,USDT,A,x,"), "\(written)")
        #expect(written[2] == "MEXC_SPOT,B,USDT,B,1,tick_size goes from 0.1 to 1")
    }

    @Test("a dry run of what would be held back ends as the import: with 1, and says why")
    func heldBackDryRun() throws {
        try addSymbols()
        let path = folder.write("list.csv", "\(Self.header),tick_size\nMEXC_SPOT,B,USDT,B,1\n")
        for arguments in [["--dry-run"], []] {
            let held = try Program.run(["import", path, "--database", database.conninfo] + arguments)
            #expect(held.exitCode == 1 && held.error.contains(":2: tick_size goes from 0.1 to 1"), "\(held.error)")
        }
        let planned = try run("import", path, "--dry-run")
        #expect(planned.output.hasSuffix("0 new, 1 changed, 0 unchanged, 1 gone; nothing was written\n"))
        #expect(planned.error.contains("the import itself would be held back"), "\(planned.error)")
        #expect(try run("import", path, "--dry-run", "--allow-jumps").exitCode == 0)
        #expect(try run("import", path, "--allow-jumps").exitCode == 0)
    }

    @Test("an id far above all others is held back; where it was let through, who runs out of ids is told what to do")
    func exhaustedIds() throws {
        let path = folder.write("ids.csv", "\(Self.header),id\nMEXC_SPOT,V,USDT,V,2147483647\n")
        let held = try run("import", path)
        #expect(held.exitCode == 1 && held.error.contains("or an id is far above all others"), "\(held.error)")
        #expect(held.error.contains(":2: id 2147483647 is far above 0, where the others end"), "\(held.error)")
        #expect(try run("import", path, "--allow-jumps").exitCode == 0)
        let add = ["symbols", "add", "MEXC_SPOT", "A", "--base-asset", "A", "--quote-asset", "U"]
        let added = try Program.run(add + ["--database", database.conninfo])
        #expect(added.exitCode == 71 && added.error.contains("symbols_id_seq"), "\(added.error)")
        #expect(added.error.contains("setval("), "\(added.error)")
        _ = try database.connect().query(.init(name: "test", sql: "SELECT setval('symbols_id_seq', 7)"))
        #expect(try Program.run(add + ["--database", database.conninfo]).exitCode == 0)
    }

    @Test("a file of nothing but bad lines is read no further than they are worth, and its rejects are those")
    func noList() throws {
        let path = folder.write("list.csv", "\(Self.header)\n\(String(repeating: "a\n", count: 200_000))")
        let rejects = folder.path("rejects.csv")
        let refused = try run("import", path, "--skip-bad", "--rejects", rejects)
        #expect(
            refused.exitCode == 1
                && refused.error.contains("symbology: more than 100000 bad lines in the first 100001, nothing was"),
            "\(refused.error.prefix(500))")
        #expect(refused.error.contains("\n           this is no list of symbols, and was read no further"))
        #expect(readFile(rejects)?.split(separator: "\n").count == 100_001)
    }

    @Test("contracts that are over when they come are counted")
    func past() throws {
        let columns = "\(Self.header),kind,settle_asset,expires_at,is_active"
        let path = folder.write(
            "list.csv", "\(columns)\nGATEIO_FUTURES,A,USDT,A_1,future,USDT,2020-01-03T08:00:00Z,true\n")
        let done = try run("import", path)
        #expect(done.output == "1 inserted, 0 updated, 0 unchanged, 1 inactive, their time is past\n")
    }

    @Test("where the rejects cannot be written, what became of the import is told first")
    func fullDisk() throws {
        let list = "\(Self.header),tick_size\nMEXC_SPOT,A,USDT,A,x\nMEXC_SPOT,B,USDT,B,1\n"
        let path = folder.write("list.csv", list)
        let done = try run("import", path, "--skip-bad", "--rejects", "/dev/full")
        #expect(done.exitCode == 71 && done.output == "1 inserted, 0 updated, 0 unchanged, 1 skipped\n")
        #expect(done.error.contains("\(path):2: skipped: "), "\(done.error)")
        #expect(done.error.contains("/dev/full: No space left on device"), "\(done.error)")
        #expect(try count("SELECT count(*) FROM symbols") == 1)
        let refused = try run("import", path, "--rejects", "/dev/full")
        #expect(
            refused.exitCode == 71 && refused.error.contains("1 bad line, nothing was imported"), "\(refused.error)")
        #expect(refused.error.contains("/dev/full: No space left on device"), "\(refused.error)")
        #expect(try run("import", path, "--rejects", folder.path).exitCode == 71)
        #expect(try run("import", folder.path, "--skip-bad").error.contains("Is a directory"))
    }

    @Test("the list itself takes no rejects, whatever name it goes by")
    func sameFile() throws {
        let list = "\(Self.header),tick_size\nMEXC_SPOT,A,USDT,A,x\n"
        let path = folder.write("list.csv", list)
        let (other, link) = (folder.path("other.csv"), folder.path("link.csv"))
        try FileManager.default.linkItem(atPath: path, toPath: other)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        for name in [path, "\(folder.path)/./list.csv", other, link] {
            // Nothing is asked of a database before.
            let refused = try Program.run(
                "import", path, "--skip-bad", "--rejects", name, "--database", "host=/nonexistent")
            #expect(refused.exitCode == 64 && refused.error.contains("is the list itself"), "\(refused.error)")
        }
        let piped = try shell("\"$0\" import - --rejects '\(other)' --database \"$1\" < '\(path)'")
        #expect(piped.exitCode == 64, "\(piped.error)")
        #expect(readFile(path) == list)
        // What held more before is cut.
        let rejects = folder.write("rejects.csv", String(repeating: "old\n", count: 1_000))
        #expect(try run("import", path, "--rejects", rejects).exitCode == 1)
        #expect(readFile(rejects)?.split(separator: "\n").count == 2)
    }

    @Test("a list from a pipe with a name, its rejects into another one", .timeLimit(.minutes(1)))
    func pipes() throws {
        let list = "\(Self.header),tick_size\nMEXC_SPOT,A,USDT,A,x\nMEXC_SPOT,B,USDT,B,1\n"
        let path = folder.write("list.csv", list)
        let done = try shell(
            """
            cd '\(folder.path)' && mkfifo in out && { cat '\(path)' > in & cat out > got & } &&
            "$0" import in --skip-bad --rejects out --database "$1"; code=$?; wait; cat got; exit $code
            """)
        #expect(done.exitCode == 0 && done.lines.count == 3, "\(done.output)\(done.error)")
        #expect(done.lines.last?.hasPrefix("MEXC_SPOT,A,USDT,A,x,") == true, "\(done.output)")
    }

    @Test("of what is worth a look the first lines of each kind are named and the others counted; all, when asked")
    func manyNotices() throws {
        let lines = (0..<300).map { "MEXC_SPOT,A\($0),USDT,A\($0),2,0.000\($0 + 1),\($0 % 3 == 0 ? "0.5" : "1"),1\n" }
        let columns = "\(Self.header),precision_price,tick_size,min_order_size,step_size"
        let path = folder.write("list.csv", "\(columns)\n\(lines.joined())")
        let done = try run("import", path, "--format", "json")
        #expect(done.exitCode == 0)
        let counts = try jsonObject(done.lines[0])
        #expect(counts["inserted"] as? Int == 300 && counts["notices"] as? Int == 400, "\(counts)")
        let said = done.error.split(separator: "\n")
        #expect(said.count == 42, "\(done.error)")
        #expect(said.dropLast(2).count { $0.contains("contradicts") } == 20)
        #expect(
            said.suffix(2).map(String.init) == [
                "symbology: \(path): 280 more lines like this, 22-301: precision_price 2 contradicts tick_size 0.0001; "
                    + "--verbose names all of them",
                "symbology: \(path): 80 more lines like this, 62, 65, 68, 71, 74, 77, 80, 83, …: "
                    + "min_order_size 0.5 is no multiple of step_size 1; --verbose names all of them",
            ])
        let plan = try run("import", path, "--dry-run", "--verbose")
        #expect(plan.error.isEmpty, "what is the same was reported when it came: \(plan.error)")
        _ = try database.connect().query(.init(name: "test", sql: "DELETE FROM symbols"))
        #expect(try run("import", path, "--verbose").error.split(separator: "\n").count == 400)
    }

    @Test("thousands of bad lines are counted exactly, and all of them are in the file of rejects")
    func manyFaults() throws {
        let lines = (0..<2_500).map { "MEXC_SPOT,A\($0),USDT,A\($0),\($0 < 2_000 ? "\"x y\($0)\"" : "-\($0)")\n" }
        let path = folder.write("list.csv", "\(Self.header),tick_size\n\(lines.joined())")
        let rejects = folder.path("rejects.csv")
        let refused = try run("import", path, "--rejects", rejects)
        #expect(refused.exitCode == 1 && refused.error.contains("2500 bad lines, nothing was imported"))
        #expect(refused.error.split(separator: "\n").count { $0.contains("list.csv:") } == 1_501)
        #expect(
            refused.error.contains(": 1000 more lines like this, 1002-2001: tick_size \"x y0\""),
            "\(refused.error.suffix(500))")
        #expect(refused.error.contains("\(rejects) has all of them"))
        #expect(readFile(rejects)?.split(separator: "\n").count == 2_501)
        let all = try run("import", path, "--verbose")
        #expect(all.error.split(separator: "\n").count { $0.contains("list.csv:") } == 2_500)
    }

    @Test("an exchange that nobody knows is told once, with the number of its lines and what to do; all, when asked")
    func unknownExchanges() throws {
        let lines = (0..<600).map { index in
            "\(index % 3 == 0 ? "NOWHERE" : "ELSEWHERE"),A\(index),USDT,A\(index),\(index == 7 ? "x" : "")\n"
        }
        let path = folder.write("list.csv", "\(Self.header),tick_size\n\(lines.joined())MEXC_SPOT,B,USDT,B,\n")
        let rejects = folder.path("rejects.csv")
        let done = try run("import", path, "--skip-bad", "--rejects", rejects)
        #expect(done.exitCode == 0 && done.output == "1 inserted, 0 updated, 0 unchanged, 600 skipped\n")
        let hint = "(symbology exchanges add makes one known)"
        #expect(
            done.error.replacing(/; tick_size.*/, with: "; tick").split(separator: "\n").map(String.init) == [
                "symbology: \(path):2: skipped: unknown exchange \"NOWHERE\", and so in 199 more lines, 5, 8, 11, 14, "
                    + "17, 20, 23, 26, … \(hint)",
                "symbology: \(path):3: skipped: unknown exchange \"ELSEWHERE\", and so in 398 more lines, 4, 6-7, 10, "
                    + "12-13, 15-16, 18-19, 21-22, 24-25, … \(hint)",
                "symbology: \(path):9: skipped: unknown exchange \"ELSEWHERE\"; tick",
                "symbology: \(rejects): 600 lines with their reasons",
            ], "\(done.error)")
        #expect(readFile(rejects)?.split(separator: "\n").count == 601)
        let refused = try run("import", path)
        #expect(refused.error.split(separator: "\n").count { $0.contains("unknown exchange") } == 3, "\(refused.error)")
        let all = try run("import", path, "--verbose")
        #expect(all.error.split(separator: "\n").count { $0.contains("unknown exchange") } == 600)
    }

    @Test("hundreds of lines of a mistyped exchange are named by one range")
    func mistypedExchange() throws {
        let lines = (0..<440).map { "OKX_SPOTT,A\($0),USDT,A\($0)\n" }.joined()
        let path = folder.write("list.csv", "\(Self.header)\n\(lines)MEXC_SPOT,B,USDT,B\nOKX_SPOTT,B,USDT,B\n")
        let refused = try run("import", path)
        #expect(
            refused.error.contains(
                "\(path):2: unknown exchange \"OKX_SPOTT\", and so in 440 more lines, 3-441, 443 (symbology"),
            "\(refused.error)")
    }

    private static func market(_ asset: String, _ members: String = "") -> String {
        """
        {"id": "\(asset)USDT", "symbol": "\(asset)/USDT", "base": "\(asset)", "quote": "USDT", "type": "spot",
         "precision": {"price": 0.1}\(members)}
        """
    }

    @Test("a market is told by its number and its name; of an exchange that nobody knows there is one fault")
    func markets() throws {
        let bad = Self.market("B", #", "active": 7"#)
        let list = "[7, \(Self.market("A")), \(bad), \(Self.market("A")), {\"id\": \"X\", \"type\": true}]"
        let path = folder.write("list.json", list)
        let refused = try run("import", path, "--from", "ccxt", "--exchange", "MEXC_SPOT")
        #expect(refused.exitCode == 1)
        let lines = refused.error.split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(5) == [
                "symbology: 4 bad markets, nothing was imported:", "  \(path): market 1: is no market",
                "  \(path): market 3 (B/USDT): is_active \"7\" is neither true nor false",
                "  \(path): market 4 (A/USDT): repeats A/USDT of market 2",
                "  \(path): market 5 (X): type is true, and no text",
            ], "\(refused.error)")
        let skipped = try run("import", path, "--from", "ccxt", "--exchange", "MEXC_SPOT", "--skip-bad")
        #expect(skipped.error.contains("\(path): market 3 (B/USDT): skipped: is_active"), "\(skipped.error)")

        for (code, hint) in [("mexc_spot", "; there is MEXC_SPOT"), ("NOWHERE", "")] {
            let unknown = try run("import", path, "--from", "ccxt", "--exchange", code, "--skip-bad")
            #expect(unknown.exitCode == 1 && unknown.output.isEmpty)
            #expect(
                unknown.error.hasPrefix("symbology: \(path): unknown exchange \"\(code)\"\(hint); symbology exchanges"),
                "\(unknown.error)")
        }
        let csv = try run("import", folder.write("case.csv", "\(Self.header)\nMexc_Spot,A,USDT,A\n"))
        #expect(csv.error.contains(":2: unknown exchange \"Mexc_Spot\"; there is MEXC_SPOT"), "\(csv.error)")
    }

    @Test("a text of a megabyte fills no screen, and a sign that nobody sees is named")
    func longTexts() throws {
        let long = String(repeating: "A", count: 1 << 20)
        let header = try run("import", folder.write("header.csv", "\(long)\n"))
        #expect(
            header.exitCode == 1 && header.error.contains("unknown column \"AAA") && header.error.utf8.count < 2_000)
        let twice = try run("import", folder.write("marks.csv", "\u{FEFF}\u{FEFF}\(Self.header)\n"))
        #expect(twice.error.contains("unknown column \"\\u{FEFF}exchange\""), "\(twice.error)")
        let market = folder.write("market.json", "[\(Self.market(long, #", "created": "\#(long)""#))]")
        let refused = try run("import", market, "--from", "ccxt", "--exchange", "MEXC_SPOT")
        #expect(refused.exitCode == 1 && refused.error.utf8.count < 2_000, "\(refused.error.utf8.count)")
    }
}
