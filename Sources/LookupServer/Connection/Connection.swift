import EventLoop
import Glibc
import ReferenceData
import SymbologyWire

/// One client. Used again for the next one when it is gone; touched on its loop's thread alone. The head of
/// `Connection+Reading.swift` tells the way of a request to its answer.
///
/// It owns only the bytes that could not be used yet:
///
/// ```
/// shared read buffer   | headroom | frame | frame | fra        whole frames are answered in place
/// block                           | fra |                      the unfinished rest, at most 255 bytes
/// shared read buffer   | hea| fra | me | frame | ...           the next read: the rest is put before it
/// ```
///
/// Only while something holds the connection does the block keep more, at most one read; nothing is read then.
final class Connection {
    enum Phase {
        /// Requests are answered.
        case open
        /// The peer will send no more: what waits for it is flushed, then closed.
        case ended
        /// We have written our last frame; what still comes is dropped. Closed when no step is left.
        case ending(RejectReason, EndingSteps)
        case closed
    }

    /// The steps that a connection which we end still waits for before it is closed.
    struct EndingSteps: OptionSet {
        let rawValue: UInt8
        /// The last frame is not with the kernel yet.
        static let flush = EndingSteps(rawValue: 1)
        /// The peer has not closed its side yet.
        static let peerEnd = EndingSteps(rawValue: 2)
    }

    enum Subscription {
        case changes
        case changesWithRecords
    }

    /// A batch: so many requests are answered from one snapshot.
    struct Batch {
        let snapshot: Snapshot
        var requestsLeft: Int
        let deadline: UInt64
    }

    /// Room before the read buffer for the unfinished frame of the read before.
    static let readHeadroomByteCount = WireLimits.requestByteCountMax

    /// Outlives its connections, which belong to it.
    unowned(unsafe) let serving: ServingThread
    /// `serving.state`.
    let state: UnsafeMutablePointer<ServingState>
    var id: UInt64 = 0
    /// Index in `serving.connections`.
    var index = 0
    var stream: Stream?
    /// Of `stream`, while there is one.
    var writeEnd: StreamWriteEnd?
    var phase = Phase.closed
    var cursors = ConnectionCursors()
    /// `cursors.blockByteCount` bytes, from malloc.
    var block: UnsafeMutableRawPointer?
    /// The image on its way to the peer; requests behind it and pushes wait until it is there.
    var imageSending: ImageSending?
    var batch: Batch?
    var subscription: Subscription?
    /// Index in `serving.subscribers`, while there is a subscription.
    var subscriberIndex = 0
    /// The sequence of the last change that the subscriber was handed; those after it lie in the history.
    var pushedSequence: UInt64 = 0
    var isHeartbeatDue = false
    /// Kept by `FanOut`: it is in there.
    var awaitsPushes = false

    var lastRequestTime: UInt64 = 0
    var unfinishedSince: UInt64 = 0
    var lastProgressTime: UInt64 = 0
    /// Of the stream, at the last look at its progress.
    var lastQueuedByteCount = 0

    init(serving: ServingThread) {
        self.serving = serving
        state = serving.state
    }

    deinit { free(block) }

    func begin(_ stream: Stream, id: UInt64, index: Int) {
        self.stream = stream
        writeEnd = stream.writeEnd
        self.id = id
        self.index = index
        phase = .open
        lastRequestTime = serving.nowMilliseconds
        lastProgressTime = lastRequestTime
        lastQueuedByteCount = 0
        startReading()
        invariants()
    }

    /// Traps, in debug builds, on a combination of states that is not legal between two callbacks of the loop.
    func invariants() {
        cursors.invariants()
        assert((block == nil) == (cursors.blockByteCount == 0))
        assert(cursors.holds.contains(.imageSending) == (imageSending != nil))
        switch phase {
        case .open:
            assert(stream != nil && writeEnd != nil)
            assert(
                cursors.isHeld || cursors.kept.count < WireLimits.requestByteCountMax,
                "whole requests are kept only while something holds them")
        case .ended, .ending:
            assert(stream != nil && writeEnd != nil)
            assert(subscription == nil && batch == nil, "a connection that ends is pushed nothing")
        case .closed:
            assert(stream == nil && writeEnd == nil)
            assert(subscription == nil && batch == nil && imageSending == nil)
            assert(!cursors.isHeld && cursors.kept.isEmpty && cursors.queuedByteCount == 0 && !cursors.isBlockCounted)
        }
    }

    var isOpen: Bool { if case .open = phase { true } else { false } }

    func startReading() {
        stream?.startReading(
            into: UnsafeMutableRawBufferPointer(rebasing: serving.readBuffer[Connection.readHeadroomByteCount...]))
    }

    func beginBatch(count: Int) {
        batch = Batch(
            snapshot: serving.snapshot, requestsLeft: count,
            deadline: serving.nowMilliseconds + serving.limits.batchMilliseconds)
    }

    func endBatch() { batch = nil }
}
