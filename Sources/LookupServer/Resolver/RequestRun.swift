import SymbologyWire

/// Requests of one template and of one length, one behind the other: they can be looked up together.
struct RequestRun {
    let start: UnsafeRawPointer
    let frameByteCount: Int
    let count: Int

    var template: UInt16 { FrameHeaderView(start).templateId }

    /// - Parameters:
    ///   - frameByteCount: of the first frame, which `bytes` holds whole.
    ///   - countMax: longest run wanted, at least 1.
    @inline(__always)
    init(of frameByteCount: Int, atFrontOf bytes: UnsafeRawBufferPointer, countMax: Int) {
        // The caller has found a frame there.
        start = bytes.baseAddress.unsafelyUnwrapped
        self.frameByteCount = frameByteCount
        // The same 8 bytes of header again mean the same template, length and schema.
        let header = start.loadUnaligned(as: UInt64.self)
        var count = 1
        var end = 2 &* frameByteCount
        while count < countMax, end <= bytes.count,
            start.loadUnaligned(fromByteOffset: end &- frameByteCount, as: UInt64.self) == header
        {
            count &+= 1
            end &+= frameByteCount
        }
        self.count = count
    }
}
