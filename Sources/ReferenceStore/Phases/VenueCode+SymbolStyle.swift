import ReferenceData

extension VenueCode {
    /// What stands between base and quote in the venue's own symbol strings: `BTCUSDT`, `BTC_USDT`.
    public var symbolSeparator: String {
        switch self {
        case .mexcSpot: ""
        case .gateioSpot, .gateioFutures: "_"
        }
    }
}
