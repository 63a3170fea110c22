import SymbologyWire

/// The buffer in which the answers of one read are written one after the other. Each serving thread has one.
///
/// ```
/// base          base + byteCount                      base + capacity
///  | answers ... |              room                   |
/// ```
package struct AnswerBuffer {
    let base: UnsafeMutableRawPointer
    let capacity: Int
    package private(set) var byteCount = 0
    /// Requests whose answers are complete in it.
    var answerCount = 0

    /// The owner frees it with `deallocate`.
    package init(capacity: Int) {
        base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 64)
        self.capacity = capacity
    }

    package func deallocate() { base.deallocate() }

    /// Room for any answer of one frame; only pages and images take more.
    @inline(__always) static var singleAnswerByteCountMax: Int { WireLayout.ExchangeRecord.frameByteCount }

    @inline(__always) var room: Int { capacity &- byteCount }
    @inline(__always) var end: UnsafeMutableRawPointer { base + byteCount }
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: byteCount) }

    /// Counts a frame that was written at `end`.
    @inline(__always)
    mutating func advance(_ frameByteCount: Int) {
        assert(frameByteCount <= room)
        byteCount &+= frameByteCount
    }

    package mutating func reset() {
        byteCount = 0
        answerCount = 0
    }
}
