import SymbologyWire

/// Bytes that arrived and were not consumed yet, and the frames in them.
///
///     [ consumed | frames … unfinished frame | free ]
///                ^ start                     ^ end
///
/// Allocated once: it holds the longest frame there can be, and some more so that many short ones come with one read.
struct ReceiveBuffer: ~Copyable {
    static let byteCount = 4 * 65_536

    private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 8)
    private var start = 0
    private var end = 0

    deinit { bytes.deallocate() }

    mutating func removeAll() { (start, end) = (0, 0) }

    /// Room for the next read; never empty as long as whole frames are consumed first.
    mutating func free() -> UnsafeMutableRawBufferPointer {
        if start == end {
            (start, end) = (0, 0)
        } else if bytes.count - end < WireLimits.responseByteCountMax {
            bytes.baseAddress?.copyMemory(from: bytes.baseAddress! + start, byteCount: end - start)
            (start, end) = (0, end - start)
        }
        return UnsafeMutableRawBufferPointer(rebasing: bytes[end...])
    }

    mutating func didRead(_ count: Int) { end += count }

    /// The next step, and the frame's address when there is one: valid until `free`.
    mutating func next() -> (step: FramingStep, frame: UnsafeRawPointer?) {
        let pending = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        let step = Framing.nextResponse(pending)
        guard case .frame(let byteCount) = step else { return (step, nil) }
        start += byteCount
        return (step, pending.baseAddress)
    }
}
