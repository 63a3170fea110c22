/// How a page of a list ended.
public struct PageEnd: Sendable, Hashable, BitwiseCopyable {
    /// Entries that were given.
    public var count: Int
    /// What the page cost: entries that were looked at, given or not; those of `Snapshot.pairs` may count for more.
    public var examinedCount: Int
    /// Whether more may follow: for certain where the page is full, perhaps where it ended because of what it cost.
    public var hasMore: Bool
    /// The symbol or exchange behind which the next page begins; 0 for the start, and for lists of something else.
    public var lastId: UInt32

    public init(count: Int = 0, examinedCount: Int = 0, hasMore: Bool = false, lastId: UInt32 = 0) {
        self.count = count
        self.examinedCount = examinedCount
        self.hasMore = hasMore
        self.lastId = lastId
    }

    /// Reads a page of a list: gives what is wanted of what `entries` come to, until `limit` are given and another one
    /// is wanted, or those that were looked at cost `examinedCountMax`.
    ///
    /// All pages of a snapshot are read here. It is inlined with its closures, so that it allocates nothing.
    @inline(__always)
    init<Entries: IteratorProtocol>(
        reading entries: Entries, afterId: UInt32 = 0, limit: Int, examinedCountMax: Int = .max,
        id: (Entries.Element) -> UInt32 = { _ in 0 }, cost: (Entries.Element) -> Int = { _ in 1 },
        isWanted: (Entries.Element) -> Bool = { _ in true },
        give: (Entries.Element) -> Void
    ) {
        self.init(lastId: afterId)
        var entries = entries
        while let entry = entries.next() {
            if isWanted(entry) {
                guard count < limit else {
                    hasMore = true
                    return
                }
                give(entry)
                count += 1
            }
            lastId = id(entry)
            examinedCount += cost(entry)
            if examinedCount >= examinedCountMax {
                hasMore = true
                return
            }
        }
    }
}
