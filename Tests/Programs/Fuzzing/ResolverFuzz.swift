import LookupServer
import ReferenceData
import SymbologyWire

/// Whatever a peer sends, the resolver answers in well-formed frames, and the same ones however the bytes are cut.
final class ResolverFuzz {
    nonisolated(unsafe) static let shared = ResolverFuzz()

    private let snapshot = FuzzTables.snapshot()
    private var resolver = Resolver(limits: limits)
    private var answers = AnswerBuffer(capacity: limits.answerByteCountMax)

    /// Small, so that the buffer fills up and lists end early.
    private static let pageCountMax = 16
    private static var limits: ServerLimits {
        var limits = ServerLimits()
        limits.listPageMax = pageCountMax
        return limits
    }

    /// The first byte chooses where the rest is cut in two.
    func run(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first else { return }
        let frames = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        let whole = answerAll(frames)
        let cut = frames.isEmpty ? 0 : Int(first) * frames.count / 256
        let consumed = answerAll(UnsafeRawBufferPointer(rebasing: frames[..<cut]))
        let rest = answerAll(UnsafeRawBufferPointer(rebasing: frames[consumed.byteCount...]))
        require(
            consumed.byteCount + rest.byteCount == whole.byteCount, "cut at \(cut), fewer bytes are used up than whole")
        require(consumed.answers + rest.answers == whole.answers, "cut at \(cut), the answers differ from the whole's")
    }

    /// Answers from the front until the bytes end or cannot be framed, as a connection would.
    private func answerAll(_ bytes: UnsafeRawBufferPointer) -> (byteCount: Int, answers: [UInt8]) {
        var offset = 0
        var all: [UInt8] = []
        while true {
            resolver.workLeft = 4_096
            answers.reset()
            let outcome = resolver.answer(
                UnsafeRawBufferPointer(rebasing: bytes[offset...]), from: snapshot, requestCountMax: .max,
                into: &answers)
            offset += outcome.consumedByteCount
            require(offset <= bytes.count, "\(offset) of \(bytes.count) bytes used up")
            check(answers.bytes)
            all += answers.bytes
            switch outcome.stop {
            case .needMore, .invalid: return (offset, all)
            case .bufferFull, .requestsUsedUp, .workUsedUp:
                require(outcome.consumedByteCount > 0, "an empty buffer and a fresh budget do not suffice")
            case .session(let template, let frame):
                require(template.isRequest, "\(template) is handed back as a request")
                require(FrameHeaderView(frame).template == template, "another frame than \(template) is handed back")
            }
        }
    }

    private func check(_ answers: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < answers.count {
            let rest = UnsafeRawBufferPointer(rebasing: answers[offset...])
            guard case .frame(let byteCount) = Framing.nextResponse(rest), let frame = rest.baseAddress,
                let template = FrameHeaderView(frame).template
            else { fatalError("an answer that is no frame") }
            let fault = FrameValidation.fault(of: template, at: frame)
            require(fault == nil && byteCount == template.frameByteCount, "\(template): \(String(describing: fault))")
            offset += byteCount
        }
    }
}
