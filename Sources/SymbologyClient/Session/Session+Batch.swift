import Platform
import ReferenceData
import SymbologyWire

extension Session {
    /// Resolves keys within the window, writing and reading by turns, all from one generation, which it returns; nil
    /// when the server's tables moved on in between (the batch outlived its deadline, or was split because it exceeds
    /// the most that one batch may hold). Allocates nothing per key.
    func resolveBatch<Key: FrameKey>(
        _ keys: Span<Key>, into results: inout MutableSpan<SymbolResolution>, by deadline: Deadline
    ) throws(ClientError) -> UInt64? {
        var generation: UInt64?
        var start = 0
        while start < keys.count {
            let end = min(keys.count, start + welcome.batchCountMax)
            let answered = try resolveBatch(keys, start..<end, into: &results, by: deadline)
            guard let answered, generation == nil || generation == answered else { return nil }
            generation = answered
            start = end
        }
        return generation
    }

    /// The same with arrays.
    func resolveBatch<Key: FrameKey>(
        _ keys: [Key], by deadline: Deadline
    ) throws(ClientError) -> (results: [SymbolResolution], generation: UInt64?) {
        var results = [SymbolResolution](repeating: .unanswered, count: keys.count)
        var span = results.mutableSpan
        let generation = try resolveBatch(keys.span, into: &span, by: deadline)
        return (results, generation)
    }

    private func resolveBatch<Key: FrameKey>(
        _ keys: Span<Key>, _ range: Range<Int>, into results: inout MutableSpan<SymbolResolution>, by deadline: Deadline
    ) throws(ClientError) -> UInt64? {
        let firstId = takeRequestIds(range.count + 1)
        // An error on the way leaves requests whose answers are still to come; only the end of the batch sets it right.
        isOutOfStep = true
        while !unsent.hasRoom { try require(try flushAndRead(by: deadline), by: deadline) }
        unsent.append { BeginBatchView.write(to: $0, requestId: firstId, count: UInt32(clamping: range.count)) }
        var generation: UInt64?
        var isOneGeneration = true
        // Counted from the batch's own frame: answer 0 is its acknowledgement, answer n the key before n.
        var sent = 1
        var answered = 0
        while answered <= range.count {
            while sent <= range.count, sent - answered < welcome.windowCountMax, unsent.hasRoom {
                unsent.append {
                    keys[range.lowerBound + sent - 1].writeRequest(
                        to: $0, requestId: firstId + UInt32(truncatingIfNeeded: sent))
                }
                sent += 1
            }
            // The window may be wider than the buffer: then room in it is as good as an answer.
            let hasMore = sent <= range.count && sent - answered < welcome.windowCountMax
            try require(try flushAndRead(by: deadline, hasMore: hasMore), by: deadline)
            while answered < sent,
                let answer = try arrivedAnswer(to: firstId + UInt32(truncatingIfNeeded: answered))
            {
                if answered == 0 {
                    generation = try beganBatch(answer, count: range.count)
                } else {
                    let resolution = try resolution(answer)
                    results[range.lowerBound + answered - 1] = resolution
                    if resolution.status != .malformed, resolution.generation != generation { isOneGeneration = false }
                }
                answered += 1
            }
            if answered <= range.count { try checkTime("resolve batch", by: deadline) }
        }
        isOutOfStep = false
        return isOneGeneration ? generation : nil
    }

    /// The generation that the batch is pinned to. While the server has loaded nothing it pins nothing, and answers all
    /// requests `notLoaded`, of this generation too.
    private func beganBatch(_ answer: Answer, count: Int) throws(ClientError) -> UInt64 {
        let view: EndOfListView = try expect(answer)
        let status = try known(view.status, in: view)
        guard status == .notLoaded || status == .ok && Int(view.count) == count else {
            throw violation("it refused a batch of \(count) requests (\(status.name)) that its limits allow")
        }
        return view.generation
    }

    private func require(_ moved: Bool, by deadline: Deadline) throws(ClientError) {
        guard moved else { throw late("resolve batch", by: deadline) }
    }
}
