import ReferenceData
import SymbologyWire

/// Turns the bytes of requests into the bytes of their answers. Knows no sockets, connections or clock; each serving
/// thread has one.
///
/// Requests about a connection rather than about reference data (subscribe, batch, hello, status) are checked here and
/// handed back to the caller. Resolving a symbol, a pair or a name allocates, locks, retains and throws nothing.
///
/// To add a request:
///
/// 1. Its message, and that of its answer, in `Protocol/symbology.sbe.xml`, and a vector of each in `Protocol/vectors`.
///    `make protocol` writes view, writer, `Template` and `FrameValidation`.
/// 2. A case in `decide`. A page of rows is a `ListRequest`, where the way of a list is told; a new kind of answer is
///    written in `AnswerEncoding`; a request about the connection is a case of `Connection.answerSession` too.
/// 3. Only for a lookup by key, answered in runs (its index: `KeyKind`): the first case of the switch in `answer`, and
///    that in `Snapshot.answer(_:otherwise:)`; the view is a `KeyedRequestView`, and the client's key a `PreparedKey`.
/// 4. In the client: `Session+Requests` or `Session+Lists`, `ResponseParsing` for a new kind of answer, `LookupClient`.
///    A question that every source can answer is a function of `SymbolResolving`, and so of the five that conform to
///    it: `SnapshotResolver`, `LookupClient`, `ReplicaReader`, `DatabaseResolver` and `FallbackResolver`. One that only
///    the first three can answer is a function of `SymbolDiscovering`.
package struct Resolver {
    /// Rows that are looked at for the price of one request.
    static let rowsPerWorkUnit = 64

    /// Why `answer` stopped.
    package enum Stop {
        /// The rest of the bytes is no whole frame.
        case needMore
        /// The answer buffer has no room for the next answer: empty it and go on.
        case bufferFull
        /// `requestCountMax` requests are answered, and more are there.
        case requestsUsedUp
        /// `workLeft` is used up, and more requests are there.
        case workUsedUp
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

    /// The outcome of one request.
    enum Decision {
        /// Its answer, or `Rejected`, is in the buffer.
        case answered
        /// Nothing was done: the buffer is too full for its answer.
        case noRoom
        /// It is well-formed, and the connection has to answer it.
        case forConnection(Template)
    }

    var limits: ServerLimits
    /// Set in every answer: served from a file.
    var extraFlags: ResolutionFlags = []
    package internal(set) var counters = ServerCounters()
    /// Units of work left in this turn.
    package var workLeft = Int.max

    package init(limits: ServerLimits) { self.limits = limits }

    /// Answers whole frames from the front of `bytes`, all from one snapshot, into `answers`.
    ///
    /// Guards stand in the order of the protocol: the frame, the budgets, the room, the template, the fields, and then
    /// what the snapshot knows.
    package mutating func answer(
        _ bytes: UnsafeRawBufferPointer, from snapshot: Snapshot, requestCountMax: Int,
        into answers: inout AnswerBuffer
    ) -> Outcome {
        var outcome = Outcome()
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[outcome.consumedByteCount...])
            let frameByteCount: Int
            switch Framing.nextRequest(rest) {
            case .needMore:
                outcome.stop = .needMore
                return outcome
            case .invalid(let reason):
                counters.rejectedCount &+= 1
                outcome.stop = .invalid(reason)
                return outcome
            case .frame(let byteCount):
                frameByteCount = byteCount
            }
            let requestsLeft = requestCountMax &- outcome.requestCount
            guard requestsLeft > 0 else {
                outcome.stop = .requestsUsedUp
                return outcome
            }
            guard workLeft > 0 else {
                outcome.stop = .workUsedUp
                return outcome
            }
            guard let frame = rest.baseAddress, answers.room >= AnswerBuffer.singleAnswerByteCountMax else {
                outcome.stop = .bufferFull
                return outcome
            }

            var requestCount = 1
            let decision: Decision
            let template = FrameHeaderView(frame).template
            switch template {
            case .resolveSymbol?, .resolvePair?, .resolveUnified?:
                // A run never outgrows the answer buffer: the longest answer to one of its requests is `Rejected`.
                // (`min` of more than two makes an array of them first, which only optimised builds keep off the heap.)
                let countMax = min(
                    min(rest.count / frameByteCount, requestsLeft),
                    min(answers.room / WireLayout.Rejected.frameByteCount, workLeft))
                let run = LookupRun(
                    of: template.unsafelyUnwrapped, at: frame, frameByteCount: frameByteCount, countMax: countMax,
                    answers: answers.end, extraFlags: extraFlags)
                requestCount = resolve(run, from: snapshot, into: &answers)
                decision = .answered
            case let template? where template.isRequest:
                decision = decide(template, frame, from: snapshot, into: &answers)
            default:
                reject(.unsupportedTemplate, frame, into: &answers)
                decision = .answered
            }

            if case .noRoom = decision {
                outcome.stop = .bufferFull
                return outcome
            }
            outcome.consumedByteCount &+= requestCount &* frameByteCount
            outcome.requestCount &+= requestCount
            workLeft &-= requestCount
            if case .forConnection(let template) = decision {
                outcome.stop = .session(template, frame)
                return outcome
            }
            answers.answerCount &+= requestCount
        }
    }

    // MARK: Resolving

    /// Answers the requests of a run.
    /// - Returns: how many there were.
    @inline(__always)
    private mutating func resolve(
        _ run: LookupRun, from snapshot: Snapshot, into answers: inout AnswerBuffer
    ) -> Int {
        let outcome = snapshot.answer(run) { answerOtherwise(run.template, $0, $1, $2) }
        counters.hitCount &+= UInt64(truncatingIfNeeded: outcome.plainCount)
        answers.advance(outcome.answerByteCount)
        return outcome.requestCount
    }

    /// Counts a lookup and writes its answer. A key is checked only after a miss: what matches a stored one byte for
    /// byte is well-formed, because the stored one is.
    /// - Returns: the end of the answer.
    @inline(never)
    private mutating func answerOtherwise(
        _ template: Template, _ request: UnsafeRawPointer, _ resolution: SymbolResolution,
        _ answer: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let (requestId, status) = (FrameHeaderView(request).requestId, resolution.status)
        if !status.isFound || requestId == WireNull.requestId,
            let reason = FrameValidation.fault(of: template, at: request)
        {
            counters.rejectedCount &+= 1
            RejectedView.write(
                to: answer, requestId: requestId, reason: reason, requestTemplate: template.rawValue,
                text: reason.words(of: template).utf8)
            return answer + WireLayout.Rejected.frameByteCount
        }
        counters.count(status)
        resolution.write(to: answer, requestId: requestId, extraFlags: extraFlags)
        return answer + WireLayout.SymbolResolution.frameByteCount
    }

    mutating func reject(_ reason: RejectReason, _ frame: UnsafeRawPointer, into answers: inout AnswerBuffer) {
        counters.rejectedCount &+= 1
        answers.appendRejected(reason, of: frame)
    }

    /// Charges what a request looked at beyond what every request costs.
    mutating func charge(lookedAtCount: Int) { workLeft -= lookedAtCount / Resolver.rowsPerWorkUnit }
}
