import SymbologyWire

/// Requests of one template and of one length, one behind the other, and where their answers go.
package struct LookupRun {
    package let template: Template
    let start: UnsafeRawPointer
    let frameByteCount: Int
    let countMax: Int
    let answers: UnsafeMutableRawPointer
    let extraFlags: ResolutionFlags

    /// - Parameters:
    ///   - template: `resolveSymbol`, `resolvePair` or `resolveUnified`, as the first frame has it.
    ///   - start: of the first frame.
    ///   - countMax: whole frames that lie there, at least 1. The run ends before the first one with another header.
    ///   - answers: has room for the longest answer to each.
    ///   - extraFlags: put into every answer.
    @inline(__always)
    package init(
        of template: Template, at start: UnsafeRawPointer, frameByteCount: Int, countMax: Int,
        answers: UnsafeMutableRawPointer, extraFlags: ResolutionFlags
    ) {
        self.template = template
        self.start = start
        self.frameByteCount = frameByteCount
        self.countMax = countMax
        self.answers = answers
        self.extraFlags = extraFlags
    }

    /// What became of a run.
    package struct Outcome {
        /// Requests that are answered.
        package var requestCount = 0
        /// Answers that were written here: all of them `ok`.
        package var plainCount = 0
        /// Bytes of all answers.
        package var answerByteCount = 0
    }

    /// Writes the answer to a request that is not a plain `ok`.
    /// - Returns: its end.
    package typealias Otherwise = (
        _ request: UnsafeRawPointer, _ resolution: SymbolResolution, _ answer: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer
}

// The lookups of a server: groups as in `Snapshot+Batch`, from the bytes of requests to those of answers, with nothing
// in between. The header of a request is looked at while its key is hashed.

extension Snapshot {
    /// Answers a run of lookups, all of whose requests have the header of the first one. Allocates nothing.
    /// - Parameter otherwise: called for each request whose answer is not simply a symbol of the main image, and for
    ///   each that has no id to be answered by.
    @inline(never)
    package func answer(_ run: LookupRun, otherwise: LookupRun.Otherwise) -> LookupRun.Outcome {
        switch run.template {
        case .resolveSymbol: answerSymbols(run, otherwise)
        case .resolvePair: answerPairs(run, otherwise)
        case .resolveUnified: answerNames(run, otherwise)
        default: preconditionFailure("\(run.template) is no lookup by key")
        }
    }

    // Each kind has a loop of its own, in which the kind is no question.

    @inline(never)
    private func answerSymbols(_ run: LookupRun, _ otherwise: LookupRun.Otherwise) -> LookupRun.Outcome {
        answer(run, .symbol, otherwise)
    }

    @inline(never)
    private func answerPairs(_ run: LookupRun, _ otherwise: LookupRun.Otherwise) -> LookupRun.Outcome {
        answer(run, .pair, otherwise)
    }

    @inline(__always)
    private func answer(
        _ run: LookupRun, _ kind: KeyKind, _ otherwise: LookupRun.Otherwise
    ) -> LookupRun.Outcome {
        withUnsafeTemporaryAllocation(of: FetchedSlot.self, capacity: Self.groupCountMax) { slots in
            let slots = slots.baseAddress.unsafelyUnwrapped
            let fetcher = SlotFetcher(self, kind)
            let frameByteCount = run.frameByteCount
            var writer = AnswerWriter(run, generation)
            var group = run.start
            var groupCount: Int
            repeat {
                let groupCountMax = min(Self.groupCountMax, run.countMax &- writer.requestCount)
                var request = group
                groupCount = 0
                while groupCount < groupCountMax, writer.isOfRun(request) {
                    (slots + groupCount).initialize(to: fetcher.fetch(KeyWords(bytes: Self.key(of: request))))
                    request += frameByteCount
                    groupCount &+= 1
                }
                request = group
                for index in 0..<groupCount {
                    let (key, slot) = (Self.key(of: request), slots[index])
                    let (exchangeId, doubt) = doubt(key, slot, kind)
                    let requestId = FrameHeaderView(request).requestId
                    if doubt == 0, requestId != WireNull.requestId {
                        let answer = SlotAnswer(at: slot.start)
                        writer.write(requestId, head: plainHead(answer, exchangeId: exchangeId), answer)
                    } else {
                        writer.note(otherwise(request, answerOfAny(key, slot, kind), writer.end))
                    }
                    request += frameByteCount
                }
                writer.requestCount &+= groupCount
                group = request
            } while groupCount == Self.groupCountMax && writer.requestCount < run.countMax
            return writer.outcome
        }
    }

    @inline(never)
    private func answerNames(_ run: LookupRun, _ otherwise: LookupRun.Otherwise) -> LookupRun.Outcome {
        withNames { names, pairs in
            let fetcher = NameFetcher(self)
            let frameByteCount = run.frameByteCount
            var writer = AnswerWriter(run, generation)
            var group = run.start
            var groupCount: Int
            repeat {
                let groupCountMax = min(Self.groupCountMax, run.countMax &- writer.requestCount)
                var request = group
                groupCount = 0
                while groupCount < groupCountMax, writer.isOfRun(request) {
                    let name = fetcher.fetch(Self.key(of: request), pair: pairs + groupCount)
                    (names + groupCount).initialize(to: name)
                    request += frameByteCount
                    groupCount &+= 1
                }
                request = group
                for index in 0..<groupCount {
                    let key = Self.key(of: request)
                    let (exchangeId, doubt) = doubt(key, names[index])
                    let requestId = FrameHeaderView(request).requestId
                    if doubt == 0, requestId != WireNull.requestId {
                        let answer = SlotAnswer(at: names[index].slot.start)
                        writer.write(requestId, head: plainHead(answer, exchangeId: exchangeId), answer)
                    } else {
                        writer.note(otherwise(request, resolveUnified(frameBytes: key), writer.end))
                    }
                    request += frameByteCount
                }
                writer.requestCount &+= groupCount
                group = request
            } while groupCount == Self.groupCountMax && writer.requestCount < run.countMax
            return writer.outcome
        }
    }

    @inline(__always)
    private static func key(of request: UnsafeRawPointer) -> UnsafeRawPointer {
        request + WireLimits.keyBytes.lowerBound
    }
}

/// Writes the answers of a run.
private struct AnswerWriter {
    private let header: UInt64
    private let start: UnsafeMutableRawPointer
    private let extraFlags: UInt32
    private let generation: UInt64
    private(set) var end: UnsafeMutableRawPointer
    private var otherCount = 0
    var requestCount = 0

    @inline(__always)
    init(_ run: LookupRun, _ generation: UInt64) {
        header = run.start.loadUnaligned(as: UInt64.self)
        start = run.answers
        end = run.answers
        extraFlags = UInt32(run.extraFlags.rawValue) << 8
        self.generation = generation
    }

    /// The same 8 bytes of header again mean the same template, length and schema.
    @inline(__always)
    func isOfRun(_ request: UnsafeRawPointer) -> Bool { request.loadUnaligned(as: UInt64.self) == header }

    @inline(__always)
    mutating func write(_ requestId: UInt32, head: UInt32, _ answer: SlotAnswer) {
        SymbolResolutionView.write(
            to: end, requestId: requestId, head: head | extraFlags, idAndPrecisions: answer.idAndPrecisions,
            generation: generation)
        end += WireLayout.SymbolResolution.frameByteCount
    }

    /// Notes that somebody else wrote an answer.
    @inline(__always)
    mutating func note(_ end: UnsafeMutableRawPointer) {
        otherCount &+= 1
        self.end = end
    }

    @inline(__always) var outcome: LookupRun.Outcome {
        LookupRun.Outcome(
            requestCount: requestCount, plainCount: requestCount &- otherCount, answerByteCount: end - start)
    }
}

extension SymbolResolution {
    /// Writes it as the answer to a request, a whole frame.
    package func write(to answer: UnsafeMutableRawPointer, requestId: UInt32, extraFlags: ResolutionFlags) {
        SymbolResolutionView.write(
            to: answer, requestId: requestId,
            head: UInt32(truncatingIfNeeded: identity) | UInt32(extraFlags.rawValue) << 8,
            idAndPrecisions: identity >> 32 | UInt64(precisions) << 32, generation: generation)
    }
}
