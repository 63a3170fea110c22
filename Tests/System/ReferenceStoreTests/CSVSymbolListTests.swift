import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

@Suite("CSV lists")
struct CSVSymbolListTests {
    private static let header = "exchange,base_asset,quote_asset,symbol_string"

    private static func lines(_ bytes: [UInt8]) throws -> [SymbolLine] {
        try bytes.withUnsafeBytes { bytes in
            var list = try CSVSymbolList(bytes)
            var lines: [SymbolLine] = []
            while let line = list.next() { lines.append(line) }
            return lines
        }
    }

    private static func lines(_ text: String) throws -> [SymbolLine] { try lines(Array(text.utf8)) }

    private static func refusal(_ bytes: [UInt8]) -> String {
        do {
            _ = try lines(bytes)
            return "read"
        } catch {
            return "\(error)"
        }
    }

    private static func utf16(_ text: String, isBigEndian: Bool, hasMark: Bool) -> [UInt8] {
        ((hasMark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
            isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
        }
    }

    @Test("a file of another form gets one sentence that says which, and what to do")
    func otherForms() {
        let text = Self.header + "\nV,BTC,USDT,BTCUSDT\n"
        for isBigEndian in [false, true] {
            for hasMark in [false, true] {
                let refusal = Self.refusal(Self.utf16(text, isBigEndian: isBigEndian, hasMark: hasMark))
                #expect(refusal.contains("UTF-16") && refusal.contains("save it as UTF-8"), "\(refusal)")
            }
        }
        for (separator, name) in [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")] {
            for quote in ["", "\""] {
                let names = Self.header.split(separator: ",").map { quote + $0 + quote }
                let refusal = Self.refusal(Array(("\u{FEFF}" + names.joined(separator: separator) + "\r\n").utf8))
                #expect(refusal.contains(name) && refusal.contains("with commas"), "\(refusal)")
            }
        }
        #expect(Self.refusal(Array("\n {\"BTC/USDT\": {}}".utf8)).contains("--from ccxt"))
        #expect(Self.refusal([0x50, 0x4B, 3, 4, 0]).contains("Excel workbook"))
        #expect(Self.refusal([0x1F, 0x8B, 8, 0]).contains("gunzip"))
        #expect(Self.refusal(Array("\u{FEFF}\(text)".utf8)) == "read")
        #expect(Self.refusal(Array(text.replacing("\n", with: "\r\n").utf8)) == "read")
        #expect(Self.refusal(Array("exchange;base\n".utf8)).contains("unknown column \"exchange;base\""))
    }

    @Test(
        "keys hold nothing that nobody sees",
        arguments: [
            ("\u{200B}", "U+200B ZERO WIDTH SPACE"), ("\u{A0}", "U+00A0 NO-BREAK SPACE"), ("\u{FEFF}", "U+FEFF"),
            ("\r", "U+000D CARRIAGE RETURN"), ("\u{AD}", "U+00AD SOFT HYPHEN"),
            ("\u{202E}", "U+202E RIGHT-TO-LEFT OVERRIDE"), ("\u{3000}", "U+3000 IDEOGRAPHIC SPACE"),
            ("\u{85}", "U+0085"), ("\u{1B}", "U+001B"),
            ("\u{FFFA}", "U+FFFA"),
        ])
    func unseenSigns(sign: String, name: String) throws {
        for column in 1...3 {
            var fields = ["V", "SOL", "USDT", "SOLUSDT"]
            fields[column] = "\"S\(sign)X\""
            let line = try #require(try Self.lines("\(Self.header)\n\(fields.joined(separator: ","))\n").first)
            let columnName = Self.header.split(separator: ",")[column]
            let reason = line.fault?.reason ?? ""
            #expect(reason.contains(columnName) && reason.contains(name), "\(reason)")
            #expect(!reason.unicodeScalars.contains { $0.isKeptOutOfKeys }, "\(reason)")
        }
    }

    @Test func keysHaveNoBlanksAtTheirEnds() throws {
        for key in [" SOL", "SOL ", " "] {
            let line = try #require(try Self.lines("\(Self.header)\nV,\(key),USDT,SOLUSDT\n").first)
            #expect(line.fault?.reason == "base_asset \"\(key)\" begins or ends with a blank")
        }
        #expect(try Self.lines("\(Self.header)\nV,币安 人生,US-D'T,\"a \"\"b\"\"\"\n").first?.fault == nil)
    }

    @Test("each code point is in the class of the tables' CHECKs or out of it")
    func everyCodePoint() {
        let ranges: [ClosedRange<UInt32>] = [
            0...0x1F, 0x7F...0x9F, 0xA0...0xA0, 0xAD...0xAD, 0x61C...0x61C, 0x1680...0x1680, 0x180E...0x180E,
            0x2000...0x200F, 0x2028...0x202F, 0x205F...0x206F, 0x3000...0x3000, 0xFEFF...0xFEFF, 0xFFF9...0xFFFB,
        ]
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let isKeptOut = ranges.contains { $0.contains(value) }
            if scalar.isKeptOutOfKeys != isKeptOut { Issue.record("U+\(String(value, radix: 16))") }
        }
    }

