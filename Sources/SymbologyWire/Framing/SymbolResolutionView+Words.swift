extension SymbolResolutionView {
    /// Writes the whole frame from fields that lie together already: five stores.
    /// - Parameters:
    ///   - head: status, flags and exchange id, in this order from the lowest byte on.
    ///   - idAndPrecisions: symbol id, price, base and quote precision likewise; the highest byte is padding and zero.
    @inlinable
    @inline(__always)
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, head: UInt32, idAndPrecisions: UInt64, generation: UInt64
    ) {
        base.storeHeader(.symbolResolution)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(head, at: Layout.status)
        base.storeInteger(idAndPrecisions, at: Layout.symbolId)
        base.storeInteger(generation, at: Layout.generation)
    }
}
