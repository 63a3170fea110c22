import Platform
import ReferenceData

/// How much memory a server may take: asked before rows are kept and before anything is built of them, because later
/// there is nobody to ask. What does not fit is held back, and what is served stays.
public struct MemoryLimit: Sendable, Hashable {
    /// Of the whole process, at the peak of a load; nil for no limit but those of the system.
    public var byteCountMax: Int?

    /// What a server takes besides its rows, with some clients.
    static let baseByteCount = 32 << 20
    static let rowByteCount = Snapshot.buildByteCountPerRow

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
        return Self.excess(ofBytes: Self.baseByteCount + count * Self.rowByteCount)
    }

    /// Nil where the system has so many bytes for this process.
    static func excess(ofBytes byteCount: Int) -> Excess? {
        if AddressSpace.hasRoomBesideReserve(for: byteCount) { return nil }
        var allowed = byteCount / 2
        while allowed > 0, !AddressSpace.hasRoomBesideReserve(for: allowed) { allowed /= 2 }
        return Excess(neededByteCount: byteCount, allowedByteCount: allowed)
    }

    /// The most rows of which `excess` says nothing.
    func rowCountMax(served: Int) -> Int {
        var byteCount = Int.max
        if let byteCountMax { byteCount = max(byteCountMax - Self.baseByteCount, served * Self.rowByteCount) }
        if let left = AddressSpace.leftByteCount { byteCount = min(byteCount, left - Self.baseByteCount) }
        return max(0, byteCount / Self.rowByteCount)
    }
}
