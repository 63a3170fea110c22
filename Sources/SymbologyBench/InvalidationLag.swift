/// How a change reaches a subscriber, against how it reaches one who only asks.
///
/// Both times are taken when the client reads, so a turn of its loop is the finest they can tell apart. Each generation
/// counts once: in `answerAfterPush` when its push was read first, in `pushAfterAnswer` when an answer was.
package struct InvalidationLag {
    private struct Seen {
        let generation: UInt64
        let nanoseconds: UInt64
    }

    /// From the first `Change` push of a generation to the first answer of that generation or a newer one.
    package private(set) var answerAfterPush = LatencyHistogram()
    /// From the first answer of a generation, or a newer one, to the first `Change` push of it.
    package private(set) var pushAfterAnswer = LatencyHistogram()
    private(set) var pushedGeneration: UInt64
    package private(set) var answeredGeneration: UInt64
    private var waitingForAnswer: [Seen] = []
    private var waitingForPush: [Seen] = []

    /// - Parameter generation: what the server served when the run began.
    init(generation: UInt64) {
        pushedGeneration = generation
        answeredGeneration = generation
    }

    /// An answer came. Costs a comparison as long as nothing changes.
    @inline(__always)
    mutating func didReadAnswer(generation: UInt64, at nanoseconds: UInt64) {
        if generation > answeredGeneration { didReadNewAnswer(generation, nanoseconds) }
    }

    @inline(never)
    private mutating func didReadNewAnswer(_ generation: UInt64, _ nanoseconds: UInt64) {
        answeredGeneration = generation
        waitingForAnswer.removeAll { push in
            guard push.generation <= generation else { return false }
            answerAfterPush.record(nanoseconds: nanoseconds &- push.nanoseconds)
            return true
        }
        guard generation > pushedGeneration, waitingForPush.count < BenchLimits.unmatchedGenerationCountMax else {
            return
        }
        waitingForPush.append(Seen(generation: generation, nanoseconds: nanoseconds))
    }

    /// A `Change` came; a generation may have many.
    mutating func didReadPush(generation: UInt64, at nanoseconds: UInt64) {
        guard generation > pushedGeneration else { return }
        pushedGeneration = generation
        if let answer = waitingForPush.first(where: { $0.generation >= generation }) {
            pushAfterAnswer.record(nanoseconds: nanoseconds &- answer.nanoseconds)
        } else if waitingForAnswer.count < BenchLimits.unmatchedGenerationCountMax {
            waitingForAnswer.append(Seen(generation: generation, nanoseconds: nanoseconds))
        }
        waitingForPush.removeAll { $0.generation <= generation }
    }
}
