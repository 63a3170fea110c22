import ReferenceData
import TestSupport
import Testing

/// Numbers as files and people write them.
struct DecimalTextTests {
    @Test(arguments: [
        ("1E-8", 1, -8), ("5e-05", 5, -5), (".5", 5, -1), ("5.", 5, 0), ("+0.1", 1, -1), ("-.5e1", -5, 0),
        ("1e0", 1, 0), ("1e+16", 1, 16), ("1.0", 1, 0), ("4.8e-05", 48, -6),
        ("1453488.372093023", 1_453_488_372_093_023, -9),
        ("0e999999999999999999999999", 0, 0), ("0.000e-5", 0, 0), ("00012e2", 12, 2), ("1e127", 1, 127),
        ("1000e124", 1, 127), ("1e-128", 1, -128), ("0.1e128", 1, 127), ("1e00000000000000000000000000001", 1, 1),
        ("9007199254740993", 9_007_199_254_740_993, 0), ("0.100000000000000005", 100_000_000_000_000_005, -18),
    ])
    func reads(text: String, mantissa: Int64, exponent: Int8) {
        let value = DecimalValue(text)
        #expect((value?.mantissa, value?.exponent) == (mantissa, exponent), "\(text)")
    }

    @Test(arguments: [
        ("", DecimalTextFault.noDigits), ("+", .noDigits), (".", .noDigits), ("-.", .noDigits),
        ("1,000", .unexpected(",")), ("0,01", .unexpected(",")), ("1 000", .unexpected(" ")),
        ("1e", .unexpected("e")), ("1e+", .unexpected("+")), ("1e5.5", .unexpected(".")), ("e5", .unexpected("e")),
        ("1..2", .unexpected(".")), ("--1", .unexpected("-")), ("1_000", .unexpected("_")), ("$1", .unexpected("$")),
        ("−1", .unexpected("\u{2212}")), ("１", .unexpected("\u{FF11}")), ("1\u{A0}000", .unexpected("\u{A0}")),
        ("1\0", .unexpected("\0")), ("1%", .unexpected("%")), ("1d", .unexpected("d")),
        ("NaN", .notFinite), ("-nan", .notFinite), ("Infinity", .notFinite), ("+INF", .notFinite),
        ("0x1", .notDecimal), ("-0X1F", .notDecimal), ("0b1", .notDecimal),
        ("1234567890123456789", .tooManyDigits(19)), ("1000000000000000000.5", .tooManyDigits(20)),
        ("0.12345678901234567890000", .tooManyDigits(19)),
        ("1e999999999", .outOfRange), ("1e128", .outOfRange), ("1e-129", .outOfRange),
        ("1e99999999999999999999999999999999999", .outOfRange), ("1e-99999999999999999999999", .outOfRange),
    ])
    func refuses(text: String, fault: DecimalTextFault) {
        #expect(throws: fault) { try DecimalValue.parse(text) }
        #expect(DecimalValue(text) == nil)
    }

    @Test func saysWhy() {
        func reason(_ text: String) -> String {
            do throws(DecimalTextFault) { return "\(try DecimalValue.parse(text))" } catch { return "\(error)" }
        }
        #expect(reason("0,01").contains("comma"))
        #expect(reason("1\u{A0}000").contains("U+00A0 NO-BREAK SPACE"))
        #expect(reason("1x").contains("\"x\""))
        #expect(reason("1234567890123456789").contains("19 significant digits"))
    }

    /// However a number is written, it is the same number, and one digit more than can be kept is refused.
    @Test func randomSpellings() throws {
        var generator = SeededGenerator()
        for _ in 0..<4_000 {
            let digitCount = Int.random(in: 1...18, using: &generator)
            let digits = (0..<digitCount).map { _ in String(Int.random(in: 0...9, using: &generator)) }.joined()
            let exponent = Int.random(in: -60...60, using: &generator)
            let plain = try #require(DecimalValue(mantissa: Int64(digits)!, exponent: exponent))
            let point = Int.random(in: 0...digitCount, using: &generator)
            let head = digits.prefix(point)
            let tail = digits.dropFirst(point)
            let power = exponent + tail.count
            let sign = ["", "+"].randomElement(using: &generator)!
            let zeros = String(repeating: "0", count: Int.random(in: 0...30, using: &generator))
            let letter = ["e", "E"].randomElement(using: &generator)!
            let powerSign = power >= 0 && Bool.random(using: &generator) ? "+" : ""
            let text = "\(sign)\(zeros)\(head).\(tail)\(letter)\(powerSign)\(power)"
            #expect(DecimalValue(text) == plain, "\(text) \(generator)")
            let long = "1" + String(repeating: "0", count: 18 - digitCount) + digits.dropLast() + "7"
            #expect(throws: DecimalTextFault.tooManyDigits(19)) { try DecimalValue.parse("\(long)e\(power)") }
        }
    }
}
