import ReferenceData
import ReferenceStore
import Testing

@Suite("Known venues")
struct VenueCodeTests {
    @Test("codes convert both ways, byte for byte")
    func codes() {
        #expect(VenueCode.allCases.map(\.code) == ["MEXC_SPOT", "GATEIO_SPOT", "GATEIO_FUTURES"])
        for venue in VenueCode.allCases {
            #expect(VenueCode(code: venue.code) == venue)
            #expect(Exchange(venue).venue == venue)
        }
        for code in ["", "mexc_spot", "MEXC_SPOT ", "BINANCE_SPOT"] { #expect(VenueCode(code: code) == nil) }
    }

    @Test("a list of codes tells the unknown and the missing")
    func coverage() {
        let mixed = VenueCode.coverage(of: ["OKX_SPOT", "GATEIO_SPOT", "OKX_SPOT", "ABC", "GATEIO_SPOT"])
        #expect(mixed.known == [.gateioSpot])
        #expect(mixed.unknown == ["OKX_SPOT", "ABC"])
        #expect(mixed.missing == [.mexcSpot, .gateioFutures])
        #expect(!mixed.isComplete)
        #expect(VenueCode.coverage(of: VenueCode.allCases.reversed().map(\.code)).isComplete)
        #expect(VenueCode.coverage(of: ["\u{E9}", "e\u{301}", "\u{E9}"]).unknown.count == 2, "told apart by bytes")
        #expect(VenueCode.coverage(of: []).missing == VenueCode.allCases)
    }

    @Test("each venue has its defaults")
    func defaults() {
        let futures = Exchange(.gateioFutures, id: 3)
        #expect(futures.id == 3)
        #expect((futures.name, futures.enumValue) == ("GATEIO_FUTURES", "GATEIO_FUTURES"))
        #expect(futures.displayName == "Gate.io Futures Trading")
        #expect(futures.websocketURL == "wss://fx-ws.gateio.ws/v4/ws/")
        #expect(futures.precisionDefault == nil, "nobody said a number")
        #expect((futures.isSpot, futures.isFutures, futures.isOptions) == (false, true, false))
        #expect(Exchange(.mexcSpot).isSpot)
        #expect(Exchange(.mexcSpot).isActive)
    }

    @Test("the delay between requests is 1 / limit, 10 ms where none is set")
    func rateLimitDelay() {
        var exchange = Exchange(.mexcSpot)
        exchange.rateLimitRequestsPerSecond = 20
        #expect(exchange.rateLimitDelaySeconds == 0.05)
        exchange.rateLimitRequestsPerSecond = nil
        #expect(exchange.rateLimitDelaySeconds == 0.01)
        exchange.rateLimitRequestsPerSecond = 0
        #expect(exchange.rateLimitDelaySeconds == 0.01)
        exchange.marketType = .options
        #expect(exchange.isOptions)
    }
}
