import Testing

@testable import ReferenceData

@Suite struct UnifiedNameTests {
    @Test func eachKindHasItsName() throws {
        let day = try #require(Timestamp("2024-12-27T08:00:00Z"))
        func name(_ change: (inout SymbolRecord) -> Void) throws -> String? {
            var record = SymbolRecord(
                id: 1, exchangeId: 1, symbolString: try #require(SymbolText("X")),
                baseAsset: try #require(AssetText("BTC")),
                quoteAsset: try #require(AssetText("USDT")))
            change(&record)
            return record.unifiedName
        }
        func contract(_ kind: InstrumentKind, _ settle: String, _ record: inout SymbolRecord) {
            record.kind = kind
            record.settleAsset = AssetText(settle) ?? AssetText()
        }
        #expect(try name { _ in } == "BTC/USDT")
        #expect(try name { contract(.perpetual, "USDT", &$0) } == "BTC/USDT:USDT")
        #expect(
            try name {
                contract(.future, "BTC", &$0)
                $0.expiresAt = day
            } == "BTC/USDT:BTC-241227")
        for (strike, text) in [
            ("100000", "100000"), ("0.25", "0.25"), ("0.0001", "0.0001"), ("1.5", "1.5"), ("2500", "2500"),
            ("12", "12"),
        ] {
            let made = try name {
                contract(.option, "USDT", &$0)
                $0.expiresAt = day
                $0.strike = DecimalValue(strike) ?? .absent
                $0.optionType = .put
            }
            #expect(made == "BTC/USDT:USDT-241227-\(text)-P")
        }
        #expect(try name { $0.kind = .other } == nil)
        #expect(try name { contract(.option, "USDT", &$0) } == nil, "a part is missing")
    }

    /// A pair needs no key of its own, unless its assets could be taken for something else.
    @Test func namesOfPairsHaveNoKey() throws {
        func key(_ base: String, _ kind: InstrumentKind = .spot) throws -> NameKey? {
            SymbolRecord(
                id: 1, exchangeId: 7, kind: kind, settleAsset: AssetText(kind == .spot ? "" : "USDT")!,
                symbolString: try #require(SymbolText("X")), baseAsset: try #require(AssetText(base)),
                quoteAsset: try #require(AssetText("USDT"))
            ).nameKey
        }
        #expect(try key("BTC") == nil)
        #expect(try key("BRK/B") == NameKey(exchangeId: 7, name: "BRK/B/USDT"))
        #expect(try key("A:B") == NameKey(exchangeId: 7, name: "A:B/USDT"))
        #expect(try key("BTC", .perpetual) == NameKey(exchangeId: 7, name: "BTC/USDT:USDT"))
        #expect(try key("BTC", .perpetual)?.exchangeId == 7)
        #expect(NameKey(exchangeId: 0x8007, name: "BTC/USDT:USDT") == nil)
        #expect(NameKey(exchangeId: 7, name: "BTC/USDT") == nil && NameKey(exchangeId: 7, name: "/") == nil)
    }

    @Test func decimalsCompareByValue() throws {
        let ascending = [
            "-100", "-1.5", "-0.01", "0", "0.0001", "0.00015", "0.5", "1", "1.5", "9", "10", "99999999999",
        ]
        .map { DecimalValue($0)! }
        for (left, right) in zip(ascending, ascending.dropFirst()) { #expect(left < right && !(right < left)) }
        for value in ascending { #expect(!(value < value) && DecimalValue.absent < value) }
        let huge = try #require(DecimalValue(mantissa: 1, exponent: 127))
        let tiny = try #require(DecimalValue(mantissa: 999_999_999_999_999_999, exponent: -128))
        #expect(tiny < huge && !(huge < tiny))
    }

    @Test func digitsAreThoseOfTheIncrementOrElseTheExchanges() throws {
        var record = SymbolRecord(
            id: 1, exchangeId: 1, symbolString: try #require(SymbolText("X")),
            baseAsset: try #require(AssetText("BTC")),
            quoteAsset: try #require(AssetText("USDT")))
        record.tickSize = try #require(DecimalValue("0.05"))
        record.stepSize = try #require(DecimalValue("10"))
        let derived = record.derivingDigits(precisionDefault: 8)
        #expect([derived.precisionPrice, derived.precisionBase, derived.precisionQuote] == [2, 0, 8])
        #expect(derived.derivedDigits == [.pricePrecision, .basePrecision, .quotePrecision])
        #expect(derived.derivingDigits(precisionDefault: 8) == derived)
        let unknown = derived.derivingDigits(precisionDefault: nil)
        #expect(unknown.precisionQuote == SymbolRecord.unknownPrecision)
        #expect(unknown.derivedDigits == [.pricePrecision, .basePrecision])
        record.precisionPrice = 7
        #expect(record.derivingDigits(precisionDefault: 8).precisionPrice == 7)
    }
}
