// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum SearchSymbols {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var exchangeId: Int { 12 }
        @inlinable public static var mode: Int { 14 }
        @inlinable public static var activeOnly: Int { 15 }
        @inlinable public static var countMax: Int { 16 }
        @inlinable public static var text: Range<Int> { 18..<64 }
    }
}

/// Template 9, 64 bytes. Symbols whose string, base or quote asset matches, ASCII case folded; exact matches first,
/// then prefixes, then substrings, by the best of the three texts; within each the active ones on active exchanges
/// first, then in order of symbol string (ASCII case folded) and id. Answered by `SymbolRecord` frames, then
/// `EndOfList`.
public struct SearchSymbolsView: MessageView {
    public typealias Layout = WireLayout.SearchSymbols

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .searchSymbols }

    /// Chosen by the client, repeated in every frame of the answer; 2³²−1 is null and refused.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: Layout.requestId) }
    /// 0 = any.
    @inlinable public var exchangeId: UInt16 { base.loadInteger(at: Layout.exchangeId) }
    /// Where the text must stand.
    @inlinable public var mode: SearchMode? { SearchMode(rawValue: base.loadInteger(at: Layout.mode)) }
    /// As in `ListSymbols`.
    @inlinable public var activeOnly: Bool { base.loadInteger(at: Layout.activeOnly, as: UInt8.self) != 0 }
    /// As in `ListSymbols`.
    @inlinable public var countMax: UInt16 { base.loadInteger(at: Layout.countMax) }
    /// What to look for.
    @inlinable public var text: UnsafeRawBufferPointer { base.loadText(Layout.text) }

    public func fault() -> RejectReason? {
        guard requestId <= 4_294_967_294 else { return .valueOutOfRange }
        guard mode != nil else { return .valueOutOfRange }
        guard base.loadInteger(at: Layout.activeOnly, as: UInt8.self) <= 1 else { return .valueOutOfRange }
        if !base.isPlainText(Layout.text),
            let reason = base.textFault(Layout.text, mayBeEmpty: false)
        {
            return reason
        }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32,
        exchangeId: UInt16,
        mode: SearchMode,
        activeOnly: Bool,
        countMax: UInt16,
        text: some Collection<UInt8>
    ) {
        base.storeHeader(.searchSymbols)
        base.storeInteger(requestId, at: Layout.requestId)
        base.storeInteger(exchangeId, at: Layout.exchangeId)
        base.storeInteger(mode.rawValue, at: Layout.mode)
        base.storeInteger(activeOnly ? 1 : 0 as UInt8, at: Layout.activeOnly)
        base.storeInteger(countMax, at: Layout.countMax)
        base.storeText(text, in: Layout.text)
    }
}
