import SymbologyWire

/// Everything a server could run out of, each with a name and a maximum.
///
/// To add one: a field with its default here; the place that enforces it; `contradiction`, where it depends on another;
/// a line in `Setting.limits`, if operators may set it (flag, variable, configuration file and reload follow); a field
/// of `Welcome`, written by `Connection.welcome`, if clients must know it.
///
/// Enforced in `ServingThread` (clients, subscribers, draining), `Connection+Reading` and `+Writing` (bytes and answers
/// that wait), `Connection+Ending` (deadlines), `+Session` (batches) and `+Image` (images), in `Resolver` and
/// `ListRequest` (work, pages), in `Publisher` (changes), and in `PushHistory` and `ServingThread` (pushes).
///
/// `SymbologyServer.update` puts other limits in force while the server runs, but for those that are read once at the
/// start: `changesPerUpdateMax`, `historyCountMax`, `sweepMilliseconds` and the timer of `heartbeatMilliseconds`.
public struct ServerLimits: Sendable, Hashable {
    /// Clients connected at once, over all addresses and threads. One more is sent `tooManyClients` and closed.
    /// Lowered at start so far that `descriptorReserve` descriptors stay free, besides those of the serving threads.
    public var clientCountMax = 10_000
    /// Descriptors kept for everything but clients and serving threads: Unix sockets, the database, files, logs.
    public var descriptorReserve = 64
    /// Requests of one connection that are read but whose answers wait for the peer to read them; then reading pauses.
    /// Also what `Welcome` names as the window.
    public var requestsInFlightMax = 4_096
    /// Bytes of answers that wait for one peer before reading from it pauses.
    public var answerPauseByteCount = 512 * 1_024
    /// Bytes that wait for one peer, answers and pushes, before it is cut.
    public var queuedByteCountMax = 8 * 1_024 * 1_024
    /// Bytes that wait for all peers together, and requests of theirs that are read and not answered yet; whoever needs
    /// more is cut. Of pushes at most one waits for a peer: the others stay in the history, one for all. Lowered at
    /// start to a sixteenth of what the limits of the process (`ulimit -v`, its control group) leave: the tables have
    /// the rest.
    public var queuedByteCountTotalMax = 256 * 1_024 * 1_024
    /// How long a peer may leave all that waits for it unread before it is cut.
    public var unreadMilliseconds: UInt64 = 30_000
    /// How long a frame may stay unfinished: `frameTimeout`.
    public var unfinishedFrameMilliseconds: UInt64 = 10_000
    /// How long a client without a subscription may ask nothing: `idleTimeout`; 0 for ever.
    public var idleMilliseconds: UInt64 = 0
    /// Units of work one connection gets in one turn of the loop: a request, a record of a list.
    public var workPerTurnMax = 4_096
    /// The least that one search costs in those units, whatever it finds: it looks at many symbols.
    public var searchWork = 256
    /// Rows that one request for symbols, stale symbols, contracts or pairs looks at; then its page ends, full or not.
    /// A pair on too few exchanges counts as one row, and one more for each 64 that were read to tell.
    public var examinedCountMax = 16_384
    /// Records of one page of symbols; also of one search.
    public var listPageMax = 1_024
    /// Subscribers at once, over all threads; one more gets `limitReached`.
    public var subscriberCountMax = 1_024
    /// Changes one update pushes one by one; more become one `everything`. Also how many may wait for a slow serving
    /// thread.
    public var changesPerUpdateMax = 4_096
    /// Changes kept for subscribers that come back, or that read slowly; who is further behind gets one `everything`.
    public var historyCountMax = 8_192
    /// Images sent over connections at once, over all threads; one more gets `limitReached`. Each keeps its image in
    /// memory until its client has it; where memory is wanted for what is to be served, who gets an older one is cut.
    public var imageSendCountMax = 32
    /// How long an image may be on its way; a client that reads more slowly is cut, so that another can have one.
    public var imageMilliseconds: UInt64 = 600_000
    /// Requests of one batch.
    public var batchCountMax = 65_536
    /// How long a batch may hold its snapshot.
    public var batchMilliseconds: UInt64 = 5_000
    /// Time between two heartbeats.
    public var heartbeatMilliseconds: UInt64 = 1_000
    /// How long a connection that we end may take to read its last frames.
    public var lingerMilliseconds: UInt64 = 2_000
    /// How often deadlines are looked at; each can be late by that much.
    public var sweepMilliseconds: UInt64 = 250
    /// How long requests that are already on their way are answered after `stop`.
    public var drainMilliseconds: UInt64 = 20

    public init() {}

    /// Bytes read from one connection in one turn: one shared buffer of every serving thread. A batch of 1,024 requests
    /// fits four times: over TCP, reading it in one piece instead of two made it a fifth faster.
    static let readByteCountMax = 256 * 1_024
    /// Memory that must be left where something is taken for a client, so that whoever needs little finds it.
    static let spareByteCount = 8 << 20
    /// Connection objects that wait to be used again, a thread.
    static let freeConnectionCountMax = 1_024

    /// Subscribers that are handed pushes in one turn, a system call each; then requests are answered again.
    static let pushesPerTurnMax = 32
    /// Bytes of pushes that one of them gets in its turn.
    static let pushByteCountMax = 64 * 1_024
    /// Connections that one turn closes because of their deadlines.
    static let closesPerTurnMax = 32
    /// Chunks of an image that one connection gets in one turn: 64 KiB, as much as a client reads at once.
    static let imageChunksPerTurnMax = 8

    /// Limits that contradict each other: what is wrong and why, and what to do about it.
    public struct Contradiction: Error, Sendable, Hashable {
        public let what: String
        public let next: String
    }

    /// Nil when every peer that reads can be served under these limits: reading from it pauses before it is cut.
    public var contradiction: Contradiction? {
        // Just below a pause one more buffer of answers is written, and all of it can stay with us.
        let needed = answerPauseByteCount + answerByteCountMax
        guard queuedByteCountMax >= needed else {
            return Contradiction(
                what: "\(queuedByteCountMax) bytes may wait for one client, but its answers come to \(needed) before "
                    + "it is made to wait: \(answerPauseByteCount), and a page of \(listPageMax) records; clients that "
                    + "read would be cut",
                next: "allow at least \(needed) bytes with --queued-bytes-max, or shorten the page with --list-page-max"
            )
        }
        guard queuedByteCountTotalMax >= queuedByteCountMax else {
            return Contradiction(
                what: "\(queuedByteCountTotalMax) bytes may wait for all clients together, but "
                    + "\(queuedByteCountMax) for one of them",
                next: "raise --queued-bytes-total-max, or lower --queued-bytes-max")
        }
        return nil
    }

    /// Bytes of the answer buffer, one a thread: the largest single answer must fit.
    package var answerByteCountMax: Int {
        let pageByteCount = max(listPageMax, 1) * WireLayout.SymbolRecord.frameByteCount
        return max(pageByteCount, ServerLimits.imageChunksPerTurnMax * WireLayout.SnapshotChunk.frameByteCount) + 4_096
    }
}
