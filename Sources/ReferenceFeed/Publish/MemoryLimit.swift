import Platform

/// How much memory a server may take: asked before rows are kept and before anything is built of them, because later
/// there is nobody to ask. What does not fit is held back, and what is served stays.
public struct MemoryLimit: Sendable, Hashable {
    /// Of the whole process, at the peak of a load; nil for no limit but that of its address space.
    public var byteCountMax: Int?

    /// What a server takes besides its rows, with some clients.
    static let baseByteCount = 32 << 20
    /// What a row takes at the peak of a load, or more: as it was read, in the main image that is made of it, while
    /// that is made, and in the one that is served meanwhile. One of 400,000 spot symbols took 930 bytes, and 1,430 of
    /// address space; contracts take more.
    static let rowByteCount = 1_600

    public init(byteCountMax: Int? = nil) { self.byteCountMax = byteCountMax }

    /// By how much something is too large.
    public struct Excess: Sendable, Hashable {
        public let neededByteCount: Int
        public let allowedByteCount: Int
    }

    /// Nil where there is memory for so many rows.
    /// - Parameter served: as many as are served now were had before, and only more are asked for.
    func excess(ofRows count: Int, served: Int) -> Excess? {
        if let byteCountMax, count > served {
            let needed = Self.baseByteCount + count * Self.rowByteCount
            if needed > byteCountMax { return Excess(neededByteCount: needed, allowedByteCount: byteCountMax) }
        }
        guard let space = AddressSpace() else { return nil }
        let needed = space.usedByteCount + Self.baseByteCount + count * Self.rowByteCount
        return needed > space.byteCountMax
            ? Excess(neededByteCount: needed, allowedByteCount: space.byteCountMax) : nil
    }

    /// The most rows of which `excess` says nothing.
    func rowCountMax(served: Int) -> Int {
        var byteCount = Int.max
        if let byteCountMax { byteCount = max(byteCountMax - Self.baseByteCount, served * Self.rowByteCount) }
        if let space = AddressSpace() {
            byteCount = min(byteCount, space.byteCountMax - space.usedByteCount - Self.baseByteCount)
        }
        return max(0, byteCount / Self.rowByteCount)
    }
}
