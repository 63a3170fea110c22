// Pages of lists. Each calls `body` with at most `limit` entries and says how it ended; a page that begins where the
// one before ended continues it, within one snapshot. `exchangeId` 0 is every exchange; `activeOnly` leaves out what is
// inactive or on an inactive exchange.

extension Snapshot {
    /// Symbols in id order, those after `afterSymbolId`.
    ///
    /// With `notSeenSince` only those that their venue has not listed since then. What counts is `lastSeen` or, where
    /// that is absent, `createdAt`; a symbol with neither is given. The image knows `lastSeen` as of the row's last
    /// change or the last full reconcile.
    ///
    /// After `examinedCountMax` symbols the page ends, full or not. O(log n + examined + overlay); allocates nothing.
    @discardableResult
    public func symbols(
        exchangeId: UInt16, notSeenSince: Timestamp? = nil, activeOnly: Bool, afterSymbolId: UInt32, limit: Int,
        examinedCountMax: Int = .max, _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> PageEnd {
        PageEnd(
            reading: ServedRows(self, exchangeId: exchangeId, afterId: afterSymbolId), afterId: afterSymbolId,
            limit: limit, examinedCountMax: examinedCountMax, id: { $0.id },
            isWanted: { row in
                if activeOnly, !isTradable(flags(of: row)) { return false }
                guard let notSeenSince else { return true }
                let seenAt = row.isInOverlay ? overlayRows.seenAt(row.index) : mainRows.seenAt(row.index)
                return seenAt.isAbsent || seenAt < notSeenSince
            },
            give: { body(record(of: $0), flags(of: $0)) })
    }

    /// The symbols of the pairs that at least `venueCountMin` exchanges list; nil when `afterSymbolId` is no symbol
    /// that is served.
    ///
    /// In order of base and quote (each with ASCII case folded, then byte for byte), then as `find` has them: the
    /// symbols of a pair follow one another, but a page may end within a pair. An exchange counts once for a pair,
    /// however many symbols of it it lists. With `activeOnly` others neither count nor come.
    ///
    /// The page begins behind the symbol `afterSymbolId`; 0 is the start. It ends, full or not, when what it looked at
    /// comes to `examinedCountMax`: each symbol of a pair on enough exchanges is one, and so is a pair on too few as a
    /// whole, with one more for each 64 symbols that were read to tell. Pairs of fewer symbols than `venueCountMin` are
    /// passed over for nothing. O(log n + n / 64 + 64 · examined + overlay · log n), and with an overlay it allocates.
    @discardableResult
    public func pairs(
        venueCountMin: Int, activeOnly: Bool, afterSymbolId: UInt32, limit: Int, examinedCountMax: Int = .max,
        _ body: (SymbolRecord, ResolutionFlags) -> Void
    ) -> PageEnd? {
        var start: RowLocation?
        if afterSymbolId != 0 {
            start = location(id: afterSymbolId)
            if start == nil { return nil }
        }
        return PageEnd(
            reading: PairRows(self, venueCountMin: venueCountMin, activeOnly: activeOnly, after: start),
            afterId: afterSymbolId, limit: limit, examinedCountMax: examinedCountMax, id: { $0.row.id },
            cost: { $0.examinedCount }, isWanted: { $0.isWanted },
            give: { body(record(of: $0.row), flags(of: $0.row)) })
    }

    /// Assets and their counts of symbols, as bases and as quotes, in order (ASCII case folded, then byte for byte),
    /// those after `after`, which may be empty.
    ///
    /// O(log n + symbols passed over + overlay · log overlay); texts are read only of the assets given.
    @discardableResult
    public func assets(
        exchangeId: UInt16, activeOnly: Bool, after: AssetText = AssetText(), limit: Int,
        _ body: (_ asset: AssetText, _ baseSymbolCount: Int, _ quoteSymbolCount: Int) -> Void
    ) -> PageEnd {
        PageEnd(
            reading: AssetCounts(self, exchangeId: exchangeId, activeOnly: activeOnly, after: after), limit: limit,
            isWanted: { $0.base + $0.quote > 0 }, give: { body($0.name.text, $0.base, $0.quote) })
    }

    /// Exchanges in id order, those after `afterExchangeId`; nil is every market type. O(log exchanges + looked at).
    @discardableResult
    public func exchanges(
        marketType: MarketType?, activeOnly: Bool, afterExchangeId: UInt16, limit: Int,
        _ body: (Exchange, ResolutionFlags) -> Void
    ) -> PageEnd {
        let exchanges = directory.exchanges
        let first = partitionPoint(exchanges.count) { exchanges[$0].id <= afterExchangeId }
        return PageEnd(
            reading: exchanges[first...].makeIterator(), afterId: UInt32(afterExchangeId), limit: limit,
            id: { UInt32($0.id) },
            isWanted: { (marketType == nil || $0.marketType == marketType) && ($0.isActive || !activeOnly) },
            give: { body($0, directory.resolutionFlags(of: $0)) })
    }

    /// Refused rows, exchanges first, each kind in id order, with whether the row's last good record is served.
    ///
    /// The page begins behind the row `id` of `table`, whether or not it is there; `everything` is at the start.
    /// O(log n + `limit`).
    @discardableResult
    public func refused(
        afterTable table: ReferenceKind, id: Int64, limit: Int, _ body: (RefusedRow, _ isLastGoodServed: Bool) -> Void
    ) -> PageEnd {
        let rows = refused
        let first =
            table == .everything
            ? 0
            : partitionPoint(rows.count) { (rows[$0].table.rawValue, rows[$0].id) <= (table.rawValue, id) }
        return PageEnd(reading: rows[first...].makeIterator(), limit: limit) { body($0, isServed($0)) }
    }

    /// Whether there is a record under the row's id.
    private func isServed(_ row: RefusedRow) -> Bool {
        switch row.table {
        case .symbol: UInt32(exactly: row.id).map { location(id: $0) != nil } ?? false
        case .exchange: UInt16(exactly: row.id).map { directory.isKnown($0) } ?? false
        case .everything: false
        }
    }
}
