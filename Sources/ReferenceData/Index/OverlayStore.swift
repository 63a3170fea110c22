import Synchronization

/// Memory for rows, their terms and the slots of their keys, shared by an overlay and those made of it: whoever makes
/// the next one appends behind what there is. What was appended never changes, so readers of earlier overlays, which
/// know nothing of it, are not disturbed.
final class OverlayStore: Sendable {
    /// How much of it is in use.
    struct Counts {
        var rows = 0
        /// With those of nothing, which stand first.
        var terms = 1
        var symbolSlots = OverlayTable.firstSlot
        var pairSlots = OverlayTable.firstSlot
    }

    private let block: MemoryBlock
    private let sections: SectionTable
    /// Of the last overlay made in it.
    private let version = Atomic<Int>(0)

    private static let rowCountMin = 1_024
    // A row brings a slot for each of its keys. Each key that it has or had may get one that answers anew, and one that
    // answers no more.
    private static let symbolSlotsPerChangeMax = 10
    private static let pairSlotsPerChangeMax = 5

    /// - Parameter count: of the changes that come first; a few times as many will follow.
    init(changeCount count: Int, seed: HashSeed) {
        let rowCount = count * 3 + Self.rowCountMin
        var sections = SectionTable()
        var end = ImageHeader.byteCount
        for section in ImageSection.mainCases {
            let count =
                switch section {
                case .rows: rowCount
                case .terms: rowCount + 1
                case .symbolSlots: rowCount * 4 + OverlayTable.firstSlot
                case .pairSlots: rowCount * 2 + OverlayTable.firstSlot
                // Those of nothing.
                case .symbolPilots, .pairPilots, .idEntries: 1
                default: 0
                }
            sections.append(section, count: count, at: &end)
        }
        self.sections = sections
        block = .reserved(byteCount: end)
        block.start[ImageHeader.seedFirst] = seed.first
        block.start[ImageHeader.seedSecond] = seed.second
        SymbolRecord.empty.storeTerms(at: start(.terms), nameSlot: TermsLayout.noSlot)
    }

    /// Whether so many changes have room behind what is in use.
    func hasRoom(for changeCount: Int, behind counts: Counts) -> Bool {
        counts.rows + changeCount <= sections[.rows].count
            && counts.symbolSlots + changeCount * Self.symbolSlotsPerChangeMax <= sections[.symbolSlots].count
            && counts.pairSlots + changeCount * Self.pairSlotsPerChangeMax <= sections[.pairSlots].count
    }

    /// Lets one caller append behind the overlay of a version: the first that asks. Any thread.
    func claim(after version: Int) -> Bool {
        self.version.compareExchange(
            expected: version, desired: version + 1, ordering: .acquiringAndReleasing
        ).exchanged
    }

    var rowCountMax: Int { sections[.rows].count }

    /// The slots of keys of a kind that have room at all.
    func slotCountMax(_ section: ImageSection) -> Int { sections[section].count }

    func start(_ section: ImageSection) -> UnsafeMutableRawPointer { block.start + sections[section].offset }

    /// What is in use.
    func view(_ counts: Counts) -> RowView {
        var sections = sections
        sections.setCount(counts.rows, of: .rows)
        sections.setCount(counts.terms, of: .terms)
        sections.setCount(counts.symbolSlots, of: .symbolSlots)
        sections.setCount(counts.pairSlots, of: .pairSlots)
        return RowView(UnsafeRawPointer(block.start), sections)
    }

    static func byteCount(_ counts: Counts) -> Int {
        counts.rows * RowLayout.byteCount + counts.terms * TermsLayout.byteCount
            + (counts.symbolSlots + counts.pairSlots) * SlotLayout.byteCount
    }
}
