import SymbologyWire

/// The counts of bytes on both sides of a connection: requests that were read and not answered yet, answers that the
/// peer has not taken yet, and the reasons why reading is paused. Its functions change numbers only; the caller copies
/// the bytes themselves.
///
/// Read and not answered, in a block of the connection's own:
///
/// ```
/// 0          kept.lowerBound      kept.upperBound      blockByteCount
/// |   used   |        kept        |        free        |
/// ```
///
/// A block of one frame stays with the connection and holds the unfinished rest of a read. A longer one holds whole
/// requests too, and is counted among the bytes that wait for peers: requests wait because their answers do, or because
/// others have their turn.
///
/// Written and not taken by the peer: copies, all of them counted among the bytes that wait for peers.
struct ConnectionCursors {
    /// The reasons why kept requests are not answered and the socket is not read; several can hold at once.
    struct Holds: OptionSet {
        let rawValue: UInt8
        /// Too much waits for the peer: it does not read.
        static let slowPeer = Holds(rawValue: 1)
        /// The connection has had its turn; `goOn` comes with the next one.
        static let turnOver = Holds(rawValue: 2)
        /// An image is on its way to the peer; pushes wait for it too.
        static let imageSending = Holds(rawValue: 4)
    }

    private(set) var holds: Holds = []
    private(set) var kept = 0..<0
    private(set) var blockByteCount = 0
    /// Requests whose answers wait for the peer.
    private(set) var queuedAnswerCount = 0
    private(set) var queuedByteCount = 0

    /// Traps, in debug builds, on a combination that no order of moves leads to.
    func invariants() {
        assert(0 <= kept.lowerBound && kept.upperBound <= blockByteCount, "what is kept lies in the block")
        assert(blockByteCount == 0 || blockByteCount >= WireLimits.requestByteCountMax, "any unfinished frame fits")
        assert(queuedByteCount >= 0 && queuedAnswerCount >= 0)
        assert(queuedAnswerCount == 0 || queuedByteCount > 0, "answers have bytes")
    }

    var isHeld: Bool { !holds.isEmpty }

    /// Whether the block is more than a frame, and so part of the server's total.
    var isBlockCounted: Bool { blockByteCount > WireLimits.requestByteCountMax }

    @inline(__always)
    mutating func hold(_ reason: Holds) {
        holds.insert(reason)
        invariants()
    }

    @inline(__always)
    mutating func release(_ reason: Holds) { holds.remove(reason) }

    // MARK: Read and not used

    /// The kept bytes were put before the next read:
    ///
    /// ```
    /// block         |      | fra |                |    nothing is kept
    /// read buffer   | head | fra | me | frame | ...    the read begins in the headroom
    /// ```
    @inline(__always)
    mutating func moveKeptToReadBuffer() {
        kept = 0..<0
        invariants()
    }

    /// The rest of a read was put at the front of the block.
    mutating func keep(_ byteCount: Int) {
        kept = 0..<byteCount
        invariants()
    }

    /// Requests at the front of what is kept were answered.
    mutating func use(_ byteCount: Int) {
        kept = kept.lowerBound + byteCount..<kept.upperBound
        assert(kept.upperBound <= blockByteCount)
    }

    /// Another block, or none, in place of the one before.
    mutating func replaceBlock(byteCount: Int) {
        kept = 0..<0
        blockByteCount = byteCount
        invariants()
    }

    // MARK: Answered and not taken

    mutating func queue(_ byteCount: Int, answerCount: Int) {
        queuedByteCount += byteCount
        queuedAnswerCount += answerCount
        invariants()
    }

    /// A queued write was taken whole, or given up.
    mutating func unqueue(_ byteCount: Int, answerCount: Int) {
        queue(-byteCount, answerCount: -answerCount)
    }

    /// For the next client, or after the last: the block stays, if it is no more than a frame.
    mutating func reset() {
        assert(!isBlockCounted, "a counted block is released first")
        let block = blockByteCount
        self = ConnectionCursors()
        blockByteCount = block
    }
}
