import CLoad
import Foundation
import Measuring
import Synchronization

/// Changes one random row after the other at a steady rate, on a thread of its own, until it is stopped.
///
/// The session belongs to that thread while it runs, and to whoever started it before and afterwards.
final class SteadyWriter: @unchecked Sendable {
    private let session: Database
    private let statement: String
    private let idMax: UInt32
    private let intervalNanoseconds: UInt64
    private let mustStop = Atomic<Bool>(false)
    private let hasEnded = DispatchSemaphore(value: 0)
    private var generator: SplitMix
    private let count = Atomic<Int>(0)
    /// When each was sent, on `load_now`'s clock.
    private var sent: [UInt64] = []
    /// The longest that one took, until it is stopped.
    private(set) var longestNanoseconds: UInt64 = 0
    private var failure: (any Error)?

    init(_ session: Database, statement: String, idMax: Int, rate: Int, seed: UInt64) {
        self.session = session
        self.statement = statement
        self.idMax = UInt32(idMax)
        intervalNanoseconds = 1_000_000_000 / UInt64(rate)
        generator = SplitMix(seed: seed)
        Thread.detachNewThread { self.write() }
    }

    private func write() {
        defer { hasEnded.signal() }
        let start = load_now()
        while !mustStop.load(ordering: .relaxed) {
            let sentAt = load_now()
            sent.append(sentAt)
            do {
                try session.execute(statement, UInt32.random(in: 1...idMax, using: &generator))
            } catch {
                failure = error
                return
            }
            longestNanoseconds = max(longestNanoseconds, load_now() - sentAt)
            let written = count.add(1, ordering: .relaxed).newValue
            // A writer that is late goes on at once: the rate is what counts.
            let due = start + UInt64(written) * intervalNanoseconds
            let now = load_now()
            if due > now { usleep(UInt32((due - now) / 1_000)) }
        }
    }

    /// The changes that are made by now.
    var writtenCount: Int { count.load(ordering: .relaxed) }

    /// Waits for the change under way.
    /// - Returns: when each change was sent.
    @discardableResult
    func stop() throws -> [UInt64] {
        mustStop.store(true, ordering: .relaxed)
        hasEnded.wait()
        if let failure { throw failure }
        return sent
    }
}
