import EventLoop
import ReferenceData

/// The part of a serving thread that every request touches, in memory of its own instead of in the object: access
/// through a pointer costs no reference count and no exclusivity check, which were most of the cost of a lookup over a
/// socket.
///
/// Touched on the loop's thread alone.
struct ServingState {
    var resolver: Resolver
    var answers: AnswerBuffer
    /// The snapshot that requests are answered from. Retained: `ServingThread` swaps it between two reads and releases
    /// the old one.
    var snapshot: Unmanaged<Snapshot>
    var workPerTurnMax: Int
    let counters: Unmanaged<PublishedCounters>
    let latency: Unmanaged<LatencySamples>
    /// Reads so far, to time one of many.
    var readCount: UInt64 = 0
    /// Nil before the loop runs and in tests without one.
    var clock: LoopClock?

    @inline(__always) var nowMilliseconds: UInt64 { clock?.nowMilliseconds ?? 0 }

    /// Called before answers are sent, so that a client that has read an answer finds it counted.
    @inline(__always)
    func publishCounters() { counters._withUnsafeGuaranteedRef { $0.store(resolver.counters) } }
}
