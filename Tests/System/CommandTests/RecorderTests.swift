import Foundation
import PostgreSQL
import TestSupport
import Testing

/// The example that people run: it does what it says.
@Suite("The recorder")
struct RecorderTests {
    private static let path = URL(filePath: Program.path).deletingLastPathComponent().appending(path: "Recorder").path
    private static let quotesPath = Program.root.appending(path: "Sources/Recorder/quotes.csv").path

    private func record(_ system: RunningSystem, _ arguments: String...) throws -> RunningCommand.Finished {
        try RunningCommand.run(
            Self.path, arguments + ["--unix", system.unixPath, "--database", system.database.conninfo],
            environment: Program.environment())
    }

    @Test("the quotes that come with it are stored to the last digit, and crossings are printed as they come")
    func recording() throws {
        let system = try RunningSystem()
        try RunningSystem.mustSucceed(["partitions", "--database", system.database.conninfo])
        let result = try record(system, Self.quotesPath, "--now")
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(result.error.contains("48 quotes are recorded, 22 crossings were seen"), "\(result.error)")
        #expect(result.lines.count == 22)
        let form = /\S+Z (BTC|ETH)\/USDT buy \w+_SPOT at [0-9.]+ sell \w+_SPOT at [0-9.]+ gain [0-9.]+/
        #expect(result.lines.allSatisfy { $0.wholeMatch(of: form) != nil }, "\(result.output)")

        // What is in the table is what is in the file.
        let file = try String(contentsOfFile: Self.quotesPath, encoding: .utf8).split(separator: "\n").dropFirst()
        let expected = file.map { line in Self.trimmed(line.split(separator: ",").prefix(7).joined(separator: ",")) }
        let rows = try system.connection.query(
            Statement(
                name: "recorded",
                sql: """
                    SELECT concat_ws(',', exchange, symbol_base, symbol_quote, bid_price, bid_qty, ask_price, ask_qty)
                      FROM book_ticker_snapshots_legacy
                    """))
        #expect(try (0..<rows.rowCount).map { try rows.text($0, 0) ?? "" }.sorted() == expected.sorted())
        #expect(try system.integer("SELECT count(*) FROM book_ticker_snapshots_v2 WHERE timestamp > now()") == 0)
    }

    /// Numbers as the server shows them once zeros at their end are gone, which mean nothing.
    private static func trimmed(_ line: String) -> String {
        line.split(separator: ",").map { field in
            guard field.contains("."), Double(field) != nil else { return String(field) }
            let digits = String(field.reversed().drop { $0 == "0" }.reversed())
            return digits.hasSuffix(".") ? String(digits.dropLast()) : digits
        }.joined(separator: ",")
    }

    @Test("an unknown symbol ends it with 1 and is named, an old time too, and nothing is stored")
    func refusals() throws {
        let system = try RunningSystem()
        try RunningSystem.mustSucceed(["partitions", "--database", system.database.conninfo])
        let folder = TemporaryFolder()
        let header = "timestamp,exchange,symbol_base,symbol_quote,bid_price,bid_qty,ask_price,ask_qty"
        let line = "2026-10-01 12:00:00+00:00,MEXC_SPOT,BTC,USDT,1,1,2,1"
        let unknown = folder.write("unknown.csv", "\(header)\n\(line.replacing("BTC", with: "NOBODY"))\n\(line)\n")
        let result = try record(system, unknown, "--now")
        #expect(
            result.exitCode == 1 && result.error.contains("MEXC_SPOT NOBODY/USDT (unknown_symbol)"), "\(result.error)")
        let old = try record(system, folder.write("old.csv", "\(header)\n\(line.replacing("2026", with: "1999"))\n"))
        #expect(old.exitCode == 1 && old.error.contains("symbology partitions"), "\(old.error)")
        let bad = try record(system, folder.write("bad.csv", "\(header)\n\(line.replacing(",1,2,", with: ",1,x,"))\n"))
        #expect(bad.exitCode == 1 && bad.error.contains("bad.csv:2: ask_price \"x\" is no number"), "\(bad.error)")
        #expect(try record(system).exitCode == 64)
        #expect(try system.integer("SELECT count(*) FROM book_ticker_snapshots_v2") == 0)
    }
}
