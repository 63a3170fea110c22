import ReferenceData
import TestSupport
import Testing

@testable import ReferenceStore

@Suite("Lists from ccxt")
struct CCXTSymbolListTests {
    private static func read(
        _ text: String, precision: CCXTPrecision? = nil
    ) throws -> (columns: [SymbolColumn], lines: [SymbolLine], rejects: ([LineFault]) -> String) {
        let bytes = Array(text.utf8)
        let (columns, lines) = try bytes.withUnsafeBytes { bytes in
            var list = try CCXTSymbolList(bytes, exchange: "V", precision: precision)
            var lines: [SymbolLine] = []
            while let line = list.next() { lines.append(line) }
            return (list.columns, lines)
        }
        let rejects = { (faults: [LineFault]) in
            bytes.withUnsafeBytes { bytes in
                let list = try? CCXTSymbolList(bytes, exchange: "V", precision: precision)
                return String(decoding: list?.rejects(faults) ?? [], as: UTF8.self)
            }
        }
        return (columns, lines, rejects)
    }

    private static func refusal(_ text: String, precision: CCXTPrecision? = nil) -> String {
        do {
            _ = try read(text, precision: precision)
            return "read"
        } catch {
            return "\(error)"
        }
    }

    /// A market of ccxt's with further members, which win over the first ones.
    private static func market(_ members: String) -> String {
        """
        {"id": "BTC-USDT", "symbol": "BTC/USDT", "base": "BTC", "quote": "USDT", "type": "spot", 
         "info": {"id": [1, {}]},
         \(members)}
        """
    }

    private static func line(_ members: String, precision: CCXTPrecision? = nil) throws -> SymbolLine {
        try #require(try read("[\(market(members))]", precision: precision).lines.first)
    }

