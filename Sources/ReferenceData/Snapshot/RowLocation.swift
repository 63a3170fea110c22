/// Where a row that is served stands.
struct RowLocation: Keyed, BitwiseCopyable {
    let id: UInt32
    let isInOverlay: Bool
    /// Of the row, in the overlay or in the main image.
    let index: Int

    var key: UInt32 { id }
}

// The lookups of a row under its id and its keys: in the overlay, then in the main image unless it is superseded there.

extension Snapshot {
    /// Where the row of an id stands, or nil.
    @inline(__always)
    func location(id: UInt32) -> RowLocation? {
        if changedIds.count > 0, let changed = changedIds.entry(id) {
            return changed.rowIndex.map { RowLocation(id: id, isInOverlay: true, index: $0) }
        }
        guard let index = mainRows.rowIndex(id: id) else { return nil }
        return RowLocation(id: id, isInOverlay: false, index: index)
    }

    /// The slot that holds a key, or nil. The overlay has all keys of the rows that it supersedes, too, so what it has
    /// not the main image answers as it stands.
    /// - Parameter hash: of the key, by the main image's seed.
    @inline(__always)
    func slot(of key: KeyWords, hash: UInt64, _ kind: KeyKind) -> UnsafeRawPointer? {
        (kind == .pair ? changedPairs : changedSymbols).slot(of: key, hash: hash)
            ?? mainRows.table(kind).slot(of: key, hash: hash)
    }

    /// Whether a row of the main image is served no more. O(log overlay).
    func isSuperseded(_ id: UInt32) -> Bool { changedIds.contains(id) }

    func rows(of location: RowLocation) -> RowView { location.isInOverlay ? overlayRows : mainRows }

    @inline(__always)
    func exchangeId(of row: RowLocation) -> UInt16 {
        row.isInOverlay ? overlayRows.exchangeId(at: row.index) : mainRows.exchangeId(at: row.index)
    }

    @inline(__always)
    func flags(of row: RowLocation) -> ResolutionFlags {
        row.isInOverlay ? flags(overlayRows, row.index) : flags(mainRows, row.index)
    }

    @inline(__always)
    func storedRecord(of row: RowLocation) -> StoredRecord {
        row.isInOverlay ? overlayRows.storedRecord(at: row.index) : mainRows.storedRecord(at: row.index)
    }

    @inline(__always)
    func record(of row: RowLocation) -> SymbolRecord { SymbolRecord(storedRecord(of: row)) }

    /// The row of an id as it is served, or nil.
    func servedRow(id: UInt32) -> ServedRow? { location(id: id).map { servedRow(at: $0) } }

    func servedRow(at location: RowLocation) -> ServedRow {
        rows(of: location).servedRow(at: location.index)
    }
}

extension UnsafeBufferPointer<UInt32> {
    /// Whether ascending numbers contain one. O(log count).
    func containsAscending(_ number: UInt32) -> Bool {
        let position = partitionPoint(count) { self[$0] < number }
        return position < count && self[position] == number
    }
}
