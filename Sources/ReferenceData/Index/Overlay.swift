/// The changes since a main image was built: the changed rows, and the ids of its rows that were changed or deleted.
final class Overlay: @unchecked Sendable {
    /// The most rows, and the most superseded ids, before the main image is better rewritten in the background.
    static let rowCountMax = 4_096
    /// How many times as much an overlay may hold before a change waits for a new main image: when nobody rewrote in
    /// time.
    static let limitFactor = 4
    private static let rowCountFloor = 64

    /// The most over a main image of so many rows: small ones are cheap to build, and their overlay counts against the
    /// memory the whole image may take.
    static func rowCountMax(mainRowCount: Int) -> Int {
        min(rowCountMax, max(rowCountFloor, mainRowCount / 16))
    }

    /// The maximum that no overlay exceeds.
    static func rowCountLimit(mainRowCount: Int) -> Int { rowCountMax(mainRowCount: mainRowCount) * limitFactor }

    let image: RowImage
    /// Ids of the main image's rows that were changed or deleted, ascending.
    let supersededIds: UnsafeBufferPointer<UInt32>
    private let block: MemoryBlock

    var byteCount: Int { image.byteCount + block.byteCount }

    /// Rows and superseded ids ascending; every superseded id is in the main image. O(rows + ids).
    init(rows: RowList, supersededIds ids: [UInt32]) throws(RowImage.BuildFailure) {
        image = try RowImage.build(rows, hasOrders: false)
        (block, supersededIds) = MemoryBlock.holding(ids)
    }
}
