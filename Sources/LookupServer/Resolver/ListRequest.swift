import ReferenceData
import SymbologyWire

/// A request for a page of rows: the question that it asks the snapshot, and the work that the question costs. The rest
/// is the same for all such requests, and done by `Resolver.page`.
///
/// The way of a list, and the places for a new one: message (`Protocol/symbology.sbe.xml`), `Resolver.decide`,
/// the extension here, `Snapshot+Pages`, `Snapshot+Search` or another query of the snapshot, `PageWriter.append` and
/// `AnswerEncoding` for the rows. The client asks page after page in `Session+Lists`; `LookupClient+Lists`,
/// `ReplicaReader`, `SnapshotResolver+Lists` and `DatabaseResolver+Lists` offer it (`SymbolResolving`,
/// `SymbolDiscovering`).
protocol ListRequest: MessageView {
    associatedtype Count: FixedWidthInteger

    /// The message of a row.
    static var row: Template { get }
    var requestId: UInt32 { get }
    /// Rows wanted; 0, or more than a page, asks for a page.
    var countMax: Count { get }
    /// 0 for every exchange.
    var exchangeId: UInt16 { get }
    /// 0 for any.
    var expectedGeneration: UInt64 { get }

    /// Puts the rows into the page.
    /// - Returns: nil when the list cannot be continued, because the row that the page should begin behind is gone.
    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd?
}

extension ListRequest {
    static var row: Template { .symbolRecord }
    var exchangeId: UInt16 { 0 }
    var expectedGeneration: UInt64 { 0 }
}

extension ListSymbolsView: ListRequest {
    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        let end = snapshot.symbols(
            exchangeId: exchangeId, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: page.countMax,
            examinedCountMax: page.limits.examinedCountMax
        ) { page.append($0, $1) }
        // A list of one exchange passes over the changed rows of the others.
        let passedCount = exchangeId == 0 ? 0 : snapshot.overlayRowCount
        page.work = (end.examinedCount - end.count + passedCount) / Resolver.rowsPerWorkUnit
        return end
    }
}

extension ListStaleSymbolsView: ListRequest {
    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        page.work = page.limits.searchWork
        return snapshot.symbols(
            exchangeId: exchangeId, notSeenSince: Timestamp(microsecondsSince1970: notSeenSince),
            activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: page.countMax,
            examinedCountMax: page.limits.examinedCountMax
        ) { page.append($0, $1) }
    }
}

extension ListPairsView: ListRequest {
    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        // The overlay's rows are sorted for each page, which costs as much as writing them.
        page.work = page.limits.searchWork + snapshot.overlayRowCount
        return snapshot.pairs(
            venueCountMin: Int(venueCountMin), activeOnly: activeOnly, afterSymbolId: afterSymbolId,
            limit: page.countMax, examinedCountMax: page.limits.examinedCountMax
        ) { page.append($0, $1) }
    }
}

extension FindPairView: ListRequest {
    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        // The fields are checked: no asset is too long.
        let end = snapshot.find(
            base: AssetText(utf8: baseAsset) ?? AssetText(), quote: AssetText(utf8: quoteAsset) ?? AssetText(),
            kinds: kinds, activeOnly: activeOnly, afterSymbolId: afterSymbolId, limit: page.countMax,
            examinedCountMax: page.limits.examinedCountMax
        ) { page.append($0, $1) }
        page.charge(forPairEnding: end, of: snapshot)
        return end
    }
}

extension ListContractsView: ListRequest {
    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        let end = snapshot.contracts(
            exchangeId: exchangeId, base: AssetText(utf8: baseAsset) ?? AssetText(),
            quote: AssetText(utf8: quoteAsset) ?? AssetText(), kinds: kinds, expiresFrom: Timestamp(expiresFrom),
            expiresTo: Timestamp(expiresTo), activeOnly: activeOnly, afterSymbolId: afterSymbolId,
            limit: page.countMax, examinedCountMax: page.limits.examinedCountMax
        ) { page.append($0, $1) }
        page.charge(forPairEnding: end, of: snapshot)
        return end
    }
}

extension PageWriter {
    /// The overlay has no order: it is scanned. What the page passes over is looked at, too.
    fileprivate mutating func charge(forPairEnding end: PageEnd?, of snapshot: Snapshot) {
        let passedCount = end.map { $0.examinedCount - $0.count } ?? 0
        work = (passedCount + snapshot.overlayRowCount) / Resolver.rowsPerWorkUnit
    }
}

extension Timestamp {
    fileprivate init(_ microseconds: Int64?) {
        self = microseconds.map { Timestamp(microsecondsSince1970: $0) } ?? .absent
    }
}

extension SearchSymbolsView: ListRequest {
    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        // The fields are checked: there is no other mode.
        let end = snapshot.search(
            text: text, mode: mode ?? .prefix, exchangeId: exchangeId, activeOnly: activeOnly, limit: page.countMax
        ) { page.append($0, $1) }
        page.work = max(page.limits.searchWork, end.examinedCount / Resolver.rowsPerWorkUnit)
        return end
    }
}

extension ListExchangesView: ListRequest {
    static var row: Template { .exchangeRecord }

    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        let end = snapshot.exchanges(
            marketType: marketType, activeOnly: activeOnly, afterExchangeId: afterExchangeId, limit: page.countMax
        ) { page.append($0, $1) }
        page.work = end.examinedCount - end.count
        return end
    }
}

extension ListAssetsView: ListRequest {
    static var row: Template { .assetRecord }

    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        // Assets without any symbol that counts are passed over: all of them, at worst.
        let walkWork = max(page.limits.searchWork, snapshot.symbolCount / Resolver.rowsPerWorkUnit)
        page.work = walkWork + snapshot.overlayRowCount
        return snapshot.assets(
            exchangeId: exchangeId, activeOnly: activeOnly, after: AssetText(utf8: afterAsset) ?? AssetText(),
            limit: page.countMax
        ) { page.append($0, exchangeId: exchangeId, baseSymbolCount: $1, quoteSymbolCount: $2) }
    }
}

extension ListRefusedView: ListRequest {
    static var row: Template { .refusedRecord }

    func list(from snapshot: Snapshot, into page: inout PageWriter) -> PageEnd? {
        snapshot.refused(afterTable: afterKind ?? .everything, id: afterId, limit: page.countMax) {
            page.append($0, isLastGoodServed: $1)
        }
    }
}
