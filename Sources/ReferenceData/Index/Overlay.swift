/// The changes since a main image was built: the changed rows, the ids of its rows that were changed or deleted, and
/// who answers now for every key that any of them has or had.
///
/// A slot here may name a row that lies in the main image (its index is then one of the main image), or none at all
/// where nobody is left who has the key.
final class Overlay: @unchecked Sendable {
    /// The most rows, and the most superseded ids, before the main image is better rewritten in the background.
    static let rowCountMax = 4_096
    /// How many times as much an overlay may hold before a change waits for a new main image: when nobody rewrote in
    /// time.
    static let limitFactor = 4
    private static let rowCountFloor = 64
    /// Over a large main image an overlay may hold one row for so many of its: all options of a venue expire in the
    /// same second, and to write such an image anew would take too long for that.
    private static let mainRowCountPerRow = 16

    /// The most over a main image of so many rows: small ones are cheap to build, and their overlay counts against the
    /// memory the whole image may take.
    static func rowCountMax(mainRowCount: Int) -> Int {
        min(rowCountMax, max(rowCountFloor, mainRowCount / 16))
    }

    /// The maximum that no overlay exceeds.
    static func rowCountLimit(mainRowCount: Int) -> Int {
        max(rowCountMax(mainRowCount: mainRowCount) * limitFactor, mainRowCount / mainRowCountPerRow)
    }

    let image: RowImage
    /// Ids of the main image's rows that were changed or deleted, ascending.
    let supersededIds: UnsafeBufferPointer<UInt32>
    private let block: MemoryBlock

    var byteCount: Int { image.byteCount + block.byteCount }

    /// - Parameters:
    ///   - rows: ascending.
    ///   - ids: of rows in the main image, ascending.
    ///   - context: of all rows; those of the main image that are not superseded are live or dead as it says.
    ///
    /// O((rows + ids + claims on their keys) · log main).
    init(rows: RowList, supersededIds ids: [UInt32], over main: RowView, _ context: RowContext) {
        (block, supersededIds) = MemoryBlock.holding(ids)
        let symbols = OverlayKeys(rows, supersededIds, main, context, [.symbol, .name])
        let pairs = OverlayKeys(rows, supersededIds, main, context, [.pair])
        var attempt = 0
        while true {
            let seed = attempt == 0 ? main.seed : HashSeed.random()
            if let image = Self.image(rows, symbols, pairs, main, context, seed: seed, growth: 1 + attempt / 2) {
                self.image = image
                return
            }
            attempt += 1
        }
    }

    private static func image(
        _ rows: RowList, _ symbols: OverlayKeys, _ pairs: OverlayKeys, _ main: RowView, _ context: RowContext,
        seed: HashSeed, growth: Int
    ) -> RowImage? {
        guard let bySymbol = try? symbols.perfectHash(seed, growth: growth),
            let byPair = try? pairs.perfectHash(seed, growth: growth)
        else { return nil }
        var slots = RowSlots()
        slots.symbolSlots = symbols.slots(.symbol, bySymbol)
        slots.nameSlots = symbols.slots(.name, bySymbol)
        slots.pairSlots = pairs.slots(.pair, byPair)
        for (index, record) in rows.records.enumerated() {
            slots.count(record, hasName: slots.nameSlot(index) != TermsLayout.noSlot)
        }
        let builder = RowImageBuilder(
            list: rows, context: context, seed: seed, bySymbol: bySymbol, byPair: byPair, slots: slots, searchPlan: nil)
        guard builder.fill() else { return nil }
        let ownRows = UnsafeRawPointer(builder.start(.rows))
        symbols.fill(builder.start(.symbolSlots), bySymbol, ownRows: ownRows, main)
        pairs.fill(builder.start(.pairSlots), byPair, ownRows: ownRows, main)
        let image = RowImage(builder.block)
        image.view.checkInvariants()
        return image
    }
}