    @Test("numbers and times of a line are said to be wrong by what is wrong")
    func reasons() throws {
        func reason(_ column: String, _ value: String) throws -> String {
            let text = "\(Self.header),\(column)\nV,BTC,USDT,BTCUSDT,\"\(value)\"\n"
            return try #require(try Self.lines(text).first).fault?.reason ?? ""
        }
        #expect(try reason("tick_size", "1E-8") == "")
        #expect(try reason("tick_size", "0,01").contains("tick_size \"0,01\" holds a comma"))
        #expect(try reason("tick_size", "NaN") == "tick_size \"NaN\" is no finite number")
        #expect(try reason("tick_size", "0x1") == "tick_size \"0x1\" is no decimal number")
        #expect(try reason("tick_size", "1e999999999").contains("beyond 10^-128 or 10^127"))
        #expect(try reason("tick_size", "0.1234567890123456789").contains("19 significant digits, at most 18"))
        #expect(try reason("listed_at", "2024-12-27 16:00:00 +0800") == "")
        #expect(try reason("listed_at", "1735286400000").contains("is a number: write a time"))
        #expect(try reason("listed_at", "2024-12-27 16:00:00").contains("has no zone: append Z"))
    }

    @Test("rejected lines stand in a CSV file with their reasons, and once mended are imported")
    func rejects() throws {
        let text = """
            tick_size,\(Self.header)
            0.1,V,AAA,USDT,"AAA,""USDT"
            NaN,V,BBB,USDT,BBBUSDT
            0.1,V,CCC
            0.1,V,D"D,USDT,DDDUSDT
            "",V, EEE,USDT,"EEE
            USDT"

            """
        let faults = try Self.lines(text).compactMap(\.fault)
        #expect(faults.map(\.line) == [3, 4, 5, 6, 7])
        // What only the database finds fault with is among them.
        let more = [LineFault(line: 2, reason: "in \"use\", already")] + faults
        let file = try Array(text.utf8).withUnsafeBytes { try CSVSymbolList($0).rejects(more) }
        let written = String(decoding: file, as: UTF8.self)
        #expect(
            written.hasPrefix(
                """
                tick_size,\(Self.header),reject_reason
                0.1,V,AAA,USDT,"AAA,""USDT","in ""use"", already"
                NaN,V,BBB,USDT,BBBUSDT,"tick_size ""NaN"" is no finite number"
                0.1,V,CCC,,,"3 fields, the header has 5"
                "0.1,V,D""D,USDT,DDDUSDT",,,,,a quote stands inside an unquoted field
                \"\"\"\"\",V, EEE,USDT,\"\"EEE",,,,,a quoted field is not closed before the end of its line
                "USDT\"\"\",,,,,a quote stands
                """), "\(written)")
        // As it is, the same lines are bad; its reasons are passed over, and written anew.
        let again = try Self.lines(file)
        #expect(again.map { $0.fault == nil } == [true, false, false, false, false, false])
        #expect(again[0].fields.text(of: .symbolString) == "AAA,\"USDT")
        let rewritten = try file.withUnsafeBytes { try CSVSymbolList($0).rejects(again.compactMap(\.fault)) }
        #expect(String(decoding: rewritten, as: UTF8.self).hasPrefix("tick_size,\(Self.header),reject_reason\nNaN,V,"))
        let mended = written.replacing("NaN,V", with: "1,V").replacing("V,CCC,,,", with: "V,CCC,USDT,CCCUSDT,")
        #expect(try Self.lines(mended).map { $0.fault == nil } == [true, true, true, false, false, false])
    }

    @Test("rejects of rejects stay as they are: nothing is quoted again and no reason is added to another")
    func rejectsOfRejects() throws {
        func rejects(_ file: [UInt8]) throws -> [UInt8] {
            let faults = try Self.lines(file).compactMap(\.fault)
            return try file.withUnsafeBytes { try CSVSymbolList($0).rejects(faults) }
        }
        for header in ["\(Self.header),tick_size", "\(Self.header),reject_reason,tick_size"] {
            let lines = ["V,AAA", "V,AAA,USDT,AAA", "V,AAA,USDT,AAA,1,000,x", "V,A\"A,USDT,A", "V,A,USDT,\"A"]
            var file = try rejects(Array("\(header)\n\(lines.joined(separator: "\n"))\n".utf8))
            #expect(String(decoding: file, as: UTF8.self).contains("\nV,AAA,USDT,AAA,1,000,x,\"7 fields, the header"))
            file = try rejects(try rejects(file))
            #expect(try Self.lines(file).count { $0.fault != nil } == lines.count)
            #expect(try rejects(file) == file)
        }
    }

    @Test("what a line with too few fields lacks somebody must say, also where a column could be empty")
    func shortRejects() throws {
        let text = "\(Self.header),tick_size,listed_at\nV\nV,AAA,USDT,AAA\n"
        let faults = try Self.lines(text).compactMap(\.fault)
        let file = try Array(text.utf8).withUnsafeBytes { try CSVSymbolList($0).rejects(faults) }
        let written = String(decoding: file, as: UTF8.self)
        let (one, four) = ("\"1 field, the header has 6\"", "\"4 fields, the header has 6\"")
        #expect(written.hasSuffix("\nV,,,,,,\(one)\nV,AAA,USDT,AAA,,,\(four)\n"), "\(written)")
        #expect(try Self.lines(written).map { $0.fault == nil } == [false, false])
        for mended in ["AAA,0.1,,\(four)", "AAA,,,"] {
            let file = written.replacing("AAA,,,\(four)", with: mended)
            #expect(try Self.lines(file).map { $0.fault == nil } == [false, true])
        }
    }

    @Test("a line with text behind a closing quote still tells its string and its base")
    func textBehindQuote() throws {
        let line = try #require(try Self.lines("\(Self.header)\nV,\"E\"x,USDT,EUSDT\n").first)
        #expect(line.problem == "text follows the closing quote of a field")
        #expect(line.fields.text(of: .symbolString) == "EUSDT" && line.fields.text(of: .quoteAsset) == "USDT")
    }

    /// Any file: what is rejected is bad again in the file of rejects, and nothing else is.
    @Test func randomRejectsStayRejected() throws {
        var generator = SeededGenerator()
        let pieces = [
            "V", "AAA", "USDT", "\"", ",", ",", ",", "\n", "\n", "\r\n", "0.1", "x", " ", "\"\"", "é", "\u{200B}",
        ]
        for _ in 0..<1_500 {
            var text = "\(Self.header)\(Bool.random(using: &generator) ? ",reject_reason" : "")\n"
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                text +=
                    Int.random(in: 0..<5, using: &generator) == 0
                    ? "V,AAA,USDT,AAA\n" : pieces.randomElement(using: &generator)!
            }
            let faults = try Self.lines(text).compactMap(\.fault)
            let file = try Array(text.utf8).withUnsafeBytes { try CSVSymbolList($0).rejects(faults) }
            let again = try Self.lines(file)
            #expect(again.count == faults.count && again.allSatisfy { $0.fault != nil }, "\(generator) \(text)")
        }
    }
}
