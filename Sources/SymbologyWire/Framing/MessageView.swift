/// A frame read in place: each getter is one load at a constant offset, nothing is copied and nothing checked.
///
/// Whoever makes a view vouches that the frame's bytes stay where they are while it is used and that there are at
/// least `template.frameByteCountMin` of them; framing has checked both lengths. Texts are returned without their
/// padding and are valid UTF-8 only when `fault()` is nil. Frames need no alignment.
public protocol MessageView {
    init(_ base: UnsafeRawPointer)
    var base: UnsafeRawPointer { get }
    static var template: Template { get }
    /// Why the fields cannot be accepted, nil when they can. See `FrameValidation`.
    func fault() -> RejectReason?
}

/// The 8 bytes every frame begins with.
public struct FrameHeaderView {
    public let base: UnsafeRawPointer

    @inlinable public init(_ base: UnsafeRawPointer) { self.base = base }

    @inlinable public var blockLength: UInt16 { base.loadInteger(at: WireLayout.Header.blockLength, as: UInt16.self) }
    @inlinable public var templateId: UInt16 { base.loadInteger(at: WireLayout.Header.templateId, as: UInt16.self) }
    @inlinable public var schemaId: UInt16 { base.loadInteger(at: WireLayout.Header.schemaId, as: UInt16.self) }
    @inlinable public var version: UInt16 { base.loadInteger(at: WireLayout.Header.version, as: UInt16.self) }

    /// What the frame is, nil when this version does not know it.
    @inlinable public var template: Template? { Template(rawValue: templateId) }

    /// Bytes of the whole frame.
    @inlinable public var frameByteCount: Int { WireLayout.Header.byteCount + Int(blockLength) }

    /// `requestId` of a request or response; meaningless in pushes. The frame must hold 12 bytes.
    @inlinable public var requestId: UInt32 { base.loadInteger(at: 8, as: UInt32.self) }
}
