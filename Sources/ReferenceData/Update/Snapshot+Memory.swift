import Platform

// How much memory the next snapshot takes. Nothing that makes one can fail half-way: arrays that get no memory end the
// process. So whoever can go on with the snapshot that it has asks `hasRoom` before, and keeps that one where there is
// none.

extension Snapshot {
    /// What a row takes at the peak of a build, or more: as it was read, in the main image that is made of it, while
    /// that is made, and in the one that is served meanwhile. One of 400,000 spot symbols took 930 bytes, and 1,430 of
    /// address space; contracts take more.
    package static let buildByteCountPerRow = 1_600
    /// What a changed row takes, or more: three times in the memory of an overlay, and while it is decided on.
    private static let changeByteCountPerRow = 4_096
    /// What is copied for each row that changed before, or more.
    private static let copyByteCountPerRow = 64
    /// What is left besides for everybody else.
    private static let spareByteCount = 8 << 20

    /// Whether the memory that something takes is to be had, by the limits of the process and of the machine.
    package static func hasRoom(for byteCount: Int) -> Bool {
        byteCount == 0 || AddressSpace.hasRoomBesideReserve(for: byteCount + spareByteCount)
    }

    /// The most memory that `applying` takes. O(changes + due rows).
    package func byteCount(toApply delta: ReferenceDelta, at time: Timestamp) -> Int {
        // The rows of an exchange that goes are refused, one by one.
        let orphanCount = delta.deletedExchangeIds.reduce(0) {
            $0 + mainRows.members(exchangeId: $1).positions.count
        }
        let isObsolete = delta.exchanges.contains { row in
            directory.exchange(id: row.id).map {
                $0.marketType != row.marketType || $0.precisionDefault != row.precisionDefault
            } ?? false
        }
        let count = delta.symbols.count + delta.deletedSymbolIds.count + delta.refused.count + orphanCount
        if isObsolete { return byteCountToBuild(count) }
        return byteCount(toChange: count + dueIds(between: judgedAt, and: time).count)
    }

    /// The most memory that `judged` takes. O(due rows).
    package func byteCount(toJudgeAt time: Timestamp) -> Int {
        byteCount(toChange: dueIds(between: judgedAt, and: time).count)
    }

    /// The most memory that `rewritten` takes: none where nothing is to be rewritten.
    package var byteCountToRewrite: Int { overlay == nil ? 0 : byteCountToBuild(0) }

    /// What `rewritten(onto:)` takes, about: for the rows that changed while the other was made.
    package func byteCount(toMoveOnto rewritten: Snapshot) -> Int {
        let newCount = max(0, changedIds.count - (rewritten.origin?.changedIds.count ?? 0))
        return newCount * Self.changeByteCountPerRow + changedIds.count * Self.copyByteCountPerRow
    }

    private func byteCount(toChange count: Int) -> Int {
        if count == 0 { return 0 }
        let idCount = changedIds.count + count
        if idCount > Overlay.rowCountLimit(mainRowCount: mainRows.rowCount) { return byteCountToBuild(count) }
        // Behind an overlay that has room the rows before stay where they are.
        let madeCount = overlay?.hasRoom(for: count) == true ? count : idCount
        return madeCount * Self.changeByteCountPerRow + idCount * Self.copyByteCountPerRow
    }

    /// With so many rows more. The image that is served is there already.
    private func byteCountToBuild(_ count: Int) -> Int {
        max(0, (rowCount + count) * Self.buildByteCountPerRow - mainImage.byteCount)
    }
}
