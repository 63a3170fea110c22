import SymbologyWire

/// Requests that were written and not taken by the system yet. Allocated once; a batch fills it again as it drains.
struct SendBuffer: ~Copyable {
    static let byteCount = 65_536

    private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
    private var start = 0
    private var end = 0

    deinit { bytes.deallocate() }

    var isEmpty: Bool { start == end }
    var hasRoom: Bool { bytes.count - end >= WireLimits.requestByteCountMax }
    var pending: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[start..<end]) }

    /// Appends a request. The caller has asked `hasRoom`.
    /// - Parameter write: writes the whole frame.
    @inline(__always)
    mutating func append(_ write: (UnsafeMutableRawPointer) -> Void) {
        precondition(hasRoom, "a request was written to a full buffer")
        let frame = bytes.baseAddress! + end
        write(frame)
        end += FrameHeaderView(frame).frameByteCount
    }

    mutating func didWrite(_ count: Int) {
        start += count
        if start == end { (start, end) = (0, 0) }
    }
}
