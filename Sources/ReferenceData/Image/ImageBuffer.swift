/// Memory for an image that comes over a connection, filled by its owner and then opened.
public struct ImageBuffer: ~Copyable, Sendable {
    let block: MemoryBlock
    /// The size asked for.
    public let byteCount: Int

    /// Zeroed memory; nil when it is more than `ImageLimits.byteCountMax`, negative, or not to be had.
    public init?(byteCount: Int) {
        guard byteCount >= 0, byteCount <= ImageLimits.byteCountMax,
            let block = MemoryBlock(zeroedByteCount: byteCount)
        else { return nil }
        self.block = block
        self.byteCount = byteCount
    }

    /// Calls `body` with all `byteCount` bytes. The buffer is valid only inside `body`.
    public mutating func withMutableBytes<Result, Failure: Error>(
        _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeMutableRawBufferPointer(start: block.start, count: byteCount))
    }
}
