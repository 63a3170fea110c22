import ReferenceData
import SymbologyWire

@testable import LookupServer

/// Runs requests through a resolver as a connection does, without sockets.
struct ResolverBench: ~Copyable {
    var resolver: Resolver
    var answers: AnswerBuffer
    let limits: ServerLimits
    /// Templates handed back for the connection to answer.
    var session: [Template] = []
    var invalid: RejectReason?
    var usedByteCount = 0

    init(limits: ServerLimits = ServerLimits(), capacity: Int? = nil) {
        self.limits = limits
        resolver = Resolver(limits: limits)
        answers = AnswerBuffer(capacity: capacity ?? limits.answerByteCountMax)
    }

    deinit { answers.deallocate() }

    /// What answering the bytes into an empty buffer comes to.
    mutating func outcome(of bytes: [UInt8], from snapshot: Snapshot) -> Resolver.Outcome {
        answers.reset()
        return bytes.withUnsafeBytes { input in
            resolver.answer(input, from: snapshot, requestCountMax: .max, into: &answers)
        }
    }

    /// Answers all whole frames of `bytes`; the rest stays unused.
    mutating func answer(_ bytes: [UInt8], from snapshot: Snapshot, requestCountMax: Int = .max) -> [Frame] {
        var output: [UInt8] = []
        usedByteCount = 0
        session = []
        invalid = nil
        bytes.withUnsafeBytes { input in
            var isDone = false
            while !isDone {
                resolver.workLeft = limits.workPerTurnMax
                let outcome = resolver.answer(
                    UnsafeRawBufferPointer(rebasing: input[usedByteCount...]), from: snapshot,
                    requestCountMax: requestCountMax, into: &answers)
                usedByteCount += outcome.consumedByteCount
                switch outcome.stop {
                case .needMore: isDone = true
                case .bufferFull:
                    precondition(answers.byteCount > 0, "stuck")
                case .requestsUsedUp: isDone = true
                case .workUsedUp: break
                case .session(let template, _): session.append(template)
                case .invalid(let reason):
                    invalid = reason
                    isDone = true
                }
                output += answers.bytes
                answers.reset()
            }
        }
        let frames = Frame.cut(&output)
        precondition(output.isEmpty, "an answer is cut")
        return frames
    }
}
