import Glibc
import SymbologyClient
import SymbologyWire

/// One connection of the load: what is in flight on it, and the bytes on their way.
///
/// The load engine frames and reads by itself instead of through `LookupClient`: that one waits for the answer to each
/// call, while a load must keep many connections busy from one loop, know when each single request was due and when it
/// left, and allocate nothing meanwhile. It shares the socket, the frames and the framing with it; what an answer
/// means is decided nowhere here. Everything is allocated once, in `init`.
final class LoadConnection {
    struct InFlight: BitwiseCopyable {
        /// When the request was due; when it was sent in a closed loop.
        var dueNanoseconds: UInt64
        var sentNanoseconds: UInt64
        /// The newest generation the client knew of when it asked.
        var floor: UInt64
        var keyIndex: UInt32
    }

    let socket: ClientSocket
    let depth: Int
    /// Requests sent, and answers read: their difference is in flight. Request ids are their low bits.
    private(set) var sentCount: UInt64 = 0
    private(set) var answeredCount: UInt64 = 0
    /// Requests scheduled so far in an open loop.
    var nextDueNanoseconds: UInt64 = 0
    /// The newest generation this connection has shown.
    var shownGeneration: UInt64 = 0
    var drawIndex: Int

    private let slots: UnsafeMutablePointer<InFlight>
    private let slotMask: Int
    private let unsent: UnsafeMutableRawBufferPointer
    private var unsentStart = 0
    private var unsentEnd = 0
    private let received: UnsafeMutableRawBufferPointer
    private var receivedStart = 0
    private var receivedEnd = 0

    private static let receivedByteCountMin = 4_096
    private static let receivedByteCountMax = 256 * 1_024

    init(_ socket: ClientSocket, depth: Int, drawIndex: Int) {
        self.socket = socket
        self.depth = depth
        self.drawIndex = drawIndex
        var slotCount = 1
        while slotCount < depth { slotCount *= 2 }
        slotMask = slotCount - 1
        slots = UnsafeMutablePointer.allocate(capacity: slotCount)
        // No more than `depth` requests are ever unsent; twice that, so that they seldom have to be moved to the front.
        unsent = .allocate(byteCount: 2 * depth * WireLimits.requestByteCount, alignment: 64)
        let answerByteCount = WireLayout.SymbolResolution.frameByteCount * (depth + 1)
        received = .allocate(
            byteCount: min(Self.receivedByteCountMax, max(Self.receivedByteCountMin, answerByteCount)), alignment: 64)
    }

    deinit {
        slots.deallocate()
        unsent.deallocate()
        received.deallocate()
    }

    @inline(__always) var inFlightCount: Int { Int(truncatingIfNeeded: sentCount &- answeredCount) }
    @inline(__always) var hasRoom: Bool { inFlightCount < depth }
    @inline(__always) var hasUnsent: Bool { unsentStart < unsentEnd }

    /// Puts one request into the queue; there must be room.
    @inline(__always)
    func enqueue(_ frame: UnsafeRawPointer, _ request: InFlight) {
        if unsentEnd + WireLimits.requestByteCount > unsent.count { moveUnsentToFront() }
        let target = unsent.baseAddress! + unsentEnd
        target.copyMemory(from: frame, byteCount: WireLimits.requestByteCount)
        ResolveSymbolView.writeHeader(to: target, requestId: Self.requestId(sentCount))
        unsentEnd += WireLimits.requestByteCount
        slots[Int(truncatingIfNeeded: sentCount) & slotMask] = request
        sentCount &+= 1
    }

    /// The request that the next answer is of; nil when it has another id, or when nothing was asked.
    @inline(__always)
    func take(answerTo requestId: UInt32) -> InFlight? {
        guard answeredCount < sentCount, requestId == Self.requestId(answeredCount) else { return nil }
        defer { answeredCount &+= 1 }
        return slots[Int(truncatingIfNeeded: answeredCount) & slotMask]
    }

    /// 31 bits: the highest id of all means "none".
    @inline(__always)
    private static func requestId(_ number: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: number) & 0x7FFF_FFFF }

    private func moveUnsentToFront() {
        let base = unsent.baseAddress!
        base.copyMemory(from: base + unsentStart, byteCount: unsentEnd - unsentStart)
        (unsentStart, unsentEnd) = (0, unsentEnd - unsentStart)
    }

    /// Hands the system as much as it takes.
    func flush() throws(SocketFailure) {
        guard unsentStart < unsentEnd else { return }
        let count = try socket.write(UnsafeRawBufferPointer(rebasing: unsent[unsentStart..<unsentEnd]))
        unsentStart += count
        if unsentStart == unsentEnd { (unsentStart, unsentEnd) = (0, 0) }
    }

    /// Reads once. False when nothing is there.
    func read() throws(SocketFailure) -> Bool {
        if receivedStart == receivedEnd {
            (receivedStart, receivedEnd) = (0, 0)
        } else if receivedStart > 0 {
            let base = received.baseAddress!
            base.copyMemory(from: base + receivedStart, byteCount: receivedEnd - receivedStart)
            (receivedStart, receivedEnd) = (0, receivedEnd - receivedStart)
        }
        let free = UnsafeMutableRawBufferPointer(rebasing: received[receivedEnd...])
        guard !free.isEmpty else { throw SocketFailure("the server sent a frame that is no answer to a lookup") }
        guard let count = try socket.read(into: free) else { return false }
        guard count > 0 else { throw SocketFailure("the server closed it") }
        receivedEnd += count
        return true
    }

    /// The next whole frame, valid until `read`.
    @inline(__always)
    func nextFrame() throws(SocketFailure) -> UnsafeRawPointer? {
        let pending = UnsafeRawBufferPointer(rebasing: received[receivedStart..<receivedEnd])
        switch Framing.nextResponse(pending) {
        case .needMore: return nil
        case .invalid(let reason): throw SocketFailure("the server sent a frame that is none (\(reason))")
        case .frame(let byteCount):
            receivedStart += byteCount
            return pending.baseAddress
        }
    }
}
