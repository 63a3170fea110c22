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

    var limits: ServerLimits
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
        var hitCount = 0
        var answer = answers.end
        for index in 0..<count {
            let request = frame + index &* WireLimits.requestByteCount
            let resolution = ResolutionWords(results + index)
            if resolution.isOK {
                hitCount &+= 1
            } else if let reason = checkMiss(template, request, resolution.status) {
                RejectedView.write(
                    to: answer, requestId: FrameHeaderView(request).requestId, reason: reason,
                    requestTemplate: template.rawValue, text: reason.words.utf8)
                answer += WireLayout.Rejected.frameByteCount
                continue
            }
            SymbolResolutionView.write(
                to: answer, requestId: FrameHeaderView(request).requestId,
                identity: resolution.identity | UInt64(extraFlags) &<< 8, precisions: resolution.precisions,
                generation: resolution.generation)
            answer += WireLayout.SymbolResolution.frameByteCount
        }
        counters.countHits(hitCount)
        answers.advance(answer - answers.end)
    }

    /// Counts what is not a hit; says why it is to be rejected instead of answered, if it is.
    @inline(never)
    private mutating func checkMiss(
        _ template: Template, _ request: UnsafeRawPointer, _ status: ResolutionStatus
    ) -> RejectReason? {
        if status != .inactive, let reason = Resolver.fault(of: template, request) {
            counters.rejectedCount &+= 1
            return reason
        }
        counters.count(status)
        return nil
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

/// A resolution as the words that an answer takes over: its fields lie in memory as they lie in the frame, but for the
/// generation. A test keeps the two layouts together.
package struct ResolutionWords {
    private let bytes: UnsafeRawPointer

    @inline(__always)
    package init(_ resolution: UnsafePointer<SymbolResolution>) { bytes = UnsafeRawPointer(resolution) }

    /// Status, flags, exchange id, symbol id.
    @inline(__always) package var identity: UInt64 { UInt64(littleEndian: bytes.load(as: UInt64.self)) }

    /// The three precisions; what lies behind them is no field, and cleared.
    @inline(__always) package var precisions: UInt32 {
        UInt32(littleEndian: bytes.load(fromByteOffset: 8, as: UInt32.self)) & 0x00FF_FFFF
    }

    @inline(__always) package var generation: UInt64 { bytes.load(fromByteOffset: 16, as: UInt64.self) }

    @inline(__always) var isOK: Bool { UInt8(truncatingIfNeeded: identity) == ResolutionStatus.ok.rawValue }

    @inline(__always) var status: ResolutionStatus { bytes.load(as: ResolutionStatus.self) }
}
