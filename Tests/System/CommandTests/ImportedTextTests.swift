import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import symbology

@Suite("Command line: texts of imported files")
struct ImportedTextTests {
    private static let header = "exchange,base_asset,quote_asset,symbol_string"

    let database: TestDatabase
    let folder = TemporaryFolder()

    init() throws { database = try TestDatabase() }

    private func run(_ arguments: String...) throws -> RunningCommand.Finished {
        try Program.run(arguments + ["--database", database.conninfo])
    }

    /// By a pipe into `import -`.
    private func pipe(_ text: String, _ more: String = "") throws -> RunningCommand.Finished {
        let file = folder.write("piped", text)
        let command = "cat '\(file)' | '\(Program.path)' import - \(more) --database '\(database.conninfo)'"
        return try RunningCommand.run("/bin/sh", ["-c", command], environment: Program.environment())
    }

    private func value(_ column: String, of symbol: String) throws -> String? {
        let sql = "SELECT \(column)::text FROM symbols WHERE symbol_string = '\(symbol)'"
        return try database.connect().query(Statement(name: "test", sql: sql)).text(0, 0)
    }

    @Test("numbers as files and people write them are exact; what is none is refused by what is wrong with it")
    func numbers() throws {
        let exact = [
            ("1E-8", "0.00000001"), ("5e-05", "0.00005"), (".5", "0.5"), ("+0.1", "0.1"), ("5.", "5"),
            ("0.000000000001", "0.000000000001"), ("1e-13", "0.0000000000001"), ("0.001953125", "0.001953125"),
            ("9999999999999", "9999999999999"), ("123456789.012345678", "123456789.012345678"),
        ]
        let lines = exact.enumerated().map { "GATEIO_SPOT,A\($0),USDT,A\($0),\($1.0)" }
        let done = try pipe("\(Self.header),tick_size\n\(lines.joined(separator: "\n"))\n")
        #expect(done.exitCode == 0 && done.output.hasPrefix("10 inserted"), "\(done.output)\(done.error)")
        let exported = try run("export").lines
        let column = try #require(exported[0].split(separator: ",").firstIndex(of: "tick_size"))
        for (index, (_, plain)) in exact.enumerated() {
            let line = try #require(exported.first { $0.contains(",A\(index),USDT,") })
            #expect(line.split(separator: ",", omittingEmptySubsequences: false)[column] == plain, "\(line)")
        }

        let refused = [
            ("\"1,000\"", "comma"), ("\"0,01\"", "comma"), ("NaN", "no finite number"),
            ("Infinity", "no finite number"),
            ("0x1", "no decimal number"), ("1e999999999", "beyond 10^"), ("1234567890.1234567891", "at most 18"),
        ]
        for (text, reason) in refused {
            let result = try pipe("\(Self.header),tick_size\nGATEIO_SPOT,B,USDT,B,\(text)\n")
            #expect(result.exitCode == 1 && result.error.contains(reason), "\(text): \(result.error)")
        }
    }

    @Test("times of any zone are one moment")
    func times() throws {
        let texts = [
            "2024-12-27T08:00:00Z", "2024-12-27 16:00:00+08:00", "2024-12-27 08:00 UTC", "2024-12-27T03:00:00-0500",
        ]
        let lines = texts.enumerated().map { "GATEIO_SPOT,A\($0),USDT,A\($0),\($1)" }
        #expect(try pipe("\(Self.header),listed_at\n\(lines.joined(separator: "\n"))\n").exitCode == 0)
        for index in texts.indices {
            let time = "extract(epoch FROM listed_at)::int8"
            #expect(try value(time, of: "A\(index)") == "1735286400", "\(texts[index])")
        }
        let bare = try pipe("\(Self.header),listed_at\nGATEIO_SPOT,B,USDT,B,2024-12-27 08:00:00\n")
        #expect(bare.exitCode == 1 && bare.error.contains("has no zone"), "\(bare.error)")
    }

    @Test("what nobody sees in a key is named, in a file and on the command line")
    func keys() throws {
        for (key, name) in [("SO\u{200B}L", "U+200B ZERO WIDTH SPACE"), ("\u{A0}SOL", "U+00A0"), (" SOL", "blank")] {
            let result = try pipe("\(Self.header)\nGATEIO_SPOT,\(key),USDT,SOLUSDT\n")
            #expect(result.exitCode == 1 && result.error.contains("base_asset"), "\(result.error)")
            #expect(result.error.contains(name), "\(result.error)")
            let added = try run("symbols", "add", "GATEIO_SPOT", key, "--base-asset", "SOL", "--quote-asset", "USDT")
            #expect(added.exitCode != 0 && added.error.contains("symbol_string"), "\(added.error)")
        }
    }

    @Test("a file of another form is said to be one")
    func otherForms() throws {
        let wide = folder.path + "/wide.csv"
        var bytes: [UInt8] = [0xFF, 0xFE]
        for unit in "\(Self.header)\n".utf16 {
            bytes.append(UInt8(unit & 0xFF))
            bytes.append(UInt8(unit >> 8))
        }
        try Data(bytes).write(to: URL(filePath: wide))
        let semicolons = folder.write("semicolons.csv", Self.header.replacing(",", with: ";") + "\n")
        let tabs = folder.write("tabs.csv", Self.header.replacing(",", with: "\t") + "\n")
        for (file, what) in [(wide, "UTF-16"), (semicolons, "semicolons"), (tabs, "tabs")] {
            let result = try run("import", file)
            #expect(result.exitCode == 1 && result.error.contains(what), "\(result.error)")
        }
        #expect(try pipe("").exitCode == 1)
    }

    @Test("440 bad lines are all written down; mended they are imported")
    func rejects() throws {
        let lines = (0..<440).map { "GATEIO_SPOT,A\($0),USDT,A\($0)_USDT,\"0,\($0)\"\n" }
        let text = "\(Self.header),tick_size\n\(lines.joined())GATEIO_SPOT,B,USDT,B_USDT,0.1\n"
        let rejects = folder.path + "/rejects.csv"
        let first = try pipe(text, "--skip-bad --rejects '\(rejects)'")
        #expect(first.exitCode == 0 && first.output.hasPrefix("1 inserted"), "\(first.output)")
        let written = try String(contentsOfFile: rejects, encoding: .utf8)
        #expect(written.split(separator: "\n").count == 441)
        #expect(
            written.hasPrefix("\(Self.header),tick_size,reject_reason\nGATEIO_SPOT,A0,USDT,A0_USDT,\"0,0\",\"tick_size")
        )
        let mended = folder.write("mended.csv", written.replacing("\"0,", with: "\"1."))
        let second = try run("import", mended)
        #expect(second.exitCode == 0 && second.output.hasPrefix("440 inserted"), "\(second.output)\(second.error)")
    }
}
