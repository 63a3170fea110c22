import Foundation
import TestSupport
import Testing

/// Lists in the forms in which venues write theirs, each row read back from the server by Python that shares no code.
@Suite("Command line: lists of every venue's form, read back")
struct VenueListTests {
    private static let comparison = Program.root.appending(path: "Tests/Programs/Lists/compare.py").path
    private static let schema = Program.root.appending(path: "Protocol/symbology.sbe.xml").path
    private static let rowCount = 50

    let system: RunningSystem
    let folder = TemporaryFolder()

    init() throws { system = try RunningSystem(isSeeded: false) }

    /// One form: what a row has behind its string.
    private struct Form: Sendable {
        let code: String
        let market: String
        var columns =
            "is_active,precision_base,precision_quote,precision_price,min_order_size,max_order_size,tick_size,step_size"
        var separator = ""
        let fields: @Sendable (_ index: Int, _ generator: inout SeededGenerator) -> [String]
    }

    /// 1 at so many digits, in a text of as many or more.
    private static func step(_ digits: Int, shown: Int = 0) -> String {
        let one = digits == 0 ? "1" : "0." + String(repeating: "0", count: digits - 1) + "1"
        guard shown > digits else { return one }
        return one + (digits == 0 ? "." : "") + String(repeating: "0", count: shown - digits)
    }

    private static let forms: [Form] = [
        Form(code: "BINANCE_SPOT", market: "SPOT") { index, generator in
            let (base, price) = (Int.random(in: 0...8, using: &generator), Int.random(in: 0...8, using: &generator))
            let most = ["9999999999999.00000000", "8888.00000000", "1.50000000"].randomElement(using: &generator)!
            let step = step(base, shown: 8)
            return [
                index % 9 == 0 ? "false" : "true", "\(base)", "8", "\(price)", step, most, Self.step(price, shown: 8),
                step,
            ]
        },
        Form(code: "BYBIT_SPOT", market: "SPOT") { _, generator in
            let (base, price) = (Int.random(in: 0...8, using: &generator), Int.random(in: 0...9, using: &generator))
            let least = "0.0000\(Int.random(in: 10...99, using: &generator))"
            let most = "\(Int.random(in: 1...99_999_999, using: &generator)).\(base)1234567"
            return ["true", "\(base)", "\(base + price)", "\(price)", least, most, step(price), step(base)]
        },
        Form(code: "GATEIO_FUTURES", market: "FUTURES", separator: "_") { _, generator in
            let price = Int.random(in: 0...12, using: &generator)
            return ["true", "", "", "\(price)", "1", "1000000", step(price), ""]
        },
        Form(code: "GATEIO_SPOT", market: "SPOT", separator: "_") { _, generator in
            let (base, price) = (Int.random(in: 0...8, using: &generator), Int.random(in: 0...13, using: &generator))
            return ["true", "\(base)", "", "\(price)", "", "", step(price), step(base)]
        },
        Form(code: "MEXC_SPOT", market: "SPOT") { index, generator in
            let (base, price) = (Int.random(in: 0...5, using: &generator), Int.random(in: 0...17, using: &generator))
            let least = ["0", "0.001", "0.00"].randomElement(using: &generator)!
            let quote = index % 7 == 0 ? 28 : price
            return ["true", "\(base)", "\(quote)", "\(price)", least, "", step(price), step(base)]
        },
        Form(
            code: "CONTRACTS", market: "FUTURES",
            columns: "kind,settle_asset,payoff,expires_at,strike,option_type,contract_size,min_notional,listed_at,"
                + "delists_at,is_tiered,tick_size", separator: "-"
        ) { index, generator in
            let settle = index % 8 < 4 ? "USDT" : "A\(index / 4)"
            // What is over leaves its string to others; those of the first lines are taken.
            let isOver = index > 3 && generator.chance(40)
            let month = isOver ? "2022-05-20T08:00:00Z" : "2090-12-27T16:00:00+08:00"
            let delisting = [isOver ? "2021-02-03T04:05:06.789Z" : "", "", "2091-01-01T00:00:00Z"]
            let strike = "\(Int.random(in: 1...99, using: &generator)).\(index)50"
            let what = [
                ["perpetual", settle, settle == "USDT" ? "linear" : "inverse", "", "", ""],
                ["future", settle, "", month, "", ""], ["option", settle, "", month, strike, "call"],
                ["option", settle, "", month, "0.0\(index)", "put"],
            ][index % 4]
            return what + [
                step(index % 5), "5", "2019-09-08T07:06:05.000001Z", delisting.randomElement(using: &generator)!,
                generator.chance(30) ? "true" : "false", step(index % 13),
            ]
        },
    ]

