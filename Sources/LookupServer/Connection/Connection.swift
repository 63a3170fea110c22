import EventLoop
import ReferenceData
import SymbologyWire

/// One client. Used again for the next one when it is gone; touched on its loop's thread alone.
///
/// It owns only the bytes that could not be used yet:
///
/// ```
/// shared read buffer   | headroom | frame | frame | fra        whole frames are answered in place
/// waiting                         | fra |                      the unfinished rest, at most 255 bytes
/// shared read buffer   | hea| fra | me | frame | ...           the next read: the rest is put before it
/// ```
///
/// Only when the connection is paused (the peer does not read) or its turn is over does `waiting` hold more, at most
/// one read; nothing is read then.
final class Connection {
    enum Phase {
        /// Requests are answered.
        case open
        /// The peer will send no more: what waits for it is flushed, then closed.
        case ended
        /// We have said our last frame: it is flushed, what still comes is dropped, then closed.
        case ending(RejectReason)
        case closed
    }

    /// Room before the read buffer for the unfinished frame of the read before.
    static let readHeadroomByteCount = WireLimits.requestByteCountMax

    /// Outlives its connections, which belong to it.
    unowned(unsafe) let serving: ServingThread
    /// `serving.state`.
    let state: UnsafeMutablePointer<ServingState>
    var id: UInt64 = 0
    /// Place in `serving.connections`.
    var index = 0
    var stream: Stream?
    /// Of `stream`, while there is one.
    var writeEnd: StreamWriteEnd?
    var phase = Phase.closed

    var waiting: UnsafeMutableRawPointer?
    var waitingCapacity = 0
    var waitingRange = 0..<0

    /// The peer does not read: nothing is read from it either.
    var isPaused = false
    /// The turn is over; `goOn` comes.
    var isDeferred = false
    /// The image on its way to the peer; requests behind it and pushes wait until it is there.
    var imageSending: ImageSending?
    /// Requests whose answers wait for the peer.
    var queuedAnswerCount = 0
    /// Bytes that wait for the peer,
    var outstandingByteCount = 0
    /// and those of them that are its own: in the server's total they are counted here, shared ones by their lease.
    var copiedByteCount = 0
    /// The tag of a write of shared bytes; that of others is the number of answers.
    static let sharedTag = -1

    var batchSnapshot: Snapshot?
    var batchRequestsLeft = 0
    var batchDeadline: UInt64 = 0

    var isSubscribed = false
    var wantsRecords = false

    /// In phase `ending`: the last frame is with the kernel; the peer has closed its side.
    var isFlushed = false
    var hasPeerEnded = false

    var lastRequestTime: UInt64 = 0
    var unfinishedSince: UInt64 = 0
    var lastProgressTime: UInt64 = 0
    var lastQueuedByteCount = 0

    init(serving: ServingThread) {
        self.serving = serving
        state = serving.state
    }

    deinit { waiting?.deallocate() }

    func begin(_ stream: Stream, id: UInt64, index: Int) {
        self.stream = stream
        writeEnd = stream.writeEnd
        self.id = id
        self.index = index
        phase = .open
        waitingRange = 0..<0
        isPaused = false
        isDeferred = false
        queuedAnswerCount = 0
        outstandingByteCount = 0
        copiedByteCount = 0
        isSubscribed = false
        isFlushed = false
        hasPeerEnded = false
        lastRequestTime = serving.nowMilliseconds
        lastProgressTime = lastRequestTime
        lastQueuedByteCount = 0
        startReading()
    }

    var isOpen: Bool { if case .open = phase { true } else { false } }

    /// Neither requests that wait here nor the socket are to be looked at now.
    var isHeld: Bool { isPaused || isDeferred || imageSending != nil }

    func startReading() {
        stream?.startReading(
            into: UnsafeMutableRawBufferPointer(rebasing: serving.readBuffer[Connection.readHeadroomByteCount...]))
    }
}

extension Connection {
    func beginBatch(count: Int) {
        batchSnapshot = serving.snapshot
        batchRequestsLeft = count
        batchDeadline = serving.nowMilliseconds + serving.limits.batchMilliseconds
    }

    func endBatch() {
        batchSnapshot = nil
        batchRequestsLeft = 0
    }

    func setSubscribed(wantsRecords: Bool) {
        isSubscribed = true
        self.wantsRecords = wantsRecords
    }
}
