import ReferenceData
import Testing

struct ValueTests {
    @Test func marketTypesConvertBothWays() {
        for marketType in MarketType.allCases {
            #expect(MarketType(databaseName: marketType.databaseName) == marketType)
        }
        #expect(MarketType(databaseName: "spot") == nil)
        #expect(MarketType(databaseName: "") == nil)
    }

    @Test func exchangeDerivesWhatItsRowImplies() {
        var exchange = Exchange(id: 2, name: "n", enumValue: "GATEIO_SPOT", displayName: "d", marketType: .spot)
        #expect(exchange.code == "GATEIO_SPOT" && exchange.isSpot && !exchange.isFutures)
        #expect(exchange.rateLimitDelaySeconds == 0.01)
        exchange.rateLimitRequestsPerSecond = 100
        #expect(exchange.rateLimitDelaySeconds == 0.01)
        exchange.rateLimitRequestsPerSecond = 4
        #expect(exchange.rateLimitDelaySeconds == 0.25)
        exchange.rateLimitRequestsPerSecond = 0
        #expect(exchange.rateLimitDelaySeconds == 0.01)
    }

    @Test func statusNamesAreSnakeCaseAndDistinct() {
        #expect(ResolutionStatus.ok.name == "ok")
        #expect(ResolutionStatus.unknownSymbol.name == "unknown_symbol")
        #expect(Set(ResolutionStatus.allCases.map(\.name)).count == 11)
        #expect(ResolutionStatus.allCases.map(\.rawValue) == Array(0...10))
    }

    @Test func definitionIgnoresOnlyTheTimesOfTouching() {
        let record = SymbolRecord(
            id: 1, exchangeId: 1, symbolString: SymbolText("A_B")!, baseAsset: AssetText("A")!,
            quoteAsset: AssetText("B")!)
        func differs(_ change: (inout SymbolRecord) -> Void) -> Bool {
            var other = record
            change(&other)
            return !record.isSameDefinition(as: other)
        }
        let time = Timestamp(microsecondsSince1970: 1)
        #expect(!differs { $0.updatedAt = time })
        #expect(!differs { $0.lastSeen = time })
        #expect(differs { $0.createdAt = time })
        #expect(differs { $0.id = 2 })
        #expect(differs { $0.exchangeId = 2 })
        #expect(differs { $0.isActive = false })
        #expect(differs { $0.precisionBase = 1 })
        #expect(differs { $0.precisionQuote = 1 })
        #expect(differs { $0.precisionPrice = 1 })
        #expect(differs { $0.symbolString = SymbolText("A_C")! })
        #expect(differs { $0.baseAsset = AssetText("C")! })
        #expect(differs { $0.quoteAsset = AssetText("C")! })
        #expect(differs { $0.minOrderSize = .zero })
        #expect(differs { $0.maxOrderSize = .zero })
        #expect(differs { $0.tickSize = .zero })
        #expect(differs { $0.stepSize = .zero })
        #expect(differs { $0.minNotional = .zero })
        #expect(differs { $0.kind = .other })
        #expect(differs { $0.settleAsset = AssetText("C")! })
        #expect(differs { $0.payoff = .inverse })
        #expect(differs { $0.contractSize = .zero })
        #expect(differs { $0.expiresAt = time })
        #expect(differs { $0.strike = .zero })
        #expect(differs { $0.optionType = .put })
        #expect(differs { $0.isTiered = true })
        #expect(differs { $0.isInferred = true })
        #expect(differs { $0.isLastGood = true })
        #expect(differs { $0.listedAt = time })
        #expect(differs { $0.delistsAt = time })
    }

    /// Two assets are one only where their bytes are: Swift's strings are equal where their characters are.
    @Test func pairsAreToldApartByteByByte() throws {
        var page = PairPage()
        for (id, base) in [(UInt32(1), "\u{E9}"), (2, "e\u{301}"), (3, "e\u{301}")] {
            let record = SymbolRecord(
                id: id, exchangeId: UInt16(id), symbolString: try #require(SymbolText("S\(id)")),
                baseAsset: try #require(AssetText(base)), quoteAsset: try #require(AssetText("USDT")))
            page.append(Symbol(record, flags: []))
        }
        #expect(page.rows.map { $0.symbols.map(\.id) } == [[1], [2, 3]])
    }
}
