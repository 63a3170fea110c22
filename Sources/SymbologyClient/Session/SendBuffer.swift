import SymbologyWire

/// Requests that were written and not taken by the system yet. Allocated once; a batch fills it again as it drains.
struct SendBuffer: ~Copyable {
    static let byteCount = 65_536

    private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
    private var start = 0
    private var end = 0

    deinit { bytes.deallocate() }

    var isEmpty: Bool { start == end }
    var hasRoom: Bool { bytes.count - end >= WireLimits.requestByteCount }
    var pending: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[start..<end]) }

    /// Where the next request goes. The caller has asked `hasRoom`, and writes the whole frame.
    mutating func append() -> UnsafeMutableRawPointer {
        precondition(hasRoom, "a request was written to a full buffer")
        defer { end += WireLimits.requestByteCount }
        return bytes.baseAddress! + end
    }

    mutating func didWrite(_ count: Int) {
        start += count
        if start == end { (start, end) = (0, 0) }
    }
}
