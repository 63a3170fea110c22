/// A request for a resolution. Behind the request id lie the 52 bytes of its key (`WireLimits.keyBytes`), laid out
/// alike for symbols, pairs and unified names, so that a prepared key is copied as it is.
public protocol KeyedRequestView: MessageView {}

extension ResolveSymbolView: KeyedRequestView {}
extension ResolvePairView: KeyedRequestView {}
extension ResolveUnifiedView: KeyedRequestView {}

extension KeyedRequestView {
    /// Writes all but the key, which the caller copies.
    @inlinable
    public static func writeHeader(to base: UnsafeMutableRawPointer, requestId: UInt32) {
        base.storeHeader(template)
        base.storeInteger(requestId, at: WireLayout.Header.byteCount)
    }
}
