import Foundation
import PostgreSQL
import Scenarios
import TestSupport
import Testing

/// What the lists of real venues hold, imported by the program and asked of the database.
@Suite("Command line: lists of real venues")
struct RealListTests {
    let database: TestDatabase
    let connection: Connection
    let folder = TemporaryFolder()

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        for (code, type) in [("V", "SPOT"), ("F", "FUTURES")] {
            try RunningSystem.mustSucceed(
                ["exchanges", "add", code, "--market-type", type, "--database", database.conninfo])
        }
    }

    /// - Parameters:
    ///   - columns: those besides the four that each list has.
    ///   - lines: fields with commas between them.
    @discardableResult
    private func load(
        _ columns: String, _ lines: [String], _ arguments: String...
    ) throws -> RunningCommand.Finished {
        let header = "exchange,base_asset,quote_asset,symbol_string" + (columns.isEmpty ? "" : ",\(columns)")
        let file = folder.write("list.csv", ([header] + lines).joined(separator: "\n") + "\n")
        return try Program.run(["import", file, "--database", database.conninfo] + arguments)
    }

    private func text(_ sql: String) throws -> String {
        try connection.query(Statement(name: "test", sql: sql)).text(0, 0) ?? "NULL"
    }

    /// `string id active`, in the order of ids.
    private func symbols() throws -> String {
        try text(
            """
            SELECT string_agg(format('%s %s %s', symbol_string, id, CASE WHEN is_active THEN '+' ELSE '-' END), ', '
                              ORDER BY id) FROM symbols
            """)
    }

    private func resolve(_ exchange: String, _ symbol: String) throws -> [String: Any] {
        let answer = try Program.run(
            "resolve", exchange, symbol, "--database", database.conninfo, "--unix", folder.path("none"), "--format",
            "json")
        return try jsonObject(try #require(answer.lines.first, "\(answer.error)"))
    }

    @Test("no contract becomes the next one", .scenario(.contractRolls, .wrongExpiry))
    func contractRolls() throws {
        // Without their days both are one pair, of which nobody can say which it is.
        try load("", ["V,BTC,USD,BTC-30JAN26"])
        let rolled = try load("", ["V,BTC,USD,BTC-27FEB26"])
        #expect(rolled.exitCode == 1)
        #expect(rolled.error.contains("BTC-30JAN26") && rolled.error.contains("BTC-27FEB26"), "\(rolled.error)")
        #expect(try symbols() == "BTC-30JAN26 1 +")

        let columns = "kind,settle_asset,expires_at"
        try load(columns, ["F,BTC,USD,BTC-A,future,BTC,2099-01-30T08:00:00Z"])
        let next = try load(columns, ["F,BTC,USD,BTC-B,future,BTC,2099-02-27T08:00:00Z"], "--deactivate-missing")
        #expect(next.exitCode == 0, "\(next.error)")
        #expect(try symbols() == "BTC-30JAN26 1 +, BTC-A 2 -, BTC-B 3 +")
        #expect(
            try text("SELECT extract(month FROM expires_at AT TIME ZONE 'UTC')::text FROM symbols WHERE id = 2") == "1")
    }

    @Test("a future stands beside the perpetual of its pair", .scenario(.futureOverPerpetual))
    func futureBesidePerpetual() throws {
        let columns = "kind,settle_asset,expires_at"
        try load(columns, ["F,BTC,USD,BTC-PERP,perpetual,BTC,"])
        try load(columns, ["F,BTC,USD,BTC-A,future,BTC,2099-01-30T08:00:00Z", "F,BTC,USD,BTC-PERP,perpetual,BTC,"])
        #expect(try symbols() == "BTC-PERP 1 +, BTC-A 2 +")
        #expect(try resolve("F", "BTC/USD")["symbol_id"] as? Int == 1)
        #expect(try resolve("F", "BTC/USD:BTC-990130")["symbol_id"] as? Int == 2)
    }

    @Test("one odd line: the rest is delisted, and what it names counts as listed", .scenario(.oddLine))
    func oddLine() throws {
        try load("tick_size", ["V,AAA,USD,AAA,1", "V,BBB,USD,BBB,1", "V,CCC,USD,CCC,1"])
        let result = try load(
            "tick_size", ["V,AAA,USD,AAA,1", "V,BBB,USD,BBB,odd"], "--skip-bad", "--deactivate-missing")
        #expect(result.exitCode == 0 && result.error.contains("list.csv:3:"), "\(result.error)")
        #expect(try symbols() == "AAA 1 +, BBB 2 +, CCC 3 -")
    }

    @Test("listed, missing, listed again: active", .scenario(.listedAgain))
    func listedAgain() throws {
        let (both, one) = (["V,AAA,USD,AAA", "V,BBB,USD,BBB"], ["V,AAA,USD,AAA"])
        for lines in [both, one, both] { #expect(try load("", lines, "--deactivate-missing").exitCode == 0) }
        #expect(try symbols() == "AAA 1 +, BBB 2 +")
    }

    @Test(
        "0 digits are digits; those that nobody gives are those of the increment", .scenario(.noDigits, .digitsNotGiven)
    )
    func digits() throws {
        let result = try load(
            "precision_base,tick_size,step_size",
            ["V,AAA,USD,AAA,0,0.01,1", "V,BBB,USD,BBB,,0.25,10", "V,CCC,USD,CCC,,,"])
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(try text("SELECT precision_base::text FROM symbols WHERE id = 1") == "0")
        let (first, second, third) = (try resolve("V", "AAA"), try resolve("V", "BBB"), try resolve("V", "CCC"))
        #expect(first["precision_base"] as? Int == 0 && first["precision_price"] as? Int == 2)
        #expect(second["precision_base"] as? Int == 0 && second["precision_price"] as? Int == 2)
        for key in ["precision_price", "precision_base", "precision_quote"] { #expect(third[key] is NSNull, "\(key)") }
        #expect(first["digits_derived"] as? Bool == true && third["digits_derived"] as? Bool == false)
    }

    @Test("numbers are exact or refused, in files and by SQL", .scenario(.wideNumbers, .roundingBySQL, .numberTexts))
    func numbers() throws {
        let exact = [
            ("0.0000000000001", "0.0000000000001"), ("9999999999999", "9999999999999"), ("1E-8", "0.00000001"),
            ("5e-05", "0.00005"), (".5", "0.5"), ("+0.1", "0.1"), ("10000", "10000"),
        ]
        let lines = exact.enumerated().map { "V,A\($0),USD,A\($0),\($1.0)" }
        #expect(try load("tick_size", lines).exitCode == 0)
        for (index, number) in exact.enumerated() {
            #expect(
                try text("SELECT trim_scale(tick_size)::text FROM symbols WHERE symbol_string = 'A\(index)'")
                    == number.1)
        }
        for wrong in ["\"1,000\"", "\"0,01\"", "NaN", "0x1", "1 000", "Infinity"] {
            let refused = try load("tick_size", ["V,BAD,USD,BAD,\(wrong)"])
            #expect(refused.exitCode == 1 && refused.error.contains("tick_size"), "\(wrong): \(refused.error)")
        }
        for number in ["0.000000005", "0.001953125"] {
            try connection.executeScript("UPDATE symbols SET tick_size = \(number) WHERE id = 1", name: "test")
            #expect(try text("SELECT tick_size::text FROM symbols WHERE id = 1") == number)
        }
        #expect(throws: PostgreSQLError.self) {
            try connection.executeScript("UPDATE symbols SET tick_size = 1.234567890123456789", name: "test")
        }
    }

    @Test("strings change places, and go to newcomers: the list's final state counts", .scenario(.stringsMove))
    func stringsMove() throws {
        try load("", ["V,AAA,USD,X-1", "V,BBB,USD,X-2"])
        let swapped = try load("", ["V,AAA,USD,X-2", "V,BBB,USD,X-1"])
        #expect(swapped.exitCode == 0, "\(swapped.error)")
        #expect(try symbols() == "X-2 1 +, X-1 2 +")
        try load("", ["V,AAA,USD,X-2"], "--deactivate-missing")
        #expect(try load("", ["V,AAA,USD,X-2", "V,NEW,USD,X-1"]).exitCode == 0)
        #expect(try symbols() == "X-2 1 +, X-1 2 -, X-1 3 +")
        #expect(try resolve("V", "X-1")["symbol_id"] as? Int == 3)
    }

    @Test("a coin that takes over a string gets an id of its own", .scenario(.coinReplaced, .coinRenamed))
    func coinReplaced() throws {
        try load("tick_size", ["V,LUNA,USDT,LUNAUSDT,0.001"])
        let renamed = try load("tick_size", ["V,LUNC,USDT,LUNCUSDT,0.00000001", "V,LUNA,USDT,LUNAUSDT,0.0001"])
        #expect(renamed.exitCode == 1 && renamed.error.contains("--allow-jumps"), "\(renamed.error)")
        #expect(try symbols() == "LUNAUSDT 1 +", "LUNA's rules changed ten-fold: somebody has to look")

        try load("", ["V,OTHER,USDT,OTHERUSDT"], "--deactivate-missing")
        try load("tick_size", ["V,LUNA2,USDT,LUNAUSDT,0.0001"])
        #expect(try symbols() == "LUNAUSDT 1 -, OTHERUSDT 2 +, LUNAUSDT 3 +")
        #expect(try resolve("V", "LUNAUSDT")["symbol_id"] as? Int == 3)
        #expect(try text("SELECT base_asset FROM symbols WHERE id = 1") == "LUNA")
    }

    @Test("a tick that changes ten-fold holds the list back", .scenario(.tenfoldTick))
    func tenfoldTick() throws {
        try load("tick_size", ["V,AAA,USD,AAA,0.01", "V,BBB,USD,BBB,0.01"])
        let wrong = ["V,AAA,USD,AAA,0.1", "V,BBB,USD,BBB,0.02"]
        let held = try load("tick_size", wrong)
        #expect(
            held.exitCode == 1 && held.error.contains("list.csv:2:") && !held.error.contains("list.csv:3:"),
            "\(held.error)")
        #expect(try text("SELECT string_agg(tick_size::text, ' ') FROM symbols") == "0.01 0.01")
        #expect(try load("tick_size", wrong, "--allow-jumps").exitCode == 0)
        #expect(try text("SELECT string_agg(tick_size::text, ' ' ORDER BY id) FROM symbols") == "0.1 0.02")
    }

    @Test("0 means none, and is counted", .scenario(.zeroMeansNone))
    func zeroMeansNone() throws {
        let result = try load("min_order_size,max_order_size,tick_size", ["V,AAA,USD,AAA,0,0.00,0"])
        #expect(result.exitCode == 0 && result.output.contains("3 zeros"), "\(result)")
        #expect(try text("SELECT num_nulls(min_order_size, max_order_size, tick_size)::text FROM symbols") == "3")
    }

    @Test("hundreds of bad lines: all are named, and nothing imported is 1", .scenario(.manyBadLines))
    func manyBadLines() throws {
        let result = try load("tick_size", (1...440).map { "V,B\($0),USD,B\($0),x" }, "--skip-bad")
        #expect(result.exitCode == 1)
        for line in 2...441 { #expect(result.error.contains("list.csv:\(line):"), "line \(line)") }
    }

    @Test("one duplicate stops none of the others", .scenario(.oneDuplicate))
    func oneDuplicate() throws {
        let lines = ["V,AAA,USD,AAA", "V,BBB,USD,BBB", "V,CCC,USD,BBB", "V,DDD,USD,DDD"]
        let whole = try load("", lines)
        #expect(whole.exitCode == 1 && whole.error.contains("list.csv:4:"), "\(whole.error)")
        let skipped = try load("", lines, "--skip-bad")
        #expect(skipped.exitCode == 0, "\(skipped.error)")
        #expect(try text("SELECT string_agg(symbol_string, ' ' ORDER BY id) FROM symbols").hasSuffix("DDD"))
        #expect(try text("SELECT string_agg(symbol_string, ' ' ORDER BY id) FROM symbols").hasPrefix("AAA"))
    }

    @Test(
        "what looks like nothing is in no key", .scenario(.keyTexts),
        arguments: [" SOL ", "SOL ", "S\u{200B}OL", "SOL\u{A0}", "\u{FEFF}SOL", "\"S\rOL\"", "S\u{7}OL"])
    func keyTexts(asset: String) throws {
        let result = try load("", ["V,\(asset),USDT,SOLUSDT"])
        #expect(result.exitCode == 1 && result.error.contains("base_asset"), "\(result.error)")
        let string = try load("", ["V,SOL,USDT,\(asset)"])
        #expect(string.exitCode == 1 && string.error.contains("symbol_string"), "\(string.error)")
        #expect(try symbols() == "NULL")
    }

    @Test("what contradicts itself is reported, and taken", .scenario(.contradictions))
    func contradictions() throws {
        let result = try load(
            "precision_price,tick_size,min_order_size,step_size",
            ["V,AAA,USD,AAA,2,0.00001,,", "V,BBB,USD,BBB,2,0.01,0.5,1", "V,CCC,USD,CCC,2,0.01,1,0.5"])
        #expect(result.exitCode == 0, "\(result.error)")
        #expect(result.error.contains("list.csv:2:") && result.error.contains("list.csv:3:"), "\(result.error)")
        #expect(!result.error.contains("list.csv:4:"))
    }

    @Test("standard input is read, and a file of another form is told so", .scenario(.hardToSay))
    func forms() throws {
        let line = "exchange,base_asset,quote_asset,symbol_string\nV,AAA,USD,AAA\n"
        let piped = try RunningCommand.run(
            "/bin/sh", ["-c", "printf '\(line)' | \(Program.path) import - --database \"$0\"", database.conninfo],
            environment: Program.environment())
        #expect(piped.exitCode == 0, "\(piped.error)")
        #expect(try symbols() == "AAA 1 +")
        for (separator, word) in [(";", "semicolon"), ("\t", "tab")] {
            let file = folder.write("other.csv", line.replacing(",", with: separator))
            let result = try Program.run("import", file, "--database", database.conninfo)
            #expect(result.exitCode == 1 && result.error.lowercased().contains(word), "\(result.error)")
        }
        let wide = folder.path("wide.csv")
        try #require(line.data(using: .utf16)).write(to: URL(filePath: wide))
        let result = try Program.run("import", wide, "--database", database.conninfo)
        #expect(result.exitCode == 1 && result.error.contains("UTF-16"), "\(result.error)")
    }
}
