import EventLoop
import ReferenceData

/// What every request touches of a serving thread, in memory of its own instead of in the object: reaching it through a
/// pointer costs no reference count and no exclusivity check, and those were most of what a lookup over a socket cost.
///
/// Touched on the loop's thread alone.
struct ServingState {
    var resolver: Resolver
    var answers: AnswerBuffer
    /// What requests are answered from. Retained: `ServingThread` swaps it between two reads and releases the old one.
    var snapshot: Unmanaged<Snapshot>
    var workPerTurnMax: Int
    let counters: Unmanaged<PublishedCounters>
    let latency: Unmanaged<LatencySamples>
    /// Reads so far, to time one of many.
    var readCount: UInt64 = 0
    /// Nil before the loop runs and in tests without one.
    var clock: LoopClock?

    @inline(__always) var nowMilliseconds: UInt64 { clock?.nowMilliseconds ?? 0 }

    /// Before answers leave, so that whoever has read one finds it counted.
    @inline(__always)
    func publishCounters() { counters._withUnsafeGuaranteedRef { $0.store(resolver.counters) } }
}
