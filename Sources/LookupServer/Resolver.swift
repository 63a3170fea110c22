import ReferenceData
import SymbologyWire

/// Decide: request bytes to response bytes. Knows no sockets, no connections, no clock; one a serving thread.
///
/// Requests about a connection rather than about reference data (subscribe, batch, hello, status) are checked here and
/// handed back to the caller. Resolving a symbol or a pair allocates, locks, retains and throws nothing.
package struct Resolver {
    /// How many lookups go through the snapshot's batch form at once: enough to overlap their cache misses.
    static let runCountMax = 64

    /// Why `answer` stopped.
    package enum Stop {
        /// What is left is no whole frame.
        case needMore
        /// The answer buffer has no room for the next answer: empty it and go on.
        case bufferFull
        /// `requestCountMax` requests or `work` units are used up.
        case budgetSpent
        /// The frame, already counted as consumed, is for the connection to answer.
        case session(Template, UnsafeRawPointer)
        /// The bytes cannot be framed.
        case invalid(RejectReason)
    }

    package struct Outcome {
        package var consumedByteCount = 0
        package var requestCount = 0
        package var stop: Stop = .needMore
    }

    let limits: ServerLimits
    /// Set in every answer: served from a file.
    var extraFlags: UInt8 = 0
    package private(set) var counters = ResolverCounters()
    /// Units of work left in this turn.
    package var workLeft = Int.max
    private let results: UnsafeMutablePointer<SymbolResolution>

    /// The owner frees it with `deallocate`.
    package init(limits: ServerLimits) {
        self.limits = limits
        results = .allocate(capacity: Resolver.runCountMax)
    }

    package func deallocate() { results.deallocate() }

    /// Answers whole frames from the front of `bytes`, all from one snapshot, into `answers`.
    package mutating func answer(
        _ bytes: UnsafeRawBufferPointer, from snapshot: Snapshot, requestCountMax: Int,
        into answers: inout AnswerBuffer
    ) -> Outcome {
        var outcome = Outcome()
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[outcome.consumedByteCount...])
            let requestsLeft = requestCountMax &- outcome.requestCount
            // A run never outgrows the answer buffer: the longest answer to one of its requests is `Rejected`.
            // (`min` of more than two makes an array of them first, which only optimised builds keep off the heap.)
            let runCountMax = min(
                min(Resolver.runCountMax, requestsLeft),
                min(answers.room / WireLayout.Rejected.frameByteCount, workLeft))
            let request = RequestDecoding.next(rest, runCountMax: max(runCountMax, 1))
            switch request {
            case .needMore:
                outcome.stop = .needMore
                return outcome
            case .invalid(let reason):
                outcome.stop = .invalid(reason)
                return outcome
            case .run, .single, .unknown:
                break
            }
            guard requestsLeft > 0, workLeft > 0 else {
                outcome.stop = .budgetSpent
                return outcome
            }
            guard let frame = rest.baseAddress, runCountMax > 0 else {
                outcome.stop = .bufferFull
                return outcome
            }
            switch request {
            case .run(let template, let count):
                resolve(template, frame, count: count, from: snapshot, into: &answers)
                outcome.consumedByteCount &+= count &* WireLimits.requestByteCount
                outcome.requestCount &+= count
                answers.answerCount &+= count
                workLeft &-= count
            case .single(let template, let byteCount):
                switch decide(template, frame, from: snapshot, into: &answers) {
                case .answered:
                    outcome.consumedByteCount &+= byteCount
                    outcome.requestCount &+= 1
                    answers.answerCount &+= 1
                    workLeft &-= 1
                case .noRoom:
                    outcome.stop = .bufferFull
                    return outcome
                case .forConnection:
                    outcome.consumedByteCount &+= byteCount
                    outcome.requestCount &+= 1
                    workLeft &-= 1
                    outcome.stop = .session(template, frame)
                    return outcome
                }
            case .unknown(let byteCount):
                reject(.unsupportedTemplate, frame, into: &answers)
                outcome.consumedByteCount &+= byteCount
                outcome.requestCount &+= 1
                answers.answerCount &+= 1
                workLeft &-= 1
            case .needMore, .invalid:
                return outcome
            }
        }
    }

    // MARK: Resolving

    /// The hot path. Fields are checked only after a miss: what matches a stored key byte for byte is well-formed,
    /// because the stored key is.
    @inline(__always)
    private mutating func resolve(
        _ template: Template, _ frame: UnsafeRawPointer, count: Int, from snapshot: Snapshot,
        into answers: inout AnswerBuffer
    ) {
        let keys = frame + WireLimits.keyBytes.lowerBound
        if template == .resolveSymbol {
            snapshot.resolve(
                symbolKeys: keys, strideByteCount: WireLimits.requestByteCount, count: count, into: results)
        } else {
            snapshot.resolve(pairKeys: keys, strideByteCount: WireLimits.requestByteCount, count: count, into: results)
        }
        for index in 0..<count {
            let request = frame + index &* WireLimits.requestByteCount
            let resolution = results[index]
            if resolution.status != .ok, resolution.status != .inactive,
                let reason = Resolver.fault(of: template, request)
            {
                reject(reason, request, into: &answers)
                continue
            }
            counters.count(resolution.status)
            answers.append(resolution, requestId: FrameHeaderView(request).requestId, extraFlags: extraFlags)
        }
    }

    private static func fault(of template: Template, _ frame: UnsafeRawPointer) -> RejectReason? {
        template == .resolveSymbol ? ResolveSymbolView(frame).fault() : ResolvePairView(frame).fault()
    }

    mutating func reject(_ reason: RejectReason, _ frame: UnsafeRawPointer, into answers: inout AnswerBuffer) {
        counters.rejectedCount &+= 1
        answers.appendRejected(reason, of: frame)
    }

    mutating func countRejected() { counters.rejectedCount &+= 1 }

    mutating func count(_ status: ResolutionStatus) { counters.count(status) }
}
