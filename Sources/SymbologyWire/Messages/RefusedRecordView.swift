// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum RefusedRecord {
        @inlinable public static var frameByteCount: Int { 256 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var kind: Int { 12 }
        @inlinable public static var flags: Int { 13 }
        @inlinable public static var exchangeId: Int { 14 }
        @inlinable public static var id: Int { 16 }
        @inlinable public static var generation: Int { 24 }
        @inlinable public static var symbolText: Range<Int> { 32..<82 }
        @inlinable public static var baseAsset: Range<Int> { 82..<107 }
        @inlinable public static var quoteAsset: Range<Int> { 107..<132 }
        @inlinable public static var reason: Range<Int> { 132..<256 }
    }
}

/// Template 115, 256 bytes. A row that cannot be represented, and why. Answers `ListRefused`.
public struct RefusedRecordView: MessageView {
    public typealias Layout = WireLayout.RefusedRecord

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .refusedRecord }

    /// Of the request that this answers.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// Which table: exchange or symbol.
    @inlinable public var kind: ReferenceKind? { ReferenceKind(rawValue: base.loadInteger(at: Layout.kind)) }
    /// What is remarkable about the row.
    @inlinable public var flags: RefusedFlags { RefusedFlags(rawValue: base.loadInteger(at: Layout.flags)) }
    /// Of a symbol the exchange that its row names, served or not; of an exchange its own id; 0 where it can be no id.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// As the database has it, in range or not.
    @inlinable public var id: Int64 { base.loadInteger(at: Layout.id) }
    /// Of the snapshot that answered.
    @inlinable public var generation: UInt64 { base.loadInteger(at: Layout.generation) }
    /// The row's own string; empty where it cannot be represented.
    @inlinable public var symbolText: UnsafeRawBufferPointer { base.loadText(Layout.symbolText) }
    /// The row's own assets; empty where they cannot be represented.
    @inlinable public var baseAsset: UnsafeRawBufferPointer { base.loadText(Layout.baseAsset) }
    /// As `baseAsset`.
    @inlinable public var quoteAsset: UnsafeRawBufferPointer { base.loadText(Layout.quoteAsset) }
    /// For people: the column and what is wrong with it; `flags` say when it was cut.
    @inlinable public var reason: UnsafeRawBufferPointer { base.loadText(Layout.reason) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.symbolText, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.baseAsset, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.quoteAsset, mayBeEmpty: true) { return reason }
        if let reason = base.textFault(Layout.reason, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        kind: ReferenceKind,
        flags: RefusedFlags,
        exchangeId: UInt16,
        id: Int64,
        generation: UInt64,
        symbolText: some Collection<UInt8>,
        baseAsset: some Collection<UInt8>,
        quoteAsset: some Collection<UInt8>,
        reason: some Collection<UInt8>
    ) {
        base.storeHeader(.refusedRecord)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(kind.rawValue, at: Layout.kind)
        base.storeInteger(flags.rawValue, at: Layout.flags)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(id, at: Layout.id)
        base.storeInteger(generation, at: Layout.generation)
        base.storeText(symbolText, in: Layout.symbolText)
        base.storeText(baseAsset, in: Layout.baseAsset)
        base.storeText(quoteAsset, in: Layout.quoteAsset)
        base.storeCutText(reason, in: Layout.reason)
    }
}
