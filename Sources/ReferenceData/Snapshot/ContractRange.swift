/// Which rows of a pair a list is about, and from where on.
struct ContractRange: BitwiseCopyable {
    /// 0 for every exchange.
    private let exchangeId: UInt16
    private let expiresFrom: Timestamp
    /// Absent for ever.
    private let expiresTo: Timestamp
    /// Everything in the range stands behind it.
    let after: ContractPlace

    /// - Parameters:
    ///   - expiresFrom, expiresTo: half-open; absent is open. Where one of them is there, rows that never expire are
    ///     out.
    ///   - after: the row that the page begins behind.
    init(
        exchangeId: UInt16 = 0, expiresFrom: Timestamp = .absent, expiresTo: Timestamp = .absent,
        after: ContractPlace = .start
    ) {
        self.exchangeId = exchangeId
        // The first time of all, behind rows without one.
        let isOpen = expiresFrom.isAbsent && expiresTo.isAbsent
        self.expiresFrom = isOpen ? .absent : max(expiresFrom, Timestamp(microsecondsSince1970: .min + 1))
        self.expiresTo = expiresTo
        self.after = max(after, ContractPlace(before: self.expiresFrom, onExchange: exchangeId))
    }

    enum Side {
        case inside
        /// Outside, and so is everything up to this place.
        case outside(upTo: ContractPlace)
        /// Outside, and so is everything behind it.
        case beyond
    }

    /// Where a place behind `after` lies.
    func side(of place: ContractPlace) -> Side {
        if exchangeId != 0, place.exchangeId != exchangeId { return .beyond }
        if place.expiresAt < expiresFrom {
            return .outside(upTo: ContractPlace(before: expiresFrom, onExchange: place.exchangeId))
        }
        guard !expiresTo.isAbsent, place.expiresAt >= expiresTo else { return .inside }
        if exchangeId != 0 || place.exchangeId == .max { return .beyond }
        return .outside(upTo: ContractPlace(before: expiresFrom, onExchange: place.exchangeId + 1))
    }

    func contains(_ place: ContractPlace) -> Bool {
        guard after < place, case .inside = side(of: place) else { return false }
        return true
    }
}
