/// Where a search text must stand in a symbol string, base or quote asset; the raw values are those of the wire.
@frozen
public enum SearchMode: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case prefix = 1
    case substring = 2
}
