/// What the bytes at the front of a stream are.
@frozen public enum FramingStep: Sendable, Hashable, BitwiseCopyable {
    /// The frame has not arrived whole.
    case needMore
    /// A whole frame, so many bytes long, header included. It has at least `Template.frameByteCountMin` bytes, or its
    /// template is unknown.
    case frame(byteCount: Int)
    /// No frame can be made of it, and so of nothing that follows: answer once and close.
    case invalid(RejectReason)
}

/// Cuts a stream into frames by `blockLength`. Decides as soon as 8 bytes are there and then says the same for every
/// longer prefix, so how a stream was cut into reads changes nothing. Allocates nothing, looks at nothing but
/// headers.
public enum Framing {
    /// Frames of clients. A block of 56 to 248 bytes is accepted of an unknown template: the request is then answered
    /// and skipped. A known one needs the block that its first version had.
    @inlinable
    public static func nextRequest(_ bytes: UnsafeRawBufferPointer) -> FramingStep {
        guard bytes.count >= WireLayout.Header.byteCount, let base = bytes.baseAddress else { return .needMore }
        let header = FrameHeaderView(base)
        guard header.schemaId == WireLimits.schemaId else { return .invalid(.wrongSchema) }
        let blockByteCount = Int(header.blockLength)
        if blockByteCount < WireLimits.requestBlockByteCountMin { return .invalid(.blockTooShort) }
        if blockByteCount > WireLimits.requestBlockByteCountMax { return .invalid(.blockTooLong) }
        let frameByteCount = WireLayout.Header.byteCount + blockByteCount
        if let template = header.template, template.isRequest, frameByteCount < template.frameByteCountMin {
            return .invalid(.blockTooShort)
        }
        return bytes.count >= frameByteCount ? .frame(byteCount: frameByteCount) : .needMore
    }

    /// Frames of servers. A known template needs the block that its first version had, an unknown one may have any: a
    /// client skips it.
    @inlinable
    public static func nextResponse(_ bytes: UnsafeRawBufferPointer) -> FramingStep {
        guard bytes.count >= WireLayout.Header.byteCount, let base = bytes.baseAddress else { return .needMore }
        let header = FrameHeaderView(base)
        guard header.schemaId == WireLimits.schemaId else { return .invalid(.wrongSchema) }
        let frameByteCount = header.frameByteCount
        if let template = header.template, frameByteCount < template.frameByteCountMin {
            return .invalid(.blockTooShort)
        }
        return bytes.count >= frameByteCount ? .frame(byteCount: frameByteCount) : .needMore
    }
}
