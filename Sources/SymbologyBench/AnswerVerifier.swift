import ReferenceData
import SymbologyWire

/// Compares each answer with what the server listed in the answer's own generation.
///
/// A change makes the list old, so it is asked for anew, and answers of a generation that is not listed yet wait for
/// it. A generation that was replaced before it could be listed leaves its answers unverified: they are counted, and
/// never called wrong.
struct AnswerVerifier {
    private struct HeldAnswer {
        let generation: UInt64
        let keyIndex: UInt32
        let answer: SymbolAnswer
    }

    private(set) var verifiedCount: UInt64 = 0
    private(set) var unverifiedCount: UInt64 = 0
    private(set) var wrongCount: UInt64 = 0
    /// Of the wrong ones, those older than what the client had been told or shown before it asked.
    private(set) var staleCount: UInt64 = 0
    private(set) var reports: [String] = []

    private let keys: LoadKeys
    private let listing: ListingThread
    private var current: ExpectedAnswers
    /// Answers on their way when the list changed are of the one before.
    private var previous: ExpectedAnswers?
    private var held: [HeldAnswer] = []
    private var requestedGeneration: UInt64
    private var isFinished = false

    init(_ first: ExpectedAnswers, keys: LoadKeys, listing: ListingThread) {
        self.keys = keys
        self.listing = listing
        current = first
        requestedGeneration = first.generation
        // All of it now: while the load runs nothing grows.
        held.reserveCapacity(BenchLimits.heldAnswerCountMax)
    }

    /// The generation moved on, says an answer or a push.
    @inline(__always)
    mutating func note(generation: UInt64) {
        if generation > requestedGeneration {
            requestedGeneration = generation
            listing.request()
        }
    }

    /// - Parameter floor: the newest generation that the client had been told of, or shown on this connection, before
    ///   it asked.
    @inline(__always)
    mutating func judge(_ answer: SymbolAnswer, generation: UInt64, keyIndex: Int, floor: UInt64) {
        if generation < floor {
            staleCount += 1
            return report(keyIndex, "generation \(generation), after generation \(floor) had been announced or shown")
        }
        if generation == current.generation { return judge(answer, keyIndex, by: current) }
        judgeOther(answer, generation: generation, keyIndex: keyIndex)
    }

    @inline(never)
    private mutating func judgeOther(_ answer: SymbolAnswer, generation: UInt64, keyIndex: Int) {
        note(generation: generation)
        if let previous, generation == previous.generation { return judge(answer, keyIndex, by: previous) }
        guard generation > current.generation, held.count < BenchLimits.heldAnswerCountMax else {
            unverifiedCount += 1
            return
        }
        held.append(HeldAnswer(generation: generation, keyIndex: UInt32(keyIndex), answer: answer))
    }

    @inline(__always)
    private mutating func judge(_ answer: SymbolAnswer, _ keyIndex: Int, by list: ExpectedAnswers) {
        verifiedCount += 1
        if !list.isRight(answer, keyIndex: keyIndex) { reportWrong(answer, keyIndex, list) }
    }

    /// Takes over a new list, if there is one, and judges what waited for it. Once a turn of the loop.
    @inline(__always)
    mutating func takeListing() {
        if let list = listing.take() { take(list) }
    }

    @inline(never)
    private mutating func take(_ list: ExpectedAnswers) {
        // Of another life of the server too: no two have a generation in common.
        guard list.generation != current.generation else { return }
        (previous, current) = (current, list)
        var kept = 0
        for index in held.indices {
            let waiting = held[index]
            if waiting.generation == list.generation {
                judge(waiting.answer, Int(waiting.keyIndex), by: list)
            } else if waiting.generation < list.generation {
                unverifiedCount += 1
            } else {
                held[kept] = waiting
                kept += 1
            }
        }
        held.removeLast(held.count - kept)
        // The server has moved on again while it was listed.
        if !isFinished, kept > 0 || requestedGeneration > list.generation { listing.request() }
    }

    /// Waits for the last list. What no list has come for stays unverified; why, is returned where it is known.
    mutating func finish() -> String? {
        isFinished = true
        let failure = listing.finish()
        takeListing()
        unverifiedCount += UInt64(held.count)
        held.removeAll(keepingCapacity: true)
        return failure.map { "the server could not be listed anew: \($0)" }
    }

    @inline(never)
    private mutating func reportWrong(_ answer: SymbolAnswer, _ keyIndex: Int, _ list: ExpectedAnswers) {
        let listed =
            list.expected(keyIndex).map { Self.text($0) } ?? "nothing"
        report(keyIndex, "\(Self.text(answer)); listed in generation \(list.generation): \(listed)")
    }

    private mutating func report(_ keyIndex: Int, _ what: String) {
        wrongCount += 1
        guard reports.count < BenchLimits.wrongAnswerReportMax else { return }
        let key = keys.keys[keyIndex]
        reports.append("wrong answer for exchange_id \(key.exchangeId) symbol \"\(key.symbol)\": \(what)")
    }

    private static func text(_ answer: SymbolAnswer) -> String {
        let status = answer.status?.name ?? "a status that this version does not know"
        return "\(status) symbol_id \(answer.symbolId) exchange_id \(answer.exchangeId) "
            + "precisions \(answer.precisionPrice)/\(answer.precisionBase)/\(answer.precisionQuote)"
    }
}
