extension SymbolResolutionView {
    /// Writes the whole frame from fields that lie together already: four stores of a word each.
    /// - Parameters:
    ///   - identity: status, flags, exchange id and symbol id, in this order from the lowest byte on.
    ///   - precisions: price, base and quote precision likewise; the highest byte is padding and zero.
    @inlinable
    @inline(__always)
    public static func write(
        to base: UnsafeMutableRawPointer, requestId: UInt32, identity: UInt64, precisions: UInt32, generation: UInt64
    ) {
        base.storeHeader(.symbolResolution)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(identity, at: Layout.status)
        base.storeInteger(precisions, at: Layout.pricePrecision)
        base.storeInteger(generation, at: Layout.generation)
    }
}