    /// Rows that hold, and three that cannot: a number that is none, a string of another row, a row again.
    private static func rows(of form: Form, _ generator: inout SeededGenerator) -> [[String]] {
        var rows = (0..<rowCount).map { index in
            // Contracts of one pair differ in what else they are.
            let isContract = form.code == "CONTRACTS"
            let base = isContract ? "A\(index / 4)" : index == 3 ? "A123456789012345678901234" : "A\(index)"
            let quote = isContract ? "USDT" : ["USDT", "BTC", "EUR"].randomElement(using: &generator)!
            let string = "\(base)\(form.separator)\(quote)" + (isContract ? "-\(index)" : "")
            return [form.code, base, quote, string] + form.fields(index, &generator)
        }
        let tick = rows[0].count - (form.code == "CONTRACTS" ? 1 : 2)
        var wrong = rows[0]
        (wrong[1], wrong[3], wrong[tick]) = ("WRONG", "WRONG", "0.0x1")
        var other = rows[1]
        other[1] = "OTHER"
        rows += [wrong, other, rows[2]]
        return rows
    }

    private func compare(_ form: Form, _ list: String, _ rejects: String) -> TestSupport.Program {
        TestSupport.Program.run([
            "env", "PYTHONDONTWRITEBYTECODE=1", "python3", Self.comparison, Self.schema, system.unixPath, form.code,
            list, rejects,
        ])
    }

    @Test("every row is served exactly or left out for a reason that lies in it, and the comparison can fail")
    func forms() throws {
        var generator = SeededGenerator()
        for form in Self.forms {
            let known = "SELECT count(*) FROM exchanges WHERE enum_value = '\(form.code)'"
            if try system.integer(known) == 0 {
                try RunningSystem.mustSucceed(
                    ["exchanges", "add", form.code, "--market-type", form.market, "--database"]
                        + [system.database.conninfo])
            }
            let header = "exchange,base_asset,quote_asset,symbol_string,\(form.columns)"
            let rows = Self.rows(of: form, &generator)
            func text(_ rows: [[String]]) -> String {
                ([header] + rows.map { $0.joined(separator: ",") }).joined(separator: "\n") + "\n"
            }
            let (list, rejects) = (folder.write("list.csv", text(rows)), folder.path("rejects.csv"))
            let done = try Program.run(
                "import", list, "--skip-bad", "--rejects", rejects, "--database", system.database.conninfo)
            #expect(done.exitCode == 0, "\(form.code), \(generator): \(done.error)")
            let compared = compare(form, list, rejects)
            let counts = "53 rows, 50 served (50 by name too), 3 left out"
            #expect(compared.status == 0 && compared.output.contains(counts), "\(generator): \(compared.output)")
            guard form.code == Self.forms[0].code || form.code == "CONTRACTS" else { continue }

            // A row that is not served is not excused by another one's reject.
            var lost = rows[0]
            (lost[1], lost[3]) = ("LOST", "WRONG")
            expect(
                "no reject names it", compare(form, folder.write("more.csv", text(rows.dropFirst() + [lost])), rejects))
            let reasons = try #require(readFile(rejects))
            let untrue = folder.write("untrue.csv", reasons.replacing("\"\"0.0x1\"\"", with: "\"\"0.0y1\"\""))
            expect("left out for what is not in it", compare(form, list, untrue))
            let strange = folder.write("strange.csv", reasons.replacing("WRONG", with: "STRANGE"))
            expect("a reject of no row", compare(form, list, strange))
            guard form.code == "CONTRACTS" else { continue }
            for (column, value, told) in [(13, "2091-01-01T00:00:01Z", "delists_at is"), (14, "other", "tiered is")] {
                var changed = rows
                changed[5][column] = value == "other" ? (rows[5][14] == "true" ? "false" : "true") : value
                expect(told, compare(form, folder.write("changed.csv", text(changed)), rejects))
            }
        }
    }

    private func expect(_ told: String, _ compared: TestSupport.Program) {
        #expect(compared.status == 1 && compared.output.contains(told), "\(told): \(compared.output)")
    }
}
