// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum GetSymbol {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var symbolId: Int { 12 }
        @inlinable public static var padding: Range<Int> { 16..<64 }
    }
}

/// Template 4, 64 bytes. The whole symbol by id. Answered by `SymbolRecord`.
public struct GetSymbolView: MessageView {
    public typealias Layout = WireLayout.GetSymbol

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .getSymbol }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// The symbol.
    @inlinable public var symbolId: UInt32 { base.loadInteger(at: Layout.symbolId) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard base.isZero(Layout.padding) else { return .paddingNotZero }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(to base: UnsafeMutableRawPointer, requestId: UInt32, symbolId: UInt32) {
        base.storeHeader(.getSymbol)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(symbolId, at: Layout.symbolId)
        base.storeZero(Layout.padding)
    }
}
