import Glibc
import Platform
import ReferenceData
import SymbologyClient
import Synchronization

/// One thread of `bench --replica`.
///
/// Looking at the clock takes longer than a lookup, so of every `lookupsPerSample` single lookups one is timed, alone;
/// a batch is timed whole, and its time is that of each of its answers.
///
/// Unchecked: its own thread alone touches it, and after that has ended whoever joined it.
final class ReplicaWorker: @unchecked Sendable {
    static let lookupsPerSample = 64

    private(set) var result: LoadResult
    private(set) var verifier: AnswerVerifier?
    /// Of answers that were given while the replica said something else than `live`.
    private(set) var notLiveCount: UInt64 = 0
    /// For the progress line.
    let answerCount = Atomic<UInt64>(0)

    private let plan: LoadPlan
    private let keys: LoadKeys
    private var drawIndex: Int
    private let answerCountMax: UInt64
    private var batchKeys: [SymbolKey]
    private var batchKeyIndexes: [UInt32]
    private var batchAnswers: [SymbolResolution]
    private var shownGeneration: UInt64
    private var shownEpoch: UInt64 = 0

    init(_ plan: LoadPlan, keys: LoadKeys, index: Int, verifier: AnswerVerifier?, generation: UInt64) {
        self.plan = plan
        self.keys = keys
        self.verifier = verifier
        drawIndex = plan.firstDrawIndex(of: index)
        let (share, rest) = (plan.requestCountMax ?? .max).quotientAndRemainder(
            dividingBy: UInt64(plan.connectionCount))
        answerCountMax = plan.requestCountMax == nil ? .max : share + (UInt64(index) < rest ? 1 : 0)
        result = LoadResult(lag: InvalidationLag(generation: generation))
        shownGeneration = generation
        batchKeys = Array(repeating: keys.keys[0], count: plan.depth)
        batchKeyIndexes = Array(repeating: 0, count: plan.depth)
        batchAnswers = Array(repeating: SymbolResolution(status: .notLoaded, generation: 0), count: plan.depth)
    }

    func run(_ reader: ReplicaReader, since start: UInt64, until isEnding: borrowing Atomic<Bool>) {
        let end = start &+ plan.durationNanoseconds
        shownEpoch = reader.epoch
        while !isEnding.load(ordering: .relaxed), result.answerCount < answerCountMax,
            MonotonicClock.nanoseconds() < end
        {
            verifier?.takeListing()
            // A turn whose beginning and end are live had no moment between that both would not tell of.
            let (wasLive, answerCountBefore) = (reader.state == .live, result.answerCount)
            if plan.depth == 1 { lookUpOneByOne(reader) } else { lookUpBatch(reader) }
            if !wasLive { notLiveCount &+= result.answerCount &- answerCountBefore }
            answerCount.store(result.answerCount, ordering: .relaxed)
        }
        result.elapsedNanoseconds = max(1, MonotonicClock.nanoseconds() &- start)
        result.timelyAnswerCount = result.answerCount
        result.requestCount = result.answerCount
    }

    private func draw() -> UInt32 {
        let keyIndex = keys.draws[drawIndex & keys.drawMask]
        drawIndex &+= 1
        return keyIndex
    }

    private func lookUpOneByOne(_ reader: ReplicaReader) {
        let rest = answerCountMax &- result.answerCount
        let count = Int(min(UInt64(Self.lookupsPerSample), rest))
        let first = draw()
        let before = MonotonicClock.nanoseconds()
        let answer = reader.resolve(keys.keys[Int(first)])
        result.uncorrected.record(nanoseconds: MonotonicClock.nanoseconds() &- before)
        record(answer, keyIndex: first, by: reader)
        for _ in 1..<max(1, count) {
            let keyIndex = draw()
            record(reader.resolve(keys.keys[Int(keyIndex)]), keyIndex: keyIndex, by: reader)
        }
    }

    private func lookUpBatch(_ reader: ReplicaReader) {
        let count = Int(min(UInt64(plan.depth), answerCountMax &- result.answerCount))
        for index in 0..<count {
            batchKeyIndexes[index] = draw()
            batchKeys[index] = keys.keys[Int(batchKeyIndexes[index])]
        }
        var answers = batchAnswers.mutableSpan
        let before = MonotonicClock.nanoseconds()
        reader.resolve(batchKeys.span.extracting(first: count), into: &answers)
        result.uncorrected.record(nanoseconds: MonotonicClock.nanoseconds() &- before)
        for index in 0..<count { record(batchAnswers[index], keyIndex: batchKeyIndexes[index], by: reader) }
    }

    @inline(__always)
    private func record(_ answer: SymbolResolution, keyIndex: UInt32, by reader: ReplicaReader) {
        result.answerCount &+= 1
        switch answer.status {
        case .ok, .inactive: result.hitCount &+= 1
        case .unknownSymbol, .unknownExchange: result.missCount &+= 1
        default: result.otherCount &+= 1
        }
        // Another life of the server may count from below, where its clock was set back.
        if answer.generation < shownGeneration, reader.epoch != shownEpoch { shownGeneration = 0 }
        if verifier != nil {
            verifier?.judge(
                SymbolAnswer(answer), generation: answer.generation, keyIndex: Int(keyIndex), floor: shownGeneration)
        }
        if answer.generation > shownGeneration {
            (shownEpoch, shownGeneration) = (reader.epoch, answer.generation)
            result.changeCount &+= 1
            result.lag.didReadAnswer(generation: answer.generation, at: 0)
        }
    }

    /// Waits for the last list, and says what went wrong with it.
    func finishVerifying() -> String? { verifier?.finish() }
}