    @Test func spotMarket() throws {
        let (columns, lines, _) = try Self.read(
            """
            {"BTC/USDT": \(Self.market("""
                "active": false, "settle": null, "linear": null, "contractSize": 1.0, "created": 1548133413000,
                "precision": {"amount": 1e-08, "price": 0.10, "quote": 1e-8, "cost": null},
                "limits": {"amount": {"min": 1e-05, "max": 9999999999.0}, "cost": {"min": 5, "max": 1000000.0},
                           "leverage": {"min": 1.0}}
                """))}
            """)
        let line = try #require(lines.first)
        #expect(lines.count == 1 && line.line == 1 && line.fault == nil)
        #expect(!columns.contains(.precisionPrice) && !columns.contains(.isTiered))
        let expected: [(SymbolColumn, String?)] = [
            (.exchange, "V"), (.symbolString, "BTC-USDT"), (.baseAsset, "BTC"), (.quoteAsset, "USDT"), (.kind, "spot"),
            (.settleAsset, nil), (.payoff, nil), (.contractSize, nil), (.isActive, "false"),
            (.tickSize, "0.1"), (.stepSize, "0.00000001"), (.precisionQuote, "8"), (.minOrderSize, "0.00001"),
            (.maxOrderSize, "9999999999"), (.minNotional, "5"), (.listedAt, "2019-01-22T05:03:33.000000Z"),
        ]
        for (column, text) in expected { #expect(line.fields.text(of: column) == text, "\(column.name)") }
    }

    @Test(
        "contracts of every kind",
        arguments: [
            (#""type": "swap", "settle": "USDT", "linear": true, "inverse": false"#, "perpetual", "linear"),
            (#""type": "swap", "settle": "BTC", "linear": false, "inverse": true"#, "perpetual", "inverse"),
            (
                #""type": "swap", "settle": "XBT", "linear": false, "inverse": false, "quanto": true"#, "perpetual",
                "quanto"
            ),
            (#""type": "swap", "settle": "XBT""#, "perpetual", nil),
            (
                #""type": null, "future": true, "settle": "USDT", "linear": true, "expiry": 1735286400000"#, "future",
                "linear"
            ),
            (#""type": "index""#, "other", nil),
            (#""type": "move", "settle": "USD", "linear": true"#, "other", "linear"),
        ])
    func kinds(members: String, kind: String, payoff: String?) throws {
        // The first "type" is the template's: as Python, the last of a name would win; here a name twice is a fault.
        let text = Self.market(members).replacing(#""type": "spot", "#, with: "")
        let line = try #require(try Self.read("[\(text)]").lines.first)
        #expect(line.fault == nil, "\(line.fault?.reason ?? "")")
        #expect(line.fields.text(of: .kind) == kind)
        #expect(line.fields.text(of: .payoff) == payoff)
    }

    @Test func option() throws {
        let line = try #require(
            try Self.read(
                """
                [{"id": "O", "symbol": "BTC/USD:BTC-241227-100000.5-C", "base": "BTC", "quote": "USD", "settle": "BTC",
                  "type": "option", "inverse": true, "linear": false, "strike": 100000.50, "optionType": "call",
                  "expiry": null, "expiryDatetime": "2024-12-27T08:00:00.000Z", "contractSize": 1e-15, "created": 0}]
                """
            ).lines.first)
        #expect(line.fault == nil)
        let texts = [.strike, .optionType, .expiresAt, .contractSize, .listedAt].map { line.fields.text(of: $0) }
        #expect(texts == ["100000.5", "call", "2024-12-27T08:00:00.000000Z", "0.000000000000001", nil])
    }

    @Test(
        "numbers keep the digits of their text",
        arguments: [
            ("123456789012345678", "123456789012345678"), ("0.123456789012345678", "0.123456789012345678"),
            ("9007199254740993.0", "9007199254740993"), ("1e-15", "0.000000000000001"), ("\"0.05\"", "0.05"),
            ("1E+16", "10000000000000000"), ("1234567890123456789", nil), ("NaN", nil), ("-Infinity", nil),
            ("true", nil),
            ("\"1,5\"", nil), ("1e999999999", nil), ("null", ""),
        ])
    func digits(text: String, value: String?) throws {
        let line = try Self.line(#""limits": {"amount": {"max": \#(text)}}"#)
        #expect((line.fault == nil) == (value != nil), "\(line.fault?.reason ?? "")")
        if let value { #expect(line.fields.text(of: .maxOrderSize) ?? "" == value) }
        if let fault = line.fault { #expect(fault.reason.hasPrefix("max_order_size"), "\(fault.reason)") }
    }

    @Test func whatPrecisionCounts() throws {
        func line(_ price: String, _ amount: String, _ precision: CCXTPrecision? = nil) throws -> [String?] {
            let members = #""precision": {"price": \#(price), "amount": \#(amount)}"#
            let line = try Self.line(members, precision: precision)
            #expect(line.fault == nil, "\(line.fault?.reason ?? "")")
            return [.tickSize, .stepSize, .precisionPrice, .precisionBase].map { line.fields.text(of: $0) }
        }
        #expect(try line("0.5", "1") == ["0.5", "1", nil, nil])
        #expect(try line("5e-1", "1e1") == ["0.5", "10", nil, nil])
        #expect(try line("null", "null") == [nil, nil, nil, nil])
        for (price, amount) in [("2", "8"), ("8.0", "8.0"), ("1.0", "1e1"), ("\"8.00\"", "null"), ("-1", "0")] {
            let ambiguous = Self.refusal(
                #"[\#(Self.market(#""precision": {"price": \#(price), "amount": \#(amount)}"#))]"#)
            #expect(
                ambiguous.contains("--precision") && ambiguous.contains("tick-size, decimal-places"), "\(ambiguous)")
        }
        // The mode is one for all markets: one size tells what the whole numbers of the others are.
        let members = [#""precision": {"price": 8.0}"#, #""precision": {"price": 1, "quote": 1e-08}"#]
        let (_, lines, _) = try Self.read("[\(members.map(Self.market).joined(separator: ","))]")
        #expect(lines.map { $0.fields.text(of: .tickSize) } == ["8", "1"])
        #expect(try line("2", "8", .tickSize) == ["2", "8", nil, nil])
        #expect(try line("2", "8.0", .decimalPlaces) == [nil, nil, "2", "8"])
        #expect(try line("5", "8", .significantDigits) == [nil, nil, nil, "8"])
        let wrong = try Self.line(#""precision": {"price": 0.01}"#, precision: .decimalPlaces)
        #expect(wrong.fault?.reason.contains("precision_price") == true)
    }

    @Test(
        "what is wrong is said, and costs one line",
        arguments: [
            (#""id": null"#, "names id twice"), (#""base": "\u200b""#, "names base twice"),
            (#""precision": 5"#, "precision is no object"),
            (#""expiry": 1e99"#, "expiry \"1e99\" counts no milliseconds"),
            (#""expiry": "tomorrow""#, "counts no milliseconds"), (#""settle": [1]"#, "settle is no single value"),
            (#""linear": "yes", "type": "swap""#, "names type twice"),
            (#""limits": [], "active": 1"#, "limits is no object"),
            (#""precision": {"quote": 0, "price": 0.1}"#, "is no size of a step"), (#""active": 2"#, "is_active"),
            (#""settle": "\ud800", "strike": 1"#, "strike"),
            (#""optionType": true"#, "optionType is true, and no text"),
        ])
    func faults(members: String, reason: String) throws {
        let (_, lines, _) = try Self.read("[7, \(Self.market(members)), \(Self.market(#""active": true"#))]")
        #expect(lines.count == 3)
        #expect(lines[0].fault?.reason == "is no market")
        #expect(lines[1].fault?.reason.contains(reason) == true, "\(lines[1].fault?.reason ?? "none")")
        #expect(lines[2].fault == nil)
        // Whatever is wrong with it, a market that names itself is listed.
        #expect(lines[1].fields.text(of: .quoteAsset) == "USDT")
    }

    @Test(
        "what is no list of markets is refused as a whole, with its line",
        arguments: [
            ("", "ends in the middle"), ("  \n", "ends in the middle"), ("5", "no object and no list"),
            ("[]", "no market"),
            ("{}", "no market"), ("[1, 2]", "no market"), ("{\"a\": {\"b\": 1}}", "no market"),
            ("[{\"id\": 1}\n,\n", "line 3, byte 1: the file ends"), ("[{\"id\": \"1\"} {}]", "a comma"),
            ("[{\"id\": \"1\"}] x", "behind the last bracket"), ("{\"a\" {}}", "line 1, byte 6: a colon"),
            ("{a: 1}", "a key"),
            ("[{\"id\": tru}]", "no value"), ("[\"\u{1}\"]", "control character"), ("[\"", "in the middle of a string"),
            ("exchange,base_asset\nV,BTC\n", "load_markets()"), ("[{\"id\": \"\\", "in the middle of a string"),
        ])
    func unusable(text: String, reason: String) {
        #expect(Self.refusal(text).contains(reason), "\(Self.refusal(text))")
    }

    @Test func depthHasAMaximum() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(Self.refusal("[{\"id\": \(deep)").contains("too many brackets"))
        let fine = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
        #expect(Self.refusal("[{\"id\": \"1\", \"info\": \(fine)}]") == "read")
    }

    @Test func textsAreUnescaped() throws {
        let text = #"[{"id": "\u0042\"\/\\\ud83d\ude00\n", "base": "é\u00e9", "type": "spot"}]"#
        let line = try #require(try Self.read(text).lines.first)
        #expect(line.fields.text(of: .symbolString) == "B\"/\\😀\n")
        #expect(line.fields.text(of: .baseAsset) == "éé")
        #expect(line.fault?.reason.contains("U+000A LINE FEED") == true, "\(line.fault?.reason ?? "")")
        for bad in [#"\ud83d"#, #"\ud83dx"#, #"\udc00"#, #"\u12"#, #"\u12g4"#, #"\q"#] {
            let line = try #require(try Self.read(#"[{"id": "\#(bad)", "type": "spot"}]"#).lines.first)
            #expect(line.problem?.hasPrefix("id is not valid UTF-8, or escapes") == true, "\(bad)")
        }
    }

    @Test("rejected markets become lines of CSV, each number as it stood")
    func rejects() throws {
        let markets = [
            Self.market(#""active": true"#), Self.market(#""limits": {"amount": {"min": 1e-05, "max": NaN}}"#),
            Self.market(#""expiry": 1e99"#),
        ]
        let (_, lines, rejects) = try Self.read("[\(markets.joined(separator: ",\n"))]")
        let file = rejects(lines.compactMap(\.fault)).split(separator: "\n").map(String.init)
        #expect(file.count == 3)
        #expect(
            file[0].hasPrefix("exchange,base_asset,quote_asset,symbol_string,") && file[0].hasSuffix("reject_reason"))
        #expect(file[1].contains(",1e-05,NaN,") && file[1].contains("is no finite number"))
        #expect(file[2].contains(",1e99,"))
        // Mended they are a CSV file.
        let mended = Array(file[0...1].joined(separator: "\n").replacing("NaN", with: "10").utf8)
        let line = try mended.withUnsafeBytes { bytes in
            var list = try CSVSymbolList(bytes)
            return list.next()
        }
        #expect(line?.fault == nil && line?.fields.text(of: .minOrderSize) == "0.00001")
    }

    @Test("a rejected market without a type has no kind, and is refused until somebody says one")
    func rejectedWithoutType() throws {
        let market = #"{"id": "A", "symbol": "A/U", "base": "A", "quote": "U", "spot": false, "linear": true}"#
        let (_, lines, rejects) = try Self.read("[\(market)]")
        let file = rejects(lines.compactMap(\.fault))
        #expect(file.contains("type is missing") && file.contains(",linear,") && !file.contains("false"), "\(file)")
        func isGood(_ text: String) throws -> Bool {
            try Array(text.utf8).withUnsafeBytes { bytes in
                var list = try CSVSymbolList(bytes)
                return list.next()?.fault == nil
            }
        }
        #expect(try !isGood(file))
        #expect(try isGood(file.replacing("?,,linear", with: "perpetual,U,linear")))
    }

    @Test("a time in seconds is refused by what it looks like; in milliseconds it is one")
    func secondsForMilliseconds() throws {
        for field in ["expiry", "created"] {
            let reason = try Self.line("\"\(field)\": 1798704000").problem ?? ""
            #expect(reason.hasPrefix("\(field) \"1798704000\" would be 1970-01-21T"), "\(reason)")
            #expect(reason.contains("looks like seconds"))
        }
        #expect(try Self.line("\"created\": 1798704000000").problem == nil)
        #expect(try Self.line("\"created\": 0").problem == nil)
    }

    /// Whatever the bytes are, reading ends, and no line says what no byte says.
    @Test func mutationsNeverTrap() throws {
        var generator = SeededGenerator()
        let market = Self.market(
            #""limits": {"amount": {"min": 1e-5}}, "precision": {"price": 0.01}, "active": true"#)
        let whole = Array("{\"A\": \(market)}".utf8)
        for _ in 0..<3_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert(Array("{}[]\",:\\0e-.".utf8).randomElement(using: &generator)!, at: index)
                }
            }
            bytes.withUnsafeBytes { bytes in
                guard var list = try? CCXTSymbolList(bytes, exchange: "V") else { return }
                var count = 0
                while let line = list.next() {
                    count += 1
                    guard line.fault == nil, case .decimal(let tick)? = line.fields[.tickSize] else { continue }
                    #expect(bytes.contains(UInt8(ascii: "0") + UInt8(tick.mantissa % 10)), "\(generator)")
                }
                #expect(count <= bytes.count, "\(generator)")
            }
        }
    }

    @Test("what ccxt calls a market and what its values make it are compared")
    func contradictingName() throws {
        let option = """
            "type": "option", "settle": "USDT", "linear": true, "expiry": 1735286400000, "strike": 100000.0,
            "optionType": "call"
            """
        func remark(_ name: String, _ members: String) throws -> String? {
            try Self.line("\"symbol\": \"\(name)\", \(members)").remark
        }
        #expect(try remark("BTC/USDT:USDT-241227-100000-C", option) == nil)
        #expect(
            try remark("BTC/USDT:USDT-241228-100000-C", option)
                == "the file calls it \"BTC/USDT:USDT-241228-100000-C\", and its values make it "
                + "BTC/USDT:USDT-241227-100000-C")
        for other in ["BTC/USDT:USDT-241227-10000-C", "BTC/USDT:USDT-241227-100000-P", "BTC/USDT", "BTC/USDC:USDC"] {
            #expect(try remark(other, option) != nil, "\(other)")
        }
        #expect(try remark("BTC/USDT", "\"type\": \"spot\"") == nil)
        #expect(try remark("BTC/USD", "\"type\": \"spot\"") != nil)
        // What has no name contradicts none.
        #expect(try remark("whatever", "\"type\": \"index\"") == nil)
    }
}
