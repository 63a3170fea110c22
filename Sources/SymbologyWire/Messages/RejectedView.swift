// Generated from Protocol/symbology.sbe.xml by Protocol/generate.py; change the schema and run make protocol.

extension WireLayout {
    public enum Rejected {
        @inlinable public static var frameByteCount: Int { 64 }
        @inlinable public static var requestId: Int { 8 }
        @inlinable public static var reason: Int { 12 }
        @inlinable public static var padding: Range<Int> { 13..<14 }
        @inlinable public static var requestTemplate: Int { 14 }
        @inlinable public static var text: Range<Int> { 16..<64 }
    }
}

/// Template 120, 64 bytes. The request was not carried out. Where the reason says so the connection closes after it.
public struct RejectedView: MessageView {
    public typealias Layout = WireLayout.Rejected

    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public static var template: Template { .rejected }

    /// Null when the frame could not be read or nothing was asked.
    @inlinable public var requestId: UInt32? { base.loadOptional(at: Layout.requestId) }
    /// Why it was not carried out.
    @inlinable public var reason: RejectReason { RejectReason(rawValue: base.loadInteger(at: Layout.reason)) }
    /// Template of the request; 0 when none.
    @inlinable public var requestTemplate: UInt16 { base.loadInteger(at: Layout.requestTemplate) }
    /// For people; may be cut, at a character.
    @inlinable public var text: UnsafeRawBufferPointer { base.loadText(Layout.text) }

    public func fault() -> RejectReason? {
        if let reason = base.textFault(Layout.text, mayBeEmpty: true) { return reason }
        return nil
    }

    /// Writes the whole frame, padding included.
    @inlinable
    public static func write(
        to base: UnsafeMutableRawPointer,
        requestId: UInt32?,
        reason: RejectReason,
        requestTemplate: UInt16,
        text: some Collection<UInt8>
    ) {
        base.storeHeader(.rejected)
        base.storeOptional(requestId, at: Layout.requestId)
        base.storeInteger(reason.rawValue, at: Layout.reason)
        base.storeZero(Layout.padding)
        base.storeInteger(requestTemplate, at: Layout.requestTemplate)
        base.storeCutText(text, in: Layout.text)
    }
}
